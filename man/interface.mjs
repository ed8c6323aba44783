#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// interface.mjs FILE.xml: the manual page of a file of D-Bus interfaces, in scdoc's syntax, from its comments and signatures. Reads
// XML as interfaces/ has it: a comment is the text of what follows it. Fails on what it does not know.
import { readFileSync } from 'node:fs';

const TOKEN = /<!--(?<comment>[^]*?)-->|<(?<close>\/)?(?<tag>[a-z]+)(?<attributes>(?:\s+[\w.]+="[^"]*")*)\s*(?<empty>\/)?>|<!DOCTYPE[^>]*>|\s+/gy;

function* tokens(xml) {
    let at = 0;
    for (const match of xml.matchAll(TOKEN)) {
        if (match[0].trim() !== '' && !match[0].startsWith('<!DOCTYPE'))
            yield match.groups;
        at = match.index + match[0].length;
    }
    if (at !== xml.length)
        throw new Error(`not understood: ${xml.slice(at, at + 60)}`);
}

function attributesOf(text) {
    return Object.fromEntries([...text.matchAll(/([\w.]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

/** { about, interfaces: [{ name, about, members: [{ tag, name, about, args: [{ name, type, direction }] }] }] } */
function parse(xml) {
    const page = { about: '', interfaces: [] };
    let comment = '';
    for (const { comment: text, close, tag, attributes } of tokens(xml)) {
        if (text !== undefined) {
            comment = text;
            continue;
        }
        const named = attributesOf(attributes);
        if (tag === 'node' && !close)
            page.about = comment;
        else if (tag === 'interface' && !close)
            page.interfaces.push({ ...named, about: comment, members: [] });
        else if (['method', 'signal'].includes(tag) && !close)
            page.interfaces.at(-1).members.push({ tag, ...named, about: comment, args: [] });
        else if (tag === 'arg')
            page.interfaces.at(-1).members.at(-1).args.push({ direction: 'out', ...named });
        else if (!close && tag !== 'annotation')
            throw new Error(`<${tag}> is not understood`);
        comment = '';
    }
    return page;
}

function escape(text) {
    return text.replace(/[_*\\`~]/g, '\\$&').replace(/\s+/g, ' ').trim();
}

/** Paragraphs; a line "  name:  text" begins an item of a list. */
function paragraphs(comment) {
    return comment.split(/\n\s*\n|\n(?= {2}\w+: {2,})/).map((each) => {
        const [, item, rest] = /^ {2}(\w+): {2,}([^]*)$/.exec(each) ?? [];
        return item === undefined ? escape(each) : `*${item}*\n\t${escape(rest)}`;
    }).filter((each) => each !== '').join('\n\n');
}

function signature({ tag, name, args }) {
    const list = (direction) => args.filter((each) => each.direction === direction).map((each) => `${each.type} ${each.name}`).join(', ');
    return tag === 'signal' ? `${name}(${list('out')})` : `${name}(${list('in')})${list('out') === '' ? '' : ` -> (${list('out')})`}`;
}

function section(heading, members) {
    const texts = members.map((each) => `## ${escape(signature(each))}\n\n${paragraphs(each.about)}`.trim());
    return texts.length === 0 ? '' : `# ${heading}\n\n${texts.join('\n\n')}\n\n`;
}

function sections({ name, about, members }, several) {
    const of = several ? ` OF ${name}` : '';
    const one = about.trim() === '' ? '' : `# ${name}\n\n${paragraphs(about)}\n\n`;
    return one + section(`METHODS${of}`, members.filter((each) => each.tag === 'method')) +
        section(`SIGNALS${of}`, members.filter((each) => each.tag === 'signal'));
}

const { about, interfaces } = parse(readFileSync(process.argv[2], 'utf8'));
const [{ name }] = interfaces;
process.stdout.write(`${name}(5)\n\n# NAME\n\n${name} - D-Bus interface of Manyseat\n\n# DESCRIPTION\n\n${paragraphs(about)}\n\n` +
    interfaces.map((each) => sections(each, interfaces.length > 1)).join('') +
    '# SEE ALSO\n\n*manyseatd*(8), *manyseat*(1)\n');
