// SPDX-License-Identifier: GPL-3.0-or-later
// What the person at a station is told about the end of his session: from the jobs as they change, nothing of the page.

import type { Job, JobRow } from '../common/protocol.js';

const SHOWN_OUTCOMES = ['cancelled', 'held-up', 'failed'];
const LEAST_GRANT_MS = 30000; // a deadline that moves by less is not a grant

export interface Notice {
    job: Job;
    row: JobRow;
    /** Minutes that were given last; 0 none yet. */
    granted: number;
}

/** The newest job about one session, until it is dismissed or superseded. */
export class Notices {
    current: Notice | undefined;
    private dismissed = ''; // a job: its other rows go on changing

    /** A job came or changed; false when nothing about this session is different. */
    take(job: Job, session: string): boolean {
        const row = job.rows.find((each) => each.session === session);
        const before = this.current;
        if (row === undefined || job.id === this.dismissed || (before !== undefined && job.created < before.job.created))
            return false;
        const same = before?.job.id === job.id ? before : undefined;
        if (row.outcome !== '' && (same === undefined || !SHOWN_OUTCOMES.includes(row.outcome))) {
            if (same !== undefined)
                this.dismiss(); // the session ends, and its desktop with it
            return same !== undefined;
        }
        this.current = { job, row, granted: grantedMinutes(same, row) };
        return true;
    }

    dismiss(): void {
        this.dismissed = this.current?.job.id ?? this.dismissed;
        this.current = undefined;
    }

    /** Of another session. */
    clear(): void {
        this.current = undefined;
        this.dismissed = '';
    }
}

function grantedMinutes(before: Notice | undefined, row: JobRow): number {
    if (before === undefined || before.row.stage !== 'warn' || row.stage !== 'warn')
        return 0;
    const moreMs = (row.deadline - before.row.deadline) / 1000;
    return moreMs < LEAST_GRANT_MS ? before.granted : Math.max(1, Math.round(moreMs / 60000));
}
