// SPDX-License-Identifier: GPL-3.0-or-later
// One request to end eight sessions, and manyseatd killed at each of its stages: every session comes to its own true outcome, nobody is
// asked twice, nothing is done or written twice. tests/hosts runs the same where systemd starts manyseatd again.
// @ts-check
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { atDesktop, hasWindow, helper, plant } from '../../lib/desktop.mjs';
import { ended, named, settled } from '../../lib/processes.mjs';
import { account, audit, configure, everybody, gone, keeperOf, killProgram, logOffEverybody, logOn, manyseat, manyseatJson, sessionOf, start }
  from '../../lib/room.mjs';
import { throughout, until } from '../../lib/wait.mjs';

const USERS = ['ana', 'boris', 'carla', 'dmitri', 'olga', 'admin', 'pupil01', 'pupil02'];
/** Who has a window that stays when it is asked to close, and counts that. */
const WRITERS = ['carla', 'dmitri', 'olga'];
const SETTINGS = { ask: 10, grace: 4, stop: 3, kill: 3, verify: 10, 'force-suspended': 'true' };

/** @typedef {{ session: string, user: string, stage: string, deadline: number, outcome: string, detail: string, blockers: string[][] }} Row */

/** @type {(() => void)[]} */
const planted = [];

/** @param {string} user */
function closesFile(user) {
  return `${account(user).home}/closes`;
}

/** How often a writer's window was asked to close. @param {string} user */
function closes(user) {
  return existsSync(closesFile(user)) ? readFileSync(closesFile(user), 'utf8').length : 0;
}

before(async () => {
  assert.ok(USERS.every((user) => everybody.includes(user)), 'this story needs --pupils 2');
  await configure('95-restart', `[log-off]\n${Object.entries(SETTINGS).map(([key, value]) => `${key}=${value}\n`).join('')}`);
  const [count, misbehave] = [helper('count-closes'), helper('misbehave')];
  for (const user of WRITERS)
    planted.push(plant(user, `${user === 'olga' ? '' : `${misbehave} stay & `}exec ${count} ${closesFile(user)}`));
  for (const user of USERS)
    await logOn(user);
  for (const user of WRITERS)
    await until(`${user}'s window`, () => hasWindow(user, 'count-closes'), 20);
});

after(async () => {
  planted.forEach((remove) => remove());
  WRITERS.forEach((user) => rmSync(closesFile(user), { force: true }));
  await logOffEverybody();
  await configure('95-restart', null);
});

/** @param {string} id @returns {Record<string, Row>} */
function rowsOf(id) {
  const [job] = manyseatJson(['jobs']).filter((/** @type {any} */ found) => found.id === id);
  return Object.fromEntries(job.rows.map((/** @type {Row} */ row) => [row.user, row]));
}

test('cancelled at second 3 of 10 one goes on untouched; more time moves one deadline; the third goes on to be asked', async () => {
  const ids = ['ana', 'boris', 'olga'].map((user) => sessionOf(user)?.id ?? '');
  const lived = await settled(account('ana').uid);
  const { job } = manyseatJson(['log-off', ...ids, '--mode', 'ask', '--warn', '10', '--no-wait']);
  const began = rowsOf(job.id);
  await throughout('the countdown runs', () => Object.values(rowsOf(job.id)).every((row) => row.stage === 'warn'), 3);
  assert.equal(manyseat(['cancel', job.id, ids[0]]).status, 0);
  assert.equal(manyseat(['grant', ids[1], '1']).status, 0);
  const now = rowsOf(job.id);
  assert.equal(now.ana.outcome, 'cancelled');
  assert.ok(Math.abs(now.boris.deadline - began.boris.deadline - 60e6) < 1e6, `${now.boris.deadline - began.boris.deadline} us`);
  assert.equal(now.olga.deadline, began.olga.deadline);
  await until('olga is asked', () => closes('olga') === 1, 15);
  assert.equal(rowsOf(job.id).boris.stage, 'warn');
  await until('olga is held up', () => rowsOf(job.id).olga.outcome === 'held-up', 20);
  assert.match(rowsOf(job.id).olga.detail, /count-closes/);
  assert.equal(manyseat(['cancel', job.id, ids[1]]).status, 0);

  assert.deepEqual(ended(lived), [], 'every process of hers lives');
  const program = start([...atDesktop('ana'), '/tmp/count-closes', '/tmp/ana-closes'], { as: 'ana' });
  await until('her desktop shows a new window', () => hasWindow('ana', 'count-closes'));
  program.kill('SIGKILL');
  await until('and it is gone', () => !hasWindow('ana', 'count-closes'));
  writeFileSync(closesFile('olga'), '');
});

/** kill -9 of manyseatd when these rows are at a stage. @param {string} id @param {string} stage @param {string[]} users */
async function killedAt(id, stage, users) {
  await until(`${users} are at ${stage}`, () => {
    const rows = rowsOf(id);
    if (users.some((user) => rows[user].stage !== stage))
      throw new Error(JSON.stringify(users.map((user) => rows[user].stage)));
    return true;
  }, 30);
  await killProgram('manyseatd');
  await until('manyseatd answers', () => manyseat(['status']).status === 0);
  const rows = rowsOf(id);
  assert.equal(Object.keys(rows).length, USERS.length);
  return rows;
}

test('killed at warn, ask, grace, stop, kill and verify of one job: eight true outcomes, each step once', async () => {
  const ids = Object.fromEntries(USERS.map((user) => [user, sessionOf(user)?.id ?? '']));
  const seen = audit().length;
  const lived = await settled(account('admin').uid);
  const { job } = manyseatJson(['log-off', '--all', '--mode', 'ask-then-force', '--warn', '8', '--no-wait']);

  const [before, warned] = [rowsOf(job.id), await killedAt(job.id, 'warn', USERS)];
  for (const user of USERS)
    assert.ok(warned[user].stage === 'warn' && Math.abs(warned[user].deadline - before[user].deadline) < 1e4, JSON.stringify(warned[user]));
  assert.equal(manyseat(['cancel', job.id, ids.admin]).status, 0);
  process.kill(named(account('pupil01').uid, 'xfce4-session')[0].pid, 'SIGTERM');

  await until('the writers are asked', () => WRITERS.every((user) => closes(user) === 1), 20);
  const asked = rowsOf(job.id);
  const still = await killedAt(job.id, 'ask', WRITERS);
  assert.deepEqual(WRITERS.map((user) => still[user].blockers), WRITERS.map(() => [['count-closes', 'count-closes']]));
  for (const user of WRITERS)
    assert.ok(still[user].deadline < asked[user].deadline + 2.5e6, `${user}: the time does not begin anew`);
  await throughout('nobody is asked again', () => WRITERS.every((user) => closes(user) === 1), 2);
  process.kill(named(account('olga').uid, 'count-closes')[0].pid, 'SIGKILL'); // she has saved, and closed it

  const graced = await killedAt(job.id, 'grace', ['carla', 'dmitri']);
  assert.match(graced.carla.detail, /count-closes/);
  await killedAt(job.id, 'stop', ['carla', 'dmitri']);
  const keeper = keeperOf('dmitri');
  process.kill(keeper, 'SIGSTOP');
  try {
    await killedAt(job.id, 'kill', ['dmitri']);
    await killedAt(job.id, 'verify', ['dmitri']);
  } finally {
    process.kill(keeper, 'SIGCONT');
  }

  await until('the job is done', () => Object.values(rowsOf(job.id)).every((row) => row.stage === 'done'), 30);
  const rows = rowsOf(job.id);
  const outcomes = Object.fromEntries(USERS.map((user) => [user, rows[user].outcome]));
  assert.deepEqual(outcomes, { ana: 'clean', boris: 'clean', carla: 'forced', dmitri: 'forced', olga: 'clean', admin: 'cancelled',
    pupil01: 'ended-by-user', pupil02: 'clean' }, JSON.stringify(rows));
  assert.match(rows.carla.detail, /killed: \d+ misbehave$/);
  for (const user of USERS.filter((name) => name !== 'admin'))
    await gone(user, 5);
  assert.deepEqual(ended(lived), [], 'who was left out of it goes on');
  assert.deepEqual(WRITERS.map(closes), [1, 1, 1]);

  const written = audit().slice(seen);
  for (const user of USERS)
    assert.deepEqual(written.filter((row) => row.session === ids[user]).map((row) => `${row.act} ${row.result}`).sort(), user === 'admin'
      ? ['cancel done', 'log-off done', 'log-off-outcome done'] : ['log-off done', 'log-off-outcome done', 'session-end done'], user);
});
