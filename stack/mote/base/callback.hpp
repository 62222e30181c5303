// SPDX-License-Identifier: MIT
#pragma once

#include <new>
#include <type_traits>

namespace mote {

template <class Signature>
class Callback;

/// A function to call later: two words, never the heap.
///
/// Takes a function pointer or a lambda whose captures fit one pointer (`this`, or one reference);
/// anything larger does not compile. Copies freely. Test it before calling: it may be empty.
template <class R, class... Args>
class Callback<R(Args...)> {
 public:
  constexpr Callback() = default;

  template <class F, class = std::enable_if_t<!std::is_same_v<std::decay_t<F>, Callback>>>
  Callback(F function)
      : invoke_([](Held held, Args... args) -> R {
          return (*std::launder(reinterpret_cast<F*>(held.bytes)))(static_cast<Args&&>(args)...);
        }) {
    static_assert(std::is_invocable_r_v<R, F&, Args...>, "the function does not fit this callback");
    static_assert(sizeof(F) <= sizeof(Held) && std::is_trivially_copyable_v<F>,
                  "a Callback holds one pointer's worth of captures: `this`, or one reference");
    ::new (static_cast<void*>(held_.bytes)) F(function);
  }

  explicit operator bool() const { return invoke_ != nullptr; }

  /// What is held goes along by value: the callback may be replaced, or die with its owner, while
  /// the function runs.
  R operator()(Args... args) const { return invoke_(held_, static_cast<Args&&>(args)...); }

 private:
  struct Held {
    alignas(void*) unsigned char bytes[sizeof(void*)] = {};
  };

  R (*invoke_)(Held held, Args... args) = nullptr;
  Held held_;
};

}  // namespace mote
