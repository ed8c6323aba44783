// SPDX-License-Identifier: GPL-3.0-or-later
// Ana sits down at a station, writes, leaves, and goes on at another one.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { named, portsOf } from '../../lib/processes.mjs';
import { difference } from '../../lib/pictures.mjs';
import { account, gone, logOffEverybody, sessionOf, url } from '../../lib/room.mjs';
import { plantTyping } from '../../lib/typing.mjs';
import { until } from '../../lib/wait.mjs';
import { desktopShown, keyboardOf, launch, logOnAt, newPage, picture, shown } from '../browser.mjs';

const ana = account('ana');
const typing = plantTyping('ana');

/** @type {import('../browser.mjs').Browser} */
let browser;
/** @type {import('../browser.mjs').Page} */
let first;
/** @type {import('../browser.mjs').Page} */
let second;
/** @type {import('../../lib/pictures.mjs').Picture} */
let leftBehind;

before(async () => {
  browser = await launch();
  first = await newPage(browser, { language: 'es-ES' });
  second = await newPage(browser, { language: 'es-ES' });
});

after(async () => {
  await browser.close();
  await logOffEverybody();
  typing.remove();
});

/** @param {(line: string) => boolean} test */
function line(test) {
  return typing.lines().find(test);
}

test('she logs on in the browser and sees her desktop', () => shown([first], 'station-log-on', async () => {
  await logOnAt(first, 'ana', { station: 'Seat 1', layout: 'es,ru' });
  const session = await until('the session is active', () => sessionOf('ana')?.state === 'active' && sessionOf('ana'));
  assert.equal(session.station, 'Seat 1');
  await typing.runs();
  assert.deepEqual(portsOf([ana.uid]), []);
}));

test('she types Привет ñ á ¿ into a terminal', () => shown([first], 'station-typing', async () => {
  const keyboard = await keyboardOf(first);
  await first.locator('.screen canvas').click({ position: { x: 300, y: 200 } });
  // The terminal takes keys a moment after it is there: type a word until it arrives.
  await until('the terminal takes keys', async () => {
    await keyboard.spanish('hola');
    await keyboard.enter();
    return line((text) => text.includes('hola'));
  }, 20);
  await keyboard.switchLayout();
  await keyboard.russian('Привет ');
  await keyboard.switchLayout();
  await keyboard.spanish('ñ á ¿');
  await keyboard.enter();
  await until('the line is in the file', () => line((text) => text === 'Привет ñ á ¿'));
}));

test('she switches layouts 500 times and can still type', () => shown([first], 'station-layouts', async () => {
  const keyboard = await keyboardOf(first);
  for (let time = 0; time < 500; time += 1)
    await keyboard.switchLayout();
  await keyboard.spanish('todavía'.replace('í', 'i'));
  await keyboard.switchLayout();
  await keyboard.russian(' пишу');
  await keyboard.switchLayout();
  await keyboard.enter();
  await until('the line is in the file', () => line((text) => text === 'todavia пишу'), 20);
}));

test('she suspends: the page asks for a name again, and her programs run on', () => shown([first], 'station-suspend', async () => {
  leftBehind = await picture(first.locator('.screen canvas'));
  await first.locator('[data-command="suspend"]').click();
  await first.locator('input[name=password]').waitFor();
  await until('suspended', () => sessionOf('ana')?.state === 'suspended');
  assert.ok(named(ana.uid, 'cat').length > 0);
}));

test('at another station she finds her text', () => shown([second], 'station-resume', async () => {
  const id = sessionOf('ana')?.id;
  await logOnAt(second, 'ana', { station: 'Seat 2' });
  assert.equal(sessionOf('ana')?.id, id);
  await until('the session is at Seat 2', () => sessionOf('ana')?.station === 'Seat 2');
  await until('the same picture', async () => difference(await picture(second.locator('.screen canvas')), leftBehind) < 0.05, 15);
  const keyboard = await keyboardOf(second);
  await second.locator('.screen canvas').click({ position: { x: 300, y: 200 } });
  await keyboard.spanish('sigo');
  await keyboard.enter();
  await until('the line is in the file', () => line((text) => text === 'sigo'));
}));

test('Back, reload and a new tab in the first browser show the sign-in page', () => shown([first], 'station-back', async () => {
  await first.goto('about:blank');
  await first.goBack();
  await first.locator('input[name=password]').waitFor();
  await first.reload();
  await first.locator('input[name=password]').waitFor();
  const tab = await first.context().newPage();
  await tab.goto(`${url}/station`);
  await tab.locator('input[name=password]').waitFor();
  assert.equal(await tab.locator('canvas').count(), 0);
  await tab.close();
  assert.equal(sessionOf('ana')?.state, 'active', 'and Seat 2 is not disturbed');
}));

test('a reload within the time keeps the desktop; a closed tab suspends it', () => shown([second], 'station-reload', async () => {
  await second.reload();
  await desktopShown(second);
  await second.close();
  await until('suspended', () => sessionOf('ana')?.state === 'suspended', 30);
}));

test('logging on while the desktop is shown elsewhere moves it here', () => shown([first], 'station-move', async () => {
  await logOnAt(first, 'ana', { station: 'Seat 1' });
  const third = await newPage(browser, { language: 'ru' });
  await shown([third], 'station-move-to', () => logOnAt(third, 'ana', { station: 'Seat 3' }));
  await first.locator('input[name=password]').waitFor({ timeout: 10000 });
  assert.equal(sessionOf('ana')?.station, 'Seat 3');
  await third.close();
}));

test('she locks her screen, unlocks it by her password, and logs off', () => shown([first], 'station-log-off', async () => {
  await logOnAt(first, 'ana', { station: 'Seat 1' });
  await first.locator('[data-command="lock"]').click();
  await first.locator('input[name=password]').waitFor();
  assert.equal(await first.locator('.screen canvas').count(), 0);
  await until('locked', () => sessionOf('ana')?.state === 'locked');
  await first.locator('input[name=password]').fill(ana.password);
  await first.locator('[type=submit]').click();
  await desktopShown(first);
  await first.locator('[data-command="log-off"]').click();
  await first.locator('[data-command="confirm"]').click();
  await first.locator('input[name=password]').waitFor({ timeout: 60000 });
  await gone('ana', 60);
}));
