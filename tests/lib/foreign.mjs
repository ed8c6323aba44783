// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions on a booted host that Manyseat did not begin: xrdp's, a local seat's, and what only claims to be one.
// @ts-check
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { groupOf, logindSessions } from './host.mjs';
import { helper } from './desktop.mjs';
import { environmentOf, processesOf } from './processes.mjs';
import { account, run, start } from './room.mjs';
import { until } from './wait.mjs';

/** A program of his, in the session that a process of his is in, with that one's environment. @param {string} user @param {number} pid @param {string[]} words */
export function startBeside(user, pid, words) {
  const environment = Object.entries(environmentOf(pid)).map(([key, value]) => `${key}=${value}`);
  return start(['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', `/sys/fs/cgroup${groupOf(pid)}`, 'setpriv', '--reuid', user, '--regid', user,
    '--init-groups', 'env', '-i', ...environment, ...words]);
}

/** @param {string} user @param {number} pid @param {string[]} words */
function onDisplay(user, pid, words) {
  const { DISPLAY, HOME, XAUTHORITY = `${HOME}/.Xauthority` } = environmentOf(pid);
  return run(['env', `DISPLAY=${DISPLAY}`, `XAUTHORITY=${XAUTHORITY}`, ...words], { as: user, seconds: 10 });
}

/** "id class title" of each window on the display of a process of his. @param {string} user @param {number} pid */
export function windowsOf(user, pid) {
  return onDisplay(user, pid, [helper('hand'), 'list']).out.trim().split('\n');
}

/** All its windows, as xwininfo draws them; those that no window manager knows too. @param {string} user @param {number} pid */
export function treeOf(user, pid) {
  return onDisplay(user, pid, ['xwininfo', '-root', '-tree']).out;
}

/**
 * Type into a window of his, or press keys (what: "type", "press").
 * @param {string} user @param {number} pid @param {RegExp} window @param {string} what @param {string[]} words
 */
export function useWindow(user, pid, window, what, words) {
  const id = windowsOf(user, pid).find((line) => window.test(line))?.split(' ')[0];
  return id !== undefined && onDisplay(user, pid, [helper('hand'), what, id, ...words]).status === 0;
}

/** @param {string} user @param {string} service */
function begun(user, service) {
  return until(`logind lists ${user}'s session by ${service}`,
    () => logindSessions(user).find((session) => session.Service === service && session.State !== 'closing'), 15);
}

/**
 * What a person with an RDP client gets: xrdp's session manager logs him on by PAM and starts Xorg (xorgxrdp) and the desktop. Its own
 * client asks it to, in place of xrdp's network half.
 * @param {string} user
 */
export async function beginXrdp(user) {
  // Without an address beside 127.0.0.1 and ::1 the C library finds no localhost for it.
  run(['ip', 'address', 'replace', '192.0.2.1/32', 'dev', 'lo']);
  run(['ip', '-6', 'address', 'replace', '2001:db8::1/128', 'dev', 'lo']);
  run(['systemctl', 'start', 'xrdp-sesman']);
  const done = run(['xrdp-sesrun', '-t', 'Xorg', '-g', '1280x720', '-b', '24', '-p', account(user).password, user]);
  if (!done.out.startsWith('ok '))
    throw new Error(`xrdp-sesrun: ${done.out} ${done.err}`);
  await until(`the panel of ${user}'s desktop`, () => processesOf(account(user).uid).some((found) => found.name === 'xfce4-panel'), 40);
  return begun(user, 'xrdp-sesman');
}

/**
 * A log-in with PAM, of the kind that the environment says; the command runs as the user. End it with kill().
 * @param {string} user @param {Record<string, string>} environment @param {string} command
 */
export async function beginLogin(user, environment, command) {
  const child = start(['setsid', 'env', ...Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    'su', '--login', '--whitelist-environment', Object.keys(environment).join(','), user, '-c', command]);
  return { child, session: await begun(user, 'su-l') };
}

/**
 * A local seat as lightdm has one: Xorg runs as root, on no virtual terminal (a container has none) and with the dummy driver in
 * place of a screen; the user's session is at seat0, and logind is not told the display.
 * @param {string} user @param {string} command what runs in it
 * @param {{ depth?: number, display?: string }} [options]
 */
export async function beginSeat(user, command, { depth = 24, display = ':0' } = {}) {
  const { home, uid } = account(user);
  const directory = `/run/seat-${user}`;
  const cookie = randomBytes(16).toString('hex');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(`${directory}/xorg.conf`, ['Section "Device"', 'Identifier "dummy"', 'Driver "dummy"', 'VideoRam 65536', 'EndSection',
    'Section "Screen"', 'Identifier "screen"', 'Device "dummy"', `DefaultDepth ${depth}`, 'EndSection',
    'Section "ServerFlags"', 'Option "AutoAddDevices" "false"', 'EndSection', ''].join('\n'));
  for (const path of [`${directory}/cookie`, `${home}/.Xauthority`])
    run(['xauth', '-q', '-f', path, 'add', display, '.', cookie]);
  chownSync(`${home}/.Xauthority`, uid, uid);
  const server = start(['Xorg', display, '-config', `${directory}/xorg.conf`, '-auth', `${directory}/cookie`, '-nolisten', 'tcp',
    '-noreset', '-novtswitch', '-sharevts', 'vt7']);
  await until('Xorg listens', () => run(['xset', '-display', display, 'q'], { environment: { XAUTHORITY: `${directory}/cookie` } })
    .status === 0, 15);
  const { child, session } = await beginLogin(user, { XDG_SEAT: 'seat0', XDG_SESSION_TYPE: 'x11', XDG_SESSION_CLASS: 'user',
    DISPLAY: display, XAUTHORITY: `${home}/.Xauthority` }, command);
  return { child, server, session,
    /** As a display manager does when a session is over. */
    end() {
      child.kill();
      server.kill();
      rmSync(directory, { recursive: true, force: true });
    } };
}
