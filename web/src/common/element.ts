// SPDX-License-Identifier: GPL-3.0-or-later
// What our elements have in common: no shadow root (one style sheet, password managers and labels just work), and
// they are drawn again when the language changes.

import { LitElement } from 'lit';
import { onLanguageChange } from './words.js';

export class PageElement extends LitElement {
    private endLanguage: (() => void) | undefined;

    protected override createRenderRoot(): HTMLElement {
        return this;
    }

    override connectedCallback(): void {
        super.connectedCallback();
        this.endLanguage = onLanguageChange(() => this.requestUpdate());
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.endLanguage?.();
    }

    /** Tell the parent; detail is typed by the listener. */
    protected emit(name: string, detail?: unknown): void {
        this.dispatchEvent(new CustomEvent(name, { detail }));
    }
}
