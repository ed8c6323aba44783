// SPDX-License-Identifier: GPL-3.0-or-later
// Just enough of an RFB 3.8 server for noVNC: one colour, and a note of what came from the keyboard and the mouse.

const WIDTH = 320;
const HEIGHT = 200;
const MESSAGE_BYTES = { 0: 20, 3: 10, 4: 8, 5: 6 }; // client messages of fixed size

/** Serve one view on a WebSocket. heard: { keys: [], pointers: 0 } is filled. */
export function serveRfb(socket, heard) {
    let buffer = Buffer.alloc(0);
    let step = 'version';
    socket.send(Buffer.from('RFB 003.008\n'));
    const steps = {
        version: () => take(12, () => { socket.send(Buffer.from([1, 1])); step = 'security'; }),
        security: () => take(1, () => { socket.send(Buffer.alloc(4)); step = 'init'; }),
        init: () => take(1, () => { socket.send(serverInit()); step = 'messages'; }),
        messages: () => message(),
    };

    function take(bytes, act) {
        if (buffer.length < bytes)
            return false;
        const taken = buffer.subarray(0, bytes);
        buffer = buffer.subarray(bytes);
        act(taken);
        return true;
    }

    function message() {
        const type = buffer[0];
        if (type === 2)
            return buffer.length >= 4 && take(4 + 4 * buffer.readUInt16BE(2), () => {});
        if (type === 255)
            return take(12, (bytes) => heard.keys.push([bytes.readUInt16BE(2), bytes.readUInt32BE(4)]));
        if (type === 251)
            return buffer.length >= 8 && take(8 + 16 * buffer[6], () => { heard.resizes += 1; });
        if (MESSAGE_BYTES[type] === undefined)
            return take(buffer.length || 1, () => {});
        return take(MESSAGE_BYTES[type], (bytes) => {
            if (type === 3 && bytes[1] === 0)
                socket.send(frame());
            if (type === 4)
                heard.keys.push([bytes[1], bytes.readUInt32BE(4)]);
            if (type === 5)
                heard.pointers += 1;
        });
    }

    socket.on('message', (data) => {
        buffer = Buffer.concat([buffer, data]);
        while (buffer.length > 0 && steps[step]());
    });
}

function serverInit() {
    const name = Buffer.from('<b>desk</b>');
    const init = Buffer.alloc(24);
    init.writeUInt16BE(WIDTH, 0);
    init.writeUInt16BE(HEIGHT, 2);
    Buffer.from([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]).copy(init, 4);
    init.writeUInt32BE(name.length, 20);
    return Buffer.concat([init, name]);
}

function frame() {
    const header = Buffer.alloc(16);
    header.writeUInt16BE(1, 2);
    header.writeUInt16BE(WIDTH, 8);
    header.writeUInt16BE(HEIGHT, 10);
    const pixels = Buffer.alloc(WIDTH * HEIGHT * 4);
    for (let at = 0; at < pixels.length; at += 4)
        pixels.writeUInt32LE(0x308a70ff, at);
    return Buffer.concat([header, pixels]);
}
