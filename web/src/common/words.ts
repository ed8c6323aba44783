// SPDX-License-Identifier: GPL-3.0-or-later
// The person's language. English is in the source; the others are compiled from po/web/*.po, loaded when needed.

import { recall, remember } from './remember.js';

export interface Catalogue {
    /** Which form a number takes; from the catalogue's Plural-Forms. */
    plural(n: number): number;
    /** "text", or "context\u0004text" -> its forms (one, or as many as plural() tells apart). */
    words: Record<string, string[]>;
}

export type Values = Record<string, string | number>;

/** Languages there are, each by its own name. */
export const languages: ReadonlyArray<{ id: string; name: string }> = [
    { id: 'en', name: 'English' },
    { id: 'es', name: 'Español' },
    { id: 'ru', name: 'Русский' },
];

const loaders: Record<string, () => Promise<{ default: Catalogue }>> = {
    es: () => import('../generated/es.js'),
    ru: () => import('../generated/ru.js'),
};

const CHOSEN = 'language';
const changed = new EventTarget();
let current = 'en';
let catalogue: Catalogue | undefined;

function fill(text: string, values?: Values): string {
    if (values === undefined)
        return text;
    return text.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}

/** The text in the person's language; {name} is replaced by values.name. */
export function _(text: string, values?: Values): string {
    return fill(catalogue?.words[text]?.[0] ?? text, values);
}

/** The same, for a text that has several meanings: context tells which. */
export function _c(context: string, text: string, values?: Values): string {
    return fill(catalogue?.words[`${context}\u0004${text}`]?.[0] ?? text, values);
}

/** The form that fits n; {n} is the number as the language writes it. */
export function _n(one: string, many: string, n: number, values?: Values): string {
    const forms = catalogue?.words[one];
    const text = forms === undefined ? (n === 1 ? one : many) : forms[catalogue!.plural(n)];
    return fill(text ?? many, { n: n.toLocaleString(current), ...values });
}

export function language(): string {
    return current;
}

/** The language to begin with: the one chosen before, else the first of the browser's that we have. */
export function preferredLanguage(): string {
    const wanted = [recall(CHOSEN), ...navigator.languages];
    for (const tag of wanted) {
        const found = languages.find((each) => each.id === tag.toLowerCase().split('-')[0]);
        if (found !== undefined)
            return found.id;
    }
    return 'en';
}

/** Load a language and tell everybody. Fails when its catalogue can't be fetched; then nothing changes. */
export async function useLanguage(id: string): Promise<void> {
    const loader = loaders[id];
    catalogue = loader === undefined ? undefined : (await loader()).default;
    current = id;
    document.documentElement.lang = id;
    changed.dispatchEvent(new Event('change'));
}

/** The person chose: as useLanguage(), and the next visit begins with it. */
export async function chooseLanguage(id: string): Promise<void> {
    await useLanguage(id);
    remember(CHOSEN, id);
}

/** Calls back after each change of language; the returned function ends that. */
export function onLanguageChange(callback: () => void): () => void {
    changed.addEventListener('change', callback);
    return () => changed.removeEventListener('change', callback);
}
