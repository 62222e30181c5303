// SPDX-License-Identifier: MIT
// The server's side of four techniques on express: short and long polling, Server-Sent Events and
// webhooks. Each view reads the same numbered messages; a client resumes by the number it saw last.

import { createHmac, timingSafeEqual } from "node:crypto";
import express from "express";
import { Webhook } from "standardwebhooks";

const number_in = (text) => Number(/\d+/.exec(text ?? "")?.[0] ?? 0);

/** The cursor is the ETag that the client hands back, or `after` in the query. */
function cursor_of(request) {
  return request.query.after === undefined
    ? number_in(request.get("If-None-Match"))
    : number_in(String(request.query.after));
}

function answer_news(journal, response, name, messages) {
  const topic = journal.topics[name];
  response.set("ETag", `"${messages.at(-1)?.n ?? topic.last}"`);
  response.set("Last-Modified", topic.changed.toUTCString());
  response.set("Cache-Control", "no-cache");
  response.json(messages.map(({ n, text }) => ({ n, text })));
  journal.count(`${name} messages`, messages.length);
}

function short_poll(journal, { chunk }) {
  return (request, response) => {
    journal.count("short requests");
    const after = cursor_of(request);
    const news = journal.topics.short.after(after).slice(0, chunk);
    if (news.length === 0 && after > 0) return response.set("ETag", `"${after}"`).status(304).end();
    return answer_news(journal, response, "short", news);
  };
}

function long_poll(journal, { chunk }) {
  return (request, response) => {
    journal.count("long requests");
    const topic = journal.topics.long;
    const after = cursor_of(request);
    const hold_s = Math.min(Number(request.query.hold ?? 25), 120);
    const end = () => {
      topic.waiting.delete(tell);
      clearTimeout(timer);
    };
    const tell = () => {
      const news = topic.after(after).slice(0, chunk);
      if (news.length === 0) return;
      end();
      answer_news(journal, response, "long", news);
    };
    const timer = setTimeout(() => {
      end();
      response.set("ETag", `"${after}"`).status(204).end();
    }, hold_s * 1000);
    response.on("close", end);
    if (topic.last > after) tell();
    else topic.waiting.add(tell);
  };
}

function event_stream(journal, { heartbeat_ms }) {
  return (request, response) => {
    journal.count("sse connections");
    const topic = journal.topics.sse;
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
    const tell = ({ n, text }) => {
      response.write(`id: ${n}\nevent: news\ndata: ${JSON.stringify({ n, text })}\n\n`);
      journal.count("sse messages");
    };
    response.write(`retry: ${number_in(request.query.retry ?? "200")}\n\n`);
    topic.after(number_in(request.get("Last-Event-ID"))).forEach(tell);
    topic.waiting.add(tell);
    const heartbeat = setInterval(() => response.write(": still here\n\n"), heartbeat_ms);
    response.on("close", () => {
      topic.waiting.delete(tell);
      clearInterval(heartbeat);
    });
  };
}

/** For a sender without a clock: the signature alone, over whatever time it names. */
function signature_fits(secret, body, headers) {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const want = createHmac("sha256", key).update(signed).digest();
  return (headers["webhook-signature"] ?? "").split(" ").some((one) => {
    const got = Buffer.from(one.replace(/^v1,/, ""), "base64");
    return one.startsWith("v1,") && got.length === want.length && timingSafeEqual(got, want);
  });
}

function receive_hook(journal, { secret, faults, clock }) {
  const webhook = new Webhook(secret);
  return (request, response) => {
    journal.count("hook requests");
    const body = request.body.toString("utf8");
    if (faults.hooks > 0) {
      faults.hooks -= 1;
      if (faults.retry_after) response.set("Retry-After", String(faults.retry_after));
      return response.status(faults.status ?? 503).end();
    }
    try {
      if (clock === "any" || request.query.clock === "any") {
        if (!signature_fits(secret, body, request.headers)) throw new Error("wrong signature");
      } else {
        webhook.verify(body, request.headers);
      }
    } catch (error) {
      journal.count("hook refusals");
      return response.status(401).send(String(error.message));
    }
    if (!journal.note_hook(request.get("webhook-id"), body)) journal.count("hook repeats");
    return response.status(204).end();
  };
}

/** What a test asks and tells: counts, one more message, failures to come. */
function control(journal, faults) {
  const router = express.Router();
  router.use(express.json());
  router.get("/counts", (_request, response) => response.json(journal.summary()));
  router.post("/publish/:topic", (request, response) => {
    const topic = journal.topics[request.params.topic];
    if (!topic) return response.status(404).end();
    return response.json(topic.publish(request.body.text ?? "news"));
  });
  router.post("/pause", (_request, response) => {
    journal.paused = true;
    response.json(journal.summary());
  });
  router.post("/faults", (request, response) => response.json(Object.assign(faults, request.body)));
  return router;
}

export function techniques(journal, options) {
  const faults = { hooks: 0 };
  const router = express.Router();
  router.get("/news", short_poll(journal, options));
  router.get("/wait", long_poll(journal, options));
  router.get("/events", event_stream(journal, options));
  router.post("/hooks", express.raw({ type: () => true, limit: "1mb" }),
    receive_hook(journal, { ...options, faults }));
  router.use("/control", control(journal, faults));
  return router;
}
