// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers, times and lists as the person's language writes them; and the host's clock.

import { language } from './words.js';

const SECONDS_ALONE = 100; // so few are said in seconds, more in minutes
const CLOCK_TOLERANCE_MS = 2000; // the Date header counts whole seconds

let clockOffsetMs = 0;

/** Learn how far the host's clock is from the browser's, so that countdowns are true on a wrong clock. */
export async function learnClock(): Promise<void> {
    try {
        const answer = await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' });
        const offset = Date.parse(answer.headers.get('date') ?? '') - Date.now();
        clockOffsetMs = Math.abs(offset) > CLOCK_TOLERANCE_MS ? offset : 0;
    } catch {
        // offline; the next connection tries again
    }
}

/** Now by the host's clock, in its microseconds. */
export function hostNow(): number {
    return (Date.now() + clockOffsetMs) * 1000;
}

/** Seconds from now until a deadline (microseconds since 1970 by the host's clock); never below 0. */
export function secondsUntil(deadline: number): number {
    return Math.max(0, Math.ceil((deadline - hostNow()) / 1e6));
}

/** "45 s", "2:05" */
export function countdown(seconds: number): string {
    if (seconds < SECONDS_ALONE)
        return new Intl.NumberFormat(language(), { style: 'unit', unit: 'second', unitDisplay: 'short' }).format(seconds);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A duration to choose from, in full: "30 seconds", "2 minutes". */
export function duration(seconds: number): string {
    const minutes = seconds >= 60 && seconds % 60 === 0;
    return new Intl.NumberFormat(language(), {
        style: 'unit', unit: minutes ? 'minute' : 'second', unitDisplay: 'long',
    }).format(minutes ? seconds / 60 : seconds);
}

/** What people typed, for the middle of a text: its direction stays its own. */
export function isolated(text: string): string {
    return `\u2068${text}\u2069`;
}

/** "Mousepad, LibreOffice and Files" */
export function listOf(items: string[]): string {
    return new Intl.ListFormat(language(), { type: 'conjunction' }).format(items);
}

/** Order of names as the language sorts them, "pupil 2" before "pupil 10". */
export function compareNames(a: string, b: string): number {
    return a.localeCompare(b, language(), { numeric: true });
}
