// SPDX-License-Identifier: MIT
// How browsers come to the board: by http and ws.
#pragma once

#include <port/port.hpp>

namespace board {

template <std::size_t N>
using Door = port::Listener<N>;

inline void say_use() {}

}  // namespace board
