// SPDX-License-Identifier: MIT
// Chromium in the room of examples/board by https and wss, in TLS 1.3 and 1.2, a window by each of the
// four transports: what one says, all show. chromium_test.mjs IMAGE ROOT.pem
import assert from 'node:assert/strict';

import { launch } from '../../toolchains/demo/chromium.mjs';
import { Serving } from '../../toolchains/demo/serving.mjs';

const TRANSPORTS = ['websocket', 'sse', 'longpoll', 'poll'];
const SECONDS = 60;

async function open(browser, address, transport) {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(1000 * SECONDS);
  const answer = await page.goto(`${address}#by=${transport}`);
  assert.equal(answer.status(), 200);
  await page.fill('#from', transport);
  await page.waitForFunction(() => document.getElementById('state').textContent === 'open');
  return { page, transport, version: (await answer.securityDetails()).protocol };
}

async function talks(board, version) {
  const browser = await launch(board.ca, [`--ssl-version-max=tls${version}`]);
  try {
    const windows = [];
    for (const transport of TRANSPORTS) {
      const window = await open(browser, board.address, transport);
      assert.equal(window.version, `TLS ${version}`);
      windows.push(window);
    }
    for (const { page, transport } of windows) {
      await page.fill('#text', `${transport} in ${version}`);
      await page.press('#text', 'Enter');
    }
    const texts = TRANSPORTS.map((transport) => `${transport} in ${version}`);
    for (const { page } of windows) {
      await page.waitForFunction((all) => all.every((text) =>
        document.getElementById('messages').textContent.includes(text)), texts);
    }
    console.log(`Chromium, TLS ${version}: by ${TRANSPORTS.join(', ')}`);
  } finally {
    await browser.close();
  }
}

const board = new Serving(process.argv[2], process.argv[3]);
process.on('exit', () => board.process.kill('SIGKILL'));
await board.start();
for (const version of ['1.3', '1.2']) await talks(board, version);
await board.stop();
process.exit(0);
