// SPDX-License-Identifier: GPL-3.0-or-later
// node tools/meson-tap.mjs TESTLOG.json: meson's record of a test run as one TAP text. A test that says no TAP itself is one line.
import { readFileSync } from 'node:fs';

const lines = [];
let good = true;

/** @param {boolean} passed @param {string} name */
function add(passed, name) {
  good &&= passed || / # SKIP/i.test(name);
  lines.push(`${passed ? 'ok' : 'not ok'} ${lines.length + 1} ${name}`);
}

for (const record of readFileSync(process.argv[2], 'utf8').trim().split('\n')) {
  if (record === '')
    continue;
  const test = JSON.parse(record);
  const name = test.name.replace(/^.* \/ /, '');
  const own = (test.stdout ?? '').split('\n').map((line) => /^(not )?ok \d+ ?(?:- )?(.*)$/.exec(line)).filter(Boolean);
  for (const [, not, what] of own)
    add(!not, `${name}: ${what}`);
  const ended = test.result === 'OK' || test.result === 'SKIP' || test.result === 'EXPECTEDFAIL';
  if (own.length === 0)
    add(ended, test.result === 'SKIP' ? `${name} # SKIP` : name);
  else if (!ended && own.every(([, not]) => !not))
    add(false, `${name}: ended with ${test.result}`);
}
console.log(lines.join('\n'));
console.log(`1..${lines.length}`);
process.exitCode = good ? 0 : 1;
