// SPDX-License-Identifier: GPL-3.0-or-later
// No password, token, ticket or cookie stands anywhere that it could be read.
// @ts-check
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { processes } from '../../lib/processes.mjs';
import { account, directory, everybody, logOffEverybody, logOn, run, start } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { connect, http, login } from '../web.mjs';

/** What a secret looks like in a text that is read byte by byte. @typedef {{ name: string, forms: Record<string, string> }} Secret */

/** @param {Buffer} bytes @param {string} what */
function formsOf(bytes, what) {
  return {
    [`${what} as it is`]: bytes.toString('latin1'),
    [`${what} in hexadecimal`]: bytes.toString('hex'),
    [`${what} in base64`]: bytes.toString('base64').replace(/.=*$/, ''), // the last letter depends on what follows
  };
}

/** A password is its text. @param {string} name @param {string} text @returns {Secret} */
function password(name, text) {
  return { name, forms: formsOf(Buffer.from(text), 'text') };
}

/** A token is 32 bytes, and their text (base64url). @param {string} name @param {string} text @returns {Secret} */
function token(name, text) {
  const bytes = Buffer.from(text, 'base64url');
  assert.equal(bytes.length, 32, name);
  return { name, forms: { ...formsOf(Buffer.from(text), 'text'), ...formsOf(bytes, '32 bytes') } };
}

/** What this story plants itself: a search that does not find it would find nothing. */
let bytes = randomBytes(32).toString('base64url');
while (!/[-_]/.test(bytes)) // else it is its own base64, and two forms are one
  bytes = randomBytes(32).toString('base64url');
const canary = token('canary', bytes);

/** @type {Secret[]} */
const secrets = [canary];

before(async () => {
  await logOn('boris');
  for (const [kind, user] of [['dashboard', 'olga'], ['station', 'ana']]) {
    const cookie = await login(kind, user);
    secrets.push(token(`${kind} cookie`, cookie.slice(cookie.indexOf('=') + 1)));
    const socket = await connect(kind, 'socket', { cookie });
    const sessions = await socket.call('ListSessions');
    const ticket = await socket.ticket(sessions[0].id, kind === 'station' ? 'control' : 'view');
    secrets.push(token(`${kind} ticket`, ticket));
    socket.close();
  }
  for (const user of everybody)
    secrets.push(password(`password of ${user}`, account(user).password));
});

after(logOffEverybody);

/** Which secrets a text holds, in which form. @param {string} text */
function held(text) {
  return secrets.flatMap(({ name, forms }) => Object.entries(forms).filter(([, form]) => text.includes(form))
    .map(([form]) => `${name}: ${form}`));
}

/** Paths, and what the file there holds; those that hold nothing, or have gone, are left out. @param {string[]} paths */
function finds(paths) {
  return Object.fromEntries(paths.map((path) => {
    try {
      return [path, held(readFileSync(path, 'latin1'))];
    } catch {
      return [path, []]; // it has ended
    }
  }).filter(([, found]) => found.length > 0));
}

/** @param {string} what */
function ofProcesses(what) {
  return finds(processes().map(({ pid }) => `/proc/${pid}/${what}`));
}

for (const [what, words] of /** @type {[string, (text: string) => string[]][]} */ ([
  ['cmdline', (text) => ['node', '-e', 'setTimeout(() => 0, 60000)', text]], ['environ', (text) => ['env', `CANARY=${text}`, 'sleep', '60']]]))
  test(`not in any process's ${what}`, async () => {
    const text = canary.forms['text as it is'];
    const planted = start(words(text));
    await until('the canary is found', () => ofProcesses(what)[`/proc/${planted.pid}/${what}`]);
    const found = ofProcesses(what);
    planted.kill('SIGKILL');
    assert.deepEqual(found, { [`/proc/${planted.pid}/${what}`]: ['canary: text as it is'] });
  });

/** @param {string} top @returns {string[]} */
function files(top) {
  return run(['find', top, '-xdev', '-type', 'f', '-size', '-64M', '-not', '-path', `${directory}/accounts`, '-not', '-path',
    `${directory}/stage/*`, '-not', '-path', '*/playwright*'], { seconds: 60 }).out.split('\n').filter(Boolean);
}

for (const top of ['/run', '/run/manyseat', directory, '/tmp', '/home', '/home/boris', '/etc', '/etc/manyseat', '/var/log',
  '/var/lib/manyseat', '/var/tmp', '/dev/shm'])
  test(`not in any file below ${top}`, () => {
    const place = `${top}/canaries`;
    mkdirSync(place);
    /** @type {Record<string, string[]>} */
    const planted = {};
    for (const [index, [form, text]] of Object.entries(canary.forms).entries()) {
      const path = `${place}/${index}`;
      writeFileSync(path, `before ${text} after`, 'latin1');
      planted[path] = [`canary: ${form}`];
    }
    const found = finds(files(top));
    rmSync(place, { recursive: true });
    assert.deepEqual(found, planted);
  });

test('a session\'s cookie file and sockets are its user\'s alone', () => {
  for (const name of readdirSync('/run/manyseat/sessions')) {
    const listing = run(['find', `/run/manyseat/sessions/${name}`, '-printf', '%m %u %y %p\n']).out.trim().split('\n');
    for (const line of listing) {
      const [mode, owner, , path] = line.split(' ');
      if (owner !== 'root')
        assert.equal(parseInt(mode, 8) & 0o077, 0, line);
      assert.ok(owner === 'root' || path.includes('/user'), line);
    }
    const others = run(['ls', `/run/manyseat/sessions/${name}/user`], { as: 'carla' });
    assert.notEqual(others.status, 0);
  }
});

test('not in what the front or the pages answer', async () => {
  for (const path of ['/', '/station', '/api/dashboard/nothing'])
    assert.deepEqual(held((await http('GET', path)).body), []);
});
