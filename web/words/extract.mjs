// SPDX-License-Identifier: GPL-3.0-or-later
// The texts of the pages -> po/web/manyseat-web.pot, merged into each language. xgettext knows no TypeScript: it reads what tsc makes.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { languages } from './compile.mjs';

const web = new URL('..', import.meta.url).pathname;
const po = new URL('../../po/web/', import.meta.url).pathname;

/** Write the template file. */
export function extract(pot) {
    const out = mkdtempSync(join(tmpdir(), 'manyseat-words-'));
    try {
        execFileSync(join(web, 'node_modules/.bin/tsc'), ['--noEmit', 'false', '--outDir', out], { cwd: web, stdio: 'inherit' });
        const files = readdirSync(out, { recursive: true }).filter((each) => each.endsWith('.js') && !each.includes('generated')).sort();
        execFileSync('xgettext', [
            '--language=JavaScript', '--from-code=UTF-8', '--keyword=', '--keyword=_', '--keyword=_n:1,2', '--keyword=_c:1c,2',
            '--add-location=file', '--no-wrap', '--sort-by-file', '--package-name=manyseat-web', '--foreign-user',
            '--output', pot, ...files,
        ], { cwd: out, stdio: 'inherit' });
        // a date that changes with each run would make every extraction a change
        execFileSync('sed', [
            '-i', '-e', '1i # SPDX-License-Identifier: GPL-3.0-or-later', '-e', '/^"POT-Creation-Date/d;s/charset=CHARSET/charset=UTF-8/;/^#\\( .*\\)\\?$/d', pot,
        ]);
    } finally {
        rmSync(out, { recursive: true });
    }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
    const pot = join(po, 'manyseat-web.pot');
    extract(pot);
    for (const language of languages)
        execFileSync('msgmerge', ['--quiet', '--update', '--backup=none', '--no-wrap', '--no-fuzzy-matching', join(po, `${language}.po`), pot],
            { stdio: 'inherit' });
}
