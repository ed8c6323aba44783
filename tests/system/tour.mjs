// SPDX-License-Identifier: GPL-3.0-or-later
// The demo driven by itself: each step with its time, and whether something other than Manyseat saw it happen.
// @ts-check
import { colours, difference } from '../lib/pictures.mjs';
import { named, processes, processesOf } from '../lib/processes.mjs';
import { account, manyseat, sessionOf, standard } from '../lib/room.mjs';
import { until } from '../lib/wait.mjs';
import { desktopShown, launch, logOnAt, newPage, picture, signIn, tile } from './browser.mjs';

const browser = await launch();
let failed = 0;

/** @param {string} what @param {() => Promise<string>} act what was seen, in words */
async function step(what, act) {
  const began = performance.now();
  let seen;
  let mark = 'ok    ';
  try {
    seen = await act();
  } catch (error) {
    failed += 1;
    mark = 'FAILED';
    seen = error instanceof Error ? error.message.split('\n')[0] : String(error);
  }
  console.log(`${mark} ${((performance.now() - began) / 1000).toFixed(2).padStart(6)} s  ${what}\n${' '.repeat(18)}seen: ${seen}`);
}

/** @param {string} user */
function desktopOf(user) {
  return named(account(user).uid, 'xfce4-panel').map((found) => found.pid).join();
}

/** @param {string[]} users */
async function nothingLeftOf(users) {
  for (const user of users)
    await until(`no process of ${user}`, () => processesOf(account(user).uid).length === 0, 60);
  return `no process of ${users.join(', ')} runs`;
}

/** @param {string[]} words */
function command(...words) {
  const done = manyseat(words, { seconds: 90 });
  if (done.status !== 0)
    throw new Error(`manyseat ${words.join(' ')}: status ${done.status}: ${done.err.trim()}`);
}

const dashboard = await newPage(browser);
const stations = await Promise.all([newPage(browser), newPage(browser), newPage(browser)]);

await step('two people log on at stations, two are logged on by the administrator', async () => {
  await logOnAt(stations[0], 'ana', { station: 'Seat 1' });
  await logOnAt(stations[1], 'boris', { station: 'Seat 2' });
  command('log-on', 'carla', '--auto');
  command('log-on', 'dmitri', '--auto');
  for (const user of standard)
    await until(`a panel of ${user}`, () => desktopOf(user) !== '', 40);
  return `an X server and a panel of each: ${processes().filter((found) => /^X(tiger)?vnc$/.test(found.name)).length} servers`;
});

await step('the teacher signs in and watches four live desktops', async () => {
  await signIn(dashboard, 'olga');
  const counts = [];
  for (const user of standard)
    counts.push(await until(`a picture of ${user}`, async () => {
      const found = colours(await picture(tile(dashboard, user).locator('canvas')));
      return found > 50 && found;
    }, 20));
  return `colours in each tile on the screen: ${counts.join(', ')}`;
});

await step('a window opens at Seat 1; its tile follows', async () => {
  const before = await picture(tile(dashboard, 'ana').locator('canvas'));
  await stations[0].locator('.screen canvas').click({ position: { x: 50, y: 12 } });
  const share = await until('another picture', async () => {
    const changed = difference(await picture(tile(dashboard, 'ana').locator('canvas')), before);
    return changed > 0.01 && changed;
  }, 15);
  await stations[0].keyboard.press('Escape');
  return `${(share * 100).toFixed(0)} % of the tile's pixels changed`;
});

const programs = standard.map(desktopOf);
await step('two sessions are suspended', async () => {
  await stations[0].locator('[data-command="suspend"]').click();
  command('suspend', '--user', 'boris');
  await stations[0].locator('input[name=password]').waitFor();
  await stations[1].locator('input[name=password]').waitFor();
  if (standard.map(desktopOf).join() !== programs.join())
    throw new Error('a desktop ended');
  return 'both stations show the log-on page; every desktop runs on with the same processes';
});

await step('ana resumes at another station', async () => {
  await logOnAt(stations[2], 'ana', { station: 'Seat 3' });
  await desktopShown(stations[2]);
  const found = colours(await picture(stations[2].locator('.screen canvas')));
  if (desktopOf('ana') !== programs[0] || found < 50)
    throw new Error(`another desktop, or none (${found} colours)`);
  return `the same processes, ${found} colours on Seat 3's screen, station "${sessionOf('ana')?.station}"`;
});

await step('the teacher logs one selected user off', async () => {
  await tile(dashboard, 'carla').click();
  await tile(dashboard, 'carla').click({ button: 'right' });
  await dashboard.locator('[data-command="log-off-selected"]').click();
  await dashboard.locator('input[name=warn][value="0"]').check();
  await dashboard.locator('input[name=mode][value="ask-then-force"]').check();
  await dashboard.locator('dialog[open] [data-command="confirm"]').click();
  const seen = await nothingLeftOf(['carla']);
  if (['ana', 'boris', 'dmitri'].some((user) => desktopOf(user) === ''))
    throw new Error('another desktop ended');
  return `${seen}; the three others go on`;
});

await step('everybody is logged off', async () => {
  command('log-off', '--all', '--mode', 'ask-then-force', '--warn', '0');
  return nothingLeftOf(standard);
});

await browser.close();
console.log(failed === 0 ? 'Every step was seen to be true.' : `${failed} steps were not seen to be true.`);
process.exitCode = failed === 0 ? 0 : 1;
