// SPDX-License-Identifier: GPL-3.0-or-later
// The socket of docs/PROTOCOL.md: calls with their answers, signals, pictures; it connects again by itself.

import type { Caller } from './protocol.js';

export type Kind = 'dashboard' | 'station';

const RETRY_FIRST_MS = 250;
const RETRY_MOST_MS = 2000;
const CONNECT_DEADLINE_MS = 4000;
const CALL_DEADLINE_MS = 15000;
const CALLS_IN_FLIGHT = 16;
const CLOSE_NO_LOGIN = 4401;

/** An error reply; name is one of src/bus/error.h. */
export class CallError extends Error {
    constructor(readonly errorName: string, message: string) {
        super(message);
    }
}

export interface SocketEvents {
    /** Connected and signed in; after each reconnection too. */
    caller(caller: Caller): void;
    signal(name: string, argument: never): void;
    picture(packet: ArrayBuffer): void;
    /** The connection is lost; it is being made again. */
    lost(): void;
    /** There is no login (any more). reason: LoginEnded's, "" when there was none. No reconnection follows. */
    noLogin(reason: string): void;
}

interface Pending {
    resolve(value: unknown): void;
    reject(error: Error): void;
    timer: number;
}

export function socketUrl(path: string): string {
    return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;
}

export class Socket {
    private webSocket: WebSocket | undefined;
    private pending = new Map<number, Pending>();
    private queue: Array<{ id: number; text: string }> = [];
    private nextId = 1;
    private retryMs = RETRY_FIRST_MS;
    private timer = 0;

    constructor(private kind: Kind, private events: SocketEvents) {}

    open(): void {
        this.close();
        const webSocket = new WebSocket(socketUrl(`/api/${this.kind}/socket`));
        webSocket.binaryType = 'arraybuffer';
        this.webSocket = webSocket;
        this.timer = window.setTimeout(() => webSocket.close(), CONNECT_DEADLINE_MS);
        webSocket.onopen = () => window.clearTimeout(this.timer);
        webSocket.onmessage = (event) => this.onMessage(event.data as string | ArrayBuffer);
        webSocket.onclose = (event) => this.onClose(event);
    }

    /** For good, without an event; open() may follow. */
    close(): void {
        window.clearTimeout(this.timer);
        if (this.webSocket !== undefined) {
            this.webSocket.onclose = this.webSocket.onmessage = null;
            this.webSocket.close();
            this.webSocket = undefined;
        }
        this.retryMs = RETRY_FIRST_MS;
        this.failAll();
    }

    /** A Manager method; rejects with CallError. */
    call<T>(method: string, ...args: unknown[]): Promise<T> {
        return this.ask<T>({ type: 'call', method, arguments: args });
    }

    ticket(session: string, mode: 'control'): Promise<string> {
        return this.ask<string>({ type: 'ticket', session, mode });
    }

    watch(tiles: Array<[string, string]>): void {
        this.send({ type: 'watch', tiles });
    }

    drawn(session: string, size: string, sequence: number, whole: number): void {
        this.send({ type: 'drawn', session, size, sequence, whole });
    }

    private send(message: object): void {
        if (this.webSocket?.readyState === WebSocket.OPEN)
            this.webSocket.send(JSON.stringify(message));
    }

    private ask<T>(message: object): Promise<T> {
        if (this.webSocket?.readyState !== WebSocket.OPEN)
            return Promise.reject(new CallError('Unreachable', 'not connected'));
        const id = this.nextId++;
        return new Promise<T>((resolve, reject) => {
            const timer = window.setTimeout(
                () => this.settle(id)?.reject(new CallError('TimedOut', 'no reply')), CALL_DEADLINE_MS);
            this.pending.set(id, { resolve: resolve as (value: unknown) => void, reject, timer });
            this.queue.push({ id, text: JSON.stringify({ ...message, id }) });
            this.sendQueued();
        });
    }

    private sendQueued(): void {
        while (this.queue.length > 0 && this.pending.size - this.queue.length < CALLS_IN_FLIGHT)
            this.webSocket?.send(this.queue.shift()!.text);
    }

    private settle(id: number): Pending | undefined {
        const pending = this.pending.get(id);
        if (pending !== undefined) {
            window.clearTimeout(pending.timer);
            this.pending.delete(id);
            this.queue = this.queue.filter((each) => each.id !== id);
            this.sendQueued();
        }
        return pending;
    }

    private failAll(): void {
        this.queue = [];
        for (const id of [...this.pending.keys()])
            this.settle(id)?.reject(new CallError('Unreachable', 'connection lost'));
    }

    private onMessage(data: string | ArrayBuffer): void {
        if (typeof data !== 'string') {
            this.events.picture(data);
            return;
        }
        const message = JSON.parse(data);
        switch (message.type) {
        case 'caller':
            this.retryMs = RETRY_FIRST_MS;
            this.events.caller(message.caller);
            break;
        case 'reply':
            this.settle(message.id)?.resolve(message.result);
            break;
        case 'error':
            this.settle(message.id)?.reject(new CallError(message.name, message.message));
            break;
        case 'signal':
            this.events.signal(message.name, message.arguments[0] as never);
            break;
        }
    }

    private onClose(event: CloseEvent): void {
        window.clearTimeout(this.timer);
        this.webSocket = undefined;
        this.failAll();
        if (event.code === CLOSE_NO_LOGIN) {
            this.events.noLogin(event.reason);
            return;
        }
        this.events.lost();
        this.timer = window.setTimeout(() => this.reopen(), this.retryMs);
        this.retryMs = Math.min(this.retryMs * 2, RETRY_MOST_MS);
    }

    private reopen(): void {
        const retryMs = this.retryMs;
        this.open();
        this.retryMs = retryMs;
    }
}
