// SPDX-License-Identifier: GPL-3.0-or-later
// A host that is not there: serves dist/ as nginx does and speaks docs/PROTOCOL.md, with four sessions and one teacher.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { WebSocketServer } from 'ws';
import { serveRfb } from './rfb-double.mjs';

export const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
    "font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; worker-src 'self'; " +
    "require-trusted-types-for 'script'; trusted-types lit-html";
const [WHOLE, UNAVAILABLE, PART] = [0, 1, 2]; // kinds of src/base/picture.h
const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const dist = new URL('../dist/', import.meta.url);

function session(id, user, fullName, changes = {}) {
    return {
        id, user, 'full-name': fullName, uid: 2000 + Number(id), role: 'standard', state: 'active', desktop: 'xfce', layout: 'us',
        station: `Seat ${id}`, since: 0, idle: 1, hosted: true, display: `:${id}`, host: 'room', own: false, monitored: true, viewers: [], unwatched: '', 'station-kind': 'browser',
        may: ['view', 'suspend', 'lock', 'unlock', 'log-off', 'thumbnail', 'grant'], job: '', outcome: '', detail: '', ...changes,
    };
}

/** A deadline, as rows have it. */
function inSeconds(seconds) {
    return (Date.now() + seconds * 1000) * 1000;
}

export class Double {
    sessions = new Map();
    jobs = new Map();
    calls = []; // [method, ...arguments] as they came
    drawn = 0;
    answers = []; // that say what is drawn
    watched = [];
    heard = { keys: [], pointers: 0, resizes: 0 };
    pictures = new Map(); // user -> JPEG
    signedIn = new Set(); // kinds with a login
    sockets = new Set();
    views = new Set();
    station = { session: '5', user: 'eva' };
    logOns = [];
    refuseLogOff = undefined;
    audit = []; // newest first
    role = 'dashboard'; // of who signs in at the dashboard
    /** What is known of unsaved work, by session; of the others: nothing. */
    unsaved = {};
    looked = Promise.resolve(); // when that is known
    sentPictures = 0;
    #sequence = 1;
    #wholes = new Map(); // "id size" -> sequence
    #underWay = new Set();
    #animation;

    constructor() {
        for (const each of [
            session('1', 'ana', 'Ana Ruiz'), session('2', 'boris', 'Борис Смирнов', { state: 'suspended', station: '' }),
            session('3', 'chloe', '<b>Chloé</b>', { state: 'locked' }), session('4', 'dov', 'דב כהן'),
            session('9', 'admin', 'Root Admin', { role: 'administrator', may: [], monitored: false, unwatched: 'setting' }),
        ])
            this.sessions.set(each.id, each);
        this.own = session('5', 'eva', 'Eva Prats', { own: true, may: ['view', 'suspend', 'lock', 'log-off', 'thumbnail'] });
    }

    async start() {
        this.server = createServer((request, response) => void this.#onRequest(request, response));
        this.webSockets = new WebSocketServer({ noServer: true });
        this.server.on('upgrade', (request, socket, head) => this.webSockets.handleUpgrade(request, socket, head,
            (webSocket) => this.#onWebSocket(request.url, webSocket)));
        await new Promise((resolve) => this.server.listen(this.port ?? 0, '127.0.0.1', resolve));
        this.port = this.server.address().port;
        this.origin = `http://127.0.0.1:${this.port}`;
    }

    async stop() {
        clearInterval(this.#animation);
        for (const each of this.webSockets.clients)
            each.terminate();
        this.sockets.clear();
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }

    async #onRequest(request, response) {
        const path = new URL(request.url, 'http://x').pathname;
        if (request.method === 'POST') {
            const kind = path.split('/')[2];
            if (path.endsWith('/screenshot')) {
                await this.#takeScreenshot(request, response);
                return;
            }
            this.signedIn[path.endsWith('/login') ? 'add' : 'delete'](kind);
            response.writeHead(204).end();
            return;
        }
        const file = { '/': 'index.html', '/station': 'station.html' }[path] ?? path.slice(1);
        try {
            const body = await readFile(new URL(file, dist));
            response.writeHead(200, {
                'Content-Type': TYPES[file.split('.').pop()] ?? 'text/plain', 'Content-Security-Policy': CSP, 'Cache-Control': 'no-store',
            });
            response.end(body);
        } catch {
            response.writeHead(404).end();
        }
    }

    async #takeScreenshot(request, response) {
        let body = '';
        for await (const part of request)
            body += part;
        this.calls.push(['screenshot', JSON.parse(body)]);
        const jpeg = this.pictures.get(this.sessions.get(JSON.parse(body).session)?.user);
        if (jpeg === undefined)
            response.writeHead(403, { 'Content-Type': 'application/json' }).end('{"name":"NotPermitted","message":"no"}');
        else
            response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(jpeg);
    }

    #onWebSocket(url, webSocket) {
        const [, , kind, what] = url.split('/');
        if (what === 'log-on')
            this.#logOn(kind, webSocket);
        else if (what === 'view')
            this.#view(webSocket);
        else if (this.signedIn.has(kind))
            this.#socket(kind, webSocket);
        else
            webSocket.close(4401);
    }

    #logOn(kind, webSocket) {
        const send = (message) => webSocket.send(JSON.stringify(message));
        const station = kind === 'station';
        send({
            type: 'welcome',
            desktops: station ? [{ id: 'xfce', name: 'Xfce Session', default: true }, { id: 'icewm', name: 'IceWM', default: false }] : [],
            layouts: station ? [{ id: 'us', default: true }, { id: 'es', default: false }, { id: 'us,ru', default: false }] : [],
        });
        let asked = [];
        webSocket.on('message', (data) => {
            const message = JSON.parse(data);
            if (message.type === 'start') {
                this.logOns.push(message);
                asked = message.user === 'old'
                    ? ['Password: ', 'Current password: ', 'New password: ', 'Retype new password: '] : ['Password: '];
            } else if (message.type === 'answer' && message.text === 'wrong') {
                send({ type: 'failed', reason: 'denied' });
                webSocket.close();
                return;
            }
            if (message.type === 'cancel')
                return;
            if (asked.length === 3)
                send({ type: 'message', level: 'info', text: 'You are required to change your password immediately (administrator enforced).' });
            const text = asked.shift();
            if (text !== undefined)
                send({ type: 'prompt', hidden: true, text });
            else {
                if (this.signedIn.has(kind))
                    this.endLogin(kind, 'moved'); // a new login of the same session
                this.own.state = 'active'; // the password unlocks
                send({ type: 'done', code: 'abc', ...(station ? { session: '5', resumed: false } : { user: 'teacher' }) });
                webSocket.close();
            }
        });
    }

    #view(webSocket) {
        webSocket.once('message', (ticket) => {
            if (String(ticket) !== 'TICKET') {
                webSocket.close(4403);
                return;
            }
            webSocket.send(JSON.stringify({ type: 'view', session: '1', user: 'ana', mode: 'view', layout: 'us' }));
            this.views.add(webSocket);
            webSocket.on('close', () => this.views.delete(webSocket));
            serveRfb(webSocket, this.heard);
        });
    }

    closeViews(reason) {
        for (const each of this.views)
            each.close(4410, reason);
    }

    endLogin(kind, reason) {
        this.signedIn.delete(kind);
        for (const each of this.sockets)
            each.close(4401, reason);
    }

    #socket(kind, webSocket) {
        this.sockets.add(webSocket);
        webSocket.on('close', () => this.sockets.delete(webSocket));
        const caller = kind === 'dashboard' ? { user: 'teacher', 'full-name': 'Tomás Vega', role: this.role, uid: 3000, via: 'dashboard' }
            : { user: 'eva', 'full-name': 'Eva Prats', role: 'standard', uid: 2005, via: 'station', session: '5' };
        webSocket.send(JSON.stringify({ type: 'caller', caller }));
        webSocket.on('message', (data) => this.#onMessage(kind, webSocket, JSON.parse(data)));
    }

    #onMessage(kind, webSocket, message) {
        const reply = (result) => webSocket.send(JSON.stringify({ type: 'reply', id: message.id, result }));
        switch (message.type) {
        case 'watch':
            this.#watch(webSocket, message.tiles);
            break;
        case 'drawn':
            if (message.sequence === 0)
                break; // nothing is shown of a tile that is listed anew
            this.drawn += 1;
            this.answers.push(message);
            this.#underWay.delete(`${message.session} ${message.size}`);
            break;
        case 'ticket':
            this.calls.push(['ticket', message.session, message.mode]);
            reply('TICKET');
            break;
        case 'call':
            this.calls.push([message.method, ...message.arguments]);
            try {
                const answer = this.#call(kind, message.method, message.arguments) ?? null;
                if (message.method === 'ListUnsaved')
                    void this.looked.then(() => reply(answer));
                else
                    reply(answer);
            } catch (error) {
                webSocket.send(JSON.stringify({ type: 'error', id: message.id, name: error.message, message: 'refused' }));
            }
            break;
        }
    }

    /** What is newly listed has its first picture at once. */
    #watch(webSocket, tiles) {
        const before = new Set(webSocket.watched);
        this.watched = tiles;
        webSocket.watched = tiles.map(([id, size]) => `${id} ${size}`);
        for (const each of this.#underWay)
            if (!webSocket.watched.includes(each))
                this.#underWay.delete(each);
        for (const [id, size] of tiles)
            if (!before.has(`${id} ${size}`))
                this.#sendPicture(webSocket, id, size);
    }

    /** From now on every tile that is watched has a new picture so often, as the real host sends them: the next when the last is drawn. */
    animate(milliseconds) {
        this.#animation = setInterval(() => {
            for (const webSocket of this.sockets)
                for (const [id, size] of this.watched)
                    if (!this.#underWay.has(`${id} ${size}`))
                        this.#sendPicture(webSocket, id, size);
        }, milliseconds);
    }

    /** Pictures that the page has not said to be drawn. */
    get underWay() {
        return this.#underWay.size;
    }

    #sendPicture(webSocket, id, size) {
        const jpeg = this.pictures.get(this.sessions.get(id)?.user);
        this.#wholes.set(`${id} ${size}`, this.#sequence);
        this.#sendPacket(webSocket, id, size, { kind: jpeg === undefined ? UNAVAILABLE : WHOLE, body: jpeg ?? Buffer.from('too-slow') });
    }

    /** A part of a picture, of the whole one that was sent last or (`whole`) another. */
    sendPart(id, size, jpeg, left, top, whole = this.#wholes.get(`${id} ${size}`)) {
        for (const webSocket of this.sockets)
            this.#sendPacket(webSocket, id, size, { kind: PART, body: jpeg, left, top, whole });
    }

    #sendPacket(webSocket, id, size, { kind, body, left = 0, top = 0, whole = 0 }) {
        this.#underWay.add(`${id} ${size}`);
        this.sentPictures += 1;
        const header = Buffer.alloc(32);
        header[0] = 2;
        header[1] = kind;
        header[2] = ['small', 'medium', 'large', 'full', 'enlarged'].indexOf(size);
        header.writeUInt32LE(this.#sequence++, 4);
        header.writeBigUInt64LE(BigInt(id), 8);
        header.writeUInt32LE(whole, 24);
        header.writeUInt16LE(left, 28);
        header.writeUInt16LE(top, 30);
        webSocket.send(Buffer.concat([header, body]));
    }

    #picked(selection) {
        return selection.all ? [...this.sessions.values()] : selection.sessions.map((id) => this.sessions.get(id) ?? this.own);
    }

    #call(kind, method, [first, second]) {
        switch (method) {
        case 'ListSessions':
            return kind === 'station' ? [this.own] : [...this.sessions.values()];
        case 'ListJobs':
            return [...this.jobs.values()];
        case 'FindAudit':
            return this.audit.filter((row) => (first.user === undefined || [row.who, row.whom].includes(first.user)) &&
                (first.act === undefined || row.act === first.act) && row.when >= (first.since ?? 0) &&
                (first.before === undefined || row.id < first.before)).slice(0, first.limit);
        case 'PlanLogOff': {
            const picked = this.#picked(first);
            return {
                hit: picked.filter((each) => each.may.includes('log-off')),
                'left-out': picked.filter((each) => !each.may.includes('log-off'))
                    .map((each) => ({ session: each.id, user: each.user, reason: 'role' })),
            };
        }
        case 'ListUnsaved':
            return this.#picked(first).map((each) => ({ session: each.id, known: false, unsaved: [], unknown: [], ...this.unsaved[each.id] }));
        case 'LogOff':
            if (this.refuseLogOff !== undefined)
                throw new Error(this.refuseLogOff);
            return this.#logOff(first.sessions, second);
        case 'CancelJob':
            this.row(first, second[0], { stage: 'done', deadline: 0, outcome: 'cancelled' });
            return second.map((session) => ({ session, user: '', done: true, error: '', detail: '' }));
        case 'Proceed':
            this.running(first, { stage: 'ask', deadline: inSeconds(45) });
            return null;
        case 'RequestTime':
            this.running(first, { 'wants-time': true });
            return null;
        case 'Grant':
            this.running(first, { 'wants-time': false, refused: false }, second * 60);
            return null;
        case 'Refuse':
            this.running(first, { 'wants-time': false, refused: true });
            return null;
        case 'Lock': case 'Unlock':
            for (const each of this.#picked(first))
                this.change(each.id, { state: method === 'Lock' ? 'locked' : 'active' });
            // as Suspend
        case 'Suspend':
            return this.#picked(first).map((each) => ({ session: each.id, user: each.user, done: true, error: '', detail: '' }));
        }
        return undefined;
    }

    #logOff(ids, options) {
        const id = String(this.jobs.size + 1);
        this.jobs.set(id, {
            id, kind: 'log-off', by: ids.includes('5') ? 'eva' : 'teacher', 'by-name': ids.includes('5') ? 'Eva Prats' : 'Tomás Vega', mode: options.mode, message: options.message ?? '', state: 'running', created: Date.now() * 1000,
            warn: options.warn, rows: ids.map((session) => ({
                session, user: this.sessions.get(session)?.user ?? 'eva', stage: options.warn ? 'warn' : 'ask',
                deadline: options.warn ? inSeconds(options.warn) : 0, outcome: '', detail: '', blockers: [], closed: [], 'wants-time': false, refused: false,
            })),
        });
        setImmediate(() => this.signal('JobChanged', this.jobs.get(id)));
        return id;
    }

    /** Somebody else ends sessions: a job that counts down. */
    warn(sessions, seconds = 60, changes = {}) {
        const id = String(this.jobs.size + 1);
        this.jobs.set(id, {
            id, kind: 'log-off', by: 'tomas', 'by-name': 'Tomás Vega', mode: 'ask', message: '', state: 'running', created: Date.now() * 1000,
            warn: seconds, rows: sessions.map((session) => ({
                session, user: '', stage: 'warn', deadline: inSeconds(seconds), outcome: '', detail: '', blockers: [], closed: [], 'wants-time': false, refused: false,
            })), ...changes,
        });
        this.signal('JobChanged', this.jobs.get(id));
        return id;
    }

    /** Change the row that ends a session now. */
    running(session, changes, moreSeconds = 0) {
        const job = [...this.jobs.values()].find((each) => each.rows.some((row) => row.session === session && row.outcome === ''));
        if (job === undefined)
            throw new Error('NotAvailable');
        const row = job.rows.find((each) => each.session === session);
        this.row(job.id, session, { ...changes, deadline: (changes.deadline ?? row.deadline) + moreSeconds * 1e6 });
    }

    /** Change a row of a job and tell everybody. */
    row(jobId, sessionId, changes) {
        const job = this.jobs.get(jobId);
        Object.assign(job.rows.find((each) => each.session === sessionId), changes);
        if (job.rows.every((each) => each.outcome !== ''))
            job.state = 'done';
        this.signal('JobChanged', job);
    }

    /** A session ends, as a row of a job. */
    end(jobId, sessionId, outcome, detail = '') {
        const session = this.sessions.get(sessionId);
        this.sessions.delete(sessionId);
        this.signal('SessionRemoved', { ...session, state: 'ended', outcome, detail });
        this.row(jobId, sessionId, { stage: 'done', outcome, detail });
    }

    change(id, changes) {
        const session = Object.assign(this.sessions.get(id) ?? this.own, changes);
        this.signal('SessionChanged', session);
    }

    signal(name, argument) {
        for (const each of this.sockets)
            each.send(JSON.stringify({ type: 'signal', name, arguments: [argument] }));
    }
}
