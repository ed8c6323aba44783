// SPDX-License-Identifier: GPL-3.0-or-later
// The desktops that are looked at, their work, and what the kernel says of processes. In a booted host (tools/host) only.
// @ts-check
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { named } from '../tests/lib/processes.mjs';
import { account, cookieOf, logOnBare, run } from '../tests/lib/room.mjs';
import { until } from '../tests/lib/wait.mjs';

/** @typedef {{ user: string, session: string, display: string, cookie: string, xServer: number }} Desktop */

/** page: a terminal of the screen's size, in which a whole page comes each second; the rest is bench/page.c's. */
export const workload = ['page', 'letters', 'typing', 'dragging', 'noise', 'still'];
const TERMINAL = ['xterm', '-fa', '"DejaVu Sans Mono"', '-fs', '12', '-fg', 'grey85', '-bg', 'grey10', '-b', '0', '+sb', '-geometry', '192x56+0+0', '-e',
  'sh', fileURLToPath(new URL('pages.sh', import.meta.url))].join(' ');

/** Sessions of Manyseat, which are logind's, too: all tools look at the same ones. @param {number} count @returns {Promise<Desktop[]>} */
export async function makeDesktops(count) {
  // The others' shared memory is root's: lets each Xvnc attach it, as an Xvnc of root's would.
  if (run(['setcap', 'cap_ipc_owner+ep', '/usr/bin/Xtigervnc']).status !== 0)
    throw new Error('cannot let Xvnc use the shared memory of others');
  // Debian starts them with the host.
  run(['systemctl', 'stop', 'veyon', 'epoptes']);
  const desktops = [];
  for (let number = 1; number <= count; number += 1) {
    const user = `pupil${String(number).padStart(2, '0')}`;
    const session = await logOnBare(user);
    const [server] = named(account(user).uid, 'Xvnc');
    desktops.push({ user, session: session.id, display: session.display, xServer: server.pid, cookie: cookieOf(session) });
  }
  return desktops;
}

/** Start a shell's words as a unit of its own: its control group is bench-NAME.service. @param {string} name @param {string} words */
export function startUnit(name, words) {
  const done = run(['systemd-run', '--quiet', '--collect', `--unit=bench-${name}`, 'sh', '-c', words]);
  if (done.status !== 0)
    throw new Error(`cannot start ${name}: ${done.err}`);
}

/** @param {string} name */
export function stopUnit(name) {
  run(['systemctl', 'stop', `bench-${name}`]);
}

/** PROGRAM DISPLAY WORDS for each desktop, side by side. @param {Desktop[]} desktops @param {string} name @param {(desktop: Desktop) => string} command */
export function onEach(desktops, name, command) {
  startUnit(name, `${desktops.map((desktop) => `DISPLAY=${desktop.display} XAUTHORITY=${desktop.cookie} ${command(desktop)} &`).join('\n')}\nwait`);
}

/** The desktops do this, instead of what they did before; null: nothing. @param {Desktop[]} desktops @param {string | null} work */
export async function setWork(desktops, work) {
  stopUnit('work');
  if (work === null)
    return;
  onEach(desktops, 'work', (desktop) => (work === 'page' ? TERMINAL : `${process.env.ROOM_BUILD}/bench/page ${desktop.display} ${work}`));
  await until('all desktops are at work', () => processesIn('bench-work.service').length > desktops.length, 60);
}

const GROUPS = '/sys/fs/cgroup/system.slice';

/** @param {string} unit */
export function processesIn(unit) {
  try {
    return readFileSync(`${GROUPS}/${unit}/cgroup.procs`, 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Milliseconds of CPU of a unit so far, of processes that have ended as well. @param {string} unit */
export function cpuOfUnit(unit) {
  const text = readFileSync(`${GROUPS}/${unit}/cpu.stat`, 'utf8');
  return Number(/^usage_usec (\d+)$/m.exec(text)?.[1]) / 1000;
}

/** Milliseconds of CPU of processes so far. @param {number[]} pids */
export function cpuOf(pids) {
  let sum = 0;
  for (const pid of pids)
    for (const task of readdirSync(`/proc/${pid}/task`))
      sum += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  return sum;
}

/** KB of memory, what is shared by its part. @param {number[]} pids */
export function pssOf(pids) {
  let sum = 0;
  for (const pid of pids) {
    try {
      sum += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      continue; // it has ended
    }
  }
  return sum;
}

/**
 * Bytes so far of the TCP connections that ss selects, by the end of them that differs from desktop to desktop: the port of ours, or the
 * address of the other's. `field` is bytes_sent or bytes_received.
 * @param {string} filter @param {'port' | 'peer'} end @returns {Map<string, number>}
 */
export function bytesBy(filter, end, field = 'bytes_sent') {
  const bytes = new Map();
  for (const line of run(['ss', '-tinHO', 'state', 'established', filter]).out.split('\n').filter(Boolean)) {
    const [, port, peer] = /:(\d+) +(\S+):\d+ /.exec(line) ?? [];
    const key = end === 'port' ? port : peer;
    bytes.set(key, (bytes.get(key) ?? 0) + Number(new RegExp(`\\b${field}:(\\d+)`).exec(line)?.[1] ?? 0));
  }
  return bytes;
}

/** Milliseconds that all cores of the machine have worked so far, whoever's work it was; and those they had. */
export function machineTime() {
  const ticks = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/ +/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, value) => sum + value, 0);
  return { busy: (all - ticks[3] - ticks[4]) * 10, all: all * 10 };
}
