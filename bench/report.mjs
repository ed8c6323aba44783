// SPDX-License-Identifier: GPL-3.0-or-later
// What the measurements of this directory tell alike.
// @ts-check
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { names } from './tools.mjs';

/** @param {string} list names, separated by commas */
export function toolsNamed(list) {
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

/** @param {number} milliseconds */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function machine() {
  return `${cpus().length} cores of ${cpus()[0].model}; load ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ')}`;
}
