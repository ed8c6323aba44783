// SPDX-License-Identifier: GPL-3.0-or-later
// web/src -> web/dist (or the directory named): index.html, station.html, assets/ with names that change with their content.

import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { compileWords } from './words/compile.mjs';

const web = new URL('.', import.meta.url).pathname;
const dist = resolve(process.argv[2] ?? join(web, 'dist'));
const pages = [
    { html: 'index.html', script: 'src/dashboard/main.ts', style: 'src/style/dashboard.css' },
    { html: 'station.html', script: 'src/station/main.ts', style: 'src/style/station.css' },
];

await compileWords();
await mkdir(join(dist, 'assets'), { recursive: true });

const result = await esbuild.build({
    absWorkingDir: web,
    entryPoints: pages.flatMap((page) => [
        { in: page.script, out: basename(page.html, '.html') },
        { in: page.style, out: basename(page.html, '.html') },
    ]).concat({ in: 'src/style/icon.svg', out: 'icon' }),
    outdir: join(dist, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: ['es2022'],
    minify: true,
    legalComments: 'linked',
    loader: { '.svg': 'copy' },
    metafile: true,
    logLevel: 'warning',
});

/** The address of what was made from a source file. */
function address(source) {
    const [file] = Object.entries(result.metafile.outputs).find(([, output]) => output.entryPoint === source) ??
        Object.entries(result.metafile.outputs).find(([, output]) => Object.keys(output.inputs).includes(source));
    return `/assets/${basename(file)}`;
}

for (const page of pages) {
    const html = (await readFile(join(web, 'src', page.html), 'utf8'))
        .replace('{script}', address(page.script))
        .replace('{style}', address(page.style))
        .replace('{icon}', address('src/style/icon.svg'));
    await writeFile(join(dist, page.html), html);
}
await cp(join(web, 'node_modules/@novnc/novnc/LICENSE.txt'), join(dist, 'assets/LICENSE-noVNC.txt'));

// Last, what an earlier build left: pages that are served meanwhile stay whole.
const made = new Set(['LICENSE-noVNC.txt', ...Object.keys(result.metafile.outputs).map((each) => basename(each))]);
for (const file of await readdir(join(dist, 'assets')))
    if (!made.has(file))
        await rm(join(dist, 'assets', file));
