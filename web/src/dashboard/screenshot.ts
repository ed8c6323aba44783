// SPDX-License-Identifier: GPL-3.0-or-later
// One picture of a desktop, as large as it is, into a file of the person who looks.

import { displayName, type Session } from '../common/protocol.js';
import { CallError } from '../common/socket.js';

const DEADLINE_MS = 30000;
const KEPT_MS = 60000; // the browser may still be reading it

/** Rejects with CallError where the host said why. */
export async function takeScreenshot(session: string): Promise<Blob> {
    const answer = await fetch('/api/dashboard/screenshot', {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ session }),
        signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (!answer.ok)
        throw new CallError(((await answer.json()) as { name: string }).name, 'no screenshot');
    return answer.blob();
}

/** "Ana Ruiz 2026-11-21 16.45.09.jpg": letters and digits of every script; nothing that means something in a path. */
export function screenshotName(session: Session, now: Date): string {
    const name = displayName(session).replace(/[^\p{L}\p{M}\p{N} _-]+/gu, '').trim() || session.user.replace(/[^\w-]+/g, '');
    const two = (n: number) => String(n).padStart(2, '0');
    const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
    return `${name} ${date} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.')}.jpg`;
}

export function saveFile(content: Blob, name: string): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
