// SPDX-License-Identifier: GPL-3.0-or-later
// Programs that run in somebody's session as if he had started them: born in its control group, with its environment.
// @ts-check
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { environmentOf, named } from './processes.mjs';
import { account, run } from './room.mjs';

/** One of tests/lib's own programs, where everybody can run it. @param {string} name */
export function helper(name) {
  const path = `/tmp/${name}`;
  copyFileSync(`${process.env.ROOM_BUILD}/tests/lib/${name}`, path);
  chmodSync(path, 0o755);
  return path;
}

/**
 * Have his next session start `command` (of /bin/sh) with the desktop; returns what takes it away again.
 * @param {string} user @param {string} command
 */
export function plant(user, command) {
  const { home, uid } = account(user);
  const path = `${home}/.config/autostart/planted.desktop`;
  mkdirSync(`${home}/.config/autostart`, { recursive: true });
  writeFileSync(path, `[Desktop Entry]\nType=Application\nName=Planted\nExec=/bin/sh -c "${command}"\n`);
  for (const made of [`${home}/.config`, `${home}/.config/autostart`, path])
    chownSync(made, uid, uid);
  return () => rmSync(path, { force: true });
}

/** The environment of his desktop, as `env` takes it. @param {string} user @returns {string[]} */
export function atDesktop(user) {
  const panel = named(account(user).uid, 'xfce4-panel')[0];
  const { DISPLAY, XAUTHORITY, MANYSEAT_SESSION, DBUS_SESSION_BUS_ADDRESS } = environmentOf(panel.pid);
  return ['env', `DISPLAY=${DISPLAY}`, `XAUTHORITY=${XAUTHORITY}`, `MANYSEAT_SESSION=${MANYSEAT_SESSION}`, `HOME=${account(user).home}`,
    ...(DBUS_SESSION_BUS_ADDRESS === undefined ? [] : [`DBUS_SESSION_BUS_ADDRESS=${DBUS_SESSION_BUS_ADDRESS}`])];
}

/** Where a process is put into the control group of another; "" where there is none. @param {number} pid */
export function groupFile(pid) {
  const mount = readFileSync('/proc/self/mounts', 'utf8').split('\n').find((line) => line.split(' ')[2] === 'cgroup2')?.split(' ')[1];
  const group = /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1];
  return mount && group ? `${mount}${group}/cgroup.procs` : '';
}

/** Start something in somebody's session as one of its own: in its control group. @param {string} user @param {string[]} words */
export function startInSession(user, words) {
  const [panel] = named(account(user).uid, 'xfce4-panel');
  const child = spawn('sh', ['-c', 'echo $$ > "$0" && exec "$@"', groupFile(panel.pid), 'setpriv', '--reuid', user, '--regid', user, '--init-groups',
    '--reset-env', ...atDesktop(user), ...words], { stdio: 'ignore', cwd: '/' });
  child.unref();
}

/** Whether a window of this name can be seen on his desktop. @param {string} user @param {string} title */
export function hasWindow(user, title) {
  return run([...atDesktop(user), 'xwininfo', '-name', title], { as: user, seconds: 10 }).out.includes('IsViewable');
}
