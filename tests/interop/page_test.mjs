// SPDX-License-Identifier: MIT
// Clients by others in the room of examples/board: Node's ws and fetch, eventsource, Python's
// websockets, curl. What one says, all hear.
//
// page_test.mjs IMAGE, board.elf or hub. With an IMAGE that speaks TLS, and ROOT.pem behind it, all of
// them go by https and wss, and verify: the environment has to name that file for each of them, as
// CMakeLists.txt does.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { EventSource } from '../peers/node_modules/eventsource/dist/index.js';
import WebSocket from '../peers/node_modules/ws/wrapper.mjs';
import { Serving } from '../../toolchains/demo/serving.mjs';

// Where Debian's packages are known, whichever python3 comes first.
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const board = new Serving(process.argv[2], process.argv[3]);
await board.start();
process.on('exit', () => board.process.kill('SIGKILL'));
const room = `${board.address}room`;
const heard = {};  // who: what
const hear = (who, text) => (heard[who] ??= []).push(text);
const children = [];

function listen(who, program, ...words) {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  createInterface({ input: child.stdout }).on('line', (line) => hear(who, line));
}

async function until(what, holds, seconds = 15) {
  for (const end = Date.now() + 1000 * seconds; !holds(); ) {
    if (Date.now() > end) assert.fail(`in vain waited until ${what}: ${JSON.stringify(heard)}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

// Everybody comes in.
const events = new EventSource(`${room}/events`);
events.addEventListener('chat', ({ data }) => hear('eventsource', data));
const bare = new WebSocket(`${room.replace('http', 'ws')}/socket`);
bare.on('message', (data) => hear('ws', String(data)));
const told = new WebSocket(`${room.replace('http', 'ws')}/socket?after=latest`, 'mote.v1');
told.on('message', (data) => hear('ws mote.v1', JSON.parse(data).data ?? ''));
listen('curl', 'curl', '--silent', '--no-buffer', `${room}/events`);
listen('websockets', PYTHON, '-c', `
import asyncio, json, sys, websockets
async def main():
    async with websockets.connect(sys.argv[1], subprotocols=["mote.v1"]) as socket:
        async for text in socket:
            print(json.loads(text).get("data", ""), flush=True)
asyncio.run(main())`, `${room.replace('http', 'ws')}/socket`);
const others = ['ws', 'ws mote.v1', 'curl', 'websockets'];
const has_reading = (who) => heard[who]?.some((text) => /\d\d\.\d\d/.test(text));
await until('everybody has a reading', () => others.every(has_reading) && events.readyState === 1);

// One says something by each of the three ways.
const post = await fetch(`${room}?event=chat`, { method: 'POST', body: 'by post' });
assert.equal(post.status, 201);
told.send(JSON.stringify({ event: 'chat', data: 'by mote.v1' }));
bare.send('by bare text');
for (const who of others) {
  for (const text of ['by post', 'by mote.v1', 'by bare text']) {
    await until(`${who} heard '${text}'`, () => heard[who].some((one) => one.endsWith(text)));
  }
}
await until('the EventSource heard', () => heard.eventsource?.length === 2);
assert.deepEqual(heard.eventsource, ['by post', 'by mote.v1']);  // The other is no chat event.

// Nobody fakes a reading, and nobody comes by a name that is not the board's.
assert.equal((await fetch(`${room}?event=reading`, { method: 'POST', body: '[1]' })).status, 403);
const stranger = spawn('curl', ['--silent', '--output', '/dev/null', '--write-out', '%{http_code}',
  '--header', 'Host: elsewhere.example', board.address], { stdio: ['ignore', 'pipe', 'inherit'] });
assert.equal(String((await once(stranger.stdout, 'data'))[0]), '421');

// The page asks for nothing from elsewhere, and is kept by its tag.
const page = await fetch(board.address);
const text = await page.text();
assert.ok(!/(src|href)="(https?:)?\/\//.test(text), text);
const headers = { 'If-None-Match': page.headers.get('etag') };
assert.equal((await fetch(board.address, { headers, cache: 'no-store' })).status, 304);

events.close();
told.close();
bare.close();
for (const child of children) child.kill('SIGKILL');
await board.stop();
console.log('page: five clients by others hear each other');
process.exit(0);
