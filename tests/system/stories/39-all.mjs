// SPDX-License-Identifier: GPL-3.0-or-later
// "All" is everybody that one may end but oneself, and whoever is left out is named with the reason: before, after, and on the dashboard.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { processesOf } from '../../lib/processes.mjs';
import { account, killProgram, logOffEverybody, logOn, manyseat, manyseatJson, run, sessionOf } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { launch, newPage, openLogOffMenu, shown, signIn } from '../browser.mjs';

/** Who is logged on: a pupil, two of the dashboard's users, an administrator. */
const USERS = ['ana', 'olga', 'pupil01', 'admin'];

/** @param {string} user @param {boolean} is */
async function makeDashboardUser(user, is) {
  assert.equal(run(['gpasswd', is ? '-a' : '-d', user, 'manyseat-dashboard']).status, 0);
  await killProgram('manyseatd');
  await until('manyseatd answers', () => manyseat(['status']).status === 0);
}

before(async () => {
  await makeDashboardUser('pupil01', true);
  for (const user of USERS)
    await logOn(user);
});

after(async () => {
  await logOffEverybody();
  await makeDashboardUser('pupil01', false);
});

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

test('the dashboard\'s dialog names them too', async () => {
  const browser = await launch();
  const page = await newPage(browser);
  try {
    await shown([page], 'all-left-out', async () => {
      await signIn(page, 'olga');
      await openLogOffMenu(page);
      await page.locator('[data-command="log-off-all"]').click();
      const dialog = page.locator('dialog[open]');
      await dialog.locator(`[data-hit="${sessionOf('ana')?.id}"]`).waitFor();
      assert.equal(await dialog.locator('[data-hit]').count(), 1);
      for (const user of ['olga', 'pupil01', 'admin'])
        assert.match(await dialog.locator(`[data-left-out="${sessionOf(user)?.id}"]`).innerText(), /\S+.*\S+/, user);
      assert.equal(await dialog.locator('[data-left-out]').count(), 3);
    });
  } finally {
    await browser.close();
  }
});

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
