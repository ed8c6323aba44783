// SPDX-License-Identifier: GPL-3.0-or-later
// What one account, one address and everybody together may begin, and how long manyseat-session waits: each bound is reached, who
// is beyond it is told so, and nobody else notices.
// @ts-check
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { named, processOf, processesOf } from '../../lib/processes.mjs';
import { account, audit, bus, gone, keeperOf, logOffEverybody, logOn, manyseat, pidOf, run, sessionOf, start } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { connect, newSource } from '../web.mjs';

// src/base/limits.h, src/session, src/daemon/server.c
const CONNECTIONS = 32;
const CONNECTIONS_WEB = 2048;
const AUTHENTICATION_SECONDS = 10;
const LAUNCHES = 32;
const LAUNCHES_PER_SOURCE = 8;
const STATION_NAME = 64;
const USER_NAME = 255;
const XVNC_READY_SECONDS = 15;
const LAYOUT_SECONDS = 10;
const TELL_SECONDS = 30;

after(logOffEverybody);

test('boris opens 40 connections: 32 stand, he is told so, others are served, and the mute ones are cut off', async () => {
  // EAGAIN: the kernel's queue of those that manyseatd has not accepted yet is full.
  const child = start(['node', '-e', `
    let closed = 0;
    const open = () => {
      let again = false;
      require('net').connect('/run/manyseat/api.sock').on('error', (error) => { again = error.code === 'EAGAIN'; })
        .on('close', () => again ? setTimeout(open, 10) : console.log(closed += 1));
    };
    for (let i = 0; i < ${CONNECTIONS + 8}; i += 1)
      open();
    setTimeout(() => process.exit(0), 30000);`], { as: 'boris' });
  let said = '';
  child.stdout.on('data', (bytes) => { said += bytes; });
  const closed = () => Number(said.trim().split('\n').pop());
  try {
    const began = Date.now();
    await until('eight are closed', () => closed() === 8, 5);
    const refused = manyseat(['sessions'], { as: 'boris' });
    assert.equal(refused.status, 5, refused.err);
    assert.match(refused.err, /manyseatd/);
    for (const other of ['carla', 'olga', 'root'])
      assert.equal(manyseat(['sessions'], { as: other }).status, 0, other);
    assert.equal(closed(), 8, 'the others stand');
    await until('all are closed', () => closed() === CONNECTIONS + 8, AUTHENTICATION_SECONDS + 5);
    assert.ok(Date.now() - began > (AUTHENTICATION_SECONDS - 2) * 1000, `${Date.now() - began} ms`);
    assert.equal(manyseat(['sessions'], { as: 'boris' }).status, 0);
  } finally {
    child.kill('SIGKILL');
  }
});

/** A sign-in of olga's from an address that waits for her password; or what it was refused with. @param {string} source */
async function begin(source) {
  const talk = await connect('dashboard', 'log-on', { source });
  await talk.message('welcome');
  talk.send({ type: 'start', user: 'olga' });
  const message = await talk.take((one) => one.type === 'prompt' || one.type === 'failed', 'a prompt or an end');
  return { talk, end: message.type === 'failed' ? String(message.reason) : '' };
}

/** @param {import('../web.mjs').Talk} talk */
async function finish(talk) {
  talk.send({ type: 'answer', text: account('olga').password });
  const end = await talk.take((one) => one.type === 'done' || one.type === 'failed', 'an end');
  assert.equal(end.type, 'done', end.reason);
}

test(`a manyseat-web opens ${CONNECTIONS_WEB} connections: one more is refused, to it alone`, async () => {
  const uid = run(['id', '-u', 'manyseat-web']).out.trim();
  const hex = Buffer.from(uid).toString('hex');
  // One after the other, authenticated as they are accepted, until one is closed instead.
  const child = start(['node', '-e', `
    const open = () => new Promise((done) => {
      const socket = require('net').connect('/run/manyseat/api.sock', () => socket.write('\\0AUTH EXTERNAL ${hex}\\r\\nBEGIN\\r\\n'));
      socket.on('data', () => done(true)).on('error', () => done(false)).on('close', () => done(false));
    });
    (async () => {
      let count = 0;
      while (count <= ${CONNECTIONS_WEB} && await open())
        count += 1;
      console.log(count);
      setTimeout(() => process.exit(0), 30000);
    })();`], { as: 'manyseat-web' });
  let said = '';
  child.stdout.on('data', (bytes) => { said += bytes; });
  try {
    await until('one is refused', () => said !== '', 25);
    // A page that some earlier story left open may still have one.
    assert.ok(Number(said) <= CONNECTIONS_WEB && Number(said) > CONNECTIONS_WEB - 8, said);
    for (const other of ['carla', 'olga', 'root'])
      assert.equal(manyseat(['sessions'], { as: other }).status, 0, other);
    const station = await connect('station', 'log-on', { source: newSource() });
    await station.message('welcome');
    station.close();
    const dashboard = await connect('dashboard', 'log-on', { source: newSource() });
    dashboard.send({ type: 'start', user: 'olga' });
    assert.equal(await dashboard.closedWithin(5000), 4503);
  } finally {
    child.kill('SIGKILL');
  }
  const { talk, end } = await until('it is served again', () => begin(newSource()));
  assert.equal(end, '');
  talk.close();
});

test('eight log-ons of one address wait, and 32 of all; who is beyond is told "limit", and each of the 32 goes on', async () => {
  const sources = Array.from({ length: LAUNCHES / LAUNCHES_PER_SOURCE }, newSource);
  const waiting = [];
  for (const source of sources) {
    for (let time = 0; time < LAUNCHES_PER_SOURCE; time += 1) {
      const one = await begin(source);
      assert.equal(one.end, '', `${source}, ${time + 1}`);
      waiting.push(one.talk);
    }
    assert.equal((await begin(source)).end, 'limit', `the ninth of ${source}`);
  }
  const another = newSource();
  assert.equal((await begin(another)).end, 'limit', 'the 33rd of all');
  assert.equal(manyseat(['log-on', 'ana', '--auto'], { seconds: 20 }).status, 1, 'nor at the command line');
  assert.equal(sessionOf('ana'), undefined);
  const first = /** @type {import('../web.mjs').Talk} */ (waiting.shift());
  first.send({ type: 'cancel' });
  assert.equal((await first.message('failed')).reason, 'cancelled');
  const next = await until('there is room for one', async () => {
    const one = await begin(another);
    return one.end === '' && one.talk;
  });
  for (const talk of [next, ...waiting])
    await finish(talk);
  await until('nothing of them is left', () => named(0, 'manyseat-sessio').length === 0);
});

test('names as long as they may be are taken, and one byte more is named', () => {
  /** @param {string} key @param {number} length */
  const logOnWith = (key, length) => bus('boris', 'Manager', 'LogOn', `({'${key}': <'${'x'.repeat(length)}'>, 'layout': <'no such'>},)`).err;
  for (const [key, most] of /** @type {[string, number][]} */ ([['station', STATION_NAME], ['user', USER_NAME]])) {
    assert.match(logOnWith(key, most), /^InvalidArgument: .*'no such'/, 'what is wrong is the layout');
    assert.match(logOnWith(key, most + 1), new RegExp(`^InvalidArgument: cannot take ${key}: longer than ${most} bytes`));
  }
});

/** Put a program that says nothing in the place of another. @param {string} program @returns {() => void} to put that back */
function mute(program) {
  const path = run(['readlink', '-f', program]).out.trim();
  writeFileSync('/tmp/mute', '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
  assert.equal(run(['mount', '--bind', '/tmp/mute', path]).status, 0);
  return () => { run(['umount', path]); };
}

/** @param {string[]} words */
function timed(words) {
  const began = Date.now();
  const done = manyseat(words, { seconds: 60 });
  return { ...done, seconds: (Date.now() - began) / 1000 };
}

test(`an Xvnc that is never ready: the log-on says so after ${XVNC_READY_SECONDS} s, and nothing is left`, async () => {
  const back = mute('/usr/bin/Xvnc');
  try {
    const done = timed(['log-on', 'carla', '--auto']);
    assert.equal(done.status, 1, done.out + done.err);
    assert.match(done.out + done.err, /X server|Xvnc/);
    assert.ok(done.seconds >= XVNC_READY_SECONDS && done.seconds < XVNC_READY_SECONDS + 10, `${done.seconds} s`);
  } finally {
    back();
  }
  await gone('carla', 5);
  assert.equal(sessionOf('carla'), undefined);
});

test(`a setxkbmap that never ends costs ${LAYOUT_SECONDS} s, not the session`, async () => {
  const back = mute('/usr/bin/setxkbmap');
  try {
    const done = timed(['log-on', 'dmitri', '--auto']);
    assert.equal(done.status, 0, done.out + done.err);
    assert.ok(done.seconds >= LAYOUT_SECONDS && done.seconds < LAYOUT_SECONDS + 15, `${done.seconds} s`);
    await until('his desktop runs', () => named(account('dmitri').uid, 'xfce4-panel').length > 0, 30);
    assert.equal(named(account('dmitri').uid, 'sleep').length, 0, 'and it is gone');
  } finally {
    back();
  }
});

test(`manyseatd hears nothing for ${TELL_SECONDS} s: an ended session waits that long for it, and its end is written once`, async () => {
  const { id } = await logOn('ana');
  const keeper = keeperOf('ana');
  const daemon = pidOf('manyseatd');
  process.kill(daemon, 'SIGSTOP');
  try {
    process.kill(named(account('ana').uid, 'xfce4-session')[0].pid, 'SIGKILL');
    await gone('ana', 10);
    assert.ok(processOf(keeper), 'its manyseat-session waits');
    await until('it gives up', () => processOf(keeper) === null, TELL_SECONDS + 10);
  } finally {
    process.kill(daemon, 'SIGCONT');
  }
  await until('it is listed no more', () => sessionOf('ana') === undefined);
  assert.equal(audit().filter((row) => row.act === 'session-end' && row.session === id).length, 1);
  assert.deepEqual(processesOf(account('ana').uid), []);
});
