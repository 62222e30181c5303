// SPDX-License-Identifier: MIT
// mote: Mote's techniques from the command line. This file reads the command line; each command is
// in a file of its own.
#include <CLI/CLI.hpp>
#include <map>

#include "options.hpp"

namespace {

using mote::Duration;

/// "250ms", "2s", "5m"; a bare number is seconds.
Duration duration(const std::string& text) {
  static const std::map<std::string, double> units = {
      {"ms", 1}, {"", 1000}, {"s", 1000}, {"m", 60'000}, {"min", 60'000}, {"h", 3'600'000}};
  std::size_t end = 0;
  double number = -1;
  try {
    number = std::stod(text, &end);
  } catch (const std::exception&) {
  }
  const auto unit = units.find(text.substr(end));
  if (number < 0 || unit == units.end() || number * unit->second > 4e9)
    throw CLI::ValidationError(text, "is no length of time; write 250ms, 2s or 5m");
  return {static_cast<std::uint32_t>(number * unit->second)};
}

void add_duration(CLI::App& app, const char* name, Duration& value, const char* help) {
  app.add_option_function<std::string>(
         name, [&value](const std::string& text) { value = duration(text); }, help)
      ->type_name("TIME");
}

CLI::App& add_command(CLI::App& app, const char* name, const char* help, tool::Options& options) {
  CLI::App& command = *app.add_subcommand(name, help);
  command.add_flag("--json", options.json, "print one JSON object a line");
  command.add_flag("-v,--verbose", options.verbose, "say on standard error what happens");
  add_duration(command, "--timeout", options.timeout, "end after so long, with exit code 3");
  return command;
}

void add_identity(CLI::App& command, tool::Options& options) {
  command
      .add_option("--cert", options.certificate, "own certificate and those above it, PEM or DER")
      ->type_name("FILE");
  command.add_option("--key", options.key, "the key of --cert, where that has none")
      ->type_name("FILE");
}

CLI::App& add_client(CLI::App& app, const char* name, const char* help, tool::Options& options) {
  CLI::App& command = add_command(app, name, help, options);
  command.add_option("URL", options.url, "where to")->required();
  command
      .add_option("-H,--header", options.fields, "own header field, \"Name: value\"; repeatable")
      ->type_name("FIELD");
  command.add_option("--ca", options.ca, "believe these authorities, not the system's; PEM or DER")
      ->type_name("FILE");
  command
      .add_option("--pin", options.pins, "SHA-256 of a key that must be there, base64; repeatable")
      ->type_name("PIN");
  command.add_flag("--insecure", options.insecure, "believe whoever answers; with --pin: that key");
  add_identity(command, options);
  return command;
}

CLI::App& add_server(CLI::App& app, const char* name, const char* help, tool::Options& options) {
  CLI::App& command = add_command(app, name, help, options);
  command.add_option("PORT", options.port, "where to listen; 0: on one that is free")->required();
  command
      .add_option("--bind", options.bind, "the address to listen on; :: or 0.0.0.0: on all of them")
      ->type_name("ADDRESS")
      ->capture_default_str();
  add_identity(command, options);
  command
      .add_option(
          "--client-ca", options.client_ca, "let in whom these authorities know; PEM or DER")
      ->type_name("FILE");
  return command;
}

void add_count(CLI::App& command, tool::Options& options, const char* help) {
  command.add_option("-n", options.count, help)->type_name("COUNT");
}

void add_message_limit(CLI::App& command, tool::Options& options, const char* help) {
  command.add_option("--max-message", options.message_bytes_max, help)
      ->check(CLI::Range(std::size_t{1}, tool::message_bytes_most))
      ->type_name("BYTES")
      ->capture_default_str();
}

void add_get(CLI::App& app, tool::Options& options) {
  CLI::App& get = add_client(app, "get", "sends a request, writes the body as it arrives", options);
  get.add_option("-X,--method", options.method, "the method")->capture_default_str();
  get.add_option("-d,--data", options.body, "a body to send");
  get.add_flag("--follow", options.follow, "follow redirects");
}

void add_poll(CLI::App& app, tool::Options& options) {
  CLI::App& poll = add_client(app, "poll", "asks again and again, prints what is new", options);
  add_duration(poll, "--every", options.every, "short polling: ask once in this time");
  add_duration(poll, "--hold", options.hold, "long polling: the server may hold a request so long");
  add_count(poll, options, "end after so many answers with news");
  poll.callback([&options] {
    if ((options.every.ms == 0) == (options.hold.ms == 0))
      throw CLI::ValidationError("poll", "give either --every or --hold");
  });
}

void add_ws(CLI::App& app, tool::Options& options) {
  CLI::App& ws = add_client(app, "ws", "lines of standard input become messages", options);
  ws.add_flag("--echo", options.echo, "send back whatever comes, until the peer closes");
  ws.add_flag("--binary", options.binary, "send binary messages instead of text");
  ws.add_option("--subprotocol", options.subprotocols, "comma-separated, most wanted first");
  add_message_limit(ws, options, "a longer message ends with 1009");
  add_duration(
      ws, "--linger", options.linger, "of silence after the end of standard input, then close");
  add_count(ws, options, "end after so many messages received");
}

void add_hooks(CLI::App& app, tool::Options& options) {
  CLI::App& hook = *app.add_subcommand("hook", "webhooks");
  hook.require_subcommand(1);
  CLI::App& send =
      add_client(hook, "send", "lines of standard input become signed deliveries", options);
  send.add_option("--secret", options.secret, "whsec_ and base64, as the receiver knows it")
      ->required();
  send.add_option("--type", options.type, "the events' type")->capture_default_str();
  CLI::App& listen =
      add_server(hook, "listen", "prints the deliveries that are signed rightly", options);
  listen
      .add_option(
          "--secret", options.secrets, "as the sender knows it; repeatable while it is changed")
      ->required()
      ->type_name("TEXT");
  listen.add_flag("--github", options.github, "signed as GitHub does, in X-Hub-Signature-256");
  add_count(listen, options, "end after so many deliveries");
}

void add_servers(CLI::App& app, tool::Options& options) {
  CLI::App& serve =
      add_server(app, "serve", "topics for every technique, and a page to try them", options);
  serve.add_option("--topic", options.topics, "a topic beside room; repeatable")->type_name("NAME");
  serve
      .add_option(
          "--origin", options.origins, "whose pages may use it, http://host or *; repeatable")
      ->type_name("ORIGIN");
  CLI::App& echo =
      add_server(app, "echo", "sends messages and the bodies of requests back", options);
  add_message_limit(echo, options, "a longer message ends with 1009, a longer body with 413");
}

}  // namespace

// Only a mistake in the declarations below throws.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char** argv) {
  tool::Options options;
  CLI::App app{"mote: HTTP polling and streaming, Server-Sent Events, WebSocket and webhooks"};
  app.require_subcommand(1);
  app.set_version_flag("--version", MOTE_VERSION);
  app.footer("Exit codes: 0 done, 1 network or peer failed, 2 misused, 3 out of time, 4 not 2xx.");

  add_get(app, options);
  add_poll(app, options);
  CLI::App& sse = add_client(app, "sse", "prints the events of an event stream", options);
  add_count(sse, options, "end after so many events");
  add_ws(app, options);
  add_hooks(app, options);
  add_servers(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? tool::done : tool::misused;
  }

  using Command = int (*)(const tool::Options&);
  static const std::map<std::string, Command> commands = {{"get", tool::get},
                                                          {"poll", tool::poll},
                                                          {"sse", tool::sse},
                                                          {"ws", tool::ws},
                                                          {"serve", tool::serve},
                                                          {"echo", tool::echo}};
  const CLI::App& command = *app.get_subcommands().front();
  if (const auto named = commands.find(command.get_name()); named != commands.end())
    return named->second(options);
  return command.got_subcommand("listen") ? tool::hook_listen(options) : tool::hook_send(options);
}
