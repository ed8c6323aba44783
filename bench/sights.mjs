// SPDX-License-Identifier: GPL-3.0-or-later
// What the tiles of a viewer show that is a program on a screen of its own: one pixel of each.
// @ts-check
import { mkdtempSync } from 'node:fs';
import { run } from '../tests/lib/room.mjs';
import { until } from '../tests/lib/wait.mjs';
import { startUnit } from './desktops.mjs';
import { linesOf } from './tools.mjs';

/** @typedef {import('./desktops.mjs').Desktop} Desktop @typedef {import('./tools.mjs').Sight} Sight */
/** @typedef {ReturnType<typeof import('../tests/lib/painter.mjs').painterOf>} Painter */

const FIND_SECONDS = 60;
const STEPS = [0x10, 0x60, 0xb0, 0xf8];

/** Colours that are far from each other, and not what windows are made of. @param {number} count */
function marks(count) {
  const all = STEPS.flatMap((red) => STEPS.flatMap((green) => STEPS.map((blue) => [red, green, blue])))
    .filter((channels) => Math.max(...channels) - Math.min(...channels) > 0x80);
  if (count > all.length)
    throw new Error(`at most ${all.length} tiles can be told apart`);
  return all.slice(0, count).map((channels) => channels.map((value) => value.toString(16)).join(''));
}

/**
 * Finds each desktop's tile by its colour, and watches from then on; startUnit()'s 'see' until it is stopped.
 * @param {import('./tools.mjs').Screen} screen @param {Desktop[]} desktops @param {Painter[]} painters of the same ones
 * @returns {Promise<(desktop: Desktop) => Sight[]>}
 */
export async function sightsOnScreen({ display, cookie }, desktops, painters) {
  const see = `${process.env.ROOM_BUILD}/bench/see`;
  const colours = marks(desktops.length);
  await Promise.all(painters.map((painter, at) => painter.paint(colours[at])));
  const places = await until('a tile of each', () => {
    const found = run([see, display, ...colours], { environment: { XAUTHORITY: cookie } }).out.trim().split('\n');
    if (found.length !== desktops.length || found.includes('-'))
      throw new Error(found.join(' '));
    return found;
  }, FIND_SECONDS);
  const path = `${mkdtempSync('/run/bench-')}/sights`;
  startUnit('see', `XAUTHORITY=${cookie} exec ${see} ${display} ${places.join(' ')} > ${path}`);
  await until('each pixel is seen', () => linesOf(path).length >= desktops.length);
  return (desktop) => linesOf(path).filter(([index]) => desktops[Number(index)] === desktop).map(([, at, colour]) => ({ at: Number(at), colour }));
}
