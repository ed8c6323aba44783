// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions that do not want to end, all at once: each ends within the time of the stages, nothing of it is left, and what had to be
// killed is named.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { helper, plant } from '../../lib/desktop.mjs';
import { environmentOf, named, processesOf } from '../../lib/processes.mjs';
import { account, configure, gone, logOffEverybody, logOn, manyseatJson } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';

const STAGES = { stop: 3, kill: 3, verify: 5 };
const SUM_SECONDS = STAGES.stop + STAGES.kill + STAGES.verify;
const BOMB = 8;

/** @type {(() => void)[]} */
const planted = [];

before(async () => {
  await configure('95-hostile', `[log-off]\nask=8\n${Object.entries(STAGES).map(([key, value]) => `${key}=${value}\n`).join('')}`);
  const program = helper('misbehave');
  planted.push(plant('ana', `exec ${program} stay`), plant('boris', `exec ${program} leave`), plant('carla', `exec ${program} bomb ${BOMB}`));
});

after(async () => {
  planted.forEach((remove) => remove());
  await logOffEverybody();
  await configure('95-hostile', null);
});

/** @param {string} user */
function misbehaving(user) {
  return named(account(user).uid, 'misbehave');
}

/** Their bad programs run. @param {string[]} users */
async function allLogOn(users) {
  for (const user of users)
    await logOn(user);
  for (const user of users.filter((name) => name !== 'dmitri'))
    await until(`${user}'s program misbehaves`, () => misbehaving(user).length > 0, 20);
}

/** @param {string} mode @returns {{ seconds: number, rows: Record<string, { outcome: string, detail: string }> }} */
function logOffAll(mode) {
  const began = Date.now();
  const { job } = manyseatJson(['log-off', '--all', '--mode', mode, '--warn', '0']);
  return { seconds: (Date.now() - began) / 1000, rows: Object.fromEntries(job.rows.map((/** @type {any} */ row) => [row.user, row])) };
}

test('force: who ignores signals, who left his session, a bomb and a stopped desktop end, as forced, and are named', async () => {
  await allLogOn(['ana', 'boris', 'carla', 'dmitri']);
  const [left] = misbehaving('boris');
  assert.equal(environmentOf(left.pid).MANYSEAT_SESSION, undefined, 'nothing in its environment gives it away');
  assert.notEqual(left.parent, named(account('boris').uid, 'xfce4-session')[0].pid);
  // The bomb is quicker than a list: what one list has is gone when the next is made.
  const first = misbehaving('carla').map((found) => found.pid);
  assert.ok(await until('all of the bomb have successors', () => misbehaving('carla').every((found) => !first.includes(found.pid))));
  for (const found of processesOf(account('dmitri').uid))
    process.kill(found.pid, 'SIGSTOP');

  const { seconds, rows } = logOffAll('force');
  for (const user of ['ana', 'boris', 'carla', 'dmitri']) {
    assert.deepEqual(processesOf(account(user).uid), [], user);
    assert.equal(rows[user].outcome, 'forced', JSON.stringify(rows[user]));
  }
  assert.ok(seconds < SUM_SECONDS, `${seconds} s`);
  for (const user of ['ana', 'boris'])
    assert.match(rows[user].detail, /^killed: \d+ misbehave$/);
});

test('ask: what stands in nobody\'s way and will not end is killed, and named', async () => {
  await allLogOn(['ana', 'boris', 'carla']);
  const { seconds, rows } = logOffAll('ask');
  for (const user of ['ana', 'boris', 'carla']) {
    await gone(user, 1);
    assert.equal(rows[user].outcome, 'clean', JSON.stringify(rows[user]));
  }
  assert.match(rows.ana.detail, /killed: \d+ misbehave$/);
  assert.match(rows.boris.detail, /killed: \d+ misbehave$/);
  assert.ok(seconds < 8 + SUM_SECONDS, `${seconds} s`);
});
