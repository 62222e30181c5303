// SPDX-License-Identifier: MIT
#include "mote/http/retrying_client.hpp"

#include <algorithm>

#include "mote/encoding/token.hpp"
#include "mote/http/retry_after.hpp"

namespace mote::http {

using namespace std::literals;

bool RetryingClient::is_final(Failure why) {
  switch (why.status) {
    case Status::bad_url:
    case Status::bad_argument:
    case Status::insecure:
    case Status::too_many_redirects: return true;
    case Status::too_large: return why.layer == Layer::application;  // The request is.
    default: return false;
  }
}

Status RetryingClient::start() {
  timer_.succeeded();
  const Status status = ask();
  if (status != Status::no_slot && status != Status::busy) return status;
  ask_after({0});
  return Status::ok;
}

Status RetryingClient::send_again(const PlainRequest& request) {
  asked_wait_ = {0};
  const Status status = send(request);
  if (status == Status::ok) state_ = State::asking;
  return status;
}

void RetryingClient::got_field(const Field& field) {
  if (encoding::equal_ignoring_case(field.name, "Retry-After"sv))
    (void)read_retry_after(field.value, loop().unix_seconds(), asked_wait_);
}

void RetryingClient::ask_after(Duration wait) {
  state_ = State::waiting;
  timer_.start(wait);
  rest(wait);
}

void RetryingClient::plan(Failure why, const io::Backoff& backoff) {
  state_ = State::waiting;
  const Duration wait = timer_.wait(backoff, asked_wait_);
  rest(wait);
  if (on_retry) on_retry(why, wait);
}

void RetryingClient::close_soon() {
  if (state_ == State::closed || state_ >= State::closing_open) return;
  const State next = state_ == State::open ? State::closing_open : State::closing;
  abort();
  ask_after({0});
  state_ = next;
}

void RetryingClient::abort() {
  cancel();
  state_ = State::closed;
}

void RetryingClient::got_rested() {
  Failure why{Status::closed, Layer::application, 0};
  if (state_ == State::waiting) {
    why.status = ask();
    if (why.status == Status::ok) return;
  }
  got_end(why);
}

}  // namespace mote::http
