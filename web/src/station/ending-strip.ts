// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { PageElement } from '../common/element.js';
import { fillParts } from '../common/fill.js';
import { countdown, secondsUntil } from '../common/format.js';
import { icon } from '../common/icons.js';
import { blockerText, heldUpBy, outcomeName } from '../common/names.js';
import { _, _n } from '../common/words.js';
import type { Notice } from './notice.js';

const TICK_MS = 1000;
const SAID_AT_SECONDS = [10, 30, 60, 300]; // a screen reader says the countdown then, not each second
const BLOCKERS_SHOWN = 5;

/**
 * Says, above the desktop, that the session is being ended and how that goes. It never takes the keyboard: a click on its buttons
 * leaves it with the desktop, and the bar's Tab leads to them. While the screen is locked anybody may stand there: then it has
 * neither buttons nor what others wrote or the programs are called.
 * Events: "proceed", "request-time", "cancel", "force", "dismiss", "focus-desktop".
 */
export class EndingStrip extends PageElement {
    static override properties = { notice: { attribute: false }, own: { type: Boolean }, locked: { type: Boolean }, busy: { type: Boolean } };
    declare notice: Notice | undefined;
    declare own: boolean; // the person asked for it himself
    declare locked: boolean;
    declare busy: boolean;
    private tick = 0;
    private said = ''; // what screen readers hear
    private saidOf = '';

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        window.clearInterval(this.tick);
        this.tick = 0;
    }

    protected override willUpdate(): void {
        const counting = this.notice !== undefined && this.notice.row.deadline > 0 && this.notice.row.outcome === '';
        if (counting && this.tick === 0)
            this.tick = window.setInterval(() => this.requestUpdate(), TICK_MS);
        if (!counting) {
            window.clearInterval(this.tick);
            this.tick = 0;
        }
        this.say();
    }

    /** What is said changes when something happens and at a few moments of the countdown. */
    private say(): void {
        const notice = this.notice;
        if (notice === undefined) {
            this.said = this.saidOf = '';
            return;
        }
        const { row, job, granted } = notice;
        const left = SAID_AT_SECONDS.find((each) => secondsUntil(row.deadline) <= each) ?? 0;
        const key = [document.documentElement.lang, job.id, row.stage, row.outcome, row['wants-time'], row.refused, granted, left,
            row.blockers.length, this.locked].join('/');
        if (key === this.saidOf)
            return;
        this.saidOf = key;
        const parts = [this.sentence({ name: this.who, time: countdown(secondsUntil(row.deadline)) }).join('').replace(/([^.…])$/, '$1.'),
            this.answer(), this.advice(),
            this.locked ? '' : job.message, ...(this.locked ? [] : row.blockers.map(blockerText))];
        this.said = parts.filter((each) => each !== '').join(' ');
    }

    private get who(): string {
        const { job } = this.notice!;
        return job.by.startsWith('limit:') ? '' : job['by-name'] || job.by;
    }

    /** The one sentence: what happens now. */
    private sentence(values: Record<string, unknown>): unknown[] {
        const { row } = this.notice!;
        if (row.outcome !== '')
            return [this.outcome()];
        switch (row.stage) {
        case 'warn':
            return fillParts(this.own || this.who === '' ? _('This session ends in {time}') : _('{name} ends this session in {time}'), values);
        case 'ask':
            return [_('Programs are asked to close; save your work.')];
        case 'grace':
            return fillParts(_('Programs are ended by force in {time}; save your work.'), values);
        default:
            return [_('Your session is being ended …')];
        }
    }

    private outcome(): string {
        const { row } = this.notice!;
        if (row.outcome === 'cancelled')
            return _('The log-off is cancelled. You can go on working.');
        if (row.outcome === 'held-up')
            return this.locked || (row.blockers.length === 0 && row.detail === '') ? _('This session goes on.')
                : _('This session goes on: {outcome}.', { outcome: outcomeName('held-up', heldUpBy(row.blockers, row.detail)) });
        return _('The log-off did not work. You can go on working.');
    }

    /** What became of "I need more time". */
    private answer(): string {
        const { row, granted } = this.notice!;
        if (row.outcome !== '' || row.stage !== 'warn')
            return '';
        if (row['wants-time'])
            return _('You asked for more time.');
        if (row.refused)
            return _('No more time was given.');
        return granted > 0 ? _n('You have been given {n} more minute.', 'You have been given {n} more minutes.', granted) : '';
    }

    private advice(): string {
        const { row, job } = this.notice!;
        if (row.outcome !== '' || row.stage !== 'warn')
            return '';
        return job.mode === 'ask' ? _('Please save your work.') : _('Please save your work: what is not saved then is lost.');
    }

    private onPointerDown(event: Event): void {
        event.preventDefault(); // the keyboard stays with the desktop
    }

    protected override render() {
        return html`<p class="unseen" role="status" aria-live="polite">${this.said}</p>
            ${this.notice === undefined ? nothing : this.renderNotice(this.notice)}`;
    }

    private renderNotice({ job, row }: Notice) {
        const name = html`<bdi class="by">${this.who}</bdi>`;
        const time = html`<b class="countdown" role="timer">${countdown(secondsUntil(row.deadline))}</b>`;
        const bad = row.outcome === 'held-up' || row.outcome === 'failed' || row.stage === 'grace';
        const answer = this.answer();
        return html`<section class="strip ${bad ? 'bad' : ''}" aria-label=${_('End of the session')} data-stage=${row.stage}
            data-outcome=${row.outcome || nothing} @mousedown=${this.onPointerDown}
            @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && this.emit('focus-desktop')}>
            ${icon(bad ? 'bad' : row.outcome === 'cancelled' ? 'good' : 'ending')}
            <div class="words">
                <p class="sentence">${this.sentence({ name, time })}</p>
                ${this.advice() ? html`<p class="hint">${this.advice()}</p>` : nothing}
                ${job.message && !this.locked && row.outcome === '' ? html`<q dir="auto">${job.message}</q>` : nothing}
                ${answer ? html`<p class="answer">${icon(row['wants-time'] ? 'ending' : row.refused ? 'bad' : 'good')}${answer}</p>` : nothing}
                ${this.renderBlockers()}
            </div>
            ${this.locked ? nothing : html`<div class="actions">${this.renderButtons()}</div>`}
        </section>`;
    }

    private renderBlockers() {
        const { row } = this.notice!;
        const blockers = this.locked || row.stage === 'warn' || row.outcome === 'cancelled' ? [] : row.blockers;
        const more = blockers.length - BLOCKERS_SHOWN;
        return blockers.length === 0 ? nothing : html`<p class="hint">${_('There may be unsaved changes')}:</p>
            <ul class="blockers">${blockers.slice(0, BLOCKERS_SHOWN).map((each) => html`<li dir="auto">${blockerText(each)}</li>`)}
            ${more > 0 ? html`<li>${_n('and {n} more', 'and {n} more', more)}</li>` : nothing}</ul>`;
    }

    private renderButtons() {
        const { row } = this.notice!;
        if (row.outcome === 'cancelled')
            return this.button('dismiss', _('Dismiss'));
        if (row.outcome !== '')
            return [this.own ? this.button('force', _('Log off anyway'), 'danger') : nothing, this.button('dismiss', _('Keep working'))];
        const cancel = this.own ? this.button('cancel', _('Keep working')) : nothing;
        if (row.stage === 'warn')
            return [this.own || row['wants-time'] || row.refused ? nothing : this.button('request-time', _('I need more time')),
                this.button('proceed', _('Log off now')), cancel];
        return ['ask', 'grace'].includes(row.stage) ? cancel : nothing;
    }

    private button(event: string, label: string, look = '') {
        return html`<button class=${look} data-command=${event === 'dismiss' ? 'keep' : event} ?disabled=${this.busy}
            @click=${() => this.emit(event)}>${label}</button>`;
    }
}

customElements.define('ending-strip', EndingStrip);
