// SPDX-License-Identifier: GPL-3.0-or-later
// Which tiles are selected and which one has the keyboard: nothing but ids, so that it can be tried without a page.

export class Selection {
    selected = new Set<string>();
    /** The tile that arrows start from. */
    current = '';
    private anchor = '';

    /** order: the ids as they stand on the page. */
    click(id: string, how: { toggle: boolean; range: boolean }, order: string[]): void {
        if (how.range && this.anchor !== '')
            this.selectRange(id, order, how.toggle);
        else if (how.toggle)
            this.toggle(id);
        else
            this.only(id);
    }

    only(id: string): void {
        this.selected = new Set([id]);
        this.current = this.anchor = id;
    }

    toggle(id: string): void {
        if (!this.selected.delete(id))
            this.selected.add(id);
        this.current = this.anchor = id;
    }

    all(order: string[]): void {
        this.selected = new Set(order);
    }

    clear(): void {
        this.selected.clear();
    }

    /** Move the keyboard by some tiles; extend: select everything on the way, as Shift does. */
    move(by: number, extend: boolean, order: string[]): void {
        if (order.length === 0)
            return;
        const at = order.indexOf(this.current);
        const next = at < 0 ? 0 : Math.max(0, Math.min(order.length - 1, at + by));
        this.moveTo(order[next]!, extend, order);
    }

    moveTo(id: string, extend: boolean, order: string[]): void {
        if (this.anchor === '')
            this.anchor = this.current || id;
        if (extend)
            this.selectRange(id, order, false);
        this.current = id;
        if (!extend)
            this.anchor = id;
    }

    /** Forget the ids that are not there any more. */
    prune(order: string[]): void {
        const there = new Set(order);
        this.selected = new Set([...this.selected].filter((id) => there.has(id)));
        if (!there.has(this.current))
            this.current = order[0] ?? '';
        if (!there.has(this.anchor))
            this.anchor = '';
    }

    private selectRange(id: string, order: string[], add: boolean): void {
        const from = order.indexOf(this.anchor);
        const to = order.indexOf(id);
        if (from < 0 || to < 0) {
            this.only(id);
            return;
        }
        const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
        this.selected = new Set([...(add ? this.selected : []), ...range]);
        this.current = id;
    }
}
