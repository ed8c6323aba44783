// SPDX-License-Identifier: GPL-3.0-or-later
// Processes, sockets and control groups as the kernel shows them: an oracle that is not Manyseat.
// @ts-check
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { until } from './wait.mjs';

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @typedef {{ pid: number, parent: number, uid: number, effective: number, state: string, name: string, words: string[] }} Process */

/** @param {number} pid @returns {Process | null} */
export function processOf(pid) {
  const status = read(`/proc/${pid}/status`);
  const uids = /^Uid:\t(\d+)\t(\d+)/m.exec(status);
  if (!uids)
    return null;
  return {
    pid,
    parent: Number(/^PPid:\t(\d+)/m.exec(status)?.[1]),
    uid: Number(uids[1]),
    effective: Number(uids[2]),
    state: /^State:\t(\w)/m.exec(status)?.[1] ?? '',
    name: /^Name:\t(.*)/m.exec(status)?.[1] ?? '',
    words: read(`/proc/${pid}/cmdline`).split('\0').slice(0, -1),
  };
}

/** When a process began, in the kernel's ticks: with the pid it names one process for ever. @param {number} pid */
export function startOf(pid) {
  return read(`/proc/${pid}/stat`).split(') ').pop()?.split(' ')[19] ?? '';
}

/** Every process of a uid as "pid start name", when for two seconds none has come or gone: what starts a desktop has ended then. @param {number} uid */
export async function settled(uid) {
  const SECONDS = 2;
  const list = () => processesOf(uid).map((found) => `${found.pid} ${startOf(found.pid)} ${found.name}`).sort();
  let [last, since] = [list(), Date.now()];
  await until('no process comes or goes', () => {
    const now = list();
    if (now.join() !== last.join())
      [last, since] = [now, Date.now()];
    return Date.now() - since > SECONDS * 1000;
  }, 60);
  return last;
}

/** Those of settled() that are not there any more. @param {string[]} lines */
export function ended(lines) {
  return lines.filter((line) => startOf(Number(line.split(' ')[0])) !== line.split(' ')[1]);
}

/** Every process that runs (zombies are none). @returns {Process[]} */
export function processes() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => processOf(Number(name)))
    .filter((found) => found !== null && found.state !== 'Z' && found.state !== 'X')
    .map((found) => /** @type {Process} */ (found));
}

/** @param {number} uid */
export function processesOf(uid) {
  return processes().filter((found) => found.uid === uid || found.effective === uid);
}

/** Processes of a uid with this name or program. @param {number} uid @param {string} name */
export function named(uid, name) {
  return processesOf(uid).filter((found) => found.name === name || (found.words[0] ?? '').split('/').pop() === name);
}

/** @param {number} pid */
export function environmentOf(pid) {
  return Object.fromEntries(read(`/proc/${pid}/environ`).split('\0').filter((line) => line.includes('='))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** Inode numbers of the sockets that a process holds. @param {number} pid */
function socketsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? '';
      } catch {
        return '';
      }
    }).filter(Boolean);
  } catch {
    return [];
  }
}

/** Listening TCP sockets of the machine: { inode, port }. */
function listening() {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => read(path).split('\n').slice(1)
    .map((line) => line.trim().split(/\s+/)).filter((fields) => fields[3] === '0A')
    .map((fields) => ({ inode: fields[9], port: parseInt(fields[1].split(':')[1], 16) })));
}

/** Ports that a process of one of these uids listens on. @param {number[]} uids */
export function portsOf(uids) {
  const held = new Set(processes().filter((found) => uids.includes(found.uid)).flatMap((found) => socketsOf(found.pid)));
  return listening().filter((socket) => held.has(socket.inode)).map((socket) => socket.port);
}
