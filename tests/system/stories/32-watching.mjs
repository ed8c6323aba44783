// SPDX-License-Identifier: GPL-3.0-or-later
// Olga looks closely at some desktops; their users are told, the audit knows, and what nobody looks at is not captured.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { atDesktop } from '../../lib/desktop.mjs';
import { colours, difference } from '../../lib/pictures.mjs';
import { account, audit, bus, killProgram, logOffEverybody, logOn, pidOf, run, sessionOf, standard, start, url } from '../../lib/room.mjs';
import { throughout, until } from '../../lib/wait.mjs';
import { complaints, launch, logOnAt, newPage, picture, shown, signIn, tile } from '../browser.mjs';
import { connect, http, login, readPicture } from '../web.mjs';

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
  assert.equal(bus('olga', 'Manager', 'OpenThumbnails', '()', 'Manager', 'OpenThumbnails', '()', 'Manager', 'SetThumbnails',
    wanted(1, 'small')).status, 0, 'one that begins another');
  assert.match(set(wanted(1001, 'small')).err, /^LimitReached/);
  assert.equal(set(wanted(16, 'enlarged')).status, 0);
  assert.match(set(wanted(17, 'enlarged')).err, /^LimitReached/);
});

test('whoever is looked at enlarged is told who looks, for as long as that lasts', async () => {
  await until('who looked before is forgotten', () => [...viewers('ana'), ...viewers('boris')].length === 0);
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
  wall.send({ type: 'watch', tiles: [[id('ana'), 'small']] });
  await told([olga]); // for an instant is not unseen
  await told([]);
  wall.send({ type: 'watch', tiles: [[id('ana'), 'enlarged']] });
  await told([olga]);
  wall.close();
  await told([]);
  seat.close();
  assert.deepEqual(enlargements().slice(before), [['olga', 'ana', 'done']], 'one look');
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

/** How many workers of manyseat-display run: the kernel's children of its nursery. */
function workers() {
  const children = (/** @type {number} */ pid) => run(['pgrep', '-P', String(pid)]).out.split('\n').filter(Boolean).map(Number);
  return children(pidOf('display')).flatMap(children).length;
}

test('what nobody looks at is captured by nobody', async () => {
  const wall = await connect('dashboard', 'socket', { cookie });
  await wall.message('caller');
  wall.send({ type: 'watch', tiles: standard.map((user) => [id(user), 'small']) });
  await until('four workers', () => workers() === 4);
  wall.send({ type: 'watch', tiles: [[id('boris'), 'small']] });
  await until('one worker', () => workers() === 1, 20);
  wall.close();
  await until('no worker', () => workers() === 0, 20);
});

/** Milliseconds until the first picture of one more tile has come. @param {import('../web.mjs').Talk} wall @param {string} user */
async function firstPicture(wall, user) {
  wall.send({ type: 'watch', tiles: [] });
  await throughout('the last pictures come', () => true, 0.1);
  wall.bytes.length = 0;
  const began = performance.now();
  wall.send({ type: 'watch', tiles: [[id(user), 'small']] });
  while (!wall.bytes.map(readPicture).some(({ session, jpeg }) => jpeg && session === id(user)))
    await wall.more(Date.now() + 10000, 'first picture');
  return performance.now() - began;
}

test('the first picture of a newly seen tile is there in 150 ms', async (context) => {
  const wall = await connect('dashboard', 'socket', { cookie });
  await wall.message('caller');
  /** @type {Record<string, number[]>} */
  const times = { 'first of all': [], 'seen before': [] };
  for (let round = 0; round < 3; round += 1) {
    await killProgram('display');
    for (const kind of ['first of all', 'seen before'])
      for (const user of standard)
        times[kind].push(await firstPicture(wall, user));
  }
  wall.close();
  for (const [kind, all] of Object.entries(times)) {
    all.sort((a, b) => a - b);
    context.diagnostic(`${kind}: median ${all[5].toFixed(0)} ms, p95 ${all[11].toFixed(0)} ms`);
    assert.ok(all[5] <= 150, `${kind}: ${all.map(Math.round)}`);
  }
});

/** @param {string} session @param {Record<string, string>} [headers] @param {string} [body] */
const post = (session, headers = { Cookie: cookie, Origin: url }, body = JSON.stringify({ session })) =>
  http('POST', '/api/dashboard/screenshot', { headers: { 'Content-Type': 'application/json', ...headers }, body });

test('a screenshot over HTTP is a JPEG, in the audit before, and nobody else\'s to take', async () => {
  const taken = await post(id('ana'));
  assert.equal(taken.status, 200, taken.body);
  assert.equal(taken.headers['content-type'], 'image/jpeg');
  assert.match(String(taken.headers['cache-control']), /no-store/);
  assert.ok(Number(taken.headers['content-length']) > 5000);
  const row = audit().findLast((each) => each.act === 'screenshot');
  assert.deepEqual([row?.who, row?.whom, row?.session, row?.result], ['olga', 'ana', id('ana'), 'done']);
  const boris = await login('dashboard', 'boris');
  assert.equal((await post(id('ana'), { Cookie: boris, Origin: url })).status, 403);
  assert.equal((await post(id('boris'), { Cookie: boris, Origin: url })).status, 200);
  assert.equal((await post(id('ana'), { Origin: url })).status, 401);
  assert.equal((await post(id('ana'), { Cookie: cookie, Origin: 'https://evil.test' })).status, 403);
  assert.equal((await post('999999')).status, 404);
  assert.equal((await post('', undefined, '[]')).status, 400);
});

test('of many screenshots at once some are refused, and then there are screenshots again', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, () => post(id('boris'))));
  const statuses = answers.map((each) => each.status);
  assert.ok(statuses.every((status) => status === 200 || status === 429), String(statuses));
  assert.ok(statuses.filter((status) => status === 200).length >= 8 && statuses.includes(429), String(statuses));
  await until('a screenshot', async () => (await post(id('boris'))).status === 200);
});

test('in two browsers: olga enlarges, ana reads it in her bar; the picture is live; a kill -9 changes nothing of that', async () => {
  const browser = await launch();
  const wall = await newPage(browser);
  const seat = await newPage(browser, { language: 'es-ES' });
  await shown([wall, seat], 'watching', async () => {
    await logOnAt(seat, 'ana');
    await signIn(wall, 'olga');
    const bar = async () => (await seat.locator('.viewers').innerText()).replace(/[\u2066-\u2069]/g, '').trim();
    assert.equal(await bar(), '');
    await tile(wall, 'ana').dblclick();
    await until('the bar says so', async () => (await bar()) === `${olga} está viendo su escritorio`);
    const canvas = wall.locator('session-tile[enlarged] canvas');
    await until('a large picture', async () => Number(await canvas.getAttribute('width')) > 640);
    const still = await picture(canvas);
    assert.ok(colours(still) > 50);
    const editor = start([...atDesktop('ana'), 'mousepad'], { as: 'ana' });
    await until('the picture follows', async () => difference(await picture(canvas), still) > 0.02, 20);
    editor.kill('SIGKILL');
    for (const program of ['manyseatd', 'web-dashboard']) {
      await killProgram(program);
      await until('the wall is back', async () => (await wall.locator('.banner').count()) === 0 && sessionOf('ana') !== undefined);
      await until('the bar is right', async () => viewers('ana').length === 1 && (await bar()) === `${olga} está viendo su escritorio`, 20);
    }
    const [file] = await Promise.all([wall.waitForEvent('download'), wall.locator('.toolbar [data-command="screenshot"]').click()]);
    assert.match(file.suggestedFilename(), /^Ana Ruiz Núñez \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.jpg$/);
    await wall.keyboard.press('Escape');
    await until('the bar is empty', async () => (await bar()) === '');
    await tile(wall, 'ana').dblclick();
    await until('the bar says so', async () => (await bar()) !== '');
    await wall.close();
    await until('the bar is empty', async () => (await bar()) === '');
  });
  assert.deepEqual(complaints, []);
  await browser.close();
});
