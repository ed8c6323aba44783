// SPDX-License-Identifier: GPL-3.0-or-later
// Each desktop of Debian 12 besides XFCE, the real one: that its own session manager ends it, and that nothing unsaved is lost in it.
// On a host with tests/hosts/desktops-packages (`make check-desktops`); DESKTOPS="mate lxqt" in the environment: these alone.
// @ts-check
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { isPopulated, leftNothing, logindSessions, sliceOf } from '../lib/host.mjs';
import { named, processesOf, settled } from '../lib/processes.mjs';
import { account, gone, logOffEverybody, manyseat, manyseatJson, run, sessionOf } from '../lib/room.mjs';
import { until } from '../lib/wait.mjs';
import { blockersOf, person, rowOf } from '../lib/work.mjs';

/**
 * The id that it is logged on by; its session manager's program and name on the bus; its panel; its editor, how that is called, the title that
 * marks unsaved work, if one does, and its question (class and title) with the key that means "save"; what is set up in the home before, and what
 * she does before she types.
 * @typedef {{ id: string, manager: string, name: string, panel: string, editor: string, called: string, mark?: RegExp,
 *   question: RegExp, save: string, settings?: { file: string, text: string }, first?: string[],
 *   restartsBus?: boolean }} Desktop
 */

const shell = '--session --dest org.gnome.Shell --object-path /org/gnome/Shell --method org.freedesktop.DBus.Properties';

/** @type {Desktop[]} */
const desktops = [
  { id: 'mate', manager: 'mate-session', name: 'org.gnome.SessionManager', panel: 'mate-panel',
    editor: 'pluma', called: 'Pluma', mark: /\*essay\.txt/, question: /^Pluma $/, save: 'Return' },
  { id: 'lxqt', manager: 'lxqt-session', name: 'org.lxqt.session', panel: 'lxqt-panel',
    editor: 'featherpad', called: 'FeatherPad', mark: /\*.*essay\.txt/, question: /^FeatherPad FeatherPad$/, save: 'Return',
    // Its first start asks for a window manager where several are installed.
    settings: { file: '.config/lxqt/session.conf', text: '[General]\nwindow_manager=openbox\n' } },
  { id: 'plasma', manager: 'ksmserver', name: 'org.kde.ksmserver', panel: 'plasmashell',
    editor: 'kate', called: 'Kate', mark: /essay\.txt \*/, question: /^kate Save Documents/, save: 'alt+s' },
  { id: 'gnome', manager: 'gnome-session-binary', name: 'org.gnome.SessionManager', panel: 'gnome-shell',
    editor: 'gnome-text-editor', called: 'gnome-text-editor', question: /^gnome-text-editor Save Changes\?$/, save: 'alt+s',
    // It begins in its overview, where keys are a search.
    first: ['sh', '-c', `gdbus call ${shell}.Set org.gnome.Shell OverviewActive '<false>'; gdbus call ${shell}.Get org.gnome.Shell OverviewActive | grep false`],
    // As its last act. The user manager that is stopped in that moment may hang, and be killed: its unit is "failed" then, and empty.
    restartsBus: true },
];
const wanted = (process.env.DESKTOPS ?? '').split(' ').filter(Boolean);
const START_SECONDS = 90; // a first start, on a busy machine
const witness = '/usr/local/bin/desktop-witness';
const ana = person('ana');
const { uid, home } = account('ana');

/** How a desktop's own program ended is written down by what runs it, if that outlives it: signals end both. @param {Desktop} desktop */
function plantWitness({ id }) {
  const path = `/usr/share/xsessions/${id}.desktop`;
  writeFileSync(witness, '#!/bin/sh\n"$@"\necho $? > "$HOME/ended"\n');
  chmodSync(witness, 0o755);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^Exec=(?!\/usr\/local)/m, `Exec=${witness} `));
}

/** What the witness wrote: its status, or "" where it was ended itself. */
function ownEnd() {
  return run(['cat', `${home}/ended`]).out.trim();
}

/** She logs on, and nothing more begins. @param {Desktop} desktop */
async function sitsAt({ id, name, panel, settings }) {
  rmSync(`${home}/ended`, { force: true });
  if (settings)
    run(['sh', '-c', 'mkdir -p "${1%/*}" && cat > "$1"', 'sh', `${home}/${settings.file}`], { as: 'ana', input: settings.text });
  const done = manyseat(['log-on', 'ana', '--auto', '--desktop', id], { seconds: 60 });
  assert.equal(done.status, 0, done.err);
  await ana.sitsAt(panel, START_SECONDS);
  await until(`${name} is on her bus`, () => run(['dbus-send', '--session', '--print-reply', '--dest=org.freedesktop.DBus', '/',
    'org.freedesktop.DBus.ListNames'], { as: 'ana', environment: { DBUS_SESSION_BUS_ADDRESS: `unix:path=/run/user/${uid}/bus` } })
    .out.includes(`"${name}"`), START_SECONDS);
  await settled(uid);
  return until('her session is listed', () => sessionOf('ana'));
}

/** Nothing of her is left. @param {Desktop} desktop */
async function hasGone({ restartsBus }) {
  if (!restartsBus) {
    await leftNothing('ana', 2);
    return;
  }
  await gone('ana', 2);
  await until('logind and the kernel have nothing of her', () => logindSessions('ana').length === 0 && !isPopulated(sliceOf('ana')), 2);
}

/** @param {string} mode @param {...string} more */
function logOff(mode, ...more) {
  const began = Date.now();
  const done = manyseat(['log-off', '--user', 'ana', '--mode', mode, '--warn', '0', ...more], { seconds: 90 });
  return { ...done, seconds: (Date.now() - began) / 1000 };
}

after(logOffEverybody);

for (const desktop of desktops.filter(({ id }) => wanted.length === 0 || wanted.includes(id)))
  describe(desktop.id, () => {
    /** @type {import('../lib/room.mjs').Session} */
    let session;

    before(() => plantWitness(desktop));

    after(async () => {
      for (const job of manyseatJson(['jobs']).filter((/** @type {any} */ found) => found.state === 'running'))
        manyseat(['cancel', job.id]);
      await logOffEverybody();
      ana.forgets();
    });

    test('with nothing open, ask ends it by its own session manager, and nothing is left', async (t) => {
      session = await sitsAt(desktop);
      const done = logOff('ask');
      assert.equal(rowOf(session.id).outcome, 'clean', done.out + done.err);
      await hasGone(desktop);
      assert.equal(ownEnd(), '0', 'it ended by itself');
      t.diagnostic(`clean after ${done.seconds} s`);
    });

    test('unsaved text in its editor holds the log-off up, by name, and the desktop stays', async () => {
      session = await sitsAt(desktop);
      await ana.writesEssayIn(desktop.editor, desktop.mark, desktop.first);
      const done = logOff('ask');
      assert.equal(done.status, 1, done.out + done.err);
      const row = rowOf(session.id);
      assert.equal(row.outcome, 'held-up');
      assert.deepEqual(row.blockers.map(([application]) => application), [desktop.called], JSON.stringify(row));
      assert.match(blockersOf(row)[0], /essay\.txt/);
      assert.equal(readFileSync(ana.files.essay, 'utf8'), 'First line.\n', 'nobody saved in her place');
      for (const name of [desktop.editor, desktop.manager, desktop.panel])
        assert.notEqual(named(uid, name).length, 0, `${name} lives`);
    });

    test('she saves, and the job ends clean by itself', async (t) => {
      assert.equal(logOff('ask', '--no-wait').status, 0);
      await ana.savesEssay(desktop.question, desktop.save);
      const began = Date.now();
      await until('it has ended', () => rowOf(session.id).outcome === 'clean', 30);
      t.diagnostic(`clean ${(Date.now() - began) / 1000} s after she saved`);
      await hasGone(desktop);
      assert.equal(ownEnd(), '0', 'it ended by itself');
    });

    test('force ends it with what is unsaved in it', async (t) => {
      session = await sitsAt(desktop);
      await ana.writesEssayIn(desktop.editor, desktop.mark, desktop.first);
      const done = logOff('force');
      assert.deepEqual(processesOf(uid), []);
      assert.equal(rowOf(session.id).outcome, 'forced', done.out + done.err);
      await hasGone(desktop);
      assert.equal(readFileSync(ana.files.essay, 'utf8'), 'First line.\n');
      t.diagnostic(`ended after ${done.seconds} s`);
    });
  });
