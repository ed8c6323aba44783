// SPDX-License-Identifier: GPL-3.0-or-later
// Olga looks closely at some desktops; their users are told, the audit knows, and what nobody looks at is not captured.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { account, audit, bus, killProgram, logOffEverybody, logOn, sessionOf, standard } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { connect, login } from '../web.mjs';

/** @type {Map<string, string>} user -> session */
const ids = new Map();
/** @type {string} */
let cookie;
/** @type {string} */
let station;

const olga = account('olga').fullName;
/** @param {string} user */
const id = (user) => ids.get(user) ?? '';
/** @param {string} user @returns {string[]} */
const viewers = (user) => /** @type {any} */ (sessionOf(user))?.viewers ?? [];
const enlargements = () => audit().filter((row) => row.act === 'enlarge').map((row) => [row.who, row.whom, row.result]);

before(async () => {
  for (const user of standard)
    ids.set(user, (await logOn(user)).id);
  cookie = await login('dashboard', 'olga');
  station = await login('station', 'ana');
});

after(async () => {
  await logOffEverybody();
});

test('pictures are set only on a connection that has a stream, and within the limits', () => {
  const wanted = (/** @type {number} */ n, /** @type {string} */ size) =>
    `([${Array.from({ length: n }, (_, at) => `('${at + 1}', '${size}')`).join(', ')}],)`;
  /** @param {string} list */
  const set = (list) => bus('olga', 'Manager', 'OpenThumbnails', '()', 'Manager', 'SetThumbnails', list);
  assert.match(bus('olga', 'Manager', 'SetThumbnails', wanted(1, 'small')).err, /^InvalidArgument: .*OpenThumbnails/);
  assert.equal(set(wanted(1000, 'small')).status, 0);
  assert.match(set(wanted(1001, 'small')).err, /^LimitReached/);
  assert.equal(set(wanted(16, 'enlarged')).status, 0);
  assert.match(set(wanted(17, 'enlarged')).err, /^LimitReached/);
});

test('whoever is looked at enlarged is told who looks, for as long as that lasts', async () => {
  const before = enlargements().length;
  const seat = await connect('station', 'socket', { cookie: station });
  await seat.message('caller');
  await seat.call('Subscribe');
  /** @param {string[]} names */
  const told = (names) => seat.take((one) => one.type === 'signal' && one.name === 'SessionChanged' &&
    JSON.stringify(one.arguments[0].viewers) === JSON.stringify(names), `viewers ${names}`);
  const wall = await connect('dashboard', 'socket', { cookie });
  await wall.message('caller');
  wall.send({ type: 'watch', tiles: [[id('ana'), 'enlarged'], [id('boris'), 'small']] });
  await told([olga]);
  await until('pictures come', () => wall.pictures >= 2);
  assert.deepEqual(viewers('boris'), []);
  assert.deepEqual(enlargements().slice(before), [['olga', 'ana', 'done']]);
  wall.send({ type: 'watch', tiles: [[id('ana'), 'small'], [id('boris'), 'small']] });
  await told([]);
  wall.send({ type: 'watch', tiles: [[id('ana'), 'enlarged']] });
  await told([olga]);
  wall.close();
  await told([]);
  seat.close();
  assert.deepEqual(enlargements().slice(before), [['olga', 'ana', 'done'], ['olga', 'ana', 'done']]);
});

for (const [program, what] of [['web-dashboard', 'manyseat-web'], ['manyseatd', 'manyseatd']])
  test(`kill -9 of ${what}: who looks is right afterwards`, async () => {
    const wall = await connect('dashboard', 'socket', { cookie });
    await wall.message('caller');
    wall.send({ type: 'watch', tiles: [[id('ana'), 'enlarged']] });
    await until('ana is looked at', () => viewers('ana').length === 1);
    await killProgram(program);
    await wall.closed;
    await until('nobody looks at ana', () => sessionOf('ana') !== undefined && viewers('ana').length === 0);
    const again = await until('the page is back', () => connect('dashboard', 'socket', { cookie }).catch(() => undefined));
    await again.message('caller');
    again.send({ type: 'watch', tiles: [[id('ana'), 'enlarged']] });
    await until('ana is looked at again', () => viewers('ana').length === 1);
    again.close();
    await until('nobody looks at ana', () => viewers('ana').length === 0);
  });
