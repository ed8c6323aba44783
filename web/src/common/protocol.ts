// SPDX-License-Identifier: GPL-3.0-or-later
// The records of interfaces/org.manyseat.Manager.xml as they come in JSON; see there for each key.

export type SessionState = 'starting' | 'active' | 'suspended' | 'locked' | 'ending' | 'ended';
export type Outcome =
    '' | 'clean' | 'ended-by-user' | 'cancelled' | 'held-up' | 'forced' | 'leftovers' | 'failed';
export type Stage = 'warn' | 'ask' | 'grace' | 'stop' | 'kill' | 'verify' | 'done';
export type EndMode = 'ask' | 'ask-then-force' | 'force';
export type Role = 'standard' | 'dashboard' | 'administrator';
export type TileSize = 'small' | 'medium' | 'large';
export type Verb = 'view' | 'suspend' | 'lock' | 'unlock' | 'log-off' | 'thumbnail' | 'grant';

export interface Session {
    id: string;
    user: string;
    'full-name': string;
    role: Role;
    state: SessionState;
    desktop: string;
    station: string;
    own: boolean;
    hosted: boolean;
    monitored: boolean;
    suspends?: number; // the idle limit suspends it then, microseconds since 1970; 0 not soon
    unwatched: string; // why not, or ""
    'station-kind': '' | 'browser' | 'seat' | 'rdp';
    may: Verb[];
    viewers: string[];
    job: string;
    outcome: Outcome;
    detail: string;
}

/** What may have unsaved changes: the application, and its window's title or the reason. */
export type Blocker = [application: string, title: string];

export interface JobRow {
    session: string;
    user: string;
    stage: Stage;
    deadline: number; // microseconds since 1970; 0 none
    outcome: Outcome;
    detail: string;
    blockers: Blocker[];
    /** Applications that were asked and have closed. */
    closed: string[];
    'wants-time': boolean;
    refused: boolean; // no more time was given
}

export interface Job {
    id: string;
    by: string;
    'by-name': string;
    mode: EndMode;
    message: string;
    state: 'running' | 'done';
    created: number;
    rows: JobRow[];
}

export interface Caller {
    user: string;
    'full-name': string;
    role: Role;
    via: string;
    session?: string;
}

export interface LeftOut {
    session: string;
    user: string;
    reason: string;
}

export interface Plan {
    hit: Session[];
    'left-out': LeftOut[];
}

/** What can be seen of unsaved work in a session. */
export interface Unsaved {
    session: string;
    unsaved: Blocker[];
    unknown: Blocker[];
    known: boolean;
}

export interface Result {
    session: string;
    user: string;
    done: boolean;
    error: string;
    detail: string;
}

export interface Choice {
    id: string;
    name?: string;
    default: boolean;
}

export type Selection = { sessions: string[] } | { all: true };

/** How a person is called: the full name, else the account's. */
export function displayName(person: { user: string; 'full-name'?: string }): string {
    return person['full-name'] || person.user;
}
