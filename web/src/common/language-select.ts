// SPDX-License-Identifier: GPL-3.0-or-later

import { html } from 'lit';
import { PageElement } from './element.js';
import { _, chooseLanguage, language, languages } from './words.js';

/** The switch of languages. */
export class LanguageSelect extends PageElement {
    protected override render() {
        return html`<select name="language" aria-label=${_('Language')} @change=${this.onChange}>
            ${languages.map((each) => html`<option value=${each.id} lang=${each.id}
                ?selected=${each.id === language()}>${each.name}</option>`)}
        </select>`;
    }

    private async onChange(event: Event): Promise<void> {
        const select = event.target as HTMLSelectElement;
        try {
            await chooseLanguage(select.value);
        } catch {
            select.value = language(); // the catalogue could not be fetched
        }
        this.emit('chosen');
    }
}

customElements.define('language-select', LanguageSelect);
