// SPDX-License-Identifier: GPL-3.0-or-later
// Which tiles are in sight, what the host is told to send, and the pictures as they come.

import { parsePicture, type Picture, type PictureSize } from '../common/picture.js';
import type { Socket } from '../common/socket.js';

const MARGIN = '160px'; // a tile is watched a little before it comes into sight

/** Where pictures of one session go. */
export interface PictureTarget extends HTMLElement {
    /** Put it on the screen, in place of the last one. The bitmap is empty afterwards. */
    showPicture(bitmap: ImageBitmap): void;
    /** Put a part on the last picture. */
    showPart(bitmap: ImageBitmap, left: number, top: number): void;
    showUnavailable(reason: string): void;
}

interface Watched {
    target: PictureTarget;
    size: PictureSize | undefined; // undefined: no pictures
    whole: number; // the sequence of the whole picture on the screen; 0: none
    turn: Promise<void>; // of the last packet: they are shown in their order
    empty: boolean; // what it had is not shown any more, which the host does not know yet
}

/**
 * The browser decodes a picture on a thread of its own (createImageBitmap). The host sends a tile's next one only when it has heard
 * that this one was drawn, so a page that has no time gets fewer, and never piles them up.
 */
export class Thumbnails {
    private observer: IntersectionObserver;
    private tiles = new Map<string, Watched>();
    private inSight = new Set<Element>();
    private sent = '';
    private scheduled = false;

    constructor(private socket: Socket) {
        this.observer = new IntersectionObserver((entries) => this.onIntersection(entries), { rootMargin: MARGIN });
        document.addEventListener('visibilitychange', () => this.schedule());
    }

    add(id: string, target: PictureTarget): void {
        this.tiles.set(id, { target, size: undefined, whole: 0, turn: Promise.resolve(), empty: false });
        this.observer.observe(target);
    }

    /** The size that a tile's pictures are wanted in; undefined: none. */
    setSize(id: string, size: PictureSize | undefined): void {
        const tile = this.tiles.get(id);
        if (tile === undefined || tile.size === size)
            return;
        tile.size = size;
        tile.whole = 0;
        tile.empty = true;
        this.schedule();
    }

    remove(id: string, target: PictureTarget): void {
        this.observer.unobserve(target);
        this.inSight.delete(target);
        if (this.tiles.get(id)?.target === target)
            this.tiles.delete(id);
        this.schedule();
    }

    /** A new connection knows nothing of what we watch. */
    reconnected(): void {
        this.sent = '';
        for (const tile of this.tiles.values())
            tile.whole = 0;
        this.schedule();
    }

    takePacket(packet: ArrayBuffer): Promise<void> {
        const picture = parsePicture(packet);
        if (picture === undefined)
            return Promise.resolve();
        const tile = this.tiles.get(picture.session);
        if (tile === undefined)
            return this.take(picture);
        return tile.turn = tile.turn.then(() => this.take(picture));
    }

    private async take(picture: Picture): Promise<void> {
        try {
            await this.show(picture);
        } catch {
            // a picture that can't be decoded: the answer says that it is not there
        }
        this.socket.drawn(picture.session, picture.size, picture.sequence, this.wanted(picture)?.whole ?? 0);
    }

    private async show(picture: Picture): Promise<void> {
        if (this.wanted(picture) === undefined)
            return;
        const bitmap = picture.jpeg === undefined ? undefined : await createImageBitmap(picture.jpeg);
        const tile = this.wanted(picture); // it may have gone meanwhile
        if (tile !== undefined)
            this.put(tile, picture, bitmap);
        bitmap?.close();
    }

    private put(tile: Watched, { sequence, part, unavailable }: Picture, bitmap: ImageBitmap | undefined): void {
        if (bitmap === undefined) {
            tile.whole = 0;
            tile.target.showUnavailable(unavailable);
        } else if (part === undefined) {
            tile.whole = sequence;
            tile.target.showPicture(bitmap);
        } else if (part.whole === tile.whole) {
            tile.target.showPart(bitmap, part.left, part.top);
        }
    }

    private wanted(picture: Picture): Watched | undefined {
        const tile = this.tiles.get(picture.session);
        return tile?.size === picture.size ? tile : undefined;
    }

    private onIntersection(entries: IntersectionObserverEntry[]): void {
        for (const entry of entries) {
            if (entry.isIntersecting)
                this.inSight.add(entry.target);
            else
                this.inSight.delete(entry.target);
        }
        this.schedule();
    }

    /** Many tiles change at once: one list goes out for all of them. */
    private schedule(): void {
        if (this.scheduled)
            return;
        this.scheduled = true;
        queueMicrotask(() => {
            this.scheduled = false;
            this.send();
        });
    }

    private send(): void {
        const watched = document.hidden ? [] : [...this.tiles]
            .filter(([, { target, size }]) => size !== undefined && this.inSight.has(target))
            .map(([id, { size }]): [string, string] => [id, size!]);
        const text = JSON.stringify(watched);
        if (text !== this.sent)
            this.socket.watch(watched);
        this.sent = text;
        // A tile that left the list and came back before the host heard of it would get parts of a picture that is gone here.
        for (const [id, size] of watched) {
            const tile = this.tiles.get(id)!;
            if (tile.empty)
                this.socket.drawn(id, size, 0, 0);
            tile.empty = false;
        }
    }
}
