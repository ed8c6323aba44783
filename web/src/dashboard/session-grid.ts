// SPDX-License-Identifier: GPL-3.0-or-later

import { html, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { PageElement } from '../common/element.js';
import { icon } from '../common/icons.js';
import type { TileSize } from '../common/protocol.js';
import { _ } from '../common/words.js';
import { showable } from './commands.js';
import type { Tile } from './room.js';
import { Selection } from './selection.js';
import './session-tile.js';
import type { Thumbnails } from './thumbnails.js';

/**
 * The wall of tiles: what is selected, by mouse and keyboard.
 * One tile may stand in place of all (enlarged: its id): it alone is selected then, and arrows go on to its neighbours.
 * Events: "selected" (detail: ids), "enlarge" (id; "": back to all), "menu" ({x, y, element}), and the tiles' own.
 */
export class SessionGrid extends PageElement {
    static override properties = { tiles: { attribute: false }, size: {}, user: {}, thumbnails: { attribute: false }, enlarged: {} };
    declare tiles: Tile[];
    declare size: TileSize;
    declare user: string;
    declare thumbnails: Thumbnails;
    declare enlarged: string;
    private scrolled = 0; // where the wall stood before a tile was enlarged
    private selection = new Selection();

    constructor() {
        super();
        this.tiles = [];
        this.size = 'medium';
        this.user = this.enlarged = '';
    }

    get selected(): string[] {
        return this.order.filter((id) => this.selection.selected.has(id));
    }

    selectAll(): void {
        this.selection.all(this.order);
        this.selectionChanged();
    }

    /** Select some tiles and bring the first into sight. */
    select(ids: string[]): void {
        this.selection.all(this.order.filter((id) => ids.includes(id)));
        this.selection.current = ids[0] ?? '';
        this.selectionChanged();
        void this.updateComplete.then(() => this.focusCurrent());
    }

    clear(): void {
        this.selection.clear();
        this.selectionChanged();
    }

    focusCurrent(): void {
        this.querySelector<HTMLElement>('.tile[tabindex="0"]')?.focus();
    }

    /** Only what still lives can be selected. */
    private get order(): string[] {
        return this.tiles.filter((each) => !each.gone).map((each) => each.session.id);
    }

    /** The tile beside the enlarged one (+1, -1). */
    step(by: number): void {
        this.selection.move(by, false, showable(this.tiles).map((each) => each.session.id));
        this.emit('enlarge', this.selection.current);
    }

    protected override willUpdate(changed: PropertyValues<this>): void {
        const before = this.selection.selected.size;
        if (changed.has('enlarged'))
            this.willEnlarge(changed.get('enlarged') ?? '');
        this.selection.prune(this.order);
        if (this.selection.selected.size !== before)
            queueMicrotask(() => this.emit('selected', this.selected));
    }

    private willEnlarge(before: string): void {
        if (before === '')
            this.scrolled = this.closest('.home')?.scrollTop ?? 0;
        if (this.enlarged !== '')
            this.selection.only(this.enlarged);
        queueMicrotask(() => this.emit('selected', this.selected));
    }

    protected override updated(changed: PropertyValues<this>): void {
        if (changed.get('enlarged') === undefined)
            return;
        if (this.enlarged === '')
            this.closest('.home')?.scrollTo(0, this.scrolled);
        this.focusCurrent();
    }

    private selectionChanged(): void {
        this.requestUpdate();
        this.emit('selected', this.selected);
    }

    private idAt(event: Event): string | undefined {
        const tile = (event.target as Element).closest<HTMLElement>('.tile');
        const id = tile?.dataset.session;
        return id !== undefined && this.order.includes(id) ? id : undefined;
    }

    private onClick(event: MouseEvent): void {
        if ((event.target as Element).closest('button'))
            return;
        const id = this.idAt(event);
        if (this.enlarged !== '')
            return;
        if (id === undefined)
            this.selection.clear();
        else
            this.selection.click(id, { toggle: event.ctrlKey || event.metaKey, range: event.shiftKey }, this.order);
        this.selectionChanged();
        void this.updateComplete.then(() => this.focusCurrent());
    }

    private onDoubleClick(event: MouseEvent): void {
        const id = this.idAt(event);
        if (id !== undefined && !event.ctrlKey && !event.shiftKey)
            this.emit('enlarge', this.enlarged === '' ? id : '');
    }

    private onContextMenu(event: MouseEvent): void {
        event.preventDefault();
        const id = this.idAt(event);
        if (id === undefined)
            return;
        if (!this.selection.selected.has(id) && this.enlarged === '') {
            this.selection.only(id);
            this.selectionChanged();
        }
        const element = (event.target as Element).closest<HTMLElement>('.tile')!;
        const box = element.getBoundingClientRect();
        const byKeyboard = event.button !== 2;
        this.emit('menu', byKeyboard ? { x: box.left + box.width / 4, y: box.top + box.height / 3, element }
            : { x: event.clientX, y: event.clientY, element });
    }

    private onKeydown(event: KeyboardEvent): void {
        if ((event.target as Element).closest('button') || event.altKey)
            return;
        const handled = this.enlarged !== '' ? this.onEnlargedKey(event)
            : event.ctrlKey || event.metaKey ? this.onControlKey(event) : this.onPlainKey(event);
        if (!handled)
            return;
        event.preventDefault();
        this.selectionChanged();
        void this.updateComplete.then(() => this.focusCurrent());
    }

    private onControlKey(event: KeyboardEvent): boolean {
        if (event.key.toLowerCase() !== 'a')
            return false;
        this.selection.all(this.order);
        return true;
    }

    private onPlainKey(event: KeyboardEvent): boolean {
        const rtl = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
        const order = this.order;
        const steps: Record<string, number> = {
            ArrowRight: rtl, ArrowLeft: -rtl, ArrowDown: this.columns(), ArrowUp: -this.columns(),
            Home: -order.length, End: order.length,
        };
        const step = steps[event.key];
        if (step !== undefined)
            this.selection.move(step, event.shiftKey, order);
        else if (event.key === ' ' && this.selection.current !== '')
            this.selection.toggle(this.selection.current);
        else if (event.key === 'Escape')
            this.selection.clear();
        else if (event.key === 'Enter' && this.selection.current !== '')
            this.emit('enlarge', this.selection.current);
        else
            return false;
        return true;
    }

    private onEnlargedKey(event: KeyboardEvent): boolean {
        const rtl = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
        const steps: Record<string, number> = { ArrowRight: rtl, ArrowLeft: -rtl, ArrowDown: 1, ArrowUp: -1 };
        const control = event.ctrlKey || event.metaKey;
        const step = control ? undefined : steps[event.key];
        if (step !== undefined)
            this.step(step);
        else if (!control && ['Escape', 'Enter'].includes(event.key))
            this.emit('enlarge', '');
        else
            return event.key === ' ' || (control && event.key.toLowerCase() === 'a'); // nothing that is out of sight is selected
        return true;
    }

    private columns(): number {
        const list = this.querySelector('.wall');
        return list === null ? 1 : getComputedStyle(list).gridTemplateColumns.split(' ').length;
    }

    protected override render() {
        if (this.tiles.length === 0)
            return html`<div class="empty">${icon('person')}<p>${_('Nobody is logged on')}</p>
                <p class="hint">${_('Desktops appear here as soon as somebody logs on.')}</p></div>`;
        return html`<div class="wall size-${this.size} ${this.enlarged === '' ? '' : 'one'}" role="listbox" aria-multiselectable="true" aria-label=${_('Sessions')}
            @click=${this.onClick} @dblclick=${this.onDoubleClick} @contextmenu=${this.onContextMenu} @keydown=${this.onKeydown}>
            ${repeat(this.tiles, (each) => each.session.id, (each) => html`<session-tile .tile=${each}
                .thumbnails=${this.thumbnails} .selected=${this.selection.selected.has(each.session.id)}
                .current=${this.selection.current === each.session.id} .enlarged=${this.enlarged === each.session.id}
                .size=${this.enlarged === each.session.id ? 'enlarged' : this.size}
                @enlarge=${(event: CustomEvent<Tile>) => this.emit('enlarge', event.detail.session.id)}
                .user=${this.user} @cancel-ending=${this.forward} @dismiss-outcome=${this.forward} @grant=${this.forward}
                @refuse=${this.forward} @force=${this.forward}></session-tile>`)}
        </div>`;
    }

    private forward(event: CustomEvent): void {
        this.emit(event.type, event.detail);
    }
}

customElements.define('session-grid', SessionGrid);
