// SPDX-License-Identifier: GPL-3.0-or-later
// Four people work; then programs of ours die, one after the other.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { colours } from '../../lib/pictures.mjs';
import { named, processes, processesOf } from '../../lib/processes.mjs';
import { account, gone, killProgram, logOffEverybody, logOn, manyseatJson, run, sessionOf, sessions, standard }
  from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { desktopShown, launch, logOnAt, newPage, picture, shown, signIn, tile } from '../browser.mjs';

const BACK_SECONDS = 5;

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

/** The dashboard takes part again: a choice made on it is answered. */
async function dashboardLives() {
  await until('the dashboard is live again', async () => {
    const live = await dashboard.evaluate(() => document.querySelector('[role=alert]') === null);
    return live && await tile(dashboard, 'boris').isVisible();
  }, BACK_SECONDS);
}

for (const program of ['manyseatd', 'display', 'web-dashboard', 'web-station', 'front', 'launcher'])
  test(`kill -9 of ${program}: no desktop ends, the pages are live again`, () =>
    shown([dashboard, station], `fault-${program}`, async () => {
      const [desktops, before] = [panels(), ids()];
      await killProgram(program);
      const began = Date.now();
      await until('the same sessions are listed', () => assert.deepEqual(ids(), before) === undefined, BACK_SECONDS);
      await dashboardLives();
      await desktopShown(station);
      await until('a fresh picture', async () => colours(await picture(tile(dashboard, 'boris').locator('canvas'))) > 50, BACK_SECONDS);
      assert.ok(Date.now() - began < BACK_SECONDS * 1000, `${Date.now() - began} ms`);
      assert.deepEqual(panels(), desktops);
    }));

test('a viewer comes back by itself after everything died at once', () => shown([dashboard, station], 'fault-all', async () => {
  const desktops = panels();
  await Promise.all(['manyseatd', 'display', 'web-dashboard', 'web-station', 'front'].map(killProgram));
  await dashboardLives();
  await desktopShown(station);
  await until('ana is active', () => sessionOf('ana')?.state === 'active');
  assert.deepEqual(panels(), desktops);
}));

/** The manyseat-session that a user's desktop descends from. @param {string} user */
function keeperOf(user) {
  const parents = new Map(processes().map((found) => [found.pid, found]));
  for (let at = named(account(user).uid, 'Xtigervnc')[0] ?? named(account(user).uid, 'Xvnc')[0]; at; ) {
    const parent = parents.get(at.parent);
    if (parent?.name.startsWith('manyseat-sessio') && parent.uid === 0)
      return parent.pid;
    at = /** @type {any} */ (parent);
  }
  throw new Error(`no manyseat-session above ${user}'s Xvnc`);
}

/** @param {string} user @param {RegExp} outcome */
async function onlyThisOneEnded(user, outcome) {
  await gone(user, 10);
  await until('it is listed no more', () => sessionOf(user) === undefined, 10);
  const rows = JSON.stringify(manyseatJson(['audit']));
  assert.match(rows, outcome);
  for (const other of standard.filter((name) => name !== user && sessionOf(name)))
    assert.ok(named(account(other).uid, 'xfce4-panel').length > 0, `${other} goes on`);
}

test('kill -9 of an Xvnc: only that session ends, cleanly, within 10 s', async () => {
  const server = processesOf(account('carla').uid).find((found) => /^X(tiger)?vnc$/.test(found.name));
  assert.ok(server);
  process.kill(server.pid, 'SIGKILL');
  await onlyThisOneEnded('carla', /carla/);
  assert.equal(sessions().length, 3);
});

test('kill -9 of a manyseat-session: only that session ends, within 10 s', async () => {
  process.kill(keeperOf('dmitri'), 'SIGKILL');
  await onlyThisOneEnded('dmitri', /dmitri/);
  assert.equal(sessions().length, 2);
});

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
