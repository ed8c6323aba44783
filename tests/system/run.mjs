// SPDX-License-Identifier: GPL-3.0-or-later
// node run.mjs [STORY...]: the stories, one after the other, in the room that this runs in. TAP on standard output.
// @ts-check
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);
const stories = readdirSync(`${here}stories`).filter((name) => name.endsWith('.mjs')).sort()
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));

const imports = stories.map((name) => `await import(${JSON.stringify(`${here}stories/${name}`)});`).join('\n');
const runner = spawn(process.execPath, ['--test-reporter=tap', '--test-reporter-destination=stdout', '--input-type=module',
  '--eval', imports], { stdio: 'inherit', cwd: here });
runner.on('exit', (status) => {
  process.exitCode = status ?? 1;
});
