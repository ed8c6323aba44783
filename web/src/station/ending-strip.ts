// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { PageElement } from '../common/element.js';
import { countdown, secondsUntil } from '../common/format.js';
import { icon } from '../common/icons.js';
import { outcomeName } from '../common/names.js';
import type { Job, JobRow } from '../common/protocol.js';
import { _ } from '../common/words.js';

const TICK_MS = 1000;

/** Says, above the desktop, that the session is being ended and how that goes. Events: "force", "keep". */
export class EndingStrip extends PageElement {
    static override properties = { job: { attribute: false }, row: { attribute: false }, own: { type: Boolean } };
    declare job: Job | undefined;
    declare row: JobRow | undefined;
    declare own: boolean;
    private tick = 0;

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        window.clearInterval(this.tick);
        this.tick = 0;
    }

    protected override updated(): void {
        const counting = (this.row?.deadline ?? 0) > 0 && this.row?.outcome === '';
        if (counting && this.tick === 0)
            this.tick = window.setInterval(() => this.requestUpdate(), TICK_MS);
        if (!counting) {
            window.clearInterval(this.tick);
            this.tick = 0;
        }
    }

    protected override render() {
        const row = this.row;
        if (row === undefined || this.job === undefined || row.outcome === 'cancelled')
            return nothing;
        if (row.outcome !== '')
            return this.renderOutcome(row);
        return html`<div class="strip" role="alert">${icon('ending')}<span>${this.progress(row)}</span>
            ${this.job.message ? html`<q dir="auto">${this.job.message}</q>` : nothing}</div>`;
    }

    private progress(row: JobRow): string {
        if (row.stage === 'warn' && row.deadline > 0)
            return _('{name} ends this session in {time}. Please save your work.',
                { name: this.job!.by, time: countdown(secondsUntil(row.deadline)) });
        return _('This session is being ended. Please answer your programs if they ask about unsaved work.');
    }

    private renderOutcome(row: JobRow) {
        if (row.outcome !== 'held-up' && row.outcome !== 'failed')
            return nothing;
        return html`<div class="strip bad" role="alert" data-outcome=${row.outcome}>${icon('bad')}
            <span>${_('There may be unsaved changes')}: <span dir="auto">${outcomeName(row.outcome, row.detail)}</span></span>
            ${this.own ? html`<button class="danger" data-command="force" @click=${() => this.emit('force')}>${_('Log off anyway')}</button>` : nothing}
            <button data-command="keep" @click=${() => this.emit('keep')}>${_('Keep working')}</button></div>`;
    }
}

customElements.define('ending-strip', EndingStrip);
