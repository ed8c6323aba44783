// SPDX-License-Identifier: GPL-3.0-or-later
// A room full of desktops that end at once, beside what the system itself takes for that. In a room and on a host, with a build that
// has no sanitizers: tools/room --build build --alone --port 0 --pupils 24 -- node tests/system/crowd-story.mjs (CROWD=8: that many).
// @ts-check
import assert from 'node:assert/strict';
import { lstatSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { endAtOnce, hasLogind, median, pupils, ways } from '../lib/crowd.mjs';
import { account } from '../lib/room.mjs';

const users = pupils(Number(process.env.CROWD ?? 24));
const PAIRS_MOST = 3;

/** What the users have in the directories that everybody shares. */
function traces() {
  const uids = new Set(users.map((user) => account(user).uid));
  return ['/tmp', '/tmp/.X11-unix', '/tmp/.ICE-unix'].flatMap((directory) => readdirSync(directory).map((name) => `${directory}/${name}`))
    .filter((path) => uids.has(lstatSync(path, { throwIfNoEntry: false })?.uid ?? 0)).sort();
}

/** @param {string} user */
async function leftNothing(user) {
  if (hasLogind)
    await (await import('../lib/host.mjs')).leftNothing(user, 2);
}

/**
 * Ours within `bound` times the floor. One pair decides when it is clear; when it is not, because other work on the machine may spoil
 * one, more do: the better ones of two, the medians of three.
 * @param {import('node:test').TestContext} context
 * @param {import('../lib/crowd.mjs').Way} ours @param {import('../lib/crowd.mjs').Way} floor @param {string} outcome @param {number} bound
 */
async function compare(context, ours, floor, outcome, bound) {
  const [own, others] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  do {
    const before = traces();
    const result = await endAtOnce(ours, users);
    assert.deepEqual(result.outcomes, [outcome]);
    assert.deepEqual(result.left, []);
    for (const user of users)
      await leftNothing(user);
    assert.deepEqual(traces().filter((path) => !before.includes(path)), []);
    own.push(result.seconds);
    const other = await endAtOnce(floor, users);
    others.push(other.seconds);
    context.diagnostic(`${users.length} desktops: ${ways[ours].what}: ${result.seconds.toFixed(2)} s (came up in ${result.up.toFixed(0)} s); `
      + `${ways[floor].what}: ${other.seconds.toFixed(2)} s, and ${other.left.length} processes until ${other.all.toFixed(1)} s`);
  } while (median(own) > bound * median(others) && own.length < PAIRS_MOST);
  assert.ok(median(own) <= bound * median(others), `${own.join()} against ${others.join()}`);
}

test(`force: ${users.length} desktops end at once, in 1.2 times the system's own time at most, and nothing is left`, (context) =>
  compare(context, 'force', 'terminate', 'forced', 1.2));

test(`ask: ${users.length} desktops with nothing unsaved, in 1.5 times the time of their own log-out at most, and nothing is left`, (context) =>
  compare(context, 'ask', 'logout', 'clean', 1.5));

