// SPDX-License-Identifier: GPL-3.0-or-later
// node run.mjs [STORY...]: the stories, in the room that this runs in.
// @ts-check
import { runStories } from '../lib/stories.mjs';

runStories(new URL('stories/', import.meta.url));
