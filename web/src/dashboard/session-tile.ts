// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { PageElement } from '../common/element.js';
import { countdown, listOf, secondsUntil } from '../common/format.js';
import { icon, type IconName } from '../common/icons.js';
import { blockerText, heldUpBy, noPictureText, outcomeName, roleName, stageName, stateName, stationText } from '../common/names.js';
import type { PictureSize } from '../common/picture.js';
import { displayName, type Blocker } from '../common/protocol.js';
import { _, _n } from '../common/words.js';
import { cancellable, forceable, grantName, GRANTS, refusable, showable } from './commands.js';
import type { ShownOutcome, Tile } from './room.js';
import type { PictureTarget, Thumbnails } from './thumbnails.js';

const GOOD_OUTCOMES = ['clean', 'ended-by-user'];
const TICK_MS = 1000;
const BLOCKERS_SHOWN = 3;

/** One session of the wall, or, enlarged, in place of it. Events: "enlarge", "cancel-ending", "dismiss-outcome", "refuse", "force" (detail: the tile), "grant" ({tile, minutes}). */
export class SessionTile extends PageElement implements PictureTarget {
    static override properties = {
        tile: { attribute: false }, selected: { type: Boolean }, current: { type: Boolean }, thumbnails: { attribute: false },
        user: {}, size: {}, enlarged: { type: Boolean, reflect: true }, unavailable: { state: true }, hasPicture: { state: true },
    };
    declare tile: Tile;
    declare selected: boolean;
    declare current: boolean;
    declare user: string; // who looks
    declare size: PictureSize;
    declare enlarged: boolean;
    declare thumbnails: Thumbnails;
    declare unavailable: string;
    declare hasPicture: boolean;
    private tick = 0;
    private hadFocus = false; // a button of ours has the keyboard

    constructor() {
        super();
        this.selected = this.current = this.hasPicture = this.enlarged = false;
        this.size = 'medium';
        this.unavailable = this.user = '';
    }

    override connectedCallback(): void {
        super.connectedCallback();
        this.setAttribute('role', 'none');
        this.thumbnails.add(this.tile.session.id, this);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        window.clearInterval(this.tick);
        this.tick = 0;
        this.thumbnails.remove(this.tile.session.id, this);
    }

    showPicture(bitmap: ImageBitmap): void {
        const canvas = this.querySelector('canvas');
        if (canvas === null)
            return;
        if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
            canvas.width = bitmap.width;
            canvas.height = bitmap.height;
        }
        canvas.getContext('bitmaprenderer')!.transferFromImageBitmap(bitmap); // no copy; the bitmap is empty then
        this.unavailable = '';
        this.hasPicture = true;
    }

    showPart(bitmap: ImageBitmap, left: number, top: number): void {
        const canvas = this.querySelector('canvas');
        if (canvas === null || !this.hasPicture)
            return;
        const picture = new OffscreenCanvas(canvas.width, canvas.height);
        const draw = picture.getContext('2d', { alpha: false })!;
        draw.drawImage(canvas, 0, 0);
        draw.drawImage(bitmap, left, top);
        this.showPicture(picture.transferToImageBitmap());
    }

    /** Of a desktop that is closed its last picture stays, faded, until its tile goes. */
    showUnavailable(reason: string): void {
        if (reason === 'ended' && this.hasPicture)
            return;
        this.unavailable = reason;
        this.hasPicture = false;
    }

    protected override willUpdate(): void {
        this.hadFocus = document.activeElement?.localName === 'button' && this.contains(document.activeElement);
    }

    protected override updated(): void {
        if (this.hadFocus && !this.contains(document.activeElement))
            this.querySelector<HTMLElement>('.tile')?.focus({ preventScroll: true }); // the button is gone, its tile is not
        this.thumbnails.setSize(this.tile.session.id, this.tile.session.monitored && !this.tile.gone ? this.size : undefined);
        const counting = (this.tile.row?.deadline ?? 0) > 0;
        if (counting && this.tick === 0)
            this.tick = window.setInterval(() => this.requestUpdate(), TICK_MS);
        if (!counting) {
            window.clearInterval(this.tick);
            this.tick = 0;
        }
    }

    protected override render() {
        const { session, gone } = this.tile;
        const name = displayName(session);
        return html`
            <div class="tile ${this.hasFoot ? 'footed' : ''}" role="option" aria-label=${this.label()} aria-selected=${String(this.selected)} tabindex=${this.current ? 0 : -1}
                data-session=${session.id} data-user=${session.user} data-state=${session.state}>
                <div class="picture">
                    <canvas ?hidden=${!this.hasPicture} aria-hidden="true"></canvas>
                    ${this.hasPicture ? nothing : html`<div class="no-picture">${icon('screen')}
                        <span>${this.noPicture()}</span></div>`}
                    <span class="mark">${icon('selected')}</span>
                    <span class="badge state-${session.state}">${icon(session.state as IconName)}${stateName(session.state)}</span>
                </div>
                <div class="who">
                    <span class="name" dir="auto">${name}</span>
                    ${session.role !== 'standard' ? html`<span class="role" title=${roleName(session.role)} role="img"
                        aria-label=${roleName(session.role)}>${icon('star')}</span>` : nothing}
                    ${session.own ? html`<span class="own">${_('you')}</span>` : nothing}
                    <span class="user" dir="auto">${name === session.user ? '' : session.user}</span>
                    <span class="station" dir="auto">${gone ? '' : stationText(session)}</span>
                </div>
                ${this.renderProgress()}
            </div>
            ${this.hasFoot ? html`<div class="foot">${this.renderFoot()}</div>` : this.renderButton()}
            ${this.enlarged || showable([this.tile]).length === 0 ? nothing : this.renderEnlarge()}`;
    }

    /** For the mouse and the finger; by keyboard it is Enter. */
    private renderEnlarge() {
        return html`<button class="enlarge" data-command="enlarge" tabindex="-1" title=${_('Enlarge')}
            aria-label="${_('Enlarge')}: ${displayName(this.tile.session)}" @click=${() => this.emit('enlarge', this.tile)}>${icon('enlarge')}</button>`;
    }

    /** What a screen reader says: who it is comes first. The countdown is not in it, it would never be silent. */
    private label(): string {
        const { session, gone, row, outcome, asks } = this.tile;
        const name = displayName(session);
        return [
            name, session.own ? _('you') : '', session.role === 'standard' ? '' : roleName(session.role), stateName(session.state),
            asks ? _('asks for more time') : '', row === undefined ? '' : stageName(row.stage),
            row === undefined && outcome !== undefined ? this.outcomeText(outcome) : '',
            ...(row?.blockers ?? outcome?.blockers ?? []).map(blockerText),
            name === session.user ? '' : session.user, gone ? '' : stationText(session),
        ].filter((each) => each !== '').join(', ');
    }

    private outcomeText({ outcome, detail, blockers }: ShownOutcome): string {
        return outcomeName(outcome, outcome === 'held-up' ? heldUpBy(blockers, detail) : detail);
    }

    private noPicture(): string {
        const { session, gone } = this.tile;
        if (gone)
            return '';
        if (!session.monitored)
            return noPictureText(session.unwatched);
        return this.unavailable === '' ? _('Waiting for a picture …') : noPictureText(this.unavailable);
    }

    /** Somebody has to decide: there are buttons for that below. */
    private get hasFoot(): boolean {
        return this.asks || forceable([this.tile]).length > 0;
    }

    private get asks(): boolean {
        return refusable([this.tile]).length > 0;
    }

    private renderProgress() {
        const { row, outcome, asks } = this.tile;
        if (row !== undefined) {
            const left = row.deadline > 0 ? countdown(secondsUntil(row.deadline)) : '';
            return html`${asks ? html`<div class="asks">${icon('hand')}<span>${_('asks for more time')}</span></div>` : nothing}
                <div class="progress" data-stage=${row.stage}>${icon('ending')}
                <span>${stageName(row.stage)}</span><span class="countdown" role="timer">${left}</span></div>
                ${['ask', 'grace'].includes(row.stage) ? this.renderBlockers(row.blockers) : nothing}`;
        }
        return outcome === undefined ? nothing : this.renderOutcome(outcome);
    }

    private renderOutcome(shown: ShownOutcome) {
        const { outcome, detail, blockers, closed } = shown;
        const gone = this.tile.gone || closed.length === 0 ? '' : _('Closed: {what}', { what: listOf(closed) });
        const good = GOOD_OUTCOMES.includes(outcome);
        const title = outcome === 'held-up' ? [_('There may be unsaved changes'), ...blockers.map(blockerText)].join('\n') : detail;
        return html`<div class="outcome ${good ? 'good' : outcome === 'cancelled' ? '' : 'bad'}"
            data-outcome=${outcome} title=${this.tile.gone && good ? '' : title}>
            ${icon(good ? 'good' : outcome === 'cancelled' ? 'close' : 'bad')}
            <span>${this.outcomeText(shown)}</span></div>
            ${this.renderBlockers(blockers)}
            ${gone === '' ? nothing : html`<div class="closed" dir="auto" title=${gone}>${gone}</div>`}`;
    }

    private renderBlockers(blockers: Blocker[]) {
        const more = blockers.length - BLOCKERS_SHOWN;
        return blockers.length === 0 ? nothing : html`<div class="blockers">
            ${blockers.slice(0, BLOCKERS_SHOWN).map((each) => html`<div dir="auto">${blockerText(each)}</div>`)}
            ${more > 0 ? html`<div>${_n('and {n} more', 'and {n} more', more)}</div>` : nothing}</div>`;
    }

    /** Beside the option, not in it: what is in an option can't be operated by a screen reader. */
    private renderButton() {
        if (cancellable([this.tile], this.user).length > 0)
            return this.button('cancel-ending', _('Cancel'), 'tile-button');
        if (this.tile.row === undefined && this.tile.outcome !== undefined)
            return this.dismissButton('tile-button');
        return nothing;
    }

    private renderFoot() {
        if (!this.asks)
            return html`${this.button('force', _('Force the log-off'), 'danger')}${this.dismissButton('')}`;
        const name = displayName(this.tile.session);
        const short = (minutes: number) => _n('+{n} min', '+{n} min', minutes);
        return html`${GRANTS.map((minutes) => html`<button data-command="grant-${minutes}" title=${grantName(minutes)}
                aria-label="${grantName(minutes)}: ${name}" @click=${() => this.emit('grant', { tile: this.tile, minutes })}>${short(minutes)}</button>`)}
            ${this.button('refuse', _('No more time'))}
            ${cancellable([this.tile], this.user).length > 0 ? this.button('cancel-ending', _('Cancel')) : nothing}`;
    }

    private button(event: string, label: string, look = '') {
        return html`<button class=${look} data-command=${event} aria-label="${label}: ${displayName(this.tile.session)}"
            @click=${() => this.emit(event, this.tile)}>${label}</button>`;
    }

    private dismissButton(look: string) {
        return html`<button class="${look} plain" data-command="dismiss" title=${_('Dismiss')}
            aria-label=${_('Dismiss: {name}', { name: displayName(this.tile.session) })}
            @click=${() => this.emit('dismiss-outcome', this.tile)}>${icon('close')}</button>`;
    }
}

customElements.define('session-tile', SessionTile);
