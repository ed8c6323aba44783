// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { PageElement } from '../common/element.js';
import { countdown, secondsUntil } from '../common/format.js';
import { icon, type IconName } from '../common/icons.js';
import { noPictureText, outcomeName, roleName, stageName, stateName } from '../common/names.js';
import { displayName } from '../common/protocol.js';
import { _ } from '../common/words.js';
import type { Tile } from './room.js';
import type { PictureTarget, Thumbnails } from './thumbnails.js';

const GOOD_OUTCOMES = ['clean', 'ended-by-user'];
const TICK_MS = 1000;

/** One session of the wall. Events: "cancel-ending", "dismiss-outcome" (detail: the tile). */
export class SessionTile extends PageElement implements PictureTarget {
    static override properties = {
        tile: { attribute: false }, selected: { type: Boolean }, current: { type: Boolean }, thumbnails: { attribute: false },
        unavailable: { state: true }, hasPicture: { state: true },
    };
    declare tile: Tile;
    declare selected: boolean;
    declare current: boolean;
    declare thumbnails: Thumbnails;
    declare unavailable: string;
    declare hasPicture: boolean;
    private tick = 0;

    constructor() {
        super();
        this.selected = this.current = this.hasPicture = false;
        this.unavailable = '';
    }

    override connectedCallback(): void {
        super.connectedCallback();
        this.setAttribute('role', 'none');
        this.thumbnails.add(this.tile.session.id, this, this.wantsPictures);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        window.clearInterval(this.tick);
        this.tick = 0;
        this.thumbnails.remove(this.tile.session.id, this);
    }

    private get wantsPictures(): boolean {
        return this.tile.session.monitored && !this.tile.gone;
    }

    showPicture(bitmap: ImageBitmap): void {
        const canvas = this.querySelector('canvas');
        if (canvas !== null) {
            canvas.width = bitmap.width;
            canvas.height = bitmap.height;
            canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
            this.unavailable = '';
            this.hasPicture = true;
        }
        bitmap.close();
    }

    /** Of a desktop that is closed its last picture stays, faded, until its tile goes. */
    showUnavailable(reason: string): void {
        if (reason === 'ended' && this.hasPicture)
            return;
        this.unavailable = reason;
        this.hasPicture = false;
    }

    protected override updated(): void {
        this.thumbnails.setMonitored(this.tile.session.id, this.wantsPictures);
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
            <div class="tile" role="option" aria-selected=${String(this.selected)} tabindex=${this.current ? 0 : -1}
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
                    <span class="station" dir="auto">${gone ? '' : session.station || _('no station')}</span>
                </div>
                ${this.renderProgress()}
            </div>
            ${this.renderButton()}`;
    }

    private noPicture(): string {
        const { session, gone } = this.tile;
        if (gone)
            return '';
        if (!session.monitored)
            return _('This session has no picture');
        return this.unavailable === '' ? _('Waiting for a picture …') : noPictureText(this.unavailable);
    }

    private renderProgress() {
        const { row, outcome, gone } = this.tile;
        if (row !== undefined) {
            const left = row.deadline > 0 ? countdown(secondsUntil(row.deadline)) : '';
            return html`<div class="progress" data-stage=${row.stage}>${icon('ending')}
                <span>${stageName(row.stage)}</span><span class="countdown" role="timer">${left}</span></div>`;
        }
        if (outcome === undefined)
            return nothing;
        const good = GOOD_OUTCOMES.includes(outcome.outcome);
        const title = outcome.outcome === 'held-up' ? _('There may be unsaved changes') : outcome.detail;
        return html`<div class="outcome ${good ? 'good' : outcome.outcome === 'cancelled' ? '' : 'bad'}"
            data-outcome=${outcome.outcome} title=${gone && good ? '' : title}>
            ${icon(good ? 'good' : outcome.outcome === 'cancelled' ? 'close' : 'bad')}
            <span dir="auto">${outcomeName(outcome.outcome, outcome.detail)}</span></div>`;
    }

    /** Beside the option, not in it: what is in an option can't be operated by a screen reader. */
    private renderButton() {
        const { session, row, outcome } = this.tile;
        const name = displayName(session);
        if (row !== undefined && ['warn', 'ask', 'grace'].includes(row.stage))
            return html`<button class="tile-button" data-command="cancel-ending" aria-label=${_('Cancel: {name}', { name })}
                @click=${() => this.emit('cancel-ending', this.tile)}>${_('Cancel')}</button>`;
        if (row === undefined && outcome !== undefined)
            return html`<button class="tile-button plain" data-command="dismiss" aria-label=${_('Dismiss: {name}', { name })}
                @click=${() => this.emit('dismiss-outcome', this.tile)}>${icon('close')}</button>`;
        return nothing;
    }
}

customElements.define('session-tile', SessionTile);
