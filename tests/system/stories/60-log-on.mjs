// SPDX-License-Identifier: GPL-3.0-or-later
// Passwords: wrong, expired, locked, and the doors that are shut.
// @ts-check
import assert from 'node:assert/strict';
import { writeFileSync, rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { processesOf } from '../../lib/processes.mjs';
import { account, logOffEverybody, manyseatJson, run, sessionOf, url } from '../../lib/room.mjs';
import { converse, http, newSource } from '../web.mjs';
import { launch, newPage, shown } from '../browser.mjs';

after(logOffEverybody);

/** @param {string} user @param {string} [kind] */
async function refused(user, kind = 'dashboard') {
  const began = Date.now();
  const done = await converse(kind, user, ['not the password']);
  return { reason: done.reason, said: JSON.stringify(done.said), milliseconds: Date.now() - began };
}

test('a wrong password and an unknown name: the same words, the same time', async () => {
  const known = await refused('carla');
  const unknown = await refused('carola');
  const root = await refused('root');
  for (const one of [known, unknown, root])
    assert.equal(one.reason, 'denied');
  assert.equal(known.said, unknown.said);
  assert.ok(Math.abs(known.milliseconds - unknown.milliseconds) < 350, `${known.milliseconds} ms, ${unknown.milliseconds} ms`);
  assert.ok(known.milliseconds >= 1000);
});

test('an address that guesses is slowed down, whatever the names', async () => {
  const source = newSource();
  const times = [];
  for (const user of ['nobody1', 'nobody2', 'nobody3']) {
    const began = Date.now();
    await converse('dashboard', user, ['guess'], {}, source);
    times.push(Date.now() - began);
  }
  assert.ok(times[2] > times[0] * 1.5, times.join(', '));
});

test('wrong passwords for a name do not lock its owner out', async () => {
  for (let time = 0; time < 3; time += 1)
    await refused('carla');
  const began = Date.now();
  const done = await converse('dashboard', 'carla', [account('carla').password]);
  assert.equal(done.type, 'done', done.reason);
  assert.ok(Date.now() - began < 8000);
});

test('root, even with a password, never logs on', async () => {
  run(['chpasswd'], { input: 'root:a-password-of-root\n' });
  assert.equal((await converse('station', 'root', ['a-password-of-root'])).type, 'failed');
  assert.equal((await converse('dashboard', 'root', ['a-password-of-root'])).type, 'failed');
  run(['passwd', '-l', 'root']);
});

test('an expired password is changed on the way', async () => {
  const { password } = account('dmitri');
  assert.equal(run(['chage', '-d', '0', 'dmitri']).status, 0);
  const changed = 'Xq7-neu-und-lang';
  const done = await converse('station', 'dmitri', [password, password, changed, changed]);
  assert.equal(done.type, 'done', JSON.stringify(done));
  assert.equal((await converse('dashboard', 'dmitri', [password])).reason, 'denied', 'the old one is no good');
  assert.equal((await converse('dashboard', 'dmitri', [changed])).type, 'done');
  run(['chpasswd'], { input: `dmitri:${password}\n` });
});

test('an expired password that is not changed opens nothing', async () => {
  assert.equal(run(['chage', '-d', '0', 'boris']).status, 0);
  const done = await converse('station', 'boris', [account('boris').password]);
  assert.equal(done.type, 'failed');
  assert.equal(sessionOf('boris'), undefined);
  run(['chage', '-d', '-1', 'boris']);
});

test('an expired account opens nothing, the password being right', async () => {
  assert.equal(run(['chage', '-E', '1', 'boris']).status, 0);
  assert.equal((await converse('station', 'boris', [account('boris').password])).reason, 'account');
  run(['chage', '-E', '-1', 'boris']);
});

test('a locked password is a wrong password', async () => {
  assert.equal(run(['passwd', '-l', 'boris']).status, 0);
  assert.equal((await converse('station', 'boris', [account('boris').password])).reason, 'denied');
  assert.equal(run(['passwd', '-u', 'boris']).status, 0);
});

test('pam_nologin shuts the door, and its text is shown', async () => {
  writeFileSync('/etc/nologin', 'Closed for the holidays.\n');
  const done = await converse('station', 'boris', [account('boris').password]);
  rmSync('/etc/nologin');
  assert.match(String(done.reason), /^(no-logins|denied|account)$/);
  assert.match(JSON.stringify(done.said), /Closed for the holidays/);
  assert.equal(processesOf(account('boris').uid).length, 0);
});

test('a desktop that is not installed, a layout that is none, a command for a desktop: refused', async () => {
  for (const more of [{ desktop: 'none-of-these' }, { desktop: '../../../tmp/x' }, { desktop: '/bin/sh' }, { layout: '$(reboot)' }]) {
    const done = await converse('station', 'boris', [account('boris').password], more).catch((error) => ({ type: 'failed', reason: String(error) }));
    assert.equal(done.type, 'failed', JSON.stringify(more));
  }
  assert.equal(sessionOf('boris'), undefined);
});

test('a code is good once', async () => {
  const done = await converse('dashboard', 'olga', [account('olga').password]);
  const body = JSON.stringify({ code: done.code });
  const ask = () => http('POST', '/api/dashboard/login', { headers: { Origin: url, 'Content-Type': 'application/json' }, body });
  const first = await ask();
  assert.equal(first.status, 204);
  assert.match(String(first.headers['set-cookie']), /^__Host-manyseat=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
  const second = await ask();
  assert.ok(second.status >= 400 && second.status < 500, String(second.status));
  assert.equal(second.headers['set-cookie'], undefined);
});

test('the audit holds who was refused, and when', () => {
  const text = JSON.stringify(manyseatJson(['audit']));
  assert.match(text, /"result":"refused"/);
  assert.match(text, /carla/);
});

test('in the browser: a wrong password is said in the page\'s language', async () => {
  const browser = await launch();
  const page = await newPage(browser, { language: 'ru' });
  await shown([page], 'log-on-wrong', async () => {
    await page.goto(`${url}/station`);
    await page.locator('input[name=user]').fill('boris');
    await page.locator('input[name=password]').fill('wrong');
    await page.locator('[type=submit]').click();
    await page.locator('[role=alert]').waitFor();
    assert.match(await page.locator('[role=alert]').innerText(), /[а-я]{4}/);
    assert.equal(await page.locator('input[name=password]').inputValue(), '');
  });
  await browser.close();
});
