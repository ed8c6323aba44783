// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes that no page of ours would send: each gets its answer, and nobody else notices.
// @ts-check
import assert from 'node:assert/strict';
import { connect as connectPlain } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { logOffEverybody, logOn, pidOf, port, sessionOf, start, url } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { Rfb, connect, http, login, openView } from '../web.mjs';

const programs = ['manyseatd', 'web-dashboard', 'web-station', 'display', 'front', 'launcher'];
/** @type {number[]} */
let pids;
/** @type {string} */
let ana;
/** @type {string} */
let cookie;
/** @type {string} */
let station;

before(async () => {
  ana = (await logOn('ana')).id;
  cookie = await login('dashboard', 'olga');
  station = await login('station', 'ana');
  pids = programs.map(pidOf);
});

after(async () => {
  await logOffEverybody();
});

/** Send raw bytes over TLS (or plainly); what comes back. @param {string | Buffer} bytes @param {boolean} [plain] @returns {Promise<string>} */
function raw(bytes, plain = false) {
  return new Promise((resolve) => {
    const socket = plain ? connectPlain(port, '127.0.0.1') : connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    let text = '';
    socket.on('data', (part) => { text += part.toString('latin1'); }).on('close', () => resolve(text)).on('error', () => undefined);
    socket.on(plain ? 'connect' : 'secureConnect', () => socket.write(bytes));
    socket.setTimeout(15000, () => socket.destroy());
  });
}

/** @type {[string, string, RegExp][]} */
const requests = [
  ['no request at all', '\0\u0001\u0002\r\n\r\n', /^HTTP\/1\.1 400/],
  ['a version that is none', 'GET / HTTP/9.9\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 (400|505)/],
  ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400/],
  ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400/],
  ['a header line of 20 000 bytes', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20000)}\r\n\r\n`, /^HTTP\/1\.1 400/],
  ['another method', 'DELETE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 405/],
  ['a way out of the pages', 'GET /assets/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 40[04]/],
  ['an encoded way out', 'GET /assets/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 40[04]/],
  ['length and chunks at once', 'POST /api/dashboard/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n'
    + 'Connection: close\r\n\r\n0\r\n\r\n', /^HTTP\/1\.1 40[03]/],
  ['a body beyond the limit', `POST /api/dashboard/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n`,
    /^HTTP\/1\.1 413/],
];
for (const [name, bytes, answer] of requests)
  test(`HTTP: ${name}`, async () => {
    const text = await raw(bytes);
    assert.match(text, answer);
    assert.doesNotMatch(text, /nginx\/\d/, 'no version is told');
  });

test('plain HTTP on the TLS port is sent to HTTPS', async () => {
  const text = await raw(`GET /station HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`, true);
  assert.match(text, /^HTTP\/1\.1 301/);
  assert.match(text, new RegExp(`location: https://127\\.0\\.0\\.1:${port}/station`, 'i'));
});

test('every answer carries the headers', async () => {
  for (const path of ['/', '/station', '/nothing', '/api/dashboard/nothing']) {
    const { headers } = await http('GET', path);
    assert.match(String(headers['content-security-policy']), /default-src 'none'.*require-trusted-types-for 'script'/, path);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.equal(headers['referrer-policy'], 'no-referrer', path);
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin', path);
    assert.match(String(headers['cache-control']), /no-store/, path);
    assert.ok(headers['strict-transport-security'], path);
  }
});

test('POST without Origin, or with another: 403', async () => {
  for (const origin of [undefined, 'null', 'https://example.org', url.replace('https', 'http')]) {
    const answer = await http('POST', '/api/dashboard/login', { headers: origin ? { Origin: origin } : {}, body: '{"code":"x"}' });
    assert.equal(answer.status, 403, String(origin));
  }
});

for (const body of ['', '{', '[]', '{"code":1}', '{"code":"wrong"}', `{"code":"${'x'.repeat(5000)}"}`, '\u0000', '{"code":"\\ud800"}',
  '['.repeat(8000)])
  test(`login with body ${JSON.stringify(body.slice(0, 16))}: refused`, async () => {
    const answer = await http('POST', '/api/dashboard/login', { headers: { Origin: url, 'Content-Type': 'application/json' }, body });
    assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
  });

/** What is sent, the id of the InvalidArgument that answers it, and what that names. @type {[string, string, number | null, RegExp][]} */
const messages = [
  ['no JSON', 'hello', null, /'message'/],
  ['an array', '[]', null, /'message'/],
  ['no type', '{}', null, /'type'/],
  ['an unknown type', '{"type":"frobnicate"}', null, /'type'/],
  ['an unknown method', '{"type":"call","id":7,"method":"Frobnicate","arguments":[]}', 7, /'Frobnicate'/],
  ['a method that pages may not call', '{"type":"call","id":7,"method":"IssueTicket","arguments":[]}', 7, /'IssueTicket'/],
  ['arguments of a wrong shape', '{"type":"call","id":7,"method":"LogOff","arguments":[1,2]}', 7, /'selection'/],
  ['an unknown key', '{"type":"call","id":7,"method":"LogOff","arguments":[{"everybody":true},{}]}', 7, /'everybody'/],
  ['too few arguments', '{"type":"call","id":7,"method":"LogOff","arguments":[{"all":true}]}', 7, /'arguments'/],
  ['an id that is text', '{"type":"call","id":"x","method":"GetStatus","arguments":[]}', null, /'id'/],
  ['tiles that are none', '{"type":"watch","tiles":[["x","enormous"]]}', null, /'tiles'/],
  ['deep nesting', `{"type":"call","id":7,"method":"LogOff","arguments":${'['.repeat(500)}${']'.repeat(500)}}`, null, /'message'/],
];
for (const [name, message, id, names] of messages)
  test(`the socket, sent ${name}: InvalidArgument, and it goes on`, async () => {
    const socket = await connect('dashboard', 'socket', { cookie });
    await socket.message('caller');
    socket.next = 100;
    socket.send(message);
    const error = await socket.message('error');
    assert.equal(error.name, 'InvalidArgument');
    assert.equal(error.id, id);
    assert.match(error.message, names);
    assert.equal(typeof (await socket.call('GetStatus')).version, 'string');
    socket.close();
  });

/** Bytes, whether they are sent as binary, and the close code. @type {[string, Buffer, boolean, number][]} */
const closing = [
  ['binary bytes', Buffer.from([1, 2, 3]), true, 1003],
  ['text that is not UTF-8', Buffer.from('{"type":"\xff"}', 'latin1'), false, 1007],
];
for (const [name, bytes, binary, code] of closing)
  test(`the socket, sent ${name}: closed with ${code}`, async () => {
    const socket = await connect('dashboard', 'socket', { cookie });
    await socket.message('caller');
    socket.socket.send(bytes, { binary });
    assert.equal(await socket.closedWithin(10000), code);
  });

test('a message beyond 64 KiB closes with 1009', async () => {
  const socket = await connect('dashboard', 'socket', { cookie });
  socket.send({ type: 'watch', tiles: [['x'.repeat(70000), 'small']] });
  assert.equal(await socket.closed, 1009);
});

for (const first of ['not JSON', '{"type":"answer","text":"x"}', '{"type":"start"}', '{"type":"start","user":""}',
  `{"type":"start","user":"${'u'.repeat(300)}"}`, '{"type":"start","user":"ana","width":-5}', '{"type":"start","user":"a\\u0000na"}'])
  test(`a log-on that begins with ${first.slice(0, 40)} goes nowhere`, async () => {
    const talk = await connect('station', 'log-on');
    await talk.message('welcome');
    talk.send(first);
    const end = await Promise.race([talk.closed, talk.take((one) => one.type === 'failed', 'failed').catch(() => 'closed'),
      talk.take((one) => one.type === 'prompt', 'prompt').catch(() => 'closed')]);
    talk.close();
    assert.notEqual(typeof end === 'object' && end !== null ? end.type : '', 'prompt');
  });

/** @type {[string, (rfb: Rfb) => void][]} */
const garbage = [
  ['an unknown message', (rfb) => rfb.write([99, 1, 2, 3])],
  ['an endless cut text', (rfb) => rfb.write([6, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff])],
  ['65535 encodings', (rfb) => rfb.write([2, 0, 255, 255, ...Buffer.alloc(1000)])],
  ['a pixel format that is none', (rfb) => rfb.write([0, 0, 0, 0, 77, 99, 1, 1, 0, 0, 0, 0, 0, 0, 99, 99, 99, 0, 0, 0])],
  ['a desktop of 65535 pixels', (rfb) => rfb.resize(65535, 65535)],
];
for (const [name, act] of garbage)
  test(`RFB: ${name} harms nobody`, async () => {
    const socket = await connect('station', 'socket', { cookie: station });
    const rfb = new Rfb((await openView('station', station, await socket.ticket(ana, 'control'))).talk);
    await rfb.handshake();
    await rfb.picture();
    act(rfb);
    await Promise.race([rfb.talk.closed, rfb.picture().catch(() => undefined)]);
    rfb.close();
    socket.close();
    assert.ok(sessionOf('ana'), 'the session goes on');
  });

test('RFB: a handshake of other bytes closes the view', async () => {
  const socket = await connect('station', 'socket', { cookie: station });
  const { talk } = await openView('station', station, await socket.ticket(ana, 'control'));
  talk.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  assert.equal(await talk.closed, 1002);
  socket.close();
});

test('half-open connections are cut off after ten seconds', async () => {
  const began = Date.now();
  await raw('GET / HTTP/1.1\r\nHost: x\r\n');
  assert.ok(Date.now() - began < 14000, `${Date.now() - began} ms`);
});

test('bytes that are no D-Bus on manyseatd\'s socket', async () => {
  const child = start(['node', '-e', `const s = require('net').connect('/run/manyseat/api.sock');
    s.on('connect', () => s.write(require('crypto').randomBytes(200000))).on('close', () => process.exit(0)).on('error', () => process.exit(0));
    setTimeout(() => process.exit(3), 15000);`], { as: 'boris' });
  /** @type {number | null} */
  const status = await new Promise((resolve) => child.on('exit', resolve));
  assert.equal(status, 0, 'manyseatd hangs up');
});

test('after all that every program is the one that it was', async () => {
  assert.deepEqual(programs.map(pidOf), pids);
  await until('ana is there', () => sessionOf('ana'));
});
