// SPDX-License-Identifier: GPL-3.0-or-later
// node soak.mjs [--minutes N] [--seed S] [--result FILE]: in a room, people log on, work, suspend, and are logged off in every way, while
// programs die at random; what must always hold is looked at continually. The same seed makes the same choices, though the machine's own
// timing stays its own. Exit status 1 at the first thing that does not hold.
// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { helper, startInSession } from '../lib/desktop.mjs';
import { named, processes, processesOf } from '../lib/processes.mjs';
import { account, audit, everybody, logOffEverybody, manyseat, manyseatJson, pidOf, sessions } from '../lib/room.mjs';
import { until } from '../lib/wait.mjs';

const { values: options } = parseArgs({ options: { minutes: { type: 'string', default: '20' }, seed: { type: 'string', default: '' },
  result: { type: 'string', default: '' } } });
const minutes = Number(options.minutes);
const seed = options.seed === '' ? Date.now() % 1000000 : Number(options.seed);
/** No program of ours is killed in the last part: what they need at its two ends is compared. */
const QUIET_SHARE = 0.4;
/** The warnings, the stages and two granted minutes of one job, and some for a slow machine. */
const JOB_SECONDS = 240;
const GRACE_SECONDS = 15;
const PROGRAMS = ['manyseatd', 'display', 'web-dashboard', 'web-station', 'launcher', 'front'];
const LONG_MINUTES = 10;
const RSS_GROWTH = 1.1;
const RSS_SLACK_KB = 512;
const FD_SLACK = 3;

// ---- chance ----

let state = seed >>> 0;

/** 0 to 1, by the seed (mulberry32). */
function chance() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

/** @template T @param {T[]} list @returns {T | undefined} */
function pick(list) {
  return list[Math.floor(chance() * list.length)];
}

// ---- acts ----

/** @type {Record<string, number>} */
const counts = {};
/** Log-ons under way, by user. @type {Set<string>} */
const loggingOn = new Set();
/** Sessions that a log-on told of. @type {Set<string>} */
const begun = new Set();

/** @param {string} what */
function note(what) {
  counts[what] = (counts[what] ?? 0) + 1;
}

/** The sessions now; null while nobody answers. */
function list() {
  try {
    return sessions();
  } catch {
    return null;
  }
}

/** @returns {any[]} */
function jobs() {
  try {
    return manyseatJson(['jobs']);
  } catch {
    return [];
  }
}

function logOn() {
  const user = pick(everybody.filter((name) => !loggingOn.has(name)));
  if (user === undefined)
    return;
  loggingOn.add(user);
  const child = spawn('manyseat', ['log-on', user, '--auto'], { stdio: 'ignore', timeout: 90000, killSignal: 'SIGKILL' });
  child.on('exit', (status) => {
    loggingOn.delete(user);
    note(status === 0 ? 'log-ons' : 'log-ons refused or broken off');
  });
}

/** A program in somebody's session. @param {string[]} words @param {string} what */
function open(words, what) {
  const user = pick(everybody.filter((name) => named(account(name).uid, 'xfce4-panel').length > 0));
  if (user === undefined)
    return;
  try {
    startInSession(user, words);
    note(what);
  } catch {
    // His desktop has just ended.
  }
}

const count = helper('count-closes');
const misbehave = helper('misbehave');
const picture = '/tmp/soak.jpg';

/** @param {string} mode */
function end(mode) {
  const session = pick(list() ?? []);
  const all = chance() < 0.1;
  if (session === undefined)
    return;
  const done = manyseat(['log-off', ...(all ? ['--all'] : [session.id]), '--mode', mode, '--warn', String(Math.floor(chance() * 6)), '--no-wait']);
  note(done.status === 0 ? `log-offs: ${mode}${all ? ', all' : ''}` : 'log-offs refused');
}

/** Something about a running job. @param {(job: any, row: any) => string[]} words @param {string} what */
function onJob(words, what) {
  const job = pick(jobs().filter((found) => found.state === 'running'));
  const row = job && pick(job.rows);
  if (row !== undefined)
    note(manyseat(words(job, row)).status === 0 ? what : `${what}: too late`);
}

/** @param {number | undefined} pid @param {string} what */
function kill(pid, what) {
  if (pid === undefined || pid <= 1)
    return;
  try {
    process.kill(pid, 'SIGKILL');
    note(`kill -9: ${what}`);
  } catch {
    // It ended by itself.
  }
}

function anXvnc() {
  return pick(processes().filter((found) => /^X(tiger)?vnc$/.test(found.name)))?.pid;
}

/** The manyseat-session of somebody. */
function aKeeper() {
  return pick(processes().filter((found) => found.uid === 0 && found.name.startsWith('manyseat-sessio')))?.pid;
}

/** What can happen, how often, and whether programs of ours die of it. @type {[number, () => void, boolean?][]} */
const acts = [
  [22, logOn],
  [6, () => open([count, '/dev/null'], 'windows that stay')],
  [6, () => open(['mousepad'], 'windows that close')],
  [3, () => open([misbehave, 'stay'], 'programs that ignore signals')],
  [3, () => open([misbehave, 'leave'], 'programs that leave their session')],
  [6, () => end('ask')],
  [5, () => end('ask-then-force')],
  [4, () => end('force')],
  [5, () => onJob((job, row) => ['cancel', job.id, row.session], 'cancelled')],
  [1, () => onJob((job, row) => ['grant', row.session, '1'], 'granted')],
  [4, () => {
    const session = pick(list() ?? []);
    if (session !== undefined)
      note(manyseat(['suspend', session.id]).status === 0 ? 'suspended' : 'suspended: not done');
  }],
  [6, () => {
    const session = pick(list() ?? []);
    if (session !== undefined)
      note(manyseat(['screenshot', session.id, '--output', picture]).status === 0 ? 'screenshots' : 'screenshots: not done');
    rmSync(picture, { force: true });
  }],
  [1.5, () => kill(anXvnc(), 'Xvnc')],
  [1.5, () => kill(aKeeper(), 'manyseat-session')],
  ...PROGRAMS.map((name) => /** @type {[number, () => void, boolean]} */ ([name === 'manyseatd' ? 4 : 0.7, () => kill(pidOf(name), name), true])),
];

/** @param {boolean} quiet */
function act(quiet) {
  const possible = acts.filter(([, , kills]) => !(quiet && kills));
  let at = chance() * possible.reduce((sum, [weight]) => sum + weight, 0);
  const [, chosen] = possible.find(([weight]) => (at -= weight) < 0) ?? possible[0];
  chosen();
}

// ---- what must hold ----

/** Since when something has not held, by its words. @type {Map<string, number>} */
const since = new Map();

/** Things that may be so for a moment, while one follows from the other. @param {string[]} now */
function notForLong(now) {
  for (const words of since.keys())
    if (!now.includes(words))
      since.delete(words);
  for (const words of now) {
    since.set(words, since.get(words) ?? Date.now());
    if (Date.now() - (since.get(words) ?? 0) > GRACE_SECONDS * 1000)
      throw new Error(`for ${GRACE_SECONDS} s: ${words}`);
  }
}

/** @param {string} path */
function names(path) {
  return existsSync(path) ? readdirSync(path) : [];
}

function look() {
  const listed = list();
  const strange = [];
  if (listed === null) {
    notForLong(['manyseatd does not answer']);
    return;
  }
  listed.forEach((session) => begun.add(session.id));
  for (const user of everybody) {
    const { uid } = account(user);
    const servers = processesOf(uid).filter((found) => /^X(tiger)?vnc$/.test(found.name)).length;
    if (listed.filter((session) => session.user === user).length > 1)
      throw new Error(`${user} has two sessions`);
    if (servers > 1)
      strange.push(`${user} has ${servers} X servers`);
    if (!loggingOn.has(user) && !listed.some((session) => session.user === user))
      strange.push(...processesOf(uid).map((found) => `${found.name} (${found.pid}) of ${user}, who has no session`));
  }
  const displays = listed.map((session) => session.display.replace(':', ''));
  if (loggingOn.size === 0) {
    strange.push(...names('/tmp/.X11-unix').filter((name) => !displays.includes(name.slice(1))).map((name) => `socket ${name}`));
    strange.push(...names('/tmp').map((name) => /^\.X(\d+)-lock$/.exec(name)?.[1] ?? '').filter((number) => number !== '' && !displays.includes(number))
      .map((number) => `lock of display ${number}`));
    strange.push(...names('/run/manyseat/sessions').filter((name) => !listed.some((session) => name.split('.')[0] === session.id))
      .map((name) => `/run/manyseat/sessions/${name}`));
  }
  for (const job of jobs().filter((found) => found.state === 'running'))
    if (Date.now() * 1000 - job.created > JOB_SECONDS * 1e6)
      throw new Error(`job ${job.id} does not end: ${JSON.stringify(job.rows)}`);
  notForLong(strange);
}

/** Each act has one row: as many outcomes as log-offs, one end for each session that is over. */
function checkAudit() {
  const rows = audit();
  const live = new Set((list() ?? []).map((session) => session.id));
  /** @param {string} act @param {string} id */
  const number = (act, id) => rows.filter((row) => row.act === act && row.session === id && row.result === 'done').length;
  for (const id of begun) {
    if (number('log-off', id) !== number('log-off-outcome', id))
      throw new Error(`session ${id}: ${number('log-off', id)} log-offs, ${number('log-off-outcome', id)} outcomes`);
    if (number('session-end', id) !== (live.has(id) ? 0 : 1))
      throw new Error(`session ${id}: ${number('session-end', id)} ends`);
  }
  /** @type {Record<string, number>} */
  const outcomes = {};
  for (const row of rows.filter((found) => found.act === 'log-off-outcome'))
    outcomes[row.detail.split(' ')[0]] = (outcomes[row.detail.split(' ')[0]] ?? 0) + 1;
  return { rows: rows.length, outcomes };
}

/** In a long run each of these happens; an act that never does would be a soak of nothing. */
function checkActs() {
  const never = ['log-ons', 'suspended', 'screenshots', 'cancelled', 'log-offs: ask', 'log-offs: ask-then-force', 'log-offs: force',
    'kill -9: manyseatd', 'kill -9: Xvnc', 'kill -9: manyseat-session'].filter((what) => !counts[what]);
  if (minutes >= LONG_MINUTES && never.length > 0)
    throw new Error(`never happened: ${never.join(', ')}`);
}

/** A program's process, below the words that start it. @param {string} name */
function needs(name) {
  const pid = pidOf(name);
  const rss = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const fds = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return '';
    }
  }).filter(Boolean);
  return { pid, rss, fds: fds.length };
}

/** Nobody is logged on: what each program needs then. */
async function measure() {
  await until('no log-on is under way', () => loggingOn.size === 0, 120);
  await until('no job runs', () => jobs().every((job) => job.state === 'done'), JOB_SECONDS);
  await logOffEverybody();
  await until('no session is listed', () => list()?.length === 0, 30);
  since.clear();
  look();
  return Object.fromEntries(PROGRAMS.map((name) => [name, needs(name)]));
}

/** @param {number} ends @param {boolean} quiet */
async function run(ends, quiet) {
  while (Date.now() < ends) {
    act(quiet);
    await new Promise((resolve) => setTimeout(resolve, 300 + chance() * 700));
    look();
  }
}

/** @param {Record<string, ReturnType<typeof needs>>} before @param {Record<string, ReturnType<typeof needs>>} now */
function compare(before, now) {
  for (const name of PROGRAMS) {
    if (before[name].pid !== now[name].pid)
      throw new Error(`${name} was started again, and nobody had killed it`);
    if (now[name].rss > before[name].rss * RSS_GROWTH + RSS_SLACK_KB)
      throw new Error(`${name} has grown from ${before[name].rss} to ${now[name].rss} KB`);
    if (now[name].fds > before[name].fds + FD_SLACK)
      throw new Error(`${name} had ${before[name].fds} descriptors, and has ${now[name].fds}`);
  }
}

/** @param {string} verdict @param {string[]} more */
function report(verdict, more) {
  const text = ['# The last soak', '', `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, \`make soak MINUTES=${minutes} SEED=${seed}\`, `
    + `${everybody.length} accounts.`, '', `**${verdict}**`, '', '| what | how often |', '|---|---|',
  ...Object.keys(counts).sort().map((what) => `| ${what} | ${counts[what]} |`), '', ...more, ''].join('\n');
  console.log(text);
  if (options.result !== '')
    writeFileSync(options.result, `<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n${text}`);
}

const began = Date.now();
/** @type {string[]} */
let more = [];
console.log(`soak: ${minutes} minutes, seed ${seed}`);
try {
  const quiet = minutes * 60000 * QUIET_SHARE;
  await run(began + minutes * 60000 - quiet, false);
  // The first round after the last restart warms up.
  await run(Date.now() + quiet / 4, true);
  const before = await measure();
  await run(began + minutes * 60000, true);
  const now = await measure();
  const { rows, outcomes } = checkAudit();
  more = [`${begun.size} sessions, ${rows} rows of audit, outcomes: ${Object.entries(outcomes).map(([name, n]) => `${name} ${n}`).join(', ')}.`, '',
    '| program, nobody logged on | resident KB, then | now | descriptors, then | now |', '|---|---|---|---|---|',
    ...PROGRAMS.map((name) => `| ${name} | ${before[name].rss} | ${now[name].rss} | ${before[name].fds} | ${now[name].fds} |`)];
  compare(before, now);
  checkActs();
  report('everything held', more);
} catch (error) {
  report(`failed after ${Math.round((Date.now() - began) / 1000)} s: ${error instanceof Error ? error.message : error}`, more);
  process.exitCode = 1;
}
process.exit();
