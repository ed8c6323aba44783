// SPDX-License-Identifier: GPL-3.0-or-later
// Six sessions that do not want to end, ended at once on a host where systemd and logind take part. (tests/system has the same without.)
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { helper, plant } from '../../lib/desktop.mjs';
import { groupOf, isPopulated, leftNothing, logindSessions, sliceOf } from '../../lib/host.mjs';
import { named, processesOf } from '../../lib/processes.mjs';
import { account, configure, logOffEverybody, logOn, manyseatJson, run } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';

const STAGES = { stop: 3, kill: 3, verify: 9 };
const SUM_SECONDS = STAGES.stop + STAGES.kill + STAGES.verify;
/** Ignores signals; has left; has services and lingers; is stopped; forks; is closing already. */
const USERS = ['ana', 'boris', 'carla', 'dmitri', 'pupil01', 'pupil02'];

/** @type {(() => void)[]} */
const planted = [];
let program = '';

before(async () => {
  await configure('95-hostile', `[log-off]\n${Object.entries(STAGES).map(([key, value]) => `${key}=${value}\n`).join('')}`);
  program = helper('misbehave');
  for (const [user, how] of [['ana', 'stay'], ['boris', 'leave'], ['pupil01', 'bomb 8'], ['pupil02', 'stay']])
    planted.push(plant(user, `exec ${program} ${how}`));
});

after(async () => {
  planted.forEach((remove) => remove());
  run(['loginctl', 'disable-linger', 'carla']);
  await logOffEverybody();
  await configure('95-hostile', null);
});

/** A service of carla's own manager. @param {string} name @param {...string} words */
function serve(name, ...words) {
  return run(['systemd-run', '--user', '--quiet', `--unit=${name}`, '--property=Type=forking', '--property=GuessMainPID=no', ...words],
    { as: 'carla', environment: { XDG_RUNTIME_DIR: `/run/user/${account('carla').uid}` } }).status;
}

test('force: each ends within the sum of the stages, as forced, and nothing of them is left', async () => {
  for (const user of USERS)
    await logOn(user);
  for (const user of ['ana', 'boris', 'pupil01', 'pupil02'])
    await until(`${user}'s program misbehaves`, () => named(account(user).uid, 'misbehave').length > 0, 20);
  // Whoever left his session by setsid() is in its control group all the same, but no child of anything in it.
  assert.match(groupOf(named(account('boris').uid, 'misbehave')[0].pid), new RegExp(`^${sliceOf('boris')}/session-`));

  assert.equal(run(['loginctl', 'enable-linger', 'carla']).status, 0);
  assert.equal(serve('leaver', program, 'leave'), 0);
  assert.equal(serve('bomb', program, 'bomb', '4'), 0);
  await until('her services run', () => ['leaver', 'bomb'].every((name) => isPopulated(
    `${sliceOf('carla')}/user@${account('carla').uid}.service/app.slice/${name}.service`)), 10);
  run(['loginctl', 'terminate-session', logindSessions('pupil02')[0].Id]);
  await until('logind calls it closing', () => logindSessions('pupil02')[0]?.State === 'closing', 5);
  for (const found of processesOf(account('dmitri').uid))
    process.kill(found.pid, 'SIGSTOP');

  const began = Date.now();
  const { job } = manyseatJson(['log-off', '--all', '--mode', 'force', '--warn', '0']);
  const seconds = (Date.now() - began) / 1000;
  const rows = Object.fromEntries(job.rows.map((/** @type {any} */ row) => [row.user, row]));
  for (const user of USERS)
    assert.deepEqual(processesOf(account(user).uid), [], user);
  assert.deepEqual(Object.fromEntries(USERS.map((user) => [user, rows[user]?.outcome])), Object.fromEntries(USERS.map((user) => [user, 'forced'])),
    JSON.stringify(rows));
  assert.ok(seconds < SUM_SECONDS, `${seconds} s`);
  for (const user of ['ana', 'boris'])
    assert.match(rows[user].detail, /^killed: \d+ misbehave$/);
  for (const user of USERS)
    await leftNothing(user, 3);
});
