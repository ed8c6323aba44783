// SPDX-License-Identifier: GPL-3.0-or-later
// What real programs have not saved: without systemd.
// @ts-check
import { configure } from '../../lib/room.mjs';
import { programsStory } from '../../lib/programs-story.mjs';

/** @type {number | null} */
let set = null;

programsStory(async (seconds) => {
  if (seconds !== null || set !== null)
    await configure('95-programs', seconds === null ? null : `[log-off]\nask=${seconds}\n`);
  set = seconds;
});
