#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// The demonstration: one board, five techniques, real servers.
//   main.mjs --image device.elf            a live table, until q
//   main.mjs --image device.elf --check    a bounded run that says whether anything was lost

import { parseArgs } from "node:util";
import { Board } from "./board.mjs";
import { check } from "./check.mjs";
import { Servers } from "./servers.mjs";
import { show } from "./table.mjs";

const { values } = parseArgs({
  options: {
    image: { type: "string" },
    check: { type: "boolean", default: false },
    every: { type: "string", default: "400" },
  },
});

if (!values.image) {
  console.error("demo: --image FILE is missing");
  process.exit(2);
}

const servers = new Servers(Number(values.every));
await servers.start();
// 10.0.2.2 is this machine, as the emulated board sees it.
const host = values.image.endsWith(".elf") ? "10.0.2.2" : "127.0.0.1";
const board = new Board(values.image, `http://${host}:${servers.port}`,
  (topic, n) => servers.published_at(topic, n));

async function end(code) {
  await board.stop();
  await servers.stop();
  process.exit(code);
}

process.on("SIGTERM", () => end(1));
process.on("SIGINT", () => end(values.check ? 1 : 0));
const live = !values.check && process.stdout.isTTY;
if (!live && !values.check) console.log("demo: no terminal; running --check instead");
await end(live ? await show(board, servers) : await check(board, servers));
