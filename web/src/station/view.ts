// SPDX-License-Identifier: GPL-3.0-or-later
// A desktop in the page: the view of docs/PROTOCOL.md, drawn by noVNC.

import type RFB from '@novnc/novnc';
import { socketUrl } from '../common/socket.js';

const CLOSE_VIEW_ENDED = 4410;
const VIEW_DEADLINE_MS = 10000;

export interface ViewEvents {
    connected(): void;
    /** Over. reason: ViewClosed's; "lost" when the connection broke (a new ticket may bring it back). */
    closed(reason: string): void;
}

export class View {
    private webSocket: WebSocket | undefined;
    private rfb: RFB | undefined;
    private closed = false;
    private timer = 0;
    private resize = true;

    constructor(private target: HTMLElement, private events: ViewEvents) {}

    /** Spend a ticket. Once per View. */
    async open(ticket: string): Promise<void> {
        const module = await import('@novnc/novnc'); // before the socket: its first bytes would be lost otherwise
        if (this.closed)
            return;
        const webSocket = new WebSocket(socketUrl('/api/station/view'));
        webSocket.binaryType = 'arraybuffer';
        this.webSocket = webSocket;
        this.timer = window.setTimeout(() => webSocket.close(), VIEW_DEADLINE_MS);
        webSocket.onopen = () => webSocket.send(ticket);
        webSocket.onmessage = (event) => {
            if (typeof event.data === 'string' && JSON.parse(event.data).type === 'view')
                this.attach(module.default, webSocket);
        };
        webSocket.addEventListener('close', (event) => this.onClose(event));
    }

    /** The picture is gone from the page when this returns; no event follows. */
    close(): void {
        this.closed = true;
        this.clear();
    }

    /** Whether the session takes the size of its place; if not, its picture is scaled into it. */
    setResize(resize: boolean): void {
        this.resize = resize;
        if (this.rfb !== undefined && this.rfb.resizeSession !== resize)
            this.rfb.resizeSession = resize;
    }

    focus(): void {
        this.rfb?.focus({ preventScroll: true });
    }

    private clear(): void {
        window.clearTimeout(this.timer);
        this.rfb?.disconnect();
        this.rfb = undefined;
        this.webSocket?.close();
        this.webSocket = undefined;
        this.target.replaceChildren();
    }

    private attach(Rfb: typeof RFB, webSocket: WebSocket): void {
        const rfb = new Rfb(this.target, webSocket, { shared: true });
        rfb.scaleViewport = true;
        rfb.resizeSession = this.resize;
        rfb.background = 'transparent';
        // without the keyboard noVNC sees no key go up: none may stay held down in the desktop
        this.target.querySelector('canvas')?.addEventListener('blur', () => window.dispatchEvent(new Event('blur')));
        rfb.addEventListener('connect', () => {
            window.clearTimeout(this.timer);
            this.events.connected();
        });
        this.rfb = rfb;
    }

    private onClose(event: CloseEvent): void {
        if (this.closed)
            return;
        this.closed = true;
        this.clear();
        this.events.closed(event.code === CLOSE_VIEW_ENDED ? event.reason || 'failed' : 'lost');
    }
}
