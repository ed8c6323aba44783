// SPDX-License-Identifier: GPL-3.0-or-later
// A terminal that saves every line typed into it, on the desktop of whoever logs on next: what the keyboard did is read from a file.
// @ts-check
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hasWindow } from './desktop.mjs';
import { named } from './processes.mjs';
import { account } from './room.mjs';
import { until } from './wait.mjs';

/**
 * Plant it; whoever does takes it away again with remove().
 * @param {string} user
 */
export function plantTyping(user) {
  const { home, uid } = account(user);
  const typed = `${home}/typed.txt`;
  const desktop = `${home}/.config/autostart/typing.desktop`;
  const terminal = `${home}/.config/xfce4/terminal/terminalrc`;

  /** @param {string} path @param {string} text */
  function write(path, text) {
    mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
    writeFileSync(path, text);
    for (let at = path; at !== home; at = at.slice(0, at.lastIndexOf('/')))
      chownSync(at, uid, uid);
  }

  write(desktop, '[Desktop Entry]\nType=Application\nName=Typing\n'
    + `Exec=xfce4-terminal --disable-server --title Typing --hide-menubar --geometry 90x20 -x sh -c "exec cat > ${typed}"\n`);
  // It closes when it is asked to.
  write(terminal, '[Configuration]\nMiscConfirmClose=FALSE\n');

  return {
    /** The lines so far. */
    lines: () => (existsSync(typed) ? readFileSync(typed, 'utf8').split('\n') : []),
    /** It can be clicked: a click before that is the desktop's, and the keyboard with it. */
    async runs() {
      await until('the terminal runs', () => named(uid, 'cat').length > 0, 40);
      await until('the terminal is seen', () => hasWindow(user, 'Typing'), 20);
    },
    /** For after(): nobody's later session is to meet it. */
    remove() {
      for (const path of [desktop, terminal, typed])
        rmSync(path, { force: true });
    },
  };
}
