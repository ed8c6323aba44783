// SPDX-License-Identifier: GPL-3.0-or-later
// The administrator at the command line: log on, look, suspend, end; and what each exit status says.
// @ts-check
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { environmentOf, named, portsOf, processesOf } from '../../lib/processes.mjs';
import { account, audit, gone, killProgram, logOffEverybody, logOn, manyseat, manyseatJson, run, sessionOf, sessions, start }
  from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';

test('an administrator logs ana on; her desktop runs as her, listens on no TCP port, holds nothing of root', async () => {
  const session = await logOn('ana');
  const { uid } = account('ana');
  assert.match(session.id, /^\d+$/);
  assert.equal(session.role, 'standard');
  assert.ok(named(uid, 'Xtigervnc').length + named(uid, 'Xvnc').length >= 1, 'Xvnc runs as ana');
  assert.deepEqual(portsOf([uid]), []);
  for (const process of processesOf(uid)) {
    assert.equal(process.uid, uid);
    assert.equal(process.effective, uid);
  }
  const panel = processesOf(uid).find((found) => found.name.startsWith('xfce4-panel'));
  const environment = environmentOf(panel?.pid ?? 0);
  assert.equal(environment.USER, 'ana');
  assert.equal(environment.HOME, '/home/ana');
  assert.equal(environment.DISPLAY?.replace(/\.0$/, ''), session.display);
  assert.ok(!Object.keys(environment).some((key) => /^(ROOM|ASAN|UBSAN|LD_|MALLOC_)/.test(key)), 'built from empty');
  assert.match(environment.LANG, /UTF-8/i, 'letters of every script');
  const cookie = statSync(environment.XAUTHORITY);
  assert.equal(cookie.mode & 0o777, 0o600);
  assert.equal(cookie.uid, uid);
});

test('a second log-on resumes the session that is there', () => {
  const before = sessionOf('ana')?.id;
  const done = manyseat(['log-on', 'ana', '--auto'], { seconds: 60 });
  assert.equal(done.status, 0, done.err);
  assert.deepEqual(sessions().filter((session) => session.user === 'ana').map((session) => session.id), [before]);
});

test('ana logs on by her own password, asked for by the command', () => {
  const { password } = account('ana');
  const done = manyseat(['log-on', 'ana'], { as: 'ana', input: `${password}\n`, seconds: 60 });
  assert.equal(done.status, 0, done.out + done.err);
  assert.ok(!(done.out + done.err).includes(password), 'the password is not shown');
});

test('a session that no viewer looks at is suspended; its programs run on', async () => {
  const panels = named(account('ana').uid, 'xfce4-panel').map((found) => found.pid);
  assert.equal(manyseat(['suspend', '--user', 'ana']).status, 0);
  await until('the session is suspended', () => sessionOf('ana')?.state === 'suspended');
  assert.deepEqual(named(account('ana').uid, 'xfce4-panel').map((found) => found.pid), panels);
});

test('lock and unlock by name', async () => {
  assert.equal(manyseat(['lock', '--user', 'ana']).status, 0);
  await until('locked', () => sessionOf('ana')?.state === 'locked');
  assert.equal(manyseat(['unlock', '--user', 'ana']).status, 0);
  await until('unlocked', () => sessionOf('ana')?.state !== 'locked');
});

/** Width and height, as the frame header of a baseline JPEG has them. @param {Buffer} jpeg */
function sizeOf(jpeg) {
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0, 0, 17]));
  return [jpeg.readUInt16BE(frame + 7), jpeg.readUInt16BE(frame + 5)];
}

test('a screenshot is a JPEG of the desktop, in the size that was asked for, and in the audit', () => {
  const id = sessionOf('ana')?.id ?? '';
  /** @type {Record<string, number[]>} */
  const sizes = {};
  for (const size of ['small', 'enlarged', 'full', '']) {
    const path = `/tmp/screenshot-${size}.jpg`;
    const done = manyseat(['screenshot', id, ...(size === '' ? [] : ['--size', size]), '-o', path]);
    assert.equal(done.status, 0, done.err);
    const jpeg = readFileSync(path);
    assert.equal(jpeg.readUInt16BE(0), 0xffd8);
    assert.equal(jpeg.readUInt16BE(jpeg.length - 2), 0xffd9);
    sizes[size] = sizeOf(jpeg);
  }
  assert.equal(sizes.small[0], 240);
  assert.ok(sizes.enlarged[0] > sizes.small[0] && sizes.enlarged[0] <= 1280, String(sizes.enlarged));
  assert.ok(sizes.full[0] >= sizes.enlarged[0], String(sizes.full));
  assert.deepEqual(sizes[''], sizes.full);
  const rows = audit().filter((row) => row.act === 'screenshot' && row.session === id);
  assert.deepEqual(rows.map((row) => row.detail), ['small', 'enlarged', 'full', 'full']);
});

test('every listing has one JSON document', () => {
  for (const listing of ['sessions', 'users', 'stations', 'jobs', 'audit', 'status'])
    assert.equal(typeof manyseatJson([listing]), 'object', listing);
  const users = JSON.stringify(manyseatJson(['users']));
  assert.ok(users.includes('Ana Ruiz Núñez') && users.includes('Борис Иванов'));
  assert.ok(!users.includes('"root"'), 'root never logs on');
});

test('--dry-run says who would be hit and ends nobody', () => {
  const done = manyseat(['log-off', '--all', '--dry-run']);
  assert.equal(done.status, 0, done.err);
  assert.match(done.out, /ana/);
  assert.ok(sessionOf('ana'));
});

test('watch prints what happens as it happens; a job counts down and is cancelled', async () => {
  const watch = start(['manyseat', 'watch', '--json']);
  let seen = '';
  watch.stdout.on('data', (bytes) => { seen += bytes; });
  const id = sessionOf('ana')?.id ?? '';
  const begun = manyseat(['log-off', id, '--warn', '300', '--no-wait']);
  assert.equal(begun.status, 0, begun.err);
  const job = begun.out.trim();
  assert.match(job, /^\d+$/);
  await until('watch says that a job is there', () => seen.includes('"warn"'));
  assert.equal(manyseat(['cancel', job]).status, 0);
  await until('watch says that it was cancelled', () => seen.includes('"cancelled"'));
  watch.kill();
  for (const line of seen.trim().split('\n').slice(0, -1))
    assert.doesNotThrow(() => JSON.parse(line), line);
  assert.ok(sessionOf('ana'), 'still logged on');
});

test('manyseatd killed with -9 finds the session again, with the same id', async () => {
  const before = sessionOf('ana');
  await killProgram('manyseatd');
  const after = await until('the session is listed again', () => sessionOf('ana'));
  assert.equal(after.id, before?.id);
  assert.ok(named(account('ana').uid, 'xfce4-panel').length > 0);
});

test('log-off ends every process of the session, says how, and no id is used again', async () => {
  const id = sessionOf('ana')?.id ?? '';
  const done = manyseat(['log-off', id, '--mode', 'force', '--warn', '0', '--json'], { seconds: 60 });
  assert.equal(done.status, 0, done.out + done.err);
  const job = JSON.parse(done.out);
  assert.match(JSON.stringify(job), /"outcome":"(clean|forced)"/);
  await gone('ana');
  const next = await logOn('ana');
  assert.ok(Number(next.id) > Number(id));
  await logOffEverybody();
});

/** @type {[string, string, string[], number, RegExp][]} */
const statuses = [
  ['no such session', 'root', ['log-off', '999999'], 4, /999999/],
  ['no such session to suspend', 'root', ['suspend', '999999'], 4, /999999/],
  ['no such user', 'root', ['log-on', 'nobody-of-this-name', '--auto'], 4, /nobody-of-this-name/],
  ['root never logs on', 'root', ['log-on', 'root', '--auto'], 3, /not log on/],
  ['no such verb', 'root', ['frobnicate'], 2, /frobnicate/],
  ['no such option', 'root', ['sessions', '--frobnicate'], 2, /frobnicate/],
  ['no selection', 'root', ['log-off'], 2, /./],
  ['two selections', 'root', ['log-off', '1', '--all'], 2, /./],
  ['a mode that is none', 'root', ['log-off', '--all', '--mode', 'gently'], 2, /gently/],
  ['others without a password', 'ana', ['log-on', 'boris', '--auto'], 3, /./],
  ['no such job', 'root', ['cancel', '999999'], 4, /999999/],
  ['no such desktop', 'root', ['log-on', 'ana', '--auto', '--desktop', 'no-such-desktop'], 1, /./],
];
for (const [name, as, words, status, says] of statuses)
  test(`exit status ${status}: ${name}`, () => {
    const done = manyseat(words, { as });
    assert.equal(done.status, status, done.out + done.err);
    assert.match(done.err + done.out, says);
  });

test('help and version are there, and every command is in the help', () => {
  const help = run(['manyseat', '--help']);
  assert.equal(help.status, 0);
  for (const verb of ['sessions', 'log-on', 'suspend', 'lock', 'unlock', 'log-off', 'jobs', 'cancel', 'grant', 'refuse', 'screenshot', 'stations',
    'users', 'audit', 'status', 'watch'])
    assert.match(help.out, new RegExp(`\\b${verb}\\b`));
});
