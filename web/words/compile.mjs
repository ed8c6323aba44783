// SPDX-License-Identifier: GPL-3.0-or-later
// po/web/*.po -> web/src/generated/*.js: one module a language, shaped as Catalogue of src/common/words.ts.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { keyOf, parsePo, pluralForms } from './po.mjs';

export const languages = ['es', 'ru'];
const poUrl = (language) => new URL(`../../po/web/${language}.po`, import.meta.url);
const outUrl = new URL('../src/generated/', import.meta.url);

export async function compileWords() {
    await mkdir(outUrl, { recursive: true });
    for (const language of languages) {
        const name = `po/web/${language}.po`;
        const entries = parsePo(await readFile(poUrl(language), 'utf8'), name);
        const { expression } = pluralForms(entries, name);
        const words = Object.fromEntries(entries
            .filter((each) => each.id !== '' && !each.fuzzy && each.strings.every((text) => text !== ''))
            .map((each) => [keyOf(each), each.strings]));
        await writeFile(new URL(`${language}.js`, outUrl),
            `export default { plural: (n) => Number(${expression}), words: ${JSON.stringify(words)} };\n`);
        await writeFile(new URL(`${language}.d.ts`, outUrl),
            'import type { Catalogue } from \'../common/words.js\';\ndeclare const catalogue: Catalogue;\nexport default catalogue;\n');
    }
}

if (process.argv[1] === new URL(import.meta.url).pathname)
    await compileWords();
