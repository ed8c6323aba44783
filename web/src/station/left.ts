// SPDX-License-Identifier: GPL-3.0-or-later

import { _ } from '../common/words.js';

/** What happened to the desktop that was here: the reasons of ViewClosed and LoginEnded. */
export function leftText(reason: string): string {
    const table: Record<string, () => string> = {
        'suspended': () => _('Your session is suspended. Your programs stay open: log on again, here or elsewhere, to go on.'),
        'idle': () => _('Your session was suspended because it was not used. Your programs stay open: log on again, here or elsewhere, to go on.'),
        'moved': () => _('Your session was opened at another station.'),
        'ended': () => _('Your session has ended.'),
        'signed-out': () => _('Your session is suspended. Your programs stay open: log on again, here or elsewhere, to go on.'),
        'absent': () => _('Your session was suspended because this page was away for too long.'),
        'expired': () => _('Your session was suspended because this page was away for too long.'),
        'locked': () => _('The screen is locked.'),
    };
    return table[reason]?.() ?? '';
}
