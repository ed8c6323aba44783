// SPDX-License-Identifier: GPL-3.0-or-later
// What the measurements of this directory tell alike.
// @ts-check
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** @param {string} list names, separated by commas @param {string[]} names those there are */
export function toolsNamed(list, names) {
  const wanted = list.split(',');
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`there is no tool '${unknown}'`);
  return wanted;
}

/** The lower one of two. @param {number[]} values */
export function medianOf(values) {
  return partOf(values, 0.5);
}

/** The value that this part of all does not exceed. @param {number[]} values @param {number} part */
export function partOf(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(sorted.length * part) - 1, 0)];
}

/** What one tool could not do; the others go on. @type {string[]} */
const failures = [];

/**
 * Has a tool look while `act` measures, and stops it whatever happens.
 * @template T @param {string} name @param {import('./tools.mjs').Tool | null} tool @param {import('./desktops.mjs').Desktop[]} desktops @param {() => Promise<T>} act
 * @returns {Promise<T | null>} null: it failed, which tellFailures() says
 */
export async function looking(name, tool, desktops, act) {
  let done = null;
  try {
    await tool?.start(desktops);
    done = await act();
  } catch (error) {
    failures.push(`${name} failed: ${error instanceof Error ? error.message : error}`);
    console.error(failures.at(-1));
  }
  await tool?.stop().catch((/** @type {Error} */ error) => console.error(`${name} does not stop: ${error.message}`));
  return done;
}

export function tellFailures() {
  failures.forEach((failure) => console.log(`\n${failure}`));
}

export function machine() {
  return `${cpus().length} cores of ${cpus()[0].model}; load ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ')}`;
}
