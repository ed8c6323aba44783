// SPDX-License-Identifier: GPL-3.0-or-later
// Olga ends two sessions in Spanish. Dmitri reads it in Russian, types on, asks for more time, is given it once and then no more, and goes when he is ready.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { processesOf } from '../../lib/processes.mjs';
import { account, gone, logOffEverybody, logOn, manyseatJson, sessionOf } from '../../lib/room.mjs';
import { plantTyping } from '../../lib/typing.mjs';
import { until } from '../../lib/wait.mjs';
import { complaints, keyboardOf, launch, logOnAt, newPage, shown, signIn, tile } from '../browser.mjs';

const typing = plantTyping('dmitri');
const WARN = 120;

/** @type {import('../browser.mjs').Browser} */
let browser;
/** @type {import('../browser.mjs').Page} */
let pupil;
/** @type {import('../browser.mjs').Page} */
let teacher;

before(async () => {
  browser = await launch();
  await logOn('ana');
  pupil = await newPage(browser, { language: 'ru' });
  teacher = await newPage(browser, { language: 'es-ES' });
});

after(async () => {
  await browser.close();
  await logOffEverybody();
  typing.remove();
});

/** @param {string} text */
async function typesLine(text) {
  const keyboard = await keyboardOf(pupil);
  await keyboard.spanish(text);
  await keyboard.enter();
  await until(`the terminal has '${text}'`, () => typing.lines().includes(text));
}

/** When a user's session goes on to be ended, in seconds since 1970, as the command line tells it. @param {string} user @returns {number} */
function deadlineOf(user) {
  /** @type {{ rows: { user: string, deadline: number, outcome: string }[] }[]} */
  const jobs = manyseatJson(['jobs']);
  const row = jobs.flatMap((job) => job.rows).find((each) => each.user === user && each.outcome === '');
  assert.ok(row, `${user} is being ended`);
  return Math.round(Number(row.deadline) / 1e6);
}

test('a pupil sits down and writes', () => shown([pupil], 'notice-log-on', async () => {
  await logOnAt(pupil, 'dmitri', { station: 'Seat 1', layout: 'us' });
  await typing.runs();
  await pupil.locator('.screen canvas').click({ position: { x: 300, y: 200 } });
  await until('the terminal takes keys', async () => {
    await typesLine('one');
    return true;
  }, 40);
}));

test('the teacher warns him and Ana, with a message', () => shown([teacher, pupil], 'notice-warn', async () => {
  await signIn(teacher, 'olga');
  await tile(teacher, 'dmitri').click();
  await tile(teacher, 'ana').click({ modifiers: ['Control'] });
  await tile(teacher, 'ana').click({ button: 'right' });
  await teacher.locator('[role=menu] [data-command="log-off-selected"]').click();
  await teacher.locator('dialog[open] textarea').fill('¡Hasta <b>mañana</b>!');
  await teacher.locator(`input[name=warn][value="${WARN}"]`).check();
  await teacher.locator('input[name=mode][value="ask-then-force"]').check();
  await teacher.locator('dialog[open] [data-command="confirm"]').click();
  for (const user of ['dmitri', 'ana'])
    await tile(teacher, user).locator('[data-stage=warn]').waitFor();
}));

test('he sees her name and the countdown in Russian, and the message as she wrote it', () => shown([pupil], 'notice-seen', async () => {
  const strip = pupil.locator('.strip[data-stage=warn]');
  await strip.waitFor();
  assert.equal(await pupil.locator('html').getAttribute('lang'), 'ru');
  assert.match(await strip.locator('.sentence').innerText(), /^Olga Castañeda завершит этот сеанс через (2:00|1:\d\d|\d+\sс)$/);
  assert.equal(await strip.locator('q').textContent(), '¡Hasta <b>mañana</b>!');
  const first = await strip.locator('.countdown').innerText();
  await until('the countdown goes on', async () => (await strip.locator('.countdown').innerText()) !== first, 5);
}));

test('the keyboard stays with his terminal, also after he has asked for more time', () => shown([pupil], 'notice-keyboard', async () => {
  await typesLine('two');
  await pupil.locator('.strip [data-command="request-time"]').click();
  await pupil.locator('.strip .answer', { hasText: 'Вы попросили дополнительное время.' }).waitFor();
  await typesLine('three');
}));

test('she sees who asks, and gives him five minutes: him alone', () => shown([teacher, pupil], 'notice-grant', async () => {
  await tile(teacher, 'dmitri').locator('.asks', { hasText: 'pide más tiempo' }).waitFor();
  await teacher.locator('.asking', { hasText: '1 usuario pide más tiempo' }).waitFor();
  assert.equal(await teacher.locator('.asks').count(), 1);
  const before = { dmitri: deadlineOf('dmitri'), ana: deadlineOf('ana') };
  await teacher.locator('[data-command="grant-5"]').click();
  await pupil.locator('.strip .answer', { hasText: 'Вам дали ещё 5 минут.' }).waitFor();
  assert.match(await pupil.locator('.strip .countdown').innerText(), /^[56]:\d\d$/);
  await teacher.locator('.asks').waitFor({ state: 'detached' });
  assert.ok(Math.abs(deadlineOf('dmitri') - before.dmitri - 300) <= 1, 'his end is five minutes later');
  assert.equal(deadlineOf('ana'), before.ana, 'hers is not');
  await typesLine('four');
}));

test('he asks again, she says no, and he is told so', () => shown([teacher, pupil], 'notice-refuse', async () => {
  const before = deadlineOf('dmitri');
  await pupil.locator('.strip [data-command="request-time"]').click();
  await teacher.locator('[data-command="refuse"]').click();
  await pupil.locator('.strip .answer', { hasText: 'Дополнительное время не предоставлено.' }).waitFor();
  await teacher.locator('.asks').waitFor({ state: 'detached' });
  assert.equal(await pupil.locator('.strip [data-command="request-time"]').count(), 0, 'a no is a no');
  assert.equal(deadlineOf('dmitri'), before);
}));

test('"Log off now" ends it; Ana goes on, and her end is cancelled', () => shown([pupil, teacher], 'notice-proceed', async () => {
  await pupil.locator('.strip [data-command="proceed"]').click();
  await pupil.locator('input[name=password]').waitFor({ timeout: 120000 });
  await gone('dmitri', 30);
  await tile(teacher, 'dmitri').locator('[data-outcome]').waitFor();
  assert.ok(processesOf(account('ana').uid).some((found) => found.name.startsWith('xfce4-panel')), 'Ana goes on');
  await teacher.locator('session-tile', { has: tile(teacher, 'ana') }).locator('[data-command="cancel-ending"]').click();
  await tile(teacher, 'ana').locator('[data-outcome=cancelled]').waitFor();
  assert.ok(sessionOf('ana'));
  assert.deepEqual(complaints, []);
}));
