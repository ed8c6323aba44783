// SPDX-License-Identifier: GPL-3.0-or-later
// No password, token, ticket or cookie stands anywhere that it could be read.
// @ts-check
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { processes } from '../../lib/processes.mjs';
import { account, directory, everybody, logOffEverybody, logOn, run } from '../../lib/room.mjs';
import { connect, http, login } from '../web.mjs';

/** @type {[string, string][]} */
const secrets = [];

before(async () => {
  await logOn('boris');
  for (const [kind, user] of [['dashboard', 'olga'], ['station', 'ana']]) {
    const cookie = await login(kind, user);
    secrets.push([`${kind} cookie`, cookie.split('=')[1]]);
    const socket = await connect(kind, 'socket', { cookie });
    const sessions = await socket.call('ListSessions');
    const ticket = await socket.ticket(sessions[0].id, kind === 'station' ? 'control' : 'view');
    secrets.push([`${kind} ticket`, ticket]);
    socket.close();
  }
  for (const user of everybody)
    secrets.push([`password of ${user}`, account(user).password]);
});

after(logOffEverybody);

/** Which secrets a text holds, as they are, in hexadecimal or base64. @param {string} text */
function held(text) {
  return secrets.filter(([, secret]) => [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64').slice(0, -3)]
    .some((form) => text.includes(form))).map(([name]) => name);
}

for (const what of ['cmdline', 'environ'])
  test(`not in any process's ${what}`, () => {
    for (const { pid, name } of processes()) {
      let text = '';
      try {
        text = readFileSync(`/proc/${pid}/${what}`, 'latin1');
      } catch {
        continue; // it has ended
      }
      assert.deepEqual(held(text), [], `${name} ${pid}`);
    }
  });

/** @param {string} top @returns {string[]} */
function files(top) {
  return run(['find', top, '-xdev', '-type', 'f', '-size', '-64M', '-not', '-path', `${directory}/accounts`, '-not', '-path',
    `${directory}/stage/*`], { seconds: 60 }).out.split('\n').filter(Boolean);
}

for (const top of ['/run', '/tmp', '/home', '/etc/manyseat', '/var/log', '/var/lib/manyseat', '/var/tmp', '/dev/shm'])
  test(`not in any file below ${top}`, () => {
    for (const path of files(top)) {
      if (path.includes('playwright'))
        continue; // the browser's own profile
      let text = '';
      try {
        text = readFileSync(path, 'latin1');
      } catch {
        continue;
      }
      assert.deepEqual(held(text), [], path);
    }
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
