// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions that Manyseat did not begin: listed, ended and watched like its own.
// @ts-check
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { helper } from '../../lib/desktop.mjs';
import { beginLogin, beginSeat, beginXrdp, startBeside, treeOf, useWindow, windowsOf } from '../../lib/foreign.mjs';
import { isPopulated, leftNothing, logindSessions, sliceOf } from '../../lib/host.mjs';
import { named, processesOf } from '../../lib/processes.mjs';
import { account, gone, lastOutcome, manyseat, manyseatJson, run, sessionOf, sessions, start } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { connect, login } from '../../system/web.mjs';

const settings = '/etc/manyseat/manyseat.conf.d/95-foreign.conf';

/** @type {(() => void)[]} */
const leftovers = [];
after(() => {
  leftovers.forEach((end) => end());
  for (const user of ['ana', 'boris', 'carla', 'dmitri', 'admin'])
    run(['loginctl', 'terminate-user', user]);
  rmSync(settings, { force: true });
  run(['systemctl', 'restart', 'manyseatd']);
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
  const seat = await beginSeat('boris', 'xsetroot -solid "#c02040"; exec xfwm4 --compositor=off');
  leftovers.push(seat.end);
  const session = await listed('boris');
  assert.equal(seat.session.Seat, 'seat0');
  assert.deepEqual([session.hosted, session.state, session.station, session['station-kind']], [false, 'active', 'seat0', 'seat']);
  const stations = manyseatJson(['stations']).map((/** @type {any} */ station) => `${station.kind} ${station.user}`);
  assert.deepEqual(stations.sort(), ['rdp ana', 'seat boris']);
});

test('a Wayland session says why there is no picture of it; a text log-in is none', async () => {
  const watch = start(['manyseat', 'watch', '--json'], { as: 'olga' });
  let seen = '';
  watch.stdout.on('data', (bytes) => { seen += bytes; });
  leftovers.push(() => watch.kill());
  const wayland = await beginLogin('carla', { XDG_SESSION_TYPE: 'wayland', XDG_SESSION_CLASS: 'user' }, 'exec sleep 6000');
  const text = await beginLogin('dmitri', { XDG_SESSION_TYPE: 'tty' }, 'exec sleep 6000');
  leftovers.push(() => wayland.child.kill(), () => text.child.kill());
  assert.equal((await listed('carla')).unwatched, 'wayland');
  await until('a dashboard user who watches has heard of it', () => /SessionChanged.*carla/s.test(seen), 5);
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

test('a dashboard user sees and ends standard users\' sessions, and no others\'', async () => {
  const login = await beginLogin('admin', { XDG_SESSION_TYPE: 'wayland', XDG_SESSION_CLASS: 'user' }, 'exec sleep 6000');
  leftovers.push(() => login.child.kill());
  const { id } = await listed('admin');
  assert.deepEqual(sessions('olga').map((session) => session.user).sort(), ['ana', 'boris', 'carla']);
  assert.deepEqual(sessions('ana').map((session) => session.user), ['ana']);
  assert.notEqual(manyseat(['log-off', id, '--mode', 'force', '--warn', '0'], { as: 'olga' }).status, 0);
  assert.notEqual(manyseat(['log-off', '--user', 'ana', '--mode', 'force', '--warn', '0'], { as: 'boris' }).status, 0);
  await until('both live', () => named(account('admin').uid, 'sleep').length === 1 && sessionOf('ana'), 5);
});

/** The mean colour of a picture of somebody's session. @param {string} user @returns {number[]} */
function colourOf(user) {
  const path = '/run/manyseat-picture.jpg';
  rmSync(path, { force: true });
  const done = manyseat(['screenshot', sessionOf(user)?.id ?? '', '--output', path]);
  if (done.status !== 0)
    throw new Error(done.err);
  return run([helper('jpeg-colour'), path]).out.trim().split(' ').map(Number);
}

/** @param {number[]} seen @param {number[]} drawn */
const isLike = (seen, drawn) => drawn.every((value, i) => Math.abs(seen[i + 2] - value) < 12);

test('no picture is taken until a setting says so; then they show what is there', async () => {
  assert.throws(() => colourOf('boris'), /permitted/);
  writeFileSync(settings, '[sessions]\nforeign-monitored=true\n[log-off]\nask=6\n');
  run(['systemctl', 'restart', 'manyseatd']);
  await until('manyseatd lists them', () => sessionOf('boris') && sessionOf('ana'));
  const seat = await until('a picture of the seat', () => colourOf('boris'), 10);
  assert.ok(isLike(seat, [0xc0, 0x20, 0x40]), `${seat}`);
  run(['env', 'DISPLAY=:0', `XAUTHORITY=${account('boris').home}/.Xauthority`, 'xsetroot', '-solid', '#10a030'], { as: 'boris' });
  await until('the picture has changed', () => isLike(colourOf('boris'), [0x10, 0xa0, 0x30]), 10);
  run(['env', 'DISPLAY=:0', `XAUTHORITY=${account('boris').home}/.Xauthority`, 'xrandr', '--size', '800x600'], { as: 'boris' });
  await until('the picture has the new size', () => colourOf('boris').slice(0, 2).join() === '800,600', 10);
  const [width, height] = colourOf('ana');
  assert.deepEqual([width, height], [1280, 720]);
  assert.throws(() => colourOf('carla'), /permitted/);
  assert.equal(sessionOf('carla')?.unwatched, 'wayland');
});

test('a second user of the seat, with 30 bits a pixel: one of the two is suspended, both are shown', async () => {
  const seat = await beginSeat('dmitri', 'xsetroot -solid "#4060c0"; exec xfwm4 --compositor=off', { depth: 30, display: ':1' });
  leftovers.push(seat.end);
  await listed('dmitri');
  await until('his picture', () => isLike(colourOf('dmitri'), [0x40, 0x60, 0xc0]), 10);
  assert.deepEqual([sessionOf('boris')?.state, sessionOf('dmitri')?.state].sort(), ['active', 'suspended']);
});

test('ask leaves a Wayland session alone: its programs can\'t be asked', () => {
  const done = logOff('--user', 'carla', '--mode', 'ask');
  assert.equal(done.row.outcome, 'held-up', JSON.stringify(done.row));
  assert.match(done.row.detail, /could not be asked/);
  assert.equal(named(account('carla').uid, 'sleep').length, 1);
});

test('whoever is at a local seat is told by a window before he is logged off', async () => {
  const [manager] = named(account('boris').uid, 'xfwm4');
  const told = () => treeOf('boris', manager.pid).includes('("manyseat-notice"');
  assert.ok(!told());
  const job = manyseat(['log-off', '--user', 'boris', '--warn', '60', '--no-wait']).out.trim();
  await until('the window is there', told, 10);
  assert.equal(manyseat(['cancel', job]).status, 0);
  await until('it has gone', () => !told(), 5);
  assert.equal(named(account('boris').uid, 'xfwm4').length, 1);
});

/** The notice's window: its width, height, left and top; undefined where there is none. @param {string} user @param {number} pid */
function noticeAt(user, pid) {
  const line = treeOf(user, pid).split('\n').find((each) => each.includes('("manyseat-notice"'));
  return /(\d+)x(\d+)\+-?\d+\+-?\d+ +\+(-?\d+)\+(-?\d+)/.exec(line ?? '')?.slice(1).map(Number);
}

test('who enlarges a seat or an xrdp session is named there on one line until she looks no more', async () => {
  const cookie = await login('dashboard', 'olga');
  const olga = await connect('dashboard', 'socket', { cookie });
  const seats = /** @type {[string, number][]} */ ([['boris', named(account('boris').uid, 'xfwm4')[0].pid],
    ['ana', named(account('ana').uid, 'xfce4-panel')[0].pid]]);
  await olga.message('caller');
  for (const [user, pid] of seats) {
    assert.equal(noticeAt(user, pid), undefined);
    olga.send({ type: 'watch', tiles: [[sessionOf(user)?.id, 'enlarged']] });
    const [width, height, left, top] = await until('the line is there', () => {
      const place = noticeAt(user, pid);
      return place !== undefined && place[1] > 1 && place;
    }, 10);
    assert.equal(top, 0);
    assert.ok(height <= 32 && width < 400 && left > 100, `${width}x${height}+${left}`);
    olga.send({ type: 'watch', tiles: [[sessionOf(user)?.id, 'small']] });
    await until('it has gone', () => noticeAt(user, pid) === undefined, 10);
  }
  olga.send({ type: 'watch', tiles: [[sessionOf('boris')?.id, 'enlarged']] });
  await until('the line is there', () => noticeAt('boris', seats[0][1]), 10);
  olga.close();
  await until('she has left, and it has gone', () => noticeAt('boris', seats[0][1]) === undefined, 10);
});

/** @param {string[]} words */
function logOff(...words) {
  const done = manyseat(['log-off', ...words, '--warn', '0', '--json'], { seconds: 60 });
  const { rows } = JSON.parse(done.out).job ?? JSON.parse(done.out);
  return { status: done.status, row: rows[0] };
}

const essay = `${account('ana').home}/essay.txt`;

test('ask: unsaved work in Mousepad holds an xrdp session up; saved, it ends clean', async () => {
  const { uid } = account('ana');
  const [panel] = named(uid, 'xfce4-panel');
  writeFileSync(essay, '');
  run(['chown', 'ana:', essay]);
  startBeside('ana', panel.pid, ['mousepad', essay]);
  await until('the editor runs', () => named(uid, 'mousepad').length > 0);
  await until('its text is unsaved', () => {
    useWindow('ana', panel.pid, /essay.*Mousepad/, 'type', ['work']);
    return windowsOf('ana', panel.pid).some((line) => / \*.*essay/.test(line));
  }, 15);
  const held = logOff('--user', 'ana', '--mode', 'ask');
  assert.equal(held.row.outcome, 'held-up', JSON.stringify(held.row));
  assert.match(JSON.stringify(held.row.blockers), /Mousepad.*essay/);
  assert.ok(named(uid, 'mousepad').length > 0 && named(uid, 'xfce4-session').length > 0);
  assert.ok(useWindow('ana', panel.pid, /Save Changes/, 'press', ['Return']));
  await until('it is saved', () => readFileSync(essay, 'utf8').includes('work'), 10);
  const done = logOff('--user', 'ana', '--mode', 'ask');
  assert.equal(done.row.outcome, 'clean', JSON.stringify(done.row));
  await leftNothing('ana', 3);
  assert.ok(!existsSync('/tmp/.X11-unix/X10'), 'the X server has taken its socket away');
});

test('he logs on to xrdp again, and is ended by force', async () => {
  await beginXrdp('ana');
  await listed('ana');
  const done = logOff('--user', 'ana', '--mode', 'force');
  assert.equal(done.row.outcome, 'forced', JSON.stringify(done.row));
  await leftNothing('ana', 3);
});

test('force: a local seat with a child that ignores signals ends, and nothing is left', async () => {
  const [manager] = named(account('boris').uid, 'xfwm4');
  startBeside('boris', manager.pid, ['setsid', 'sh', '-c', 'trap "" TERM HUP; while :; do sleep 6000; done']);
  await until('it runs', () => processesOf(account('boris').uid).some((found) => found.words.join(' ').includes('trap')));
  const done = logOff('--user', 'boris', '--mode', 'force');
  assert.equal(done.row.outcome, 'forced', JSON.stringify(done.row));
  assert.match(done.row.detail, /killed: .* sh/);
  await leftNothing('boris', 3);
});

test('force goes on over kill -9 of manyseatd', async () => {
  const { uid } = account('carla');
  const [sleeper] = named(uid, 'sleep');
  startBeside('carla', sleeper.pid, ['setsid', 'sh', '-c', 'trap "" TERM HUP; while :; do sleep 6000; done']);
  await until('it runs', () => processesOf(uid).some((found) => found.words.join(' ').includes('trap')));
  assert.equal(manyseat(['log-off', '--user', 'carla', '--mode', 'force', '--warn', '0', '--no-wait']).status, 0);
  await until('it is being stopped', () => sessionOf('carla')?.state === 'ending');
  run(['systemctl', 'kill', '--signal=KILL', 'manyseatd']);
  await gone('carla', 30);
  await leftNothing('carla', 5);
  await until('its outcome is told', () => lastOutcome('carla') === 'forced', 10);
});

test('whoever leaves by himself takes his session off the list, and keeps what is not of it', async () => {
  run(['loginctl', 'enable-linger', 'admin']);
  for (const found of named(account('admin').uid, 'sleep'))
    process.kill(found.pid, 'SIGTERM');
  await until('admin is listed no more', () => sessionOf('admin') === undefined, 10);
  assert.equal(lastOutcome('admin'), 'ended-by-user');
  assert.ok(isPopulated(sliceOf('admin')), 'his services run on');
  assert.deepEqual(logindSessions('admin'), []);
  run(['loginctl', 'disable-linger', 'admin']);
});
