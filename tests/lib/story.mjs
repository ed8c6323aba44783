// SPDX-License-Identifier: GPL-3.0-or-later
// node story.mjs FILE: one file of tests. TAP on standard output.
// @ts-check
import { resolve } from 'node:path';
import { runFiles } from './stories.mjs';

runFiles([resolve(process.argv[2])]);
