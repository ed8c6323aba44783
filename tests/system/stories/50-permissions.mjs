// SPDX-License-Identifier: GPL-3.0-or-later
// Boris tries what is not his: by command line, by D-Bus and by HTTP.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { account, bus, gone, logOffEverybody, logOn, manyseat, manyseatJson, run, sessionOf, sessions } from '../../lib/room.mjs';
import { environmentOf, named, processesOf } from '../../lib/processes.mjs';
import { throughout } from '../../lib/wait.mjs';
import { connect, login, openView, rfbClient } from '../web.mjs';

/** @type {string} */
let ana;
/** @type {string} */
let boris;

before(async () => {
  ana = (await logOn('ana')).id;
  boris = (await logOn('boris')).id;
});

after(logOffEverybody);

test('a standard user lists only his own session and himself', () => {
  assert.deepEqual(sessions('boris').map((session) => session.user), ['boris']);
  assert.doesNotMatch(JSON.stringify(manyseatJson(['users'], { as: 'boris' })), /ana|carla|olga|admin/);
  assert.doesNotMatch(JSON.stringify(manyseatJson(['stations'], { as: 'boris' })), /ana/);
});

test('the audit shows him rows by and about himself only', () => {
  const rows = manyseatJson(['audit'], { as: 'boris' });
  for (const row of Array.isArray(rows) ? rows : rows.audit)
    assert.ok(row.who === 'boris' || row.whom === 'boris', JSON.stringify(row));
});

for (const [verb, ...more] of [['log-off', '--warn', '0'], ['suspend'], ['lock'], ['unlock'], ['grant']])
  test(`command line: ${verb} of another's session is refused and changes nothing`, () => {
    const words = verb === 'grant' ? ['grant', ana, '5'] : [verb, ana, ...more];
    const done = manyseat(words, { as: 'boris' });
    assert.ok(done.status === 3 || done.status === 4, `status ${done.status}: ${done.err}`);
    assert.equal(sessionOf('ana')?.state, 'suspended');
  });

test('command line: a thumbnail of another is refused', () => {
  const done = manyseat(['thumbnail', ana, '-o', '/tmp/boris.jpg'], { as: 'boris' });
  assert.ok(done.status === 3 || done.status === 4, done.err);
});

test('"all" is nothing for a standard user', async () => {
  manyseat(['log-off', '--all', '--mode', 'force', '--warn', '0'], { as: 'boris' });
  await throughout('both stay', () => Boolean(sessionOf('ana') && sessionOf('boris')), 1);
});

/** @type {[string, string, () => string][]} */
const calls = [
  ['Manager', 'LogOff', () => `({'sessions': <['${ana}']>}, @a{sv} {})`],
  ['Manager', 'PlanLogOff', () => `({'sessions': <['${ana}']>},)`],
  ['Manager', 'Suspend', () => `({'sessions': <['${ana}']>},)`],
  ['Manager', 'TakeThumbnail', () => `('${ana}', 'small')`],
  ['Manager', 'IssueTicket', () => `(@ay [${Array(32).fill('0x01').join(', ')}], '${ana}', 'view')`],
  ['Manager', 'LogOn', () => "({'user': <'ana'>, 'auto': <true>},)"],
  ['Login', 'SignIn', () => "(@a{sv} {},)"],
  ['Login', 'Attach', () => `(@ay [${Array(32).fill('0x00').join(', ')}],)`],
  ['Launch', 'Claim', () => '(uint64 1,)'],
  ['Launch', 'Ended', () => `('${ana}', @a{sv} {})`],
  ['Display', 'Register', () => '()'],
  ['Display', 'OpenX', () => `('${ana}',)`],
];
for (const [object, method, parameters] of calls)
  test(`D-Bus: ${object}.${method} is refused to a standard user`, () => {
    const done = bus('boris', object, method, parameters());
    if (method === 'Suspend' && done.status === 0)
      assert.match(done.out, /NotPermitted|NoSuchSession/);
    else
      assert.match(done.err, /^(NotPermitted|NoSuchSession|NotSignedIn)/, done.out + done.err);
    assert.ok(sessionOf('ana'));
  });

test('D-Bus: what is no call of ours is an error, and manyseatd goes on', () => {
  for (const [object, method, parameters] of [['Manager', 'NoSuchMethod'], ['Manager', 'LogOff', '(1,)'],
    ['Manager', 'LogOff', "({'sessions': <['x']>, 'all': <true>}, @a{sv} {})"], ['Manager', 'Suspend', '(@a{sv} {},)']])
    assert.equal(bus('root', object, method, parameters).status, 1);
  assert.ok(sessionOf('ana'));
});

test('HTTP: signed in at the dashboard he sees and ends his own session only', async () => {
  const cookie = await login('dashboard', 'boris');
  const socket = await connect('dashboard', 'socket', { cookie });
  const { caller } = await socket.message('caller');
  assert.equal(caller.user, 'boris');
  assert.equal(caller.role, 'standard');
  const listed = await socket.call('ListSessions');
  assert.deepEqual(listed.map((/** @type {any} */ session) => session.user), ['boris']);
  await assert.rejects(socket.call('LogOff', { sessions: [ana] }, {}), /NotPermitted|NoSuchSession/);
  await assert.rejects(socket.ticket(ana, 'view'), /NotPermitted|NoSuchSession/);
  await assert.rejects(socket.ticket(boris, 'control'), /NotPermitted/);
  socket.send({ type: 'watch', tiles: [[ana, 'small']] });
  await throughout('no picture of ana comes', () => socket.pictures === 0, 2);
  socket.close();
});

test('HTTP: a dashboard login is no station login, and the other way round', async () => {
  const cookie = await login('dashboard', 'olga');
  const station = await connect('station', 'socket', { cookie: cookie.replace('__Host-manyseat=', '__Host-manyseat-station=') });
  assert.equal(await station.closed, 4401);
});

test('HTTP: no cookie, a wrong cookie, a foreign page: nothing', async () => {
  assert.equal(await (await connect('dashboard', 'socket', {})).closed, 4401);
  assert.equal(await (await connect('dashboard', 'socket', { cookie: `__Host-manyseat=${'A'.repeat(43)}` })).closed, 4401);
  const cookie = await login('dashboard', 'olga');
  await assert.rejects(connect('dashboard', 'socket', { cookie, origin: 'https://example.org' }), /403/);
  await assert.rejects(connect('dashboard', 'socket', { cookie, origin: '' }), /403/);
});

test('a dashboard user ends standard users, not administrators', async () => {
  const admin = (await logOn('admin')).id;
  const refused = manyseat(['log-off', admin, '--warn', '0'], { as: 'olga' });
  assert.ok(refused.status === 3 || refused.status === 4, refused.err);
  assert.equal(manyseat(['log-off', ana, '--mode', 'force', '--warn', '0'], { as: 'olga', seconds: 60 }).status, 0);
  await gone('ana');
  assert.ok(processesOf(account('admin').uid).length > 0);
  ana = (await logOn('ana')).id;
});

test('a view ticket: the picture comes; keys, clipboard and size do not pass', async () => {
  const cookie = await login('dashboard', 'olga');
  const socket = await connect('dashboard', 'socket', { cookie });
  const ticket = await socket.ticket(ana, 'view');
  const view = await openView('dashboard', cookie, ticket);
  assert.equal(view.mode, 'view');
  const rfb = await rfbClient(view);
  const { width, height } = await rfb.picture();
  const environment = environmentOfSession();
  const before = clipboardAndSize(environment);
  rfb.key(0x61);
  rfb.pointer(1, 10, 10);
  rfb.cutText('from a viewer');
  rfb.resize(width === 800 ? 640 : 800, 600);
  await rfb.picture(); // a round trip: all of that has been read
  await throughout('nothing changed', () => clipboardAndSize(environment) === before, 1);
  assert.equal((await rfb.picture()).height, height);
  rfb.close();
  await assert.rejects(openView('dashboard', cookie, ticket), /4403/, 'a ticket is good once');
  socket.close();
});

/** DISPLAY and XAUTHORITY of ana's desktop. */
function environmentOfSession() {
  const panel = named(account('ana').uid, 'xfce4-panel')[0];
  const { DISPLAY, XAUTHORITY } = environmentOf(panel.pid);
  return { DISPLAY, XAUTHORITY };
}

/** @param {{ DISPLAY: string, XAUTHORITY: string }} environment */
function clipboardAndSize(environment) {
  const size = run(['xdpyinfo'], { as: 'ana', environment }).out;
  const clipboard = run(['xclip', '-o', '-selection', 'clipboard'], { as: 'ana', environment, seconds: 5 }).out;
  return `${/dimensions: +(\S+)/.exec(size)?.[1]} '${clipboard}'`;
}

test('a station login ends when nobody is connected any more', async () => {
  const cookie = await login('station', 'ana');
  const socket = await connect('station', 'socket', { cookie });
  await socket.message('caller');
  socket.close();
  // Each connection begins the time anew, so there is none until it is over (the room's setting: 8 s).
  await throughout('the session lives on', () => sessionOf('ana') !== undefined, 10);
  assert.equal(await (await connect('station', 'socket', { cookie })).closed, 4401);
});
