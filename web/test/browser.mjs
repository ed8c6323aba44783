// SPDX-License-Identifier: GPL-3.0-or-later
// One Chromium for all tests of a file; each test has a double and a page of its own, and fails on any error of the page.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { Double } from './double.mjs';

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'];
const DEADLINE_MS = 15000; // of what takes no second on an idle machine
const shots = new URL('shots/', import.meta.url).pathname;
let browser;

export async function startBrowser() {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: ARGUMENTS });
}

export async function stopBrowser() {
    await browser.close();
}

/** Run act({ page, double }) on a page in a language; options as of a browser context; expected: what its console may say. */
export async function withPage(path, options, act, expected = []) {
    const double = new Double();
    await double.start();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(DEADLINE_MS);
    const problems = [];
    try {
        const page = await context.newPage();
        page.on('pageerror', (error) => problems.push(String(error)));
        page.on('console', (message) => {
            const fine = expected.some((each) => each.test(message.text()));
            const lost = /WebSocket connection|ERR_CONNECTION_(REFUSED|RESET)/.test(message.text()); // what restart tests cause
            if (['error', 'warning'].includes(message.type()) && !lost && !fine)
                problems.push(message.text());
        });
        if (options.pictures)
            double.pictures = await drawDesktops(context);
        await page.goto(double.origin + path);
        await act({ page, double, context });
        assert.deepEqual(problems, [], 'the page said nothing on its console');
    } catch (error) {
        error.message += problems.map((each) => `\nthe page: ${each}`).join('');
        throw error;
    } finally {
        await context.close();
        await double.stop();
    }
}

/** Desktops to look at, drawn by the browser itself. */
async function drawDesktops(context) {
    const page = await context.newPage();
    const pictures = new Map();
    for (const [at, user] of ['ana', 'boris', 'chloe', 'dov'].entries()) {
        const url = await page.evaluate((hue) => {
            const canvas = document.createElement('canvas');
            canvas.width = 640;
            canvas.height = 400;
            const draw = canvas.getContext('2d');
            draw.fillStyle = `hsl(${hue} 40% 35%)`;
            draw.fillRect(0, 0, 640, 400);
            draw.fillStyle = '#eee';
            draw.fillRect(60, 50, 380, 260);
            draw.fillStyle = '#333';
            draw.fillRect(60, 50, 380, 22);
            for (let line = 0; line < 12; line++)
                draw.fillRect(76, 90 + line * 17, 120 + (line * 97 + hue) % 220, 6);
            draw.fillStyle = '#222';
            draw.fillRect(0, 0, 640, 20);
            return canvas.toDataURL('image/jpeg', 0.8);
        }, at * 80 + 140);
        pictures.set(user, Buffer.from(url.split(',')[1], 'base64'));
    }
    await page.close();
    return pictures;
}

export async function signIn(page) {
    await page.fill('input[name=user]', 'teacher');
    await page.fill('input[name=password]', 'secret');
    await page.click('[type=submit]');
    await page.waitForSelector('[data-session]');
}

export async function logOn(page) {
    await page.fill('input[name=user]', 'eva');
    await page.fill('input[name=password]', 'secret');
    await page.click('[type=submit]');
    await page.waitForSelector('.screen canvas');
    await page.waitForSelector('.curtain', { state: 'detached' });
}

/** Wait until a condition of the test's own side holds. */
export async function until(condition, what) {
    const end = performance.now() + DEADLINE_MS;
    while (!condition()) {
        if (performance.now() > end)
            assert.fail(`not within ${DEADLINE_MS} ms: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

/** Keep a picture for people to look at, when SHOTS is set. */
export async function shot(page, name) {
    if (process.env.SHOTS === undefined)
        return;
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: `${shots}${name}.png` });
}
