#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Says on standard output what the device's firmware says, but uses Node's own clients: so that the
// demonstration itself can be tried, and seen to fail. `--forget N` loses every Nth SSE message.

import { EventSource } from "eventsource";
import { Webhook } from "standardwebhooks";
import WebSocket from "ws";

const words = Object.fromEntries(process.argv.slice(2).map((word) => word.split("=")));
const forget = Number(process.env.PRETEND_FORGETS ?? 0);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function poll(name, url, every_ms) {
  let tag;
  for (;;) {
    try {
      const answer = await fetch(url, { headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.status === 200) {
        for (const { n } of await answer.json()) console.log(`got ${name} ${n}`);
        tag = answer.headers.get("etag");
      }
      await pause(every_ms);
    } catch (error) {
      console.log(`lost ${name} ${error.cause?.code ?? error.message}`);
      await pause(300);
    }
  }
}

function listen(url) {
  const source = new EventSource(url);
  source.addEventListener("news", ({ data }) => {
    const { n } = JSON.parse(data);
    if (!forget || n % forget) console.log(`got sse ${n}`);
  });
  source.addEventListener("error", () => console.log("lost sse closed"));
}

async function echo(url) {
  let n = 0;
  for (;;) {
    const socket = new WebSocket(url);
    const sent_at = new Map();
    const timer = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN) return;
      n += 1;
      sent_at.set(n, Date.now());
      console.log(`sent ws ${n}`);
      socket.send(String(n));
    }, 300);
    socket.on("message", (data) => console.log(`got ws ${data} ${Date.now() - sent_at.get(Number(data))}`));
    socket.on("error", (error) => console.log(`lost ws ${error.code}`));
    await new Promise((done) => socket.on("close", done));
    clearInterval(timer);
    await pause(300);
  }
}

async function post(url) {
  const signer = new Webhook("whsec_c2VjcmV0IGZvciBkZW1v");
  for (let n = 1; ; n += 1) {
    const body = JSON.stringify({ n });
    const began = Date.now();
    console.log(`sent hook ${n}`);
    for (;;) {
      const now = new Date();
      const headers = {
        "webhook-id": `hook-${n}`,
        "webhook-timestamp": String(Math.floor(now / 1000)),
        "webhook-signature": signer.sign(`hook-${n}`, now, body),
      };
      const answer = await fetch(url, { method: "POST", body, headers }).catch(() => undefined);
      if (answer?.ok) break;
      console.log(`lost hook ${answer?.status ?? "refused"}`);
      await pause(300);
    }
    console.log(`got hook ${n} ${Date.now() - began}`);
    await pause(300);
  }
}

setInterval(() => console.log("counters pretended"), 1000);
poll("short", words.short, 500);
poll("long", words.long, 0);
listen(words.sse);
echo(words.ws);
post(words.hook);
