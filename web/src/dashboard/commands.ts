// SPDX-License-Identifier: GPL-3.0-or-later
// The dashboard's commands: what the menus offer, and when.

import type { MenuEntry, MenuItem } from '../common/menu.js';
import type { Session, TileSize, Verb } from '../common/protocol.js';
import { _, _c, _n } from '../common/words.js';
import type { Tile } from './room.js';

export interface Situation {
    tiles: Tile[];
    selected: Tile[];
    size: TileSize;
    user: string; // who looks
    enlarged: boolean; // one tile is, and that one is selected
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

/** Which of some tiles an act is for. */
export function lockable(tiles: Tile[]): Tile[] {
    return tiles.filter(({ gone, session }) => !gone && session.state !== 'locked' && may(session, 'lock'));
}

export function unlockable(tiles: Tile[]): Tile[] {
    return tiles.filter(({ gone, session }) => !gone && session.state === 'locked' && may(session, 'unlock'));
}

/** Whose pictures are to be had. */
export function showable(tiles: Tile[]): Tile[] {
    return tiles.filter(({ gone, session }) => !gone && session.monitored && may(session, 'thumbnail'));
}

export function grantable(tiles: Tile[]): Tile[] {
    return tiles.filter(({ session, row }) => row?.stage === 'warn' && may(session, 'grant'));
}

/** Who asks for more time can also be told that there is none. */
export function refusable(tiles: Tile[]): Tile[] {
    return grantable(tiles.filter((each) => each.asks));
}

export function forceable(tiles: Tile[]): Tile[] {
    return tiles.filter(({ session, row, outcome, gone }) => !gone && row === undefined && outcome !== undefined &&
        ['held-up', 'failed'].includes(outcome.outcome) && may(session, 'log-off'));
}

/** Whoever may end it may leave it; only what one did to oneself is one's own to call off. */
export function cancellable(tiles: Tile[], user: string): Tile[] {
    return tiles.filter(({ session, job, row }) => row !== undefined && ['warn', 'ask', 'grace'].includes(row.stage) &&
        (job?.by === user || (!session.own && may(session, 'log-off'))));
}

/** Minutes to choose from when somebody asks for more time. */
export const GRANTS = [5, 15];

export function grantName(minutes: number): string {
    return _n('Give {n} more minute', 'Give {n} more minutes', minutes);
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

function lockSelected({ selected }: Situation): MenuItem {
    return { command: 'lock-selected', label: _('Lock selected sessions'), disabled: lockable(selected).length === 0 };
}

function unlockSelected({ selected }: Situation): MenuItem {
    return { command: 'unlock-selected', label: _('Unlock selected sessions'), disabled: unlockable(selected).length === 0 };
}

function enlarge({ selected, enlarged }: Situation): MenuItem {
    return enlarged ? { command: 'back', label: _('Back to all desktops') }
        : { command: 'enlarge', label: _('Enlarge'), disabled: selected.length !== 1 || showable(selected).length === 0 };
}

/** A locked desktop is shown to nobody. */
export function capturable(tiles: Tile[]): Tile[] {
    return showable(tiles).filter(({ session }) => session.state !== 'locked');
}

function screenshot({ selected }: Situation): MenuItem {
    return { command: 'screenshot', label: _('Save a screenshot'), disabled: capturable(selected).length === 0 };
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
        { command: 'lock-users', label: _('Lock or unlock sessions'), items: [lockSelected(now), unlockSelected(now)] },
        'separator',
        enlarge(now),
        screenshot(now),
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
    const { selected } = now;
    const first: MenuItem[] = [
        ...(grantable(selected).length > 0 ? GRANTS.map((each) => ({ command: `grant-${each}`, label: grantName(each) })) : []),
        ...(refusable(selected).length > 0 ? [{ command: 'refuse-selected', label: _('No more time') }] : []),
        ...(cancellable(selected, now.user).length > 0 ? [{ command: 'cancel-selected', label: _('Cancel the log-off') }] : []),
        ...(forceable(selected).length > 0 ? [{ command: 'force-selected', label: _('Force the log-off') }] : []),
    ];
    return [
        ...first,
        ...(first.length > 0 ? ['separator' as const] : []),
        logOffSelected(now),
        suspendSelected(now),
        ...(lockable(selected).length > 0 || unlockable(selected).length === 0 ? [lockSelected(now)] : []),
        ...(unlockable(selected).length > 0 ? [unlockSelected(now)] : []),
        enlarge(now),
        screenshot(now),
        'separator',
        selectAll(now),
    ];
}
