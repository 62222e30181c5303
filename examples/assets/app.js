// SPDX-License-Identifier: MIT
// The page: a chat room and the device's readings, both events of one topic.
//
// A chat message is {"from":"Ada","text":"hello","key":"k3f9x2"}. The key is its writer's: whoever
// got no answer finds out by it whether his message was published, and shows nothing twice.
import { MoteTopic } from './mote.js';

const $ = (id) => document.getElementById(id);
const make = (tag, text = '', kind = '') => Object.assign(document.createElement(tag), { textContent: text, className: kind });

// Readings: [degrees,free blocks,connections,milliseconds], once a second.
const SECONDS = 120;

class Chart {
  #values = [];
  #area = document.createElement('div');
  #now = make('output', '–');
  #marks = [make('i'), make('i')];

  constructor(title, unit, least, most, digits = 0) {
    Object.assign(this, { unit, least, most, digits });
    const card = make('article', '', 'chart');
    this.#area.innerHTML = `<svg viewBox="0 0 ${SECONDS} 100" preserveAspectRatio="none" role="img"
      aria-label="${title}"><path class="under"/><path/></svg>`;
    this.#area.append(...this.#marks);
    card.append(make('h2', title), this.#now, this.#area);
    $('readings').append(card);
  }

  add(value) {
    this.#values.push(value);
    if (this.#values.length > SECONDS + 1) this.#values.shift();
    if (!this.frame) this.frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.frame = 0;
    const values = this.#values;
    this.#now.replaceChildren(values.at(-1).toFixed(this.digits), make('small', ' ' + this.unit));
    const least = Math.min(this.least, ...values), most = Math.max(this.most, ...values);
    this.#marks[0].textContent = most.toFixed(this.digits);
    this.#marks[1].textContent = least.toFixed(this.digits);
    const at = (value, i) => `${SECONDS + 1 - values.length + i},${(100 - 100 * (value - least) / (most - least)).toFixed(1)}`;
    const line = values.map(at).join('L');
    const [under, path] = this.#area.querySelectorAll('path');
    path.setAttribute('d', 'M' + line);
    under.setAttribute('d', `M${SECONDS + 1 - values.length},100L${line}V100Z`);
  }
}

const charts = [
  new Chart('Temperature, the last two minutes', '°C', 20, 24, 2),
  new Chart('Free blocks', 'of 8', 0, 8),
  new Chart('Connections', 'open', 0, 8),
  new Chart('Loop, at worst', 'ms late', 0, 10),
];

// Chat.
const shown = new Set();    // keys of what was shown
const waiting = new Map();  // key: what was said, until it comes back

function show(line) {
  const list = $('messages');
  const at_end = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  list.append(line);
  while (list.childElementCount > 300) list.firstChild.remove();
  if (at_end) list.scrollTop = list.scrollHeight;
  return line;
}

// No transport may bring a message twice; whether one does is seen here.
const ids = new Set();

function note(id) {
  if (ids.has(id)) tell(`${id} came twice`);
  ids.add(id);
  if (ids.size > 1000) ids.delete(ids.values().next().value);
}

const tell = (text) => show(make('li', text, 'told'));

function line_of(from, text, kind) {
  const line = make('li', '', kind);
  line.append(make('b', from), text);
  return line;
}

function on_chat(data) {
  let said = { text: data };
  try {
    const object = JSON.parse(data);
    if (typeof object?.text === 'string') said = object;
  } catch {
    // Whoever publishes plain text is heard, too.
  }
  const mine = waiting.get(said.key);
  if (mine) {
    waiting.delete(said.key);
    mine.line.className = 'own';
    show(mine.line);  // Behind what was published before it, as everywhere.
  } else if (!said.key || !shown.has(said.key)) show(line_of(said.from || 'somebody', said.text));
  if (said.key) shown.add(said.key);
}

async function publish(key) {
  const mine = waiting.get(key);
  mine.tried = Date.now();
  let refused = ++mine.tries > 5;
  if (!refused) await topic.publish(mine.data, 'chat').catch(({ message }) => (refused = /: 4\d\d/.test(message)));
  if (!refused || !waiting.delete(key)) return;
  mine.line.remove();
  tell(`not published: ${mine.text}`);
}

function say(from, text) {
  const key = Math.random().toString(36).slice(2, 10);
  const data = JSON.stringify({ from, text, key });
  waiting.set(key, { line: show(line_of(from, text, 'own waits')), text, data, tries: 0 });
  shown.add(key);
  publish(key);
}

// What did not come back is published again.
setInterval(() => {
  for (const [key, { tried }] of waiting) {
    if (topic.state === 'open' && Date.now() - tried > 3000) publish(key);
  }
}, 500);

let topic;
topic = new MoteTopic('room', {
  transport: new URLSearchParams(location.hash.slice(1)).get('by') || 'websocket',
  interval: 1000,
  wait: 20,
  silence: 6,
  onmessage({ id, event, data }) {
    note(id);
    if (event === 'reading') JSON.parse(data).forEach((value, i) => charts[i]?.add(value));
    else on_chat(data);
    count();
  },
  onmissed(number) {
    tell(`${number} messages were missed`);
    count();
  },
  onrestart() {
    tell('the device has started anew');
    count();
  },
  onstate(state) {
    $('state').textContent = $('state').dataset.state = state;
    count();
  },
});

function count() {
  for (const name of ['received', 'missed', 'reconnects', 'restarts']) $(name).textContent = topic?.[name] ?? 0;
}

for (const choice of document.querySelectorAll('#transports input')) {
  choice.checked = choice.value === topic.transport;
  choice.onchange = () => {
    topic.use(choice.value);
    history.replaceState(null, '', '#by=' + choice.value);
  };
}

// A browser has six connections for all pages of a host: one that nobody sees keeps none of them. It
// loses nothing by that: it goes on at its cursor.
document.onvisibilitychange = () => {
  if (topic.transport !== 'sse' && topic.transport !== 'longpoll') return;
  if (document.hidden) topic.close();
  else topic.use(topic.transport);
};

$('from').value = localStorage.from ??= 'guest ' + Math.floor(100 * Math.random());
$('from').onchange = () => (localStorage.from = $('from').value);
$('say').onsubmit = (event) => {
  event.preventDefault();
  say($('from').value, $('text').value);
  $('text').value = '';
};
