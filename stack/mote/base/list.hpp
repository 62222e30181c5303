// SPDX-License-Identifier: MIT
#pragma once

namespace mote {

template <class T, class Tag>
class List;

/// A place in a ring, alone in it at first. What lists of every kind are made of.
class Link {
 public:
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

 protected:
  Link() = default;
  ~Link() {
    next_->previous_ = previous_;
    previous_->next_ = next_;
  }

 private:
  template <class T, class Tag>
  friend class List;

  void enter_before(Link& other);
  void leave();
  /// Takes the one behind this one out of the ring; this one itself when it is alone.
  Link* take_next();
  /// Brings all others of the ring of `other` in before this one, in their order.
  void take_all(Link& other);

  Link* next_ = this;
  Link* previous_ = this;
};

/// Lets an object stand in one List<T> at a time: T derives from Linked<T>. To stand in a second
/// kind of list it derives from Linked<T, AnotherTag> too. An object that dies leaves its list.
template <class T, class Tag = T>
class Linked : public Link {};

/// A doubly linked list of objects that live elsewhere. Owns nothing; must outlive its entries or
/// be empty when it dies.
template <class T, class Tag = T>
class List {
 public:
  bool empty() const { return head_.next_ == &head_; }
  T* front() { return at(head_.next_); }
  T* back() { return at(head_.previous_); }
  /// The neighbours of an entry; nullptr at the ends.
  T* after(T& entry) { return at(link(entry).next_); }
  T* before(T& entry) { return at(link(entry).previous_); }

  void push_back(T& entry) { link(entry).enter_before(head_); }
  void push_front(T& entry) { link(entry).enter_before(*head_.next_); }
  void insert_after(T& place, T& entry) { link(entry).enter_before(*link(place).next_); }
  T* pop_front() { return at(head_.take_next()); }
  /// Moves all entries of `other` to the end of this list.
  void take_all(List& other) { head_.take_all(other.head_); }

  /// Takes `entry` out of whichever list of this kind it stands in; harmless when it is in none.
  static void remove(T& entry) { link(entry).leave(); }
  static bool contains(const T& entry) {
    const Linked<T, Tag>& self = entry;
    return self.next_ != &self;
  }

 private:
  struct Head : Link {
    Head() = default;
  };

  static Link& link(T& entry) { return static_cast<Linked<T, Tag>&>(entry); }
  T* at(Link* found) {
    if (found == &head_) return nullptr;
    return &static_cast<T&>(static_cast<Linked<T, Tag>&>(*found));
  }

  Head head_;
};

}  // namespace mote
