// SPDX-License-Identifier: GPL-3.0-or-later
// The names of src/base/names.h in the person's language. A name that is not known is shown as it came.

import { listOf } from './format.js';
import type { Blocker, Session } from './protocol.js';
import { _, _c } from './words.js';

function pick(table: Record<string, () => string>, name: string): string {
    return table[name]?.() ?? name;
}

export function stateName(state: string): string {
    return pick({
        starting: () => _c('state', 'starting'),
        active: () => _c('state', 'active'),
        suspended: () => _c('state', 'suspended'),
        locked: () => _c('state', 'locked'),
        ending: () => _c('state', 'ending'),
        ended: () => _c('state', 'ended'),
    }, state);
}

export function outcomeName(outcome: string, detail: string): string {
    return pick({
        'clean': () => _c('outcome', 'clean'),
        'ended-by-user': () => _c('outcome', 'ended by the user'),
        'cancelled': () => _c('outcome', 'cancelled'),
        'held-up': () => detail === '' ? _c('outcome', 'held up') : _c('outcome', 'held up (by {what})', { what: detail }),
        'forced': () => _c('outcome', 'forced'),
        'leftovers': () => _c('outcome', 'leftovers'),
        'failed': () => _c('outcome', 'failed'),
    }, outcome);
}

/** "Mousepad: essay" */
export function blockerText([application, title]: Blocker): string {
    return title === '' ? application : `${application}: ${title}`;
}

/** By what a session is held up: its applications, else the host's reason. */
export function heldUpBy(blockers: Blocker[], detail: string): string {
    if (blockers.length > 0)
        return listOf([...new Set(blockers.map(([application]) => application))]);
    return pick({
        'the user has called it off': () => _c('held up by', 'the user'),
        'its programs could not be asked': () => _c('held up by', 'programs that could not be asked'),
    }, detail);
}

/** What is being done to a session that is being ended. */
export function stageName(stage: string): string {
    return pick({
        warn: () => _c('stage', 'the user is being warned'),
        ask: () => _c('stage', 'programs are asked to close'),
        grace: () => _c('stage', 'waiting for programs'),
        stop: () => _c('stage', 'programs are being ended'),
        kill: () => _c('stage', 'programs are being ended by force'),
        verify: () => _c('stage', 'looking for leftovers'),
        done: () => _c('stage', 'done'),
    }, stage);
}

export function roleName(role: string): string {
    return pick({
        standard: () => _c('role', 'standard user'),
        dashboard: () => _c('role', 'dashboard user'),
        administrator: () => _c('role', 'administrator'),
    }, role);
}

/** Why a sign-in or a log-on did not succeed, and what can be done. */
export function failureText(reason: string): string {
    const table: Record<string, () => string> = {
        'denied': () => _('The name or the password is wrong.'),
        'account': () => _('This account is locked or has expired. Please ask the administrator.'),
        'no-logins': () => _('This computer accepts nobody at the moment. Please try again later.'),
        'password': () => _('The password has expired and was not changed.'),
        'not-permitted': () => _('This account is not allowed to do that.'),
        'elsewhere': () => _('You already have a desktop open on this computer, outside this page. End it there first.'),
        'limit': () => _('Too many people are using this computer right now. Please try again in a moment.'),
        'no-desktop': () => _('That desktop is not installed on this computer. Please choose another.'),
        'no-xvnc': () => _('The desktop could not be started: its display is missing or does not start.'),
        'ending': () => _('Your previous session is still being ended. Please try again in a moment.'),
        'timeout': () => _('There was no answer in time. Please try again.'),
        'cancelled': () => _('Cancelled.'),
        'unreachable': () => _('The computer does not answer. Please try again in a moment.'),
    };
    return table[reason]?.() ?? _('Something went wrong on the computer. Its log says what.');
}

/** Why an act failed: the error names of src/bus/error.h. */
export function errorText(name: string): string {
    const table: Record<string, () => string> = {
        NotPermitted: () => _('You are not allowed to do that.'),
        NotSignedIn: () => _('You are not signed in any more.'),
        NoSuchSession: () => _('That session is gone already.'),
        NoSuchJob: () => _('That is over already.'),
        NotAvailable: () => _('That is not possible now.'),
        LimitReached: () => _('Too much at once. Please try again in a moment.'),
        TimedOut: () => _('There was no answer in time. Please try again.'),
        Unreachable: () => _('The computer does not answer. Please try again in a moment.'),
    };
    return table[name]?.() ?? _('That did not work. The computer’s log says why.');
}

/** Why a session is not hit by a log-off of several. */
export function leftOutText(reason: string): string {
    return pick({
        'own': () => _('your own session'),
        'role': () => _('only an administrator may end it'),
        'ending': () => _('is being ended already'),
    }, reason);
}

/** Why there is no picture of a session. */
export function noPictureText(reason: string): string {
    return pick({
        'wayland': () => _('No picture: this desktop runs on Wayland'),
        'setting': () => _('This session has no picture'),
        'no-x': () => _('No picture: the display can’t be reached'),
        'refused': () => _('No picture: the display refuses'),
        'too-slow': () => _('No picture: the display does not answer'),
        'ended': () => _('No picture: the display is closed'),
    }, reason);
}

/** Where the person sits. Of a session that others began, and that is at no seat, nobody may know. */
export function stationText(session: Session): string {
    if (session['station-kind'] === 'seat')
        return session.station === 'seat0' ? _('Local seat') : _('Local seat {name}', { name: session.station });
    if (session['station-kind'] === 'rdp')
        return session.station === 'RDP' ? _('RDP client') : _('RDP client {name}', { name: session.station });
    return session.station || (session.hosted ? _('no station') : '');
}
