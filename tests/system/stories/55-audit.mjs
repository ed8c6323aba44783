// SPDX-License-Identifier: GPL-3.0-or-later
// Who reads what of the audit on the pages, and what goes on when the disk takes no more of it.
// @ts-check
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { bus, gone, killProgram, logOf, logOffEverybody, logOn, manyseat, sessionOf, url } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';
import { complaints, fill, launch, newPage, shown, signIn } from '../browser.mjs';

const STATE = '/var/lib/manyseat';

/** @type {import('../browser.mjs').Browser} */
let browser;
let ana = '';

before(async () => {
  browser = await launch();
  ({ id: ana } = await logOn('ana'));
});

after(async () => {
  await browser.close();
  await logOffEverybody();
});

/** Open the audit; the rows that stand there, as "who act whom result". @param {import('../browser.mjs').Page} page */
async function readAudit(page) {
  await page.locator('[data-command="audit"]').click();
  await page.locator('.audit tbody tr').first().waitFor();
  return page.locator('.audit tbody tr').evaluateAll((rows) => rows.map((row) => {
    const cells = Array.from(row.querySelectorAll('td')).map((cell) => cell.textContent?.trim() ?? '');
    return { who: cells[1], act: row.getAttribute('data-act'), whom: cells[3], result: row.getAttribute('data-result') };
  }));
}

test('boris tries what he may not: she reads of it in Spanish, the administrator in Russian, and he not whose it was', async () => {
  assert.equal(manyseat(['log-off', ana, '--warn', '0'], { as: 'boris' }).status, 3);
  for (const [user, language, heading, whom] of [['ana', 'es-ES', 'Mi actividad', 'ana'], ['admin', 'ru-RU', 'Журнал действий', 'ana'],
    ['boris', 'en', 'My activity', '']]) {
    const page = await newPage(browser, { language });
    await shown([page], `audit-${user}`, async () => {
      if (user === 'boris') {
        await page.goto(`${url}/`);
        await fill(page, user);
        await page.locator('[data-command="sign-out"]').waitFor();
      } else {
        await signIn(page, user);
      }
      const rows = await readAudit(page);
      assert.equal(await page.locator('.audit h1').innerText(), heading);
      const tried = rows.find((row) => row.act === 'log-off' && row.result === 'refused');
      assert.ok(tried?.who?.startsWith('boris'), JSON.stringify(rows.slice(0, 5)));
      assert.equal(tried?.whom, whom);
      if (user !== 'admin')
        assert.ok(rows.every((row) => row.who?.startsWith(user) || row.whom === user), JSON.stringify(rows));
    });
    await page.context().close();
  }
  assert.deepEqual(complaints, []);
});

test('ana makes rows of the audit without end: she is stopped, others are not, nor is she in a minute', async () => {
  const selection = `({'sessions': <['${ana}']>},)`;
  // A minute may end in the middle, but not twice.
  const done = bus('ana', 'Manager', 'Suspend', selection, ...Array(250).fill(['Manager', 'Suspend', selection]).flat());

  assert.equal(done.status, 1);
  assert.match(done.err, /^LimitReached: cannot take more than 120 acts/);
  assert.equal(manyseat(['lock', ana], { as: 'olga' }).status, 0);
  assert.equal(manyseat(['unlock', ana], { as: 'olga' }).status, 0);
  await until('ana may act again', () => manyseat(['suspend', ana], { as: 'ana' }).status === 0, 70);
});

/** @param {string[]} words */
function system(...words) {
  const done = spawnSync(words[0], words.slice(1), { encoding: 'utf8' });
  assert.equal(done.status, 0, `${words.join(' ')}: ${done.stderr}`);
}

test('on a full disk of 1 MB people suspend and log off, the rows go to the log, and nobody logs on', async () => {
  const aside = '/tmp/state-of-manyseatd';
  mkdirSync(aside, { recursive: true });
  copyFileSync(`${STATE}/manyseat.db`, `${aside}/manyseat.db`);
  system('mount', '-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'full', STATE);
  try {
    copyFileSync(`${aside}/manyseat.db`, `${STATE}/manyseat.db`);
    await killProgram('manyseatd');
    await until('manyseatd knows ana', () => sessionOf('ana')?.id === ana);
    for (const size of [65536, 4096])
      for (let n = 0; n < 300; n += 1)
        try {
          writeFileSync(`${STATE}/filler-${size}-${n}`, Buffer.alloc(size, 'x'));
        } catch {
          rmSync(`${STATE}/filler-${size}-${n}`, { force: true });
          break;
        }
    // Rows go where there is room in files that are there already, until there is none.
    await until('nobody logs on', () => manyseat(['log-on', 'boris', '--auto'], { seconds: 60 }).status !== 0
      && sessionOf('boris') === undefined, 60);
    await gone('boris', 20);
    assert.equal(manyseat(['suspend', ana], { as: 'ana' }).status, 0);
    assert.equal(manyseat(['log-off', ana, '--mode', 'force', '--warn', '0'], { as: 'olga', seconds: 60 }).status, 0);
    await gone('ana', 20);
    assert.match(logOf('manyseatd'), new RegExp(`audit, here because it could not be kept.*'log-off' by 'olga'.*'ana', session '${ana}'`));
    assert.ok(statSync(`${STATE}/manyseat.db`).size > 0);
    assert.equal(manyseat(['audit']).status, 0);
  } finally {
    system('umount', '-l', STATE);
    rmSync(aside, { recursive: true });
    await killProgram('manyseatd');
  }
  await until('manyseatd answers', () => manyseat(['status']).status === 0);
  await logOn('boris');
});
