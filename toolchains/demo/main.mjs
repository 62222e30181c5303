#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// The demonstration: a board that serves browsers, and one that uses five techniques against real
// servers.
//   main.mjs --image device.elf --board board.elf            a live table, until q
//   main.mjs --image device.elf --board board.elf --check    a bounded run that says what was lost
// Either may be left out. With --tls FOLDER both speak TLS and nothing else. The folder has root.pem,
// of the authority that all sides believe and that signed for the board that serves; and
// server.chain.pem and server.key, by which the servers show who they are.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { Board } from "./board.mjs";
import { check_browsers } from "./browsers.mjs";
import { check_techniques } from "./check.mjs";
import { Servers } from "./servers.mjs";
import { Serving } from "./serving.mjs";
import { show } from "./table.mjs";

const { values } = parseArgs({
  options: {
    image: { type: "string" },
    board: { type: "string" },
    tls: { type: "string" },
    check: { type: "boolean", default: false },
    every: { type: "string", default: "400" },
  },
});
const live = !values.check && process.stdout.isTTY;

if (!values.image && (live || !values.board)) {
  console.error("demo: --image FILE is missing");
  process.exit(2);
}

const started = [];

async function end(code) {
  await Promise.allSettled(started.map((one) => one.stop()));
  process.exit(code);
}

async function start_device() {
  const servers = new Servers(Number(values.every), values.tls);
  await servers.start();
  started.push(servers);
  // 10.0.2.2 is this machine, as the emulated board sees it.
  const host = values.image.endsWith(".elf") ? "10.0.2.2" : "127.0.0.1";
  const device = new Board(values.image, `${servers.scheme}://${host}:${servers.port}`,
    (topic, n) => servers.published_at(topic, n));
  started.unshift(device);
  return { device, servers };
}

async function start_board() {
  const board = new Serving(values.board, values.tls && join(values.tls, "root.pem"));
  started.unshift(board);
  await board.start(live ? 8080 : 0);
  return board;
}

async function check({ device, servers }, board) {
  const [techniques, browsers] = await Promise.all([
    device && check_techniques(device, servers),
    board && check_browsers(board),
  ]);
  const lines = [];
  if (techniques) lines.push(`techniques: ${techniques.good} of ${techniques.of}`);
  if (browsers) lines.push(`browser transports: ${browsers.good} of ${browsers.of}`);
  console.log(lines.join(", "));
  return [techniques, browsers].every((one) => !one || one.good === one.of) ? 0 : 1;
}

process.on("SIGTERM", () => end(1));
process.on("SIGINT", () => end(values.check ? 1 : 0));
try {
  const board = values.board && await start_board();
  if (board) console.log(`== The board serves ${board.address}`);
  const client = values.image ? await start_device() : {};
  if (!live && !values.check) console.log("demo: no terminal; running --check instead");
  await end(live ? await show(client.device, client.servers, board) : await check(client, board));
} catch (error) {
  console.error(`demo: ${error.stack}`);
  await end(1);
}
