// SPDX-License-Identifier: GPL-3.0-or-later
// What we use of noVNC's RFB class.
declare module '@novnc/novnc' {
    export default class RFB extends EventTarget {
        constructor(target: Element, channel: WebSocket, options?: { shared?: boolean });
        scaleViewport: boolean;
        resizeSession: boolean;
        background: string;
        disconnect(): void;
        focus(options?: FocusOptions): void;
        blur(): void;
    }
}
