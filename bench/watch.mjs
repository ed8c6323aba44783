// SPDX-License-Identifier: GPL-3.0-or-later
// What it costs a host to show its desktops to somebody, by each tool in turn on the same desktops at the same work:
//
//   tools/host --build build --packages bench/packages --pupils 48 --set sessions.width=1920 --set sessions.height=1080 \
//     -- node bench/watch.mjs [--desktops 16] [--tools ours,veyon] [--work page,still] [--seconds 10] [--runs 3] [--size medium]
//
// bench/README.md says what is counted, and how each tool is made to look.
// @ts-check
import { parseArgs } from 'node:util';
import { pause } from '../tests/lib/wait.mjs';
import { cpuOf, machineTime, makeDesktops, pssOf, setWork, workload } from './desktops.mjs';
import { looking, machine, medianOf, tellFailures, toolsNamed } from './report.mjs';
import { names, tools } from './tools.mjs';

const FIGURES = /** @type {const} */ (['total', 'cpu', 'x', 'kilobytes', 'pictures', 'megabytes', 'seen', 'busy']);
const DECIMALS = /** @type {Partial<Record<typeof FIGURES[number], number>>} */ ({ pictures: 2, seen: 0, busy: 0 });
const WARM_UP_MS = 4000;
const SEEN_BYTES = 256; // more than what keeps a connection alive
const BUSY = 90; // percent of all cores

const counted = names.filter((name) => name !== 'page'); // a browser's connections come and go
const { values: options } = parseArgs({ options: {
  desktops: { type: 'string', default: '4' }, tools: { type: 'string', default: counted.join() }, work: { type: 'string', default: 'page' },
  seconds: { type: 'string', default: '10' }, runs: { type: 'string', default: '3' }, size: { type: 'string', default: 'medium' },
} });
const seconds = Number(options.seconds);
const wanted = toolsNamed(options.tools, counted);
const works = options.work.split(',');
const unknown = works.find((work) => !workload.includes(work));
if (unknown !== undefined)
  throw new Error(`there is no work '${unknown}'`);

/** @typedef {import('./desktops.mjs').Desktop} Desktop @typedef {Partial<Record<typeof FIGURES[number], number>>} Row */
/** @typedef {import('./tools.mjs').Tool} Tool */

/** How many desktops something came of. @param {Map<string, number>} from @param {Map<string, number>} to */
function seenOf(from, to) {
  return [...to].filter(([key, bytes]) => bytes - (from.get(key) ?? 0) > SEEN_BYTES).length;
}

/** Figures for one desktop and second of one look: of the tool, and of each of its parts. @param {Tool | null} tool @param {Desktop[]} desktops */
async function measure(tool, desktops) {
  const xServers = desktops.map((desktop) => desktop.xServer);
  const read = () => ({ cpu: tool?.cpu() ?? {}, x: cpuOf(xServers), sent: tool?.sent(), machine: machineTime(), at: performance.now() });
  const from = read();
  await pause(seconds * 1000);
  const to = read();
  const share = desktops.length * (to.at - from.at) / 1000;
  const memory = tool?.processes() ?? {};
  const parts = Object.keys(to.cpu).map((name) => ({ name, cpu: (to.cpu[name] - from.cpu[name]) / share,
    megabytes: pssOf(memory[name]) / 1024 / desktops.length }));
  /** @type {Row} */
  const whole = { x: (to.x - from.x) / share, busy: 100 * (to.machine.busy - from.machine.busy) / (to.machine.all - from.machine.all) };
  if (from.sent && to.sent) {
    whole.cpu = parts.reduce((sum, part) => sum + part.cpu, 0);
    whole.megabytes = parts.reduce((sum, part) => sum + part.megabytes, 0);
    whole.kilobytes = (to.sent.bytes - from.sent.bytes) / 1000 / share;
    whole.seen = seenOf(from.sent.ofEach, to.sent.ofEach);
    if (to.sent.pictures !== undefined)
      whole.pictures = (to.sent.pictures - (from.sent.pictures ?? 0)) / share;
  }
  return { parts, whole };
}

/** By work and tool, a row of each run. @type {Map<string, Map<string, Row[]>>} */
const tables = new Map(works.map((work) => [work, new Map()]));

/** @param {string} work @param {string} name @param {Row} row */
function keep(work, name, row) {
  const table = tables.get(work);
  table?.set(name, [...(table.get(name) ?? []), row]);
  console.error(`${work}, ${name}: ${JSON.stringify(row)}`);
}

/** One tool, or nobody, looks at the desktops at each work. @param {string | null} name @param {Desktop[]} desktops */
async function look(name, desktops) {
  const tool = name === null ? null : tools[name]({ size: options.size });
  await looking(name ?? 'nobody', tool, desktops, async () => {
    for (const work of works) {
      await setWork(desktops, work);
      await pause(WARM_UP_MS);
      const { whole, parts } = await measure(tool, desktops);
      // What looking costs: the tool, and what the X server has to do more than for the work alone.
      const alone = tables.get(work)?.get('nobody looks')?.at(-1)?.x ?? 0;
      keep(work, name ?? 'nobody looks', tool === null ? whole : { ...whole, total: (whole.cpu ?? 0) + (whole.x ?? 0) - alone });
      if (parts.length > 1)
        parts.forEach((part) => keep(work, `- ${part.name}`, { cpu: part.cpu, megabytes: part.megabytes }));
    }
    await setWork(desktops, null); // tools come and go on quiet desktops
  });
}

/** @param {Row[]} rows @param {typeof FIGURES[number]} figure */
function cell(rows, figure) {
  const values = rows.map((row) => row[figure]).filter((value) => value !== undefined);
  return values.length > 0 ? medianOf(values).toFixed(DECIMALS[figure] ?? 3) : '';
}

const desktops = await makeDesktops(Number(options.desktops));
for (let run = 0; run < Number(options.runs); run += 1)
  for (const name of [null, ...wanted])
    await look(name, desktops);
for (const [work, table] of tables) {
  console.log(`\n${desktops.length} desktops of 1920x1080, ${work}, size ${options.size}, medians of ${options.runs} runs of ${seconds} s; ${machine()}`);
  console.log('\n| | CPU ms | of these the tool\'s | X server\'s ms | KB | pictures | PSS MB | desktops | cores busy % |\n|---|---|---|---|---|---|---|---|---|');
  for (const [name, rows] of table)
    console.log(`| ${[name, ...FIGURES.map((figure) => cell(rows, figure))].join(' | ')} |`);
  const full = [...table].filter(([, rows]) => medianOf(rows.map((row) => row.busy ?? 0)) >= BUSY).map(([name]) => name);
  if (full.length > 0)
    console.log(`\nNo core had time to spare (${BUSY} % and more), the work and the viewers among what they did: ${full.join(', ')}. These did less than they would.`);
}
tellFailures();
process.exit(0);
