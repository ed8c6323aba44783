// SPDX-License-Identifier: GPL-3.0-or-later
// docs/PROTOCOL.md spoken by hand: what a hostile page could do as well.
// @ts-check
import { request } from 'node:https';
import WebSocket from 'ws';
import { account, port, url } from '../lib/room.mjs';

const ANSWER_MS = 20000;
const TLS = { rejectUnauthorized: false };

/** What a promise gives, or an error when it is not there by the deadline. @template T @param {Promise<T>} promise @param {number} deadline @param {string} what */
async function by(promise, deadline, what) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${ANSWER_MS} ms`)), deadline - Date.now());
  });
  try {
    return /** @type {T} */ (await Promise.race([promise, tooLate]));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} method @param {string} path
 * @param {{ headers?: Record<string, string>, body?: string | Buffer }} [options]
 * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }>}
 */
export function http(method, path, { headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers, ...TLS, agent: false, timeout: ANSWER_MS }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => { text += part; })
        .on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
    });
    asked.on('error', reject).on('timeout', () => asked.destroy(new Error('timeout')));
    asked.end(body);
  });
}

/** @typedef {{ cookie?: string, origin?: string, source?: string }} Options */

let sources = 0;

/** An address that nobody has come from yet: refusals slow an address down, and a story is not to wait for another's. */
export function newSource() {
  sources += 1;
  return `127.${1 + (process.pid % 250)}.${sources >> 8}.${1 + (sources % 250)}`;
}

/** One WebSocket of a kind (dashboard, station): what it says is queued until somebody asks. */
export class Talk {
  /** @param {WebSocket} socket */
  constructor(socket) {
    this.socket = socket;
    /** @type {any[]} */
    this.texts = [];
    /** @type {Buffer[]} */
    this.bytes = [];
    this.pictures = 0;
    this.next = 1;
    /** @type {(() => void)[]} */
    this.waiting = [];
    /** @type {string} */
    this.reason = '';
    /** @type {Promise<number>} */
    this.closed = new Promise((resolve) => socket.on('close', (code, reason) => {
      this.reason = String(reason);
      this.wake();
      resolve(code);
    }));
    socket.on('message', (data, binary) => {
      if (binary) {
        this.pictures += 1;
        this.bytes.push(/** @type {Buffer} */ (data));
      } else {
        this.texts.push(JSON.parse(String(data)));
      }
      this.wake();
    });
  }

  wake() {
    this.waiting.splice(0).forEach((resolve) => resolve());
  }

  /** Until something has come, or the socket has closed. @param {number} deadline @param {string} what */
  more(deadline, what) {
    return by(new Promise((resolve) => this.waiting.push(() => resolve(undefined))), deadline, what);
  }

  /** The first message that fits; others wait on. @param {(message: any) => boolean} fits @param {string} what @returns {Promise<any>} */
  async take(fits, what) {
    const deadline = Date.now() + ANSWER_MS;
    for (;;) {
      const at = this.texts.findIndex(fits);
      if (at >= 0)
        return this.texts.splice(at, 1)[0];
      if (this.socket.readyState >= WebSocket.CLOSING)
        throw new Error(`closed with ${await this.closed} ${this.reason} instead of ${what}`);
      await this.more(deadline, what);
    }
  }

  /** @param {string} type */
  message(type) {
    return this.take((message) => message.type === type, `'${type}'`);
  }

  /** @param {any} message */
  send(message) {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /** @param {any} message @returns {Promise<any>} */
  async ask(message) {
    const id = this.next;
    this.next += 1;
    this.send({ ...message, id });
    const answer = await this.take((one) => one.id === id, 'an answer');
    if (answer.type === 'error')
      throw new Error(`${answer.name}: ${answer.message}`);
    return answer.result;
  }

  /** @param {string} method @param {any[]} words */
  call(method, ...words) {
    return this.ask({ type: 'call', method, arguments: words });
  }

  /** @param {string} session @param {string} mode @returns {Promise<string>} */
  ticket(session, mode) {
    return this.ask({ type: 'ticket', session, mode });
  }

  /** The close code, or 0 if it stays open that long. @param {number} milliseconds */
  closedWithin(milliseconds) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const open = new Promise((resolve) => { timer = setTimeout(() => resolve(0), milliseconds); });
    return Promise.race([this.closed, open]).finally(() => {
      clearTimeout(timer);
      this.socket.terminate();
    });
  }

  close() {
    this.socket.close();
  }
}

/** @param {string} kind @param {string} path @param {Options} [options] @returns {Promise<Talk>} */
export function connect(kind, path, { cookie, origin = url, source } = {}) {
  const socket = new WebSocket(`${url.replace('https', 'wss')}/api/${kind}/${path}`, {
    ...TLS, ...(source ? { localAddress: source } : {}), headers: { ...(cookie ? { Cookie: cookie } : {}), ...(origin ? { Origin: origin } : {}) }, handshakeTimeout: ANSWER_MS,
  });
  const talk = new Talk(socket);
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(talk)).on('error', reject)
      .on('unexpected-response', (_, answer) => reject(new Error(`status ${answer.statusCode}`)));
  });
}

/**
 * Log on or sign in. Answers: the answers to the prompts, in their order.
 * @param {string} kind @param {string} user @param {string[]} answers @param {Record<string, any>} [more] @param {string} [source]
 * @returns {Promise<any>} "done" or "failed", with `said`: every other message
 */
export async function converse(kind, user, answers, more = {}, source = newSource()) {
  const talk = await connect(kind, 'log-on', { source });
  await talk.message('welcome');
  talk.send({ type: 'start', user, ...more });
  const left = [...answers];
  const said = [];
  for (;;) {
    const message = await talk.take(() => true, 'a word');
    if (message.type === 'done' || message.type === 'failed') {
      talk.close();
      return { ...message, said };
    }
    said.push(message);
    if (message.type === 'prompt')
      talk.send(left.length > 0 ? { type: 'answer', text: left.shift() } : { type: 'cancel' });
  }
}

/** The cookie ("name=value") of a login made with the account's password. @param {string} kind @param {string} user */
export async function login(kind, user) {
  const done = await converse(kind, user, [account(user).password]);
  if (done.type !== 'done')
    throw new Error(`log-on failed: ${done.reason}`);
  const answer = await http('POST', `/api/${kind}/login`, {
    headers: { Origin: url, 'Content-Type': 'application/json' }, body: JSON.stringify({ code: done.code }),
  });
  if (answer.status !== 204)
    throw new Error(`login: status ${answer.status}`);
  return String(answer.headers['set-cookie']?.[0]).split(';')[0];
}

/** Spend a ticket. @param {string} kind @param {string} cookie @param {string} ticket */
export async function openView(kind, cookie, ticket) {
  const talk = await connect(kind, 'view', { cookie });
  talk.send(ticket);
  const view = await talk.message('view');
  return { talk, mode: String(view.mode), session: String(view.session) };
}

const [UNAVAILABLE, PART] = [1, 2];
const HEADER_BYTES = 32;

/** What a packet of src/base/picture.h shows of a session: a JPEG (of a part of the picture, too), or nothing and why. @param {Buffer} packet */
export function readPicture(packet) {
  const body = packet.subarray(HEADER_BYTES);
  const sequence = packet.readUInt32LE(4);
  const whole = packet[1] === PART ? packet.readUInt32LE(24) : sequence; // the picture to say that one shows
  const found = { session: String(packet.readBigUInt64LE(8)), sequence, whole, bytes: packet.length };
  return packet[1] === UNAVAILABLE ? { ...found, jpeg: undefined, reason: String(body) } : { ...found, jpeg: body, reason: '' };
}

const RAW = 0;
const DESKTOP_SIZE = -223;
const EXTENDED_DESKTOP_SIZE = -308;

/** An RFB 3.8 client that asks for raw pictures, and to be told of another size. */
export class Rfb {
  /** @param {Talk} talk */
  constructor(talk) {
    this.talk = talk;
    this.buffer = Buffer.alloc(0);
    this.width = 0;
    this.height = 0;
  }

  /** @param {number} n */
  async read(n) {
    const deadline = Date.now() + ANSWER_MS;
    while (this.buffer.length < n) {
      if (this.talk.bytes.length > 0)
        this.buffer = Buffer.concat([this.buffer, ...this.talk.bytes.splice(0)]);
      else if (this.talk.socket.readyState >= WebSocket.CLOSING)
        throw new Error(`closed with ${await this.talk.closed} ${this.talk.reason}`);
      else
        await this.talk.more(deadline, `${n} bytes`);
    }
    const bytes = this.buffer.subarray(0, n);
    this.buffer = this.buffer.subarray(n);
    return bytes;
  }

  /** @param {number[] | Buffer} bytes */
  write(bytes) {
    this.talk.send(Buffer.from(bytes));
  }

  async handshake() {
    const version = (await this.read(12)).toString('latin1');
    if (version !== 'RFB 003.008\n')
      throw new Error(`version ${version}`);
    this.write(Buffer.from(version, 'latin1'));
    const [n] = await this.read(1);
    if (!(await this.read(n)).includes(1))
      throw new Error('no None security');
    this.write([1]);
    if ((await this.read(4)).readUInt32BE(0) !== 0)
      throw new Error('refused');
    this.write([0]); // not shared: whoever else looks on must stay all the same
    const init = await this.read(24);
    [this.width, this.height] = [init.readUInt16BE(0), init.readUInt16BE(2)];
    await this.read(init.readUInt32BE(20));
    this.bytesPerPixel = init[4] / 8;
    const encodings = Buffer.from([2, 0, 0, 3, ...Buffer.alloc(12)]);
    [RAW, DESKTOP_SIZE, EXTENDED_DESKTOP_SIZE].forEach((encoding, index) => encodings.writeInt32BE(encoding, 4 + 4 * index));
    this.write(encodings);
  }

  /** One whole update. */
  async picture() {
    const asked = Buffer.alloc(10);
    asked[0] = 3;
    asked.writeUInt16BE(this.width, 6);
    asked.writeUInt16BE(this.height, 8);
    this.write(asked);
    for (;;) {
      const [type] = await this.read(1);
      if (type === 0) {
        await this.update();
        return { width: this.width, height: this.height };
      }
      if (type === 3)
        await this.read((await this.read(7)).readUInt32BE(3));
      else if (type === 1)
        await this.read(6 * (await this.read(5)).readUInt16BE(3));
      else if (type !== 2)
        throw new Error(`message of type ${type}`);
    }
  }

  async update() {
    const rectangles = (await this.read(3)).readUInt16BE(1);
    for (let n = 0; n < rectangles; n += 1) {
      const head = await this.read(12);
      const [width, height, encoding] = [head.readUInt16BE(4), head.readUInt16BE(6), head.readInt32BE(8)];
      if (encoding === RAW) {
        await this.read(width * height * (this.bytesPerPixel ?? 4));
      } else if (encoding === DESKTOP_SIZE || encoding === EXTENDED_DESKTOP_SIZE) {
        [this.width, this.height] = [width, height];
        if (encoding === EXTENDED_DESKTOP_SIZE)
          await this.read(16 * (await this.read(4))[0]);
      } else {
        throw new Error(`encoding ${encoding}`);
      }
    }
  }

  /** Press and let go. @param {number} symbol */
  key(symbol) {
    for (const down of [1, 0]) {
      const message = Buffer.from([4, down, 0, 0, 0, 0, 0, 0]);
      message.writeUInt32BE(symbol, 4);
      this.write(message);
    }
  }

  /** @param {number} buttons @param {number} x @param {number} y */
  pointer(buttons, x, y) {
    this.write([5, buttons, x >> 8, x & 255, y >> 8, y & 255]);
  }

  /** @param {string} text */
  cutText(text) {
    const message = Buffer.alloc(8);
    message[0] = 6;
    message.writeUInt32BE(text.length, 4);
    this.write(Buffer.concat([message, Buffer.from(text, 'latin1')]));
  }

  /** SetDesktopSize with one screen. @param {number} width @param {number} height */
  resize(width, height) {
    const message = Buffer.alloc(24);
    message[0] = 251;
    message.writeUInt16BE(width, 2);
    message.writeUInt16BE(height, 4);
    message[6] = 1;
    message.writeUInt16BE(width, 16);
    message.writeUInt16BE(height, 18);
    this.write(message);
  }

  close() {
    this.talk.close();
  }
}

/** @param {{ talk: Talk }} view */
export async function rfbClient(view) {
  const client = new Rfb(view.talk);
  await client.handshake();
  return client;
}
