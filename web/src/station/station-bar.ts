// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { PageElement } from '../common/element.js';
import { brandMark, icon } from '../common/icons.js';
import { isolated, listOf } from '../common/format.js';
import '../common/language-select.js';
import { _, _n } from '../common/words.js';

/**
 * The slim bar above the desktop. Its buttons leave the keyboard with the desktop; Ctrl+Alt+Home brings it here, Escape back.
 * Events: "suspend", "lock", "log-off", "focus-desktop".
 */
export class StationBar extends PageElement {
    static override properties = { name: {}, viewers: { attribute: false }, busy: { type: Boolean }, ending: { type: Boolean } };
    declare name: string;
    declare viewers: string[]; // who looks at the desktop now
    declare busy: boolean;
    declare ending: boolean; // a log-off goes on

    constructor() {
        super();
        this.name = '';
        this.viewers = [];
        this.busy = this.ending = false;
    }

    private onPointerDown(event: Event): void {
        if (!(event.target as Element).closest('select'))
            event.preventDefault();
    }

    private async toggleFullScreen(): Promise<void> {
        try {
            if (document.fullscreenElement !== null)
                await document.exitFullscreen();
            else
                await document.documentElement.requestFullscreen();
        } catch {
            // the browser says no: the page stays as it is
        }
        this.emit('focus-desktop');
    }

    private renderViewers() {
        if (this.viewers.length === 0)
            return nothing;
        const text = _n('{names} is viewing your desktop', '{names} are viewing your desktop', this.viewers.length,
            { names: isolated(listOf(this.viewers)) });
        return html`<span title=${text}>${icon('eye')}<span dir="auto">${text}</span></span>`;
    }

    protected override render() {
        const hint = _('programs stay open');
        return html`<header class="station-bar" @mousedown=${this.onPointerDown} @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && this.emit('focus-desktop')}>
            <span class="brand">${brandMark()}</span>
            <span class="me" title=${_('From the desktop: Ctrl+Alt+Home')}>${icon('person')}<span dir="auto">${this.name}</span></span>
            <span class="viewers" role="status">${this.renderViewers()}</span>
            <button data-command="suspend" ?disabled=${this.busy} aria-label="${_('Suspend')}: ${hint}" title="${_('Suspend')}: ${hint}"
                @click=${() => this.emit('suspend')}>${icon('suspended')}<span>${_('Suspend')}</span><small>${hint}</small></button>
            <button data-command="lock" ?disabled=${this.busy} aria-label=${_('Lock')} title=${_('Lock')}
                @click=${() => this.emit('lock')}>${icon('locked')}<span>${_('Lock')}</span></button>
            <button data-command="log-off" ?disabled=${this.busy || this.ending} aria-label=${_('Log off')} title=${_('Log off')}
                @click=${() => this.emit('log-off')}>${icon('ended')}<span>${_('Log off')}</span></button>
            ${document.fullscreenEnabled ? html`<button data-command="full-screen" title=${_('Full screen')}
                aria-label=${_('Full screen')} @click=${this.toggleFullScreen}>${icon('full-screen')}</button>` : nothing}
            <language-select @chosen=${() => this.emit('focus-desktop')}></language-select>
        </header>`;
    }
}

customElements.define('station-bar', StationBar);
