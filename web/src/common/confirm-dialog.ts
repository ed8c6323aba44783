// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { PageElement } from './element.js';
import { _ } from './words.js';

/** A question with one act as its answer. ask() resolves to whether the person wants it. */
export class ConfirmDialog extends PageElement {
    static override properties = {
        heading: { state: true }, text: { state: true }, verb: { state: true }, open: { state: true },
        items: { state: true },
    };
    declare heading: string;
    declare text: string;
    declare verb: string;
    declare open: boolean;
    declare items: string[];
    private answer: ((wanted: boolean) => void) | undefined;

    constructor() {
        super();
        this.heading = this.text = this.verb = '';
        this.open = false;
        this.items = [];
    }

    /** items: whom or what it is about. */
    async ask(heading: string, text: string, verb: string, items: string[] = []): Promise<boolean> {
        this.settle(false);
        Object.assign(this, { heading, text, verb, items, open: true });
        await this.updateComplete;
        this.querySelector('dialog')!.showModal();
        return new Promise((resolve) => { this.answer = resolve; });
    }

    /** The question is moot: as if the answer were no. */
    dismiss(): void {
        this.settle(false);
    }

    private settle(wanted: boolean): void {
        this.answer?.(wanted);
        this.answer = undefined;
        this.open = false;
        this.querySelector('dialog')?.close();
    }

    protected override render() {
        return html`<dialog aria-labelledby="confirm-title" aria-describedby="confirm-text" @close=${() => this.settle(false)}>${this.open
            ? html`<h2 id="confirm-title">${this.heading}</h2>
            <p id="confirm-text">${this.text}</p>
            ${this.items.length === 0 ? nothing : html`<ul class="items">${this.items.map((each) => html`<li dir="auto">${each}</li>`)}</ul>`}
            <div class="actions">
                <button data-command="cancel" @click=${() => this.settle(false)}>${_('Cancel')}</button>
                <button class="danger" data-command="confirm" @click=${() => this.settle(true)}>${this.verb}</button>
            </div>` : nothing}
        </dialog>`;
    }
}

customElements.define('confirm-dialog', ConfirmDialog);
