// SPDX-License-Identifier: GPL-3.0-or-later

import { html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { PageElement } from './element.js';
import { icon } from './icons.js';
import { _ } from './words.js';

const STATUS_MS = 6000;
const TOASTS_AT_ONCE = 4;

interface Toast {
    id: number;
    text: string;
    bad: boolean;
}

/** Short messages at the edge of the page: good news go by themselves, errors stay until dismissed. */
export class ToastList extends PageElement {
    static override properties = { toasts: { state: true } };
    declare toasts: Toast[];
    private nextId = 1;

    constructor() {
        super();
        this.toasts = [];
    }

    status(text: string): void {
        const id = this.add(text, false);
        window.setTimeout(() => this.dismiss(id), STATUS_MS);
    }

    error(text: string): void {
        if (!this.toasts.some((each) => each.bad && each.text === text))
            this.add(text, true);
    }

    /** Errors that are out of date. */
    clear(): void {
        this.toasts = this.toasts.filter((each) => !each.bad);
    }

    private add(text: string, bad: boolean): number {
        const id = this.nextId++;
        this.toasts = [...this.toasts, { id, text, bad }].slice(-TOASTS_AT_ONCE);
        return id;
    }

    private dismiss(id: number): void {
        this.toasts = this.toasts.filter((each) => each.id !== id);
    }

    protected override render() {
        return repeat(this.toasts, (each) => each.id, (each) => html`
            <div class="toast ${each.bad ? 'bad' : ''}" role=${each.bad ? 'alert' : 'status'}>
                ${icon(each.bad ? 'bad' : 'good')}<span>${each.text}</span>
                <button class="plain" aria-label=${_('Dismiss')} @click=${() => this.dismiss(each.id)}>${icon('close')}</button>
            </div>`);
    }
}

customElements.define('toast-list', ToastList);
