// SPDX-License-Identifier: GPL-3.0-or-later
// Ana's session is ended while she writes: what she has not saved holds it up, and is still there afterwards.
// @ts-check
import assert from 'node:assert/strict';
import { chownSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';
import { atDesktop } from '../../lib/desktop.mjs';
import { ended, named, processOf, processesOf, settled } from '../../lib/processes.mjs';
import { account, configure, gone, logOffEverybody, logOn, manyseat, manyseatJson, run, start } from '../../lib/room.mjs';
import { throughout, until } from '../../lib/wait.mjs';
import { rowOf } from '../../lib/work.mjs';

const { uid } = account('ana');
const essay = '/home/ana/essay.txt';
const askSeconds = 8;

before(() => configure('95-log-off', `[log-off]\nask=${askSeconds}\n`));

afterEach(logOffEverybody);

after(async () => {
  rmSync(essay, { force: true });
  // Mousepad remembers how its last day ended, and would ask about it.
  for (const memory of ['.config/dconf', '.local/share/Mousepad'])
    rmSync(`/home/ana/${memory}`, { recursive: true, force: true });
  await configure('95-log-off', null);
});

/** @param {string[]} words */
function xdotool(...words) {
  return run([...atDesktop('ana'), 'xdotool', ...words], { as: 'ana', seconds: 10 });
}

/** Window and title of the one visible window with such a title. @param {string} pattern */
function windowOf(pattern) {
  return until(`a window '${pattern}'`, () => xdotool('search', '--onlyvisible', '--name', pattern).out.trim().split('\n').pop(), 20);
}

/** @param {string} pattern @param {string} key */
async function press(pattern, key) {
  const window = await windowOf(pattern);
  assert.equal(xdotool('windowactivate', '--sync', window, 'key', key).status, 0);
}

/** Start a program on ana's desktop and wait for its window. @param {string} program @param {string} title @param {string[]} words */
async function opens(program, title, ...words) {
  start([...atDesktop('ana'), program, ...words], { as: 'ana' });
  await windowOf(title);
  return until(`${program} runs`, () => named(uid, program)[0]?.pid, 5);
}

/** She opens her essay and types; the pid of the editor. @param {string} text */
async function writes(text) {
  writeFileSync(essay, 'First line.\n');
  chownSync(essay, uid, uid);
  const pid = await opens('mousepad', 'essay.*Mousepad', essay);
  await until('the text has changed', async () => {
    xdotool('windowactivate', '--sync', await windowOf('essay.*Mousepad'), 'type', text);
    return xdotool('search', '--name', '^\\*.*essay').out !== '';
  });
  return pid;
}

/** What is in the way says "Save"; she agrees. */
async function saves() {
  await press('^Save Changes$', 'Return');
}

/** @param {string} mode @param {...string} more */
function logOff(mode, ...more) {
  return manyseat(['log-off', '--user', 'ana', '--mode', mode, '--warn', '0', ...more], { seconds: 60 });
}

test('asked with nothing unsaved, her programs close and the session ends clean', async () => {
  const session = await logOn('ana');
  await opens('mousepad', 'Mousepad');
  const done = logOff('ask');
  assert.equal(done.status, 0, done.out + done.err);
  assert.equal(rowOf(session.id).outcome, 'clean');
  await gone('ana', 5);
});

test('what she has not saved holds her session up, by name; saved, it ends clean', async () => {
  const session = await logOn('ana');
  const editor = await writes('Second line.');
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
  assert.equal(readFileSync(essay, 'utf8'), 'First line.\n', 'nobody saved in her place');

  await saves();
  await until('her text is on disk', () => /Second line\./.test(readFileSync(essay, 'utf8')));
  const again = logOff('ask');
  assert.equal(again.status, 0, again.out + again.err);
  assert.equal(rowOf(session.id).outcome, 'clean');
  await gone('ana', 5);
});

test('she saves while she is asked, and the session ends clean', async () => {
  const session = await logOn('ana');
  await writes('In time.');
  assert.equal(logOff('ask', '--no-wait').status, 0);
  await until('the editor is named', () => rowOf(session.id).blockers[0]?.[0] === 'Mousepad', 5);
  await saves();
  await until('it has ended', () => rowOf(session.id).outcome === 'clean', 15);
  assert.match(readFileSync(essay, 'utf8'), /In time\./);
  await gone('ana', 5);
});

test('a stopped program holds it up too', async () => {
  const session = await logOn('ana');
  const editor = await opens('mousepad', 'Mousepad');
  process.kill(editor, 'SIGSTOP');
  assert.equal(logOff('ask').status, 1);
  assert.equal(rowOf(session.id).outcome, 'held-up');
  assert.equal(processOf(editor)?.state, 'T');
});

test('cancelled at second 3 of 10, every process lives', async () => {
  const session = await logOn('ana');
  await writes('Still here.');
  const lived = await settled(uid);
  const { job } = manyseatJson(['log-off', '--user', 'ana', '--mode', 'ask', '--warn', '10', '--no-wait']);
  await throughout('the countdown runs', () => rowOf(session.id).stage === 'warn', 3);
  assert.equal(manyseat(['cancel', job.id]).status, 0);
  assert.equal(rowOf(session.id).outcome, 'cancelled');
  await throughout('every process lives', () => assert.deepEqual(ended(lived), []) === undefined, 9);
  assert.equal(xdotool('search', '--name', '^Save Changes$').out, '', 'nobody was asked');
  await press('essay.*Mousepad', 'ctrl+s');
  await until('her text is on disk', () => /Still here\./.test(readFileSync(essay, 'utf8')));
});

test('by force it ends, as forced', async () => {
  const session = await logOn('ana');
  await writes('Lost.');
  const done = logOff('force');
  assert.equal(done.status, 0, done.out + done.err);
  assert.equal(rowOf(session.id).outcome, 'forced');
  assert.equal(readFileSync(essay, 'utf8'), 'First line.\n');
  await gone('ana', 5);
});
