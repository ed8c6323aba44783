// SPDX-License-Identifier: GPL-3.0-or-later
// What real programs have not saved: where logind and the users' own managers take part.
// @ts-check
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { programsStory } from '../../lib/programs-story.mjs';
import { manyseat, run } from '../../lib/room.mjs';
import { until } from '../../lib/wait.mjs';

const file = '/etc/manyseat/manyseat.conf.d/95-programs.conf';

programsStory(async (seconds) => {
  mkdirSync('/etc/manyseat/manyseat.conf.d', { recursive: true });
  if (seconds === null)
    rmSync(file, { force: true });
  else
    writeFileSync(file, `[log-off]\nask=${seconds}\n`);
  assert.equal(run(['systemctl', 'restart', 'manyseatd.service']).status, 0);
  await until('manyseatd answers', () => manyseat(['status']).status === 0);
});
