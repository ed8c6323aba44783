// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { logOn, shot, startBrowser, stopBrowser, until, withPage } from './browser.mjs';

before(startBrowser);
after(stopBrowser);

for (const [locale, notice] of Object.entries({
    'en-US': /^Your session is suspended\. Your programs stay open/,
    'es-ES': /^Su sesión está suspendida\. Los programas siguen abiertos/,
    'ru-RU': /^Ваш сеанс приостановлен\. Программы продолжат работу/,
})) {
    test(`log on, type, suspend in ${locale}`, () => withPage('/station?station=Seat%204', { locale }, async ({ page, double }) => {
        const language = locale.slice(0, 2);
        await page.selectOption('select[name=desktop]', 'icewm');
        await page.selectOption('select[name=layout]', 'us,ru');
        await shot(page, `station-log-on-${language}`);
        await logOn(page);
        const start = double.logOns.at(-1);
        assert.deepEqual([start.user, start.desktop, start.layout, start.station], ['eva', 'icewm', 'us,ru', 'Seat 4']);
        assert.deepEqual(double.calls.find(([method]) => method === 'ticket'), ['ticket', '5', 'control']);
        await page.keyboard.press('a');
        await until(() => double.heard.keys.length === 2, 'a key went down and up');
        const [bar, screen] = await Promise.all([page.locator('.station-bar').boundingBox(), page.locator('.screen').boundingBox()]);
        assert.ok(bar.y + bar.height <= screen.y + 1, 'the bar does not cover the desktop');
        await shot(page, `station-desktop-${language}`);
        await page.click('[data-command=suspend]');
        await page.waitForSelector('input[name=password]');
        assert.match(await page.textContent('.note[role=status]'), notice);
        assert.equal(await page.locator('canvas').count(), 0);
        assert.deepEqual(double.calls.find(([method]) => method === 'Suspend'), ['Suspend', { sessions: ['5'] }]);
        await shot(page, `station-suspended-${language}`);
    }));
}

test('a button of the bar leaves the keyboard with the desktop', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    await page.click('[data-command=log-off]');
    await page.click('dialog [data-command=cancel]');
    await page.keyboard.press('b');
    await until(() => double.heard.keys.length >= 2, 'the key reaches the desktop');
    assert.equal(double.calls.some(([method]) => method === 'LogOff'), false);
}));

test('log off is confirmed; unsaved work is said, and can be forced', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    await page.click('[data-command=log-off]');
    await shot(page, 'station-confirm-en');
    await page.click('[data-command=confirm]');
    await until(() => double.jobs.size === 1, 'a job');
    double.jobs.get('1').by = 'eva';
    double.row('1', '5', { stage: 'done', outcome: 'held-up', detail: 'Mousepad' });
    await page.waitForSelector('[data-outcome=held-up]');
    await shot(page, 'station-held-up-en');
    await page.click('[data-command=force]');
    await until(() => double.jobs.size === 2, 'a second job');
    assert.deepEqual(double.calls.filter(([method]) => method === 'LogOff').map(([, , options]) => options.mode), ['ask', 'force']);
    double.closeViews('ending');
    await page.locator('.curtain', { hasText: 'is being ended' }).waitFor();
    double.endLogin('station', 'ended');
    await page.waitForSelector('input[name=password]');
    assert.equal(await page.textContent('.note[role=status]'), 'Your session has ended.');
}));

test('lock hides the desktop and asks for the same name', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    await page.click('[data-command=lock]');
    await page.waitForSelector('input[name=user][readonly]');
    assert.equal(await page.inputValue('input[name=user]'), 'eva');
    assert.equal(await page.locator('canvas').count(), 0);
    await shot(page, 'station-locked-en');
    await page.fill('input[name=password]', 'wrong');
    await page.click('[type=submit]');
    await page.waitForSelector('[role=alert]');
    await page.fill('input[name=password]', 'secret');
    await page.click('[type=submit]');
    await page.waitForSelector('.screen canvas');
    assert.equal(double.logOns.at(-1).user, 'eva');
}));

test('a locked station can be given to somebody else', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    await page.click('[data-command=lock]');
    await page.click('[data-command=other-user]');
    await page.waitForSelector('input[name=user]:not([readonly])');
    await until(() => !double.signedIn.has('station'), 'the login is over');
}));

test('moved: said, and not taken back', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    double.closeViews('moved');
    await page.waitForSelector('input[name=password]');
    assert.equal(await page.textContent('.note[role=status]'), 'Your session was opened at another station.');
    assert.equal(double.calls.filter(([method]) => method === 'ticket').length, 1);
}));

test('the reason of the login counts when the view ends with it', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    double.closeViews('signed-out');
    await page.waitForSelector('.screen canvas', { state: 'detached' });
    double.endLogin('station', 'moved');
    await page.waitForSelector('input[name=password]');
    assert.equal(await page.textContent('.note[role=status]'), 'Your session was opened at another station.');
}));

test('reload goes on; Back after suspend shows the form', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    await page.reload();
    await page.waitForSelector('.screen canvas');
    await page.click('[data-command=suspend]');
    double.endLogin('station', 'suspended');
    await page.waitForSelector('input[name=password]');
    await page.goto('about:blank');
    await page.goBack();
    await page.waitForSelector('input[name=password]');
    assert.equal(await page.locator('canvas').count(), 0);
}));

test('the desktop comes back after a broken connection', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    await double.stop();
    await page.waitForSelector('.curtain');
    await double.start();
    await page.waitForSelector('.screen canvas');
    await page.waitForSelector('.curtain', { state: 'detached' });
}));

test('a warning from the dashboard counts down above the desktop', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    double.signal('JobChanged', {
        id: '7', kind: 'log-off', by: 'Tomás', mode: 'ask', message: '<b>Break</b>', state: 'running', created: 0, warn: 60,
        rows: [{ session: '5', user: 'eva', stage: 'warn', deadline: (Date.now() + 60000) * 1000, outcome: '', detail: '' }],
    });
    await page.locator('.strip', { hasText: 'Tomás ends this session in' }).waitFor();
    assert.equal(await page.textContent('.strip q'), '<b>Break</b>');
    const resizes = double.heard.resizes;
    await page.waitForTimeout(700); // noVNC waits 500 ms before it asks for another size
    assert.equal(double.heard.resizes, resizes, 'the strip does not resize the desktop');
    await shot(page, 'station-warned-en');
}));
