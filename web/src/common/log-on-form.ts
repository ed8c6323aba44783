// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { Conversation, fetchWelcome, type StartOptions, type Welcome } from './conversation.js';
import { PageElement } from './element.js';
import { brandMark } from './icons.js';
import { failureText } from './names.js';
import { pamText } from './pam-texts.js';
import type { Choice } from './protocol.js';
import { recall, remember } from './remember.js';
import type { Kind } from './socket.js';
import { _, language } from './words.js';
import './language-select.js';

const BAR_PX = 41; // of the station's bar; noVNC asks for the exact size later
const WELCOME_RETRY_MS = 2000;

interface Prompt {
    text: string;
    hidden: boolean;
}

/**
 * Name and password, then whatever PAM still asks. kind: whose. user: a name that can't be changed (a locked screen), or "".
 * notice: what happened before. Events: "done" when the login is good; "other-user" from a locked screen.
 */
export class LogOnForm extends PageElement {
    static override properties = {
        kind: {}, user: {}, notice: {}, stationName: {},
        welcome: { state: true }, busy: { state: true }, failure: { state: true }, prompt: { state: true },
        messages: { state: true },
    };
    declare kind: Kind;
    declare user: string;
    declare notice: string;
    declare stationName: string;
    declare welcome: Welcome | undefined;
    declare busy: boolean;
    declare failure: string;
    declare prompt: Prompt | undefined;
    declare messages: Array<{ text: string; level: string }>;
    private conversation: Conversation | undefined;
    private password = '';
    private retry = 0;

    constructor() {
        super();
        this.kind = 'dashboard';
        this.user = this.notice = this.failure = this.stationName = '';
        this.busy = false;
        this.messages = [];
    }

    override connectedCallback(): void {
        super.connectedCallback();
        if (this.kind === 'station')
            void this.loadWelcome();
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        window.clearTimeout(this.retry);
        this.conversation?.cancel();
        this.password = '';
    }

    private async loadWelcome(): Promise<void> {
        try {
            this.welcome = await fetchWelcome('station');
            if (this.failure === 'unreachable')
                this.failure = '';
        } catch {
            if (!this.isConnected)
                return;
            this.failure = 'unreachable';
            this.retry = window.setTimeout(() => void this.loadWelcome(), WELCOME_RETRY_MS);
        }
    }

    protected override firstUpdated(): void {
        this.focusFirst();
    }

    private focusFirst(): void {
        const inputs = [...this.querySelectorAll('input')];
        (inputs.find((each) => each.value === '') ?? inputs[0])?.focus();
    }

    private onSubmit(event: Event): void {
        event.preventDefault();
        const form = new FormData(event.target as HTMLFormElement);
        if (this.prompt !== undefined) {
            this.answer(String(form.get('answer') ?? ''));
            return;
        }
        this.failure = '';
        this.messages = [];
        this.busy = true;
        this.password = String(form.get('password') ?? '');
        this.start(form);
    }

    private start(form: FormData): void {
        const options: StartOptions = { user: this.user || String(form.get('user') ?? '').trim() };
        if (this.kind === 'station') {
            for (const name of ['desktop', 'layout'])
                if (form.has(name))
                    remember(name, String(form.get(name)));
            Object.assign(options, {
                ...(form.get('desktop') ? { desktop: String(form.get('desktop')) } : {}),
                ...(form.get('layout') ? { layout: String(form.get('layout')) } : {}),
                ...(this.stationName ? { station: this.stationName } : {}),
                width: window.innerWidth,
                height: window.innerHeight - BAR_PX,
            });
        }
        this.conversation = new Conversation(this.kind, options, {
            prompt: (text, hidden) => this.onPrompt(text, hidden),
            message: (text, level) => { this.messages = [...this.messages, { text, level }]; },
            done: (resumed) => this.onDone(resumed),
            failed: (reason) => this.onFailed(reason),
        });
    }

    /** The first hidden prompt is for the password that is there already. */
    private onPrompt(text: string, hidden: boolean): void {
        if (hidden && this.password !== '') {
            this.conversation?.answer(this.password);
            this.password = '';
            return;
        }
        this.busy = false;
        this.prompt = { text, hidden };
        void this.updateComplete.then(() => this.focusFirst());
    }

    private answer(text: string): void {
        this.prompt = undefined;
        this.messages = [];
        this.busy = true;
        this.conversation?.answer(text);
    }

    private onDone(resumed: boolean): void {
        this.reset();
        this.emit('done', resumed);
    }

    private onFailed(reason: string): void {
        const asked = this.prompt !== undefined;
        this.reset();
        this.failure = reason;
        void this.updateComplete.then(() => {
            const password = this.querySelector<HTMLInputElement>('input[name=password]');
            if (password !== null)
                password.value = '';
            if (asked || password !== null)
                this.focusFirst();
        });
    }

    private reset(): void {
        this.conversation = undefined;
        this.password = '';
        this.prompt = undefined;
        this.busy = false;
    }

    private cancel(): void {
        this.conversation?.cancel();
        this.reset();
        this.messages = [];
        void this.updateComplete.then(() => this.focusFirst());
    }

    protected override render() {
        const verb = this.kind === 'station' ? _('Log on') : _('Sign in');
        const verbTitle = this.user ? _('The screen is locked') : verb;
        return html`<main class="log-on">
            <header>${brandMark()}<h1>Manyseat</h1>
                <p>${this.kind === 'station' ? this.stationName || _('Your desktop') : _('Dashboard')}</p></header>
            <form class="card" @submit=${this.onSubmit} aria-busy=${this.busy ? 'true' : 'false'}>
                <h2>${verbTitle}</h2>
                ${this.notice && !this.failure ? html`<p class="note" role="status">${this.notice}</p>` : nothing}
                ${this.failure ? html`<p class="note bad" role="alert">${failureText(this.failure)}</p>` : nothing}
                ${this.messages.map((each) => html`<p class="note ${each.level === 'error' ? 'bad' : ''}"
                    role=${each.level === 'error' ? 'alert' : 'status'} dir="auto">${pamText(each.text)}</p>`)}
                ${this.prompt === undefined ? this.renderStart() : this.renderPrompt(this.prompt)}
                <div class="actions">
                    ${this.busy || this.prompt ? html`<button type="button" data-command="cancel"
                        @click=${this.cancel}>${_('Cancel')}</button>` : nothing}
                    <button type="submit" class="primary" ?disabled=${this.busy}>${this.busy ? _('One moment …')
                        : this.prompt ? _('Continue') : this.user ? _('Unlock') : verb}</button>
                </div>
            </form>
            <footer>${this.user ? html`<button data-command="other-user" @click=${() => this.emit('other-user')}>${
                _('Somebody else')}</button>` : nothing}<language-select></language-select></footer>
        </main>`;
    }

    private renderStart() {
        return html`
            <label>${_('Name')}<input name="user" autocomplete="username" autocapitalize="none" spellcheck="false"
                maxlength="255" required dir="auto" .value=${this.user} ?readonly=${this.user !== ''}></label>
            <label>${_('Password')}<input name="password" type="password" autocomplete="current-password"
                maxlength="500" dir="auto" ?readonly=${this.busy}></label>
            ${this.kind === 'station' && !this.user && this.welcome ? html`<div class="pair">
                ${this.renderChoice('desktop', _('Desktop'), this.welcome.desktops, (each) => each.name ?? each.id)}
                ${this.renderChoice('layout', _('Keyboard'), this.welcome.layouts, layoutName)}
            </div>` : nothing}`;
    }

    private renderChoice(name: string, label: string, choices: Choice[], text: (choice: Choice) => string) {
        if (choices.length === 0)
            return nothing;
        const last = recall(name);
        const chosen = choices.find((each) => each.id === last) ?? choices.find((each) => each.default) ?? choices[0];
        return html`<label>${label}<select name=${name}>${choices.map((each) =>
            html`<option value=${each.id} ?selected=${each === chosen}>${text(each)}</option>`)}</select></label>`;
    }

    private renderPrompt(prompt: Prompt) {
        return html`<label><span dir="auto">${pamText(prompt.text)}</span><input name="answer" dir="auto" maxlength="500"
            autocomplete="off" type=${prompt.hidden ? 'password' : 'text'}></label>`;
    }
}

/** "us,ru" -> "English (US) + Русский": XKB's names for layouts, as far as they are languages or countries. */
function layoutName(choice: Choice): string {
    const special: Record<string, string> = { us: 'English (US)', gb: 'English (UK)', latam: 'Español (LATAM)', br: 'Português (BR)' };
    return choice.id.split(',').map((id) => {
        if (special[id] !== undefined)
            return special[id];
        try {
            const name = new Intl.DisplayNames([id], { type: 'language', fallback: 'none' }).of(id);
            return name === undefined ? id : name.charAt(0).toLocaleUpperCase(language()) + name.slice(1);
        } catch {
            return id; // not a language of that code: shown as it is
        }
    }).join(' + ');
}

customElements.define('log-on-form', LogOnForm);
