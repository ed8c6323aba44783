// SPDX-License-Identifier: GPL-3.0-or-later
// Sign in or log on: the conversation of docs/PROTOCOL.md, from the name to the login cookie.

import type { Choice } from './protocol.js';
import { socketUrl, type Kind } from './socket.js';

const WELCOME_DEADLINE_MS = 8000;

export interface StartOptions {
    user: string;
    desktop?: string;
    layout?: string;
    station?: string;
    width?: number;
    height?: number;
}

export interface Welcome {
    desktops: Choice[];
    layouts: Choice[];
}

export interface ConversationEvents {
    prompt(text: string, hidden: boolean): void;
    message(text: string, level: 'info' | 'error'): void;
    /** The login is good; the socket may be opened. */
    done(resumed: boolean): void;
    /** reason: a Failure name, or "unreachable". Nothing follows. */
    failed(reason: string): void;
}

function openLogOn(kind: Kind): WebSocket {
    return new WebSocket(socketUrl(`/api/${kind}/log-on`));
}

/** What there is to choose from. Rejects when the host can't be reached. */
export function fetchWelcome(kind: Kind): Promise<Welcome> {
    const webSocket = openLogOn(kind);
    return new Promise<Welcome>((resolve, reject) => {
        const timer = window.setTimeout(() => webSocket.close(), WELCOME_DEADLINE_MS);
        webSocket.onmessage = (event) => {
            const message = JSON.parse(event.data as string);
            if (message.type === 'welcome')
                resolve({ desktops: message.desktops ?? [], layouts: message.layouts ?? [] });
            webSocket.close();
        };
        webSocket.onclose = () => {
            window.clearTimeout(timer);
            reject(new Error('no welcome'));
        };
    });
}

export class Conversation {
    private webSocket: WebSocket;
    private over = false;

    constructor(private kind: Kind, start: StartOptions, private events: ConversationEvents) {
        this.webSocket = openLogOn(kind);
        this.webSocket.onopen = () => this.send({ type: 'start', ...start });
        this.webSocket.onmessage = (event) => this.onMessage(JSON.parse(event.data as string));
        this.webSocket.onclose = () => this.fail('unreachable');
    }

    answer(text: string): void {
        this.send({ type: 'answer', text });
    }

    /** The person gives up; no event follows. */
    cancel(): void {
        this.over = true;
        this.send({ type: 'cancel' });
        this.webSocket.close();
    }

    private send(message: object): void {
        if (this.webSocket.readyState === WebSocket.OPEN)
            this.webSocket.send(JSON.stringify(message));
    }

    private fail(reason: string): void {
        if (this.over)
            return;
        this.over = true;
        this.webSocket.close();
        this.events.failed(reason);
    }

    private onMessage(message: Record<string, unknown>): void {
        if (this.over)
            return;
        switch (message.type) {
        case 'prompt':
            this.events.prompt(String(message.text), message.hidden === true);
            break;
        case 'message':
            this.events.message(String(message.text), message.level === 'error' ? 'error' : 'info');
            break;
        case 'failed':
            this.fail(String(message.reason));
            break;
        case 'done':
            void this.takeLogin(String(message.code), message.resumed === true);
            break;
        }
    }

    private async takeLogin(code: string, resumed: boolean): Promise<void> {
        this.webSocket.onclose = null;
        try {
            const answer = await fetch(`/api/${this.kind}/login`, {
                method: 'POST',
                headers: { 'Content-Type': 'application/json' },
                body: JSON.stringify({ code }),
            });
            if (!answer.ok)
                return this.fail('internal');
        } catch {
            return this.fail('unreachable');
        }
        if (this.over)
            return;
        this.over = true;
        this.events.done(resumed);
    }
}

/** End the login. Never fails: without an answer the login ends by its own deadline. */
export async function signOut(kind: Kind): Promise<void> {
    try {
        await fetch(`/api/${kind}/sign-out`, { method: 'POST' });
    } catch {
        // see above
    }
}
