// SPDX-License-Identifier: GPL-3.0-or-later
// Whom "all" leaves out, by the command line and on the dashboard.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellAll } from '../../lib/all-story.mjs';
import { sessionOf } from '../../lib/room.mjs';
import { launch, newPage, openLogOffMenu, shown, signIn } from '../browser.mjs';

tellAll(() => test('the dashboard\'s dialog names them too', async () => {
  const browser = await launch();
  const page = await newPage(browser);
  try {
    await shown([page], 'all-left-out', async () => {
      await signIn(page, 'olga');
      await openLogOffMenu(page);
      await page.locator('[data-command="log-off-all"]').click();
      const dialog = page.locator('dialog[open]');
      await dialog.locator(`[data-hit="${sessionOf('ana')?.id}"]`).waitFor();
      assert.equal(await dialog.locator('[data-hit]').count(), 1);
      for (const user of ['olga', 'pupil01', 'admin'])
        assert.match(await dialog.locator(`[data-left-out="${sessionOf(user)?.id}"]`).innerText(), /\S+.*\S+/, user);
      assert.equal(await dialog.locator('[data-left-out]').count(), 3);
    });
  } finally {
    await browser.close();
  }
}));
