// SPDX-License-Identifier: GPL-3.0-or-later
// What the dashboard knows: the sessions, the jobs that end some of them, and how that went.

import { compareNames, hostNow } from '../common/format.js';
import { displayName, type Blocker, type Job, type JobRow, type Outcome, type Session } from '../common/protocol.js';
import type { Socket } from '../common/socket.js';

const GATHER_MS = 30;
const OUTCOME_MS = 60000; // an outcome stands on its tile for so long
const LASTING: Outcome[] = ['held-up', 'failed', 'leftovers']; // but these, until somebody has seen to them
const RECENT_US = 15 * 60 * 1e6; // a page that is opened later shows what was held up in this time

export interface ShownOutcome {
    outcome: Outcome;
    detail: string;
    blockers: Blocker[];
    closed: string[];
}

/** One tile: a session, or what became of it. */
export interface Tile {
    session: Session;
    gone: boolean;
    /** It is being ended: the job and its row. */
    job?: Job;
    row?: JobRow;
    outcome?: ShownOutcome;
    /** The user asks for more time. */
    asks?: boolean;
}

export class Room {
    private sessions = new Map<string, Session>();
    private gone = new Map<string, Session>();
    private jobs = new Map<string, Job>();
    private outcomes = new Map<string, ShownOutcome & { timer: number }>();
    private seen = new Set<string>(); // "job/session" whose outcome has been dealt with
    private loaded = false;
    private timer = 0;

    /** onChanged: something that tiles() gives is different. jobDone: a job that this page saw running is over. */
    constructor(private onChanged: () => void, private jobDone: (job: Job) => void) {}

    /** A log-off of a full room makes hundreds of signals: they are told together. */
    private changed(): void {
        this.timer ||= window.setTimeout(() => {
            this.timer = 0;
            this.onChanged();
        }, GATHER_MS);
    }

    /** Everything anew, after each connection. */
    async load(socket: Socket): Promise<void> {
        await socket.call('Subscribe');
        const before = this.sessions;
        // each answer is taken before the next message is looked at: no signal in between is overwritten
        const sessions = await socket.call<Session[]>('ListSessions');
        this.sessions = new Map(sessions.map((each) => [each.id, each]));
        const jobs = await socket.call<Job[]>('ListJobs');
        this.takeJobs(jobs);
        for (const [id, session] of before)
            if (!this.sessions.has(id) && this.outcomes.has(id))
                this.gone.set(id, { ...session, state: 'ended' });
        this.loaded = true;
        this.changed();
    }

    /** Of another login: nothing may stay. */
    clear(): void {
        for (const each of this.outcomes.values())
            window.clearTimeout(each.timer);
        for (const map of [this.sessions, this.gone, this.jobs, this.outcomes, this.seen])
            map.clear();
        this.loaded = false;
        this.changed();
    }

    takeSignal(name: string, argument: unknown): void {
        switch (name) {
        case 'SessionChanged':
            this.sessions.set((argument as Session).id, argument as Session);
            break;
        case 'SessionRemoved':
            this.takeRemoved(argument as Session);
            break;
        case 'JobChanged':
            this.takeJob(argument as Job, true);
            break;
        }
        this.changed();
    }

    session(id: string): Session | undefined {
        return this.sessions.get(id);
    }

    /** The name of an account that has a session here, else the account. */
    nameOf(user: string): string {
        for (const session of this.sessions.values())
            if (session.user === user)
                return displayName(session);
        return user;
    }

    tiles(): Tile[] {
        const living = [...this.sessions.values()].filter((each) => each.state !== 'ended');
        const gone = [...this.gone.values()].filter((each) => !this.sessions.has(each.id));
        const running = this.runningRows();
        return [...living.map((each) => this.tile(each, running.get(each.id))), ...gone.map((each) => this.tile(each, undefined))]
            .sort((a, b) => compareNames(displayName(a.session), displayName(b.session)) ||
                compareNames(a.session.id, b.session.id));
    }

    /** Take an outcome off its tile, and the tile with it when the session is gone. */
    dismiss(id: string): void {
        window.clearTimeout(this.outcomes.get(id)?.timer);
        this.outcomes.delete(id);
        this.gone.delete(id);
        this.changed();
    }

    private tile(session: Session, running: Required<Pick<Tile, 'job' | 'row'>> | undefined): Tile {
        const outcome = this.outcomes.get(session.id);
        const asks = running !== undefined && running.row['wants-time'];
        return { session, gone: !this.sessions.has(session.id), ...running, ...(outcome ? { outcome } : {}), asks };
    }

    /** By session: the job and the row that end it. */
    private runningRows(): Map<string, { job: Job; row: JobRow }> {
        const rows = new Map<string, { job: Job; row: JobRow }>();
        for (const job of this.jobs.values())
            for (const row of job.rows)
                if (row.outcome === '' && row.stage !== 'done')
                    rows.set(row.session, { job, row });
        return rows;
    }

    private takeJobs(jobs: Job[]): void {
        const known = new Set(jobs.map((each) => each.id));
        for (const id of this.jobs.keys())
            if (!known.has(id))
                this.jobs.delete(id);
        for (const job of jobs)
            this.takeJob(job, this.loaded);
    }

    private takeRemoved(session: Session): void {
        this.sessions.delete(session.id);
        this.gone.set(session.id, { ...session, state: 'ended' });
        if (session.outcome !== '' || !this.outcomes.has(session.id))
            this.note(session.id, { outcome: session.outcome || 'clean', detail: session.detail, blockers: [], closed: [] });
    }

    private takeJob(job: Job, show: boolean): void {
        const before = this.jobs.get(job.id);
        for (const row of job.rows) {
            const key = `${job.id}/${row.session}`;
            if (row.outcome === '' || this.seen.has(key))
                continue;
            this.seen.add(key);
            if (show || (row.outcome === 'held-up' && this.isRecent(job, row)))
                this.note(row.session, row);
        }
        if (job.state === 'running')
            this.jobs.set(job.id, job);
        else
            this.jobs.delete(job.id);
        if (before !== undefined && job.state === 'done')
            this.jobDone(job);
    }

    /** Before this page was opened, but of a session that is still there. */
    private isRecent(job: Job, row: JobRow): boolean {
        return this.sessions.has(row.session) && job.created > hostNow() - RECENT_US;
    }

    private note(id: string, { outcome, detail, blockers, closed }: ShownOutcome): void {
        window.clearTimeout(this.outcomes.get(id)?.timer);
        const timer = LASTING.includes(outcome) ? 0 : window.setTimeout(() => this.dismiss(id), OUTCOME_MS);
        this.outcomes.set(id, { outcome, detail, blockers, closed, timer });
    }
}
