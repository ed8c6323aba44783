// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { shot, signIn, startBrowser, stopBrowser, until, withPage } from './browser.mjs';

before(startBrowser);
after(stopBrowser);

const selected = (page) => page.$$eval('[data-session][aria-selected=true]', (all) => all.map((each) => each.dataset.user));
const command = (name) => `[role=menu] [data-command="${name}"]`;

test('a teacher signs in; the password field is refused first', () => withPage('/', {}, async ({ page }) => {
    await page.fill('input[name=user]', 'teacher');
    await page.fill('input[name=password]', 'wrong');
    await page.click('[type=submit]');
    assert.equal(await page.textContent('[role=alert]'), 'The name or the password is wrong.');
    assert.equal(await page.inputValue('input[name=password]'), '');
    await signIn(page);
    assert.equal(await page.locator('[data-session]').count(), 5);
}));

test('an expired password is changed on the way', () => withPage('/', {}, async ({ page }) => {
    await page.fill('input[name=user]', 'old');
    await page.fill('input[name=password]', 'secret');
    await page.click('[type=submit]');
    for (const label of ['Current password', 'New password', 'New password again']) {
        await page.locator('label', { hasText: new RegExp(`^${label}$`) }).waitFor();
        assert.equal(await page.getAttribute('input[name=answer]', 'type'), 'password');
        await page.fill('input[name=answer]', 'x');
        await page.click('[type=submit]');
    }
    await page.waitForSelector('[data-session]');
}));

test('names are text, never markup', () => withPage('/', {}, async ({ page }) => {
    await signIn(page);
    assert.equal(await page.textContent('[data-user=chloe] .name'), '<b>Chloé</b>');
    assert.equal(await page.locator('[data-user=chloe] b').count(), 0);
    assert.equal(await page.getAttribute('[data-user=dov] .name', 'dir'), 'auto');
}));

test('click, Ctrl, Shift, empty space, Ctrl+A select', () => withPage('/', {}, async ({ page }) => {
    await signIn(page);
    await page.click('[data-user=ana]');
    assert.deepEqual(await selected(page), ['ana']);
    await page.click('[data-user=dov]', { modifiers: ['Control'] });
    assert.deepEqual((await selected(page)).sort(), ['ana', 'dov']);
    await page.click('[data-user=ana]', { modifiers: ['Control'] });
    assert.deepEqual(await selected(page), ['dov']);
    const order = await page.$$eval('[data-session]', (all) => all.map((each) => each.dataset.user));
    await page.click(`[data-user=${order[0]}]`);
    await page.click(`[data-user=${order[2]}]`, { modifiers: ['Shift'] });
    assert.deepEqual(await selected(page), order.slice(0, 3));
    await page.mouse.click(900, 700);
    assert.deepEqual(await selected(page), []);
    await page.click('[data-user=ana]');
    await page.keyboard.press('Control+a');
    assert.equal((await selected(page)).length, 5);
}));

test('the keyboard alone selects and opens the menus', () => withPage('/', {}, async ({ page }) => {
    await signIn(page);
    const order = await page.$$eval('[data-session]', (all) => all.map((each) => each.dataset.user));
    await page.focus('[data-session][tabindex="0"]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    assert.deepEqual(await selected(page), [order[1]]);
    await page.keyboard.press('Shift+ArrowRight');
    assert.deepEqual(await selected(page), order.slice(1, 3));
    await page.focus('[data-command=menu]');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.dataset.command === 'log-off-users');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.activeElement?.dataset.command === 'log-off-selected');
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => document.activeElement?.dataset.command === 'log-off-users');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.activeElement?.dataset.command === 'size');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('[role=menu]').count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement?.dataset.command), 'menu');
}));

test('on a narrow window a submenu does not cover its item', () => withPage('/', { viewport: { width: 400, height: 700 } }, async ({ page }) => {
    await signIn(page);
    for (const [menu, item] of [['log-off-users', 'log-off-all'], ['suspend-users', 'suspend-all'], ['size', 'size-small']]) {
        await page.click('[data-command=menu]');
        await page.click(command(menu));
        await page.click(command(item), { trial: true });
        await page.click('[data-command=menu]');
        assert.equal(await page.locator('[role=menu]').count(), 0);
    }
}));

test('right-click selects what it hits, keeps a selection it is in', () => withPage('/', {}, async ({ page }) => {
    await signIn(page);
    await page.click('[data-user=ana]');
    await page.click('[data-user=dov]', { button: 'right' });
    assert.deepEqual(await selected(page), ['dov']);
    await page.keyboard.press('Escape');
    await page.click('[data-user=ana]', { modifiers: ['Control'] });
    await page.click('[data-user=ana]', { button: 'right' });
    assert.equal((await selected(page)).length, 2);
    assert.equal(await page.getAttribute(command('enlarge'), 'aria-disabled'), 'true');
}));

for (const [locale, texts] of Object.entries({
    'en-US': {
        entry: 'Log off selected users', heading: 'Log off 2 users?', verb: 'Log off 2 users', outcome: 'clean', held: 'held up (by Mousepad)',
        work: ['Unsaved: Mousepad: *<b>essay</b>', 'Not known whether it is saved: Writer: Untitled 1', 'Nothing unsaved'], closed: 'Closed: Thunar',
    },
    'es-ES': {
        entry: 'Cerrar la sesión de los usuarios seleccionados', heading: '¿Cerrar la sesión de 2 usuarios?',
        verb: 'Cerrar la sesión de 2 usuarios', outcome: 'cerrada', held: 'retenida (por Mousepad)', closed: 'Cerrados: Thunar',
        work: ['Sin guardar: Mousepad: *<b>essay</b>', 'No se sabe si está guardado: Writer: Untitled 1', 'Nada sin guardar'],
    },
    'ru-RU': {
        entry: 'Завершить сеансы выбранных пользователей', heading: 'Завершить сеансы 2 пользователей?',
        verb: 'Завершить сеансы 2 пользователей', outcome: 'завершён', held: 'задержан (из-за Mousepad)', closed: 'Закрыты: Thunar',
        work: ['Не сохранено: Mousepad: *<b>essay</b>', 'Неизвестно, сохранено ли: Writer: Untitled 1', 'Несохранённого нет'],
    },
})) {
    test(`two selected users are logged off in ${locale}`, () => withPage('/', { locale, pictures: true }, async ({ page, double }) => {
        const language = locale.slice(0, 2);
        await shot(page, `sign-in-${language}`);
        await signIn(page);
        assert.equal(await page.getAttribute('html', 'lang'), language);
        double.unsaved = {
            1: { unsaved: [['Mousepad', '*<b>essay</b>']], unknown: [['Writer', 'Untitled 1']] }, 2: { known: true },
        };
        await page.click('[data-user=ana]');
        await page.click('[data-user=boris]', { modifiers: ['Control'] });
        await until(() => double.drawn >= 4, 'four pictures are drawn');
        await shot(page, `wall-${language}`);
        await page.click('[data-user=boris]', { button: 'right' });
        assert.equal((await page.textContent(command('log-off-selected'))).trim(), texts.entry);
        await shot(page, `menu-${language}`);
        await page.click(command('log-off-selected'));
        await page.waitForSelector('[data-hit="1"]');
        assert.equal(await page.textContent('#log-off-title'), texts.heading);
        assert.equal((await page.textContent('[data-command=confirm]')).trim(), texts.verb);
        await until(async () => String((await page.locator('.hit .work').allTextContents()).sort()) === String([...texts.work].sort()), 'it is known what is unsaved');
        await page.fill('textarea', 'Hasta <i>mañana</i>');
        await shot(page, `dialog-${language}`);
        await page.click('[data-command=confirm]');
        await page.waitForSelector('[data-user=ana] [data-stage=warn]');
        const [, hit, how] = double.calls.find(([method]) => method === 'LogOff');
        assert.deepEqual(hit.sessions.sort(), ['1', '2']);
        assert.deepEqual(how, { mode: 'ask', warn: 60, message: 'Hasta <i>mañana</i>' });
        await shot(page, `countdown-${language}`);
        double.end('1', '1', 'clean');
        double.row('1', '2', { stage: 'done', outcome: 'held-up', detail: 'Mousepad: *essay', blockers: [['Mousepad', '*<b>essay</b>']], closed: ['Thunar'] });
        assert.equal((await page.textContent('[data-user=ana] [data-outcome=clean]')).trim(), texts.outcome);
        assert.equal((await page.textContent('[data-user=boris] [data-outcome=held-up]')).trim(), texts.held);
        assert.equal(await page.textContent('[data-user=boris] .closed'), texts.closed);
        await shot(page, `outcome-${language}`);
    }));
}

test('all are logged off by the menu at the top left; who is left out is named', () => withPage('/', {}, async ({ page, double }) => {
    await signIn(page);
    await page.click('[data-command=menu]');
    await page.click(command('log-off-users'));
    await page.click(command('log-off-all'));
    await page.waitForSelector('[data-left-out="9"]');
    assert.match(await page.textContent('[data-left-out="9"]'), /only an administrator may end it/);
    assert.equal(await page.locator('[data-hit]').count(), 4);
    await page.locator('[data-hit="1"] .work', { hasText: 'Unsaved work: unknown' }).waitFor();
    await page.check('input[name=warn][value="0"]', { force: true });
    await page.check('input[name=mode][value=force]');
    double.sessions.delete('4');
    double.signal('SessionRemoved', { id: '4', user: 'dov', 'full-name': '', role: 'standard', state: 'ended', outcome: 'clean', detail: '', may: [] });
    await page.waitForSelector('[data-hit="4"]', { state: 'detached' });
    await page.click('[data-command=confirm]');
    await until(() => double.calls.some(([method]) => method === 'LogOff'), 'LogOff is called');
    assert.deepEqual(double.calls.find(([method]) => method === 'LogOff').slice(1), [{ sessions: ['1', '2', '3'] }, { mode: 'force', warn: 0 }]);
}));

test('no button moves when it becomes known what is unsaved', () => withPage('/', {}, async ({ page, double }) => {
    let known;
    double.looked = new Promise((resolve) => { known = resolve; });
    await signIn(page);
    await page.click('[data-user=ana]');
    await page.keyboard.press('Control+a');
    await page.click('[data-user=ana]', { button: 'right' });
    await page.click(command('log-off-selected'));
    await until(async () => await page.locator('.hit .work').count() === 4, 'each has a line');
    const before = await page.locator('[data-command=cancel]').boundingBox();
    known();
    await until(async () => (await page.locator('.hit .work').allTextContents()).every((text) => text === 'Unsaved work: unknown'), 'it is known');
    assert.deepEqual(await page.locator('[data-command=cancel]').boundingBox(), before);
}));

test('a refused log-off leaves the dialog, with the reason', () => withPage('/', {}, async ({ page, double }) => {
    await signIn(page);
    double.refuseLogOff = 'NoSuchSession';
    await page.click('[data-user=ana]', { button: 'right' });
    await page.click(command('log-off-selected'));
    await page.click('[data-command=confirm]:enabled');
    assert.equal(await page.textContent('dialog [role=alert]'), 'That session is gone already.');
    await page.click('[data-command=cancel]');
    assert.equal(await page.locator('dialog[open]').count(), 0);
}));

test('a countdown is cancelled on its tile', () => withPage('/', {}, async ({ page, double }) => {
    await signIn(page);
    await page.click('[data-user=ana]', { button: 'right' });
    await page.click(command('log-off-selected'));
    await page.click('[data-command=confirm]:enabled');
    await page.click('[data-command=cancel-ending]');
    await page.waitForSelector('[data-user=ana] [data-outcome=cancelled]');
    assert.deepEqual(double.calls.find(([method]) => method === 'CancelJob'), ['CancelJob', '1', ['1']]);
    await page.click('[data-command=dismiss]');
    await page.waitForSelector('[data-outcome]', { state: 'detached' });
    assert.equal(await page.locator('[data-user=ana]').count(), 1);
}));

for (const [locale, texts] of Object.entries({
    'en-US': { asks: 'asks for more time', all: '1 user asks for more time', given: 'Борис Смирнов\u2069: 5 more minutes', two: '2 users ask for more time', none: 'Ana Ruiz\u2069: no more time' },
    'es-ES': { asks: 'pide más tiempo', all: '1 usuario pide más tiempo', given: 'Борис Смирнов\u2069: 5 minutos más', two: '2 usuarios piden más tiempo', none: 'Ana Ruiz\u2069: no hay más tiempo' },
    'ru-RU': { asks: 'просит дополнительное время', all: '1 пользователь просит дополнительное время', given: 'Борис Смирнов\u2069: ещё 5 минут', two: '2 пользователя просят дополнительное время', none: 'Ana Ruiz\u2069: дополнительного времени нет' },
})) {
    test(`who asks for more time is seen, and is given it or not, in ${locale}`, () => withPage('/', { locale, pictures: true }, async ({ page, double }) => {
        const language = locale.slice(0, 2);
        await signIn(page);
        const job = double.warn(['1', '2', '4'], 60);
        await page.waitForSelector('[data-user=boris] [data-stage=warn]');
        assert.equal(await page.locator('.asks, .foot, [data-command=show-asking]').count(), 0);
        double.running('2', { 'wants-time': true });
        await page.locator('[data-user=boris] .asks', { hasText: texts.asks }).waitFor();
        assert.equal((await page.textContent('.asking[role=status]')).trim(), texts.all);
        await shot(page, `asks-${language}`);
        assert.match(await page.title(), /^\(1\) /);
        await page.focus('[data-command=grant-5]');
        await page.keyboard.press('Enter');
        await page.locator('.toast[role=status]', { hasText: texts.given }).waitFor();
        await page.waitForSelector('.asks', { state: 'detached' });
        assert.equal(await page.evaluate(() => document.activeElement.dataset.user), 'boris', 'the keyboard stays where it was');
        assert.deepEqual(double.calls.filter(([method]) => method === 'Grant'), [['Grant', '2', 5]]);
        assert.match(await page.textContent('[data-user=boris] .countdown'), /^(6:00|5:5\d)$/);
        assert.match(await page.textContent('[data-user=ana] .countdown'), /^(60|5\d)/);
        double.running('1', { 'wants-time': true });
        double.running('4', { 'wants-time': true });
        await page.locator('.asking', { hasText: texts.two }).waitFor();
        await page.click('[data-command=refuse] >> nth=0');
        await page.locator('.asks').nth(1).waitFor({ state: 'detached' });
        assert.deepEqual(double.calls.filter(([method]) => method === 'Refuse'), [['Refuse', '1']]);
        await page.locator('.toast[role=status]', { hasText: texts.none }).waitFor();
        double.row(job, '2', { stage: 'ask' });
        await page.waitForTimeout(100);
        assert.equal(await page.locator('.asks').count(), 1, 'no stays no, whatever else changes');
        await page.click('[data-command=show-asking]');
        assert.equal((await selected(page)).length, 1);
        await page.click('[data-session][aria-selected=true]', { button: 'right' });
        await page.click(command('grant-15'));
        await page.waitForSelector('.asks', { state: 'detached' });
        assert.deepEqual(double.calls.filter(([method]) => method === 'Grant').at(-1)[2], 15);
    }));

    test(`what was held up is named, stays, and is forced after a question, in ${locale}`, () => withPage('/', { locale, pictures: true }, async ({ page, double }) => {
        const language = locale.slice(0, 2);
        await signIn(page);
        const job = double.warn(['1', '2', '4'], 60);
        double.row(job, '1', { stage: 'ask', blockers: [['Mousepad', '*essay']] });
        await page.locator('[data-user=ana] [data-stage=ask] + .blockers', { hasText: 'Mousepad: *essay' }).waitFor();
        await shot(page, `ask-${language}`);
        double.row(job, '1', { stage: 'done', deadline: 0, outcome: 'held-up', detail: 'x', blockers: [
            ['Mousepad', '*<b>essay</b>'], ['LibreOffice', 'Untitled 1'], ['Mousepad', '*a'], ['Mousepad', '*b'], ['Mousepad', '*c']] });
        double.row(job, '4', { stage: 'done', deadline: 0, outcome: 'held-up', detail: 'the user has called it off' });
        await page.waitForSelector('[data-user=ana] [data-outcome=held-up]');
        assert.deepEqual(await page.locator('[data-user=ana] .blockers > div').allTextContents(),
            ['Mousepad: *<b>essay</b>', 'LibreOffice: Untitled 1', 'Mousepad: *a', { en: 'and 2 more', es: 'y 2 más', ru: 'и ещё 2' }[language]]);
        await shot(page, `held-up-${language}`);
        await page.reload();
        await page.waitForSelector('[data-user=ana] [data-outcome=held-up]');
        await page.click('.tile:has([data-outcome=held-up]) + .foot [data-command=force] >> nth=0');
        await page.locator('dialog[open] .items li', { hasText: '*<b>essay</b>' }).waitFor();
        await shot(page, `force-${language}`);
        await page.click('dialog[open] [data-command=cancel]');
        assert.equal(double.calls.some(([method]) => method === 'LogOff'), false);
        await page.click('[data-user=ana]', { button: 'right' });
        await page.click(command('force-selected'));
        await page.click('dialog[open] [data-command=confirm]');
        await until(() => double.calls.some(([method]) => method === 'LogOff'), 'LogOff is called');
        assert.deepEqual(double.calls.find(([method]) => method === 'LogOff').slice(1), [{ sessions: ['1'] }, { mode: 'force', warn: 0 }]);
    }));
}

test('whom one may not act on has no buttons', () => withPage('/', {}, async ({ page, double }) => {
    double.sessions.get('9').own = false;
    await signIn(page);
    double.warn(['9'], 60, { by: 'root' });
    double.running('9', { 'wants-time': true });
    await page.waitForSelector('[data-user=admin] .asks');
    assert.equal(await page.locator('.foot, .tile-button, [data-command=show-asking]').count(), 0);
}));

test('selected sessions are locked and unlocked, each only if it can be', () => withPage('/', {}, async ({ page, double }) => {
    await signIn(page);
    await page.click('[data-user=ana]');
    await page.click('[data-user=chloe]', { modifiers: ['Control'] }); // locked already
    await page.click('[data-user=ana]', { button: 'right' });
    await page.click(command('lock-selected'));
    await page.locator('.toast', { hasText: '1 session locked' }).waitFor();
    await page.waitForSelector('[data-user=ana][data-state=locked]');
    await page.click('[data-command=menu]');
    await page.click(command('lock-users'));
    assert.equal(await page.getAttribute(command('lock-selected'), 'aria-disabled'), 'true');
    await page.click(command('unlock-selected'));
    await page.locator('.toast', { hasText: '2 sessions unlocked' }).waitFor();
    assert.deepEqual(double.calls.filter(([method]) => /ock$/.test(method)),
        [['Lock', { sessions: ['1'] }], ['Unlock', { sessions: ['3', '1'] }]]);
}));

test('a screen reader hears who first, and every button has a name, also on a narrow window', () => withPage('/', { viewport: { width: 360, height: 640 } }, async ({ page, double }) => {
    await signIn(page);
    const job = double.warn(['1', '2']);
    double.running('2', { 'wants-time': true });
    double.row(job, '1', { stage: 'done', deadline: 0, outcome: 'held-up', detail: 'x', blockers: [['Mousepad', '*a']] });
    await page.waitForSelector('[data-outcome]');
    await page.getByRole('option', { name: /^Ana Ruiz, active, held up \(by Mousepad\), Mousepad: \*a, ana, Seat 1$/ }).waitFor();
    await page.getByRole('option', { name: /^Борис Смирнов, suspended, asks for more time, the user is being warned, boris, no station$/ }).waitFor();
    await page.getByRole('option', { name: /^Root Admin, administrator, active/ }).waitFor();
    await page.getByRole('button', { name: 'Menu', exact: true }).waitFor();
    assert.doesNotMatch(await page.locator('body').ariaSnapshot(), /- button *$/m);
}));

test('forty tiles that all count down and ask leave the page quick', () => withPage('/', { pictures: true }, async ({ page, double }) => {
    const [first] = double.sessions.values();
    for (let id = 100; id < 136; id += 1)
        double.sessions.set(String(id), { ...first, id: String(id), user: `pupil${id}`, 'full-name': `Pupil ${id}` });
    await signIn(page);
    await page.evaluate(() => {
        window.longest = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((each) => { window.longest = Math.max(window.longest, each.duration); }))
            .observe({ entryTypes: ['longtask'] });
    });
    const ids = [...double.sessions.keys()].filter((id) => id !== '9');
    double.warn(ids);
    for (const id of ids)
        double.running(id, { 'wants-time': true });
    await page.locator('.asking', { hasText: '40 users ask for more time' }).waitFor();
    await page.click('[data-command=show-asking]');
    await page.focus('[aria-selected=true]');
    await page.keyboard.press('Shift+F10');
    await page.click(command('grant-5'));
    await page.waitForSelector('.asks', { state: 'detached' });
    await page.locator('.toast', { hasText: '40 users have more time' }).waitFor();
    assert.equal(double.calls.filter(([method]) => method === 'Grant').length, 40);
    await shot(page, 'forty-en');
    const longest = await page.evaluate(() => window.longest);
    assert.ok(longest < 400, `a task took ${longest} ms`);
}));

test('suspend says how many', () => withPage('/', {}, async ({ page, double }) => {
    await signIn(page);
    await page.click('[data-user=ana]', { button: 'right' });
    await page.click(command('suspend-selected'));
    await page.locator('.toast[role=status]', { hasText: '1 session suspended' }).waitFor();
    assert.deepEqual(double.calls.find(([method]) => method === 'Suspend'), ['Suspend', { sessions: ['1'] }]);
}));

const enlarged = '.wall.one session-tile[enlarged]';

for (const [how, act] of Object.entries({
    'a double click': (page) => page.dblclick('[data-user=ana]'),
    'Enter': async (page) => {
        await page.click('[data-user=ana]');
        await page.keyboard.press('Enter');
    },
    'its button': async (page) => {
        await page.hover('[data-user=ana]');
        await page.click('[data-user=ana] ~ [data-command=enlarge]');
    },
    'its menu': async (page) => {
        await page.click('[data-user=ana]', { button: 'right' });
        await page.click(command('enlarge'));
    },
    'the menu at the top left': async (page) => {
        await page.click('[data-user=ana]');
        await page.click('[data-command=menu]');
        await page.click(command('enlarge'));
    },
})) {
    test(`${how} enlarges a desktop in its place; only it is watched then`, () => withPage('/', { pictures: true }, async ({ page, double }) => {
        await signIn(page);
        await until(() => double.watched.length === 4, 'four tiles are watched');
        await act(page);
        await page.waitForSelector(`${enlarged} [data-user=ana]`);
        await until(() => JSON.stringify(double.watched) === '[["1","enlarged"]]', 'it alone is watched, enlarged');
        assert.deepEqual(await selected(page), ['ana']);
        const { canvas, page: window } = await page.evaluate(() => ({
            canvas: document.querySelector('session-tile[enlarged] .picture').getBoundingClientRect().toJSON(),
            page: { width: innerWidth, height: innerHeight, scrolls: document.querySelector('.home').scrollHeight > document.querySelector('.home').clientHeight },
        }));
        assert.ok(canvas.width > window.width * 0.9 && canvas.height > window.height * 0.6, JSON.stringify(canvas));
        assert.equal(window.scrolls, false);
        assert.match(await page.textContent(enlarged), /Ana Ruiz.*Seat 1/s);
        assert.match(await page.textContent(`${enlarged} .badge`), /active/);
        await page.keyboard.press('Escape');
        await page.waitForSelector('.wall:not(.one)');
        await until(() => double.watched.length === 4 && !JSON.stringify(double.watched).includes('enlarged'), 'the wall is watched again');
        assert.equal(await page.evaluate(() => document.activeElement.dataset.user), 'ana', 'the keyboard is where it was');
    }));
}

/** The colour of a pixel of ana's picture: three numbers. */
function pixel(page, x, y) {
    return page.evaluate(([column, row]) => {
        const copy = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
        copy.drawImage(document.querySelector('session-tile [data-user=ana] canvas'), -column, -row);
        return [...copy.getImageData(0, 0, 1, 1).data].slice(0, 3);
    }, [x, y]);
}

test('a part is put where it belongs, on the picture that it is of and on no other', () => withPage('/', { pictures: true }, async ({ page, double }) => {
    const square = async (colour) => Buffer.from((await page.evaluate((fill) => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 32 });
        const draw = canvas.getContext('2d');
        draw.fillStyle = fill;
        draw.fillRect(0, 0, 32, 32);
        return canvas.toDataURL('image/jpeg', 0.95);
    }, colour)).split(',')[1], 'base64');
    const isNear = (found, wanted) => found.every((value, at) => Math.abs(value - wanted[at]) < 12);
    await signIn(page);
    await until(() => double.drawn >= 4, 'four pictures are drawn');
    const beside = await pixel(page, 300, 380);

    double.sendPart('1', 'medium', await square('#f00'), 160, 320);
    await until(() => double.drawn >= 5, 'the part is drawn');
    assert.ok(isNear(await pixel(page, 176, 336), [255, 0, 0]));
    assert.ok(isNear(await pixel(page, 191, 351), [255, 0, 0]));
    assert.deepEqual(await pixel(page, 300, 380), beside);
    assert.ok(!isNear(await pixel(page, 194, 354), [255, 0, 0]));

    double.sendPart('1', 'medium', await square('#00f'), 160, 320, 99999);
    await until(() => double.drawn >= 6, 'one of another picture is passed over');
    assert.ok(isNear(await pixel(page, 176, 336), [255, 0, 0]));
    const [part, other] = double.answers.slice(-2);
    assert.ok(part.whole > 0 && part.sequence > part.whole);
    assert.deepEqual([other.whole, other.sequence], [part.whole, part.sequence + 1], 'it says which picture it has');

    double.sendPart('1', 'medium', Buffer.from('no JPEG'), 0, 0);
    await until(() => double.drawn >= 7, 'one that is no picture is answered, too');

    await page.dblclick('[data-user=ana]');
    await page.waitForSelector(`${enlarged} canvas:not([hidden])`);
    await until(() => double.drawn >= 8, 'it is whole again in another size');
    assert.ok(!isNear(await pixel(page, 176, 336), [255, 0, 0]));
}));

test('nothing that is done on an enlarged picture reaches the desktop, and the keys go through the room', () => withPage('/', { pictures: true }, async ({ page, double }) => {
    await signIn(page);
    const order = await page.$$eval('[data-session]', (all) => all.map((each) => each.dataset.user));
    await page.dblclick('[data-user=ana]');
    await page.waitForSelector(enlarged);
    const calls = double.calls.length;
    await page.click(`${enlarged} .picture`);
    await page.keyboard.type('abc');
    await page.keyboard.press('Control+a');
    assert.deepEqual(await selected(page), ['ana']);
    assert.equal(double.calls.length, calls);
    const at = () => page.getAttribute(`${enlarged} [data-user]`, 'data-user');
    const seen = [await at()];
    await page.keyboard.press('Home');
    for (let step = 0; step < 4; step += 1) {
        await page.keyboard.press('ArrowLeft');
        seen.push(await at());
    }
    assert.equal(seen.at(-1), order.filter((user) => user !== 'admin')[0], String(seen));
    await page.click('[data-command=next]');
    assert.equal(await at(), order.filter((user) => user !== 'admin')[1]);
    await page.click('[data-command=back]');
    await page.waitForSelector('.wall:not(.one)');
    await page.dblclick('[data-user=admin]');
    assert.equal(await page.locator('.wall.one').count(), 0, 'who shows no picture is not enlarged');
}));

for (const locale of ['en-US', 'es-ES', 'ru-RU'])
    test(`an enlarged desktop is acted on, and its end is seen, in ${locale}`, () => withPage('/', { locale, pictures: true }, async ({ page, double }) => {
        await signIn(page);
        await page.dblclick('[data-user=ana]');
        await page.waitForSelector(enlarged);
        await until(() => double.drawn > 4, 'its picture');
        await shot(page, `enlarged-${locale.slice(0, 2)}`);
        await page.click('.toolbar [data-command=lock-selected]');
        await page.waitForSelector('.toolbar [data-command=unlock-selected]');
        await page.click('.toolbar [data-command=unlock-selected]');
        await page.waitForSelector('.toolbar [data-command=lock-selected]:enabled');
        await page.click('.toolbar [data-command=suspend-selected]');
        await page.click('.toolbar [data-command=log-off-selected]');
        await page.waitForSelector('[data-hit="1"]');
        assert.equal(await page.locator('[data-hit]').count(), 1);
        await page.click('[data-command=confirm]');
        await page.waitForSelector(`${enlarged} [data-stage=warn]`);
        await shot(page, `enlarged-warn-${locale.slice(0, 2)}`);
        assert.deepEqual(double.calls.filter(([method]) => ['Lock', 'Unlock', 'Suspend', 'LogOff'].includes(method)).map(([method, whom]) => [method, whom.sessions]),
            [['Lock', ['1']], ['Unlock', ['1']], ['Suspend', ['1']], ['LogOff', ['1']]]);
        double.end('1', '1', 'clean');
        await page.waitForSelector(`${enlarged} [data-outcome=clean]`);
        await page.click(`${enlarged} [data-command=dismiss]`);
        await page.waitForSelector('.wall:not(.one) [data-user=boris]');
    }));

test('on a telephone too', () => withPage('/', { viewport: { width: 390, height: 740 }, hasTouch: true, isMobile: true, pictures: true }, async ({ page, double }) => {
    await signIn(page);
    await shot(page, 'wall-phone');
    await page.tap('[data-user=dov] ~ [data-command=enlarge]');
    await page.waitForSelector(enlarged);
    await until(() => double.drawn > 4, 'its picture');
    await shot(page, 'enlarged-phone');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false);
    for (const name of ['back', 'screenshot', 'log-off-selected'])
        await page.click(`.toolbar [data-command=${name}]`, { trial: true });
    await page.tap('[data-command=back]');
    await page.waitForSelector('.wall:not(.one)');
}));

test('the wall stands where it stood when one comes back to it', () => withPage('/', { pictures: true }, async ({ page, double }) => {
    const [first] = double.sessions.values();
    for (let id = 100; id < 160; id += 1)
        double.sessions.set(String(id), { ...first, id: String(id), user: `pupil${id}`, 'full-name': `Pupil ${id}` });
    await signIn(page);
    await page.evaluate(() => document.querySelector('[data-user=pupil140]').scrollIntoView());
    await page.dblclick('[data-user=pupil140]');
    await page.waitForSelector(enlarged);
    await page.keyboard.press('Escape');
    await page.waitForSelector('.wall:not(.one)');
    assert.ok(await page.evaluate(() => {
        const { top } = document.querySelector('[data-user=pupil140]').getBoundingClientRect();
        return top >= 0 && top < innerHeight;
    }));
}));

test('screenshots go into files that are named after whom they show', () => withPage('/', { pictures: true }, async ({ page, double }) => {
    double.sessions.get('1')['full-name'] = '../../Ana: "Ruiz" \u202e/etc';
    await signIn(page);
    await page.click('[data-user=ana]');
    await page.click('[data-user=dov]', { modifiers: ['Control'] });
    await page.click('[data-user=dov]', { button: 'right' });
    const files = [];
    page.on('download', (file) => files.push(file));
    await page.click(command('screenshot'));
    await until(() => files.length === 2, 'two files');
    const names = files.map((each) => each.suggestedFilename()).sort();
    assert.match(names[0], /^Ana Ruiz etc \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.jpg$/);
    assert.match(names[1], /^דב כהן \d{4}-/);
    const saved = await readFile(await files.find((each) => each.suggestedFilename() === names[0]).path());
    assert.deepEqual(saved, double.pictures.get('ana'));
    assert.deepEqual(double.calls.filter(([method]) => method === 'screenshot').map(([, body]) => body.session).sort(), ['1', '4']);
    double.pictures.delete('ana');
    await page.click('[data-user=ana]', { button: 'right' });
    await page.click(command('screenshot'));
    await page.locator('.toast.bad').waitFor();
}, [/status of 403/]));

test('the page is live again soon after the host was restarted', () => withPage('/', {}, async ({ page, double }) => {
    await signIn(page);
    await double.stop();
    await page.waitForSelector('.banner');
    await double.start();
    await page.waitForSelector('.banner', { state: 'detached' });
    double.change('1', { state: 'locked' });
    await page.waitForSelector('[data-user=ana][data-state=locked]');
}));

test('a login that ended shows the form and no tile', () => withPage('/', {}, async ({ page, double }) => {
    await signIn(page);
    double.endLogin('dashboard', 'expired');
    await page.waitForSelector('input[name=password]');
    assert.equal(await page.locator('[data-session]').count(), 0);
    assert.equal(await page.textContent('.note[role=status]'), 'Your sign-in has expired.');
}));

test('the language is switched and remembered', () => withPage('/', {}, async ({ page }) => {
    await page.selectOption('select[name=language]', 'ru');
    await page.locator('h2', { hasText: 'Войти' }).waitFor();
    await page.reload();
    await page.locator('h2', { hasText: 'Войти' }).waitFor();
    assert.equal(await page.getAttribute('html', 'lang'), 'ru');
}));

test('nobody is logged on', () => withPage('/', {}, async ({ page, double }) => {
    double.sessions.clear();
    await page.fill('input[name=user]', 'teacher');
    await page.fill('input[name=password]', 'secret');
    await page.click('[type=submit]');
    await page.locator('.empty', { hasText: 'Nobody is logged on' }).waitFor();
    await shot(page, 'empty-en');
}));

const FOREIGN = {
    en: ['Local seat', 'RDP client', 'No picture: this desktop runs on Wayland'],
    es: ['Puesto local', 'Cliente RDP', 'Sin imagen: este escritorio usa Wayland'],
    ru: ['Локальное рабочее место', 'Клиент RDP', 'Нет изображения: этот рабочий стол работает на Wayland'],
};
for (const [language, [seat, rdp, wayland]] of Object.entries(FOREIGN))
    test(`sessions that others began say where they are, and why one has no picture, in ${language}`, () => withPage('/', { locale: language, pictures: true }, async ({ page, double }) => {
        const foreign = { hosted: false, may: ['log-off', 'grant', 'thumbnail'] };
        double.change('1', { ...foreign, station: 'seat0', 'station-kind': 'seat', service: 'lightdm' });
        double.change('2', { ...foreign, state: 'active', station: 'RDP', 'station-kind': 'rdp', service: 'xrdp-sesman' });
        double.change('3', { ...foreign, state: 'active', station: '', 'station-kind': '', monitored: false, unwatched: 'wayland', service: 'gdm-password' });
        await signIn(page);
        const place = (user) => page.textContent(`[data-user=${user}] .station`);
        assert.deepEqual([await place('ana'), await place('boris'), await place('chloe')], [seat, rdp, '']);
        assert.match(await page.textContent('[data-user=chloe] .no-picture'), new RegExp(wayland));
        await page.click('[data-user=boris]');
        await page.click('[data-user=boris]', { button: 'right' });
        assert.equal(await page.locator(command('log-off-selected')).isEnabled(), true);
        assert.equal(await page.locator(`${command('suspend-selected')}:enabled`).count(), 0);
        await shot(page, `dashboard-foreign-${language}`);
    }));
