// SPDX-License-Identifier: GPL-3.0-or-later
// node run.mjs [STORY...]: the stories, on the booted host that this runs on.
// @ts-check
import { runStories } from '../lib/stories.mjs';

runStories(new URL('stories/', import.meta.url));
