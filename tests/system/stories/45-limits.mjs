// SPDX-License-Identifier: GPL-3.0-or-later
// Carla leaves her station without a word. It warns, suspends, and later her session is logged off; boris's, with unsaved work, is not.
// Limits of seconds stand for those of hours.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { named, processOf } from '../../lib/processes.mjs';
import { account, audit, configure, gone, killProgram, logOffEverybody, logOn, manyseat, manyseatJson, sessionOf } from '../../lib/room.mjs';
import { throughout, until } from '../../lib/wait.mjs';
import { person } from '../../lib/work.mjs';
import { launch, logOnAt, newPage, shown } from '../browser.mjs';

const IDLE = 16;
const WARN = 8;
const SUSPENDED = 12;
const writer = person('boris');
const LOG_OFF = '[log-off]\nwarn=4\nask=8\n';

/** @type {import('../browser.mjs').Browser} */
let browser;
/** @type {import('../browser.mjs').Page} */
let pupil;
let carla = '';
let boris = '';

before(async () => {
  await configure('95-limits', `[limits]\nstandard-idle=${IDLE}\nwarn=${WARN}\n${LOG_OFF}`);
  browser = await launch();
  pupil = await newPage(browser);
});

after(async () => {
  await browser.close();
  await configure('95-limits', null);
  await logOffEverybody();
  writer.forgets();
});

/** The pointer moves over the desktop. */
async function moves() {
  const screen = await pupil.locator('.screen canvas').boundingBox();
  assert.ok(screen);
  await pupil.mouse.move(screen.x + 200 + Math.random() * 200, screen.y + 200 + Math.random() * 200);
}

const strip = () => pupil.locator('.strip.idle');

/** Her desktop's programs. */
function desktop() {
  return named(account('carla').uid, 'xfce4-session').map((found) => found.pid);
}

test('who moves the pointer now and then is never warned', () => shown([pupil], 'limits-active', async () => {
  await logOnAt(pupil, 'carla');
  carla = sessionOf('carla')?.id ?? '';
  let next = 0;
  await throughout('no strip', async () => {
    if (Date.now() > next) {
      await moves();
      next = Date.now() + 2000;
    }
    return await strip().count() === 0;
  }, IDLE + 4);
  assert.ok(/** @type {any} */ (sessionOf('carla')).idle <= 6, `idle ${/** @type {any} */ (sessionOf('carla')).idle}`);
}));

test('who does not is warned, and one move takes the warning away', () => shown([pupil], 'limits-warned', async () => {
  await strip().waitFor({ timeout: (IDLE + 10) * 1000 });
  assert.match(await strip().locator('.countdown').innerText(), /^[1-8]\ssec$/);
  await moves();
  await strip().waitFor({ state: 'detached', timeout: 5000 });
  assert.equal(sessionOf('carla')?.state, 'active');
}));

test('without it the session is suspended, the station is free, and the desktop runs on', () => shown([pupil], 'limits-idle', async () => {
  const before = desktop();
  assert.equal(before.length, 1);
  await strip().waitFor({ timeout: (IDLE + 10) * 1000 });
  await pupil.locator('input[name=password]').waitFor({ timeout: (WARN + 5) * 1000 });
  assert.match(await pupil.locator('.note[role=status]').innerText(), /^Your session was suspended because it was not used/);
  assert.equal(sessionOf('carla')?.state, 'suspended');
  assert.deepEqual(desktop(), before);
  const row = audit('carla').findLast((each) => each.act === 'suspend');
  assert.deepEqual([row?.who, row?.whom, row?.session, row?.result], ['limit:idle', 'carla', carla, 'done']);
}));

test('with nobody at it, it is logged off, over a restart of manyseatd too; a dashboard user’s is left alone', async () => {
  await logOn('olga');
  const [olga] = named(account('olga').uid, 'xfce4-session');
  // From here on there is a limit; the time that nobody was at it until now counts.
  await configure('95-limits', `[limits]\nstandard-suspended=${SUSPENDED}\n${LOG_OFF}`);
  await killProgram('manyseatd');
  const job = await until('a job of the limit', () => manyseatJson(['jobs'])
    .find((/** @type {any} */ each) => each.by === 'limit:suspended' && each.rows.some((/** @type {any} */ row) => row.session === carla)), SUSPENDED + 10);
  assert.equal(job.mode, 'ask');
  await gone('carla', 30);
  const outcome = await until('an outcome', () => audit().find((each) => each.act === 'log-off-outcome' && each.session === carla));
  assert.deepEqual([outcome.who, outcome.detail.split(' ')[0]], ['limit:suspended', 'clean']);
  const row = audit().find((each) => each.act === 'log-off' && each.session === carla);
  assert.deepEqual([row?.who, row?.whom, row?.detail], ['limit:suspended', 'carla', 'ask']);
  assert.match(manyseat(['audit'], { as: 'carla' }).out, /suspended limit/);
  assert.ok(processOf(olga.pid), 'olga’s desktop runs');
});

test('unsaved work is held up and named, and the session stays', async () => {
  await configure('95-limits', LOG_OFF);
  boris = (await logOn('boris')).id;
  await writer.sitsDown();
  const editor = await writer.writesEssay();
  await configure('95-limits', `[limits]\nstandard-suspended=${SUSPENDED}\n${LOG_OFF}`);
  const held = await until('it was held up', () => manyseatJson(['jobs']).flatMap((/** @type {any} */ job) => job.rows)
    .find((/** @type {any} */ row) => row.session === boris && row.outcome === 'held-up'), SUSPENDED + 40);
  assert.match(JSON.stringify(held.blockers), /Mousepad/i);
  assert.ok(processOf(editor), 'the editor runs');
  assert.equal(sessionOf('boris')?.state, 'suspended');
});

test('what a person orders goes before what a limit has begun', async () => {
  await until('the limit tries again', () => manyseatJson(['jobs']).flatMap((/** @type {any} */ job) => job.rows)
    .find((/** @type {any} */ row) => row.session === boris && row.outcome === ''), SUSPENDED + 15);
  assert.equal(manyseat(['log-off', '--user', 'boris', '--mode', 'force', '--warn', '0'], { as: 'admin', seconds: 60 }).status, 0);
  await gone('boris', 30);
  const orders = audit().filter((each) => each.act === 'log-off' && each.session === boris).map((each) => each.who);
  assert.equal(orders.pop(), 'admin');
  assert.ok(orders.length >= 2 && orders.every((who) => who === 'limit:suspended'), orders.join());
});
