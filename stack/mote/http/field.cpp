// SPDX-License-Identifier: MIT
#include "mote/http/field.hpp"

#include "mote/http/message_writer.hpp"

namespace mote::http {

void put_basic(MessageWriter& head, const Field& field) { head.basic(field.name, field.value); }

void put_bearer(MessageWriter& head, const Field& field) { head.bearer(field.value); }

}  // namespace mote::http
