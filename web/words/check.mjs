// SPDX-License-Identifier: GPL-3.0-or-later
// Fails when a text of the pages is not translated into every language, with the same {values}, in as many forms as needed.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileWords, languages } from './compile.mjs';
import { extract } from './extract.mjs';
import { keyOf, parsePo, pluralForms } from './po.mjs';

const po = new URL('../../po/web/', import.meta.url).pathname;

function values(text) {
    return [...text.matchAll(/\{\w+\}/g)].map(([each]) => each).sort().join(' ');
}

/** What is wrong with one text's translation; "" when nothing is. */
function problem(wanted, found, count) {
    if (found === undefined || found.strings.every((each) => each === ''))
        return 'not translated';
    if (found.fuzzy)
        return 'fuzzy';
    const forms = wanted.plural === undefined ? 1 : count;
    if (found.strings.length !== forms || found.strings.some((each) => !each))
        return `${found.strings.length} forms where ${forms} are needed`;
    const same = found.strings.every((each) => values(each) === values(wanted.plural ?? wanted.id));
    return same ? '' : `its values are not ${values(wanted.id)}`;
}

function checkLanguage(language, wanted) {
    const file = join(po, `${language}.po`);
    execFileSync('msgfmt', ['--check-format', '--output-file=/dev/null', file], { stdio: 'inherit' });
    const entries = parsePo(readFileSync(file, 'utf8'), file);
    const { count } = pluralForms(entries, file);
    const found = new Map(entries.map((each) => [keyOf(each), each]));
    const problems = wanted.map((each) => [each.id, problem(each, found.get(keyOf(each)), count)]).filter(([, text]) => text !== '');
    for (const [id, text] of problems)
        console.error(`po/web/${language}.po: "${id}": ${text}`);
    return problems.length;
}

const directory = mkdtempSync(join(tmpdir(), 'manyseat-words-'));
try {
    await compileWords();
    const pot = join(directory, 'all.pot');
    extract(pot);
    const wanted = parsePo(readFileSync(pot, 'utf8'), pot).filter((each) => each.id !== '');
    const bad = languages.map((each) => checkLanguage(each, wanted)).reduce((sum, each) => sum + each, 0);
    console.log(`${wanted.length} texts, ${languages.length} languages, ${bad} problems`);
    process.exitCode = bad === 0 ? 0 : 1;
} finally {
    rmSync(directory, { recursive: true });
}
