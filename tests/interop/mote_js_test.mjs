// SPDX-License-Identifier: MIT
// mote.js is less than 4 KB once a minifier went over it, and still a module.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { minify } from '../peers/node_modules/terser/main.js';

const most = 4096;
const source = await readFile(new URL('../../examples/assets/mote.js', import.meta.url), 'utf8');
const { code } = await minify(source, { module: true });
const { MoteTopic } = await import(`data:text/javascript;base64,${btoa(code)}`);
assert.equal(typeof MoteTopic, 'function');
console.log(`mote.js: ${code.length} bytes minified, ${most} allowed`);
assert.ok(code.length < most, 'mote.js has grown too large');
