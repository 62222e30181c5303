// SPDX-License-Identifier: MIT
// mote hook listen: deliveries that are what they claim to be become lines of standard output.
#include <algorithm>

#include "mote/encoding/token.hpp"
#include "mote/http/responder.hpp"
#include "mote/webhook/receiver.hpp"
#include "mote/webhook/signature.hpp"
#include "service.hpp"

namespace tool {
namespace {

using mote::Status;
using mote::http::Received;
using mote::http::Responder;
using mote::webhook::Arrival;
using mote::webhook::Scheme;

constexpr std::size_t body_bytes_max = 1 << 20;
/// Ids that are remembered, so that a delivery which comes again is printed once.
constexpr std::size_t ids_remembered = 4096;

/// A webhook::Receiver for large bodies, any number of them at a time.
class Listening final : public mote::http::Handler {
 public:
  Listening(Run& run, const Options& options)
      : run_(run),
        options_(options),
        secrets_(options.secrets.begin(), options.secrets.end()),
        receiver_(options.github ? Scheme::hub : Scheme::standard,
                  {secrets_.data(), secrets_.size()},
                  {},
                  {ids_.data(), ids_.size()}) {
    receiver_.on_delivery = [this](const Arrival& arrival) { return print(arrival); };
    receiver_.on_refused = [this](Status why, std::string_view id) {
      run_.complain("refused " + (id.empty() ? "a delivery" : json_text(id)), to_string(why));
    };
  }

  bool keeps(std::string_view field_name) const override {
    return receiver_.keeps(field_name) ||
           mote::encoding::equal_ignoring_case(field_name, "content-length");
  }

  bool on_head(const Received& request, Responder& responder) override {
    (void)receiver_.on_head(request, responder);
    if (responder.may_answer()) bodies_.begin(request, responder);
    return true;
  }

  std::size_t on_body(Responder& responder, mote::ByteView part) override {
    bodies_.add(responder, part);
    return part.size();
  }

  void on_request(const Received& request, Responder& responder) override {
    const std::string body = bodies_.take(responder);
    Received whole = request;
    whole.body = mote::bytes_of(body);
    receiver_.on_request(whole, responder);
  }

  void on_gone(Responder& responder) override { bodies_.drop(responder); }

 private:
  /// Returns whether it was printed; if not, it is for the sender to try again.
  bool print(const Arrival& arrival) {
    if (run_.is_stopping()) return false;
    const std::string_view body = mote::text_of(arrival.body);
    std::string line{body};
    // In JSON, ends of lines mean nothing.
    std::replace_if(
        line.begin(),
        line.end(),
        [](char each) { return static_cast<unsigned char>(each) < 0x20; },
        ' ');
    if (options_.json) {
      line = "{\"id\":" + json_text(arrival.id);
      if (options_.github) line += ",\"event\":" + json_text(arrival.event);
      line += ",\"data\":" + json_text(body) + "}";
    }
    if (!write_out(line + "\n")) {
      run_.stop(done);
      return false;
    }
    run_.count();
    return true;
  }

  Run& run_;
  const Options& options_;
  std::vector<std::string_view> secrets_;
  std::vector<std::uint64_t> ids_ = std::vector<std::uint64_t>(ids_remembered);
  mote::webhook::Receiver receiver_;
  Bodies bodies_{body_bytes_max};
};

/// Whether a secret is one; for GitHub every text is.
bool is_secret(const std::string& secret, bool github) {
  char signature[mote::webhook::signature_size];
  return github ? !secret.empty()
                : mote::webhook::sign(secret, "msg", "0", {}, signature) == Status::ok;
}

}  // namespace

int hook_listen(const Options& options) {
  const auto run = std::make_unique<ServerRun>(options);
  for (const std::string& secret : options.secrets) {
    if (is_secret(secret, options.github)) continue;
    run->complain("--secret", "this is no secret: whsec_ and base64");
    return misused;
  }
  Listening listening(*run, options);
  const mote::http::Route routes[] = {{"POST", "*", listening}};
  const auto service = std::make_unique<Service>(*run, options, routes);
  return service->run();
}

}  // namespace tool
