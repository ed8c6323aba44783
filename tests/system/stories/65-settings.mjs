// SPDX-License-Identifier: GPL-3.0-or-later
// Two settings that a host's administrator may turn: several sessions of one account, and how many there may be at all.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { processesOf } from '../../lib/processes.mjs';
import { account, configure, gone, logOffEverybody, logOn, manyseat, sessionOf, sessions } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { converse } from '../web.mjs';

before(() => configure('95-many', '[sessions]\none-session-per-account=false\nsessions-max=2\n'));

after(async () => {
  await logOffEverybody();
  await configure('95-many', null);
});

/** Pids of the X servers of ana. */
function servers() {
  return processesOf(account('ana').uid).filter((found) => /^X(tiger)?vnc$/.test(found.name)).map((found) => found.pid);
}

test('with one-session-per-account=false a second log-on gives a second session', async () => {
  const { id } = await logOn('ana');
  const [first] = servers();
  const done = manyseat(['log-on', 'ana', '--auto'], { seconds: 60 });
  assert.equal(done.status, 0, done.err);
  const both = await until('two sessions', () => sessions().length === 2 && sessions());
  assert.deepEqual(both.map((session) => session.user), ['ana', 'ana']);
  assert.ok(both.some((session) => session.id === id));
  assert.notEqual(both[0].display, both[1].display);
  assert.equal(servers().length, 2);
  assert.ok(servers().includes(first), 'the first one goes on');
});

test('beyond sessions-max a log-on is refused with "limit", and starts nothing', async () => {
  const refused = await converse('station', 'boris', [account('boris').password]);
  assert.equal(refused.type, 'failed');
  assert.equal(refused.reason, 'limit');
  assert.equal(manyseat(['log-on', 'boris', '--auto'], { seconds: 60 }).status, 1);
  assert.equal(sessionOf('boris'), undefined);
  await gone('boris', 5);
});

test('when one of the two ends there is room for him, and the other goes on', async () => {
  const [one, other] = sessions();
  assert.equal(manyseat(['log-off', one.id, '--mode', 'force', '--warn', '0'], { seconds: 60 }).status, 0);
  await until('one is left', () => servers().length === 1);
  await logOn('boris');
  assert.deepEqual(sessions().map((session) => session.user).sort(), ['ana', 'boris']);
  assert.ok(sessions().some((session) => session.id === other.id));
});
