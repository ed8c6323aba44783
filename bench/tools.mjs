// SPDX-License-Identifier: GPL-3.0-or-later
// How each tool is made to look at the desktops, which processes of it are the host's, and where its bytes are counted.
// @ts-check
import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { colourOfJpeg } from '../tests/lib/painter.mjs';
import { processOf } from '../tests/lib/processes.mjs';
import { cookieOf, makeDesktopEntry, manyseat, run, sessionOf } from '../tests/lib/room.mjs';
import { until } from '../tests/lib/wait.mjs';
import { launchOn, newWindow, signIn, tile } from '../tests/system/browser.mjs';
import { connect, login, readPicture } from '../tests/system/web.mjs';
import { bytesBy, cpuOf, cpuOfUnit, onEach, processesIn, startUnit, stopUnit } from './desktops.mjs';

/** @typedef {import('./desktops.mjs').Desktop} Desktop */
/**
 * What has gone to the viewer so far: bytes in all; bytes of each desktop's pictures, and how many pictures, where somebody counts them.
 * @typedef {{ bytes: number, ofEach: Map<string, number>, pictures?: number }} Sent
 */
/** What a tile has shown: a colour (RRGGBB), and when it did (CLOCK_MONOTONIC, microseconds). @typedef {{ at: number, colour: string }} Sight */
/**
 * cpu: milliseconds so far, by parts; processes: for their memory, by the same parts; period: of its pictures, milliseconds. screen: the X
 * screen of a viewer that is a program on one; the others tell with sights what a tile has shown so far, when the option of that name is on.
 * @typedef {{ start: (desktops: Desktop[]) => Promise<void>, stop: () => Promise<void>, cpu: () => Record<string, number>,
 *   sent: () => Sent, processes: () => Record<string, number[]>, period: number, screen?: () => Screen, sights?: (desktop: Desktop) => Sight[] }} Tool
 * @typedef {{ display: string, cookie: string }} Screen
 * @typedef {{ size: string, sights?: boolean }} Options
 */

const OUR_UNITS = ['manyseatd', 'manyseat-display', 'manyseat-web@dashboard', 'manyseat-front'];
const TEACHER = 'olga';
const THUMBSHOT_BYTES = 128 * 96 * 3; // of Epoptes, as it is set up: plain pixels

/** @param {Map<string, number>} ofEach @returns {Sent} */
function allOf(ofEach) {
  return { bytes: [...ofEach.values()].reduce((sum, bytes) => sum + bytes, 0), ofEach };
}

/** The group of a unit with an instance. @param {string} name */
function unitOf(name) {
  return name.includes('@') ? `system-${name.split('@')[0].replaceAll('-', '\\x2d')}.slice/${name}.service` : `${name}.service`;
}

const PERIODS = /** @type {Record<string, number>} */ ({ small: 1000, medium: 1000, large: 500, enlarged: 100 });

/** What a page does: shows all desktops, and says of each picture that it is drawn. @param {Options} options @returns {Tool} */
function ours({ size, sights = false }) {
  /** @type {import('../tests/system/web.mjs').Talk | null} */
  let talk = null;
  let pictures = 0;
  /** @type {Map<string, number>} */
  const ofEach = new Map();
  /** @type {Map<string, Sight[]>} */
  const seen = new Map();
  /** @param {string} session @param {Buffer} jpeg */
  const see = async (session, jpeg) => {
    const at = Number(process.hrtime.bigint() / 1000n);
    const colour = await colourOfJpeg(jpeg);
    seen.set(session, [...(seen.get(session) ?? []), { at, colour }]);
  };
  return {
    period: PERIODS[size],
    async start(desktops) {
      talk = await connect('dashboard', 'socket', { cookie: await login('dashboard', TEACHER) });
      talk.socket.on('message', (data, binary) => {
        if (!binary)
          return;
        const { session, sequence, whole, jpeg, bytes } = readPicture(/** @type {Buffer} */ (data));
        if (jpeg) {
          pictures += 1;
          ofEach.set(session, (ofEach.get(session) ?? 0) + bytes);
          if (sights)
            void see(session, jpeg);
        }
        talk?.bytes.splice(0);
        talk?.send({ type: 'drawn', session, size, sequence, whole });
      });
      talk.send({ type: 'watch', tiles: desktops.map((desktop) => [desktop.session, size]) });
      await until('a picture of each', () => ofEach.size === desktops.length, 60);
    },
    async stop() {
      talk?.close();
    },
    cpu: () => Object.fromEntries(OUR_UNITS.map((name) => [name, cpuOfUnit(unitOf(name))])),
    sent: () => ({ bytes: allOf(bytesBy('sport = :8443', 'port')).bytes, ofEach: new Map(ofEach), pictures }),
    processes: () => Object.fromEntries(OUR_UNITS.map((name) => [name, processesIn(unitOf(name))])),
    sights: (desktop) => seen.get(desktop.session) ?? [],
  };
}

/** The real page in a browser, on a screen that is no session: else it would look at itself. Sizes medium and enlarged (the first desktop). @param {Options} options @returns {Tool} */
function page({ size }) {
  const screen = { display: ':90', cookie: '/dev/null' };
  /** @type {import('../tests/system/browser.mjs').Browser | null} */
  let browser = null;
  return {
    ...ours({ size }),
    async start(desktops) {
      startUnit('screen', `exec Xtigervnc ${screen.display} -geometry 1920x1080 -SecurityTypes None -rfbport -1 -rfbunixpath /run/bench-screen -ac`);
      await until('a screen', () => existsSync(`/tmp/.X11-unix/X${screen.display.slice(1)}`));
      browser = await launchOn(screen.display, screen.cookie);
      const window = await newWindow(browser);
      await signIn(window, TEACHER);
      // Nobody sits at these desktops, which shows in their colours: as if somebody did.
      await window.evaluate(() => {
        const style = new CSSStyleSheet();
        style.replaceSync('[data-state=suspended] canvas { opacity: 1; filter: none }');
        document.adoptedStyleSheets.push(style);
      });
      if (size === 'enlarged')
        await tile(window, desktops[0].user).dblclick();
    },
    async stop() {
      await browser?.close();
      stopUnit('screen');
    },
    screen: () => screen,
    sights: undefined,
  };
}

const BOXES = /** @type {Record<string, string>} */ ({ small: '240 135', medium: '320 180', large: '640 360' });

/** @param {string} path @returns {string[][]} */
export function linesOf(path) {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1).map((line) => line.split(' '));
}

/** Of lines "LENGTH MICROSECONDS RRGGBB". @param {string} path @returns {Sight[]} */
function sightsOf(path) {
  return linesOf(path).map(([, at, colour]) => ({ at: Number(at), colour }));
}

/** @param {Options} options @returns {Tool} */
function floor({ size }) {
  const scratch = mkdtempSync('/run/bench-');
  return {
    period: 1000,
    sights: (desktop) => sightsOf(`${scratch}/${desktop.session}`),
    async start(desktops) {
      onEach(desktops, 'floor', (desktop) => `${process.env.ROOM_BUILD}/bench/floor ${desktop.display} ${BOXES[size]} > ${scratch}/${desktop.session}`);
    },
    async stop() {
      stopUnit('floor');
    },
    cpu: () => ({ floor: cpuOfUnit('bench-floor.service') }),
    sent: () => {
      const lengths = readdirSync(scratch).map((name) => /** @type {const} */ ([name, linesOf(`${scratch}/${name}`).map(([length]) => Number(length))]));
      const ofEach = new Map(lengths.map(([name, all]) => [name, all.reduce((sum, length) => sum + length, 0)]));
      return { ...allOf(ofEach), pictures: lengths.reduce((sum, [, all]) => sum + all.length, 0) };
    },
    processes: () => ({ floor: processesIn('bench-floor.service') }),
  };
}

/** @param {string} filter */
function listeners(filter) {
  return run(['ss', '-tlnH', filter]).out.split('\n').filter(Boolean).length;
}

/** @param {Options} options @returns {Tool} */
function x11vnc({ sights = false }) {
  const first = 6100;
  const scratch = mkdtempSync('/run/bench-');
  /** @param {Desktop} desktop */
  const viewer = (desktop) => [`${process.env.ROOM_BUILD}/bench/rfb-read`, first + Number(desktop.session), sights ? 'colour' : '', `> ${scratch}/${desktop.session}`].join(' ');
  return {
    period: 1000,
    sights: (desktop) => sightsOf(`${scratch}/${desktop.session}`),
    async start(desktops) {
      onEach(desktops, 'x11vnc', (desktop) => `x11vnc -display ${desktop.display} -rfbport ${first + Number(desktop.session)} -localhost -no6 -nopw -forever
        -shared -quiet -norc -nocursor > /dev/null 2>&1`.replace(/\s+/g, ' '));
      await until('each listens', () => listeners(`sport > :${first} and sport < :6500`) >= desktops.length, 30);
      startUnit('viewer', `${desktops.map((desktop) => `${viewer(desktop)} &`).join('\n')}\nwait`);
    },
    async stop() {
      stopUnit('viewer');
      stopUnit('x11vnc');
    },
    cpu: () => ({ x11vnc: cpuOfUnit('bench-x11vnc.service') }),
    sent: () => allOf(bytesBy(`sport > :${first} and sport < :6500`, 'port')),
    processes: () => ({ x11vnc: processesIn('bench-x11vnc.service') }),
  };
}

/** Whoever looks has a desktop of his own, whose only program is the viewer. @param {string} name @param {string} command */
function logOnTeacher(name, command) {
  makeDesktopEntry(name, command);
  const done = manyseat(['log-on', TEACHER, '--auto', '--desktop', name], { seconds: 60 });
  if (done.status !== 0)
    throw new Error(`log-on of ${TEACHER}: ${done.err}`);
}

/** @returns {Screen} */
function teachersScreen() {
  const session = sessionOf(TEACHER);
  if (!session)
    throw new Error('nobody looks');
  return { display: session.display, cookie: cookieOf(session) };
}

async function logOffTeacher() {
  manyseat(['log-off', '--user', TEACHER, '--mode', 'force', '--warn', '0'], { seconds: 60 });
  await until('the viewer is gone', () => sessionOf(TEACHER) === undefined, 30);
}

/** @param {number} count */
function configureVeyon(count) {
  const cli = (/** @type {string[]} */ ...words) => run(['veyon-cli', ...words], { environment: { XDG_SESSION_ID: 'none' } });
  if (readdirSync('/etc/veyon/').includes('keys'))
    return;
  cli('authkeys', 'create', 'bench');
  run(['chmod', '644', '/etc/veyon/keys/private/bench/key']);
  for (const [key, value] of [['Authentication/Method', '1'], ['Service/MultiSession', 'true'], ['Service/MaximumSessionCount', '100'],
    ['Service/HideTrayIcon', 'true'], ['Network/FirewallExceptionEnabled', 'false'], ['Master/AutoSelectCurrentLocation', 'true']])
    cli('config', 'set', key, value);
  cli('networkobjects', 'add', 'location', 'room');
  // A plain 127.0.0.1 (the first port) makes this room the master's own, which it shows by itself.
  for (let number = 0; number < count; number += 1)
    cli('networkobjects', 'add', 'computer', `desktop ${number}`, number === 0 ? '127.0.0.1' : `127.0.0.1:${11100 + number}`, '', 'room');
}

/** veyon.service starts a server with x11vnc for each session that logind has. @returns {Tool} */
function veyon() {
  let count = 0;
  const isCounted = (/** @type {number} */ pid) => {
    const words = processOf(pid)?.words ?? [];
    const port = Number(words[words.indexOf('-rfbport') + 1]);
    return !teachers.has(pid) && !(port >= 11200 + count);
  };
  /** @type {Set<number>} */
  const teachers = new Set();
  const pids = () => processesIn('veyon.service').filter(isCounted);
  return {
    period: 1000,
    screen: teachersScreen,
    async start(desktops) {
      count = desktops.length;
      configureVeyon(count);
      run(['systemctl', 'start', 'veyon']);
      await until('a server for each', () => listeners('sport >= :11100 and sport < :11200') >= count && listeners('sport >= :11200 and sport < :11300') >= count, 60);
      const before = new Set(processesIn('veyon.service'));
      logOnTeacher('veyon', '/usr/bin/veyon-master');
      await until('the master looks at all', () => run(['ss', '-tnH', 'state', 'established', 'sport >= :11100 and sport < :11200']).out.trim().split('\n').length > count, 60);
      await until('the teacher\'s own server, which is not counted', () => listeners(`sport >= :${11200 + count} and sport < :11300`) > 0, 30);
      processesIn('veyon.service').filter((pid) => !before.has(pid)).forEach((pid) => teachers.add(pid));
    },
    async stop() {
      await logOffTeacher();
      run(['systemctl', 'stop', 'veyon']);
    },
    cpu: () => ({ veyon: cpuOf(pids()) }),
    sent: () => allOf(bytesBy('sport >= :11100 and sport < :11200', 'port')),
    processes: () => ({ veyon: pids() }),
  };
}

/** Epoptes takes computers by their network card: each client gets one, in a network of its own. @param {Desktop[]} desktops */
function makeNetworks(desktops) {
  if (run(['ip', 'link', 'add', 'bench', 'type', 'bridge']).status !== 0)
    return;
  run(['sh', '-c', `ip address add 10.9.0.1/24 dev bench; ip link set bench up; ${desktops.map((_, at) => `ip netns add bench${at}
    ip link add bench${at} type veth peer name eth0 netns bench${at}; ip link set bench${at} master bench up; ip -n bench${at} link set eth0 up
    ip -n bench${at} address add 10.9.0.${at + 10}/24 dev eth0; ip -n bench${at} route add default via 10.9.0.1`).join('\n')}
    ip route add default via 10.9.0.2; usermod -aG epoptes ${TEACHER}`]);
}

/** @returns {Tool} */
function epoptes() {
  const sent = () => allOf(bytesBy('sport = :789', 'peer', 'bytes_received'));
  return {
    period: 5000,
    screen: teachersScreen,
    async start(desktops) {
      makeNetworks(desktops);
      run(['systemctl', 'start', 'epoptes']);
      await until('Epoptes listens', () => listeners('sport = :789') > 0, 30); // a client that is too early tries again in a minute
      onEach(desktops, 'epoptes', (desktop) => `nsenter --net=/run/netns/bench${desktops.indexOf(desktop)} setpriv --reuid ${desktop.user} --regid ${desktop.user
      } --init-groups env HOME=/home/${desktop.user} /usr/sbin/epoptes-client 10.9.0.1`);
      await until('each is connected', () => run(['ss', '-tnH', 'state', 'established', 'sport = :789']).out.trim().split('\n').length >= desktops.length, 60);
      logOnTeacher('epoptes', '/usr/bin/epoptes');
      await until('a picture of each', () => [...sent().ofEach.values()].filter((bytes) => bytes > THUMBSHOT_BYTES).length >= desktops.length, 120);
    },
    async stop() {
      await logOffTeacher();
      stopUnit('epoptes');
      run(['systemctl', 'stop', 'epoptes']);
    },
    cpu: () => ({ epoptes: cpuOfUnit('bench-epoptes.service') }),
    sent,
    processes: () => ({ epoptes: processesIn('bench-epoptes.service') }),
  };
}

/** @type {Record<string, (options: Options) => Tool>} */
export const tools = { ours, page, floor, x11vnc, veyon, epoptes };

export const names = Object.keys(tools);
