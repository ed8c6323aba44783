// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { PageElement } from './element.js';
import { icon } from './icons.js';

const EDGE_PX = 8; // kept free between a menu and the window's edge
const TYPE_AHEAD_MS = 700;

export interface MenuItem {
    command: string;
    label: string;
    hint?: string;
    disabled?: boolean;
    /** One of several that exclude each other. */
    checked?: boolean;
    items?: MenuItem[];
}

export type MenuEntry = MenuItem | 'separator';

/** Where a menu opens, in the window's pixels; its inline start edge is at x. */
export interface MenuPlace {
    x: number;
    y: number;
}

/**
 * A pop-up menu with one level of submenus, by the WAI-ARIA menu pattern: arrows, Home, End, Enter, Space, Escape, Tab, first
 * letters. open() shows it; events: "command" (detail: the command), "closed". The focus goes back to where it came from.
 */
export class PopupMenu extends PageElement {
    static override properties = { entries: { state: true }, openSub: { state: true }, label: {} };
    declare entries: MenuEntry[] | undefined;
    declare openSub: string;
    declare label: string;
    private cameFrom: HTMLElement | undefined;
    private place: MenuPlace = { x: 0, y: 0 };
    private typed = '';
    private typedAt = 0;
    private onOutside = (event: Event) => {
        const path = event.composedPath();
        const byOpener = this.cameFrom?.ariaHasPopup === 'menu' && path.includes(this.cameFrom); // its click closes us
        if (!path.includes(this) && !byOpener)
            this.close(false);
    };
    private onGone = () => this.close(false);

    constructor() {
        super();
        this.openSub = '';
        this.label = '';
    }

    get isOpen(): boolean {
        return this.entries !== undefined;
    }

    async open(entries: MenuEntry[], place: MenuPlace, cameFrom: HTMLElement): Promise<void> {
        this.cameFrom = cameFrom;
        this.place = place;
        this.openSub = '';
        this.entries = entries;
        window.addEventListener('pointerdown', this.onOutside, true);
        window.addEventListener('blur', this.onGone);
        window.addEventListener('resize', this.onGone);
        await this.updateComplete;
        this.focusItem(this.itemsOf('')[0]);
    }

    close(restoreFocus: boolean): void {
        if (!this.isOpen)
            return;
        window.removeEventListener('pointerdown', this.onOutside, true);
        window.removeEventListener('blur', this.onGone);
        window.removeEventListener('resize', this.onGone);
        this.entries = undefined;
        this.openSub = '';
        if (restoreFocus)
            this.cameFrom?.focus();
        this.emit('closed');
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.close(false);
    }

    protected override updated(): void {
        const menu = this.querySelector<HTMLElement>(':scope > .menu');
        if (menu === null)
            return;
        keepInside(menu, this.place.x, this.place.y);
        const sub = menu.querySelector<HTMLElement>('.menu');
        const parent = sub?.previousElementSibling?.getBoundingClientRect();
        if (sub && parent)
            placeBeside(sub, parent);
    }

    /** The items of the menu itself (""), or of the submenu of a command. */
    private itemsOf(sub: string): HTMLElement[] {
        const selector = sub === '' ? ':scope > .menu > li > [role^=menuitem]' : `:scope .menu .menu > li > [role^=menuitem]`;
        return [...this.querySelectorAll<HTMLElement>(selector)];
    }

    private focusItem(item: HTMLElement | undefined): void {
        item?.focus();
    }

    private async enterSub(command: string): Promise<void> {
        this.openSub = command;
        await this.updateComplete;
        this.focusItem(this.itemsOf(command)[0]);
    }

    private leaveSub(): void {
        const parent = this.querySelector<HTMLElement>(`[data-command="${this.openSub}"]`);
        this.openSub = '';
        parent?.focus();
    }

    private activate(item: MenuItem): void {
        if (item.disabled)
            return;
        if (item.items !== undefined) {
            void this.enterSub(item.command);
            return;
        }
        this.close(true);
        this.emit('command', item.command);
    }

    private onHover(item: MenuItem, event: Event): void {
        const inSub = (event.currentTarget as HTMLElement).closest('.menu .menu') !== null;
        (event.currentTarget as HTMLElement).focus({ preventScroll: true });
        if (!inSub)
            this.openSub = item.items !== undefined && !item.disabled ? item.command : '';
    }

    private onKeydown(event: KeyboardEvent): void {
        const inSub = (event.target as HTMLElement).closest('.menu .menu') !== null;
        const items = this.itemsOf(inSub ? this.openSub : '');
        const at = items.indexOf(event.target as HTMLElement);
        const rtl = getComputedStyle(this).direction === 'rtl';
        const item = this.itemOf(event.target as HTMLElement);
        switch (event.key) {
        case 'ArrowDown': this.focusItem(items[(at + 1) % items.length]); break;
        case 'ArrowUp': this.focusItem(items[(at - 1 + items.length) % items.length]); break;
        case 'Home': this.focusItem(items[0]); break;
        case 'End': this.focusItem(items[items.length - 1]); break;
        case rtl ? 'ArrowLeft' : 'ArrowRight':
            if (item?.items !== undefined)
                this.activate(item);
            break;
        case rtl ? 'ArrowRight' : 'ArrowLeft':
            if (inSub)
                this.leaveSub();
            break;
        case 'Enter': case ' ':
            if (item !== undefined)
                this.activate(item);
            break;
        case 'Escape': inSub ? this.leaveSub() : this.close(true); break;
        case 'Tab': this.close(true); break;
        default:
            if (event.key.length === 1 && !event.ctrlKey && !event.metaKey)
                this.typeAhead(event.key, items, at);
            else
                return;
        }
        event.preventDefault();
        event.stopPropagation();
    }

    private typeAhead(key: string, items: HTMLElement[], at: number): void {
        this.typed = performance.now() - this.typedAt > TYPE_AHEAD_MS ? key : this.typed + key;
        this.typedAt = performance.now();
        const wanted = this.typed.toLocaleLowerCase();
        const order = [...items.slice(at + (this.typed.length === 1 ? 1 : 0)), ...items];
        this.focusItem(order.find((each) => each.textContent!.trim().toLocaleLowerCase().startsWith(wanted)));
    }

    private itemOf(element: HTMLElement): MenuItem | undefined {
        const all = (this.entries ?? []).filter((each): each is MenuItem => each !== 'separator');
        return [...all, ...all.flatMap((each) => each.items ?? [])]
            .find((each) => each.command === element.dataset.command);
    }

    protected override render() {
        return this.entries === undefined ? nothing : this.renderMenu(this.entries, this.label, true);
    }

    private renderMenu(entries: MenuEntry[], label: string, top: boolean): unknown {
        return html`<ul class="menu" role="menu" aria-label=${label} @keydown=${top ? this.onKeydown : nothing}
            @contextmenu=${(event: Event) => event.preventDefault()}>
            ${entries.map((each) => each === 'separator' ? html`<li role="separator"></li>` : html`<li role="none">
                ${this.renderItem(each)}
                ${each.items !== undefined && this.openSub === each.command ? this.renderMenu(each.items, each.label, false) : nothing}
            </li>`)}
        </ul>`;
    }

    private renderItem(item: MenuItem) {
        const sub = item.items !== undefined;
        return html`<div class="menu-item" tabindex="-1" data-command=${item.command}
            role=${item.checked === undefined ? 'menuitem' : 'menuitemradio'}
            aria-checked=${item.checked === undefined ? nothing : String(item.checked)}
            aria-disabled=${item.disabled ? 'true' : nothing}
            aria-haspopup=${sub ? 'menu' : nothing} aria-expanded=${sub ? String(this.openSub === item.command) : nothing}
            @click=${() => this.activate(item)} @pointerenter=${(event: Event) => this.onHover(item, event)}>
            <span class="menu-mark">${item.checked ? icon('selected') : nothing}</span>
            <span class="menu-label">${item.label}${item.hint ? html`<small>${item.hint}</small>` : nothing}</span>
            ${sub ? html`<span class="menu-arrow">${icon('chevron')}</span>` : nothing}
        </div>`;
    }
}

/** Put a fixed element at x, y, moved so far that it is inside the window. */
function keepInside(element: HTMLElement, x: number, y: number): void {
    const rtl = getComputedStyle(element).direction === 'rtl';
    const left = rtl ? x - element.offsetWidth : x;
    element.style.left = `${Math.max(EDGE_PX, Math.min(left, window.innerWidth - element.offsetWidth - EDGE_PX))}px`;
    element.style.top = `${Math.max(EDGE_PX, Math.min(y, window.innerHeight - element.offsetHeight - EDGE_PX))}px`;
}

/** Put a submenu on the side where there is room; on a narrow window below its item, which it must not cover. */
function placeBeside(element: HTMLElement, parent: DOMRect): void {
    const rtl = getComputedStyle(element).direction === 'rtl';
    const sides = [parent.right, parent.left - element.offsetWidth];
    const fits = (left: number) => left >= EDGE_PX && left + element.offsetWidth + EDGE_PX <= window.innerWidth;
    const left = (rtl ? sides.reverse() : sides).find(fits);
    const top = left === undefined ? parent.bottom : Math.min(parent.top, window.innerHeight - element.offsetHeight - EDGE_PX);
    element.style.left = `${left ?? Math.max(EDGE_PX, window.innerWidth - element.offsetWidth - EDGE_PX)}px`;
    element.style.top = `${Math.max(EDGE_PX, top)}px`;
}

customElements.define('popup-menu', PopupMenu);
