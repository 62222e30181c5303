// SPDX-License-Identifier: MIT
// Plain HTTP answers that tests ask for: sizes, pieces, redirects, refusals, early ends.

import express from "express";

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** `size` bytes that a reader can check: each is a letter chosen by its place. */
export function pattern(size) {
  return Buffer.from(LETTERS.repeat(Math.ceil(size / LETTERS.length)).slice(0, size));
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function drip(request, response) {
  const count = Number(request.query.count ?? 10);
  const every = Number(request.query.every ?? 50);
  response.writeHead(200, { "Content-Type": "text/plain" });
  for (let n = 1; n <= count && !response.destroyed; n += 1) {
    response.write(`piece ${n}\n`);
    await pause(every);
  }
  response.end();
}

async function until_close(request, response) {
  const socket = response.socket;
  socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n");
  for (const piece of ["until ", "the ", "end\n"]) {
    socket.write(piece);
    await pause(20);
  }
  socket.end();
}

/** Answers before the body has come, and reads no more of it: as a server with a limit does. */
function refuse_upload(_request, response) {
  response.set("Connection", "close").status(413).send("too large\n");
}

function basic_auth(request, response) {
  const want = `Basic ${Buffer.from("user:pass word").toString("base64")}`;
  if (request.get("Authorization") === want) return response.send("welcome\n");
  return response.set("WWW-Authenticate", 'Basic realm="peer"').status(401).send("who?\n");
}

/** Each answer of this connection is the last one, though it says keep-alive. */
function close_quietly(request, response) {
  response.on("finish", () => setTimeout(() => request.socket.end(), 5));
  response.send("last one\n");
}

export function corners() {
  const router = express.Router();
  router.get("/bytes/:size", (request, response) =>
    response.type("text/plain").send(pattern(Number(request.params.size))));
  router.get("/chunked/:size", (request, response) => {
    const body = pattern(Number(request.params.size));
    response.type("text/plain");
    for (let at = 0; at < body.length; at += 1000) response.write(body.subarray(at, at + 1000));
    response.end();
  });
  router.get("/drip", drip);
  router.get("/until-close", until_close);
  router.get("/status/:code", (request, response) => response.status(Number(request.params.code)).end());
  router.get("/redirect/:count", (request, response) => {
    const left = Number(request.params.count);
    response.redirect(Number(request.query.code ?? 302), left > 1 ? `${left - 1}` : "../bytes/5");
  });
  router.get("/slow", async (request, response) => {
    await pause(Number(request.query.ms ?? 1000));
    response.send("at last\n");
  });
  router.get("/auth", basic_auth);
  router.get("/close-quietly", close_quietly);
  router.get("/no-events", (_request, response) => response.status(204).end());
  router.get("/not-events", (_request, response) => response.json({ events: false }));
  router.post("/refuse-upload", refuse_upload);
  router.all("/headers", (request, response) =>
    response.json({ method: request.method, url: request.originalUrl, headers: request.headers }));
  router.all("/echo", express.raw({ type: () => true, limit: "20mb" }), (request, response) =>
    response.type(request.get("Content-Type") ?? "application/octet-stream").send(request.body));
  return router;
}
