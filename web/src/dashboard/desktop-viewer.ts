// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { PageElement } from '../common/element.js';
import { icon } from '../common/icons.js';
import { displayName, type Session } from '../common/protocol.js';
import { View } from '../common/view.js';
import { _ } from '../common/words.js';

/** One desktop, looked at in place of the wall. getTicket: a fresh view ticket. Event: "back". */
export class DesktopViewer extends PageElement {
    static override properties = {
        session: { attribute: false }, getTicket: { attribute: false }, closedReason: { state: true }, connected: { state: true },
    };
    declare session: Session;
    declare getTicket: () => Promise<string>;
    declare closedReason: string;
    declare connected: boolean;
    private view: View | undefined;

    constructor() {
        super();
        this.closedReason = '';
        this.connected = false;
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.view?.close();
    }

    protected override firstUpdated(): void {
        this.querySelector<HTMLElement>('[data-command=back]')?.focus();
        void this.connect();
    }

    private async connect(): Promise<void> {
        this.closedReason = '';
        this.connected = false;
        const view = new View('dashboard', this.querySelector('.screen')!, 'view', {
            connected: () => { this.connected = true; },
            closed: (reason) => { this.closedReason = reason; },
        });
        this.view?.close();
        this.view = view;
        try {
            await view.open(await this.getTicket());
        } catch {
            if (this.view === view)
                this.closedReason = 'failed';
        }
    }

    protected override render() {
        return html`<section class="viewer" aria-label=${_('Desktop of {name}', { name: displayName(this.session) })}>
            <header>
                <button data-command="back" @click=${() => this.emit('back')}>${icon('back')}${_('Back')}</button>
                <h2 dir="auto">${displayName(this.session)}</h2>
                <span class="hint">${_('You are only looking: neither mouse nor keyboard reach this desktop.')}</span>
            </header>
            <div class="stage" @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && this.emit('back')}>
                <div class="screen"></div>
                ${this.closedReason ? this.renderClosed() : this.connected ? nothing
                    : html`<p class="curtain" role="status">${_('Connecting …')}</p>`}
            </div>
        </section>`;
    }

    private renderClosed() {
        const over = this.closedReason === 'ended' || this.session.state === 'ended';
        return html`<div class="curtain" role="alert">
            <p>${over ? _('This session has ended.') : this.closedReason === 'locked' ? _('This screen is locked.')
                : _('The connection to this desktop is lost.')}</p>
            ${over ? nothing : html`<button @click=${() => void this.connect()}>${_('Try again')}</button>`}
        </div>`;
    }
}

customElements.define('desktop-viewer', DesktopViewer);
