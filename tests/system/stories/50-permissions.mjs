// SPDX-License-Identifier: GPL-3.0-or-later
// Boris tries what is not his: by command line, by D-Bus and by HTTP.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { account, audit, bus, gone, logOffEverybody, logOn, manyseat, manyseatJson, run, sessionOf, sessions }
  from '../../lib/room.mjs';
import { methods, parameters } from '../../lib/interfaces.mjs';
import { environmentOf, named, processesOf } from '../../lib/processes.mjs';
import { plantTyping } from '../../lib/typing.mjs';
import { throughout, until } from '../../lib/wait.mjs';
import { connect, login, openView, readPicture, rfbClient } from '../web.mjs';

/** @type {string} */
let ana;
/** @type {string} */
let boris;
/** A job that is about to end ana's session. @type {string} */
let job;

const typing = plantTyping('ana');

before(async () => {
  ana = (await logOn('ana')).id;
  boris = (await logOn('boris')).id;
});

after(async () => {
  await logOffEverybody();
  typing.remove();
});

test('a standard user lists only his own session and himself', () => {
  assert.deepEqual(sessions('boris').map((session) => session.user), ['boris']);
  assert.doesNotMatch(JSON.stringify(manyseatJson(['users'], { as: 'boris' })), /ana|carla|olga|admin/);
  assert.doesNotMatch(JSON.stringify(manyseatJson(['stations'], { as: 'boris' })), /ana/);
});

test('whose ids he tries he does not learn from the audit; she finds him in hers', () => {
  assert.equal(manyseat(['log-off', ana, '--warn', '0'], { as: 'boris' }).status, 3);
  assert.equal(manyseat(['suspend', '--user', 'ana'], { as: 'boris' }).status, 3);
  const tried = (/** @type {string} */ reader, /** @type {string[]} */ ...words) => manyseatJson(['audit', ...words], { as: reader })
    .filter((/** @type {any} */ row) => row.who === 'boris' && row.result === 'refused').slice(-2)
    .map((/** @type {any} */ row) => [row.act, row.whom, row.session]);
  assert.deepEqual(tried('boris'), [['log-off', '', ana], ['suspend', '', '']]);
  assert.deepEqual(tried('boris', '--user', 'ana'), []);
  assert.deepEqual(tried('ana', '--user', 'boris'), [['log-off', 'ana', ana], ['suspend', 'ana', '']]);
  assert.deepEqual(tried('admin', '--user', 'ana'), tried('ana'));
});

test('the audit shows him rows by and about himself only', () => {
  const rows = audit('boris');
  assert.ok(rows.length > 0);
  for (const row of rows)
    assert.ok(row.who === 'boris' || row.whom === 'boris', JSON.stringify(row));
});

for (const [verb, ...more] of [['log-off', '--warn', '0'], ['suspend'], ['lock'], ['unlock'], ['grant'], ['refuse']])
  test(`command line: ${verb} of another's session is refused and changes nothing`, () => {
    const words = verb === 'grant' ? ['grant', ana, '5'] : [verb, ana, ...more];
    const done = manyseat(words, { as: 'boris' });
    assert.ok(done.status === 3 || done.status === 4, `status ${done.status}: ${done.err}`);
    assert.equal(sessionOf('ana')?.state, 'suspended');
  });

test('command line: a screenshot of another is refused', () => {
  const done = manyseat(['screenshot', ana, '-o', '/tmp/boris.jpg'], { as: 'boris' });
  assert.ok(done.status === 3 || done.status === 4, done.err);
});

test('"all" is nothing for a standard user', async () => {
  manyseat(['log-off', '--all', '--mode', 'force', '--warn', '0'], { as: 'boris' });
  await throughout('both stay', () => Boolean(sessionOf('ana') && sessionOf('boris')), 1);
});

const noHash = Array(32).fill(0);
const own = 'his own only';

/**
 * Every method of every interface, called by boris about ana: its arguments, what D-Bus answers him, and what the pages' sockets do
 * where that is something else. "his own only" is an answer that tells nothing of her.
 * @type {Record<string, [() => any[], string, string?]>}
 */
const expected = {
  'Manager.GetCaller': [() => [], own],
  'Manager.GetStatus': [() => [], own],
  'Manager.ListSessions': [() => [], own],
  'Manager.ListStations': [() => [], own],
  'Manager.ListUsers': [() => [], own],
  'Manager.ListDesktops': [() => [], own],
  'Manager.ListLayouts': [() => [], own],
  'Manager.ListJobs': [() => [], own],
  'Manager.GetAudit': [() => [since, 0], own], // what others did to him before is his to read
  'Manager.FindAudit': [() => [{ user: 'ana', act: 'suspend' }], own],
  'Manager.NoteInput': [() => [], 'NotPermitted'], // at his own station: of his own session
  'Manager.Subscribe': [() => [], own],
  'Manager.GetJob': [() => [job], 'NoSuchJob'],
  'Manager.CancelJob': [() => [job, []], 'NoSuchJob'],
  'Manager.LogOn': [() => [{ user: 'ana', auto: true }], 'NotPermitted', 'InvalidArgument'],
  'Manager.PlanLogOff': [() => [{ sessions: [ana] }], 'NotPermitted'],
  'Manager.ListUnsaved': [() => [{ sessions: [ana] }], 'NotPermitted'],
  'Manager.LogOff': [() => [{ sessions: [boris, ana] }, { mode: 'force', warn: 0 }], 'NotPermitted'],
  'Manager.Proceed': [() => [ana], 'NotPermitted'],
  'Manager.RequestTime': [() => [ana], 'NotPermitted'],
  'Manager.Grant': [() => [ana, 5], 'NotPermitted'],
  'Manager.Refuse': [() => [ana], 'NotPermitted'],
  'Manager.Suspend': [() => [{ sessions: [ana] }], 'NotPermitted'],
  'Manager.Lock': [() => [{ user: 'ana' }], 'NotPermitted'],
  'Manager.Unlock': [() => [{ sessions: [ana] }], 'NotPermitted'],
  'Manager.IssueTicket': [() => [noHash, ana, 'view'], 'NotSignedIn', 'InvalidArgument'],
  'Manager.OpenView': [() => [noHash], 'NoSuchTicket', 'InvalidArgument'],
  'Manager.OpenThumbnails': [() => [], own, 'InvalidArgument'],
  'Manager.SetThumbnails': [() => [[[ana, 'small']]], 'InvalidArgument'],
  'Manager.TakeThumbnail': [() => [ana, 'small'], 'NotPermitted', 'InvalidArgument'],
  'Login.SignIn': [() => [{}], 'NotPermitted'],
  'Login.Attach': [() => [noHash], 'NotPermitted'],
  'Login.SignOut': [() => [], 'NotPermitted'],
  'Launch.Claim': [() => [1], 'NotPermitted'],
  'Launch.Attempt': [() => [1, 'ana'], 'NotPermitted'],
  'Launch.Refused': [() => [1, 'denied'], 'NotPermitted'],
  'Launch.Authenticated': [() => [1, 'ana', 0], 'NotPermitted'],
  'Launch.Started': [() => [ana, {}], 'NotPermitted'],
  'Launch.Resume': [() => [ana, {}], 'NotPermitted'],
  'Launch.Ended': [() => [ana, {}], 'NotPermitted'],
  'Display.Register': [() => [], 'NotPermitted'],
  'Display.Used': [() => [0, 0, 0], 'NotPermitted'],
  'Display.OpenX': [() => [ana], 'NotPermitted'],
  'Display.Proceed': [() => [ana], 'NotPermitted'],
  'Display.RequestTime': [() => [ana], 'NotPermitted'],
  // Of the other end of a connection: manyseatd has no such object.
  'Session.Stop': [() => ['kill', 0], 'Failed'],
  'Watch.AddStream': [() => [1, 0], 'Failed'],
  'Watch.SetStream': [() => [1, [[ana, 'small']]], 'Failed'],
  'Watch.RemoveStream': [() => [1], 'Failed'],
  'Watch.Take': [() => [ana, 'small', 0], 'Failed'],
  'Watch.ShowNotice': [() => [ana, {}], 'Failed'],
  'Watch.HideNotice': [() => [ana], 'Failed'],
  'Watch.SetBudget': [() => [0, 0], 'Failed'],
  'Watch.Forget': [() => [ana], 'Failed'],
};

test('a standard user\'s rights are written down for every method there is', () => {
  assert.deepEqual(Object.keys(expected).sort(), [...methods.keys()].sort());
});

/** Microseconds: when this story began. */
const since = Date.now() * 1000;

/** What boris must not have changed. */
function world() {
  return {
    sessions: sessions().map(({ id, user, state, station }) => [id, user, state, station]),
    jobs: manyseatJson(['jobs']).flatMap((/** @type {any} */ each) => each.rows)
      .map((/** @type {any} */ row) => [row.session, row.stage, row.deadline, row.outcome, row['wants-time']]),
  };
}

/** That an answer to boris says nothing of ana. @param {string} text */
function tellsNothingOfHer(text) {
  assert.doesNotMatch(text, /\bana\b|Ana Ruiz|carla|olga|dmitri/);
}

/** ana's session is about to end while `act` runs, and that is not changed by it. @param {() => Promise<void>} act */
async function changesNothing(act) {
  job = manyseat(['log-off', ana, '--warn', '300', '--no-wait']).out.trim();
  assert.match(job, /^\d+$/);
  const before = await until('the countdown runs', () => world().jobs.some((/** @type {any} */ row) => row[1] === 'warn') && world());
  try {
    await act();
    assert.deepEqual(world(), before);
  } finally {
    manyseat(['cancel', job]);
  }
}

test('D-Bus: a standard user is told of himself alone, and refused all the rest', () => changesNothing(async () => {
  for (const [name, [values, answer]] of Object.entries(expected)) {
    const [object, method] = name.split('.');
    const done = bus('boris', object, method, parameters(name, values()));
    if (answer === own) {
      assert.equal(done.status, 0, `${name}: ${done.err}`);
      tellsNothingOfHer(done.out);
    } else {
      assert.equal(done.status, 1, `${name}: ${done.out}`);
      assert.equal(done.err.split(':')[0], answer, `${name}: ${done.err}`);
    }
  }
}));

for (const kind of ['dashboard', 'station'])
  test(`HTTP: the same over the ${kind}'s socket`, async () => {
    const cookie = await login(kind, 'boris');
    const socket = await connect(kind, 'socket', { cookie });
    await socket.message('caller');
    await changesNothing(async () => {
      for (const [name, [values, answer, there]] of Object.entries(expected).filter(([each]) => each.startsWith('Manager.'))) {
        const said = await socket.call(name.split('.')[1], ...values()).then((result) => JSON.stringify(result), (error) => error);
        if ((there ?? answer) === own || (name === 'Manager.NoteInput' && kind === 'station'))
          tellsNothingOfHer(typeof said === 'string' ? said : assert.fail(`${name}: ${said}`));
        else
          assert.equal(String(said?.message ?? said).split(':')[0], there ?? answer, `${name}: ${said}`);
      }
      // He has subscribed: what becomes of her is not told.
      tellsNothingOfHer(JSON.stringify(socket.texts));
    });
    socket.close();
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
  socket.send({ type: 'watch', tiles: [[boris, 'small'], [ana, 'small']] });
  await until('a picture of his comes', () => socket.bytes.some((packet) => readPicture(packet).jpeg), 20);
  const watched = () => socket.bytes.map((packet) => readPicture(packet).session);
  await throughout('no picture of ana comes', () => watched().every((id) => id === boris), 2);
  socket.close();
});

test('HTTP: a dashboard login is no station login, and the other way round', async () => {
  const cookie = await login('dashboard', 'olga');
  const station = await connect('station', 'socket', { cookie: cookie.replace('__Host-manyseat=', '__Host-manyseat-station=') });
  assert.equal(await station.closed, 4401);
});

test('HTTP: no cookie, a wrong cookie, a foreign page: nothing', async () => {
  const stranger = await connect('station', 'socket', {});
  assert.deepEqual([await stranger.closed, stranger.reason], [4401, ''], 'nothing of his has ended');
  const former = await connect('dashboard', 'socket', { cookie: `__Host-manyseat=${'A'.repeat(43)}` });
  assert.deepEqual([await former.closed, former.reason], [4401, 'expired']);
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

/** Type a line, copy it, and ask for a size. @param {import('../web.mjs').Rfb} rfb @param {string} text @param {[number, number]} size */
function meddle(rfb, text, [width, height]) {
  for (const letter of text)
    rfb.key(letter.charCodeAt(0));
  rfb.key(0xff0d);
  rfb.cutText(text);
  rfb.resize(width, height);
}

test('keys, clipboard and size pass with a control ticket of her station, and not with a view ticket', async () => {
  const [atStation, atDashboard] = [await login('station', 'ana'), await login('dashboard', 'olga')];
  const station = await connect('station', 'socket', { cookie: atStation });
  const dashboard = await connect('dashboard', 'socket', { cookie: atDashboard });
  const environment = environmentOfSession();
  await typing.runs();

  const control = await openView('station', atStation, await station.ticket(ana, 'control'));
  assert.equal(control.mode, 'control');
  const hers = await rfbClient(control);
  await hers.picture();
  for (const buttons of [0, 1, 0])
    hers.pointer(buttons, 300, 200);
  await until('her terminal takes keys', () => {
    meddle(hers, 'mine', [800, 600]);
    return typing.lines().includes('mine');
  }, 20);
  await until('her clipboard and her size are set', () => clipboardAndSize(environment) === "800x600 'mine'");

  const ticket = await dashboard.ticket(ana, 'view');
  const view = await openView('dashboard', atDashboard, ticket);
  assert.equal(view.mode, 'view');
  const olgas = await rfbClient(view);
  await olgas.picture();
  olgas.pointer(1, 10, 10);
  meddle(olgas, 'theirs', [640, 480]);
  await olgas.picture(); // a round trip: all of that has been read
  await throughout('nothing changed', () => clipboardAndSize(environment) === "800x600 'mine'", 1);
  // The keyboard is still hers, and nobody's letters stand before her line.
  meddle(hers, 'again', [800, 600]);
  await until('her next line', () => typing.lines().includes('again'));
  assert.ok(typing.lines().every((line) => ['mine', 'again', ''].includes(line)), typing.lines().join('|'));

  await olgas.picture();
  assert.equal(olgas.height, 600);
  olgas.close();
  await assert.rejects(openView('dashboard', atDashboard, ticket), /4403/, 'a ticket is good once');
  hers.close();
  for (const socket of [station, dashboard])
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
