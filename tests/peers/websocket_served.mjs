// SPDX-License-Identifier: MIT
// Clients by others (`ws`): websocket_served.mjs served HOST:PORT, of tests/interop/ws_served.cpp;
// websocket_served.mjs chat HOST:PORT, of examples/chat_server.cpp.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import WebSocket from 'ws';

const [, , what, host] = process.argv;
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
const pattern = (size) => letters.repeat(Math.ceil(size / 36)).slice(0, size);

async function open(path, options = {}) {
  const socket = new WebSocket(`ws://${host}${path}`, 'mote.test', options);
  await once(socket, 'open');
  return socket;
}

async function closed(socket) {
  const [code, reason] = await once(socket, 'close');
  return `${code} ${reason}`;
}

async function ask(socket, data, options = {}) {
  socket.send(data, options);
  const [message, isBinary] = await once(socket, 'message');
  return { message, isBinary };
}

/// All forms of message, and pings both ways.
async function talk(number) {
  const socket = await open('/echo');
  assert.equal(socket.protocol, 'mote.test');
  for (const size of [0, 1, 124, 125, 126, 127, 800, 850])
    for (const binary of [false, true]) {
      const sent = Buffer.alloc(size, String(number));
      const { message, isBinary } = await ask(socket, sent, { binary });
      assert.deepEqual(message, sent);
      assert.equal(isBinary, binary);
    }
  const euro = Buffer.from('€ und 😀');
  for (let cut = 0; cut <= euro.length; cut++) {
    socket.send(euro.subarray(0, cut), { binary: false, fin: false });
    socket.ping('between');
    const pong = once(socket, 'pong');
    const { message } = await ask(socket, euro.subarray(cut), { binary: false, fin: true });
    assert.deepEqual(message, euro);
    assert.equal(String((await pong)[0]), 'between');
  }
  socket.ping(Buffer.alloc(125, 'p'));
  assert.equal(String((await once(socket, 'pong'))[0]), 'p'.repeat(125));
  for (let pings = 0; pings < 3; pings++) await once(socket, 'ping');
  socket.close(4000 + number, 'bye');
  assert.equal(await closed(socket), `${4000 + number} `);
}

/// Whoever says `data` on `path` is told this code.
async function expectClose(path, data, options, end) {
  const socket = await open(path);
  socket.on('error', () => {});
  const closing = closed(socket);
  socket.send(data, options);
  assert.equal(await closing, end);
}

async function ends() {
  await expectClose('/echo', 'close 1000', {}, '1000 as asked');
  await expectClose('/echo', 'close 4999', {}, '4999 as asked');
  await expectClose('/echo', Buffer.alloc(900), {}, '1009 ');
  await expectClose('/echo', Buffer.alloc(100_000), {}, '1009 ');
  await expectClose('/echo', Buffer.from([0x61, 0xff]), { binary: false }, '1007 ');
  await expectClose('/count', Buffer.alloc(1_000_001), {}, '1009 ');
  const silent = await open('/echo');
  silent.close();
  assert.equal(await closed(silent), '1005 ');
}

async function handshakes() {
  await (await open('/echo', { origin: `http://${host}` })).terminate();
  const evil = await refusal({ origin: 'http://evil.example' });
  assert.equal(evil.statusCode, 403);
  const old = await refusal({ protocolVersion: 8 });
  assert.equal(old.statusCode, 426);
  assert.equal(old.headers['sec-websocket-version'], '13');
}

async function refusal(options) {
  const socket = new WebSocket(`ws://${host}/echo`, options);
  socket.on('error', () => {});
  const [request, answer] = await once(socket, 'unexpected-response');
  request.destroy();
  return answer;
}

/// Messages larger than any memory of the server's, whole and in fragments.
async function large() {
  const socket = await open('/count');
  for (const size of [0, 1, 70_000]) {
    assert.equal(String((await ask(socket, pattern(size))).message), `${size} right`);
    const half = Math.floor(size / 2);
    socket.send(pattern(size).slice(0, half), { fin: false });
    const rest = await ask(socket, pattern(size).slice(half), { fin: true });
    assert.equal(String(rest.message), `${size} right`);
  }
  socket.close();
  const other = await open('/pattern');
  for (const size of [0, 1, 1000, 60_000])
    assert.equal(String((await ask(other, String(size))).message), pattern(size));
  other.close();
  await closed(other);
}

async function served() {
  await Promise.all([1, 2, 3, 4].map(talk));
  await handshakes();
  await ends();
  await large();
}

/// Somebody in a chat room, who notes what he hears.
async function guest() {
  const socket = new WebSocket(`ws://${host}/`);
  const heard = [];
  socket.on('message', (message) => heard.push(String(message)));
  await once(socket, 'open');
  return { socket, heard };
}

async function until(holds) {
  for (const end = Date.now() + 10_000; !holds(); ) {
    assert(Date.now() < end, `in vain waited until ${holds}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

/// A room of eight: what one says, all others hear, each once and in order.
async function chat() {
  const guests = [];
  for (let number = 0; number < 8; number++) {
    guests.push(await guest());
    await until(() => guests.every((each, at) => each.heard.length === number + 1 - at));
  }
  assert.equal((await refusal({})).statusCode, 503);
  for (const each of guests) each.heard.length = 0;
  const said = guests.map(() => []);
  for (let round = 0; round < 10; round++)
    for (const [speaker, { socket }] of guests.entries()) {
      const text = `${round} of ${speaker} ` + pattern(100 * speaker);
      socket.send(text);
      guests.forEach((_, at) => at !== speaker && said[at].push(text));
      await until(() => guests.every((each, at) => each.heard.length === said[at].length));
    }
  guests.forEach((each, at) => assert.deepEqual(each.heard, said[at]));
  guests[0].socket.terminate();
  guests[1].socket.close();
  await until(() => guests[7].heard.filter((text) => text === 'someone left').length === 2);
  for (const { socket } of guests) socket.close();
  await Promise.all(guests.slice(2).map(({ socket }) => closed(socket)));
}

await { served, chat }[what]();
console.log('passed');
