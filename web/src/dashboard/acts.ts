// SPDX-License-Identifier: GPL-3.0-or-later
// What the dashboard does to sessions, and what it says about how that went.

import { errorText } from '../common/names.js';
import type { Job, Plan, Result, Selection } from '../common/protocol.js';
import { CallError, type Socket } from '../common/socket.js';
import type { ToastList } from '../common/toast.js';
import { _n } from '../common/words.js';
import type { LogOffRequest } from './log-off-dialog.js';
import type { Tile } from './room.js';

const ENDED = ['clean', 'ended-by-user', 'forced', 'leftovers'];

export class Acts {
    constructor(private socket: Socket, private toasts: () => ToastList) {}

    /** Bound, to be handed on. Rejects with CallError, as logOff() does. */
    readonly plan = (selection: Selection): Promise<Plan> => this.socket.call<Plan>('PlanLogOff', selection);

    async logOff(request: LogOffRequest): Promise<void> {
        await this.socket.call<string>('LogOff', { sessions: request.sessions }, request.options);
    }

    async suspend(selection: Selection): Promise<void> {
        await this.report(async () => {
            const results = await this.socket.call<Result[]>('Suspend', selection);
            const done = results.filter((each) => each.done).length;
            if (done > 0 || results.length === 0)
                this.toasts().status(_n('{n} session suspended', '{n} sessions suspended', done));
            for (const error of new Set(results.filter((each) => !each.done).map((each) => each.error)))
                this.toasts().error(errorText(error));
        });
    }

    async cancel(tile: Tile): Promise<void> {
        const job = tile.job;
        if (job !== undefined)
            await this.report(() => this.socket.call('CancelJob', job.id, [tile.session.id]));
    }

    /** A log-off that this page saw running is over. */
    reportJob(job: Job): void {
        const ended = job.rows.filter((each) => ENDED.includes(each.outcome)).length;
        const open = job.rows.filter((each) => !ENDED.includes(each.outcome) && each.outcome !== 'cancelled').length;
        if (ended > 0)
            this.toasts().status(_n('{n} user logged off', '{n} users logged off', ended));
        if (open > 0)
            this.toasts().error(_n('{n} user is still logged on', '{n} users are still logged on', open));
    }

    private async report(act: () => Promise<unknown>): Promise<void> {
        try {
            await act();
        } catch (error) {
            this.toasts().error(errorText(error instanceof CallError ? error.errorName : ''));
        }
    }
}
