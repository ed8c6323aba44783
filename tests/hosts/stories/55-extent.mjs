// SPDX-License-Identifier: GPL-3.0-or-later
// What ends with a desktop, by [log-off] extent: the text log-in of the same user, his own service, his lingering.
// @ts-check
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { rmSync, writeFileSync } from 'node:fs';
import { beginLogin } from '../../lib/foreign.mjs';
import { leftNothing } from '../../lib/host.mjs';
import { named } from '../../lib/processes.mjs';
import { account, gone, logOn, manyseat, run, sessionOf } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';

const settings = '/etc/manyseat/manyseat.conf.d/95-extent.conf';
const { uid } = account('boris');

/** @type {(() => void)[]} */
const leftovers = [];
after(() => {
  leftovers.forEach((end) => end());
  run(['loginctl', 'disable-linger', 'boris']);
  run(['loginctl', 'terminate-user', 'boris']);
  rmSync(settings, { force: true });
  run(['systemctl', 'restart', 'manyseatd']);
});

/** @param {string} extent */
async function set(extent) {
  writeFileSync(settings, `[log-off]\nextent=${extent}\n`);
  run(['systemctl', 'restart', 'manyseatd']);
  await until('manyseatd answers', () => manyseat(['status']).status === 0);
}

/** He has a desktop, a service of his own that lingers, and has logged in by text. */
async function isBusy() {
  await logOn('boris');
  const bus = { XDG_RUNTIME_DIR: `/run/user/${uid}` };
  assert.equal(run(['loginctl', 'enable-linger', 'boris']).status, 0);
  if (named(uid, 'tail').length === 0)
    assert.equal(run(['systemd-run', '--user', '--quiet', 'tail', '-f', '/dev/null'], { as: 'boris', environment: bus }).status, 0);
  if (named(uid, 'sleep').length === 0) {
    const { child } = await beginLogin('boris', { XDG_SESSION_TYPE: 'tty' }, 'exec sleep 6000');
    leftovers.push(() => child.kill());
  }
  await until('all of it runs', () => named(uid, 'tail').length === 1 && named(uid, 'sleep').length === 1);
}

async function logOff() {
  const done = manyseat(['log-off', '--user', 'boris', '--mode', 'force', '--warn', '0'], { seconds: 60 });
  assert.equal(done.status, 0, done.err);
  await until('his desktop is gone', () => named(uid, 'xfce4-session').length === 0 && sessionOf('boris') === undefined);
}

test('desktop, and services while he is logged in by text: both stay', async () => {
  for (const extent of ['desktop', 'services']) {
    await set(extent);
    await isBusy();
    await logOff();
    assert.deepEqual([named(uid, 'tail').length, named(uid, 'sleep').length], [1, 1], extent);
  }
});

test('everything: nothing of him is left', async () => {
  await set('everything');
  await isBusy();
  await logOff();
  await gone('boris', 10);
  await leftNothing('boris', 5);
});
