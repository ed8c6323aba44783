// SPDX-License-Identifier: GPL-3.0-or-later
// Which tiles are in sight, what the host is told to send, and the pictures as they come.

import { parsePicture, type Picture } from '../common/picture.js';
import type { TileSize } from '../common/protocol.js';
import type { Socket } from '../common/socket.js';

const MARGIN = '160px'; // a tile is watched a little before it comes into sight

/** Where pictures of one session go. */
export interface PictureTarget extends HTMLElement {
    /** Put it on the screen; the bitmap is the target's from now on. */
    showPicture(bitmap: ImageBitmap): void;
    showUnavailable(reason: string): void;
}

export class Thumbnails {
    private observer: IntersectionObserver;
    private targets = new Map<string, PictureTarget>();
    private inSight = new Set<Element>();
    private monitored = new Set<string>();
    private size: TileSize = 'medium';
    private newest = new Map<string, number>();
    private sent = '';
    private scheduled = false;

    constructor(private socket: Socket) {
        this.observer = new IntersectionObserver((entries) => this.onIntersection(entries), { rootMargin: MARGIN });
        document.addEventListener('visibilitychange', () => this.schedule());
    }

    add(id: string, target: PictureTarget, monitored: boolean): void {
        this.targets.set(id, target);
        this.setMonitored(id, monitored);
        this.observer.observe(target);
    }

    setMonitored(id: string, monitored: boolean): void {
        if (monitored)
            this.monitored.add(id);
        else
            this.monitored.delete(id);
        this.schedule();
    }

    remove(id: string, target: PictureTarget): void {
        this.observer.unobserve(target);
        this.inSight.delete(target);
        if (this.targets.get(id) === target) {
            this.targets.delete(id);
            this.monitored.delete(id);
            this.newest.delete(id);
        }
        this.schedule();
    }

    setSize(size: TileSize): void {
        this.size = size;
        this.newest.clear();
        this.schedule();
    }

    /** A new connection knows nothing of what we watch. */
    reconnected(): void {
        this.sent = '';
        this.newest.clear();
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
        const target = this.targets.get(picture.session);
        if (target === undefined || picture.size !== this.size || picture.sequence < (this.newest.get(picture.session) ?? 0))
            return;
        this.newest.set(picture.session, picture.sequence);
        if (picture.jpeg === undefined) {
            target.showUnavailable(picture.unavailable);
            return;
        }
        target.showPicture(await createImageBitmap(picture.jpeg));
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
        const tiles = document.hidden ? [] : [...this.targets]
            .filter(([id, target]) => this.monitored.has(id) && this.inSight.has(target))
            .map(([id]): [string, string] => [id, this.size]);
        const text = JSON.stringify(tiles);
        if (text === this.sent)
            return;
        this.sent = text;
        this.socket.watch(tiles);
    }
}
