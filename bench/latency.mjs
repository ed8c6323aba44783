// SPDX-License-Identifier: GPL-3.0-or-later
// How long a change on a desktop takes to be in its tile, by each tool in turn on the same desktops:
//
//   tools/host --build build --packages bench/packages --pupils 4 --set sessions.width=1920 --set sessions.height=1080 \
//     -- node bench/latency.mjs [--desktops 4] [--tools ours,veyon,...] [--sizes medium,enlarged] [--changes 48]
//
// bench/README.md says what is counted, and how each tool is made to look.
// @ts-check
import { parseArgs } from 'node:util';
import { isNear, otherColour, painterOf } from '../tests/lib/painter.mjs';
import { pause, until } from '../tests/lib/wait.mjs';
import { makeDesktops, stopUnit } from './desktops.mjs';
import { looking, machine, partOf, tellFailures, toolsNamed } from './report.mjs';
import { sightsOnScreen } from './sights.mjs';
import { names, tools } from './tools.mjs';

const OURS = ['ours', 'page']; // the others have one size
const LONGEST_SECONDS = 30; // then a change has not come
const { values: options } = parseArgs({ options: {
  desktops: { type: 'string', default: '4' }, tools: { type: 'string', default: names.join() }, sizes: { type: 'string', default: 'medium,enlarged' },
  changes: { type: 'string', default: '48' },
} });
const wanted = toolsNamed(options.tools, names);
const sizes = options.sizes.split(',');

/** @typedef {import('./desktops.mjs').Desktop} Desktop @typedef {import('./tools.mjs').Sight} Sight @typedef {import('./sights.mjs').Painter} Painter */

/**
 * Milliseconds of each of `count` changes of one desktop; Infinity: it never came. The next change is at any moment of the tool's period
 * after its tile showed the last.
 * @param {Painter} painter @param {() => Sight[]} sights @param {number} period @param {number} count
 */
async function delaysOf(painter, sights, period, count) {
  /** @type {number[]} */
  const delays = [];
  let colour = '000000';
  for (let change = 0; change < count; change += 1) {
    await pause(Math.random() * period);
    colour = otherColour(colour);
    const painted = await painter.paint(colour);
    const seen = await until(`colour ${colour}`, () => sights().find(({ at, colour: shown }) => at > painted && isNear(shown, colour)), LONGEST_SECONDS)
      .catch(() => null);
    delays.push(seen === null ? Infinity : (seen.at - painted) / 1000);
  }
  return delays;
}

/** @param {string} name @param {string} size @param {Desktop[]} all @param {Painter[]} painters */
async function measure(name, size, all, painters) {
  const desktops = size === 'enlarged' ? all.slice(0, 1) : all; // a page enlarges one
  const tool = tools[name]({ size, sights: true });
  const each = Math.ceil(Number(options.changes) / desktops.length);
  const delays = await looking(name, tool, desktops, async () => {
    const sights = tool.screen ? await sightsOnScreen(tool.screen(), desktops, painters.slice(0, desktops.length)) : tool.sights;
    return (await Promise.all(desktops.map((desktop, at) => delaysOf(painters[at], () => sights?.(desktop) ?? [], tool.period, each)))).flat();
  });
  stopUnit('see');
  return delays ?? [];
}

const desktops = await makeDesktops(Number(options.desktops));
const painters = desktops.map(({ display, cookie }) => painterOf(display, cookie));
const rows = [];
for (const name of wanted)
  for (const size of OURS.includes(name) ? sizes : sizes.slice(0, 1)) {
    const delays = await measure(name, size, desktops, painters);
    console.error(`${name}, ${size}: ${delays.map((delay) => delay.toFixed(0)).join(' ')}`);
    if (delays.length === 0)
      continue;
    const came = delays.filter(Number.isFinite);
    rows.push([OURS.includes(name) ? `${name}, ${size}` : name, ...[0.5, 0.95, 1].map((part) => partOf(delays, part).toFixed(0)), came.length, delays.length - came.length]);
  }
console.log(`${desktops.length} desktops of 1920x1080, from a change to the tile; ${machine()}`);
console.log('\n| | p50 ms | p95 ms | most ms | changes seen | never |\n|---|---|---|---|---|---|');
rows.forEach((row) => console.log(`| ${row.join(' | ')} |`));
tellFailures();
process.exit(0);
