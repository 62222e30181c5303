// SPDX-License-Identifier: MIT
// The device of `./dev demo`: five techniques at once, each told line by line on the console.
#include <port/port.hpp>

#include "mote/base/byte_writer.hpp"
#include "mote/polling/poller.hpp"
#include "mote/sse/source.hpp"
#include "mote/webhook/sender.hpp"
#include "mote/ws/client.hpp"

using namespace mote;

namespace {

constexpr Duration between_messages{400};
// A device that is looked at should be back soon.
constexpr io::Backoff soon{{300}, {3'000}};
constexpr polling::Options polls{{}, {}, {}, soon, {50}, {500}};
constexpr sse::Options events{{}, soon, {10'000}};

port::SizedNet<5, 768> net;

void say(std::string_view what, std::string_view technique, std::uint32_t number) {
  std::uint8_t line[48];
  port::print(ByteWriter{line}.put(what).put(' ').put(technique).put(' ').number(number).text());
}

void say_after(std::string_view technique, std::uint32_t number, Instant since) {
  std::uint8_t line[48];
  ByteWriter out{line};
  out.put("got ").put(technique).put(' ').number(number).put(' ').number(net.now().ms - since.ms);
  port::print(out.text());
}

void say_lost(std::string_view technique, Status why) {
  std::uint8_t line[64];
  port::print(ByteWriter{line}.put("lost ").put(technique).put(' ').put(to_string(why)).text());
}

/// The next decimal number of `text`, which is cut behind it; 0 when there is none.
std::uint32_t next_number(std::string_view& text) {
  std::uint32_t number = 0;
  std::size_t at = 0;
  const auto is_digit = [&] { return text[at] >= '0' && text[at] <= '9'; };
  while (at < text.size() && !is_digit()) ++at;
  for (; at < text.size() && is_digit(); ++at) {
    number = number * 10 + static_cast<std::uint32_t>(text[at] - '0');
  }
  text = text_from(text, at);
  return number;
}

/// News are told as [{"n":4,"text":"news"},...].
void say_all(std::string_view technique, std::string_view news) {
  while (const std::uint32_t number = next_number(news)) say("got", technique, number);
}

/// Asks every half second what is new.
class ShortPolling {
 public:
  void start() {
    poller_.use(polls);
    poller_.on_news = [](const http::Response& news) { say_all("short", news.body); };
    poller_.on_retry = [](Failure why, Duration) { say_lost("short", why.status); };
    (void)poller_.every(500_ms, port::setting("short", "http://10.0.2.2:8080/news"));
  }

 private:
  port::Stream stream_{net};
  polling::SizedPoller<1024, 384> poller_{net, stream_};
};

/// Asks, and is answered when there is something new.
class LongPolling {
 public:
  void start() {
    poller_.use(polls);
    poller_.on_news = [](const http::Response& news) { say_all("long", news.body); };
    poller_.on_retry = [](Failure why, Duration) { say_lost("long", why.status); };
    (void)poller_.hold(25_s, port::setting("long", "http://10.0.2.2:8080/wait"));
  }

 private:
  port::Stream stream_{net};
  polling::SizedPoller<1024, 384> poller_{net, stream_};
};

/// Listens to a stream of events.
class EventStream {
 public:
  void start() {
    source_.use(events);
    source_.on_event = [](const sse::Event& event) { say_all("sse", event.data); };
    source_.on_retry = [](Failure why, Duration) { say_lost("sse", why.status); };
    (void)source_.open(port::setting("sse", "http://10.0.2.2:8080/events"));
  }

 private:
  port::Stream stream_{net};
  sse::SizedSource<512, 384> source_{net, stream_};
};

/// Says a number, and hears it come back.
class Echo {
 public:
  void start() {
    client_.on_open = [this] { timer_.start(0_ms); };
    client_.on_text = [this](std::string_view text) {
      const std::uint32_t number = next_number(text);
      if (number == number_) say_after("ws", number, sent_);
    };
    client_.on_lost = [this](const ws::Close&) { timer_.stop(); };
    client_.on_retry = [](Failure why, Duration) { say_lost("ws", why.status); };
    (void)client_.stay_open(port::setting("ws", "ws://10.0.2.2:8080/echo"), soon);
  }

 private:
  void send() {
    std::uint8_t text[12];
    timer_.start(between_messages);
    if (client_.send_text(ByteWriter{text}.number(number_ + 1).text()) != Status::ok) return;
    say("sent", "ws", ++number_);
    sent_ = net.now();
  }

  port::Stream stream_{net};
  ws::Client client_{net, stream_};
  io::Timer timer_{net, [this] { send(); }};
  std::uint32_t number_ = 0;
  Instant sent_{};
};

/// Posts a number, again and again until it is taken.
class Webhook {
 public:
  void start() {
    sender_.backoff = soon;
    sender_.attempts_max = 255;
    sender_.on_delivered = [this](const webhook::Delivery&) {
      ++delivered_;
      say_after("hook", delivered_, posted_[delivered_ % waiting_most]);
    };
    sender_.on_retry = [](Failure why, Duration) { say_lost("hook", why.status); };
    timer_.start(between_messages);
  }

 private:
  static constexpr std::size_t waiting_most = 4;

  void post() {
    std::uint8_t json[32];
    timer_.start(between_messages);
    const auto body = ByteWriter{json}.put(R"({"n":)").number(number_ + 1).put('}').text();
    if (sender_.post("counted", body) != Status::ok) return;  // The queue is full: later.
    say("sent", "hook", ++number_);
    posted_[number_ % waiting_most] = net.now();
  }

  port::Stream stream_{net};
  webhook::SizedSender<waiting_most, 64> sender_{
      net,
      stream_,
      {port::setting("hook", "http://10.0.2.2:8080/hooks"), "whsec_c2VjcmV0IGZvciBkZW1v"}};
  io::Timer timer_{net, [this] { post(); }};
  std::uint32_t number_ = 0;
  std::uint32_t delivered_ = 0;
  Instant posted_[waiting_most] = {};
};

/// Prints once a second what the loop and the board have used.
class Report {
 public:
  void start() { timer_.start(1_s); }

 private:
  void print() {
    port::print(net.counters());
    timer_.start(1_s);
  }

  io::Timer timer_{net, [this] { print(); }};
};

ShortPolling short_polling;
LongPolling long_polling;
EventStream event_stream;
Echo echo;
Webhook hook;
Report report;

}  // namespace

int main() {
  short_polling.start();
  long_polling.start();
  event_stream.start();
  echo.start();
  hook.start();
  report.start();
  net.run();
}
