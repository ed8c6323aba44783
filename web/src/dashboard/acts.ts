// SPDX-License-Identifier: GPL-3.0-or-later
// What the dashboard does to sessions, and what it says about how that went.

import type { ConfirmDialog } from '../common/confirm-dialog.js';
import { isolated } from '../common/format.js';
import { blockerText, errorText } from '../common/names.js';
import { displayName, type Job, type Plan, type Result, type Selection, type Unsaved } from '../common/protocol.js';
import { CallError, type Socket } from '../common/socket.js';
import type { ToastList } from '../common/toast.js';
import { _, _n } from '../common/words.js';
import type { LogOffRequest } from './log-off-dialog.js';
import type { Tile } from './room.js';
import { saveFile, screenshotName, takeScreenshot } from './screenshot.js';

const ENDED = ['clean', 'ended-by-user', 'forced', 'leftovers'];

const doneText = {
    Suspend: (n: number) => _n('{n} session suspended', '{n} sessions suspended', n),
    Lock: (n: number) => _n('{n} session locked', '{n} sessions locked', n),
    Unlock: (n: number) => _n('{n} session unlocked', '{n} sessions unlocked', n),
};

export class Acts {
    constructor(private socket: Socket, private toasts: () => ToastList) {}

    /** Bound, to be handed on. Rejects with CallError, as logOff() does. */
    readonly plan = (selection: Selection): Promise<Plan> => this.socket.call<Plan>('PlanLogOff', selection);
    readonly unsaved = (selection: Selection): Promise<Unsaved[]> => this.socket.call<Unsaved[]>('ListUnsaved', selection);

    async logOff(request: LogOffRequest): Promise<void> {
        await this.socket.call<string>('LogOff', { sessions: request.sessions }, request.options);
        this.toasts().clear(); // what they say is about the last one
    }

    async toSessions(method: 'Suspend' | 'Lock' | 'Unlock', selection: Selection): Promise<void> {
        await this.report(async () => {
            const results = await this.socket.call<Result[]>(method, selection);
            const done = results.filter((each) => each.done).length;
            if (done > 0 || results.length === 0)
                this.toasts().status(doneText[method](done));
            for (const error of new Set(results.filter((each) => !each.done).map((each) => each.error)))
                this.toasts().error(errorText(error));
        });
    }

    async cancel(tile: Tile): Promise<void> {
        const job = tile.job;
        if (job === undefined)
            return;
        await this.report(async () => {
            const results = await this.socket.call<Result[]>('CancelJob', job.id, [tile.session.id]);
            for (const error of results.filter((each) => !each.done).map((each) => each.error))
                this.toasts().error(errorText(error));
        });
    }

    /** Put the end of some sessions off. */
    async grant(tiles: Tile[], minutes: number): Promise<void> {
        const given: Tile[] = [];
        await Promise.all(tiles.map((each) => this.report(async () => {
            await this.socket.call('Grant', each.session.id, minutes);
            given.push(each);
        })));
        if (given.length === 1)
            this.toasts().status(_n('{name}: {n} more minute', '{name}: {n} more minutes', minutes,
                { name: isolated(displayName(given[0]!.session)) }));
        else if (given.length > 1)
            this.toasts().status(_n('{n} user has more time', '{n} users have more time', given.length));
    }

    /** Tell those who asked for more time that there is none. */
    async refuse(tiles: Tile[]): Promise<void> {
        const told: Tile[] = [];
        await Promise.all(tiles.map((each) => this.report(async () => {
            await this.socket.call('Refuse', each.session.id);
            told.push(each);
        })));
        if (told.length === 1)
            this.toasts().status(_('{name}: no more time', { name: isolated(displayName(told[0]!.session)) }));
        else if (told.length > 1)
            this.toasts().status(_n('{n} user gets no more time', '{n} users get no more time', told.length));
    }

    /** End what was held up, after a last question. */
    async force(tiles: Tile[], dialog: ConfirmDialog): Promise<void> {
        const first = tiles[0];
        if (first === undefined)
            return;
        const blockers = first.outcome?.blockers ?? [];
        const what = tiles.length > 1 ? tiles.map((each) => displayName(each.session)) : blockers.map(blockerText);
        const heading = tiles.length > 1 ? _n('Log off {n} user by force?', 'Log off {n} users by force?', tiles.length)
            : _('Log off {name} by force?', { name: isolated(displayName(first.session)) });
        if (await dialog.ask(heading, _('Programs are ended at once; unsaved work is lost.'), _('Force the log-off'), what))
            await this.report(() => this.logOff({ sessions: tiles.map((each) => each.session.id), options: { mode: 'force', warn: 0 } }));
    }

    /** One file for each. */
    async saveScreenshots(tiles: Tile[]): Promise<void> {
        for (const { session } of tiles)
            await this.report(async () => saveFile(await takeScreenshot(session.id), screenshotName(session, new Date())));
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
