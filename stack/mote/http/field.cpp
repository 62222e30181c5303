// SPDX-License-Identifier: MIT
#include "mote/http/field.hpp"

#include "mote/http/message_writer.hpp"

namespace mote::http {

void put_field(MessageWriter& head, const Field& field) {
  switch (field.kind) {
    case Field::Kind::plain:
    case Field::Kind::secret: head.field(field.name, field.value); break;
    case Field::Kind::basic: head.basic(field.name, field.value); break;
    case Field::Kind::bearer: head.bearer(field.value); break;
  }
}

}  // namespace mote::http
