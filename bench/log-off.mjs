// SPDX-License-Identifier: GPL-3.0-or-later
// node log-off.mjs DESKTOPS RUNS: what log-off.sh measures, inside its room or host. A table on standard output.
// @ts-check
import { endAtOnce, median, pupils, ways } from '../tests/lib/crowd.mjs';

const [desktops, runs] = process.argv.slice(2).map(Number);
const users = pupils(desktops);
const names = /** @type {import('../tests/lib/crowd.mjs').Way[]} */ (Object.keys(ways));
const results = new Map(names.map((name) => [name, /** @type {import('../tests/lib/crowd.mjs').Result[]} */ ([])]));

for (let run = 0; run < runs; run += 1)
  for (const name of names)
    results.get(name)?.push(await endAtOnce(name, users));

console.log('\n| | seconds | each run | then still there | all gone after | came up in |\n|---|---|---|---|---|---|');
for (const name of names) {
  const all = results.get(name) ?? [];
  const of = (/** @type {'seconds' | 'all' | 'up'} */ what) => median(all.map((result) => result[what])).toFixed(2);
  console.log(`| ${ways[name].what} | ${of('seconds')} | ${all.map((result) => result.seconds.toFixed(2)).join(', ')} `
    + `| ${median(all.map((result) => result.left.length))} processes | ${of('all')} | ${of('up')} |`);
}
