// SPDX-License-Identifier: GPL-3.0-or-later
// "All" is everybody that one may end but oneself, and whoever is left out is named with the reason: before and after. In a room and
// on a host.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { processesOf } from './processes.mjs';
import { account, killProgram, logOffEverybody, logOn, manyseat, manyseatJson, run, sessionOf } from './room.mjs';
import { until } from './wait.mjs';

/** Who is logged on: a pupil, two of the dashboard's users, an administrator. */
const USERS = ['ana', 'olga', 'pupil01', 'admin'];

/** @param {string} user @param {boolean} is */
async function makeDashboardUser(user, is) {
  assert.equal(run(['gpasswd', is ? '-a' : '-d', user, 'manyseat-dashboard']).status, 0);
  await killProgram('manyseatd');
  await until('manyseatd answers', () => manyseat(['status']).status === 0);
}

/** user: reason. @param {{ user: string, reason: string }[]} leftOut */
function reasons(leftOut) {
  return Object.fromEntries(leftOut.map((row) => [row.user, row.reason]));
}

/** Who is ended and who is left out, to whom. @type {[string, string[], Record<string, string>][]} */
const cases = [
  ['olga', ['ana'], { olga: 'own', pupil01: 'role', admin: 'role' }],
  ['admin', ['ana', 'olga', 'pupil01'], { admin: 'own' }],
  ['root', ['admin', 'ana', 'olga', 'pupil01'], {}],
];

/** The tests; between adds more, while everybody is still there. */
export function tellAll(between = () => {}) {
  before(async () => {
    await makeDashboardUser('pupil01', true);
    for (const user of USERS)
      await logOn(user);
  });

  after(async () => {
    await logOffEverybody();
    await makeDashboardUser('pupil01', false);
  });

  for (const [as, hit, leftOut] of cases)
    test(`--all --dry-run of ${as} names both`, () => {
      const plan = manyseatJson(['log-off', '--all', '--dry-run'], { as });
      assert.deepEqual(plan.hit.map((/** @type {any} */ row) => row.user).sort(), hit);
      assert.deepEqual(reasons(plan['left-out']), leftOut);
      const words = manyseat(['log-off', '--all', '--dry-run'], { as }).out;
      for (const user of hit)
        assert.match(words, new RegExp(`${sessionOf(user)?.id} ${user}`));
      for (const [user, reason] of Object.entries(leftOut))
        assert.match(words, new RegExp(`${sessionOf(user)?.id} ${user}: ${reason === 'own' ? 'it is your own' : 'your role may not end it'}`));
    });

  between();

  test('the result of olga\'s --all names them, and they go on', () => {
    const panels = USERS.map((user) => processesOf(account(user).uid).filter((found) => found.name.startsWith('xfce4-panel')).map((found) => found.pid));
    const done = manyseat(['log-off', '--all', '--mode', 'force', '--warn', '0', '--json'], { as: 'olga', seconds: 60 });
    const { job, 'left-out': leftOut } = JSON.parse(done.out);
    assert.deepEqual(job.rows.map((/** @type {any} */ row) => `${row.user} ${row.outcome}`), ['ana forced']);
    assert.deepEqual(reasons(leftOut), { olga: 'own', pupil01: 'role', admin: 'role' });
    assert.deepEqual(processesOf(account('ana').uid), []);
    for (const [index, user] of USERS.entries())
      if (user !== 'ana')
        assert.deepEqual(processesOf(account(user).uid).filter((found) => found.name.startsWith('xfce4-panel')).map((found) => found.pid), panels[index], user);
  });

  test('in words as well', () => {
    const done = manyseat(['log-off', '--all', '--mode', 'force', '--warn', '0'], { as: 'admin', seconds: 60 });
    assert.equal(done.status, 0, done.out + done.err);
    assert.match(done.out, new RegExp(`${sessionOf('admin')?.id} admin: it is your own`));
    assert.match(done.out, /olga: forced/);
    assert.deepEqual(processesOf(account('olga').uid), []);
    assert.ok(processesOf(account('admin').uid).length > 0);
  });
}
