// SPDX-License-Identifier: MIT
#pragma once

namespace mote {

template <class T, class Tag>
class List;

/// Lets an object stand in one List<T> at a time: T derives from Linked<T>. To stand in a second
/// kind of list it derives from Linked<T, AnotherTag> too. An object that dies leaves its list.
template <class T, class Tag = T>
class Linked {
 public:
  Linked(const Linked&) = delete;
  Linked& operator=(const Linked&) = delete;

 protected:
  Linked() = default;
  ~Linked() { leave(); }

 private:
  friend class List<T, Tag>;

  void enter_before(Linked& other) {
    next_ = &other;
    previous_ = other.previous_;
    previous_->next_ = this;
    other.previous_ = this;
  }
  void leave() {
    next_->previous_ = previous_;
    previous_->next_ = next_;
    next_ = previous_ = this;
  }

  Linked* next_ = this;
  Linked* previous_ = this;
};

/// A doubly linked list of objects that live elsewhere. Owns nothing; must outlive its entries or
/// be empty when it dies.
template <class T, class Tag = T>
class List {
  using Link = Linked<T, Tag>;

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
  T* pop_front() {
    T* const entry = front();
    if (entry) remove(*entry);
    return entry;
  }

  /// Takes `entry` out of whichever list of this kind it stands in; harmless when it is in none.
  static void remove(T& entry) { link(entry).leave(); }
  static bool contains(const T& entry) {
    const Link& self = entry;
    return self.next_ != &self;
  }

 private:
  struct Head : Link {
    Head() = default;
  };

  static Link& link(T& entry) { return entry; }
  T* at(Link* found) { return found == &head_ ? nullptr : static_cast<T*>(found); }

  Head head_;
};

}  // namespace mote
