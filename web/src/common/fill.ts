// SPDX-License-Identifier: GPL-3.0-or-later
// Translated texts with elements in them.

/**
 * The parts of a text, for a template: each {name} is replaced by values.name, the rest are text nodes. What people typed (names,
 * titles) comes in a <bdi> this way, so that its direction is its own.
 */
export function fillParts(text: string, values: Record<string, unknown>): unknown[] {
    return text.split(/(\{\w+\})/).map((part) => {
        const name = /^\{(\w+)\}$/.exec(part)?.[1];
        return name !== undefined && name in values ? values[name] : part;
    });
}
