// SPDX-License-Identifier: GPL-3.0-or-later
// The package's units on a host that has just booted: what each may do, and that it still can do its work.
// @ts-check
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { journal, leftNothing, unit } from '../../lib/host.mjs';
import { processOf } from '../../lib/processes.mjs';
import { killProgram, logOffEverybody, logOn, manyseat, manyseatJson, run } from '../../lib/room.mjs';

after(logOffEverybody);

/** @param {number} pid @returns {Record<string, string>} */
function statusOf(pid) {
  return Object.fromEntries(readFileSync(`/proc/${pid}/status`, 'utf8').split('\n').map((line) => line.split(':\t')));
}

/** @type {[string, string][]} */
const programs = [['manyseatd', 'root'], ['manyseat-web@dashboard', 'manyseat-web'], ['manyseat-web@station', 'manyseat-station'],
  ['manyseat-display', 'manyseat-display'], ['manyseat-front', 'manyseat-front']];

for (const [name, user] of programs)
  test(`${name}: runs as ${user}, sandboxed, started once`, () => {
    const found = unit(`${name}.service`);
    const uid = Number(run(['id', '-u', user]).out);
    const status = statusOf(Number(found.MainPID));
    assert.equal(found.ActiveState, 'active');
    assert.equal(found.NRestarts, '0');
    assert.equal(processOf(Number(found.MainPID))?.effective, uid);
    assert.equal(status.Seccomp, '2');
    // CAP_SYS_ADMIN is bit 21, CAP_SYS_MODULE 16, CAP_NET_ADMIN 12.
    assert.equal(BigInt(`0x${status.CapBnd}`) & ((1n << 21n) | (1n << 16n) | (1n << 12n)), 0n);
    if (user !== 'root')
      assert.equal(BigInt(`0x${status.CapEff}`) & ~(1n << 10n), 0n);
  });

const units = readdirSync('/usr/lib/systemd/system').filter((name) => /^manyseat.*\.(service|socket|slice|target)$/.test(name))
  .map((name) => `/usr/lib/systemd/system/${name}`);

test('systemd understands every line of the units', () => {
  assert.ok(units.length >= 6, units.join(' '));
  const verified = run(['systemd-analyze', 'verify', '--man=no', ...units]);
  assert.doesNotMatch(verified.err, /manyseat/);
});

test('each unit that names a man page as its documentation names one that is installed', () => {
  const pages = units.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/^Documentation=man:(.+)\((\d)\)$/gm)]
    .map(([, page, section]) => `/usr/share/man/man${section}/${page}.${section}`));
  assert.ok(pages.length >= programs.length, pages.join(' '));
  assert.deepEqual(pages.filter((page) => !existsSync(page)), []);
});

test('the log-on socket is root\'s alone', () => {
  assert.equal(run(['stat', '-c', '%a %U', '/run/manyseat/launch.sock']).out.trim(), '600 root');
  assert.equal(unit('manyseat-session.socket').ActiveState, 'active');
});

test('sessions are tracked by logind', () => {
  assert.equal(manyseatJson(['status']).tracker, 'logind');
});

test('manyseatd, its errands and the thumbnails do their work in their sandboxes', async () => {
  const session = await logOn('ana');
  const done = manyseat(['screenshot', session.id, '--size', 'large', '-o', '/tmp/ana.jpg']);
  assert.equal(done.status, 0, done.err);
  assert.ok(readFileSync('/tmp/ana.jpg').subarray(0, 2).equals(Buffer.from([0xff, 0xd8])), 'a JPEG');
  await logOffEverybody();
  await leftNothing('ana');
});

test('nobody was killed for a forbidden system call, nothing has failed', () => {
  assert.doesNotMatch(journal(), /status=31\/SYS|code=dumped|was ended by signal/);
  const failed = run(['systemctl', '--failed', '--no-legend', '--plain']).out.trim();
  assert.equal(failed, '');
});

for (const [name] of programs)
  test(`${name} comes back however often it is killed`, async () => {
    // systemd gives up after five starts in ten seconds unless told otherwise.
    for (let kills = 0; kills < 7; kills++)
      await killProgram(name);
    assert.equal(unit(`${name}.service`).NRestarts, '7');
  });
