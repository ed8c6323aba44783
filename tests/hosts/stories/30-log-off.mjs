// SPDX-License-Identifier: GPL-3.0-or-later
// The end of a session where logind and the users' own managers take part: nothing of it stays, and what is not its own does.
// @ts-check
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { groupOf, leftNothing, logindSessions, sliceOf, unit } from '../../lib/host.mjs';
import { named, processOf, processesOf } from '../../lib/processes.mjs';
import { account, gone, lastOutcome, logOffEverybody, logOn, manyseat, run, sessionOf, standard, start } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';

after(logOffEverybody);

/** What a person runs in his session's own environment. @param {string} user @param {string[]} words */
function atDesktop(user, words) {
  const { uid } = account(user);
  return run(words, { as: user, environment: { XDG_RUNTIME_DIR: `/run/user/${uid}` } });
}

/** @param {string[]} words */
function logOff(...words) {
  const began = Date.now();
  const done = manyseat(['log-off', ...words, '--warn', '0', '--json'], { seconds: 90 });
  const { rows } = JSON.parse(done.out).job ?? JSON.parse(done.out);
  return { status: done.status, seconds: (Date.now() - began) / 1000,
    outcomes: Object.fromEntries(rows.map((/** @type {any} */ row) => [row.user, row.outcome])), out: done.out };
}

test('force: when the command returns, nothing of four users is left', async () => {
  for (const user of standard)
    await logOn(user);
  const done = logOff('--all', '--mode', 'force');
  assert.deepEqual(processesOf(account('ana').uid), []);
  assert.deepEqual(done.outcomes, Object.fromEntries(standard.map((user) => [user, 'forced'])));
  assert.ok(done.seconds < 5, `${done.seconds} s`);
  for (const user of standard)
    await leftNothing(user, 1);
});

test('ask, nothing unsaved: clean, and nothing is left', async () => {
  await logOn('boris');
  const done = logOff('--user', 'boris', '--mode', 'ask');
  assert.equal(done.outcomes.boris, 'clean', done.out);
  await leftNothing('boris', 1);
});

test('a log-on right after a log-off, three times', async () => {
  for (let time = 0; time < 3; time += 1) {
    await logOn('carla');
    assert.equal(logOff('--user', 'carla', '--mode', 'force').outcomes.carla, 'forced');
  }
  await leftNothing('carla', 1);
});

test('a service of his own manager, a setsid child that ignores signals, lingering: all end', async () => {
  await logOn('dmitri');
  assert.equal(run(['loginctl', 'enable-linger', 'dmitri']).status, 0);
  assert.equal(atDesktop('dmitri', ['systemd-run', '--user', '--quiet', '--unit=kept', 'sleep', '6000']).status, 0);
  assert.equal(atDesktop('dmitri', ['systemd-run', '--user', '--quiet', '--unit=stubborn', 'sh', '-c',
    'trap "" TERM HUP; while :; do sleep 6000; done']).status, 0);
  const { Leader: leader, Scope: scope } = logindSessions('dmitri')[0];
  const child = start(['sh', '-c', `echo $$ > /sys/fs/cgroup${groupOf(Number(leader))}/cgroup.procs; exec setsid setpriv --reuid dmitri `
    + `--regid dmitri --init-groups sh -c 'trap "" TERM HUP; while :; do sleep 6000; done'`]);
  await until('both are where they belong', () => processesOf(account('dmitri').uid)
    .filter((found) => found.words.join(' ').includes('trap')).map((found) => groupOf(found.pid)).sort().join() ===
    [`${sliceOf('dmitri')}/${scope}`, `${sliceOf('dmitri')}/user@${account('dmitri').uid}.service/app.slice/stubborn.service`].sort().join());
  const done = logOff('--user', 'dmitri', '--mode', 'force');
  child.kill('SIGKILL');
  assert.equal(done.outcomes.dmitri, 'forced', done.out);
  assert.ok(done.seconds < 27, `${done.seconds} s`);
  await leftNothing('dmitri', 2);
});

test('who lingers logs on again, with a manager and a bus as before', async () => {
  await logOn('dmitri');
  assert.equal(unit(`user@${account('dmitri').uid}.service`).ActiveState, 'active');
  assert.equal(atDesktop('dmitri', ['systemctl', '--user', 'is-active', 'dbus.socket']).status, 0);
  assert.equal(run(['loginctl', 'disable-linger', 'dmitri']).status, 0);
  logOff('--user', 'dmitri', '--mode', 'force');
  await leftNothing('dmitri', 2);
});

test('another log-in of the same person stays, and his services with it', async () => {
  const shell = start(['setsid', 'su', '-l', 'ana', '-c', 'exec sleep 6000']);
  const other = await until('logind has the other log-in', () => logindSessions('ana')[0], 10);
  await logOn('ana');
  assert.equal(logindSessions('ana').length, 2);
  logOff('--user', 'ana', '--mode', 'force');
  await until('the desktop\'s session is gone', () => logindSessions('ana').length === 1, 5);
  assert.equal(logindSessions('ana')[0].Id, other.Id);
  assert.equal(unit(`user@${account('ana').uid}.service`).ActiveState, 'active');
  assert.equal(named(account('ana').uid, 'sleep').length, 1);
  assert.deepEqual(named(account('ana').uid, 'xfce4-session'), []);
  run(['loginctl', 'terminate-user', 'ana']);
  shell.kill();
  await gone('ana', 10);
});

test('a stopped desktop ends', async () => {
  await logOn('boris');
  for (const found of processesOf(account('boris').uid))
    process.kill(found.pid, 'SIGSTOP');
  const done = logOff('--user', 'boris', '--mode', 'force');
  assert.equal(done.outcomes.boris, 'forced', done.out);
  await leftNothing('boris', 2);
});

for (const verb of ['terminate-session', 'terminate-user'])
  test(`loginctl ${verb}: the session ends cleanly, and nothing is left`, async () => {
    await logOn('carla');
    run(['loginctl', verb, verb === 'terminate-user' ? 'carla' : logindSessions('carla')[0].Id]);
    await until('carla is listed no more', () => sessionOf('carla') === undefined, 10);
    await leftNothing('carla', 2);
    assert.equal(lastOutcome('carla'), 'clean');
  });

test('a session that logind calls closing already, and that does not close, is ended', async () => {
  await logOn('carla');
  const { Leader: leader, Id: id } = logindSessions('carla')[0];
  const child = start(['sh', '-c', `echo $$ > /sys/fs/cgroup${groupOf(Number(leader))}/cgroup.procs; `
    + 'trap "" TERM HUP; exec setsid setpriv --reuid carla --regid carla --init-groups sleep 6000']);
  await until('it runs in the session', () => named(account('carla').uid, 'sleep').length === 1);
  run(['loginctl', 'terminate-session', id]);
  await until('logind calls it closing', () => logindSessions('carla')[0]?.State === 'closing', 5);
  manyseat(['log-off', '--user', 'carla', '--mode', 'force', '--warn', '0'], { seconds: 60 });
  await until('carla is listed no more', () => sessionOf('carla') === undefined, 15);
  child.kill('SIGKILL');
  await leftNothing('carla', 2);
});

test('whoever logs off in the desktop itself leaves nothing either', async () => {
  await logOn('olga');
  const [desktop] = named(account('olga').uid, 'xfce4-session');
  process.kill(desktop.pid, 'SIGTERM');
  await until('olga is listed no more', () => sessionOf('olga') === undefined, 15);
  assert.equal(processOf(desktop.pid), null);
  await leftNothing('olga', 2);
  assert.equal(lastOutcome('olga'), 'ended-by-user');
});
