// SPDX-License-Identifier: GPL-3.0-or-later
// A picture's packet: src/base/picture.h.

const VERSION = 2;
const HEADER_BYTES = 32;
const UNAVAILABLE = 1;
const PART = 2;
const SIZES = ['small', 'medium', 'large', 'full', 'enlarged'] as const;

export type PictureSize = typeof SIZES[number];

export interface Picture {
    session: string;
    size: PictureSize;
    sequence: number;
    width: number;
    height: number;
    /** JPEG, or undefined when there is no picture; unavailable says why. */
    jpeg: Blob | undefined;
    unavailable: string;
    /** Of a part: the sequence of the whole picture that it lies on, and where (pixels). */
    part: { whole: number, left: number, top: number } | undefined;
}

/** The packet's picture; undefined when it is of another version, too short, or has values out of range. */
export function parsePicture(packet: ArrayBuffer): Picture | undefined {
    if (packet.byteLength < HEADER_BYTES)
        return undefined;
    const view = new DataView(packet);
    const kind = view.getUint8(1);
    const size = SIZES[view.getUint8(2)];
    if (view.getUint8(0) !== VERSION || kind > PART || size === undefined || view.getUint8(3) !== 0)
        return undefined;
    const body = new Uint8Array(packet, HEADER_BYTES);
    return {
        session: view.getBigUint64(8, true).toString(),
        size,
        sequence: view.getUint32(4, true),
        width: view.getUint16(16, true),
        height: view.getUint16(18, true),
        jpeg: kind !== UNAVAILABLE ? new Blob([body], { type: 'image/jpeg' }) : undefined,
        unavailable: kind === UNAVAILABLE ? new TextDecoder().decode(body) : '',
        part: kind === PART ? { whole: view.getUint32(24, true), left: view.getUint16(28, true), top: view.getUint16(30, true) } : undefined,
    };
}
