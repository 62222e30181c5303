// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/base/time.hpp"

namespace tool {

/// How the program ends; docs/cli.md explains.
enum Exit : int {
  done = 0,
  failed = 1,       // the network or the peer
  misused = 2,      // the command line
  out_of_time = 3,  // --timeout
  refused = 4,      // an HTTP status that is not 2xx
};

/// What the command line asked for.
struct Options {
  std::string url;
  std::vector<std::string> fields;  // "Name: value"
  bool json = false;
  bool verbose = false;
  std::uint64_t count = 0;  // 0: no limit
  mote::Duration timeout = mote::Duration::forever();

  // TLS
  std::string ca;
  bool insecure = false;
  std::vector<std::string> pins;
  std::string certificate;
  std::string key;
  std::string client_ca;

  // get
  std::string method = "GET";
  std::string body;
  bool follow = false;

  // poll
  mote::Duration every{0};
  mote::Duration hold{0};

  // ws
  bool echo = false;
  bool binary = false;
  std::string subprotocols;
  mote::Duration linger{1000};
  std::size_t message_bytes_max = 1 << 20;

  // hook
  std::string secret;
  std::string type = "message";

  // servers
  std::uint16_t port = 0;
  std::string bind = "127.0.0.1";

  // hook listen
  std::vector<std::string> secrets;
  bool github = false;

  // serve
  std::vector<std::string> topics;
  std::vector<std::string> origins;
};

constexpr std::size_t message_bytes_most = 16 << 20;

int get(const Options& options);
int poll(const Options& options);
int sse(const Options& options);
int ws(const Options& options);
int hook_send(const Options& options);
int echo(const Options& options);
int serve(const Options& options);
int hook_listen(const Options& options);

}  // namespace tool
