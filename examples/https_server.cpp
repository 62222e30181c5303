// SPDX-License-Identifier: MIT
// Lamps by https: a page, and JSON at /lamps/{name} to read (GET) and to switch (PUT {"on":true}).
#include <charconv>
#include <port/tls.hpp>

#include "device.hpp"
#include "mote/base/byte_writer.hpp"
#include "mote/encoding/json.hpp"
#include "mote/http/received.hpp"
#include "mote/http/responder.hpp"
#include "mote/http/server.hpp"

using namespace mote;

static constexpr std::string_view page = R"(<!doctype html><html lang="en"><meta charset="utf-8">
<title>Lamps</title><h1>Lamps</h1>
<label><input type="checkbox" id="door"> door</label>
<label><input type="checkbox" id="yard"> yard</label>
<script>
for (const box of document.querySelectorAll('input')) {
  const path = '/lamps/' + box.id;
  fetch(path).then(answer => answer.json()).then(lamp => { box.checked = lamp.on; });
  box.onchange = () => fetch(path, {method: 'PUT', body: JSON.stringify({on: box.checked})});
}
</script></html>
)";

struct Lamp {
  std::string_view name;
  bool on;
};
static Lamp lamps[] = {{"door", false}, {"yard", true}};

static Lamp* find(std::string_view name) {
  for (Lamp& lamp : lamps)
    if (lamp.name == name) return &lamp;
  return nullptr;
}

static void answer(const Lamp* lamp, http::Responder& responder) {
  if (!lamp) return (void)responder.answer(404, "application/json", R"({"error":"no such lamp"})");
  std::uint8_t memory[64];
  ByteWriter json{memory};
  json.put(R"({"name":)");
  encoding::put_json(json, lamp->name);
  json.put(lamp->on ? R"(,"on":true})" : R"(,"on":false})");
  (void)responder.answer(200, "application/json", json.text());
}

/// Whether `text` is {"on":true} or {"on":false}; `on` becomes what it says.
static bool read_wish(std::string_view text, bool& on) {
  using encoding::take_json_mark;
  std::uint8_t memory[8];
  ByteWriter key{memory};
  if (!take_json_mark(text, '{') || !encoding::take_json_string(text, key)) return false;
  if (key.text() != "on") return false;
  if (!take_json_mark(text, ':')) return false;
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  on = text_first(text, 4) == "true";
  if (!on && text_first(text, 5) != "false") return false;
  text = text_from(text, on ? 4 : 5);
  return take_json_mark(text, '}') && text.empty();
}

static port::SizedNet<6, 1024> net;  // 6 blocks of 1 KiB
static port::Identity identity{device::certificates, device::key};
static port::Tickets tickets;  // who comes back is known by one, without much computing
static port::TlsListener<5> door{net, identity};  // the fifth is told that the server is full

static http::CallbackHandler show_page{[](const http::Received&, http::Responder& responder) {
  (void)responder.answer_constant(200, "text/html; charset=utf-8", bytes_of(page));
}};
static http::CallbackHandler show{[](const http::Received& request, http::Responder& responder) {
  answer(find(request.parameter("name")), responder);
}};
static http::CallbackHandler change{[](const http::Received& request, http::Responder& responder) {
  Lamp* const lamp = find(request.parameter("name"));
  bool on = false;
  if (lamp && !read_wish(text_of(request.body), on))
    return (void)responder.answer(400, "application/json", R"({"error":"say {\"on\":true}"})");
  if (lamp) lamp->on = on;
  if (lamp == &lamps[0]) port::led(on);
  answer(lamp, responder);
}};
static const http::Route routes[] = {
    {"GET", "/", show_page}, {"GET", "/lamps/{name}", show}, {"PUT", "/lamps/{name}", change}};
static http::SizedServer<4> server{net, door, routes};

int main() {
  identity.issue(tickets);
  const std::string_view text = port::setting("port", "8443").text();
  std::uint16_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  const Status status = server.listen(number);
  port::print(status == Status::ok ? "listens" : to_string(status));
  net.run();
}
