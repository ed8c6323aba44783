// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions that Manyseat did not begin: listed, ended and watched like its own.
// @ts-check
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { beginLogin, beginSeat, beginXrdp } from '../../lib/foreign.mjs';
import { run, manyseat, manyseatJson, sessionOf, sessions } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';

/** @type {(() => void)[]} */
const leftovers = [];
after(() => {
  leftovers.forEach((end) => end());
  for (const user of ['ana', 'boris', 'carla', 'dmitri', 'admin'])
    run(['loginctl', 'terminate-user', user]);
});

/** @param {string} user @returns {Promise<any>} */
const listed = (user) => until(`${user} is listed`, () => sessionOf(user), 10);

test('an xrdp session is listed: at an RDP client, not hosted', async () => {
  const known = await beginXrdp('ana');
  const session = await listed('ana');
  assert.equal(known.Type, 'x11');
  assert.deepEqual([session.hosted, session.state, session['station-kind'], session.service, session.display],
    [false, 'active', 'rdp', 'xrdp-sesman', known.Display]);
  assert.deepEqual(session.may.sort(), ['grant', 'log-off']);
  assert.deepEqual([session.monitored, session.unwatched], [false, 'setting']);
});

test('a local seat is listed, and its station', async () => {
  const seat = await beginSeat('boris', 'xsetroot -solid "#c02040"; exec xfwm4');
  leftovers.push(seat.end);
  const session = await listed('boris');
  assert.equal(seat.session.Seat, 'seat0');
  assert.deepEqual([session.hosted, session.state, session.station, session['station-kind']], [false, 'active', 'seat0', 'seat']);
  const stations = manyseatJson(['stations']).map((/** @type {any} */ station) => `${station.kind} ${station.user}`);
  assert.deepEqual(stations.sort(), ['rdp ana', 'seat boris']);
});

test('a Wayland session says why there is no picture of it; a text log-in is none', async () => {
  const wayland = await beginLogin('carla', { XDG_SESSION_TYPE: 'wayland', XDG_SESSION_CLASS: 'user' }, 'exec sleep 6000');
  const text = await beginLogin('dmitri', { XDG_SESSION_TYPE: 'tty' }, 'exec sleep 6000');
  leftovers.push(() => wayland.child.kill(), () => text.child.kill());
  assert.equal((await listed('carla')).unwatched, 'wayland');
  assert.equal(sessionOf('dmitri'), undefined);
});

test('whoever has a desktop elsewhere is refused a second one', () => {
  const done = manyseat(['log-on', 'boris', '--auto']);
  assert.notEqual(done.status, 0);
  assert.match(done.err, /a graphical session that Manyseat did not start/);
});

test('after a restart of manyseatd the same sessions have the same ids', async () => {
  const before = sessions().map((session) => `${session.id} ${session.user}`);
  run(['systemctl', 'kill', '--signal=KILL', 'manyseatd']);
  await until('manyseatd lists them again', () => assert.deepEqual(sessions().map((session) => `${session.id} ${session.user}`), before) ?? true, 15);
});
