// SPDX-License-Identifier: MIT
// What the servers have published and received, kept in a file so that a restart loses nothing.

import { readFileSync, renameSync, writeFileSync } from "node:fs";

const KEPT_MESSAGES = 2000;

/** Numbered messages of one topic; numbers begin at 1 and never stop. */
class Topic {
  constructor(journal, saved = { last: 0, messages: [] }) {
    this.journal = journal;
    this.last = saved.last;
    this.messages = saved.messages;
    this.waiting = new Set();
  }

  publish(text) {
    const message = { n: ++this.last, text, at: Date.now() };
    this.messages.push(message);
    if (this.messages.length > KEPT_MESSAGES) this.messages.shift();
    this.journal.save();
    for (const listener of [...this.waiting]) listener(message);
    return message;
  }

  after(n) {
    return this.messages.filter((message) => message.n > n);
  }

  get changed() {
    return new Date(this.messages.at(-1)?.at ?? 0);
  }
}

export class Journal {
  constructor(path) {
    this.path = path;
    let saved = {};
    try {
      if (path) saved = JSON.parse(readFileSync(path, "utf8"));
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
    this.counts = saved.counts ?? {};
    this.hooks = new Map(saved.hooks ?? []);
    this.topics = {};
    for (const name of ["short", "long", "sse", "ws"]) {
      this.topics[name] = new Topic(this, saved.topics?.[name]);
    }
  }

  count(what, by = 1) {
    this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  /** Notes a delivery; false when this id was seen before. */
  note_hook(id, body) {
    const seen = this.hooks.get(id);
    this.hooks.set(id, { body, times: (seen?.times ?? 0) + 1, order: seen?.order ?? this.hooks.size });
    this.save();
    return !seen;
  }

  /** Written whole, then renamed: a kill in the middle leaves the old file. */
  save() {
    if (!this.path) return;
    const topics = {};
    for (const [name, { last, messages }] of Object.entries(this.topics)) {
      topics[name] = { last, messages };
    }
    const text = JSON.stringify({ counts: this.counts, hooks: [...this.hooks], topics });
    writeFileSync(`${this.path}.new`, text);
    renameSync(`${this.path}.new`, this.path);
  }

  summary() {
    const published = {};
    for (const [name, topic] of Object.entries(this.topics)) published[name] = topic.last;
    const hooks = [...this.hooks].map(([id, { body, times }]) => ({ id, body, times }));
    return { counts: this.counts, published, hooks };
  }
}
