// SPDX-License-Identifier: GPL-3.0-or-later
// The D-Bus interfaces as interfaces/*.xml has them, and how to write a call's arguments for bus-call.
// @ts-check
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const directory = fileURLToPath(new URL('../../interfaces/', import.meta.url));

/** The in-arguments' types of every method of ours, by "Manager.LogOff". @type {Map<string, string[]>} */
export const methods = new Map(readdirSync(directory).filter((name) => name.startsWith('org.manyseat.')).flatMap((name) => {
  const text = readFileSync(directory + name, 'utf8').replace(/<!--[^]*?-->/g, '');
  return [...text.matchAll(/<interface name="org\.manyseat\.(\w+)">([^]*?)<\/interface>/g)].flatMap(([, object, body]) =>
    [...body.matchAll(/<method name="(\w+)"(?:\/>|>([^]*?)<\/method>)/g)].map(([, method, inside = '']) =>
      /** @type {[string, string[]]} */ ([`${object}.${method}`, [...inside.matchAll(/<arg [^>]*>/g)].map(([arg]) => arg)
        .filter((arg) => arg.includes('direction="in"')).map((arg) => /type="([^"]*)"/.exec(arg)?.[1] ?? '')])));
}));

/** The type of a dictionary's value. @param {any} value */
function typeOf(value) {
  return Array.isArray(value) ? 'as' : { string: 's', boolean: 'b', number: 'u' }[/** @type {'string'} */ (typeof value)];
}

/** @param {string} type @param {any} value @returns {string} */
function textOf(type, value) {
  switch (type) {
    case 's': return `'${value}'`;
    case 'b': return String(value);
    case 'h': return `handle ${value}`;
    case 'u': return `uint32 ${value}`;
    case 't': return `uint64 ${value}`;
    case 'x': return `int64 ${value}`;
    case 'as': return `@as [${value.map((/** @type {string} */ one) => textOf('s', one)).join(', ')}]`;
    case 'ay': return `@ay [${value.join(', ')}]`;
    case 'a(ss)': return `@a(ss) [${value.map((/** @type {string[]} */ pair) => `('${pair.join("', '")}')`).join(', ')}]`;
    case 'a{sv}': return `@a{sv} {${Object.entries(value).map(([key, one]) => `'${key}': <${textOf(typeOf(one), one)}>`).join(', ')}}`;
    default: throw new Error(`no text form for type '${type}'`);
  }
}

/** The arguments of a method as a tuple in GVariant's text form; undefined: none. @param {string} method @param {any[]} values */
export function parameters(method, values) {
  const types = methods.get(method) ?? [];
  if (types.length !== values.length)
    throw new Error(`${method} takes ${types.length} arguments, not ${values.length}`);
  return types.length === 0 ? undefined : `(${types.map((type, index) => textOf(type, values[index])).join(', ')},)`
    .replace(/,\)$/, types.length === 1 ? ',)' : ')');
}
