// SPDX-License-Identifier: MIT
// mote.js against a topic on Linux: every message arrives exactly once or is told as missed, by each
// transport, across changes of transport and across a restart of the server.
//
// topic_test.mjs SERVER, the program topic_server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

// Browsers take it for a module by how it is asked for; Node 18 would go by its name.
const source = await readFile(new URL('../../examples/assets/mote.js', import.meta.url), 'base64');
const { MoteTopic } = await import(`data:text/javascript;base64,${source}`);

const program = process.argv[2];
const transports = ['sse', 'longpoll', 'poll'];
// Node has a WebSocket of its own from version 22 on.
globalThis.WebSocket ??= (await import('../peers/node_modules/ws/wrapper.mjs').catch(() => ({}))).default;
if (globalThis.WebSocket) transports.push('websocket');
else console.log('mote.js: without WebSocket, of which Node has none here');

async function start(port = 0) {
  const child = spawn(program, [String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, port: Number(line.split(' ').pop()) };
}

async function until(what, holds, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; !holds(); ) {
    if (Date.now() > end) assert.fail(`in vain waited until ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/// A client that notes what it got.
function listen(port, transport, more = {}) {
  const got = [];
  const topic = new MoteTopic(`http://127.0.0.1:${port}/readings`, {
    transport,
    interval: 50,
    wait: 2,
    onmessage: ({ data, event }) => got.push(event === 'message' ? data : `${event}:${data}`),
    ...more,
  });
  return { topic, got };
}

let server = await start();
process.on('exit', () => server.child.kill('SIGKILL'));
const publisher = new MoteTopic(`http://127.0.0.1:${server.port}/readings`, { transport: 'poll' });
await until('the publisher is open', () => publisher.state === 'open');
publisher.close();

// Everybody gets everything, in order, with text that needs escaping everywhere.
const clients = transports.map((transport) => listen(server.port, transport));
const sent = [];
for (const text of ['plain', 'two\nlines', 'a "quote" \\ and \u0001', 'Grüße € 😀', ' spaces ', '']) {
  const event = sent.length % 2 ? 'chat' : undefined;
  assert.match(await publisher.publish(text, event), /^[0-9a-f]{8}-\d+$/);
  sent.push(event ? `chat:${text}` : text);
}
for (const { topic, got } of clients) {
  await until(`${topic.transport} has all`, () => got.length >= sent.length);
  assert.deepEqual(got, sent, topic.transport);
  assert.equal(topic.missed, 0);
}

// One client walks through the transports while messages come: none twice, none lost.
const walker = listen(server.port, 'sse', { cursor: 'latest' });
await until('the walker is open', () => walker.topic.state === 'open' && walker.topic.cursor !== 'latest');
const walked = [];
for (let i = 0; i < 60; ++i) {
  walked.push(`step ${i}`);
  await publisher.publish(`step ${i}`);
  if (i % 7 === 6) walker.topic.use(transports[i % transports.length]);
  // The ring holds about fifty.
  if (i % 20 === 19) await until('the walker keeps up', () => walker.got.length === walked.length);
}
await until('the walker has all', () => walker.got.length >= walked.length);
assert.deepEqual(walker.got, walked);

// Who was away for longer than the ring lasts is told how much is gone.
for (const { topic } of clients) topic.close();
for (let i = 0; i < 300; ++i) await publisher.publish(`flood ${i}`);
for (const { topic, got } of clients) {
  const before = topic.received + topic.missed;
  topic.use(topic.transport);
  await until(`${topic.transport} is at the end`, () => got.at(-1) === 'flood 299');
  assert.ok(topic.missed > 0, topic.transport);
  assert.ok(topic.received + topic.missed > before);
  assert.equal(topic.received + topic.missed, sent.length + walked.length + 300, topic.transport);
}

// The server dies and comes back: everybody is told, and goes on.
server.child.kill('SIGKILL');
await once(server.child, 'exit');
server = await start(server.port);
await publisher.publish('after');
for (const { topic, got } of clients) {
  await until(`${topic.transport} goes on`, () => got.at(-1) === 'after', 40);
  assert.equal(topic.restarts, 1, topic.transport);
  assert.ok(topic.reconnects >= 1 || topic.transport === 'poll');  // It may have been between two.
}

await assert.rejects(publisher.publish('x'.repeat(1000)), /413/);
for (const { topic } of [...clients, walker]) topic.close();
server.child.kill('SIGKILL');
console.log(`mote.js: ${transports.length} transports, every message once or told as missed`);
