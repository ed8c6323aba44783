// SPDX-License-Identifier: GPL-3.0-or-later
// Nobody looks at Ana's session, and her essay is not saved: it waits for her, and no timer takes it away.
// @ts-check
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { processOf } from '../../lib/processes.mjs';
import { configure, gone, logOffEverybody, logOn, manyseat, manyseatJson, sessionOf } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { blockersOf, person, rowOf } from '../../lib/work.mjs';
import { desktopShown, keyboardOf, launch, logOnAt, newPage, shown, signIn, tile } from '../browser.mjs';

const SETTINGS = '[log-off]\nask=3\ngrace=2\n';
const ana = person('ana');
/** @type {import('../browser.mjs').Browser} */
let browser;
/** @type {import('../../lib/room.mjs').Session} */
let session;
let editor = 0;

before(async () => {
  browser = await launch();
  await configure('95-suspended', SETTINGS);
});

after(async () => {
  await browser.close();
  await logOffEverybody();
  ana.forgets();
  await configure('95-suspended', null);
});

/** @param {string} mode */
function logOff(mode) {
  return manyseat(['log-off', '--user', 'ana', '--mode', mode, '--warn', '0'], { seconds: 60 });
}

/** She writes at a desktop that nobody looks at. */
async function writesUnseen() {
  session = await logOn('ana');
  await ana.sitsDown();
  editor = await ana.writesEssay();
  assert.equal(sessionOf('ana')?.state, 'suspended');
}

test('before it is ended the teacher reads what is unsaved, beside the name', async () => {
  await writesUnseen();
  const page = await newPage(browser, { language: 'es-ES' });
  await shown([page], 'suspended-plan', async () => {
    await signIn(page, 'olga');
    await tile(page, 'ana').click();
    await tile(page, 'ana').click({ button: 'right' });
    await page.locator('[role=menu] [data-command="log-off-selected"]').click();
    await page.locator('.hit .work.bad', { hasText: /^Sin guardar: Mousepad: \*.*essay\.txt$/ }).waitFor();
  });
  await page.close();
});

test('asked, then forced: what nobody looks at is held up, and not forced', () => {
  const done = logOff('ask-then-force');
  assert.equal(done.status, 1, done.out + done.err);
  const row = rowOf(session.id);
  assert.equal(row.outcome, 'held-up');
  assert.match(blockersOf(row).join(), /^Mousepad: \*.*essay\.txt$/);
  assert.ok(processOf(editor), 'the editor lives');
  assert.equal(sessionOf('ana')?.state, 'suspended');
});

test('she sits down at a station, and saves by its keyboard', async () => {
  const page = await newPage(browser);
  await shown([page], 'suspended-resumed', async () => {
    await logOnAt(page, 'ana', { layout: 'us' });
    await desktopShown(page);
    assert.equal(sessionOf('ana')?.id, session.id, 'it is the same session');
    assert.ok(processOf(editor), 'and the same editor');
    const keyboard = await keyboardOf(page);
    await page.locator('.screen canvas').focus();
    await until('the question takes her Enter, and the essay is on disk', async () => {
      await keyboard.enter();
      return /x/.test(readFileSync(ana.files.essay, 'utf8'));
    }, 20);
  });
  assert.equal(logOff('ask').status, 0);
  assert.equal(rowOf(session.id).outcome, 'clean');
  await gone('ana', 5);
});

test('only where the administrator has said so is it forced', async () => {
  await configure('95-suspended', `${SETTINGS}force-suspended=true\n`);
  ana.forgets();
  await writesUnseen();
  assert.equal(logOff('ask-then-force').status, 0);
  assert.equal(rowOf(session.id).outcome, 'forced');
  assert.equal(readFileSync(ana.files.essay, 'utf8'), 'First line.\n');
  await gone('ana', 5);
});

test('a program with many windows and titles to frighten with is shown as a few lines of text', async () => {
  session = await logOn('ana');
  await ana.sitsDown();
  await ana.swarms();
  const began = Date.now();
  const [hit] = manyseatJson(['log-off', '--user', 'ana', '--dry-run']).hit;
  const seconds = (Date.now() - began) / 1000;
  assert.ok(seconds < 4, `the plan took ${seconds} s`);
  assert.equal(hit['unsaved-known'], false);
  assert.ok(hit.unsaved.length <= 5, `${hit.unsaved.length} rows`);
  for (const text of hit.unsaved.flat()) {
    assert.ok(Buffer.byteLength(text) <= 200);
    assert.doesNotMatch(text, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  }
});
