// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting for something to become true, with a deadline. No test sleeps for a time that somebody guessed.
// @ts-check

const INTERVAL_MS = 50;

/** For what is measured, or done at a pace; who waits for something has until(). @param {number} milliseconds */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * The first truthy answer of `condition`. Fails, saying `what` was waited for and what it said last, when there is none within
 * `seconds`. An exception counts as "not yet".
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} condition
 * @param {number} [seconds]
 * @returns {Promise<NonNullable<Exclude<T, false | 0 | ''>>>}
 */
export async function until(what, condition, seconds = 10) {
  const deadline = Date.now() + seconds * 1000;
  /** @type {unknown} */
  let last;
  for (;;) {
    try {
      last = await condition();
      if (last)
        return /** @type {any} */ (last);
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadline)
      throw new Error(`waited ${seconds} s for: ${what}; last seen: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
    await pause(INTERVAL_MS);
  }
}

/**
 * That `condition` stays true for `seconds`: for what must not happen.
 * @param {string} what
 * @param {() => unknown} condition
 * @param {number} seconds
 */
export async function throughout(what, condition, seconds) {
  const deadline = Date.now() + seconds * 1000;
  do {
    if (!(await condition()))
      throw new Error(`not true for all of ${seconds} s: ${what}`);
    await pause(INTERVAL_MS);
  } while (Date.now() < deadline);
}
