// SPDX-License-Identifier: GPL-3.0-or-later
// Which tiles are in sight, what the host is told to send, and the pictures as they come.

import { parsePicture, type Picture, type PictureSize } from '../common/picture.js';
import type { Socket } from '../common/socket.js';

const MARGIN = '160px'; // a tile is watched a little before it comes into sight

/** Where pictures of one session go. */
export interface PictureTarget extends HTMLElement {
    /** Put it on the screen, in place of the last one. The bitmap is the caller's. */
    showPicture(bitmap: ImageBitmap): void;
    /** Put a part on the last picture. */
    showPart(bitmap: ImageBitmap, left: number, top: number): void;
    showUnavailable(reason: string): void;
}

interface Watched {
    target: PictureTarget;
    size: PictureSize | undefined; // undefined: no pictures
    newest: number; // the last picture's sequence
    whole: number; // and that of the whole picture on the screen; 0: none
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
        this.tiles.set(id, { target, size: undefined, newest: 0, whole: 0 });
        this.observer.observe(target);
    }

    /** The size that a tile's pictures are wanted in; undefined: none. */
    setSize(id: string, size: PictureSize | undefined): void {
        const tile = this.tiles.get(id);
        if (tile === undefined || tile.size === size)
            return;
        tile.size = size;
        tile.newest = tile.whole = 0;
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
            tile.newest = tile.whole = 0;
        this.schedule();
    }

    async takePacket(packet: ArrayBuffer): Promise<void> {
        const picture = parsePicture(packet);
        if (picture === undefined)
            return;
        try {
            await this.show(picture);
        } catch {
            // a picture that can't be decoded: the next one may be good
        }
        this.socket.drawn(picture.session, picture.size);
    }

    private async show(picture: Picture): Promise<void> {
        if (!this.isNewest(picture))
            return;
        const tile = this.tiles.get(picture.session)!;
        tile.newest = picture.sequence;
        if (picture.jpeg === undefined) {
            tile.whole = 0;
            tile.target.showUnavailable(picture.unavailable);
            return;
        }
        const bitmap = await createImageBitmap(picture.jpeg);
        if (this.isNewest(picture))
            this.put(this.tiles.get(picture.session)!, picture, bitmap);
        bitmap.close();
    }

    private put(tile: Watched, { sequence, part }: Picture, bitmap: ImageBitmap): void {
        if (part === undefined) {
            tile.whole = sequence;
            tile.target.showPicture(bitmap);
        } else if (part.whole === tile.whole) {
            tile.target.showPart(bitmap, part.left, part.top);
        }
    }

    private isNewest(picture: Picture): boolean {
        const tile = this.tiles.get(picture.session);
        return tile !== undefined && picture.size === tile.size && picture.sequence >= tile.newest;
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
        if (text === this.sent)
            return;
        this.sent = text;
        this.socket.watch(watched);
    }
}
