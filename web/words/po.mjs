// SPDX-License-Identifier: GPL-3.0-or-later
// Reads gettext .po files, as far as ours go: no obsolete entries, one string a line.

/** What a translator calls the separator of context and text, as in .mo files. */
export const CONTEXT_SEPARATOR = '\u0004';

/** All entries of a file; the one with an empty id is the header. Throws with the line's number. */
export function parsePo(text, name) {
    const entries = [];
    let entry = newEntry();
    let target;
    const finish = () => {
        if (entry.id !== undefined)
            entries.push(entry);
        entry = newEntry();
        target = undefined;
    };
    text.split('\n').forEach((line, at) => {
        if (line.startsWith('#,')) {
            entry.fuzzy ||= line.includes('fuzzy');
        } else if (line.trim() === '') {
            finish();
        } else if (!line.startsWith('#')) {
            const match = /^(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])? )?"(.*)"$/.exec(line.trim());
            if (match === null)
                throw new Error(`${name}:${at + 1}: not a line of a .po file`);
            target = add(entry, match, target);
        }
    });
    finish();
    return entries;
}

function newEntry() {
    return { context: undefined, id: undefined, plural: undefined, strings: [], fuzzy: false };
}

/** Put a line's string where its keyword, or the keyword before it, says. */
function add(entry, [, keyword, index, quoted], before) {
    const target = keyword === undefined ? before : { keyword, index: Number(index ?? 0) };
    const text = JSON.parse(`"${quoted}"`);
    if (target.keyword === 'msgstr')
        entry.strings[target.index] = (entry.strings[target.index] ?? '') + text;
    else {
        const key = { msgctxt: 'context', msgid: 'id', msgid_plural: 'plural' }[target.keyword];
        entry[key] = (entry[key] ?? '') + text;
    }
    return target;
}

export function keyOf(entry) {
    return entry.context === undefined ? entry.id : entry.context + CONTEXT_SEPARATOR + entry.id;
}

/**
 * The header's Plural-Forms: how many, and the source of a JavaScript expression of n. Only numbers, n, and the
 * operators of C that mean the same in JavaScript are let through: what comes out can be nothing but arithmetic.
 */
export function pluralForms(entries, name) {
    const header = entries.find((each) => each.id === '')?.strings[0] ?? '';
    const match = /^Plural-Forms: *nplurals=(\d+); *plural=([^;]+);$/m.exec(header);
    if (match === null)
        throw new Error(`${name}: no Plural-Forms`);
    const expression = match[2].trim();
    if (!/^(?:\d+|n|&&|\|\||[=!<>]=|[<>%?:()+*!-]|\s)+$/.test(expression))
        throw new Error(`${name}: Plural-Forms '${expression}' has more than arithmetic in it`);
    return { count: Number(match[1]), expression };
}
