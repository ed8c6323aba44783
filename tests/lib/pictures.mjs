// SPDX-License-Identifier: GPL-3.0-or-later
// Screenshots, compared by their pixels.
// @ts-check
import { inflateSync } from 'node:zlib';

/** @typedef {{ width: number, height: number, bytes: number, pixels: Uint8Array }} Picture */

/** @param {number} a @param {number} b @param {number} c */
function paeth(a, b, c) {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** What each PNG filter adds. @type {((left: number, above: number, corner: number) => number)[]} */
const FILTERS = [() => 0, (left) => left, (_, above) => above, (left, above) => (left + above) >> 1, paeth];

/** A PNG of 8 bits a channel, RGB or RGBA, not interlaced: what browsers make. @param {Buffer} png @returns {Picture} */
export function decode(png) {
  const [width, height, depth, type] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]];
  if (depth !== 8 || (type !== 2 && type !== 6))
    throw new Error(`a PNG of depth ${depth} and type ${type}`);
  const parts = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const packed = inflateSync(Buffer.concat(parts));
  const bytes = type === 6 ? 4 : 3;
  const stride = width * bytes;
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = FILTERS[packed[y * (stride + 1)]];
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x >= bytes ? pixels[at - bytes] : 0;
      const above = y > 0 ? pixels[at - stride] : 0;
      const corner = x >= bytes && y > 0 ? pixels[at - stride - bytes] : 0;
      pixels[at] = packed[y * (stride + 1) + 1 + x] + filter(left, above, corner);
    }
  }
  return { width, height, bytes, pixels };
}

/** How many different colours a picture has, at most `most`. A blank or broken tile has few. @param {Picture} picture @param {number} [most] */
export function colours(picture, most = 1000) {
  const seen = new Set();
  for (let at = 0; at < picture.pixels.length && seen.size < most; at += picture.bytes)
    seen.add((picture.pixels[at] << 16) | (picture.pixels[at + 1] << 8) | picture.pixels[at + 2]);
  return seen.size;
}

/** The share of pixels that differ clearly, 0 to 1; 1 when the sizes do. @param {Picture} a @param {Picture} b */
export function difference(a, b) {
  if (a.width !== b.width || a.height !== b.height)
    return 1;
  let differing = 0;
  for (let pixel = 0; pixel < a.width * a.height; pixel += 1) {
    const [p, q] = [pixel * a.bytes, pixel * b.bytes];
    if ([0, 1, 2].some((channel) => Math.abs(a.pixels[p + channel] - b.pixels[q + channel]) > 24))
      differing += 1;
  }
  return differing / (a.width * a.height);
}
