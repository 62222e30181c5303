// SPDX-License-Identifier: MIT
#pragma once

namespace mote {

class Watch;

/// Something whose callbacks may destroy it, or end what it was doing and begin anew.
class Watched {
 public:
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

 protected:
  Watched() = default;
  ~Watched() { end_watches(); }

  /// What went on before is over: every Watch of now says so.
  inline void end_watches();

 private:
  friend class Watch;
  Watch* watches_ = nullptr;
};

/// Stands in a function that calls out, and tells afterwards whether all is as it was:
///
///     Watch watch(*this);
///     on_text(text);
///     if (watch.ended()) return;  // closed, opened anew or destroyed: touch no member
class Watch {
 public:
// GCC sees that the address of something on the stack is kept; it does not see the destructor.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wunknown-warning-option"
#pragma GCC diagnostic ignored "-Wdangling-pointer"
  explicit Watch(Watched& watched) : watched_(&watched), outer_(watched.watches_) {
    watched.watches_ = this;
  }
#pragma GCC diagnostic pop
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// To be asked when the Watches of the functions that were called meanwhile are gone.
  bool ended() const { return watched_ == nullptr; }

 private:
  friend class Watched;
  Watched* watched_;
  Watch* outer_;  // Watches nest as the functions do in which they stand.
};

void Watched::end_watches() {
  if (watches_) watches_->watched_ = nullptr;  // It tells those around it when it goes.
  watches_ = nullptr;
}

}  // namespace mote
