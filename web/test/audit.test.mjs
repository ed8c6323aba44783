// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { shot, signIn, startBrowser, stopBrowser, withPage } from './browser.mjs';

before(startBrowser);
after(stopBrowser);

const NOON = Date.UTC(2026, 10, 20, 12) * 1000; // microseconds

/** A row of each kind that has words of its own, newest first. */
const rows = [
    { who: 'ana', act: 'log-off', whom: 'boris', result: 'refused', source: '192.168.7.21' },
    { who: 'limit:suspended', act: 'log-off-outcome', whom: 'boris', detail: 'held-up Mousepad: *<b>essay</b>' },
    { who: 'limit:suspended', act: 'log-off', whom: 'boris', detail: 'ask' },
    { who: 'limit:idle', act: 'suspend', whom: 'boris' },
    { who: '', act: 'role', whom: 'olga', session: '', detail: 'standard, dashboard' },
    { who: 'teacher', act: 'screenshot', whom: 'ana', detail: 'large', source: '192.168.7.2' },
    { who: 'teacher', act: 'enlarge', whom: 'ana', source: '192.168.7.2' },
    { who: 'דב', act: 'log-on', whom: 'דב', detail: 'start', source: '192.168.7.22' },
    { who: 'mallory', act: 'sign-in', whom: 'mallory', session: '', result: 'refused', detail: 'denied', source: '203.0.113.9' },
].map((row, index) => ({ id: 500 - index, when: NOON - index * 61e6, session: '17', result: 'done', detail: '', source: '', ...row }));

function many(n) {
    return Array.from({ length: n }, (_, index) => ({ ...rows[0], id: 1000 - index, when: NOON - index * 1e6 }));
}

/** @param {Record<string, string>} words title, and what stands in the cells */
const languages = {
    'en-US': { title: 'Audit', cells: ['log-off', 'refused', 'suspended limit', 'idle limit', 'held up: \u2068Mousepad: *<b>essay</b>\u2069',
        'standard user, now dashboard user', 'a new session', 'The name or the password is wrong.'], when: /11\/20\/26, \d+:\d\d:00/ },
    'es-ES': { title: 'Auditoría', cells: ['cierre de sesión', 'denegado', 'límite de suspensión', 'límite de inactividad',
        'usuario estándar, ahora usuario del panel', 'una sesión nueva'], when: /20\/11\/26, \d+:\d\d:00/ },
    'ru-RU': { title: 'Журнал действий', cells: ['завершение сеанса', 'отказано', 'лимит приостановки', 'лимит простоя',
        'обычный пользователь, теперь пользователь панели', 'новый сеанс'], when: /20\.11\.2026, \d+:\d\d:00/ },
};

for (const [locale, { title, cells, when }] of Object.entries(languages))
    test(`an administrator reads who did what in ${locale}`, () => withPage('/', { locale }, async ({ page, double }) => {
        double.role = 'administrator';
        double.audit = rows;
        await signIn(page);
        await page.click('[data-command=audit]');
        await page.waitForSelector('.audit tbody tr');
        assert.equal(await page.textContent('.audit h1'), title);
        assert.equal(await page.textContent('[data-command=audit]'), title);
        const texts = await page.locator('.audit td').allTextContents();
        for (const cell of cells)
            assert.ok(texts.some((text) => text.includes(cell)), `${cell} in ${texts.join(' | ')}`);
        assert.match(await page.textContent('.audit time'), when);
        assert.equal(await page.locator('.audit td b').count(), 0, 'what people typed is text');
        await shot(page, `audit-${locale.slice(0, 2)}`);
        await page.setViewportSize({ width: 360, height: 780 });
        assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('.audit, .audit form *, .audit tbody *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
            .map((each) => each.outerHTML.slice(0, 80))), [], 'nothing is cut off at the side');
        await shot(page, `audit-phone-${locale.slice(0, 2)}`);
    }));

test('by person, by act, since a day: the host is asked; the newest come first, older ones on demand', () => withPage('/', {}, async ({ page, double }) => {
    double.role = 'administrator';
    double.audit = many(230);
    await signIn(page);
    await page.goto(`${double.origin}/#audit`); // the address leads there
    await page.waitForSelector('.audit tbody tr');
    const shown = (n) => page.waitForFunction((wanted) => document.querySelectorAll('.audit tbody tr').length === wanted, n);
    await shown(100);
    await page.click('[data-command=more]');
    await shown(200);
    await page.click('[data-command=more]');
    await shown(230);
    assert.equal(await page.locator('[data-command=more]').count(), 0);
    assert.deepEqual(double.calls.filter(([method]) => method === 'FindAudit').map(([, filter]) => filter.before), [undefined, 901, 801]);

    double.audit = rows;
    await page.fill('[name=user]', 'boris');
    await page.press('[name=user]', 'Enter');
    await shown(4);
    await page.selectOption('[name=act]', 'suspend');
    await shown(1);
    await page.fill('[name=since]', '2026-11-21');
    await page.locator('.empty').waitFor();
    const [, last] = double.calls.findLast(([method]) => method === 'FindAudit');
    assert.deepEqual([last.user, last.act, last.since], ['boris', 'suspend', new Date('2026-11-21T00:00').getTime() * 1000]);
}));

test('everybody else reads about himself, by keyboard; Home leads back', () => withPage('/', {}, async ({ page, double }) => {
    double.audit = rows.slice(0, 2);
    await signIn(page);
    await page.focus('[data-command=audit]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.audit tbody tr');
    assert.equal(await page.textContent('.audit h1'), 'My activity');
    assert.equal(await page.evaluate(() => document.activeElement?.localName), 'h1', 'a screen reader begins there');
    assert.equal(await page.locator('[name=user]').count(), 0);
    assert.equal(await page.locator('.audit th[scope=col]').count(), 7);
    assert.equal(await page.locator('session-grid').isVisible(), false);
    await page.click('nav a >> nth=0');
    await page.locator('session-grid').waitFor();
    assert.equal(await page.locator('audit-page').count(), 0);
}));

test('a host that says no is quoted', () => withPage('/', {}, async ({ page, double }) => {
    Object.defineProperty(double, 'audit', { get() { throw new Error('NotPermitted'); } });
    await signIn(page);
    await page.click('[data-command=audit]');
    await page.locator('.audit [role=alert]', { hasText: 'You are not allowed to do that.' }).waitFor();
}));
