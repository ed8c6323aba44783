// SPDX-License-Identifier: GPL-3.0-or-later
// Ana's session is ended while she writes: what she has not saved holds it up, and is still there afterwards.
// @ts-check
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';
import { ended, processOf, processesOf, settled } from '../../lib/processes.mjs';
import { account, configure, gone, logOffEverybody, logOn, manyseat, manyseatJson } from '../../lib/room.mjs';
import { throughout, until } from '../../lib/wait.mjs';
import { person, rowOf } from '../../lib/work.mjs';

const { uid } = account('ana');
const ana = person('ana');
const askSeconds = 8;

before(() => configure('95-log-off', `[log-off]\nask=${askSeconds}\n`));

afterEach(logOffEverybody);

after(async () => {
  ana.forgets();
  await configure('95-log-off', null);
});

/** She sits at a desktop of hers; its session. */
async function sitsDown() {
  const session = await logOn('ana');
  await ana.sitsDown();
  return session;
}

/** @param {string} mode @param {...string} more */
function logOff(mode, ...more) {
  return manyseat(['log-off', '--user', 'ana', '--mode', mode, '--warn', '0', ...more], { seconds: 60 });
}

test('asked with nothing unsaved, her programs close and the session ends clean', async () => {
  const session = await sitsDown();
  await ana.opensEditor();
  const done = logOff('ask');
  assert.equal(done.status, 0, done.out + done.err);
  assert.equal(rowOf(session.id).outcome, 'clean');
  await gone('ana', 5);
});

test('what she has not saved holds her session up, by name; saved, it ends clean', async () => {
  const session = await sitsDown();
  const editor = await ana.writesEssay();
  const done = logOff('ask');
  assert.equal(done.status, 1, done.out + done.err);
  const row = rowOf(session.id);
  assert.equal(row.outcome, 'held-up');
  assert.equal(row.blockers.length, 1, JSON.stringify(row.blockers));
  assert.equal(row.blockers[0][0], 'Mousepad');
  assert.match(row.blockers[0][1], /^\*.*essay/);
  assert.match(row.detail, /Mousepad/);
  assert.ok(processOf(editor), 'the editor lives');
  assert.ok(processesOf(uid).some((found) => found.name.startsWith('xfce4-panel')), 'so does the desktop');
  assert.equal(readFileSync(ana.files.essay, 'utf8'), 'First line.\n', 'nobody saved in her place');

  await ana.savesEssay();
  const again = logOff('ask');
  assert.equal(again.status, 0, again.out + again.err);
  assert.equal(rowOf(session.id).outcome, 'clean');
  await gone('ana', 5);
});

test('she saves while she is asked, and the session ends clean', async () => {
  const session = await sitsDown();
  await ana.writesEssay();
  assert.equal(logOff('ask', '--no-wait').status, 0);
  await until('the editor is named', () => rowOf(session.id).blockers[0]?.[0] === 'Mousepad', 5);
  await ana.savesEssay();
  await until('it has ended', () => rowOf(session.id).outcome === 'clean', 15);
  await gone('ana', 5);
});

test('a stopped program holds it up too', async () => {
  const session = await sitsDown();
  const editor = await ana.opensEditor();
  process.kill(editor, 'SIGSTOP');
  assert.equal(logOff('ask').status, 1);
  assert.equal(rowOf(session.id).outcome, 'held-up');
  assert.equal(processOf(editor)?.state, 'T');
});

test('cancelled at second 3 of 10, every process lives', async () => {
  const session = await sitsDown();
  await ana.writesEssay();
  const lived = await settled(uid);
  const { job } = manyseatJson(['log-off', '--user', 'ana', '--mode', 'ask', '--warn', '10', '--no-wait']);
  await throughout('the countdown runs', () => rowOf(session.id).stage === 'warn', 3);
  assert.equal(manyseat(['cancel', job.id]).status, 0);
  assert.equal(rowOf(session.id).outcome, 'cancelled');
  await throughout('every process lives', () => assert.deepEqual(ended(lived), []) === undefined, 9);
  assert.equal(ana.find('Save Changes'), undefined, 'nobody was asked');
  await ana.savesEssay('essay.txt', 'ctrl+s');
});

test('by force it ends, as forced', async () => {
  const session = await sitsDown();
  await ana.writesEssay();
  const done = logOff('force');
  assert.equal(done.status, 0, done.out + done.err);
  assert.equal(rowOf(session.id).outcome, 'forced');
  assert.equal(readFileSync(ana.files.essay, 'utf8'), 'First line.\n');
  await gone('ana', 5);
});
