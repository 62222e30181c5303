// SPDX-License-Identifier: MIT
// A client of Mote's topics (docs/protocols/topic.md) for browsers and Node, by any transport.
//
//   const topic = new MoteTopic('/readings', {
//     transport: 'websocket',  // or 'sse', 'longpoll', 'poll'; use(transport) changes it
//     onmessage: ({ id, event, data }) => ...,
//     onmissed: (count) => ...,   // so many are gone for good
//     onrestart: () => ...,       // the server began anew, and so do ids
//     onstate: (state) => ...,    // 'connecting', 'open', 'waiting', 'closed'
//   });
//   await topic.publish('hello', 'chat');
//
// It keeps one cursor whatever the transport, and comes back by itself until close().
export class MoteTopic {
  #life = 0;
  #attempt;
  #socket;
  #watchdog;

  constructor(url, options) {
    const base = String(url);
    Object.assign(this, {
      url: base,
      events: base + '/events',
      socket: base + '/socket',
      transport: 'websocket',
      wait: 30, // seconds that a long poll is held
      interval: 2000, // milliseconds between short polls
      silence: 0, // seconds; a topic that never rests so long is gone then, and connected to anew
      cursor: '', // where to begin: an id, or 'latest'
      state: 'closed',
      received: 0,
      missed: 0,
      restarts: 0,
      reconnects: 0,
    }, options);
    this.use(this.transport);
  }

  /// Goes on by another transport, where it was.
  use(transport) {
    this.close();
    this.transport = transport;
    this.#run(this.#life);
  }

  close() {
    ++this.#life;
    this.#attempt?.abort();
    this.#enter('closed');
  }

  /// Gives the id of what was published, where the transport tells it.
  async publish(data, event) {
    if (this.#socket?.readyState === 1) return this.#socket.send(JSON.stringify({ event, data }));
    const reply = await fetch(this.#at(this.url, { event }), {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: data,
    });
    if (!reply.ok) throw Error('refused: ' + reply.status);
    return (await reply.json()).id;
  }

  async #run(life) {
    for (let failures = 0; life === this.#life; ) {
      const attempt = (this.#attempt = new AbortController());
      const open = () => {
        failures = 0;
        if (life === this.#life) this.#enter('open');
      };
      this.#enter('connecting');
      try {
        await this.#by(this.transport, attempt.signal, open);
      } catch {
        // Whatever it was, it is tried again.
      }
      attempt.abort();
      clearTimeout(this.#watchdog);
      if (life !== this.#life) return;
      ++this.reconnects;
      this.#enter('waiting');
      const most = Math.min(30000, 1000 * 2 ** failures++);
      await new Promise((done) => setTimeout(done, most * (1 + Math.random()) / 2));
    }
  }

  #by(transport, signal, open) {
    if (transport === 'websocket') return this.#listen(signal, open);
    if (transport === 'sse') return this.#stream(signal, open);
    return this.#poll(signal, open, transport === 'longpoll' ? this.wait : undefined);
  }

  async #poll(signal, open, wait) {
    for (;;) {
      this.#expect(wait && this.silence || (wait || 0) + 15);
      const reply = await fetch(this.#at(this.url, { after: this.cursor, wait }), {
        signal,
        cache: 'no-store',
        headers: { Accept: 'application/json' },
      });
      if (!reply.ok) throw Error(reply.status);
      const news = reply.status === 204 ? {} : await reply.json();
      signal.throwIfAborted();
      open();
      this.#take({ restarted: news.restarted, missed: news.missed });
      for (const message of news.messages || []) this.#take(message, signal);
      this.#take({ id: news.last });
      clearTimeout(this.#watchdog);
      if (!wait && !news.more) await new Promise((done) => {
        const timer = setTimeout(done, this.interval);
        signal.onabort = () => done(clearTimeout(timer));
      });
      signal.throwIfAborted();
    }
  }

  // Not an EventSource: that keeps its cursor to itself, and Node has none.
  async #stream(signal, open) {
    this.#expect(15);
    const reply = await fetch(this.#at(this.events, { after: this.cursor }), {
      signal,
      cache: 'no-store',
      headers: { Accept: 'text/event-stream' },
    });
    if (reply.status !== 200) throw Error(reply.status);
    open();
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '', block = {};
    for (;;) {
      this.#expect(this.silence || 45);
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        const [, name, text] = /^([^:]*):? ?(.*)/.exec(line);
        if (line) {
          block[name] = name === 'data' && 'data' in block ? block.data + '\n' + text : text;
          continue;
        }
        const { id, event = 'message', data } = block;
        block = {};
        if (event === 'mote.restarted') this.#take({ id, restarted: true }, signal);
        else if (event === 'mote.missed') this.#take({ id, ...JSON.parse(data) }, signal);
        else this.#take({ id, event, data }, signal);
      }
    }
  }

  #listen(signal, open) {
    return new Promise((done) => {
      const url = this.#at(this.socket, { after: this.cursor }).replace(/^http/, 'ws');
      const socket = (this.#socket = new WebSocket(url, 'mote.v1'));
      const hear = () => this.#expect(this.silence || 1e6);
      this.#expect(15);
      socket.onopen = () => open(hear());
      socket.onmessage = ({ data }) => this.#take(JSON.parse(data), signal, hear());
      socket.onclose = socket.onerror = done;
      signal.onabort = () => {
        socket.onmessage = null;
        done(socket.close());
      };
    });
  }

  // The cursor moves when the message was handled, not before.
  #take({ id, event, data, missed, restarted }, signal) {
    signal?.throwIfAborted();
    if (restarted) ++this.restarts, this.onrestart?.();
    if (missed) (this.missed += missed), this.onmissed?.(missed);
    if (data !== undefined) ++this.received, this.onmessage?.({ id, event, data });
    if (id) this.cursor = id;
  }

  #at(url, query) {
    const at = new URL(url, globalThis.location?.href);
    for (const name in query) if (query[name]) at.searchParams.set(name, query[name]);
    return at.href;
  }

  #expect(seconds) {
    clearTimeout(this.#watchdog);
    const attempt = this.#attempt;
    this.#watchdog = setTimeout(() => attempt.abort(), seconds * 1000);
  }

  #enter(state) {
    if (this.state === state) return;
    this.state = state;
    this.onstate?.(state);
  }
}
