// SPDX-License-Identifier: GPL-3.0-or-later
// Olga ends Ana's session, and a window in it says so: over a browser in full screen, a menu that is open, a locked screen; killed
// and restarted programs bring it back. What is on the screen is read from the X server and from the pixels that a station shows.
// @ts-check
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { helper } from '../../lib/desktop.mjs';
import { environmentOf, named, processes, processesOf } from '../../lib/processes.mjs';
import { account, audit, configure, killProgram, logOffEverybody, manyseat, manyseatJson, run, sessionOf } from '../../lib/room.mjs';
import { plantTyping } from '../../lib/typing.mjs';
import { throughout, until } from '../../lib/wait.mjs';
import { keyboardOf, launch, logOnAt, newPage, picture, shown } from '../browser.mjs';

const ana = account('ana');
const xsession = `${ana.home}/.xsessionrc`;
const typing = plantTyping('ana');
const hand = helper('hand');
const GROUND = [0xfd, 0xf0, 0xd1]; // of the notice
const BACK_SECONDS = 5; // on a whole desktop, of a busy machine; the promised second is measured by tests/unit/test-notice.c

/** @type {import('../browser.mjs').Browser} */
let browser;
/** @type {import('../browser.mjs').Page} */
let page;
/** What a program needs to be on her screen. @type {Record<string, string>} */
let screen;
/** @type {import('node:child_process').ChildProcess[]} */
const started = [];

before(async () => {
  writeFileSync(xsession, 'export LANGUAGE=ru\n');
  chownSync(xsession, ana.uid, ana.uid);
  await configure('96-notice', '[log-off]\nnotice-window=always\n');
  browser = await launch();
  page = await newPage(browser);
});

after(async () => {
  for (const child of started)
    child.kill('SIGKILL');
  await browser.close();
  await logOffEverybody();
  await configure('96-notice', null);
  rmSync(xsession);
  typing.remove();
});

/** A program on her screen, as herself, to its end. @param {string[]} words */
function there(words) {
  return run(words, { as: 'ana', environment: screen, seconds: 10 });
}

/** The same, and it stays. @param {string[]} words */
function stays(words) {
  const all = ['setpriv', '--reuid', 'ana', '--regid', 'ana', '--init-groups', '--reset-env', 'env',
    ...Object.entries(screen).map(([key, value]) => `${key}=${value}`), ...words];
  const child = spawn(all[0], all.slice(1), { stdio: 'ignore', cwd: '/' });
  started.push(child);
  return child;
}

/** The windows of the root's, topmost first, as the X server has them. */
function windows() {
  const lines = there(['xwininfo', '-root', '-tree']).out.split('\n').filter((line) => /^ {5}0x/.test(line));
  return lines.map((line) => ({
    id: line.trim().split(' ')[0], notice: line.includes('"manyseat-notice"'), place: /(\d+)x(\d+)\+-?\d+\+-?\d+ +\+(-?\d+)\+(-?\d+)/.exec(line)?.slice(1).map(Number) ?? [],
  }));
}

/** The notice's window, if it is there. */
function notice() {
  return windows().find((each) => each.notice);
}

/** That the notice is above everything, mapped, and its colour is what her station shows. @param {string} after @param {number} [seconds] */
async function onTop(after, seconds = BACK_SECONDS) {
  const found = await until(`the notice is on top: ${after}`, () => {
    const top = topmost();
    assert.ok(top?.notice, JSON.stringify(top));
    return isViewable(top.id) && top;
  }, seconds);
  await until(`its pixels are seen: ${after}`, seen, 5); // the station's picture comes after the screen's
  return found;
}

/** The highest window that can be seen, or the notice if that is higher. */
function topmost() {
  return windows().find((each) => each.notice || (each.place[2] + each.place[0] > 0 && each.place[3] + each.place[1] > 0 && isViewable(each.id)));
}

/** Pids of the processes that show notices. */
function shower() {
  return processes().filter((each) => each.name === 'manyseat-notice').map((each) => each.pid);
}

/** @param {string} id */
function isViewable(id) {
  return there(['xwininfo', '-id', id]).out.includes('IsViewable');
}

/** Whether the station's picture has the notice, where the X server says that it is. */
async function seen() {
  const [width, , left, top] = notice()?.place ?? [0, 0, 0, 0];
  const canvas = await page.locator('.screen canvas').boundingBox();
  const shot = await picture(page.locator('.screen canvas'));
  assert.ok(canvas && width > 0);
  const size = await page.locator('.screen canvas').evaluate((/** @type {HTMLCanvasElement} */ each) => [each.width, each.height]);
  const [across, down] = [shot.width / size[0], shot.height / size[1]];
  const y = Math.round((top + 5) * down);
  let alike = 0;
  for (let x = Math.ceil((left + 20) * across); x < (left + width - 20) * across; x += 1)
    alike += GROUND.every((value, index) => Math.abs(shot.pixels[(y * shot.width + x) * shot.bytes + index] - value) < 12) ? 1 : 0;
  return alike > 0.9 * (width - 42) * across;
}

/** Ana's row of the job. @returns {any} */
function row() {
  return manyseatJson(['jobs']).flatMap((/** @type {any} */ each) => each.rows).find((/** @type {any} */ each) => each.user === 'ana' && each.outcome === '');
}

/** Press and release the pointer in the notice, so far from its lower right corner. @param {number} right @param {number} bottom */
function click(right, bottom) {
  const [width, height, left, top] = notice()?.place ?? [];
  there([hand, 'click', String(left + width - right), String(top + height - bottom), '1']);
}

/** @param {string} text */
async function types(text) {
  const keyboard = await keyboardOf(page);
  await keyboard.spanish(text);
  await keyboard.enter();
  await until(`the terminal has '${text}'`, () => typing.lines().includes(text));
}

/** A log-off that Olga begins, with so much warning. @param {string[]} more */
function warn(...more) {
  const done = manyseat(['log-off', '--user', 'ana', '--warn', '600', '--no-wait', ...more], { as: 'olga' });
  assert.equal(done.status, 0, done.err);
  return done.out.trim();
}

test('Ana works, and is told in her session and her language, by name; the keyboard stays hers', () => shown([page], 'window-told', async () => {
  await logOnAt(page, 'ana', { layout: 'us' });
  await typing.runs();
  const panel = await until('her panel runs', () => processesOf(ana.uid).find((found) => found.name.startsWith('xfce4-panel')));
  const environment = environmentOf(panel.pid);
  screen = { DISPLAY: environment.DISPLAY, XAUTHORITY: environment.XAUTHORITY, HOME: ana.home };
  assert.equal(environment.LANGUAGE, 'ru');
  await page.locator('.screen canvas').click({ position: { x: 300, y: 400 } });
  await until('the terminal takes keys', async () => {
    await types('one');
    return true;
  }, 40);
  warn('--message', '¡Hasta mañana!');
  await onTop('at first', 20);
  await types('two');
  await page.screenshot({ path: `${process.env.ROOM_KEEP ?? '/tmp/screenshots'}/notice-window.png` });
}));

test('it is over a browser in full screen', () => shown([page], 'window-full-screen', async () => {
  stays(['chromium', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-dev-shm-usage', '--kiosk', `--user-data-dir=${ana.home}/kiosk`,
    'data:text/html,<body style="background:navy">']);
  await until('Chromium has the whole screen', () => there([hand, 'list']).out.split('\n')
    .filter((line) => / chromium /i.test(line))
    .some((line) => /-geometry 1280x|Width: 12\d\d/.test(there(['xwininfo', '-id', line.split(' ')[0]]).out)), 40);
  await onTop('a full screen');
  await throughout('it stays on top', () => topmost()?.notice, 2);
  started.pop()?.kill('SIGKILL');
  await until('Chromium is gone', () => named(ana.uid, 'chromium').length === 0);
}));

test('it is over an open menu, whose grab it leaves alone', () => shown([page], 'window-menu', async () => {
  there([hand, 'click', '40', '600', '3']);
  const menu = await until('a menu is open', () => windows().find((each) => !each.notice && each.place[0] > 60 && each.place[1] > 100 && each.place[0] < 640
    && isViewable(each.id) && there(['xwininfo', '-all', '-id', each.id]).out.includes('Override redirect')));
  await onTop('a menu');
  assert.ok(isViewable(menu.id), 'the menu is still open');
  there([hand, 'key', 'Escape']);
}));

test('it is over a locked screen, whose locker keeps coming up, and the fight is bounded', () => shown([page], 'window-locked', async () => {
  const locker = stays(['i3lock', '--nofork', '--color', '000080']);
  await until('the screen is locked', () => windows().some((each) => !each.notice && each.place[0] >= 1200 && isViewable(each.id)
    && there(['xprop', '-id', each.id, 'WM_CLASS']).out.includes('i3lock')), 10);
  await until('its pixels are seen: a locker', seen); // painted over the locker, which is on top again at once
  locker.kill('SIGTERM');
  await onTop('unlocked');
}));

test('killed by XKillClient: it is there again', () => shown([page], 'window-killed', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { id } = await onTop('before');
    const [before] = shower();
    assert.equal(there(['xkill', '-id', id]).status, 0);
    await until('another process shows it', () => shower().length === 1 && shower()[0] !== before);
    await onTop('killed');
  }
}));

test('kill -9 of manyseat-display, then of manyseatd: it is shown again, once', () => shown([page], 'window-restarts', async () => {
  await killProgram('display');
  await onTop('manyseat-display is back', 20);
  const before = shower();
  await killProgram('manyseatd');
  await until('manyseatd has her row', row, 10);
  await onTop('manyseatd is back');
  assert.deepEqual(shower(), before, 'the window did not so much as blink');
  assert.equal(windows().filter((each) => each.notice).length, 1);
}));

test('its buttons: more time is asked for, refused, and she goes', () => shown([page], 'window-buttons', async () => {
  const asked = row();
  await until('the row says that she wants time', () => {
    click(300, 30);
    return row()['wants-time'];
  });
  assert.ok(audit().some((each) => each.act === 'request-time' && each.whom === 'ana' && each.detail === 'notice window'));
  assert.equal(manyseat(['refuse', asked.session], { as: 'olga' }).status, 0);
  await until('and that there is none', () => row().refused);
  await onTop('refused');
  assert.ok(sessionOf('ana'));
}));

test('a cancelled log-off takes it away; the next one brings it back, and "Log off now" ends the session', () => shown([page], 'window-over', async () => {
  const [job] = manyseatJson(['jobs']).filter((/** @type {any} */ each) => each.state === 'running');
  assert.equal(manyseat(['cancel', job.id], { as: 'olga' }).status, 0);
  await until('it is gone', () => notice() === undefined);
  warn();
  await onTop('again', 20);
  await until('the row leaves the warning', () => {
    click(40, 30);
    return row()?.stage !== 'warn';
  }, 10);
  await until('her session has ended', () => sessionOf('ana') === undefined, 30);
}));
