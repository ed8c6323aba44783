// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { PageElement } from '../common/element.js';
import { duration, listOf } from '../common/format.js';
import { icon } from '../common/icons.js';
import { blockerText, errorText, leftOutText, stateName } from '../common/names.js';
import { displayName, type EndMode, type LeftOut, type Plan, type Selection, type Unsaved } from '../common/protocol.js';
import { CallError } from '../common/socket.js';
import { _, _n } from '../common/words.js';

const WARN_CHOICES = [0, 30, 60, 120];
const WARN_DEFAULT = 60;
const MESSAGE_CHARACTERS = 500; // LIMIT_MESSAGE_CHARACTERS of src/base/limits.h

export interface LogOffRequest {
    sessions: string[];
    options: { mode: EndMode; warn: number; message?: string };
}

/**
 * Who is logged off, before it happens. show() asks for the plan; refresh() asks again when sessions come or go, so that
 * the names on it are true until the button is pressed. Only who is named is ended. What is known of unsaved work is written beside
 * the names when it comes. Event: "confirm" (LogOffRequest).
 */
export class LogOffDialog extends PageElement {
    static override properties = {
        plan: { state: true }, unsaved: { state: true }, failure: { state: true }, askPlan: { attribute: false },
        askUnsaved: { attribute: false }, nameOf: { attribute: false },
        busy: { state: true },
    };
    declare askPlan: (selection: Selection) => Promise<Plan>;
    declare askUnsaved: (selection: Selection) => Promise<Unsaved[]>;
    declare nameOf: (user: string) => string;
    declare plan: Plan | undefined;
    declare unsaved: Map<string, Unsaved>;
    declare failure: string;
    declare busy: boolean;
    private selection: Selection | undefined;
    private asked = new Set<string>();

    constructor() {
        super();
        this.unsaved = new Map();
        this.asked.clear();
        this.failure = '';
        this.busy = false;
    }

    private get dialog(): HTMLDialogElement {
        return this.querySelector('dialog')!;
    }

    async show(selection: Selection): Promise<void> {
        this.selection = selection;
        this.plan = undefined;
        this.unsaved = new Map();
        this.asked.clear();
        this.failure = '';
        this.busy = false;
        await this.updateComplete;
        this.querySelector('form')!.reset();
        this.dialog.showModal();
        await this.refresh();
    }

    async refresh(): Promise<void> {
        const selection = this.selection;
        if (selection === undefined || this.busy)
            return;
        try {
            const plan = await this.askPlan(selection);
            if (this.selection === selection)
                this.plan = plan;
            void this.askAboutNew(selection);
        } catch (error) {
            this.failed(error);
        }
        const focused = document.activeElement;
        await this.updateComplete;
        if (focused === this.dialog || focused === document.body)
            this.querySelector<HTMLElement>('[data-command=cancel]')?.focus();
    }

    /** Each session is asked about once, and nobody waits for it; of who can't be asked about nothing is known. */
    private async askAboutNew(selection: Selection): Promise<void> {
        const sessions = (this.plan?.hit ?? []).map((each) => each.id).filter((id) => !this.asked.has(id));
        if (sessions.length === 0)
            return;
        sessions.forEach((id) => this.asked.add(id));
        const found = await this.askUnsaved({ sessions }).catch(() => []);
        const nothing = sessions.map((session) => ({ session, known: false, unsaved: [], unknown: [] }));
        if (this.selection === selection)
            this.unsaved = new Map([...this.unsaved, ...[...nothing, ...found].map((each) => [each.session, each] as const)]);
    }

    /** The log-off was not accepted: say why, show who there is now. */
    async refused(error: unknown): Promise<void> {
        this.busy = false;
        await this.refresh();
        this.failed(error);
    }

    close(): void {
        this.dialog.close();
    }

    private failed(error: unknown): void {
        this.failure = errorText(error instanceof CallError ? error.errorName : '');
    }

    private onClose(): void {
        this.selection = undefined;
        this.plan = undefined;
    }

    private onSubmit(event: Event): void {
        event.preventDefault();
        if (this.plan === undefined || this.plan.hit.length === 0 || this.busy)
            return;
        const form = new FormData(event.target as HTMLFormElement);
        const message = String(form.get('message') ?? '').trim();
        this.busy = true;
        const request: LogOffRequest = {
            sessions: this.plan.hit.map((each) => each.id),
            options: {
                mode: form.get('mode') as EndMode,
                warn: Number(form.get('warn')),
                ...(message === '' ? {} : { message }),
            },
        };
        this.emit('confirm', request);
    }

    protected override render() {
        return html`<dialog class="log-off" aria-labelledby="log-off-title" @close=${this.onClose}>
            <form @submit=${this.onSubmit}>
                <h2 id="log-off-title">${this.heading()}</h2>
                ${this.failure ? html`<p class="note bad" role="alert">${this.failure}</p>` : nothing}
                <div class="dialog-body">${this.plan === undefined ? nothing : this.renderPlan(this.plan)}
                ${this.renderChoices()}</div>
                <div class="actions">
                    <button type="button" data-command="cancel" autofocus @click=${() => this.close()}>${_('Cancel')}</button>
                    <button type="submit" class="danger" data-command="confirm"
                        ?disabled=${this.busy || !this.plan || this.plan.hit.length === 0}>${this.verb()}</button>
                </div>
            </form>
        </dialog>`;
    }

    private heading(): string {
        const n = this.plan?.hit.length;
        if (n === undefined)
            return _('One moment …');
        return n === 0 ? _('Nobody can be logged off') : _n('Log off {n} user?', 'Log off {n} users?', n);
    }

    private verb(): string {
        const n = this.plan?.hit.length ?? 0;
        return n === 0 ? _('Log off') : _n('Log off {n} user', 'Log off {n} users', n);
    }

    private renderPlan(plan: Plan) {
        return html`<ul class="hit" aria-label=${_('Will be logged off')}>${plan.hit.map((each) => html`
                <li data-hit=${each.id}><span class="name" dir="auto">${displayName(each)}</span>
                <span class="user" dir="auto">${each.user}</span>
                ${each.own ? html`<span class="own">${_('you')}</span>` : nothing}
                <span class="state">${stateName(each.state)}</span>
                ${this.renderWork(this.unsaved.get(each.id))}</li>`)}</ul>
            ${plan['left-out'].length === 0 ? nothing : html`<h3>${_('Not logged off')}</h3>
                <ul class="left-out">${plan['left-out'].map((each) => this.renderLeftOut(each))}</ul>`}`;
    }

    private renderWork(work: Unsaved | undefined) {
        if (work === undefined) // its line is there from the first: no button moves away from under the pointer when the answer comes
            return html`<span class="work">${_('One moment …')}</span>`;
        const lines = [
            { kind: 'bad', items: work.unsaved, text: (what: string) => _('Unsaved: {what}', { what }) },
            { kind: 'unknown', items: work.unknown, text: (what: string) => _('Not known whether it is saved: {what}', { what }) },
        ].filter((each) => each.items.length > 0);
        if (lines.length === 0)
            return html`<span class="work">${work.known ? _('Nothing unsaved') : _('Unsaved work: unknown')}</span>`;
        return lines.map((each) => html`<span class="work ${each.kind}" dir="auto">${each.text(listOf(each.items.map(blockerText)))}</span>`);
    }

    private renderLeftOut(each: LeftOut) {
        return html`<li data-left-out=${each.session}><span class="name" dir="auto">${this.nameOf(each.user)}</span>
            <span class="user" dir="auto">${each.user}</span><span class="state">${leftOutText(each.reason)}</span></li>`;
    }

    private renderChoices() {
        return html`
            <fieldset class="choices" ?hidden=${this.plan?.hit.length === 0}><legend>${_('Warn the users before')}</legend>
                ${WARN_CHOICES.map((each) => html`<label><input type="radio" name="warn" value=${each}
                    ?checked=${each === WARN_DEFAULT}><span>${each === 0 ? _('No warning') : duration(each)}</span></label>`)}
            </fieldset>
            <label ?hidden=${this.plan?.hit.length === 0}>${_('Message to the users (optional)')}
                <textarea name="message" rows="2" maxlength=${MESSAGE_CHARACTERS} dir="auto"></textarea></label>
            <fieldset class="modes" ?hidden=${this.plan?.hit.length === 0}><legend>${_('Unsaved work')}</legend>
                ${this.renderMode('ask', _('Ask programs to close'), _('Whoever has unsaved work stays logged on.'))}
                ${this.renderMode('ask-then-force', _('Ask, then force'),
                    _('After a while, programs that are still open are ended.'))}
                ${this.renderMode('force', _('Force'), _('Programs are ended at once; unsaved work is lost.'))}
            </fieldset>`;
    }

    private renderMode(mode: EndMode, label: string, hint: string) {
        return html`<label><input type="radio" name="mode" value=${mode} ?checked=${mode === 'ask'}>
            <span>${label}<small>${mode === 'ask' ? nothing : icon('bad')}${hint}</small></span></label>`;
    }
}

customElements.define('log-off-dialog', LogOffDialog);
