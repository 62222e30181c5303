// SPDX-License-Identifier: MIT
// mote serve: topics for every technique, and a page that chats in one of them.
#include <algorithm>
#include <memory>

#include "mote/http/cors.hpp"
#include "mote/http/host_filter.hpp"
#include "mote/http/origin_filter.hpp"
#include "mote/topic/feed.hpp"
#include "page.hpp"
#include "service.hpp"

namespace tool {
namespace {

using mote::http::Route;

/// What the page calls its topic.
constexpr std::string_view topic_of_page = "room";

/// One topic with its routes: /NAME, /NAME/events and /NAME/socket.
class Served {
 public:
  /// As much as a topic keeps, and the longest message.
  static constexpr std::size_t ring_bytes = 1 << 20;
  static constexpr std::size_t message_bytes_max = 16 << 10;

  Served(mote::io::Loop& loop, std::string_view name, const mote::ws::Options& wishes)
      : path_("/" + std::string(name)),
        events_path_(path_ + "/events"),
        socket_path_(path_ + "/socket"),
        topic_(loop, {ring_.data(), ring_.size()}, message_bytes_max) {
    feed_.socket.use(wishes);
  }

  void add_routes(std::vector<Route>& routes) {
    routes.emplace_back("GET", path_, feed_.poll);
    routes.emplace_back("POST", path_, feed_.publish);
    routes.emplace_back("GET", events_path_, feed_.events);
    routes.emplace_back("GET", socket_path_, feed_.socket);
  }

 private:
  std::string path_;
  std::string events_path_;
  std::string socket_path_;
  std::vector<std::uint8_t> ring_ = std::vector<std::uint8_t>(ring_bytes);
  mote::topic::Topic topic_;
  mote::topic::Feed feed_{topic_};
};

bool is_name(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char each) {
    return std::isalnum(each) || each == '-' || each == '_';
  });
}

/// Who listens on this machine alone is reached by no other name: see http::HostFilter.
bool is_loopback(const std::string& address) {
  return address == "::1" || address.compare(0, 4, "127.") == 0;
}

/// Who may ask, and which pages may read the answers.
class Guards {
 public:
  explicit Guards(const Options& options)
      : origins_(options.origins.begin(), options.origins.end()),
        origin_filter_({origins_.data(), origins_.size()}) {
    rules_.origins = {origins_.data(), origins_.size()};
    rules_.fields = "Content-Type, If-None-Match";
    if (is_loopback(options.bind)) filters_.push_back(&host_filter_);
    if (!origins_.empty()) filters_.push_back(&cors_);
    filters_.push_back(&origin_filter_);
    wishes_.subprotocols = "mote.v1";
    wishes_.origins = rules_.origins;
    server_.filters = {filters_.data(), filters_.size()};
  }
  const mote::ws::Options& wishes() const { return wishes_; }
  const mote::http::ServerOptions& server() const { return server_; }

 private:
  static constexpr std::string_view own_names[] = {"localhost"};

  std::vector<std::string_view> origins_;
  mote::http::HostFilter host_filter_{own_names};
  mote::http::CorsOptions rules_;
  mote::http::Cors cors_{rules_};
  mote::http::OriginFilter origin_filter_;
  std::vector<mote::http::Filter*> filters_;
  mote::ws::Options wishes_;
  mote::http::ServerOptions server_;
};

}  // namespace

int serve(const Options& options) {
  std::vector<std::string> names = options.topics;
  names.emplace_back(topic_of_page);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());

  const auto run = std::make_unique<ServerRun>(options);
  const Guards guards(options);
  std::vector<std::unique_ptr<Served>> topics;
  std::vector<Route> routes;
  for (const std::string& name : names) {
    if (!is_name(name)) {
      run->complain("--topic " + name, "letters, digits, - and _ make a name");
      return misused;
    }
    topics.push_back(std::make_unique<Served>(run->loop(), name, guards.wishes()));
    topics.back()->add_routes(routes);
  }
  routes.emplace_back("GET", "/*", page::folder);
  const auto service = std::make_unique<Service>(
      *run, options, mote::Span<const Route>{routes.data(), routes.size()});
  service->use(guards.server());
  return service->run();
}

}  // namespace tool
