// SPDX-License-Identifier: GPL-3.0-or-later
// What systemd, logind and the kernel say on a booted host (tools/host).
// @ts-check
import { readFileSync } from 'node:fs';
import { account, gone, run } from './room.mjs';
import { until } from './wait.mjs';

/** KEY=VALUE lines. @param {string} text @returns {Record<string, string>} */
function pairs(text) {
  return Object.fromEntries(text.split('\n').filter((line) => line.includes('='))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** Properties of a unit. @param {string} name */
export function unit(name) {
  return pairs(run(['systemctl', 'show', name]).out);
}

/** Every session that logind lists, with its properties; of one user, or all. @param {string} [user] */
export function logindSessions(user) {
  return run(['loginctl', 'list-sessions', '--no-legend']).out.trim().split('\n').filter(Boolean)
    .map((line) => pairs(run(['loginctl', 'show-session', line.trim().split(/\s+/)[0]]).out))
    .filter((session) => session.Id !== undefined && (user === undefined || session.Name === user));
}

/** The control group of a process, as the host's PID 1 calls it. @param {number} pid */
export function groupOf(pid) {
  try {
    return /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

/** Whether a process is in a control group or below it. @param {string} group */
export function isPopulated(group) {
  try {
    return /^populated 1$/m.test(readFileSync(`/sys/fs/cgroup${group}/cgroup.events`, 'utf8'));
  } catch {
    return false;
  }
}

/** @param {string} user */
export function sliceOf(user) {
  return `/user.slice/user-${account(user).uid}.slice`;
}

/** The facts that manyseatd keeps of a session. @param {string} id */
export function factsOf(id) {
  return pairs(readFileSync(`/run/manyseat/sessions/${id}.session`, 'utf8'));
}

/** What the journal has of a unit, or of everything. @param {string} [name] */
export function journal(name) {
  return run(['journalctl', '--no-pager', '-o', 'cat', ...(name ? ['-u', name] : [])]).out;
}

/**
 * That nothing at all of a user is left: no process, no session, no manager, no runtime directory.
 * @param {string} user @param {number} [seconds]
 */
export async function leftNothing(user, seconds = 5) {
  await gone(user, seconds);
  const { uid } = account(user);
  await until(`logind and systemd have nothing of ${user}`, () => {
    const left = [
      ...logindSessions(user).map((session) => `session ${session.Id} ${session.State}`),
      ...[`user@${uid}.service`, `user-runtime-dir@${uid}.service`].filter((name) => unit(name).ActiveState !== 'inactive')
        .map((name) => `${name} ${unit(name).ActiveState}`),
      ...(isPopulated(sliceOf(user)) ? [sliceOf(user)] : []),
      ...(run(['mountpoint', '-q', `/run/user/${uid}`]).status === 0 ? [`/run/user/${uid}`] : []),
    ];
    if (left.length > 0)
      throw new Error(left.join(', '));
    return true;
  }, seconds);
}
