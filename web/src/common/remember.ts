// SPDX-License-Identifier: GPL-3.0-or-later
// Small choices that this browser keeps for the next visit; nothing secret, and nothing breaks where storage is forbidden.

const PREFIX = 'manyseat.';

export function remember(name: string, value: string): void {
    try {
        localStorage.setItem(PREFIX + name, value);
    } catch {
        // not remembered then
    }
}

/** What remember() was told, or "". */
export function recall(name: string): string {
    try {
        return localStorage.getItem(PREFIX + name) ?? '';
    } catch {
        return '';
    }
}
