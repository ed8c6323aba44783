// SPDX-License-Identifier: GPL-3.0-or-later

import { preferredLanguage, useLanguage } from './words.js';

/** Load the person's language, then put the page's one element up. */
export async function startPage(element: string): Promise<void> {
    // A page out of the browser's memory shows what was there before its login ended: never.
    window.addEventListener('pageshow', (event) => {
        if (event.persisted)
            location.reload();
    });
    window.addEventListener('pagehide', () => document.body.replaceChildren());
    try {
        await useLanguage(preferredLanguage());
    } catch {
        // the catalogue can't be fetched: English it is
    }
    document.body.replaceChildren(document.createElement(element));
}
