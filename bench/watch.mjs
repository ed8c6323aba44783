// SPDX-License-Identifier: GPL-3.0-or-later
// What it costs a host to show its desktops to somebody, by each tool in turn on the same desktops at the same work:
//
//   tools/host --build build --packages bench/packages --pupils 48 --set sessions.width=1920 --set sessions.height=1080 \
//     -- node bench/watch.mjs [--desktops 16] [--tools ours,veyon] [--work page] [--seconds 20] [--runs 3] [--size medium]
//
// bench/README.md says what is counted, and how each tool is made to look.
// @ts-check
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { cpuOf, makeDesktops, pssOf, setWork, workload } from './desktops.mjs';
import { tools } from './tools.mjs';

const NAMES = ['ours', 'floor', 'x11vnc', 'veyon', 'epoptes'];
const FIGURES = /** @type {const} */ (['total', 'cpu', 'x', 'kilobytes', 'pictures', 'megabytes']);
const WARM_UP_MS = 6000;

const { values: options } = parseArgs({ options: {
  desktops: { type: 'string', default: '4' }, tools: { type: 'string', default: NAMES.join() }, work: { type: 'string', default: 'page' },
  seconds: { type: 'string', default: '20' }, runs: { type: 'string', default: '3' }, size: { type: 'string', default: 'medium' },
} });
const seconds = Number(options.seconds);
const wanted = options.tools.split(',');
const unknown = wanted.find((name) => !NAMES.includes(name));
if (unknown !== undefined || !workload.includes(options.work))
  throw new Error(`there is no ${unknown === undefined ? `work '${options.work}'` : `tool '${unknown}'`}`);

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** @typedef {import('./desktops.mjs').Desktop} Desktop @typedef {Record<typeof FIGURES[number], number>} Row */

/** Figures for one desktop and second of one look: of the tool, or of each of its parts. @param {import('./tools.mjs').Tool | null} tool @param {Desktop[]} desktops */
async function measure(tool, desktops) {
  await tool?.start(desktops);
  await pause(WARM_UP_MS);
  const xServers = desktops.map((desktop) => desktop.xServer);
  const read = () => ({ cpu: tool?.cpu() ?? {}, x: cpuOf(xServers), sent: tool?.sent() ?? { bytes: 0, pictures: 0 }, at: performance.now() });
  const from = read();
  await pause(seconds * 1000);
  const to = read();
  const share = desktops.length * (to.at - from.at) / 1000;
  const memory = tool?.processes() ?? {};
  const parts = Object.keys(to.cpu).map((name) => ({ name, cpu: (to.cpu[name] - from.cpu[name]) / share,
    megabytes: pssOf(memory[name]) / 1024 / desktops.length }));
  await tool?.stop();
  return { parts, whole: {
    cpu: parts.reduce((sum, part) => sum + part.cpu, 0), megabytes: parts.reduce((sum, part) => sum + part.megabytes, 0),
    x: (to.x - from.x) / share, kilobytes: (to.sent.bytes - from.sent.bytes) / 1000 / share, pictures: (to.sent.pictures - from.sent.pictures) / share,
  } };
}

/** @param {Partial<Row>[]} rows @param {typeof FIGURES[number]} figure */
function median(rows, figure) {
  const sorted = rows.map((row) => row[figure] ?? NaN).sort((a, b) => a - b);
  const value = sorted[Math.floor((sorted.length - 1) / 2)];
  return Number.isNaN(value) ? '' : value.toFixed(figure === 'pictures' ? 2 : 3);
}

/** @type {Map<string, Partial<Row>[]>} */
const rows = new Map();

/** @param {string} name @param {Partial<Row>} row */
function keep(name, row) {
  rows.set(name, [...(rows.get(name) ?? []), row]);
  console.error(`${name}: ${JSON.stringify(row)}`);
}

const desktops = await makeDesktops(Number(options.desktops));
await setWork(desktops, options.work);
for (let run = 0; run < Number(options.runs); run += 1) {
  const nobody = (await measure(null, desktops)).whole;
  keep('nobody looks', { x: nobody.x });
  for (const name of wanted) {
    const { whole, parts } = await measure(tools[name]({ size: options.size }), desktops);
    // What looking costs: the tool, and what the X server has to do more than for the work alone.
    keep(name, { ...whole, total: whole.cpu + whole.x - nobody.x });
    if (parts.length > 1)
      parts.forEach((part) => keep(`- ${part.name}`, { cpu: part.cpu, megabytes: part.megabytes }));
  }
}
console.log(`${desktops.length} desktops of 1920x1080, ${options.work}, size ${options.size}, medians of ${options.runs} runs of ${seconds} s; ${
  cpus().length} cores of ${cpus()[0].model}; load ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ')}`);
console.log('\n| | CPU ms | of these the tool\'s | X server\'s ms | KB | pictures | PSS MB |\n|---|---|---|---|---|---|---|');
for (const [name, all] of rows)
  console.log(`| ${[name, ...FIGURES.map((figure) => median(all, figure))].join(' | ')} |`);
process.exit(0);
