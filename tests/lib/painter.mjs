// SPDX-License-Identifier: GPL-3.0-or-later
// Screens of one colour, and whether a picture shows it.
// @ts-check
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const tools = `${process.env.ROOM_BUILD}/tests/lib`;
const scratch = mkdtempSync('/tmp/pictures-');
const MARGIN = 12; // of a channel: a JPEG does not keep it exactly
const CONTRAST = 48;
let pictures = 0;

/** @param {string} display @param {string} cookie the file that has it */
export function painterOf(display, cookie) {
  const child = spawn(`${tools}/paint`, [display], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, XAUTHORITY: cookie } });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    /** Fills the screen, and says when: CLOCK_MONOTONIC in microseconds. @param {string} colour RRGGBB, or noise @returns {Promise<number>} */
    async paint(colour) {
      child.stdin.write(`${colour}\n`);
      return Number((await lines.next()).value);
    },
    end: () => child.stdin.end(),
  };
}

/** The mean colour of a picture, as a decoder sees it: RRGGBB. @param {Buffer} jpeg */
export async function colourOfJpeg(jpeg) {
  pictures += 1;
  const path = `${scratch}/${pictures}`;
  await writeFile(path, jpeg);
  const { stdout } = await promisify(execFile)(`${tools}/jpeg-colour`, [path]);
  await rm(path);
  return stdout.trim().split(' ').slice(2).map((value) => Number(value).toString(16).padStart(2, '0')).join('');
}

/** How much two colours differ, in the channel where they differ most. @param {string} a @param {string} b */
function distance(a, b) {
  return Math.max(...[0, 2, 4].map((at) => Math.abs(parseInt(a.slice(at, at + 2), 16) - parseInt(b.slice(at, at + 2), 16))));
}

/** @param {string} a @param {string} b */
export function isNear(a, b) {
  return distance(a, b) < MARGIN;
}

/** A colour at random that nobody takes for the other one. @param {string} [other] */
export function otherColour(other = '') {
  for (;;) {
    const colour = Math.floor(Math.random() * 0x1000000).toString(16).padStart(6, '0');
    if (other === '' || distance(colour, other) > CONTRAST)
      return colour;
  }
}
