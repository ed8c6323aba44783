// SPDX-License-Identifier: GPL-3.0-or-later
// The dashboard's commands: what the menus offer, and when.

import type { MenuEntry, MenuItem } from '../common/menu.js';
import type { Session, TileSize, Verb } from '../common/protocol.js';
import { _, _c } from '../common/words.js';
import type { Tile } from './room.js';

export interface Situation {
    tiles: Tile[];
    selected: Tile[];
    size: TileSize;
}

export const sizes: TileSize[] = ['small', 'medium', 'large'];

export function sizeName(size: TileSize): string {
    switch (size) {
    case 'small': return _c('size', 'Small');
    case 'medium': return _c('size', 'Medium');
    case 'large': return _c('size', 'Large');
    }
}

export function may(session: Session, verb: Verb): boolean {
    return session.may.includes(verb);
}

function anyMay(tiles: Tile[], verb: Verb): boolean {
    return tiles.some((each) => !each.gone && may(each.session, verb));
}

function logOffSelected({ selected }: Situation): MenuItem {
    return { command: 'log-off-selected', label: _('Log off selected users'), disabled: !anyMay(selected, 'log-off') };
}

function suspendSelected({ selected }: Situation): MenuItem {
    return {
        command: 'suspend-selected', label: _('Suspend selected users'), hint: _('programs stay open'),
        disabled: !anyMay(selected, 'suspend'),
    };
}

function view({ selected }: Situation): MenuItem {
    return { command: 'view', label: _('View'), disabled: selected.length !== 1 || !anyMay(selected, 'view') };
}

function selectAll({ tiles }: Situation): MenuItem {
    return { command: 'select-all', label: _('Select all'), disabled: tiles.every((each) => each.gone) };
}

/** The menu at the top left. */
export function mainMenu(now: Situation): MenuEntry[] {
    const others = now.tiles.filter((each) => !each.session.own);
    return [
        {
            command: 'log-off-users', label: _('Log off users'), items: [
                logOffSelected(now),
                { command: 'log-off-all', label: _('Log off all users'), disabled: !anyMay(others, 'log-off') },
            ],
        },
        {
            command: 'suspend-users', label: _('Suspend'), items: [
                suspendSelected(now),
                {
                    command: 'suspend-all', label: _('Suspend all users'), hint: _('programs stay open'),
                    disabled: !anyMay(others, 'suspend'),
                },
            ],
        },
        'separator',
        view(now),
        selectAll(now),
        'separator',
        {
            command: 'size', label: _('Size'), items: sizes.map((size) =>
                ({ command: `size-${size}`, label: sizeName(size), checked: now.size === size })),
        },
    ];
}

/** The menu of the selected tiles. */
export function tileMenu(now: Situation): MenuEntry[] {
    const counting = now.selected.some((each) => each.row !== undefined);
    return [
        logOffSelected(now),
        suspendSelected(now),
        view(now),
        ...(counting ? [{ command: 'cancel-selected', label: _('Cancel the log-off') }] : []),
        'separator',
        selectAll(now),
    ];
}
