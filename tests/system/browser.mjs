// SPDX-License-Identifier: GPL-3.0-or-later
// A real browser, and what people do in it.
// @ts-check
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { decode } from '../lib/pictures.mjs';
import { account, url } from '../lib/room.mjs';
import { until } from '../lib/wait.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Browser} Browser */

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
  // A page that is not in front must be as live as one that is.
  '--disable-background-timer-throttling', '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows'];

/** Where screenshots of failed stories go. */
export const shots = process.env.ROOM_KEEP ?? '/tmp/screenshots';
mkdirSync(shots, { recursive: true });

export function launch() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', ...ARGUMENTS] });
}

/** One whose window fills an X screen, where others can see it. @param {string} display @param {string} cookie the file that has it */
export function launchOn(display, cookie) {
  return chromium.launch({ executablePath: '/usr/bin/chromium', headless: false, args: [...ARGUMENTS, '--window-position=0,0', '--window-size=1920,1080'],
    env: { ...process.env, DISPLAY: display, XAUTHORITY: cookie } });
}

/** Every complaint of a page's console about what it may not do. @type {string[]} */
export const complaints = [];

/**
 * A fresh browser profile with one page.
 * @param {Browser} browser
 * @param {{ language?: string, width?: number, height?: number }} [options]
 */
export async function newPage(browser, { language = 'en', width = 1280, height = 800 } = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: language, viewport: { width, height } });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted Type|Refused to/i.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return page;
}

/** Fill the form in that both pages start with. @param {Page} page @param {string} user @param {string} [password] */
export async function fill(page, user, password = account(user).password) {
  await page.locator('input[name=user]').fill(user);
  await page.locator('input[name=password]').fill(password);
  await page.locator('[type=submit]').click();
}

/** A page as large as the window of such a browser. @param {Browser} browser */
export async function newWindow(browser) {
  return (await browser.newContext({ ignoreHTTPSErrors: true, viewport: null })).newPage();
}

/** @param {Page} page @param {string} user */
export async function signIn(page, user) {
  await page.goto(`${url}/`);
  await fill(page, user);
  await page.locator('[data-command="sign-out"]').waitFor();
}

/**
 * Log on at a station, and wait for the desktop's picture.
 * @param {Page} page @param {string} user @param {{ station?: string, layout?: string }} [options]
 */
export async function logOnAt(page, user, { station = 'Seat 1', layout = '' } = {}) {
  await page.goto(`${url}/station?station=${encodeURIComponent(station)}`);
  await page.locator('select[name=desktop]').waitFor();
  if (layout !== '')
    await page.locator('select[name=layout]').selectOption(layout);
  await fill(page, user);
  await desktopShown(page);
}

/** @param {Page} page */
export async function desktopShown(page) {
  await page.locator('.screen canvas').waitFor({ timeout: 40000 });
  await page.locator('.stage .curtain').waitFor({ state: 'detached', timeout: 20000 });
}

/** The tile of a user on the dashboard. @param {Page} page @param {string} user */
export function tile(page, user) {
  return page.locator(`[data-session][data-user="${user}"]`);
}

/** Open the menu at the top left down to "Log off all users". @param {Page} page */
export async function openLogOffMenu(page) {
  await page.locator('[data-command="menu"]').click();
  await page.locator('[data-command="log-off-users"]').click();
  await page.locator('[data-command="log-off-all"]').waitFor();
}

/** The pixels of something on a page. @param {import('playwright-core').Locator} place */
export async function picture(place) {
  return decode(await place.screenshot());
}

/** Which key makes a letter in the Russian layout. @type {Record<string, string>} */
const RUSSIAN = Object.fromEntries([...'фисвуапршолдьтщзйкыегмцчня'].map((letter, index) => [letter, String.fromCharCode(65 + index)]));

/** And in the Spanish one. @type {Record<string, [string, boolean][]>} */
const SPANISH = {
  'ñ': [['Semicolon', false]],
  'á': [['Quote', false], ['KeyA', false]],
  '¿': [['Equal', true]],
};

/** @type {Record<string, number>} */
const VIRTUAL = { Semicolon: 186, Quote: 222, Equal: 187, Space: 32, Enter: 13 };

/** @type {Record<string, string>} */
const AMERICAN = { Semicolon: ';', Quote: '\'', Equal: '+' };

/**
 * Press keys as a keyboard does: by their places. What they say is what an American keyboard has there: it is the session's
 * layout that makes letters of them.
 * @param {Page} page
 */
export async function keyboardOf(page) {
  const devtools = await page.context().newCDPSession(page);

  /** @param {string} type @param {string} code @param {string} key @param {number} modifiers */
  const send = (type, code, key, modifiers) => devtools.send('Input.dispatchKeyEvent', /** @type {any} */ ({
    type, code, key, modifiers, windowsVirtualKeyCode: VIRTUAL[code] ?? (code.startsWith('Key') ? code.charCodeAt(3) : 0),
  }));

  /** @param {string} code @param {string} key @param {boolean} [shift] */
  async function press(code, key, shift = false) {
    if (shift)
      await send('rawKeyDown', 'ShiftLeft', 'Shift', 8);
    await send('rawKeyDown', code, key, shift ? 8 : 0);
    await send('keyUp', code, key, shift ? 8 : 0);
    if (shift)
      await send('keyUp', 'ShiftLeft', 'Shift', 0);
  }

  return {
    press,
    /** Alt+Shift: the next layout. */
    async switchLayout() {
      await send('rawKeyDown', 'AltLeft', 'Alt', 1);
      await send('rawKeyDown', 'ShiftLeft', 'Shift', 9);
      await send('keyUp', 'ShiftLeft', 'Shift', 1);
      await send('keyUp', 'AltLeft', 'Alt', 0);
    },
    /** @param {string} text Russian letters and spaces, the layout being Russian; a capital is typed with Shift */
    async russian(text) {
      for (const letter of text) {
        const place = RUSSIAN[letter.toLowerCase()];
        const shift = letter !== letter.toLowerCase();
        await (place ? press(`Key${place}`, shift ? place : place.toLowerCase(), shift) : press('Space', ' '));
      }
    },
    /** @param {string} text of the Spanish letters above, ASCII letters and spaces, the layout being Spanish */
    async spanish(text) {
      for (const letter of text) {
        const keys = SPANISH[letter] ?? [[letter === ' ' ? 'Space' : `Key${letter.toUpperCase()}`, false]];
        for (const [code, shift] of keys)
          await press(code, AMERICAN[code] ?? (keys.length > 1 ? 'a' : letter), shift);
      }
    },
    enter: () => press('Enter', 'Enter'),
  };
}

/**
 * Run `story` with a page, and leave a screenshot if it fails.
 * @param {Page[]} pages @param {string} name @param {() => Promise<void>} story
 */
export async function shown(pages, name, story) {
  try {
    await story();
  } catch (error) {
    for (const [index, page] of pages.entries())
      await page.screenshot({ path: `${shots}/${name}-${index}.png` }).catch(() => undefined);
    throw error;
  }
}

/** The text of a user's tile has this outcome. @param {Page} page @param {string} user @param {number} [seconds] */
export async function outcomeOf(page, user, seconds = 40) {
  return until(`an outcome on ${user}'s tile`, () => page.evaluate((name) => document
    .querySelector(`[data-user="${name}"] [data-outcome], [data-user="${name}"][data-outcome]`)?.getAttribute('data-outcome'), user), seconds);
}
