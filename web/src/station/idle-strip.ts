// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { PageElement } from '../common/element.js';
import { fillParts } from '../common/fill.js';
import { countdown, secondsUntil } from '../common/format.js';
import { icon } from '../common/icons.js';
import { _ } from '../common/words.js';

const TICK_MS = 1000;
const SAID_AT_SECONDS = [10, 30]; // a screen reader says the countdown when it begins and then

/**
 * Says, above the desktop, that nobody uses the session and when it is suspended for that. Any key or move of the pointer in the
 * desktop takes it away, and so does its button. Events: "keep", "focus-desktop".
 */
export class IdleStrip extends PageElement {
    static override properties = { suspends: { type: Number } };
    declare suspends: number; // microseconds since 1970 by the host's clock; 0: there is nothing to say
    private tick = 0;
    private said = ''; // what screen readers hear
    private saidAt = 0;

    constructor() {
        super();
        this.suspends = 0;
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        window.clearInterval(this.tick);
        this.tick = 0;
    }

    protected override willUpdate(): void {
        if (this.suspends > 0 && this.tick === 0)
            this.tick = window.setInterval(() => this.requestUpdate(), TICK_MS);
        if (this.suspends === 0) {
            window.clearInterval(this.tick);
            this.tick = this.saidAt = 0;
            this.said = '';
            return;
        }
        const at = SAID_AT_SECONDS.find((each) => secondsUntil(this.suspends) <= each) ?? Infinity;
        if (at === this.saidAt)
            return;
        this.saidAt = at;
        this.said = `${this.sentence(countdown(secondsUntil(this.suspends))).join('')}. ${this.advice}`;
    }

    private sentence(time: unknown): unknown[] {
        return fillParts(_('Nobody is using this session: it will be suspended in {time}'), { time });
    }

    private get advice(): string {
        return _('Press a key or move the mouse to go on. Programs stay open.');
    }

    protected override render() {
        return html`<p class="unseen" role="status" aria-live="polite">${this.said}</p>
            ${this.suspends === 0 ? nothing : this.renderStrip()}`;
    }

    private renderStrip() {
        const time = html`<b class="countdown" role="timer">${countdown(secondsUntil(this.suspends))}</b>`;
        return html`<section class="strip idle" aria-label=${_('Not used')}
            @mousedown=${(event: Event) => event.preventDefault()}
            @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && this.emit('focus-desktop')}>
            ${icon('suspended')}
            <div class="words"><p class="sentence">${this.sentence(time)}</p><p class="hint">${this.advice}</p></div>
            <div class="actions"><button data-command="keep-session" @click=${() => this.emit('keep')}>${_('Keep working')}</button></div>
        </section>`;
    }
}

customElements.define('idle-strip', IdleStrip);
