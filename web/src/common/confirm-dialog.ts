// SPDX-License-Identifier: GPL-3.0-or-later

import { html } from 'lit';
import { PageElement } from './element.js';
import { _ } from './words.js';

/** A question with one act as its answer. ask() resolves to whether the person wants it. */
export class ConfirmDialog extends PageElement {
    static override properties = { heading: { state: true }, text: { state: true }, verb: { state: true } };
    declare heading: string;
    declare text: string;
    declare verb: string;
    private answer: ((wanted: boolean) => void) | undefined;


    constructor() {
        super();
        this.heading = this.text = this.verb = '';
    }

    async ask(heading: string, text: string, verb: string): Promise<boolean> {
        this.settle(false);
        Object.assign(this, { heading, text, verb });
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
        this.querySelector('dialog')?.close();
    }

    protected override render() {
        return html`<dialog aria-labelledby="confirm-title" aria-describedby="confirm-text" @close=${() => this.settle(false)}>
            <h2 id="confirm-title">${this.heading}</h2>
            <p id="confirm-text">${this.text}</p>
            <div class="actions">
                <button data-command="cancel" @click=${() => this.settle(false)}>${_('Cancel')}</button>
                <button class="danger" data-command="confirm" @click=${() => this.settle(true)}>${this.verb}</button>
            </div>
        </dialog>`;
    }
}

customElements.define('confirm-dialog', ConfirmDialog);
