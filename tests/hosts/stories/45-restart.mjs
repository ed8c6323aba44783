// SPDX-License-Identifier: GPL-3.0-or-later
// manyseatd killed at each stage of a job, where systemd starts it again: the story of tests/system.
// @ts-check
import '../../system/stories/38-restart.mjs';
