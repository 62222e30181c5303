#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Every server that Mote's clients are tried against, on one port of 127.0.0.1:
//   servers.mjs [--port N] [--state FILE] [--publish MS] [--secret S] [--clock any] [--chunk N]
//               [--announce] [--cert FILE --key FILE]
// Prints one line of JSON with its port when it listens; ends at SIGTERM, or when its input ends
// and --with-parent is given. --announce prints a line for each message as it is published. With
// --state it goes on after a restart where it was. With a certificate (PEM, with its chain) it speaks
// nothing but TLS.

import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { parseArgs } from "node:util";
import express from "express";
import { corners } from "./corners.mjs";
import { Journal } from "./journal.mjs";
import { serve_sockets } from "./sockets.mjs";
import { techniques } from "./techniques.mjs";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    state: { type: "string" },
    publish: { type: "string", default: "0" },
    secret: { type: "string", default: "whsec_c2VjcmV0IGZvciBkZW1v" },
    clock: { type: "string", default: "true" },
    chunk: { type: "string", default: "16" },
    heartbeat: { type: "string", default: "2000" },
    cert: { type: "string" },
    key: { type: "string" },
    announce: { type: "boolean", default: false },
    "with-parent": { type: "boolean", default: false },
  },
});

const journal = new Journal(values.state);
const app = express();
app.disable("x-powered-by");
app.set("etag", false);
app.use(techniques(journal, {
  secret: values.secret,
  clock: values.clock,
  chunk: Number(values.chunk),
  heartbeat_ms: Number(values.heartbeat),
}));
app.use(corners());

const server = values.cert
  ? https.createServer({ cert: readFileSync(values.cert), key: readFileSync(values.key) }, app)
  : http.createServer(app);
const sockets = serve_sockets(server, journal);

let publisher;
if (Number(values.publish) > 0) {
  publisher = setInterval(() => {
    if (journal.paused) return;
    for (const [name, topic] of Object.entries(journal.topics)) {
      const { n, at } = topic.publish("news");
      if (values.announce) console.log(JSON.stringify({ topic: name, n, at }));
    }
  }, Number(values.publish));
}

function stop() {
  clearInterval(publisher);
  journal.save();
  for (const socket of sockets.clients) socket.terminate();
  server.close(() => process.exit(0));
  server.closeAllConnections();
}

process.on("SIGTERM", stop);
process.on("SIGINT", stop);
if (values["with-parent"]) process.stdin.on("end", stop).resume();

server.listen(Number(values.port), "127.0.0.1", () => {
  console.log(JSON.stringify({ port: server.address().port, pid: process.pid }));
});
