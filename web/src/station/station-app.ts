// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { ConfirmDialog } from '../common/confirm-dialog.js';
import { signOut } from '../common/conversation.js';
import { PageElement } from '../common/element.js';
import { learnClock } from '../common/format.js';
import { brandMark } from '../common/icons.js';
import '../common/log-on-form.js';
import type { LogOnForm } from '../common/log-on-form.js';
import { errorText } from '../common/names.js';
import { displayName, type Caller, type Job, type Session } from '../common/protocol.js';
import { recall, remember } from '../common/remember.js';
import { CallError, Socket } from '../common/socket.js';
import { _ } from '../common/words.js';
import './ending-strip.js';
import './idle-strip.js';
import { leftText } from './left.js';
import { Notices, type Notice } from './notice.js';
import './station-bar.js';
import { View } from './view.js';

const VIEW_RETRY_FIRST_MS = 250;
const VIEW_RETRY_MOST_MS = 2000;
const LOGIN_END_MS = 1000;
const CANCELLED_MS = 8000; // a log-off that was cancelled is shown for so long
const STATION = 'station';

type Phase = 'connecting' | 'log-on' | 'desktop' | 'locked' | 'ending';

/** A person's place: log on, then the desktop until it is suspended, locked, moved or ended. */
export class StationApp extends PageElement {
    static override properties = {
        phase: { state: true }, notice: { state: true }, session: { state: true }, curtain: { state: true },
        failure: { state: true }, ending: { state: true }, busy: { state: true },
    };
    declare phase: Phase;
    declare notice: string; // why the person is not at the desktop: a reason of left.ts
    declare session: Session | undefined;
    declare curtain: boolean; // the desktop's picture is not there (yet)
    declare failure: string;
    declare ending: Notice | undefined; // what the strip says
    declare busy: boolean;
    private notices = new Notices();
    private noticeTimer = 0;
    private view: View | undefined;
    private retryMs = VIEW_RETRY_FIRST_MS;
    private retry = 0;
    private socket = new Socket('station', {
        caller: (caller) => void this.onCaller(caller),
        signal: (name, argument) => this.onSignal(name, argument),
        picture: () => undefined,
        lost: () => undefined,
        noLogin: (reason) => this.leave(reason),
    });

    constructor() {
        super();
        this.phase = 'connecting';
        this.notice = this.failure = '';
        this.curtain = true;
        this.busy = false;
    }

    override connectedCallback(): void {
        super.connectedCallback();
        window.addEventListener('keydown', this.onShortcut, true);
        this.socket.open();
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        window.removeEventListener('keydown', this.onShortcut, true);
        this.closeView();
        this.socket.close();
    }

    private async onCaller(caller: Caller): Promise<void> {
        void learnClock();
        try {
            await this.socket.call('Subscribe');
            const sessions = await this.socket.call<Session[]>('ListSessions');
            this.takeSession(sessions.find((each) => each.id === caller.session));
            if (this.session !== undefined)
                (await this.socket.call<Job[]>('ListJobs')).forEach((each) => this.takeJob(each));
        } catch {
            if (this.phase !== 'log-on')
                this.socket.open(); // a socket that answers nothing is of no use
        }
    }

    /** The login's own session, as it is at the beginning of a connection. */
    private takeSession(session: Session | undefined): void {
        if (session?.id !== this.session?.id)
            this.clearNotice();
        this.session = session;
        if (session === undefined)
            this.leave('ended');
        else
            this.follow(session);
    }

    /** Show what fits the session's state. */
    private follow(session: Session): void {
        if (session.state === 'locked')
            this.hideDesktop('locked');
        else if (session.state === 'ended')
            this.leave('ended');
        else if (this.phase !== 'desktop' || this.view === undefined)
            void this.showDesktop(session);
    }

    private async showDesktop(session: Session): Promise<void> {
        this.phase = 'desktop';
        this.notice = '';
        this.curtain = true;
        await this.updateComplete;
        this.closeView();
        const view = new View(this.querySelector('.screen')!, {
            connected: () => this.onConnected(),
            closed: (reason) => this.onViewClosed(reason),
        });
        view.setResize(!this.hasStrip);
        this.view = view;
        try {
            await view.open(await this.socket.ticket(session.id, 'control'));
        } catch {
            if (this.view === view)
                this.onViewClosed('lost');
        }
    }

    private onConnected(): void {
        this.curtain = false;
        this.retryMs = VIEW_RETRY_FIRST_MS;
        this.view?.focus();
    }

    private onViewClosed(reason: string): void {
        this.closeView();
        this.curtain = true;
        switch (reason) {
        case 'locked':
            this.hideDesktop('locked');
            break;
        case 'ending':
            this.hideDesktop('ending');
            break;
        case 'lost': case 'failed':
            this.retry = window.setTimeout(() => this.session && this.follow(this.session), this.retryMs);
            this.retryMs = Math.min(this.retryMs * 2, VIEW_RETRY_MOST_MS);
            break;
        case 'signed-out': // the login is over: the socket says why
            this.retry = window.setTimeout(() => this.leave(reason), LOGIN_END_MS);
            break;
        default:
            this.leave(reason);
        }
    }

    private closeView(): void {
        window.clearTimeout(this.retry);
        this.view?.close();
        this.view = undefined;
    }

    private hideDesktop(phase: 'locked' | 'ending'): void {
        this.closeView();
        this.querySelector<ConfirmDialog>('confirm-dialog')?.dismiss();
        this.busy = false;
        this.notice = '';
        this.phase = phase;
    }

    /** Nothing of the person stays on the page. */
    private leave(reason: string): void {
        this.closeView();
        this.socket.close();
        this.session = undefined;
        this.clearNotice();
        this.busy = false;
        this.failure = '';
        if (reason !== '')
            this.notice = reason;
        this.phase = 'log-on';
    }

    private onSignal(name: string, argument: unknown): void {
        const session = argument as Session;
        if (name === 'JobChanged')
            this.takeJob(argument as Job);
        else if (name === 'LoginEnded')
            this.leave(argument as string);
        else if (name === 'SessionRemoved' && session.id === this.session?.id)
            this.leave('ended');
        else if (name === 'SessionChanged' && session.id === this.session?.id)
            this.onSession(session);
    }

    /** A form that unlocks the session goes on by itself; taken away it would not get its login. */
    private onSession(session: Session): void {
        const before = this.session?.state;
        this.session = session;
        const freed = (this.phase === 'locked' && before === 'locked') || (this.phase === 'ending' && before === 'ending');
        if (session.state === 'locked' && this.phase === 'desktop')
            this.hideDesktop('locked');
        else if (freed && session.state !== before && !this.querySelector<LogOnForm>('log-on-form')?.busy)
            this.follow(session); // unlocked by somebody, or the log-off was cancelled or held up
    }

    private takeJob(job: Job): void {
        if (this.session === undefined || !this.notices.take(job, this.session.id))
            return;
        this.showNotice();
        if (this.ending?.row.outcome === 'cancelled')
            this.noticeTimer = window.setTimeout(() => this.dismissNotice(), CANCELLED_MS);
    }

    private showNotice(): void {
        window.clearTimeout(this.noticeTimer);
        this.ending = this.notices.current;
    }

    private dismissNotice(): void {
        this.notices.dismiss();
        this.showNotice();
    }

    private clearNotice(): void {
        this.notices.clear();
        this.showNotice();
    }

    private async act(method: 'Suspend' | 'Lock'): Promise<void> {
        await this.attempt(() => this.socket.call(method, { sessions: [this.session!.id] }));
        if (this.failure !== '' || this.session === undefined)
            return;
        if (method === 'Suspend')
            this.leave('suspended');
        else
            this.hideDesktop('locked');
    }

    /** Somebody else wants the place of a locked session: its login ends, the session goes on. */
    private async giveUp(): Promise<void> {
        this.leave('suspended');
        await signOut('station');
    }

    /** The person's own wish; while others end the session anyway it is "go on". */
    private async logOff(): Promise<void> {
        if (this.ending?.row.stage === 'warn') {
            await this.proceed();
            return;
        }
        if (await this.confirmed(_('Log off?'), _('Your programs will be closed. Please save your work first.'), _('Log off now')))
            await this.endSession('ask');
    }

    private async force(): Promise<void> {
        if (await this.confirmed(_('Log off anyway?'), _('Programs are ended at once; unsaved work is lost.'), _('Log off anyway')))
            await this.endSession('force');
    }

    /** Ask; the keyboard goes back to the desktop. False also when the session has gone meanwhile. */
    private async confirmed(heading: string, text: string, verb: string): Promise<boolean> {
        const wanted = await this.querySelector<ConfirmDialog>('confirm-dialog')!.ask(heading, text, verb);
        this.view?.focus();
        return wanted && this.session !== undefined;
    }

    private async endSession(mode: 'ask' | 'force'): Promise<void> {
        this.dismissNotice();
        await this.attempt(() => this.socket.call('LogOff', { sessions: [this.session!.id] }, { mode, warn: 0 }));
    }

    /** By force there is no program that asks about its work: this page does. */
    private async proceed(): Promise<void> {
        const wanted = this.ending?.job.mode !== 'force' ||
            await this.confirmed(_('Log off now?'), _('Programs are ended at once; unsaved work is lost.'), _('Log off now'));
        if (wanted)
            await this.answer(() => this.socket.call('Proceed', this.session!.id));
    }

    /** An answer to the strip. */
    private async answer(act: () => Promise<unknown>): Promise<void> {
        this.view?.focus();
        await this.attempt(act);
    }

    private async attempt(act: () => Promise<unknown>): Promise<void> {
        this.busy = true;
        this.failure = '';
        try {
            await act();
        } catch (error) {
            if (this.session !== undefined)
                this.failure = errorText(error instanceof CallError ? error.errorName : '');
        }
        this.busy = false;
    }

    /** The strip takes room from the desktop, which must not move its windows about for that. */
    protected override willUpdate(): void {
        if (this.hasStrip)
            this.view?.setResize(false);
        else
            requestAnimationFrame(() => this.view?.setResize(!this.hasStrip)); // when the strip has gone
    }

    private get hasStrip(): boolean {
        return this.ending !== undefined || this.suspends > 0;
    }

    /** When the idle limit suspends the session unless there is input; 0 not soon. */
    private get suspends(): number {
        return this.phase === 'desktop' ? this.session?.suspends ?? 0 : 0;
    }

    /** Ctrl+Alt+Home: from the desktop, which takes every key, to the bar. */
    private readonly onShortcut = (event: KeyboardEvent): void => {
        if (this.phase !== 'desktop' || event.code !== 'Home' || !event.ctrlKey || !event.altKey)
            return;
        event.preventDefault();
        event.stopImmediatePropagation();
        this.querySelector<HTMLElement>('.station-bar button:enabled')?.focus();
    };

    protected override render() {
        if (this.phase === 'connecting')
            return html`<p class="curtain" role="status">${brandMark()}${_('Connecting …')}</p>`;
        if (this.phase === 'log-on' || this.phase === 'locked')
            return this.renderForm();
        return html`<div class="station">
            <station-bar .name=${displayName(this.session!)} .viewers=${this.session!.viewers} .busy=${this.busy || this.phase === 'ending'} .ending=${this.endsNow}
                @suspend=${() => this.act('Suspend')} @lock=${() => this.act('Lock')} @log-off=${() => this.logOff()}
                @focus-desktop=${() => this.view?.focus()}></station-bar>
            ${this.failure ? html`<p class="banner bad" role="alert">${this.failure}</p>` : nothing}
            ${this.phase === 'ending' ? nothing : this.renderStrip()}
            <idle-strip .suspends=${this.suspends} @keep=${() => this.answer(() => this.socket.call('NoteInput'))}
                @focus-desktop=${() => this.view?.focus()}></idle-strip>
            <div class="stage"><div class="screen" role="application"
                aria-label=${_('Desktop; Ctrl+Alt+Home leads to the bar')}></div>${this.renderCurtain()}</div>
            <confirm-dialog></confirm-dialog>
        </div>`;
    }

    /** The session is past its countdown: there is nothing more to ask for. */
    private get endsNow(): boolean {
        return this.ending !== undefined && this.ending.row.outcome === '' && this.ending.row.stage !== 'warn';
    }

    /** One form for both: unlocking ends the login that locked, and must outlive that. */
    private renderForm() {
        const locked = this.phase === 'locked';
        return html`<div class="station">${locked ? this.renderStrip() : nothing}
            <log-on-form .kind=${'station'} .stationName=${stationName()} .notice=${leftText(this.notice)}
                .user=${locked ? this.session!.user : ''} @done=${() => this.socket.open()} @other-user=${this.giveUp}></log-on-form></div>`;
    }

    private renderStrip() {
        const id = this.session!.id;
        return html`<ending-strip .notice=${this.ending} .own=${this.ending?.job.by === this.session!.user} .busy=${this.busy}
            .locked=${this.phase === 'locked'} @proceed=${this.proceed} @force=${this.force}
            @request-time=${() => this.answer(() => this.socket.call('RequestTime', id))}
            @cancel=${() => this.answer(() => this.socket.call('CancelJob', this.ending!.job.id, [id]))}
            @dismiss=${() => { this.dismissNotice(); this.view?.focus(); }}
            @focus-desktop=${() => this.view?.focus()}></ending-strip>`;
    }

    private renderCurtain() {
        if (this.phase === 'ending')
            return html`<p class="curtain" role="status">${_('Your session is being ended …')}</p>`;
        return this.curtain ? html`<p class="curtain" role="status">${_('Connecting …')}</p>` : nothing;
    }
}

/** What this place is called: ?station=NAME once, then remembered. */
function stationName(): string {
    const given = new URLSearchParams(location.search).get('station');
    if (given !== null)
        remember(STATION, given);
    return given ?? recall(STATION);
}

customElements.define('station-app', StationApp);
