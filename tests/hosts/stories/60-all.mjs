// SPDX-License-Identifier: GPL-3.0-or-later
// Whom "all" leaves out, by the command line.
// @ts-check
import { tellAll } from '../../lib/all-story.mjs';

tellAll();
