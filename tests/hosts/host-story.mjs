// SPDX-License-Identifier: GPL-3.0-or-later
// The test host itself, seen from the machine that it stands on: outside of any, as root. ROOM_BUILD is what it holds.
// @ts-check
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { processes } from '../lib/processes.mjs';
import { until } from '../lib/wait.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const build = process.env.ROOM_BUILD ?? 'build';

/** @param {string[]} words */
function host(...words) {
  return spawnSync(`${root}tools/host`, words, { cwd: root, encoding: 'utf8', timeout: 120000 });
}

/** What the machine has that a host could leave there. */
function traces() {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const groups = mounts.filter((line) => /^cgroup2?$/.test(line.split(' ')[2])).map((line) => line.split(' ')[1]);
  return {
    accounts: readFileSync('/etc/passwd', 'utf8').split('\n'),
    mounts: mounts.filter((line) => line.startsWith('host-')),
    places: ['/run/manyseat-host', '/run/manyseat-host-floor', '/run/systemd/nspawn', '/etc/manyseat'].filter(existsSync),
    groups: spawnSync('find', [...groups, '-type', 'd', '-name', 'manyseat-host-*'], { encoding: 'utf8' }).stdout.split('\n'),
    programs: processes().filter((found) => /systemd-nspawn|host-inside/.test(found.words.join(' '))).map((found) => String(found.pid)),
  };
}

/** What there is now and was not before; an earlier host may be going away still. @param {ReturnType<typeof traces>} before */
function added(before) {
  const known = new Set(Object.values(before).flat());
  return Object.values(traces()).flat().filter((trace) => !known.has(trace));
}

/** @param {ReturnType<typeof traces>} before */
async function asBefore(before) {
  await until('nothing is left of it', () => assert.deepEqual(added(before), []) === undefined, 15);
}

test('kill -9 of a host with a running desktop leaves nothing on the machine', async () => {
  const before = traces();
  const words = ['--build', build, '--', 'sh', '-c', 'manyseat log-on ana --auto && echo "a desktop runs" && exec sleep 600'];
  const standing = spawn(`${root}tools/host`, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  standing.stdout.on('data', (bytes) => { said += bytes; });
  await until('a desktop runs', () => said.includes('a desktop runs'), 60);
  assert.ok(added(before).length > 3, added(before).join());
  standing.kill('SIGKILL');
  await asBefore(before);
});

test('the end of the command is the end of the host, and its status', async () => {
  const before = traces();
  assert.equal(host('--build', build, '--', 'sh', '-c', 'touch /etc/x /usr/x /home/x; exit 7').status, 7);
  assert.ok(!existsSync('/etc/x') && !existsSync('/usr/x') && !existsSync('/home/x'));
  await asBefore(before);
});

for (const [words, says] of /** @type {[string[], RegExp][]} */ ([
  [['--frobnicate', '--', 'true'], /--frobnicate/], [['true'], /true|--/], [['--build', '/', '--', 'true'], /not a build directory/],
  [['--build', build, '--set', 'sessions.widht=3', '--', 'true'], /90-host.conf:\d+: .*widht/]]))
  test(`tools/host ${words.join(' ')}: refused with the reason`, async () => {
    const before = traces();
    const done = host(...words);
    assert.equal(done.status, 1);
    assert.match(done.stderr, says);
    await asBefore(before);
  });
