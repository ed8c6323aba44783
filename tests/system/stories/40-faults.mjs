// SPDX-License-Identifier: GPL-3.0-or-later
// Four people work; then programs of ours die, one after the other.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { atDesktop } from '../../lib/desktop.mjs';
import { difference } from '../../lib/pictures.mjs';
import { named, portsOf, processesOf } from '../../lib/processes.mjs';
import { account, gone, keeperOf, killProgram, logOffEverybody, logOn, outcomeOfSession, run, sessionOf, sessions, standard, start } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { desktopShown, launch, logOnAt, newPage, openLogOffMenu, picture, shown, signIn, tile } from '../browser.mjs';

const BACK_SECONDS = 5;
const END_SECONDS = 10;

/** @type {import('../browser.mjs').Browser} */
let browser;
/** @type {import('../browser.mjs').Page} */
let dashboard;
/** @type {import('../browser.mjs').Page} */
let station;

before(async () => {
  browser = await launch();
  dashboard = await newPage(browser);
  station = await newPage(browser);
  for (const user of standard.slice(1))
    await logOn(user);
  await logOnAt(station, 'ana');
  await logOn('ana');
  await signIn(dashboard, 'olga');
  for (const user of standard)
    await tile(dashboard, user).waitFor();
});

after(async () => {
  await browser.close();
  await logOffEverybody();
});

function panels() {
  return standard.map((user) => named(account(user).uid, 'xfce4-panel').map((found) => found.pid).join());
}

function ids() {
  return sessions().map((session) => `${session.id} ${session.user}`).sort();
}

/** The places where a desktop is seen: boris's on his tile, ana's at her station. */
function places() {
  return { boris: tile(dashboard, 'boris').locator('canvas'), ana: station.locator('.screen canvas') };
}

/** A white window on somebody's desktop; the caller ends it. @param {string} user */
function openWindow(user) {
  return start([...atDesktop(user), 'xev', '-geometry', '640x480'], { as: user });
}

/** The dashboard says nothing of a lost connection, and manyseatd answers what is asked on it. @param {number} seconds */
async function dashboardAnswers(seconds) {
  const limit = { timeout: seconds * 1000 };
  await dashboard.locator('.banner').waitFor({ state: 'detached', ...limit });
  await openLogOffMenu(dashboard);
  await dashboard.locator('[data-command="log-off-all"]').click();
  const dialog = dashboard.locator('dialog[open]');
  for (const user of standard)
    await dialog.locator(`[data-hit="${sessionOf(user)?.id}"]`).waitFor(limit);
  await dialog.locator('[data-command="cancel"]').click();
  await dialog.waitFor({ state: 'detached', ...limit });
}

/**
 * Somebody kills; no desktop ends, and in time the same sessions are listed, the dashboard answers, and what happens after it on a
 * desktop is seen on its tile and at its station.
 * @param {() => Promise<void>} kill
 */
async function nothingIsLost(kill) {
  const [desktops, listed] = [panels(), ids()];
  const seen = Object.entries(places());
  const before = await Promise.all(seen.map(([, place]) => picture(place)));
  const began = Date.now();
  await kill();
  const windows = seen.map(([user]) => openWindow(user));
  const during = before.slice();
  try {
    await until('the same sessions are listed', () => assert.deepEqual(ids(), listed) === undefined, BACK_SECONDS);
    await dashboardAnswers(BACK_SECONDS);
    await desktopShown(station);
    for (const [index, [user, place]] of seen.entries()) {
      await until(`${user}'s new window is seen`, async () => difference(await picture(place), before[index]) > 0.02, BACK_SECONDS);
      during[index] = await picture(place);
    }
    assert.ok(Date.now() - began < BACK_SECONDS * 1000, `${Date.now() - began} ms`);
  } finally {
    windows.forEach((window) => window.kill('SIGKILL'));
  }
  for (const [index, [user, place]] of seen.entries())
    await until(`${user}'s window is gone`, async () => difference(await picture(place), during[index]) > 0.02, 15);
  assert.deepEqual(panels(), desktops);
}

test('no process of the four listens on a TCP port', async () => {
  const uids = standard.map((user) => account(user).uid);
  assert.ok(uids.every((uid) => processesOf(uid).some((found) => /^X(tiger)?vnc$/.test(found.name))), 'four X servers run');
  assert.deepEqual(portsOf(uids), []);
  // One that did would be found.
  const listener = start(['node', '-e', 'require("net").createServer().listen(0, "127.0.0.1")'], { as: 'boris' });
  await until('the listener is found', () => portsOf(uids).length === 1);
  listener.kill('SIGKILL');
});

for (const program of ['manyseatd', 'display', 'web-dashboard', 'web-station', 'front', 'launcher'])
  test(`kill -9 of ${program}: no desktop ends, the pages are live again`, () =>
    shown([dashboard, station], `fault-${program}`, () => nothingIsLost(() => killProgram(program))));

test('everything dies at once: no desktop ends, the pages are live again', () => shown([dashboard, station], 'fault-all', async () => {
  await nothingIsLost(async () => {
    await Promise.all(['manyseatd', 'display', 'web-dashboard', 'web-station', 'front'].map(killProgram));
  });
  assert.equal(sessionOf('ana')?.state, 'active');
}));

/** Kill one process of a user's session: this session ends as failed, nothing is left of it, and no other ends. @param {string} user @param {number} pid */
async function onlyThisOneEnds(user, pid) {
  const others = standard.filter((name) => name !== user && sessionOf(name));
  const id = sessionOf(user)?.id ?? '';
  const lived = panels().filter((_, index) => others.includes(standard[index]));
  const began = Date.now();
  process.kill(pid, 'SIGKILL');
  await gone(user, END_SECONDS);
  await until('it is listed no more', () => sessionOf(user) === undefined, END_SECONDS);
  assert.ok(Date.now() - began < END_SECONDS * 1000, `${Date.now() - began} ms`);
  assert.equal(outcomeOfSession(id), 'failed');
  assert.deepEqual(sessions().map((session) => session.user).sort(), others);
  assert.deepEqual(panels().filter((_, index) => others.includes(standard[index])), lived, 'the others go on');
}

test('kill -9 of an Xvnc: only that session ends, with its true outcome, within 10 s', async () => {
  const server = processesOf(account('carla').uid).find((found) => /^X(tiger)?vnc$/.test(found.name));
  assert.ok(server);
  await onlyThisOneEnds('carla', server.pid);
});

test('kill -9 of a manyseat-session: only that session ends, with its true outcome, within 10 s', () =>
  onlyThisOneEnds('dmitri', keeperOf('dmitri')));

test('without Xvnc a log-on says so, and leaves nothing', () => {
  const server = run(['readlink', '-f', '/usr/bin/Xvnc']).out.trim();
  assert.equal(run(['mount', '--bind', '/dev/null', server]).status, 0);
  const done = run(['manyseat', 'log-on', 'carla', '--auto'], { seconds: 60 });
  run(['umount', server]);
  assert.equal(done.status, 1, done.out + done.err);
  assert.match(done.err + done.out, /X server|Xvnc/);
  assert.equal(sessionOf('carla'), undefined);
  assert.deepEqual(processesOf(account('carla').uid), []);
});

test('without any desktop installed a log-on says so', () => {
  assert.equal(run(['mount', '-t', 'tmpfs', 'none', '/usr/share/xsessions']).status, 0);
  const done = run(['manyseat', 'log-on', 'carla', '--auto'], { seconds: 60 });
  run(['umount', '/usr/share/xsessions']);
  assert.equal(done.status, 1, done.out + done.err);
  assert.match(done.err + done.out, /desktop/i);
  assert.deepEqual(processesOf(account('carla').uid), []);
});

test('with a broken configuration file manyseatd does not start, and says file and line', () => {
  const broken = run(['sh', '-c', 'printf "[sessions]\\nwidht=3\\n" > /etc/manyseat/manyseat.conf.d/99-broken.conf; '
    + 'timeout 5 /usr/libexec/manyseat/manyseatd; status=$?; rm /etc/manyseat/manyseat.conf.d/99-broken.conf; exit $status']);
  assert.notEqual(broken.status, 0);
  assert.notEqual(broken.status, 124);
  assert.match(broken.err, /99-broken\.conf:2: .*widht/);
});

test('manyseatd not reachable: exit status 5', () => {
  const done = run(['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /run/manyseat && exec manyseat sessions']);
  assert.equal(done.status, 5, done.err);
  assert.match(done.err, /manyseatd/);
});
