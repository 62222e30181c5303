// SPDX-License-Identifier: MIT
// lwIP with a thread of its own: its callbacks come at any moment, the application is called by
// poll() alone and never with the core lock held. Real time, and traffic to our own address.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "lwip/core_lock.hpp"
#include "lwip/listener.hpp"
#include "lwip/netif.h"
#include "lwip/tcpip.h"

namespace mote {
namespace {

using namespace std::chrono_literals;

netif device;

err_t start_interface(netif* interface) {
  interface->name[0] = 'd';
  interface->name[1] = 'e';
  // What goes out comes in again, by way of the thread's mailbox: between two packets it looks at
  // its timers and lets go of the lock. (lwIP's own loopback does neither while packets bring forth
  // packets, and two ends which both lost something answer each other's acknowledgements for ever.)
  interface->output = [](netif* from, pbuf* packet, const ip4_addr_t*) -> err_t {
    pbuf* const copy = pbuf_clone(PBUF_LINK, PBUF_RAM, packet);
    if (!copy) return ERR_MEM;
    const err_t status = tcpip_input(copy, from);
    if (status != ERR_OK) pbuf_free(copy);
    return status;
  };
  interface->mtu = 1500;
  interface->flags = NETIF_FLAG_LINK_UP;
  return ERR_OK;
}

class Net final : public lwip::Net {
 public:
  Net() : lwip::Net(memory_, sizeof memory_ / 8) {}
  void wake() override {
    const std::lock_guard<std::mutex> guard(mutex_);
    woken_ = true;
    changed_.notify_one();
  }
  void random(ByteSpan out) override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(lwip_port_rand());
  }

  bool until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      (void)poll({50});
    }
    return true;
  }

 protected:
  void start() override {
    static bool started = false;
    if (started) return;
    started = true;
    std::promise<void> ready;
    tcpip_init([](void* promise) { static_cast<std::promise<void>*>(promise)->set_value(); },
               &ready);
    ready.get_future().wait();
    const lwip::CoreLock lock;
    ip4_addr_t address, mask, gateway;
    IP4_ADDR(&address, 10, 0, 0, 1);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 10, 0, 0, 2);
    netif_add(&device, &address, &mask, &gateway, nullptr, start_interface, tcpip_input);
    netif_set_default(&device);
    netif_set_up(&device);
  }
  bool receive_frame() override { return false; }
  void sleep(Duration at_most) override {
    std::unique_lock<std::mutex> guard(mutex_);
    changed_.wait_for(guard, std::chrono::milliseconds(at_most.ms), [this] { return woken_; });
    woken_ = false;
  }

 private:
  alignas(8) std::uint8_t memory_[8 * 1024];
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
};

/// One end of a connection: sends `text` as there is room, gathers what comes.
struct End : io::TransportEvents {
  io::Transport* transport = nullptr;
  std::string text, received, said;
  std::size_t sent = 0;
  bool echoes = false;

  void go() {
    while (sent < text.size()) {
      const auto piece = std::string_view(text).substr(sent, 700);
      if (transport->send(bytes_of(piece), {}, io::Urgency::data) != Status::ok) return;
      sent += piece.size();
    }
  }
  void on_connected() override {
    said += "connected ";
    go();
  }
  std::size_t on_received(ByteSpan bytes) override {
    if (!echoes) {
      received += text_of(bytes);
      return bytes.size();
    }
    // Whole, or not at all: what is refused comes again after on_writable.
    const ByteSpan taken = bytes.first(std::min(bytes.size(), std::size_t{1'000}));
    waits = transport->send(taken, {}, io::Urgency::data) != Status::ok;
    if (waits) return 0;
    if (taken.size() < bytes.size()) transport->resume();
    return taken.size();
  }
  void on_writable() override {
    go();
    if (waits) {
      waits = false;
      transport->resume();
    }
  }
  void on_ended() override {
    said += "ended ";
    transport->close();
  }
  void on_closed(Failure why) override {
    said += "closed:";
    said += to_string(why.status);
  }
  bool waits = false;
};

struct Door : io::Acceptor {
  io::TransportEvents* on_accepted(io::Transport& fresh) override {
    End& end = ends[count++ % 4];
    end = End{};
    end.transport = &fresh;
    end.echoes = true;
    return &end;
  }
  End ends[4];
  std::size_t count = 0;
};

TEST(ThreadedTcp, echoes_a_megabyte_over_three_connections_at_once) {
  Net net;
  Door door;
  lwip::Listener<4> listener(net);
  ASSERT_EQ(listener.listen(80, door), Status::ok);
  std::string text;
  while (text.size() < 300'000) text += std::to_string(text.size()) + ' ';
  End ends[3];
  lwip::Tcp tcps[3] = {lwip::Tcp(net), lwip::Tcp(net), lwip::Tcp(net)};
  for (int i = 0; i < 3; ++i) {
    ends[i].transport = &tcps[i];
    ends[i].text = text;
    ASSERT_EQ(tcps[i].connect({"10.0.0.1", 80, io::Security::none}, ends[i]), Status::ok);
  }
  for (End& end : ends) {
    ASSERT_TRUE(net.until([&] { return end.received.size() >= text.size(); }))
        << end.said << end.sent << " sent, back " << end.received.size();
    EXPECT_EQ(end.received, text);
  }
  for (lwip::Tcp& tcp : tcps) tcp.close();
  for (End& end : ends) {
    ASSERT_TRUE(net.until([&] { return end.said == "connected closed:closed"; })) << end.said;
  }
}

TEST(ThreadedTcp, ends_in_every_way_while_the_thread_goes_on) {
  Net net;
  Door door;
  lwip::Listener<4> listener(net);
  ASSERT_EQ(listener.listen(81, door), Status::ok);
  for (int i = 0; i < 200; ++i) {
    End end;
    lwip::Tcp tcp(net);
    end.transport = &tcp;
    end.text = std::string(static_cast<std::size_t>(i) * 20, 'x');
    ASSERT_EQ(tcp.connect({"10.0.0.1", 81, io::Security::none}, end), Status::ok);
    const int way = i % 4;
    if (way > 0) {
      ASSERT_TRUE(net.until([&] { return !end.said.empty(); }));
    }
    if (way == 1) tcp.abort();
    if (way == 2) tcp.close();
    if (way == 3) {
      ASSERT_TRUE(net.until([&] { return end.received.size() == end.text.size(); }));
      tcp.close();
      ASSERT_TRUE(net.until([&] { return end.said == "connected closed:closed"; })) << end.said;
    }
  }
}

TEST(ThreadedTcp, hears_of_the_cable_from_another_thread) {
  Net net;
  Door door;
  lwip::Listener<4> listener(net);
  ASSERT_EQ(listener.listen(82, door), Status::ok);
  End end;
  lwip::Tcp tcp(net);
  end.transport = &tcp;
  ASSERT_EQ(tcp.connect({"10.0.0.1", 82, io::Security::none}, end), Status::ok);
  ASSERT_TRUE(net.until([&] { return !end.said.empty(); }));
  std::thread driver([&] {
    const lwip::CoreLock lock;
    netif_set_link_down(&device);
    net.wake();
  });
  ASSERT_TRUE(net.until([&] { return end.said == "connected closed:unreachable"; })) << end.said;
  driver.join();
  const lwip::CoreLock lock;
  netif_set_link_up(&device);
}

}  // namespace
}  // namespace mote
