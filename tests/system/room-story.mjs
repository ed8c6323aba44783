// SPDX-License-Identifier: GPL-3.0-or-later
// The room itself, seen from the machine that it stands on: outside of any room, as root. ROOM_BUILD is what it holds.
// @ts-check
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { processOf, processes } from '../lib/processes.mjs';
import { until } from '../lib/wait.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const build = process.env.ROOM_BUILD ?? 'build';

/** @param {string[]} words */
function room(...words) {
  return spawnSync(`${root}tools/room`, ['--build', build, ...words], { cwd: root, encoding: 'utf8', timeout: 60000 });
}

/** What the machine has that a room could leave there; control groups: those of the room that process `pid` began. @param {number} [pid] */
function traces(pid) {
  const groups = readFileSync('/proc/self/mounts', 'utf8').split('\n').find((line) => line.split(' ')[2] === 'cgroup2')?.split(' ')[1];
  return {
    passwd: readFileSync('/etc/passwd', 'utf8'),
    group: readFileSync('/etc/group', 'utf8'),
    mounts: readFileSync('/proc/self/mounts', 'utf8').split('\n').filter((line) => line.includes('room-')),
    places: ['/etc/manyseat', '/var/lib/manyseat', '/run/manyseat', '/run/manyseat-room', '/usr/libexec/manyseat'].filter(existsSync),
    homes: readdirSync('/home'),
    groups: groups && pid ? spawnSync('find', [groups, '-type', 'd', '-name', `manyseat-room-${pid}`], { encoding: 'utf8' }).stdout : '',
  };
}

test('kill -9 of a room with a running desktop leaves nothing on the machine', async () => {
  const before = traces();
  const words = ['--build', build, '--alone', '--', 'sh', '-c', 'manyseat log-on ana --auto && echo "a desktop runs" && exec sleep 600'];
  const standing = spawn(`${root}tools/room`, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  standing.stdout.on('data', (bytes) => { said += bytes; });
  await until('a desktop runs', () => said.includes('a desktop runs'), 60);
  /** @type {Set<number>} */
  const within = new Set();
  for (let grown = true; grown; ) {
    grown = false;
    for (const found of processes())
      if (!within.has(found.pid) && (found.pid === standing.pid || within.has(found.parent))) {
        within.add(found.pid);
        grown = true;
      }
  }
  /** @type {[number, string][]} */
  const starts = [...within].map((pid) => [pid, startOf(pid)]);
  const born = new Map(starts.filter(([, start]) => start !== ''));
  assert.ok(within.size > 15, `${within.size} processes`);
  standing.kill('SIGKILL');
  await until('every process of it is gone', () => {
    const left = [...born].filter(([pid, start]) => startOf(pid) === start && processOf(pid)?.state !== 'Z');
    assert.deepEqual(left.map(([pid]) => processOf(pid)?.words.join(' ')), []);
    return true;
  }, 10);
  await until('the machine is as it was', () => assert.deepEqual(traces(standing.pid), before) === undefined, 15);
});

/** When a process began; tells it from a later one of the same pid. @param {number} pid */
function startOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[19];
  } catch {
    return '';
  }
}

test('the end of the command is the end of the room, and its status', () => {
  const before = traces();
  assert.equal(room('--alone', '--bare', '--', 'sh', '-c', 'touch /etc/x /usr/x /home/x /var/x /tmp/x-of-a-room; exit 7').status, 7);
  assert.ok(!existsSync('/etc/x') && !existsSync('/usr/x') && !existsSync('/home/x') && !existsSync('/var/x'));
  assert.ok(!existsSync('/tmp/x-of-a-room'));
  assert.equal(traces().passwd, before.passwd);
});

test('a port that is taken: named, status 1', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await until('it listens', () => server.address());
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const done = room('--port', String(port), '--', 'true');
  server.close();
  assert.equal(done.status, 1);
  assert.match(done.stderr, new RegExp(`port ${port} is taken`));
});

for (const [words, says] of /** @type {[string[], RegExp][]} */ ([
  [['--port', 'x', '--', 'true'], /'x' is not a port/], [['--frobnicate', '--', 'true'], /--frobnicate/], [['true'], /true|--/],
  [['--alone', '--bare', '--set', 'sessions.widht=3', '--', 'true'], /90-room.conf:\d+: .*widht/]]))
  test(`tools/room ${words.join(' ')}: refused with the reason`, () => {
    const done = room(...words);
    assert.equal(done.status, 1);
    assert.match(done.stderr, says);
  });
