// SPDX-License-Identifier: MIT
// An HTTP client on the board, for whichever server a test names. Words of the command line:
//   to=HOST:PORT     the peer; a user may stand before it
//   tls=yes          by TLS, of a program that can
//   get=PATH,PATH    asked for one after the other over one client
//   post=PATH,PATH   then these, each with a body of bytes=N
//   chunked=yes      whose length is not told before
//   redirects=no     are not followed
//   wait=MS          between two of them
//   tell=yes         each part of a body is told as it arrives
// The button prints the counters.
#include "mote/http/client.hpp"
#include "steered.hpp"

using namespace mote;
using steered::Line;

namespace {

port::SizedNet<4, 1024> net;
port::Stream stream{net};
http::SizedClient<512, 768> client{net, stream};
steered::Urls gets{"http", "get"};
steered::Urls posts{"http", "post"};
steered::Source source;
steered::Checked body;
std::uint8_t begun[100];  // How the body begins.
std::size_t begun_bytes = 0;

Status ask(std::string_view method, std::string_view url) {
  body = {};
  begun_bytes = 0;
  http::Request request;
  request.method = method;
  request.url = url;
  if (steered::has("redirects")) request.redirects = http::Redirects::report;
  if (method == "POST") {
    source.begin(steered::number("bytes"));
    request.more = [](ByteSpan room) { return source.fill(room); };
    if (!steered::has("chunked")) request.more_bytes = steered::number("bytes");
    request.rewind = [] { source.begin(steered::number("bytes")); };
  }
  return client.send(request);
}

void ask_next() {
  std::string_view method = "GET";
  std::string_view url = gets.next();
  if (url.empty()) {
    method = "POST";
    url = posts.next();
  }
  if (url.empty()) return port::print("no more");
  const Status begins = ask(method, url);
  if (begins != Status::ok) Line("send:") << to_string(begins);
}

io::Timer rest{net, ask_next};

void take_body(ByteView part) {
  body.take(part);
  for (const std::uint8_t byte : part) {
    if (begun_bytes < sizeof begun && byte != '\n') begun[begun_bytes++] = byte;
  }
  if (steered::has("tell")) Line("part") << text_of(part.first(part.size() - 1));
}

void say_end(Failure why) {
  Line line("done");
  line << client.code() << to_string(why.status) << body.size();
  if (body.size() <= sizeof begun) {
    line << text_of({begun, begun_bytes});
  } else {
    line << body.verdict();
  }
}

void take_end(Failure why) {
  say_end(why);
  rest.start({steered::number("wait")});
}

}  // namespace

int main() {
  client.on_body = take_body;
  client.on_done = take_end;
  client.limits.head = 3_s;
  client.limits.idle = 3_s;
  port::button.on_press = [] { port::print(net.counters()); };
  net.on_network = [](bool up) { port::print(up ? "network is up" : "network is down"); };
  ask_next();
  net.run();
}
