// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in a row of the audit, in the person's language. A name that is not known is shown as it came.

import { isolated } from '../common/format.js';
import { failureText, outcomeName, roleName } from '../common/names.js';
import type { TileSize } from '../common/protocol.js';
import { _, _c } from '../common/words.js';
import { sizeName, sizes } from './commands.js';

/** The record "audit" of interfaces/org.manyseat.Manager.xml. */
export interface AuditRow {
    id: number;
    when: number; // microseconds since 1970
    who: string;
    act: string;
    whom: string;
    session: string;
    result: string;
    detail: string;
    source: string;
}

const acts: Record<string, () => string> = {
    'log-on': () => _c('act', 'log-on'),
    'log-off': () => _c('act', 'log-off'),
    'log-off-outcome': () => _c('act', 'log-off: outcome'),
    'session-end': () => _c('act', 'end of session'),
    'suspend': () => _c('act', 'suspend'),
    'resume': () => _c('act', 'resume'),
    'lock': () => _c('act', 'lock'),
    'unlock': () => _c('act', 'unlock'),
    'cancel': () => _c('act', 'cancel'),
    'request-time': () => _c('act', 'request for more time'),
    'grant': () => _c('act', 'more time'),
    'refuse': () => _c('act', 'no more time'),
    'proceed': () => _c('act', 'log off now'),
    'view': () => _c('act', 'view'),
    'enlarge': () => _c('act', 'enlarge'),
    'screenshot': () => _c('act', 'screenshot'),
    'control': () => _c('act', 'control'),
    'sign-in': () => _c('act', 'sign-in'),
    'sign-out': () => _c('act', 'sign-out'),
    'role': () => _c('act', 'change of role'),
    'account': () => _c('act', 'change of account'),
};

/** Every act there is. */
export const actNames: string[] = Object.keys(acts);

export function actName(act: string): string {
    return acts[act]?.() ?? act;
}

/** A person as he is called, or a limit of the host. */
export function whoName(who: string): string {
    const limits: Record<string, () => string> = {
        'limit:idle': () => _c('who', 'idle limit'),
        'limit:suspended': () => _c('who', 'suspended limit'),
    };
    return limits[who]?.() ?? who;
}

export function resultName(result: string): string {
    const names: Record<string, () => string> = {
        done: () => _c('result', 'done'),
        refused: () => _c('result', 'refused'),
        failed: () => _c('result', 'failed'),
    };
    return names[result]?.() ?? result;
}

function modeName(mode: string): string {
    const names: Record<string, () => string> = {
        'ask': () => _c('mode', 'ask'),
        'ask-then-force': () => _c('mode', 'ask, then force'),
        'force': () => _c('mode', 'force'),
    };
    return names[mode]?.() ?? mode;
}

/** "clean", and what the host adds to it in English. */
function outcomeText(detail: string): string {
    const [outcome, ...more] = detail.split(' ');
    const name = outcomeName(outcome ?? '', '');
    return more.length === 0 ? name : `${name}: ${isolated(more.join(' '))}`;
}

/** A log-on's: what it did, or why it was refused. */
function logOnText({ result, detail }: AuditRow): string {
    const names: Record<string, () => string> = {
        start: () => _c('log-on', 'a new session'),
        resume: () => _c('log-on', 'the session that was there'),
        done: () => '',
    };
    return result === 'refused' ? failureText(detail) : names[detail]?.() ?? detail;
}

/** The host's detail as people read it. */
export function detailText(row: AuditRow): string {
    const [from, to] = row.detail.split(', ');
    switch (row.act) {
    case 'log-off':
        return row.result === 'done' ? modeName(row.detail) : row.detail;
    case 'log-off-outcome': case 'session-end':
        return outcomeText(row.detail);
    case 'cancel':
        return _('job {id}', { id: row.detail });
    case 'log-on': case 'sign-in':
        return logOnText(row);
    case 'role':
        return to === undefined ? row.detail : _('{from}, now {to}', { from: roleName(from!), to: roleName(to) });
    case 'account':
        return to === undefined ? row.detail : _('{from}, now {to}', { from: from!, to });
    case 'screenshot':
        return sizes.includes(row.detail as TileSize) ? sizeName(row.detail as TileSize) : row.detail;
    default:
        return row.detail;
    }
}
