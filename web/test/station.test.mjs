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
    double.row('1', '5', { blockers: [['Mousepad', '*<b>essay</b>'], ['LibreOffice', '']] });
    await page.locator('.strip', { hasText: 'Programs are asked to close; save your work.' }).waitFor();
    assert.deepEqual(await page.locator('.strip .blockers li').allTextContents(), ['Mousepad: *<b>essay</b>', 'LibreOffice']);
    double.row('1', '5', { stage: 'done', outcome: 'held-up', detail: 'Mousepad: *essay' });
    await page.locator('[data-outcome=held-up]', { hasText: 'held up (by Mousepad and LibreOffice)' }).waitFor();
    await shot(page, 'station-held-up-en');
    await page.click('[data-command=force]');
    await page.click('[data-command=confirm]');
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

for (const [locale, texts] of Object.entries({
    'en-US': { ends: /^Tomás Vega ends this session in (60|59|58)\ssec$/, time: 'I need more time', now: 'Log off now', given: 'You have been given 5 more minutes.', none: 'No more time was given.' },
    'es-ES': { ends: /^Tomás Vega cerrará esta sesión en (60|59|58)\ss$/, time: 'Necesito más tiempo', now: 'Cerrar sesión ahora', given: 'Tiene 5 minutos más.', none: 'No se le ha dado más tiempo.' },
    'ru-RU': { ends: /^Tomás Vega завершит этот сеанс через (60|59|58)\sс$/, time: 'Мне нужно ещё время', now: 'Завершить сеанс сейчас', given: 'Вам дали ещё 5 минут.', none: 'Дополнительное время не предоставлено.' },
})) {
    test(`a warning counts down, takes no key, is put off and gone on with in ${locale}`, () => withPage('/station', { locale }, async ({ page, double }) => {
        const language = locale.slice(0, 2);
        await logOn(page);
        const job = double.warn(['1', '5'], 60, { message: '<b>Break</b>' });
        await page.waitForSelector('.strip[data-stage=warn]');
        assert.match(await page.textContent('.strip .sentence'), texts.ends);
        assert.equal(await page.textContent('.strip q'), '<b>Break</b>');
        assert.deepEqual((await page.locator('.strip button').allTextContents()).map((each) => each.trim()), [texts.time, texts.now]);
        await shot(page, `station-warned-${language}`);
        const resizes = double.heard.resizes;
        await page.keyboard.press('a');
        await until(() => double.heard.keys.length === 2, 'the key reaches the desktop');
        await page.click('[data-command=request-time]');
        await page.waitForSelector('.strip .answer');
        assert.equal(await page.locator('[data-command=request-time]').count(), 0, 'it is asked for once');
        await shot(page, `station-asked-${language}`);
        double.running('5', { 'wants-time': false, refused: true });
        await page.locator('.strip .answer', { hasText: texts.none }).waitFor();
        assert.equal(await page.locator('[data-command=request-time]').count(), 0, 'no is no');
        await shot(page, `station-refused-${language}`);
        double.running('5', { refused: false }, 300);
        await page.locator('.strip .answer', { hasText: texts.given }).waitFor();
        assert.match(await page.textContent('.strip .countdown'), /^(6:00|5:5\d)$/);
        await page.keyboard.press('b');
        await until(() => double.heard.keys.length === 4, 'the keyboard stays with the desktop');
        assert.equal(double.heard.resizes, resizes, 'the strip does not resize the desktop');
        await page.click('[data-command=proceed]');
        await page.waitForSelector('.strip[data-stage=ask]');
        await page.keyboard.press('c');
        await until(() => double.heard.keys.length === 6, 'and still');
        assert.deepEqual(double.calls.filter(([method]) => ['RequestTime', 'Proceed'].includes(method)), [['RequestTime', '5'], ['Proceed', '5']]);
        double.row(job, '5', { stage: 'ask', blockers: [['Mousepad', '*essay'], ['Writer', 'دفتر']] });
        await page.locator('.strip .blockers li', { hasText: 'Mousepad: *essay' }).waitFor();
        await shot(page, `station-ask-${language}`);
        double.row(job, '5', { stage: 'done', deadline: 0, outcome: 'held-up', detail: 'Mousepad: *essay' });
        await page.waitForSelector('.strip[data-outcome=held-up]');
        assert.equal(await page.locator('[data-command=force]').count(), 0, 'what others wanted is theirs to force');
        await shot(page, `station-held-up-${language}`);
        await page.click('[data-command=keep]');
        await page.waitForSelector('.strip', { state: 'detached' });
        double.row(job, '1', { stage: 'ask' });
        await page.waitForTimeout(100); // the job goes on for others: nothing to do with this page
        assert.equal(await page.locator('.strip').count(), 0);
    }));
}

test('a screen reader hears the countdown at a few moments, not each second', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    await page.evaluate(() => {
        window.heard = [];
        new MutationObserver(() => window.heard.push(document.querySelector('ending-strip [role=status]').textContent))
            .observe(document.querySelector('ending-strip [role=status]'), { characterData: true, childList: true, subtree: true });
    });
    double.warn(['5'], 12, { message: 'Break' });
    await page.locator('.strip .countdown', { hasText: '8 sec' }).waitFor();
    assert.deepEqual(await page.evaluate(() => window.heard), [
        'Tomás Vega ends this session in 12 sec. Please save your work. Break', 'Tomás Vega ends this session in 10 sec. Please save your work. Break',
    ]);
    assert.equal(await page.locator('.strip [role=alert], .strip[aria-live], .strip [aria-live]').count(), 0);
}));

test('Ctrl+Alt+Home leads from the desktop to the bar and the notice, Escape back; no key stays down', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    double.warn(['5']);
    await page.waitForSelector('.strip');
    await page.keyboard.press('Control+Alt+Home');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.command), 'suspend');
    const down = new Set();
    for (const [isDown, keysym] of double.heard.keys)
        down[isDown ? 'add' : 'delete'](keysym);
    assert.deepEqual([...down], []);
    const passed = [];
    for (let step = 0; step < 8 && passed.at(-1) !== 'proceed'; step += 1) {
        await page.keyboard.press('Tab');
        passed.push(await page.evaluate(() => document.activeElement.dataset.command ?? document.activeElement.localName));
    }
    assert.deepEqual(passed.slice(-2), ['request-time', 'proceed']);
    const keys = double.heard.keys.length;
    await page.keyboard.press('Escape');
    await page.keyboard.press('d');
    await until(() => double.heard.keys.length === keys + 2, 'the desktop has the keyboard again');
}));

test('a page that is opened in the middle shows the notice; a cancelled one says so and goes', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    const job = double.warn(['5']);
    await page.reload();
    await page.waitForSelector('.strip[data-stage=warn]');
    double.row(job, '5', { stage: 'done', deadline: 0, outcome: 'cancelled' });
    await page.locator('.strip', { hasText: 'The log-off is cancelled. You can go on working.' }).waitFor();
    assert.equal(await page.locator('.strip button').count(), 1);
    await page.waitForSelector('.strip', { state: 'detached', timeout: 10000 });
}));

test('while the screen is locked the notice is bare', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    await page.click('[data-command=lock]');
    await page.waitForSelector('input[name=user][readonly]');
    const job = double.warn(['5'], 60, { message: 'secret' });
    double.row(job, '5', { blockers: [['Mousepad', '*diary']] });
    await page.locator('.strip', { hasText: 'Tomás Vega ends this session in' }).waitFor();
    assert.equal(await page.locator('.strip button').count(), 0);
    assert.doesNotMatch(await page.content(), /secret|diary/);
    await shot(page, 'station-locked-warned-en');
}));

test('by force there is one more question before "Log off now"', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    double.warn(['5'], 60, { mode: 'force' });
    await page.click('[data-command=proceed]');
    await page.locator('dialog', { hasText: 'unsaved work is lost' }).waitFor();
    await page.click('[data-command=confirm]');
    await until(() => double.calls.some(([method]) => method === 'Proceed'), 'Proceed is called');
}));

test('one\'s own log-off can be called off while programs are asked', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    await page.click('[data-command=log-off]');
    await page.click('[data-command=confirm]');
    await page.click('.strip [data-command=cancel]');
    await until(() => double.calls.some(([method]) => method === 'CancelJob'), 'CancelJob is called');
    await page.locator('.strip', { hasText: 'cancelled' }).waitFor();
}));

test('the countdown is the host\'s, also on a clock that is an hour wrong', () => withPage('/station', {}, async ({ page, double }) => {
    await logOn(page);
    await page.addInitScript(() => {
        const now = Date.now;
        Date.now = () => now() - 3600000;
    });
    await page.reload();
    await page.waitForSelector('.screen canvas');
    double.warn(['5'], 60);
    await page.locator('.strip .countdown', { hasText: /^(61|60|5\d)\ssec$/ }).waitFor();
}));

test('a narrow station shows all of the notice', () => withPage('/station', { viewport: { width: 360, height: 640 }, locale: 'ru-RU' }, async ({ page, double }) => {
    await logOn(page);
    double.warn(['5'], 600, { message: 'ё'.repeat(500) });
    for (const each of ['request-time', 'proceed'])
        await page.click(`.strip [data-command=${each}]`, { trial: true });
    assert.ok((await page.locator('.screen').boundingBox()).height > 150, 'and the desktop');
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    for (const each of ['Приостановить сеанс: программы продолжат работу', 'Заблокировать экран', 'Завершить сеанс'])
        await page.getByRole('button', { name: each, exact: true }).waitFor();
    await shot(page, 'station-narrow-ru');
}));

for (const [locale, text] of Object.entries({
    'en-US': /^Nobody is using this session: it will be suspended in 20\ssec/, 'es-ES': /^Nadie usa esta sesión: se suspenderá en 20\ss/,
    'ru-RU': /^Сеансом никто не пользуется: он будет приостановлен через 20\sс/,
}))
    test(`an idle session is warned in ${locale}; its button tells the host, input elsewhere takes the strip away`, () => withPage('/station', { locale },
        async ({ page, double }) => {
            await logOn(page);
            const suspends = (seconds) => double.change('5', { suspends: seconds === 0 ? 0 : (Date.now() + seconds * 1000) * 1000 });
            suspends(19.9);
            const strip = page.locator('.strip.idle');
            await strip.waitFor();
            assert.match(await page.locator('idle-strip [role=status]').textContent(), text);
            const [bar, screen] = await Promise.all([strip.boundingBox(), page.locator('.screen').boundingBox()]);
            assert.ok(bar.y + bar.height <= screen.y + 1, 'the strip does not cover the desktop');
            await page.keyboard.press('k');
            await until(() => double.heard.keys.length === 2, 'the keyboard stays with the desktop');
            await shot(page, `station-idle-${locale.slice(0, 2)}`);
            await strip.locator('[data-command=keep-session]').click();
            await until(() => double.calls.some(([method]) => method === 'NoteInput'), 'the host is told');
            suspends(0);
            await strip.waitFor({ state: 'detached' });
            double.endLogin('station', 'idle');
            await page.waitForSelector('input[name=password]');
        }));

/** Nothing of the words is cut off. */
async function wholly(page) {
    assert.ok(await page.$eval('.viewers > span > span', (words) => words.scrollWidth <= words.clientWidth && words.getBoundingClientRect().right <= innerWidth));
}

for (const [locale, texts] of Object.entries({
    'en-US': ['\u2068Olga Castañeda\u2069 is viewing your desktop', '\u2068Olga Castañeda and Олег <b>Ли</b>\u2069 are viewing your desktop'],
    'es-ES': ['\u2068Olga Castañeda\u2069 está viendo su escritorio', '\u2068Olga Castañeda y Олег <b>Ли</b>\u2069 están viendo su escritorio'],
    'ru-RU': ['\u2068Olga Castañeda\u2069 смотрит на ваш рабочий стол', '\u2068Olga Castañeda и Олег <b>Ли</b>\u2069 смотрят на ваш рабочий стол'],
}))
    test(`the bar says who is viewing, in ${locale}, and takes no room for it`, () => withPage('/station', { locale }, async ({ page, double }) => {
        await logOn(page);
        const size = () => page.$eval('.stage', (stage) => JSON.stringify(stage.getBoundingClientRect()));
        const before = await size();
        const said = (text) => page.waitForFunction((wanted) => document.querySelector('.viewers').textContent.trim() === wanted, text);
        await said('');
        double.change('5', { viewers: ['Olga Castañeda'] });
        await said(texts[0]);
        await wholly(page);
        await shot(page, `viewed-${locale.slice(0, 2)}`);
        double.change('5', { viewers: ['Olga Castañeda', 'Олег <b>Ли</b>'] });
        await said(texts[1]);
        await page.setViewportSize({ width: 360, height: 640 });
        await wholly(page);
        await shot(page, `viewed-narrow-${locale.slice(0, 2)}`);
        await page.setViewportSize({ width: 1280, height: 800 });
        assert.equal(await size(), before);
        double.change('5', { viewers: [] });
        await said('');
    }));
