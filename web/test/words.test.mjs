// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as esbuild from 'esbuild';
import { compileWords } from '../words/compile.mjs';
import { keyOf, parsePo, pluralForms } from '../words/po.mjs';

const header = (plural) => [{ id: '', strings: [`Plural-Forms: nplurals=2; plural=${plural};\n`] }];

test('a plural expression is arithmetic or refused', () => {
    assert.equal(pluralForms(header('(n != 1)'), 'x.po').expression, '(n != 1)');
    for (const evil of ['alert(1)', 'n.constructor', '`x`', 'n=>n', 'n=1', 'this', 'n["a"]', 'n//'])
        assert.throws(() => pluralForms(header(evil), 'x.po'), /arithmetic/, evil);
    assert.throws(() => pluralForms([], 'x.po'), /no Plural-Forms/);
});

test('Russian has three forms', async () => {
    await compileWords();
    const { default: russian } = await import('../src/generated/ru.js');
    for (const [n, form] of [[1, 0], [21, 0], [2, 1], [24, 1], [5, 2], [11, 2], [12, 2], [0, 2], [111, 2]])
        assert.equal(russian.plural(n), form, String(n));
    assert.equal(russian.words['state\u0004active'][0], 'активен');
});

test('a .po file is read with contexts, plurals, long strings; what is none is refused', () => {
    const entries = parsePo('#, fuzzy\nmsgctxt "c"\nmsgid "a \\"b\\""\nmsgid_plural "d"\nmsgstr[0] "e"\nmsgstr[1] ""\n"f"\n', 'x.po');
    assert.deepEqual(entries, [{ context: 'c', id: 'a "b"', plural: 'd', strings: ['e', 'f'], fuzzy: true }]);
    assert.equal(keyOf(entries[0]), 'c\u0004a "b"');
    assert.throws(() => parsePo('msgid "a"\nnonsense\n', 'x.po'), /x\.po:2/);
});

/** A module of the pages, for node. */
async function load(path) {
    const { outputFiles } = await esbuild.build({
        entryPoints: [new URL(`../src/${path}`, import.meta.url).pathname], bundle: true, format: 'esm', write: false,
    });
    return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

test('a picture packet is read; a bad one is refused', async () => {
    const { parsePicture } = await load('common/picture.ts');
    const packet = (changes = {}, length = 34) => {
        const bytes = new Uint8Array(length);
        bytes.set([2, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 64, 1, 200, 0].slice(0, length));
        for (const [at, value] of Object.entries(changes))
            bytes[at] = value;
        return bytes.buffer;
    };
    const good = parsePicture(packet());
    assert.deepEqual([good.session, good.size, good.sequence, good.width, good.height, good.jpeg.size],
        [String(2n ** 40n), 'medium', 7, 320, 200, 2]);
    assert.equal(good.part, undefined);
    assert.deepEqual(parsePicture(packet({ 1: 2, 24: 6, 25: 1, 28: 48, 29: 1, 30: 16 })).part, { whole: 262, left: 304, top: 16 });
    assert.equal(parsePicture(packet({ 1: 1, 32: 0x6e, 33: 0x6f })).unavailable, 'no');
    for (const bad of [packet({ 0: 1 }), packet({ 1: 3 }), packet({ 2: 5 }), packet({ 3: 1 }), packet({}, 31)])
        assert.equal(parsePicture(bad), undefined);
});

test('ranges and the keyboard select as lists do', async () => {
    const { Selection } = await load('dashboard/selection.ts');
    const order = ['a', 'b', 'c', 'd'];
    const selection = new Selection();
    const now = () => [...selection.selected].sort().join('');
    selection.click('b', { toggle: false, range: false }, order);
    selection.click('d', { toggle: false, range: true }, order);
    assert.equal(now(), 'bcd');
    selection.click('a', { toggle: false, range: true }, order);
    assert.equal(now(), 'ab');
    selection.click('d', { toggle: true, range: false }, order);
    assert.equal(now(), 'abd');
    selection.move(-1, true, order);
    assert.equal(now(), 'cd');
    selection.prune(['a', 'd']);
    assert.deepEqual([now(), selection.current], ['d', 'a']);
    selection.move(9, false, ['a', 'd']);
    assert.deepEqual([now(), selection.current], ['d', 'd']);
});

