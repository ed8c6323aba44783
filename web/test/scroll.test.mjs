// SPDX-License-Identifier: GPL-3.0-or-later
// 400 live tiles scroll as smoothly as this machine's browser scrolls anything: judged beside an empty page in the same run while
// nobody else uses the machine, and by processor time, which is the same on a busy one.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { signIn, startBrowser, stopBrowser, until, withPage } from './browser.mjs';

before(startBrowser);
after(stopBrowser);

const SESSIONS = 400;
const ROUNDS = 6; // at most
const OTHERS = 0.08; // of a core: what others may use for a round to count
const PIXELS = 6000;
const PIXELS_A_SECOND = 2500;

/** A room of n, whose pictures are those of the four that there are. */
function fill(double, n) {
    const [first] = double.sessions.values();
    const pictures = [...double.pictures.values()];
    double.sessions.clear();
    for (let id = 1; id <= n; id += 1) {
        const user = `pupil${id}`;
        double.sessions.set(String(id), { ...first, id: String(id), user, 'full-name': `Pupil ${id}` });
        double.pictures.set(user, pictures[id % pictures.length]);
    }
}

/** Scroll by a wheel gesture of the browser's own; the time between each two frames that the page drew meanwhile, in ms. */
async function scroll(page, distance) {
    await page.evaluate(() => {
        window.frames_ = [];
        const note = (now) => { window.frames_.push(now); window.noting = requestAnimationFrame(note); };
        window.noting = requestAnimationFrame(note);
    });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Input.synthesizeScrollGesture', { x: 600, y: 500, yDistance: -distance, speed: PIXELS_A_SECOND, gestureSourceType: 'mouse', preventFling: true });
    await devtools.detach();
    const times = await page.evaluate(() => {
        cancelAnimationFrame(window.noting);
        return window.frames_;
    });
    return times.slice(1).map((time, at) => time - times[at]);
}

/** The processor time, in ms, that the page's main thread needs for each frame of such a scroll: the same on a busy machine. */
async function frameCosts(page, distance) {
    const devtools = await page.context().newCDPSession(page);
    const events = [];
    devtools.on('Tracing.dataCollected', ({ value }) => events.push(...value));
    const complete = new Promise((resolve) => devtools.on('Tracing.tracingComplete', resolve));
    await devtools.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['cc', 'toplevel', '__metadata'] } });
    await scroll(page, distance);
    await devtools.send('Tracing.end');
    await complete;
    const main = events.filter((each) => each.name === 'thread_name' && each.args.name === 'CrRendererMain').map((each) => each.tid);
    return events.filter((each) => each.name === 'ProxyMain::BeginMainFrame' && each.tdur !== undefined && main.includes(each.tid)).map((each) => each.tdur / 1000);
}

const TICK_MS = 10; // of /proc, USER_HZ

/** Processor time in ms since the machine was booted: what all used, and what this test and its browser did. */
function processorTimes() {
    // What a machine above this one took away (steal) counts as others'.
    const [, user, nice, system, , , , , steal] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/).map(Number);
    const processes = new Map();
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        try {
            const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
            processes.set(Number(pid), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
        } catch {
            // it has ended meanwhile
        }
    }
    const isOwn = (pid) => pid === process.pid || (processes.has(pid) && isOwn(processes.get(pid).parent));
    const own = [...processes].filter(([pid]) => isOwn(pid)).reduce((sum, [, { ticks }]) => sum + ticks, 0);
    return { all: (user + nice + system + steal) * TICK_MS, own: own * TICK_MS };
}

/** How many cores others used while work ran, and what it gave. */
async function withOthers(work) {
    const from = processorTimes();
    const began = performance.now();
    const result = await work();
    const to = processorTimes();
    return { result, others: (to.all - from.all - (to.own - from.own)) / (performance.now() - began) };
}

const quantile = (numbers, share) => [...numbers].sort((a, b) => a - b)[Math.floor(share * (numbers.length - 1))];
const rate = (frames) => 1000 * frames.length / frames.reduce((sum, each) => sum + each, 0);

test('400 live tiles scroll like an empty page', (context) => withPage('/', { pictures: true, reducedMotion: 'no-preference' }, async ({ page, double, context: browser }) => {
    fill(double, SESSIONS);
    await signIn(page);
    double.animate(1000);
    await until(() => double.drawn >= double.watched.length, 'the first pictures');
    const empty = await browser.newPage();
    await empty.setContent('<!doctype html><div style="height: 30000px; background: linear-gradient(red, blue)"></div>');
    const ratios = [];
    for (let round = 0; round < ROUNDS && Math.max(0, ...ratios) < 0.95; round += 1) {
        const distance = round % 2 === 0 ? PIXELS : -PIXELS;
        const { result: [frames, own], others } = await withOthers(async () => {
            await page.bringToFront();
            const live = await scroll(page, distance);
            await empty.bringToFront();
            return [live, await scroll(empty, distance)];
        });
        context.diagnostic(`${rate(frames).toFixed(1)} frames a second, p95 ${quantile(frames, 0.95).toFixed(1)} ms; an empty page ${
            rate(own).toFixed(1)}; others used ${others.toFixed(2)} cores`);
        if (others <= OTHERS)
            ratios.push(rate(frames) / rate(own));
    }
    const costs = await frameCosts(page, PIXELS);
    context.diagnostic(`${costs.length} frames of ${quantile(costs, 0.5).toFixed(1)} ms at the median, p95 ${quantile(costs, 0.95).toFixed(1)} ms of the main thread's time`);
    assert.equal(await page.locator('[data-session]').count(), SESSIONS);
    assert.ok(double.watched.length < 40, `${double.watched.length} tiles are watched`);
    const share = costs.reduce((sum, each) => sum + each, 0) / (1000 * PIXELS / PIXELS_A_SECOND);
    assert.ok(share < 0.5, `${(100 * share).toFixed(0)} % of the main thread's time`);
    if (ratios.length > 0)
        assert.ok(Math.max(...ratios) >= 0.9, `${ratios} of an empty page's frames`);
    else
        context.diagnostic('others use this machine: only the processor time is judged');
}));

test('a page that has no time gets fewer pictures, the newest, and piles none up', () => withPage('/', { pictures: true }, async ({ page, double }) => {
    fill(double, 40);
    await signIn(page);
    double.animate(10);
    await until(() => double.sentPictures > 60, 'pictures come');
    await page.evaluate(() => {
        const began = performance.now();
        while (performance.now() - began < 1500)
            ; // the page's one thread is busy
    });
    assert.ok(double.underWay <= double.watched.length, `${double.underWay} pictures under way for ${double.watched.length} tiles`);
    const devtools = await page.context().newCDPSession(page);
    const heap = async () => {
        await devtools.send('HeapProfiler.collectGarbage');
        return (await devtools.send('Runtime.getHeapUsage')).usedSize;
    };
    const before = await heap();
    const sent = double.sentPictures;
    await until(() => double.sentPictures > sent + 150, 'many more pictures');
    const grown = await heap() - before;
    assert.ok(grown < 2e6, `the page's heap grew by ${grown} bytes`);
}));

test('a hidden tab has nothing captured, and sees again when it is shown', () => withPage('/', { pictures: true }, async ({ page, double }) => {
    await signIn(page);
    await page.dblclick('[data-user=ana]');
    await until(() => JSON.stringify(double.watched) === '[["1","enlarged"]]', 'ana is enlarged');
    const hide = (hidden) => page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
        document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
    await hide(true);
    await until(() => double.watched.length === 0, 'nothing is watched');
    await hide(false);
    await until(() => JSON.stringify(double.watched) === '[["1","enlarged"]]', 'ana is watched again');
}));
