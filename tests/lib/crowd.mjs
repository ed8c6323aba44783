// SPDX-License-Identifier: GPL-3.0-or-later
// Many desktops that end at once, ours and the host's own without us, and the time until nothing of their users runs.
// @ts-check
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { environmentOf, processOf, processes } from './processes.mjs';
import { account, everybody, start } from './room.mjs';
import { until } from './wait.mjs';

/** A desktop that has come up runs all of these. */
const DESKTOP = ['Xvnc', 'xfce4-session', 'xfwm4', 'xfsettingsd', 'xfce4-panel', 'xfdesktop', 'Thunar'];
const LOG_ONS_AT_A_TIME = 4;
const UP_SECONDS = 240;
const BUSY_SHARE = 0.05; // of a core, all desktops together
const BUSY_MS = 1000;
const LOOK_MS = 10;
const FIRST_DISPLAY = 20; // of the desktops without us

/** Whether this is a host with systemd and logind. */
export const hasLogind = existsSync('/run/systemd/seats');

/** The accounts that --pupils made, n of them. @param {number} n */
export function pupils(n) {
  const users = everybody.filter((name) => /^pupil\d+$/.test(name)).slice(0, n);
  if (users.length < n)
    throw new Error(`${users.length} pupils are here, not ${n}: see --pupils`);
  return users;
}

/** Everything that users run. @param {string[]} users */
export function processesOfAll(users) {
  const uids = new Set(users.map((user) => account(user).uid));
  return processes().filter((found) => uids.has(found.uid) || uids.has(found.effective));
}

/** A command, and its end. @param {string[]} words @param {{ as?: string }} [options] @returns {Promise<{ status: number | null, out: string }>} */
function finished(words, options) {
  const child = start(words, options);
  let out = '';
  child.stdout.on('data', (bytes) => { out += bytes; });
  child.stderr.on('data', (bytes) => { out += bytes; });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, out })));
}

/** Milliseconds of CPU that these processes have used. @param {{ pid: number }[]} found */
function cpuOf(found) {
  return found.reduce((sum, { pid }) => {
    try {
      return sum + Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
    } catch {
      return sum;
    }
  }, 0);
}

/** That all desktops have come up, and that nothing of them is busy any more. @param {string[]} users */
async function settled(users) {
  await until('all desktops are up', () => {
    const names = new Map(users.map((user) => [account(user).uid, new Set()]));
    for (const found of processesOfAll(users))
      names.get(found.uid)?.add(found.name);
    const missing = users.filter((user) => !DESKTOP.every((name) => names.get(account(user).uid)?.has(name)));
    if (missing.length > 0)
      throw new Error(`not yet: ${missing.join(' ')}`);
    return true;
  }, UP_SECONDS);
  let before = { at: performance.now(), cpu: cpuOf(processesOfAll(users)) };
  await until('no desktop is busy', () => {
    if (performance.now() - before.at < BUSY_MS)
      return false;
    const now = { at: performance.now(), cpu: cpuOf(processesOfAll(users)) };
    const share = (now.cpu - before.cpu) / (now.at - before.at);
    before = now;
    if (share > BUSY_SHARE)
      throw new Error(`${share.toFixed(2)} of a core`);
    return true;
  }, UP_SECONDS);
}

/**
 * XFCE's own ways out save the session, without xfwm4 when that has died of a window that went just then; the next desktop would have
 * no window manager. @param {string[]} users
 */
function forgetSaved(users) {
  for (const user of users)
    rmSync(`${account(user).home}/.cache/sessions`, { recursive: true, force: true });
}

/** Log all of them on, some at a time. @param {string[]} users */
async function logOn(users) {
  forgetSaved(users);
  const waiting = [...users];
  const one = async () => {
    for (let user = waiting.shift(); user !== undefined; user = waiting.shift()) {
      const done = await finished(['manyseat', 'log-on', user, '--auto']);
      if (done.status !== 0)
        throw new Error(`log-on of ${user}: status ${done.status}: ${done.out}`);
    }
  };
  await Promise.all(Array.from({ length: LOG_ONS_AT_A_TIME }, one));
  await settled(users);
}

/** The same desktops without any of ours: Xvnc, and the host's own way to start XFCE; with logind in sessions of su's. @param {string[]} users */
async function logOnWithoutUs(users) {
  forgetSaved(users);
  users.forEach((user, index) => {
    const display = FIRST_DISPLAY + index;
    const script = `Xvnc :${display} -rfbport -1 -SecurityTypes None -rfbunixpath /tmp/rfb-${user} -geometry 1280x720 > /dev/null 2>&1 & `
      + `server=$!; until [ -S /tmp/.X11-unix/X${display} ]; do sleep 0.1; done; `
      + `DISPLAY=:${display} /etc/X11/Xsession startxfce4; kill $server; wait; rm -f /tmp/rfb-${user}`;
    if (hasLogind)
      start(['setsid', 'su', '-l', user, '-c', script]);
    else
      start(['setsid', 'sh', '-c', script], { as: user });
  });
  await settled(users);
}

/** @param {'force' | 'ask'} mode @returns {(users: string[]) => Promise<string[]>} the outcomes there were */
function logOff(mode) {
  return async () => {
    const { out } = await finished(['manyseat', 'log-off', '--all', '--mode', mode, '--warn', '0', '--json']);
    const answer = JSON.parse(out);
    return [...new Set((answer.job ?? answer).rows.map((/** @type {{ outcome: string }} */ row) => row.outcome))];
  };
}

/** What ends them by force without us: logind, or where there is none SIGTERM to everything. @param {string[]} users */
async function terminate(users) {
  if (hasLogind)
    await finished(['loginctl', 'terminate-user', ...users]);
  else
    await finished(['kill', ...processesOfAll(users).map((found) => String(found.pid))]);
  return [];
}

/** The command by which a person logs off in his own desktop, in each of these. @param {string[]} users */
async function logOutOfXfce(users) {
  await Promise.all(processesOfAll(users).filter((found) => found.name === 'xfce4-session').map((found) => {
    const { DISPLAY, DBUS_SESSION_BUS_ADDRESS, SESSION_MANAGER } = environmentOf(found.pid);
    return finished(['env', `DISPLAY=${DISPLAY}`, `DBUS_SESSION_BUS_ADDRESS=${DBUS_SESSION_BUS_ADDRESS}`,
      ...(SESSION_MANAGER ? [`SESSION_MANAGER=${SESSION_MANAGER}`] : []), 'xfce4-session-logout', '--logout'],
    { as: users.find((user) => account(user).uid === found.uid) });
  }));
  return [];
}

/**
 * Seconds until none of these processes runs (zombies do not).
 * @param {number[]} pids @param {number} began @param {number} limit seconds
 */
async function gone(pids, began, limit) {
  const left = [...pids];
  while (left.length > 0) {
    const found = processOf(left[left.length - 1]);
    if (found === null || found.state === 'Z' || found.state === 'X') {
      left.pop();
    } else if (performance.now() - began > limit * 1000) {
      throw new Error(`after ${limit} s: ${left.map((pid) => `${pid} ${processOf(pid)?.name}`).join(', ')}`);
    } else {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
  return (performance.now() - began) / 1000;
}

/** A session of su's, its shell and its session manager: without them the session is gone, whatever its user still runs. @param {import('./processes.mjs').Process} found */
function isHead(found) {
  return found.name === 'su' || found.name === 'xfce4-session' || found.words.includes('-c');
}

/** How a crowd of desktops comes and goes. */
export const ways = {
  force: { what: 'manyseat log-off --all --mode force', on: logOn, off: logOff('force'), sessionsOnly: false },
  terminate: { what: hasLogind ? 'loginctl terminate-user' : 'SIGTERM to everything', on: logOnWithoutUs, off: terminate, sessionsOnly: false },
  ask: { what: 'manyseat log-off --all --mode ask', on: logOn, off: logOff('ask'), sessionsOnly: false },
  logout: { what: 'xfce4-session-logout --logout in each', on: logOnWithoutUs, off: logOutOfXfce, sessionsOnly: true },
};

/** @typedef {keyof typeof ways} Way */
/** @typedef {{ up: number, seconds: number, left: string[], outcomes: string[], all: number }} Result */

/**
 * Log the users on, wait until their desktops are idle, end them all at once. seconds: until the last process of every user was gone
 * (logout: until their sessions were), left: what ran on then, all: until that was gone, too.
 * @param {Way} way @param {string[]} users @returns {Promise<Result>}
 */
export async function endAtOnce(way, users) {
  const { on, off, sessionsOnly } = ways[way];
  const before = performance.now();
  await on(users);
  const pids = [...processesOfAll(users), ...processes().filter((found) => found.name === 'su')]
    .filter((found) => !sessionsOnly || isHead(found)).map((found) => found.pid);
  const began = performance.now();
  const ending = off(users);
  const seconds = await gone(pids, began, 60);
  const outcomes = await ending;
  const left = processesOfAll(users);
  return { up: (began - before) / 1000, seconds, outcomes, left: left.map((found) => found.name),
    all: await gone(left.map((found) => found.pid), began, 60) };
}

/** @param {number[]} values */
export function median(values) {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];
}
