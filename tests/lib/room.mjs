// SPDX-License-Identifier: GPL-3.0-or-later
// The room that tools/room made: its accounts, its programs, and how to act in it as somebody.
// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { processOf, processes, processesOf } from './processes.mjs';
import { until } from './wait.mjs';

export const directory = process.env.ROOM ?? '';
export const url = process.env.ROOM_URL ?? '';
export const port = Number(process.env.ROOM_PORT ?? 0);
if (directory === '')
  throw new Error('not in a room: run this by tools/room');

/** @typedef {{ name: string, role: string, password: string, uid: number, fullName: string, home: string }} Account */

const passwd = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
const accounts = new Map(readFileSync(`${directory}/accounts`, 'utf8').trim().split('\n').map((line) => {
  const [name, role, password] = line.split(' ');
  const row = passwd.find((fields) => fields[0] === name) ?? [];
  return [name, { name, role, password, uid: Number(row[2]), fullName: row[4], home: row[5] }];
}));

/** @param {string} name @returns {Account} */
export function account(name) {
  const found = accounts.get(name);
  if (!found)
    throw new Error(`the room has no account '${name}'`);
  return found;
}

export const standard = ['ana', 'boris', 'carla', 'dmitri'];
export const everybody = [...accounts.keys()];

/** Pid of a program: launcher, manyseatd, web-dashboard, web-station, display, front. On a host systemd knows it. @param {string} name */
export function pidOf(name) {
  if (existsSync(`${directory}/${name}.pid`))
    return Number(readFileSync(`${directory}/${name}.pid`, 'utf8'));
  return Number(run(['systemctl', 'show', '--property=MainPID', '--value', `${name}.service`]).out);
}

/** kill -9 a program and wait until another one runs in its place. @param {string} name */
export async function killProgram(name) {
  const old = pidOf(name);
  if (!(old > 0)) // 0 is the whole room
    throw new Error(`no program '${name}' runs`);
  process.kill(old, 'SIGKILL');
  await until(`${name} runs again`, () => pidOf(name) !== old && processOf(pidOf(name)) !== null, 5);
}

/** Add a file of settings, or take it away (null), and start manyseatd with what is set then. @param {string} name @param {string | null} text */
export async function configure(name, text) {
  const path = `/etc/manyseat/manyseat.conf.d/${name}.conf`;
  if (text === null)
    rmSync(path);
  else
    writeFileSync(path, text);
  await killProgram('manyseatd');
  await until('manyseatd answers', () => manyseat(['status']).status === 0);
}

/** The log of a program. @param {string} name */
export function logOf(name) {
  return readFileSync(`${directory}/${name}.log`, 'utf8');
}

/** @param {string} name @returns {string[]} */
function wordsOfAccount(name) {
  return name === 'root' ? [] : ['setpriv', '--reuid', name, '--regid', name, '--init-groups', '--reset-env'];
}

/**
 * Run a program to its end. `as` is whose it is, `input` goes to its standard input.
 * @param {string[]} words
 * @param {{ as?: string, input?: string, seconds?: number, environment?: Record<string, string> }} [options]
 */
export function run(words, { as = 'root', input = '', seconds = 30, environment = {} } = {}) {
  const all = [...wordsOfAccount(as), ...(Object.keys(environment).length > 0
    ? ['env', ...Object.entries(environment).map(([key, value]) => `${key}=${value}`)] : []), ...words];
  const done = spawnSync(all[0], all.slice(1), { input, encoding: 'utf8', timeout: seconds * 1000, killSignal: 'SIGKILL', cwd: '/' });
  return { status: done.status, out: done.stdout ?? '', err: done.stderr ?? '' };
}

/**
 * The same without waiting; the caller ends it.
 * @param {string[]} words
 * @param {{ as?: string }} [options]
 */
export function start(words, { as = 'root' } = {}) {
  const all = [...wordsOfAccount(as), ...words];
  return spawn(all[0], all.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' });
}

/**
 * manyseat WORDS..., as somebody.
 * @param {string[]} words
 * @param {{ as?: string, input?: string, seconds?: number }} [options]
 */
export function manyseat(words, options) {
  return run(['manyseat', ...words], options);
}

/** The JSON document of `manyseat WORDS... --json`. @param {string[]} words @param {{ as?: string }} [options] @returns {any} */
export function manyseatJson(words, options) {
  const done = manyseat([...words, '--json'], options);
  if (done.status !== 0)
    throw new Error(`manyseat ${words.join(' ')}: status ${done.status}: ${done.err}`);
  return JSON.parse(done.out);
}

/** @typedef {{ id: string, user: string, state: string, station: string, display: string, role: string, outcome: string, hosted: boolean, unwatched: string }} Session */

/** The sessions, as `as` sees them. @param {string} [as] @returns {Session[]} */
export function sessions(as = 'root') {
  return manyseatJson(['sessions'], { as });
}

/** @typedef {{ id: number, when: number, who: string, act: string, whom: string, session: string, result: string, detail: string }} AuditRow */

/** The audit, as `as` sees it, oldest first. @param {string} [as] @returns {AuditRow[]} */
export function audit(as = 'root') {
  /** @type {AuditRow[]} */
  const rows = manyseatJson(['audit'], { as });
  return rows.sort((a, b) => a.when - b.when || a.id - b.id);
}

/** The outcome that the audit has of a session. @param {string} id @returns {string | undefined} */
export function outcomeOfSession(id) {
  return audit().findLast((row) => row.act === 'session-end' && row.session === id)?.detail;
}

/** The outcome that the audit has of the last of a user's sessions that ended. @param {string} user @returns {string | undefined} */
export function lastOutcome(user) {
  return audit().findLast((row) => row.act === 'session-end' && row.whom === user)?.detail;
}

/** @param {string} user */
export function sessionOf(user) {
  return sessions().find((session) => session.user === user);
}

/** The manyseat-session above a user's desktop. @param {string} user */
export function keeperOf(user) {
  const all = new Map(processes().map((found) => [found.pid, found]));
  const server = processesOf(account(user).uid).find((found) => /^X(tiger)?vnc$/.test(found.name));
  for (let at = server; at; at = all.get(at.parent))
    if (at.uid === 0 && at.name.startsWith('manyseat-sessio'))
      return at.pid;
  throw new Error(`no manyseat-session above ${user}'s Xvnc`);
}

/** Log somebody on without a password, and wait until his desktop's panel runs. @param {string} user @returns {Promise<Session>} */
export async function logOn(user) {
  const done = manyseat(['log-on', user, '--auto'], { seconds: 60 });
  if (done.status !== 0)
    throw new Error(`log-on of ${user}: status ${done.status}: ${done.err}`);
  await until(`the panel of ${user}'s desktop`, () => processesOf(account(user).uid).some((found) => found.name.startsWith('xfce4-panel')), 40);
  return until(`${user}'s session is listed`, () => sessionOf(user));
}

/** A desktop to log on to that is one program. @param {string} name @param {string} command */
export function makeDesktopEntry(name, command) {
  const directory = '/usr/share/xsessions';
  const copy = '/run/xsessions';
  // A room's /usr cannot be written: a copy covers it.
  if (run(['test', '-w', directory]).status !== 0)
    run(['sh', '-c', `mkdir -p ${copy} && cp ${directory}/* ${copy} && mount --bind ${copy} ${directory}`]);
  writeFileSync(`${directory}/${name}.desktop`, `[Desktop Entry]\nType=Application\nName=${name}\nExec=${command}\n`);
}

/**
 * The same on a desktop that is nothing but its screen: black, until somebody paints on it.
 * @param {string} user @returns {Promise<Session>}
 */
export async function logOnBare(user) {
  makeDesktopEntry('bare', 'sleep infinity');
  const done = manyseat(['log-on', user, '--auto', '--desktop', 'bare'], { seconds: 60 });
  if (done.status !== 0)
    throw new Error(`log-on of ${user}: status ${done.status}: ${done.err}`);
  return until(`${user}'s session is listed`, () => sessionOf(user));
}

/** Where the cookie of a session's display is. @param {Session} session */
export function cookieOf(session) {
  return `/run/manyseat/sessions/${session.id}/user/Xauthority`;
}

/** End every session at once and see that nothing of the users is left. */
export async function logOffEverybody() {
  manyseat(['log-off', '--all', '--mode', 'force', '--warn', '0'], { seconds: 60 });
  for (const user of everybody)
    await gone(user, 30);
}

/** That no process of a user is left. @param {string} user @param {number} [seconds] */
export async function gone(user, seconds = 30) {
  await until(`no process of ${user} is left`, () => {
    const left = processesOf(account(user).uid);
    if (left.length > 0)
      throw new Error(left.map((found) => `${found.pid} ${found.name}`).join(', '));
    return true;
  }, seconds);
}

/**
 * Calls to manyseatd by a client that asks no questions first (tests/lib/bus-call.c), as somebody.
 * @param {string} as @param {string} object @param {string} method @param {string} [parameters] a tuple in GVariant's text form
 * @param {string[]} more further calls on the same connection: object, method, parameters, and again
 */
export function bus(as, object, method, parameters, ...more) {
  copyFileSync(`${process.env.ROOM_BUILD}/tests/lib/bus-call`, '/tmp/bus-call');
  chmodSync('/tmp/bus-call', 0o755);
  return run(['/tmp/bus-call', object, method, ...(parameters === undefined ? [] : [parameters]), ...more], { as });
}
