// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { ConfirmDialog } from '../common/confirm-dialog.js';
import { signOut } from '../common/conversation.js';
import { PageElement } from '../common/element.js';
import { learnClock } from '../common/format.js';
import { brandMark, icon, type IconName } from '../common/icons.js';
import '../common/language-select.js';
import '../common/log-on-form.js';
import { PopupMenu, type MenuEntry, type MenuPlace } from '../common/menu.js';
import { roleName } from '../common/names.js';
import { displayName, type Caller, type TileSize, type Verb } from '../common/protocol.js';
import { recall, remember } from '../common/remember.js';
import { Socket } from '../common/socket.js';
import { ToastList } from '../common/toast.js';
import { _, _n } from '../common/words.js';
import { Acts } from './acts.js';
import './audit-page.js';
import type { AuditFilter } from './audit-page.js';
import type { AuditRow } from './audit-words.js';
import {
    cancellable, capturable, forceable, grantable, GRANTS, lockable, mainMenu, may, refusable, sizeName, sizes, tileMenu, unlockable, showable, type Situation,
} from './commands.js';
import { LogOffDialog, type LogOffRequest } from './log-off-dialog.js';
import { Room, type Tile } from './room.js';
import { SessionGrid } from './session-grid.js';
import { Thumbnails } from './thumbnails.js';

const SIZE = 'tile-size';
const AUDIT = '#audit';

type Phase = 'connecting' | 'sign-in' | 'room';
type Tab = 'home' | 'audit';

/** The dashboard: sign in, then the wall of sessions. */
export class DashboardApp extends PageElement {
    static override properties = {
        phase: { state: true }, live: { state: true }, notice: { state: true }, tiles: { state: true },
        selectedCount: { state: true }, enlarged: { state: true }, menuOpen: { state: true }, size: { state: true },
        tab: { state: true },
    };
    declare phase: Phase;
    declare live: boolean;
    declare notice: string;
    declare tiles: Tile[];
    declare selectedCount: number;
    declare enlarged: string; // id of the session whose tile stands in place of all; "": none
    declare menuOpen: boolean; // the one at the top left
    declare size: TileSize;
    declare tab: Tab;
    private caller: Caller | undefined;
    private socket = new Socket('dashboard', {
        caller: (caller) => void this.onCaller(caller),
        signal: (name, argument) => this.onSignal(name, argument),
        picture: (packet) => void this.thumbnails.takePacket(packet),
        lost: () => { this.live = false; },
        noLogin: (reason) => this.onNoLogin(reason),
    });
    private thumbnails = new Thumbnails(this.socket);
    private room = new Room(() => { this.tiles = this.room.tiles(); }, (job) => this.acts.reportJob(job));
    private acts = new Acts(this.socket, () => this.querySelector<ToastList>('toast-list')!);

    constructor() {
        super();
        this.phase = 'connecting';
        this.live = this.menuOpen = false;
        this.notice = '';
        this.tiles = [];
        this.selectedCount = 0;
        this.enlarged = '';
        this.tab = tabOfAddress();
        const size = recall(SIZE) as TileSize;
        this.size = sizes.includes(size) ? size : 'medium';
    }

    override connectedCallback(): void {
        super.connectedCallback();
        window.addEventListener('keydown', this.onKeydown);
        window.addEventListener('hashchange', this.onAddress);
        this.socket.open();
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        window.removeEventListener('keydown', this.onKeydown);
        window.removeEventListener('hashchange', this.onAddress);
        this.socket.close();
    }

    private readonly onAddress = (): void => {
        this.enlarged = '';
        this.tab = tabOfAddress();
    };

    /** Wherever the keyboard is; menus and dialogs take their Escape themselves. */
    private readonly onKeydown = (event: KeyboardEvent): void => {
        if (event.key === 'Escape' && this.enlarged !== '' && !event.defaultPrevented && this.querySelector('dialog[open]') === null)
            void this.back();
    };

    private get grid(): SessionGrid | null {
        return this.querySelector<SessionGrid>('session-grid');
    }

    private get dialog(): LogOffDialog | null {
        return this.querySelector<LogOffDialog>('log-off-dialog');
    }

    private async onCaller(caller: Caller): Promise<void> {
        if (this.caller !== undefined && this.caller.user !== caller.user)
            this.room.clear();
        this.caller = caller;
        void learnClock();
        try {
            await this.room.load(this.socket);
        } catch {
            this.socket.open(); // a socket that answers nothing is of no use
            return;
        }
        this.live = true;
        this.phase = 'room';
        this.notice = '';
        this.thumbnails.reconnected();
    }

    private onNoLogin(reason: string): void {
        const texts: Record<string, string> = {
            'signed-out': _('You are signed out.'),
            'expired': _('Your sign-in has expired.'),
            'absent': _('Your sign-in has expired.'),
        };
        if (this.phase === 'room')
            this.notice = texts[reason] ?? _('You are signed out.');
        this.leave();
    }

    private leave(): void {
        this.phase = 'sign-in';
        this.enlarged = '';
        this.caller = undefined;
        this.dialog?.close();
        this.room.clear();
    }

    private onSignal(name: string, argument: unknown): void {
        this.room.takeSignal(name, argument);
        if (name.startsWith('Session'))
            void this.dialog?.refresh();
    }

    private async signOut(): Promise<void> {
        this.socket.close();
        await signOut('dashboard');
        this.notice = _('You are signed out.');
        this.leave();
    }

    private get situation(): Situation {
        const ids = new Set(this.grid?.selected);
        return {
            tiles: this.tiles, selected: this.tiles.filter((each) => ids.has(each.session.id)), size: this.size,
            user: this.caller?.user ?? '', enlarged: this.enlarged !== '',
        };
    }

    private openMenu(entries: MenuEntry[], label: string, place: MenuPlace, from: HTMLElement): void {
        const menu = this.querySelector<PopupMenu>('popup-menu')!;
        menu.label = label;
        void menu.open(entries, place, from);
    }

    private onMenuButton(event: Event): void {
        const button = event.currentTarget as HTMLElement;
        if (this.menuOpen) {
            this.querySelector<PopupMenu>('popup-menu')!.close(true);
            return;
        }
        this.menuOpen = true;
        const box = button.getBoundingClientRect();
        const rtl = getComputedStyle(this).direction === 'rtl';
        this.openMenu(mainMenu(this.situation), _('Menu'), { x: rtl ? box.right : box.left, y: box.bottom + 4 }, button);
    }

    private onTileMenu(event: CustomEvent<MenuPlace & { element: HTMLElement }>): void {
        this.openMenu(tileMenu(this.situation), _('Selected sessions'), event.detail, event.detail.element);
    }

    private onCommand(command: string): void {
        const { selected, user } = this.situation;
        const ids = selected.map((each) => each.session.id);
        const table: Record<string, () => unknown> = {
            'log-off-selected': () => this.dialog?.show({ sessions: ids }),
            'log-off-all': () => this.dialog?.show({ all: true }),
            'suspend-selected': () => this.acts.toSessions('Suspend', idsOf(selected.filter((each) => may(each.session, 'suspend')))),
            'suspend-all': () => this.acts.toSessions('Suspend', { all: true }),
            'lock-selected': () => this.acts.toSessions('Lock', idsOf(lockable(selected))),
            'unlock-selected': () => this.acts.toSessions('Unlock', idsOf(unlockable(selected))),
            'cancel-selected': () => cancellable(selected, user).forEach((each) => this.acts.cancel(each)),
            'force-selected': () => this.force(forceable(selected)),
            ...Object.fromEntries(GRANTS.map((minutes) =>
                [`grant-${minutes}`, () => this.acts.grant(grantable(selected), minutes)])),
            'refuse-selected': () => this.acts.refuse(refusable(selected)),
            'select-all': () => this.selectAll(),
            'enlarge': () => this.enlarge(ids[0] ?? ''),
            'back': () => this.back(),
            'screenshot': () => this.acts.saveScreenshots(capturable(selected)),
            'size-small': () => this.setSize('small'),
            'size-medium': () => this.setSize('medium'),
            'size-large': () => this.setSize('large'),
        };
        table[command]?.();
    }

    private force(tiles: Tile[]): Promise<void> {
        return this.acts.force(tiles, this.querySelector<ConfirmDialog>('confirm-dialog')!);
    }

    private get asking(): Tile[] {
        return refusable(this.tiles);
    }

    /** Those who ask for more time, selected: one act answers them all. */
    private async showAsking(): Promise<void> {
        await this.back();
        this.grid?.select(this.asking.map((each) => each.session.id));
    }

    /** Put a tile in place of all, if it has pictures; "": back to all. */
    private enlarge(id: string): void {
        if (id === '' || showable(this.tiles.filter((each) => each.session.id === id)).length > 0)
            this.enlarged = id;
    }

    private async selectAll(): Promise<void> {
        await this.back();
        this.grid?.selectAll();
    }

    private setSize(size: TileSize): void {
        this.size = size;
        remember(SIZE, size);
    }

    private async onConfirm(event: CustomEvent<LogOffRequest>): Promise<void> {
        try {
            await this.acts.logOff(event.detail);
            this.dialog?.close();
        } catch (error) {
            await this.dialog?.refused(error);
        }
    }

    private get readsAll(): boolean {
        return this.caller?.role === 'administrator';
    }

    private readonly findAudit = (filter: AuditFilter): Promise<AuditRow[]> => this.socket.call<AuditRow[]>('FindAudit', filter);

    /** To the wall of all sessions. */
    private async back(): Promise<void> {
        this.enlarged = '';
        this.tab = 'home';
        if (tabOfAddress() !== 'home')
            location.hash = '';
        await this.updateComplete;
        await this.grid?.updateComplete;
        this.grid?.focusCurrent();
    }

    /** The enlarged tile has gone: the others come back. */
    protected override willUpdate(): void {
        if (this.enlarged !== '' && !this.tiles.some((each) => each.session.id === this.enlarged))
            this.enlarged = '';
    }

    /** Also for who looks at another tab. */
    protected override updated(): void {
        const n = this.phase === 'room' ? this.asking.length : 0;
        document.title = n > 0 ? `(${n}) Manyseat` : 'Manyseat';
    }

    protected override render() {
        if (this.phase === 'connecting')
            return html`<p class="curtain" role="status">${brandMark()}${this.live ? '' : _('Connecting …')}</p>`;
        if (this.phase === 'sign-in')
            return html`<log-on-form .kind=${'dashboard'} .notice=${this.notice} @done=${() => this.socket.open()}></log-on-form>`;
        return html`
            ${this.renderHeader()}
            ${this.live ? nothing : html`<p class="banner" role="status">${_('The connection is lost. Connecting again …')}</p>`}
            ${this.renderContent()}
            <popup-menu @closed=${() => { this.menuOpen = false; }} @command=${(event: CustomEvent<string>) => this.onCommand(event.detail)}></popup-menu>
            <log-off-dialog .askPlan=${this.acts.plan} .askUnsaved=${this.acts.unsaved} .nameOf=${(user: string) => this.room.nameOf(user)}
                @confirm=${this.onConfirm}></log-off-dialog>
            <confirm-dialog></confirm-dialog>
            <toast-list></toast-list>`;
    }

    private renderHeader() {
        return html`<header class="top">
            <button class="menu-button" data-command="menu" aria-label=${_('Menu')} aria-haspopup="menu"
                aria-expanded=${String(this.menuOpen)} @click=${this.onMenuButton}>
                ${icon('menu')}<span>${_('Menu')}</span></button>
            <span class="brand">${brandMark()}<span>Manyseat</span></span>
            <nav aria-label=${_('Sections')}><a href="#" aria-current=${this.tab === 'home' ? 'page' : nothing}
                @click=${() => void this.back()}>${_('Home')}</a>
                <a href=${AUDIT} aria-current=${this.tab === 'audit' ? 'page' : nothing} data-command="audit">${
                    this.readsAll ? _('Audit') : _('My activity')}</a></nav>
            <span class="asking" role="status">${this.renderAsking()}</span>
            <div class="person">
                <language-select></language-select>
                <span class="me" title=${roleName(this.caller!.role)}>${icon('person')}<span dir="auto">${displayName(this.caller!)}</span></span>
                <button data-command="sign-out" @click=${this.signOut}>${_('Sign out')}</button>
            </div>
        </header>`;
    }

    private renderAsking() {
        const n = this.asking.length;
        return n === 0 ? nothing : html`<button data-command="show-asking" @click=${this.showAsking}>${icon('hand')}${
            _n('{n} user asks for more time', '{n} users ask for more time', n)}</button>`;
    }

    private renderContent() {
        const audit = this.tab === 'audit';
        return html`${audit ? html`<audit-page .all=${this.readsAll} .find=${this.findAudit}></audit-page>` : nothing}
        <main class="home" ?hidden=${audit}>${this.enlarged === '' ? this.renderToolbar() : this.renderEnlargedBar()}
            <session-grid .tiles=${this.tiles} .size=${this.size} .user=${this.caller?.user ?? ''} .thumbnails=${this.thumbnails} .enlarged=${this.enlarged}
                @selected=${(event: CustomEvent<string[]>) => { this.selectedCount = event.detail.length; }}
                @menu=${this.onTileMenu} @enlarge=${(event: CustomEvent<string>) => this.enlarge(event.detail)}
                @cancel-ending=${(event: CustomEvent<Tile>) => this.acts.cancel(event.detail)}
                @grant=${(event: CustomEvent<{ tile: Tile; minutes: number }>) => this.acts.grant([event.detail.tile], event.detail.minutes)}
                @refuse=${(event: CustomEvent<Tile>) => this.acts.refuse([event.detail])}
                @force=${(event: CustomEvent<Tile>) => this.force([event.detail])}
                @dismiss-outcome=${(event: CustomEvent<Tile>) => this.room.dismiss(event.detail.session.id)}></session-grid>
        </main>`;
    }

    /** What can be done with the one tile that is enlarged; it says itself whose it is. */
    private renderEnlargedBar() {
        const selected = this.tiles.filter((each) => each.session.id === this.enlarged);
        const locked = unlockable(selected).length > 0;
        const button = (command: string, look: IconName, label: string, disabled: boolean) => html`<button data-command=${command}
            ?disabled=${disabled} title=${label} @click=${() => this.onCommand(command)}>${icon(look)}<span>${label}</span></button>`;
        const cannot = (verb: Verb) => !selected.some((each) => !each.gone && may(each.session, verb));
        return html`<div class="toolbar enlarged" role="toolbar" aria-label=${_('Enlarged desktop')}>
            <span class="group">${button('back', 'wall', _('Back to all desktops'), false)}
                <button class="plain" data-command="previous" title=${_('Previous desktop')} aria-label=${_('Previous desktop')}
                    @click=${() => this.grid?.step(-1)}>${icon('chevron')}</button>
                <button class="plain" data-command="next" title=${_('Next desktop')} aria-label=${_('Next desktop')}
                    @click=${() => this.grid?.step(1)}>${icon('chevron')}</button></span>
            <span class="hint">${_('You are only looking: neither mouse nor keyboard reaches this desktop.')}</span>
            <span class="group">
                ${button('screenshot', 'camera', _('Save a screenshot'), capturable(selected).length === 0)}
                ${locked ? button('unlock-selected', 'locked', _('Unlock the session'), false)
                    : button('lock-selected', 'locked', _('Lock the session'), lockable(selected).length === 0)}
                ${button('suspend-selected', 'suspended', _('Suspend'), cannot('suspend'))}
                ${button('log-off-selected', 'ended', _('Log off'), cannot('log-off'))}
            </span>
        </div>`;
    }

    private renderToolbar() {
        const living = this.tiles.filter((each) => !each.gone).length;
        return html`<div class="toolbar">
            <p aria-live="polite"><strong>${_n('{n} session', '{n} sessions', living)}</strong>${this.selectedCount > 0
                ? html`<span>${_n('{n} selected', '{n} selected', this.selectedCount)}</span>` : nothing}</p>
            <div class="segments" role="group" aria-label=${_('Size')}>${sizes.map((size) => html`<button
                data-size=${size} aria-pressed=${String(size === this.size)}
                @click=${() => this.setSize(size)}>${sizeName(size)}</button>`)}</div>
        </div>`;
    }
}

function tabOfAddress(): Tab {
    return location.hash === AUDIT ? 'audit' : 'home';
}

function idsOf(tiles: Tile[]): { sessions: string[] } {
    return { sessions: tiles.map((each) => each.session.id) };
}

customElements.define('dashboard-app', DashboardApp);
