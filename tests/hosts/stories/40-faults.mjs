// SPDX-License-Identifier: GPL-3.0-or-later
// Programs die or are restarted by systemd while people work.
// @ts-check
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { leftNothing, logindSessions, unit } from '../../lib/host.mjs';
import { named, processOf, processesOf } from '../../lib/processes.mjs';
import { account, lastOutcome, logOffEverybody, logOn, manyseat, run, sessionOf, sessions, standard } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';

const BACK_SECONDS = 5;

before(async () => {
  for (const user of standard)
    await logOn(user);
});

after(logOffEverybody);

/** Sessions, desktops and logind's sessions, all of which a fault must leave as they are. */
function world() {
  return {
    sessions: sessions().map((session) => `${session.id} ${session.user} ${session.display}`).sort(),
    desktops: standard.map((user) => named(account(user).uid, 'xfce4-session').map((found) => found.pid).join()),
    logind: logindSessions().map((session) => `${session.Id} ${session.Leader}`).sort(),
  };
}

/** @param {string} name @param {number} old */
async function runsAgain(name, old) {
  await until(`${name} runs again`, () => {
    const found = unit(name);
    return found.ActiveState === 'active' && Number(found.MainPID) !== old && Number(found.MainPID) > 0;
  }, BACK_SECONDS);
}

for (const name of ['manyseatd', 'manyseat-display', 'manyseat-web@station', 'manyseat-front'])
  test(`kill -9 of ${name}: systemd starts it again, every session stays with its id`, async () => {
    const [before, pid] = [world(), Number(unit(`${name}.service`).MainPID)];
    process.kill(pid, 'SIGKILL');
    await runsAgain(`${name}.service`, pid);
    await until('all is as it was', () => assert.deepEqual(world(), before) === undefined, BACK_SECONDS);
  });

test('systemctl restart manyseatd: the same', async () => {
  const before = world();
  assert.equal(run(['systemctl', 'restart', 'manyseatd.service']).status, 0);
  await until('all is as it was', () => assert.deepEqual(world(), before) === undefined, BACK_SECONDS);
});

test('a restart of the log-on socket: the same, and log-ons work', async () => {
  const before = world();
  assert.equal(run(['systemctl', 'restart', 'manyseat-session.socket']).status, 0);
  await until('all is as it was', () => assert.deepEqual(world(), before) === undefined, BACK_SECONDS);
  await logOn('olga');
  assert.equal(manyseat(['log-off', '--user', 'olga', '--mode', 'force', '--warn', '0']).status, 0);
  await leftNothing('olga', 2);
});

test('kill -9 of logind: the same, and a log-on soon works again', async () => {
  const [before, pid] = [world(), Number(unit('systemd-logind.service').MainPID)];
  process.kill(pid, 'SIGKILL');
  await runsAgain('systemd-logind.service', pid);
  await until('all is as it was', () => assert.deepEqual(world(), before) === undefined, BACK_SECONDS);
  await logOn('olga');
  assert.equal(manyseat(['log-off', '--user', 'olga', '--mode', 'force', '--warn', '0']).status, 0);
  await leftNothing('olga', 5);
});

/** @param {string} user */
async function onlyThisOneFailed(user) {
  await until(`${user} is listed no more`, () => sessionOf(user) === undefined, 10);
  await leftNothing(user, 2);
  assert.equal(lastOutcome(user), 'failed');
  for (const other of standard.filter((name) => sessionOf(name) !== undefined))
    assert.equal(named(account(other).uid, 'xfce4-session').length, 1, `${other} goes on`);
}

test('kill -9 of an Xvnc: that session alone ends as failed, its user\'s services too', async () => {
  const server = processesOf(account('carla').uid).find((found) => /^X(tiger)?vnc$/.test(found.name));
  process.kill(server?.pid ?? 0, 'SIGKILL');
  await onlyThisOneFailed('carla');
  assert.equal(sessions().length, 3);
});

test('kill -9 of a manyseat-session: that session alone ends as failed, its user\'s services too', async () => {
  const leader = Number(logindSessions('dmitri')[0].Leader);
  assert.match(processOf(leader)?.name ?? '', /^manyseat-sessio/);
  process.kill(leader, 'SIGKILL');
  await onlyThisOneFailed('dmitri');
  assert.equal(sessions().length, 2);
});

test('kill -9 of both: its X server\'s socket is removed all the same', async () => {
  await logOn('dmitri');
  const number = sessionOf('dmitri')?.display.slice(1);
  const leader = Number(logindSessions('dmitri')[0].Leader);
  const server = processesOf(account('dmitri').uid).find((found) => /^X(tiger)?vnc$/.test(found.name));
  assert.ok(existsSync(`/tmp/.X11-unix/X${number}`));
  process.kill(leader, 'SIGSTOP');
  process.kill(server?.pid ?? 0, 'SIGKILL');
  process.kill(leader, 'SIGKILL');
  await onlyThisOneFailed('dmitri');
  assert.ok(!existsSync(`/tmp/.X11-unix/X${number}`) && !existsSync(`/tmp/.X${number}-lock`));
  assert.equal(sessions().length, 2);
});

test('kill -9 of manyseatd in the middle of a log-off: it is done once, and told', async () => {
  const { id } = sessionOf('boris') ?? { id: '' };
  assert.equal(manyseat(['log-off', id, '--mode', 'force', '--warn', '1', '--no-wait']).status, 0);
  await until('boris\'s session is ending', () => ['ending', undefined].includes(sessionOf('boris')?.state), 5);
  process.kill(Number(unit('manyseatd.service').MainPID), 'SIGKILL');
  await until('boris is listed no more', () => sessionOf('boris') === undefined, 30);
  await leftNothing('boris', 5);
  assert.match(String(lastOutcome('boris')), /clean|forced/);
  assert.equal(sessions().length, 1);
});
