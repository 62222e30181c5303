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
      : invoke_([](void* held, Args... args) -> R {
          return (*static_cast<F*>(held))(static_cast<Args&&>(args)...);
        }) {
    static_assert(std::is_invocable_r_v<R, F&, Args...>, "the function does not fit this callback");
    static_assert(sizeof(F) <= sizeof held_ && std::is_trivially_copyable_v<F>,
                  "a Callback holds one pointer's worth of captures: `this`, or one reference");
    ::new (static_cast<void*>(held_)) F(function);
  }

  explicit operator bool() const { return invoke_ != nullptr; }

  /// Calls a copy: the callback may be replaced, or die with its owner, while it runs.
  R operator()(Args... args) const {
    Callback self = *this;
    return self.invoke_(self.held_, static_cast<Args&&>(args)...);
  }

 private:
  R (*invoke_)(void* held, Args... args) = nullptr;
  alignas(void*) unsigned char held_[sizeof(void*)] = {};
};

}  // namespace mote
