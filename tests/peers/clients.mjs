// SPDX-License-Identifier: MIT
// Clients by others for servers of ours. Each prints what it got, a line each.
//   clients.mjs events URL COUNT        the data of so many events; reconnects as it is told to
//   clients.mjs hook URL SECRET ID AGE BODY   posts a webhook signed AGE seconds ago
import { EventSource } from 'eventsource';
import { Webhook } from 'standardwebhooks';

const [, , what, url, ...words] = process.argv;

const clients = {
  events(count) {
    const source = new EventSource(url);
    let left = Number(count);
    const tell = (event) => {
      console.log(`${event.type} ${event.lastEventId} ${event.data}`);
      left -= 1;
      if (left === 0) process.exit(0);
    };
    for (const type of ['message', 'reading', 'back']) source.addEventListener(type, tell);
    source.onopen = () => console.log('open');
  },

  async hook(secret, id, age, body) {
    const time = new Date(Date.now() - 1000 * Number(age));
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(id, time, body),
      },
    });
    console.log(answer.status);
  },
};

await clients[what](...words);
