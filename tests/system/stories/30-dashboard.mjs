// SPDX-License-Identifier: GPL-3.0-or-later
// Olga, who leads the room, looks at four desktops and ends some of them, in Spanish and in Russian.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { atDesktop } from '../../lib/desktop.mjs';
import { colours, difference } from '../../lib/pictures.mjs';
import { processesOf } from '../../lib/processes.mjs';
import { account, gone, logOffEverybody, logOn, sessionOf, standard, start } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { complaints, launch, newPage, openLogOffMenu, outcomeOf, picture, shown, signIn, tile } from '../browser.mjs';

/** @type {import('../browser.mjs').Browser} */
let browser;
/** @type {import('../browser.mjs').Page} */
let page;

before(async () => {
  browser = await launch();
  for (const user of standard)
    await logOn(user);
  page = await newPage(browser, { language: 'es-ES' });
});

after(async () => {
  await browser.close();
  await logOffEverybody();
});

/** @param {import('../browser.mjs').Page} from */
async function seesFour(from) {
  for (const user of standard) {
    await tile(from, user).waitFor();
    await until(`a live picture of ${user}'s desktop`, async () => colours(await picture(tile(from, user).locator('canvas'))) > 50, 20);
  }
}

/** No warning, by force or asking. @param {string} mode */
async function confirm(mode) {
  await page.locator('dialog [data-command="confirm"]').waitFor();
  await page.locator('input[name=warn][value="0"]').check();
  await page.locator(`input[name=mode][value="${mode}"]`).check();
  await page.locator('dialog[open] [data-command="confirm"]').click();
}

test('she signs in in Spanish and sees four live desktops', () => shown([page], 'dashboard-sign-in', async () => {
  await signIn(page, 'olga');
  await seesFour(page);
  assert.match(await page.locator('body').innerText(), /Salir del panel/);
  assert.equal(await page.locator('html').getAttribute('lang'), 'es');
}));

test('a picture follows its desktop', () => shown([page], 'dashboard-live', async () => {
  const canvas = tile(page, 'ana').locator('canvas');
  const before = await picture(canvas);
  const editor = start([...atDesktop('ana'), 'mousepad'], { as: 'ana' });
  await until('the tile shows another picture', async () => difference(await picture(canvas), before) > 0.02, 15);
  editor.kill('SIGKILL');
}));

test('she selects two of four, right-clicks, and ends exactly those two', () => shown([page], 'dashboard-selected', async () => {
  await tile(page, 'ana').click();
  await tile(page, 'carla').click({ modifiers: ['Control'] });
  await tile(page, 'carla').click({ button: 'right' });
  const item = page.locator('[data-command="log-off-selected"]');
  assert.match(await item.innerText(), /Cerrar la sesión de los usuarios seleccionados/);
  await item.click();
  const dialog = page.locator('dialog[open]');
  await until('the dialog names both', async () => /Ana Ruiz Núñez[^]*Carla Peña|Carla Peña[^]*Ana Ruiz Núñez/.test(await dialog.innerText()));
  assert.doesNotMatch(await dialog.innerText(), /Борис|Дмитрий/);
  await confirm('ask-then-force');
  await gone('ana', 60);
  await gone('carla', 60);
  for (const user of ['boris', 'dmitri'])
    assert.ok(processesOf(account(user).uid).some((found) => found.name.startsWith('xfce4-panel')), `${user} goes on`);
  for (const user of ['ana', 'carla'])
    assert.match(String(await outcomeOf(page, user)), /^(clean|forced)$/);
}));

test('her own session and others of her role are left out of "all", with the reason', () => shown([page], 'dashboard-left-out', async () => {
  await logOn('olga');
  await logOn('ana');
  await openLogOffMenu(page);
  await page.locator('[data-command="log-off-all"]').click();
  const dialog = page.locator('dialog[open]');
  await until('the dialog names three', async () => (await dialog.locator('[data-hit]').count()) === 3);
  assert.equal(await dialog.locator('[data-left-out]').count(), 1);
  await dialog.locator('[data-command="cancel"]').click();
  assert.ok(sessionOf('ana') && sessionOf('olga'));
}));

test('in Russian she ends all by the menu at the top left', () => shown([page], 'dashboard-all', async () => {
  await page.locator('select[name=language]').selectOption('ru');
  await until('the page is Russian', async () => (await page.locator('html').getAttribute('lang')) === 'ru');
  await openLogOffMenu(page);
  const item = page.locator('[data-command="log-off-all"]');
  assert.match(await item.innerText(), /Завершить сеансы всех пользователей/);
  await item.click();
  await confirm('force');
  for (const user of ['ana', 'boris', 'dmitri'])
    await gone(user, 60);
  assert.ok(processesOf(account('olga').uid).length > 0, 'her own session goes on');
}));

test('the pages did nothing that their policy forbids', () => {
  assert.deepEqual(complaints, []);
});

test('after sign-out Back shows nothing of the room', () => shown([page], 'dashboard-sign-out', async () => {
  await page.locator('[data-command="sign-out"]').click();
  await page.locator('input[name=password]').waitFor();
  await page.goto('about:blank');
  await page.goBack();
  await page.locator('input[name=password]').waitFor();
  assert.equal(await page.locator('[data-session]').count(), 0);
}));
