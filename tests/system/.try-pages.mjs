import { launch, newPage, signIn, logOnAt, tile, complaints, fill } from './browser.mjs';
import { url } from '../lib/room.mjs';
const t0 = Date.now(); const say = (...a) => console.log(((Date.now()-t0)/1000).toFixed(1), ...a);
const browser = await launch(); const out = process.env.OUT;
const shot = (p, n) => p.screenshot({ path: `${out}/real-${n}.png` });
try {
  const a = await newPage(browser, { language: 'es' });
  a.on('console', m => say('A', m.type(), m.text()));
  await logOnAt(a, 'ana', { station: 'Seat 1', layout: 'es' }); say('ana on'); 
  const b = await newPage(browser, { language: 'ru' });
  await logOnAt(b, 'boris', { station: 'Seat 2' }); say('boris on');
  await new Promise(r => setTimeout(r, 4000)); await shot(a, 'station-ana');
  const users = (await import('../lib/room.mjs')).everybody; say(users);
  const t = await newPage(browser, { language: 'es' });
  t.on('console', m => say('T', m.type(), m.text()));
  await signIn(t, users.find(u => /teach|profe|tom|eva|dash/.test(u)) ?? users[4]); say('signed in');
  await tile(t, 'ana').waitFor(); await new Promise(r => setTimeout(r, 3000)); await shot(t, 'wall');
  await tile(t, 'ana').dblclick(); await t.locator('.screen canvas').waitFor(); await t.waitForTimeout(2000); await shot(t, 'view'); say('view');
  await t.locator('[data-command=back]').click();
  await b.locator('[data-command=lock]').click(); await b.locator('input[readonly]').waitFor(); say('locked'); await shot(b, 'locked'); await t.waitForTimeout(800); await shot(t, 'wall-locked');
  await fill2(b); async function fill2(p) { const { account } = await import('../lib/room.mjs'); await p.locator('input[name=password]').fill(account('boris').password); await p.locator('[type=submit]').click(); }
  await b.locator('.screen canvas').waitFor(); say('unlocked');
  await b.locator('[data-command=suspend]').click(); await b.locator('input[name=user]:not([readonly])').waitFor(); say('suspended'); await shot(b, 'suspended');
  await tile(t, 'ana').click(); await tile(t, 'boris').click({ modifiers: ['Control'] });
  await tile(t, 'boris').click({ button: 'right' }); await t.locator('[data-command=log-off-selected]').click();
  await t.locator('[data-hit]').first().waitFor(); await shot(t, 'dialog');
  await t.locator('input[name=warn][value="30"]').check({ force: true });
  await t.locator('dialog[open] [data-command=confirm]').click();
  await t.locator('[data-stage]').first().waitFor(); await shot(t, 'countdown'); await a.waitForTimeout(500); await shot(a, 'warned');
  await t.waitForTimeout(33000); await shot(t, 'after-warn'); await shot(a, 'station-after');
  await t.waitForTimeout(10000); await shot(t, 'outcome');
  say(await t.locator('body').innerText()); say(await a.locator('body').innerText());
} catch (e) { console.log(e.message); for (const [i, c] of browser.contexts().entries()) for (const p of c.pages()) await shot(p, 'fail' + i); }
console.log(complaints); await browser.close();
