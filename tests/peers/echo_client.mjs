// SPDX-License-Identifier: MIT
// Sends messages of many sizes and kinds to an echo server by the package `ws`, and sees to it that
// they come back as they went, in order. echo_client.mjs URL LARGEST
import assert from 'node:assert/strict';
import { once } from 'node:events';
import WebSocket from 'ws';

const [, , url, largest] = process.argv;
const socket = new WebSocket(url, ['other', 'mote.test'], {
  maxPayload: Number(largest),
  perMessageDeflate: true,
  origin: 'http://elsewhere.example',
});
const got = [];
socket.on('message', (data, isBinary) => got.push({ data, isBinary }));
await once(socket, 'open');
assert.equal(socket.protocol, 'other');
assert.equal(socket.extensions, '');

const sent = [];
for (const size of [0, 1, 125, 126, 65535, 65536, 300_000, Number(largest)]) {
  for (const isBinary of [false, true]) {
    const data = Buffer.alloc(size, isBinary ? '\x00\xff' : 'abcdefg', 'latin1');
    sent.push({ data, isBinary });
    socket.send(data, { binary: isBinary });
  }
}
for (const [isBinary, parts] of [
  [false, ['one ', '', 'Grüße', ' €😀']],
  [true, ['x'.repeat(70_000), 'y'.repeat(70_000), 'z']],
]) {
  sent.push({ data: Buffer.from(parts.join('')), isBinary });
  parts.forEach((part, i) => socket.send(part, { binary: isBinary, fin: i === parts.length - 1 }));
  socket.ping();
}
const early = (code) => assert.fail(`closed ${code} after ${got.length} of ${sent.length}`);
socket.on('close', early);
let pongs = 0;
socket.on('pong', () => ++pongs);
while (got.length < sent.length) await once(socket, 'message');
sent.forEach(({ data, isBinary }, i) => {
  assert.equal(got[i].isBinary, isBinary, `message ${i}`);
  assert.ok(data.equals(got[i].data), `message ${i} of ${data.length} bytes`);
});
assert.equal(pongs, 2);

socket.off('close', early);
socket.close(4000, 'enough');
const [code, reason] = await once(socket, 'close');
assert.equal(code, 4000);
assert.equal(String(reason), '');
console.log(`${sent.length} messages came back`);
