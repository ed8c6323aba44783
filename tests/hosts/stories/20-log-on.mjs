// SPDX-License-Identifier: GPL-3.0-or-later
// A log-on with a password on a host with logind: whose session it is, and where its processes are.
// @ts-check
import assert from 'node:assert/strict';
import { readlinkSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { factsOf, groupOf, journal, leftNothing, logindSessions, sliceOf, unit } from '../../lib/host.mjs';
import { environmentOf, named, processOf, processesOf } from '../../lib/processes.mjs';
import { account, logOffEverybody, logOn, run, sessionOf } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { converse } from '../../system/web.mjs';

/** @type {Record<string, string>} */
let known;

before(async () => {
  const done = await converse('station', 'ana', [account('ana').password]);
  assert.equal(done.type, 'done', JSON.stringify(done));
  await until('the panel of ana\'s desktop', () => named(account('ana').uid, 'xfce4-panel').length > 0, 40);
  known = logindSessions('ana')[0];
});

after(async () => {
  await logOffEverybody();
  await leftNothing('ana');
});

test('logind has one session of hers, a graphical one, on her display', () => {
  assert.equal(logindSessions('ana').length, 1);
  assert.deepEqual([known.Type, known.Class, known.State, known.Service, known.Display],
    ['x11', 'user', 'active', 'manyseat', sessionOf('ana')?.display]);
  assert.equal(known.Scope, `session-${known.Id}.scope`);
  assert.equal(known.Desktop, 'xfce');
  assert.equal(known.Remote, 'yes');
  assert.match(known.RemoteHost, /^127\.[0-9.]+$/);
});

test('its leader is the manyseat-session that systemd started for it', () => {
  const leader = processOf(Number(known.Leader));
  assert.match(leader?.name ?? '', /^manyseat-sessio/);
  assert.equal(leader?.uid, 0);
  assert.equal(groupOf(Number(known.Leader)), `${sliceOf('ana')}/${known.Scope}`);
});

test('manyseatd was told which session and which control group', () => {
  const facts = factsOf(sessionOf('ana')?.id ?? '');
  assert.equal(facts['logind-id'], known.Id);
  assert.equal(`/${facts.cgroup}`, `${sliceOf('ana')}/${known.Scope}`);
});

test('every process of hers is in the session\'s scope or below her own manager', () => {
  const groups = processesOf(account('ana').uid).map((found) => groupOf(found.pid));
  const strange = groups.filter((group) => !`${group}/`.startsWith(`${sliceOf('ana')}/${known.Scope}/`)
    && !group.startsWith(`${sliceOf('ana')}/user@${account('ana').uid}.service/`));
  assert.ok(groups.length > 6, `${groups.length} processes`);
  assert.deepEqual(strange, []);
  for (const name of ['Xtigervnc', 'Xvnc'])
    for (const server of named(account('ana').uid, name))
      assert.ok(groupOf(server.pid).startsWith(`${sliceOf('ana')}/${known.Scope}/manyseat/session-`));
});

test('the desktop inherits no sandbox and no socket, and talks on her own bus', () => {
  const [desktop] = named(account('ana').uid, 'xfce4-session');
  const environment = environmentOf(desktop.pid);
  assert.equal(environment.XDG_SESSION_ID, known.Id);
  assert.equal(environment.XDG_RUNTIME_DIR, `/run/user/${account('ana').uid}`);
  assert.equal(environment.DBUS_SESSION_BUS_ADDRESS, `unix:path=/run/user/${account('ana').uid}/bus`);
  assert.equal(named(account('ana').uid, 'dbus-daemon').length, 1);
  const status = run(['grep', '-E', '^(NoNewPrivs|Seccomp):', `/proc/${desktop.pid}/status`]).out;
  const init = run(['grep', '-E', '^(NoNewPrivs|Seccomp):', '/proc/1/status']).out;
  assert.equal(status, init);
  assert.equal(readlinkSync(`/proc/${desktop.pid}/fd/0`), '/dev/null');
});

test('she can use her own manager', () => {
  const done = run(['systemd-run', '--user', '--wait', '--quiet', 'true'],
    { as: 'ana', environment: { XDG_RUNTIME_DIR: `/run/user/${account('ana').uid}` } });
  assert.equal(done.status, 0, done.err);
});

test('what the conversation said is in no journal', () => {
  assert.ok(!journal().includes(account('ana').password));
});

test('who is logged on from this host is not remote', async () => {
  await logOn('carla');
  const [session] = logindSessions('carla');
  assert.deepEqual([session.Remote, session.RemoteHost ?? '', session.Service], ['no', '', 'manyseat-autologon']);
});

test('a wrong password starts nothing', async () => {
  assert.equal((await converse('station', 'boris', ['not the password'])).type, 'failed');
  assert.deepEqual(logindSessions('boris'), []);
  assert.equal(unit(`user@${account('boris').uid}.service`).ActiveState, 'inactive');
});
