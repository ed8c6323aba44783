// SPDX-License-Identifier: GPL-3.0-or-later

import { html, nothing } from 'lit';
import { PageElement } from '../common/element.js';
import { icon } from '../common/icons.js';
import { errorText } from '../common/names.js';
import { CallError } from '../common/socket.js';
import { _, _c, _n, language } from '../common/words.js';
import { actName, actNames, detailText, resultName, whoName, type AuditRow } from './audit-words.js';

const PAGE = 100; // rows that one step shows more

/** What Manager.FindAudit takes. */
export interface AuditFilter {
    user?: string;
    act?: string;
    since?: number;
    before?: number;
    limit: number;
}

/**
 * Who did what to whom, newest first: all of it for an administrator, for everybody else what is about himself. It reads when it is
 * made, when a filter changes and when more or newer rows are asked for, never by itself.
 */
export class AuditPage extends PageElement {
    static override properties = {
        find: { attribute: false }, all: { type: Boolean }, rows: { state: true }, more: { state: true }, busy: { state: true },
        failure: { state: true },
    };
    declare find: (filter: AuditFilter) => Promise<AuditRow[]>;
    declare all: boolean; // an administrator reads
    declare rows: AuditRow[];
    declare more: boolean; // there may be older rows
    declare busy: boolean;
    declare failure: string;
    private reading = 0; // which reading is the last one

    constructor() {
        super();
        this.rows = [];
        this.more = this.busy = this.all = false;
        this.failure = '';
    }

    protected override firstUpdated(): void {
        void this.read();
        this.querySelector<HTMLElement>('h1')?.focus();
    }

    private field(name: string): string {
        return this.querySelector<HTMLInputElement>(`[name=${name}]`)?.value.trim() ?? '';
    }

    private filter(): AuditFilter {
        const [user, act, date] = [this.field('user'), this.field('act'), this.field('since')];
        return {
            limit: PAGE,
            ...(user === '' ? {} : { user }),
            ...(act === '' ? {} : { act }),
            ...(date === '' ? {} : { since: new Date(`${date}T00:00`).getTime() * 1000 }),
        };
    }

    /** From the newest on, or (older) what comes after the rows that stand there. */
    private async read(older = false): Promise<void> {
        const reading = ++this.reading;
        const last = this.rows.at(-1);
        this.busy = true;
        this.failure = '';
        try {
            const found = await this.find({ ...this.filter(), ...(older && last !== undefined ? { before: last.id } : {}) });
            if (reading !== this.reading)
                return;
            this.rows = older ? [...this.rows, ...found] : found;
            this.more = found.length === PAGE;
        } catch (error) {
            if (reading === this.reading)
                this.failure = errorText(error instanceof CallError ? error.errorName : '');
        }
        if (reading === this.reading)
            this.busy = false;
    }

    private onSubmit(event: Event): void {
        event.preventDefault();
        void this.read();
    }

    protected override render() {
        return html`<main class="audit">
            <h1 tabindex="-1">${this.all ? _('Audit') : _('My activity')}</h1>
            <p class="hint">${this.all ? _('Who did what, and to whom.') : _('What you did, and what was done to you.')}</p>
            ${this.renderFilter()}
            ${this.failure ? html`<p class="banner bad" role="alert">${this.failure}</p>` : nothing}
            <p class="unseen" role="status">${this.busy ? '' : _n('{n} row', '{n} rows', this.rows.length)}</p>
            ${this.rows.length > 0 ? this.renderTable()
                : this.busy || this.failure ? nothing : html`<p class="empty">${_('Nothing is recorded here.')}</p>`}
            ${this.more ? html`<button data-command="more" ?disabled=${this.busy} @click=${() => this.read(true)}>${_('Show older rows')}</button>` : nothing}
        </main>`;
    }

    private renderFilter() {
        return html`<form class="filter" @submit=${this.onSubmit} @change=${() => this.read()}>
            ${this.all ? html`<label>${_('Person')}<input name="user" autocomplete="off" autocapitalize="none" spellcheck="false"
                placeholder=${_('User name')}></label>` : nothing}
            <label>${_('Act')}<select name="act"><option value="">${_('Every act')}</option>
                ${actNames.map((act) => html`<option value=${act}>${actName(act)}</option>`)}</select></label>
            <label>${_('Since')}<input name="since" type="date"></label>
            <button data-command="read" ?disabled=${this.busy}>${_('Show')}</button>
        </form>`;
    }

    private renderTable() {
        const time = new Intl.DateTimeFormat(language(), { dateStyle: 'short', timeStyle: 'medium' });
        const columns = [_('When'), _c('column', 'Who'), _('Act'), _c('column', 'Whom'), _('Session'), _('Result'), _('Details')];
        return html`<table role="table">
            <thead role="rowgroup"><tr role="row">${columns.map((each) => html`<th scope="col" role="columnheader">${each}</th>`)}</tr></thead>
            <tbody role="rowgroup">${this.rows.map((row) => this.renderRow(row, columns, time))}</tbody>
        </table>`;
    }

    /** On a narrow screen each cell stands in a line of its own, with its column's name before it; the roles keep it a table for
     *  screen readers. */
    private renderRow(row: AuditRow, columns: string[], time: Intl.DateTimeFormat) {
        const when = new Date(row.when / 1000);
        const cells = [
            html`<time datetime=${when.toISOString()}>${time.format(when)}</time>`,
            html`<span><bdi>${whoName(row.who)}</bdi>${row.source ? html`<small dir="ltr">${row.source}</small>` : nothing}</span>`,
            actName(row.act), html`<bdi>${row.whom}</bdi>`, row.session,
            html`<span class="result">${row.result === 'done' ? nothing : icon('bad')}${resultName(row.result)}</span>`,
            html`<span dir="auto">${detailText(row)}</span>`,
        ];
        return html`<tr role="row" data-row=${row.id} data-act=${row.act} data-result=${row.result}>${cells.map((cell, at) =>
            html`<td role="cell" data-label=${columns[at]!}>${cell}</td>`)}</tr>`;
    }
}

customElements.define('audit-page', AuditPage);
