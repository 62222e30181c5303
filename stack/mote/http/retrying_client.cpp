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
  retry_.succeeded();
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
  retry_.start(wait);
}

void RetryingClient::plan(Failure why, const io::Backoff& backoff) {
  state_ = State::waiting;
  const Duration wait = retry_.wait(backoff, asked_wait_);
  if (on_retry) on_retry(why, wait);
}

void RetryingClient::close_soon() {
  if (state_ == State::closed || state_ >= State::closing_open) return;
  const State next = state_ == State::open ? State::closing_open : State::closing;
  abort();
  state_ = next;
  retry_.start({0});
}

void RetryingClient::abort() {
  cancel();
  retry_.stop();
  state_ = State::closed;
}

void RetryingClient::on_due() {
  Failure why{Status::closed, Layer::application, 0};
  switch (state_) {
    case State::closed:
    case State::asking: return;
    case State::open: return retry_.succeeded();
    case State::waiting:
      why.status = ask();
      if (why.status == Status::ok) return;
      break;
    case State::closing_open:
    case State::closing: break;
  }
  got_end(why);
}

}  // namespace mote::http
