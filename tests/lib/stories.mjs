// SPDX-License-Identifier: GPL-3.0-or-later
// Runs stories one after the other, those whose names the command line has a part of, or all. TAP on standard output.
// @ts-check
import { readdirSync } from 'node:fs';
import { run } from 'node:test';
import { tap } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

/** @param {string[]} files */
export function runFiles(files) {
  // What a failed test left open (a socket, a browser, a child) keeps nobody waiting, where node knows of that (20.14).
  const stories = run({ files, concurrency: 1, forceExit: true });

  stories.on('test:fail', () => {
    process.exitCode = 1;
  });
  stories.compose(tap).pipe(process.stdout);
}

/** @param {URL} folder of the stories */
export function runStories(folder) {
  const directory = fileURLToPath(folder);
  const wanted = process.argv.slice(2);
  runFiles(readdirSync(directory).filter((name) => name.endsWith('.mjs')).sort()
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
    .map((name) => directory + name));
}
