// SPDX-License-Identifier: GPL-3.0-or-later
// Real programs with unsaved work hold a log-off up, each by name, and nothing of it is lost: in a room, and on a booted host.
// @ts-check
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { named, processOf, processesOf } from './processes.mjs';
import { account, gone, logOffEverybody, logOn, manyseat, manyseatJson } from './room.mjs';
import { until } from './wait.mjs';
import { blockersOf, person, rowOf } from './work.mjs';

/**
 * `configure` sets [log-off] ask, in seconds; null takes that back.
 * @param {(seconds: number | null) => Promise<void>} configure
 */
export function programsStory(configure) {
  const { uid } = account('ana');
  const ana = person('ana');
  /** @type {import('./room.mjs').Session} */
  let session;
  let editor = 0;
  let office = 0;
  let second = '';

  /** @param {string} mode @param {...string} more */
  function logOff(mode, ...more) {
    return manyseat(['log-off', '--user', 'ana', '--mode', mode, '--warn', '0', ...more], { seconds: 60 });
  }

  before(async () => {
    await configure(8);
    ana.withoutTips();
  });

  after(async () => {
    for (const job of manyseatJson(['jobs']).filter((/** @type {any} */ found) => found.state === 'running'))
      manyseat(['cancel', job.id]);
    await logOffEverybody();
    ana.forgets();
    await configure(null);
  });

  test('she works in a text editor, an office, a drawing and notes, and looks at her files', async () => {
    session = await logOn('ana');
    await ana.sitsDown();
    await ana.looksAtFiles();
    office = await ana.opensOffice();
    await ana.writesLetter();
    second = await ana.writesAnotherLetter();
    editor = await ana.writesEssay();
    await ana.draws();
    await ana.takesNotes();
  });

  test('the plan tells what is known: what a title marks, and what nobody can tell', () => {
    const [hit] = manyseatJson(['log-off', '--user', 'ana', '--dry-run']).hit;
    assert.equal(hit.id, session.id);
    assert.equal(hit.unsaved.length, 1, JSON.stringify(hit.unsaved));
    assert.equal(hit.unsaved[0][0], 'Mousepad');
    assert.match(hit.unsaved[0][1], /^\*.*essay\.txt$/);
    const unknown = hit.unknown.map((/** @type {string[]} */ row) => row.join(': '));
    for (const expected of ['LibreOffice Writer: Untitled 1', `LibreOffice Writer: ${second}`, 'Unsaved: Drawing'])
      assert.ok(unknown.includes(expected), `${expected} in ${unknown}`);
    assert.ok(!unknown.some((/** @type {string} */ line) => line.startsWith('Thunar')), `folders have nothing to save: ${unknown}`);
    assert.equal(hit['unsaved-known'], false);
    assert.match(manyseat(['log-off', '--user', 'ana', '--dry-run']).out, /unsaved: Mousepad: \*.*essay\.txt\n/);
    assert.equal(ana.find('Save'), undefined, 'nobody was disturbed');
  });

  test('each holds the log-off up by its name; what had nothing to save has closed, and is named', () => {
    const done = logOff('ask');
    assert.equal(done.status, 1, done.out + done.err);
    const row = rowOf(session.id);
    assert.equal(row.outcome, 'held-up');
    const blockers = blockersOf(row);
    assert.match(blockers.find((line) => line.startsWith('Mousepad')) ?? '', /^Mousepad: \*.*essay\.txt$/);
    assert.deepEqual(blockers.filter((line) => !line.startsWith('Mousepad')), ['LibreOffice Writer: Untitled 1', `LibreOffice Writer: ${second}`, 'Unsaved: Drawing']);
    assert.deepEqual(row.closed, ['Thunar File Manager']);
    assert.match(done.out, /LibreOffice Writer: Untitled 1/);
    assert.match(done.out, /programs that have closed: Thunar File Manager\n/);
    assert.ok(processOf(editor) && processOf(office), 'her programs live');
    assert.ok(processesOf(uid).some((found) => found.name.startsWith('xfce4-panel')), 'so does the desktop');
    assert.equal(readFileSync(ana.files.essay, 'utf8'), 'First line.\n', 'nobody saved in her place');
    assert.equal(ana.find('Save the notes?'), undefined, 'the session manager was not called while something stood');
  });

  test('she saves one after the other; then her session manager asks the last, and the job ends clean by itself', async () => {
    await configure(110);
    assert.equal(logOff('ask', '--no-wait').status, 0);
    await ana.savesEssay();
    await ana.savesDrawing();
    await ana.savesLetter(ana.files.letter);
    await ana.savesLetter(ana.files.second);
    await until('the notes are named', () => blockersOf(rowOf(session.id)).join() === 'Unsaved: Save the notes?', 20);
    await ana.savesNotes();
    await until('it has ended', () => rowOf(session.id).outcome === 'clean', 30);
    await gone('ana', 5);
    assert.match(readFileSync(ana.files.essay, 'utf8'), /x/);
    for (const file of [ana.files.letter, ana.files.second])
      assert.equal(readFileSync(file).subarray(0, 2).toString(), 'PK', `${file} is a document`);
    assert.deepEqual(ana.savedDesktops(), [], 'a desktop without its programs is not what she finds again');
  });

  test('at her next log-on her desktop is whole; by force she loses what she writes there, and that is said', async () => {
    ana.forgetsFiles();
    session = await logOn('ana');
    await ana.sitsDown();
    assert.equal(named(uid, 'xfwm4').length, 1, 'a window manager runs');
    await ana.opensOffice();
    await ana.writesLetter();
    const done = logOff('force');
    assert.equal(done.status, 0, done.out + done.err);
    assert.equal(rowOf(session.id).outcome, 'forced');
    assert.ok(!existsSync(ana.files.letter));
    await gone('ana', 5);
  });

  test('who has no window and does not answer his session manager holds it up too', async () => {
    await logOffEverybody();
    await configure(15);
    session = await logOn('ana');
    await ana.sitsDown();
    await ana.takesNotes({ deaf: true });
    const done = logOff('ask');
    assert.equal(done.status, 1, done.out + done.err);
    assert.equal(rowOf(session.id).outcome, 'held-up', done.out);
    assert.deepEqual(rowOf(session.id).blockers, [['unsaved', '']]);
  });
}
