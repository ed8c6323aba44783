// SPDX-License-Identifier: GPL-3.0-or-later
// Unsaved work in real programs, on a room's desktop and on a test host's: what a person does with keyboard and windows.
// @ts-check
import assert from 'node:assert/strict';
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { groupFile, helper } from './desktop.mjs';
import { environmentOf, named, processesOf } from './processes.mjs';
import { account, manyseatJson, run, start } from './room.mjs';
import { until } from './wait.mjs';

const OFFICE_SECONDS = 90; // its first start, on a busy machine

/** @typedef {{ session: string, stage: string, outcome: string, detail: string, blockers: string[][], closed: string[] }} Row */

/** The newest job's row about a session. @param {string} session @returns {Row} */
export function rowOf(session) {
  /** @type {{ created: number, rows: Row[] }[]} */
  const jobs = manyseatJson(['jobs']).sort((/** @type {any} */ a, /** @type {any} */ b) => b.created - a.created);
  const row = jobs.flatMap((job) => job.rows).find((found) => found.session === session);
  assert.ok(row, `a job of session ${session}`);
  return row;
}

/** The applications that a row's session is held up by, each with its titles. @param {Row} row */
export function blockersOf(row) {
  return row.blockers.map(([application, title]) => `${application}: ${title}`).sort();
}

/** A person at his desktop. @param {string} user */
export function person(user) {
  const { home, uid } = account(user);
  // No letter stands twice: LibreOffice takes a key that is struck twice at once for one.
  const files = { essay: `${home}/essay.txt`, letter: `${home}/carta.odt`, second: `${home}/otra.odt`, drawing: `${home}/drawing`, notes: `${home}/notes` };
  const hand = helper('hand');
  const unsaved = helper('unsaved');
  /** @type {string[]} */
  let desktop = [];
  let group = '';

  /** @param {...string} words */
  function act(...words) {
    return run([...desktop, hand, ...words], { as: user, seconds: 10 });
  }

  /** A program of his desktop: with its environment, in its control group. @param {...string} words */
  function begin(...words) {
    return start(['sh', '-c', '[ ! -w "$0" ] || echo $$ > "$0"; exec "$@"', group,
      'setpriv', '--reuid', user, '--regid', user, '--init-groups', ...desktop, ...words]);
  }

  /**
   * The id of the window whose title has this in it, or whose class and title match; of several, the one that the window manager lists last.
   * @param {string | RegExp} title
   */
  function find(title) {
    return act('list').out.split('\n').findLast((line) => {
      const words = line.split(' ').slice(1);
      return typeof title === 'string' ? words.slice(1).join(' ').includes(title) : title.test(words.join(' '));
    })?.split(' ')[0];
  }

  /** @param {string | RegExp} title @param {number} [seconds] */
  function windowOf(title, seconds = 20) {
    return until(`a window '${title}'`, () => find(title), seconds);
  }

  /** @param {string | RegExp} title @param {...string} keys */
  async function press(title, ...keys) {
    const window = await windowOf(title);
    await until(`'${title}' takes keys`, () => act('press', window, ...keys).status === 0);
  }

  /** Type until it shows. @param {string} title @param {string} text @param {() => unknown} shows */
  async function type(title, text, shows) {
    const window = await windowOf(title);
    await until(`typing into '${title}' shows`, () => act('type', window, text).status === 0 && shows());
  }

  /** Into a document of LibreOffice, which does not show that it has changed. @param {string} title */
  async function writes(title) {
    const window = await windowOf(`${title} - LibreOffice Writer`);
    await until(`'${title}' is typed into`, () => act('type', window, 'Dear Boris, ').status === 0);
  }

  return {
    files, find,

    /** At any desktop: his programs are started as its panel would. @param {string} name @param {number} [seconds] */
    async sitsAt(name, seconds = 10) {
      const panel = await until('the panel runs', () => named(uid, name)[0], seconds);
      desktop = ['env', '-i', ...Object.entries(environmentOf(panel.pid)).map(([key, value]) => `${key}=${value}`)];
      group = groupFile(panel.pid);
    },

    /** At XFCE's, once his session stands and has nothing more to begin. */
    async sitsDown() {
      await this.sitsAt('xfce4-panel');
      // Who speaks to xfce4-session 4.18 before it is idle may end it.
      await until('the session manager is idle', () => run([...desktop, 'dbus-send', '--print-reply', '--dest=org.xfce.SessionManager',
        '/org/xfce/SessionManager', 'org.xfce.Session.Manager.GetState'], { as: user }).out.includes('uint32 1'), 40);
    },

    /** An editor with nothing in it; its process. */
    async opensEditor() {
      begin('mousepad');
      await windowOf('Mousepad');
      return until('mousepad runs', () => named(uid, 'mousepad')[0]?.pid);
    },

    /** A text in Mousepad, changed; its process. */
    async writesEssay() {
      writeFileSync(files.essay, 'First line.\n');
      chownSync(files.essay, uid, uid);
      begin('mousepad', files.essay);
      await type('essay.txt', 'x', () => find('*~/essay.txt') ?? find('*/'));
      return until('mousepad runs', () => named(uid, 'mousepad')[0]?.pid);
    },

    /**
     * The same in another editor, whose title then says so; of some it never does. A command of his comes first, once its window stands.
     * @param {string} editor @param {RegExp} [mark] @param {string[]} [first]
     */
    async writesEssayIn(editor, mark, first) {
      writeFileSync(files.essay, 'First line.\n');
      chownSync(files.essay, uid, uid);
      begin(editor, files.essay);
      await windowOf('essay.txt', 40);
      if (first)
        await until(`'${first.join(' ')}' is done`, () => run([...desktop, ...first], { as: user, seconds: 10 }).status === 0, 20);
      await type('essay.txt', 'x', () => mark === undefined || find(mark));
    },

    /** A question that stands is answered. @param {string | RegExp} question as in find() @param {...string} keys */
    async savesEssay(question = 'Save Changes', ...keys) {
      await press(question, ...(keys.length > 0 ? keys : ['Return']));
      await until('the essay is on disk', () => /x/.test(readFileSync(files.essay, 'utf8')));
    },

    /** LibreOffice without what it shows at its first start, where that is wanted. */
    withoutTips() {
      const profile = `${home}/.config/libreoffice/4/user`;
      mkdirSync(profile, { recursive: true });
      writeFileSync(`${profile}/registrymodifications.xcu`, '<?xml version="1.0" encoding="UTF-8"?>\n'
        + '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        + '<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay" oor:op="fuse"><value>false</value></prop></item>'
        + '</oor:items>\n');
      for (const made of ['.config', '.config/libreoffice', '.config/libreoffice/4', '.config/libreoffice/4/user',
        '.config/libreoffice/4/user/registrymodifications.xcu'])
        chownSync(`${home}/${made}`, uid, uid);
    },

    /** A new document in LibreOffice Writer; its process. */
    async opensOffice() {
      begin('soffice', '--writer');
      await windowOf('Untitled 1 - LibreOffice Writer', OFFICE_SECONDS);
      return until('LibreOffice runs', () => processesOf(uid).find((found) => found.name === 'soffice.bin')?.pid);
    },

    async writesLetter() {
      await writes('Untitled 1');
    },

    /** In another window of the same process; its title. */
    async writesAnotherLetter() {
      await press('Untitled 1 - LibreOffice Writer', 'ctrl+n');
      const title = await until('a second document', () => /(Untitled (?!1 )\d+) - LibreOffice Writer/.exec(act('list').out)?.[1], 40);
      await writes(title);
      return title;
    },

    /** A question that stands is answered with Save, and the name is given. @param {string} file */
    async savesLetter(file) {
      await press('Save Document?', 'Return');
      const window = await windowOf('Save as', 30);
      await until('the name is typed', () => act('press', window, 'ctrl+a').status === 0 && act('type', window, file).status === 0);
      await until('the name is taken', () => act('press', window, 'Return').status === 0);
      await until(`${file} is on disk`, () => existsSync(file), 30);
    },

    /** A drawing that inhibits the log-off, as GTK's programs do. */
    async draws() {
      begin(unsaved, 'inhibit', files.drawing);
      await windowOf('Drawing');
    },

    async savesDrawing() {
      await press('Save the drawing?', 'Return');
      await until('the drawing is on disk', () => existsSync(files.drawing));
    },

    /** Notes of a program that only its session manager asks; a deaf one never answers. */
    async takesNotes({ deaf = false } = {}) {
      const program = begin(unsaved, deaf ? 'deaf' : 'xsmp', files.notes);
      let said = '';
      program.stdout.on('data', (bytes) => { said += bytes; });
      await until('it speaks XSMP', () => said.includes('XSMP'));
    },

    /** A program that wants to drown whoever looks. */
    async swarms() {
      const program = begin(unsaved, 'swarm', '-');
      let said = '';
      program.stdout.on('data', (bytes) => { said += bytes; });
      await until('its windows are shown', () => said.includes('swarms'), 60);
      await until('the window manager lists them', () => act('list').out.split('\n').filter((line) => line.includes(' Unsaved *')).length === 60, 60);
    },

    async savesNotes() {
      await press('Save the notes?', 'Return');
      await until('the notes are on disk', () => existsSync(files.notes));
    },

    /** A program with nothing to save. */
    async looksAtFiles() {
      begin('thunar', home);
      await windowOf('Thunar');
    },

    /** What XFCE would start at his next log-on in place of its own choice. */
    savedDesktops() {
      const saved = `${home}/.cache/sessions`;
      return existsSync(saved) ? readdirSync(saved).filter((name) => name.startsWith('xfce4-session-')) : [];
    },

    forgetsFiles() {
      for (const path of Object.values(files))
        rmSync(path, { force: true });
    },

    /** Nothing of it is to be met by somebody later. */
    forgets() {
      this.forgetsFiles();
      // Mousepad, too, remembers how its last day ended, and would ask about it.
      for (const path of [`${home}/.config/libreoffice`, `${home}/.config/dconf`, `${home}/.local/share/Mousepad`])
        rmSync(path, { recursive: true, force: true });
    },
  };
}
