// SPDX-License-Identifier: MIT
// WebSocket endpoints on `ws`: echo, chat, a feed of numbered messages, and awkward ones.

import { WebSocketServer } from "ws";
import { pattern } from "./corners.mjs";

const endpoints = {
  "/echo": (socket, journal) => {
    socket.on("message", (data, binary) => {
      journal.count("ws echoes");
      socket.send(data, { binary });
    });
  },

  "/chat": (socket, _journal, all) => {
    socket.on("message", (data, binary) => {
      for (const other of all) if (other !== socket && other.room === "/chat") other.send(data, { binary });
    });
  },

  "/feed": (socket, journal) => {
    const tell = ({ n, text }) => socket.send(JSON.stringify({ n, text }));
    journal.topics.ws.waiting.add(tell);
    socket.on("close", () => journal.topics.ws.waiting.delete(tell));
  },

  // ?size=N: one text message of N bytes; ?pieces=N cuts it into so many fragments.
  "/large": (socket, _journal, _all, query) => {
    const body = pattern(Number(query.get("size") ?? 10000));
    const pieces = Number(query.get("pieces") ?? 1);
    const each = Math.ceil(body.length / pieces);
    for (let at = 0; at < body.length; at += each) {
      socket.send(body.subarray(at, at + each), { binary: false, fin: at + each >= body.length });
    }
  },

  "/ping": (socket) => {
    let left = 5;
    socket.ping(`ping ${left}`);
    socket.on("pong", () => {
      left -= 1;
      if (left > 0) socket.ping(`ping ${left}`);
      else socket.close(1000, "five pongs");
    });
  },

  // ?code=N: closes at once with this code.
  "/close": (socket, _journal, _all, query) =>
    socket.close(Number(query.get("code") ?? 1000), query.get("reason") ?? "as asked"),

  "/drop": (socket) => socket.terminate(),
};

export function serve_sockets(http_server, journal) {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 17 * 1024 * 1024,
    handleProtocols: (offered) => (offered.has("mote.test") ? "mote.test" : false),
  });
  http_server.on("upgrade", (request, raw, head) => {
    const url = new URL(request.url, "http://peer");
    const endpoint = endpoints[url.pathname];
    if (!endpoint) {
      raw.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    server.handleUpgrade(request, raw, head, (socket) => {
      journal.count("ws connections");
      socket.room = url.pathname;
      socket.on("error", () => journal.count("ws errors"));
      endpoint(socket, journal, server.clients, url.searchParams);
    });
  });
  return server;
}
