// SPDX-License-Identifier: MIT
// The examples of RFC 6455 §5.7, and every rule of §5.1 to §5.5 broken once. Each input is read
// whole, byte by byte, and cut in two at every place: what the decoder says must not change.
#include "mote/ws/frame.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "support/cut.hpp"

namespace mote::ws {
namespace {

using Kind = FrameDecoder::Kind;

/// What the decoder says about `pieces`: "text+final 5 [Hello]" for the first example. Each piece
/// lies in memory of its own size, so that a sanitizer sees what is read beyond it.
std::string transcript(Role us, const mote::test::Pieces& pieces) {
  static constexpr const char* names[] = {
      "cont", "text", "binary", "", "", "", "", "", "close", "ping", "pong"};
  FrameDecoder decoder{us};
  std::string said, payload;
  for (const std::string& piece : pieces) {
    const auto memory = std::make_unique<std::uint8_t[]>(piece.size());
    std::copy(piece.begin(), piece.end(), memory.get());
    ByteSpan input{memory.get(), piece.size()};
    for (auto step = decoder.next(input); step.kind != Kind::need_more;
         step = decoder.next(input)) {
      input = input.from(step.used);
      if (step.kind == Kind::broken) return said + "broken";
      if (step.kind == Kind::header) {
        said += names[static_cast<int>(decoder.opcode())];
        said += decoder.final() ? "+final " : " ";
        said += std::to_string(decoder.left()) + " [";
        payload.clear();
      } else {
        payload.append(step.payload.begin(), step.payload.end());
        if (step.last) said += (payload.size() < 32 ? payload : "...") + "]";
      }
    }
  }
  return said;
}

void expect_however_cut(Role us, const std::string& bytes, const std::string& expected) {
  for (const mote::test::Pieces& pieces : mote::test::every_cut(bytes))
    EXPECT_EQ(transcript(us, pieces), expected)
        << pieces.size() << " pieces, the first of " << pieces.front().size();
}

std::string bytes(std::initializer_list<int> values) { return {values.begin(), values.end()}; }

TEST(FrameDecoder, reads_the_examples_of_rfc_6455_section_5_7) {
  expect_however_cut(Role::client, bytes({0x81, 0x05}) + "Hello", "text+final 5 [Hello]");
  expect_however_cut(Role::server,
                     bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}),
                     "text+final 5 [Hello]");
  expect_however_cut(Role::client,
                     bytes({0x01, 0x03}) + "Hel" + bytes({0x80, 0x02}) + "lo",
                     "text 3 [Hel]cont+final 2 [lo]");
  expect_however_cut(Role::client, bytes({0x89, 0x05}) + "Hello", "ping+final 5 [Hello]");
  expect_however_cut(Role::server,
                     bytes({0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}),
                     "pong+final 5 [Hello]");
  expect_however_cut(Role::client,
                     bytes({0x82, 0x7e, 0x01, 0x00}) + std::string(256, 'x'),
                     "binary+final 256 [...]");
}

TEST(FrameDecoder, gives_an_empty_frame_one_empty_last_payload) {
  expect_however_cut(Role::client, bytes({0x81, 0x00}), "text+final 0 []");
  expect_however_cut(Role::server, bytes({0x8a, 0x80, 1, 2, 3, 4}), "pong+final 0 []");
  expect_however_cut(
      Role::client, bytes({0x01, 0, 0, 0, 0x80, 0}), "text 0 []cont 0 []cont+final 0 []");
}

TEST(FrameDecoder, reads_control_frames_between_fragments) {
  expect_however_cut(
      Role::client,
      bytes({0x01, 0x01}) + "a" + bytes({0x89, 0x00, 0x8a, 0x01, 'p', 0x80, 0x01}) + "b",
      "text 1 [a]ping+final 0 []pong+final 1 [p]cont+final 1 [b]");
}

TEST(FrameDecoder, reads_every_length_in_its_shortest_form) {
  const struct {
    std::string header;
    const char* expected;
  } cases[] = {
      {bytes({0x82, 125}), "binary+final 125 ["},
      {bytes({0x82, 126, 0, 126}), "binary+final 126 ["},
      {bytes({0x82, 126, 0xff, 0xff}), "binary+final 65535 ["},
      {bytes({0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}), "binary+final 65536 ["},
      {bytes({0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0}), "binary+final 4294967296 ["},
      {bytes({0x82, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255}),
       "binary+final 9223372036854775807 ["},
  };
  for (const auto& c : cases) expect_however_cut(Role::client, c.header, c.expected);
}

TEST(FrameDecoder, counts_what_is_left_beyond_32_bits) {
  FrameDecoder decoder{Role::client};
  std::string input = bytes({0x82, 127, 0, 0, 0, 1, 0, 0, 0, 5}) + "abc";
  ByteSpan left{reinterpret_cast<std::uint8_t*>(input.data()), input.size()};
  left = left.from(decoder.next(left).used);
  const auto step = decoder.next(left);
  EXPECT_EQ(step.kind, Kind::payload);
  EXPECT_FALSE(step.last);
  EXPECT_EQ(decoder.left(), 4294967298u);
}

TEST(FrameDecoder, breaks_on_what_rfc_6455_forbids) {
  const struct {
    const char* rule;
    Role us;
    std::string input;
    const char* expected;
  } cases[] = {
      {"5.1 a masked frame from a server", Role::client, bytes({0x81, 0x80, 0, 0, 0, 0}), "broken"},
      {"5.1 an unmasked frame from a client", Role::server, bytes({0x81, 0x00}), "broken"},
      {"5.2 RSV1", Role::client, bytes({0xc1, 0x00}), "broken"},
      {"5.2 RSV2", Role::client, bytes({0xa1, 0x00}), "broken"},
      {"5.2 RSV3", Role::client, bytes({0x91, 0x00}), "broken"},
      {"5.2 RSV1 on a continuation",
       Role::client,
       bytes({0x01, 0x00, 0xc0, 0x00}),
       "text 0 []broken"},
      {"5.2 RSV1 on a ping", Role::client, bytes({0xc9, 0x00}), "broken"},
      {"5.2 126 for less than 126", Role::client, bytes({0x82, 0x7e, 0x00, 0x7d}), "broken"},
      {"5.2 126 for nothing", Role::client, bytes({0x82, 0x7e, 0x00, 0x00}), "broken"},
      {"5.2 127 for 65,535",
       Role::client,
       bytes({0x82, 0x7f, 0, 0, 0, 0, 0, 0, 0xff, 0xff}),
       "broken"},
      {"5.2 127 for nothing", Role::client, bytes({0x82, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0}), "broken"},
      {"5.2 the top bit of the length",
       Role::client,
       bytes({0x82, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 0}),
       "broken"},
      {"5.2 all bits of the length",
       Role::server,
       bytes({0x82, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4}),
       "broken"},
      {"5.4 a continuation of nothing", Role::client, bytes({0x80, 0x00}), "broken"},
      {"5.4 a continuation of a whole message",
       Role::client,
       bytes({0x81, 0x00, 0x80, 0x00}),
       "text+final 0 []broken"},
      {"5.4 a continuation after the last",
       Role::client,
       bytes({0x01, 0x00, 0x80, 0x00, 0x80, 0x00}),
       "text 0 []cont+final 0 []broken"},
      {"5.4 a message inside another",
       Role::client,
       bytes({0x01, 0x00, 0x81, 0x00}),
       "text 0 []broken"},
      {"5.4 a binary fragment inside a text",
       Role::client,
       bytes({0x01, 0x00, 0x02, 0x00}),
       "text 0 []broken"},
      {"5.5 a fragmented ping", Role::client, bytes({0x09, 0x00}), "broken"},
      {"5.5 a fragmented close", Role::client, bytes({0x08, 0x00}), "broken"},
      {"5.5 a ping of 126 bytes", Role::client, bytes({0x89, 0x7e, 0x00, 0x7e}), "broken"},
      {"5.5 a close of 65,536 bytes",
       Role::client,
       bytes({0x88, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0}),
       "broken"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    expect_however_cut(c.us, c.input, c.expected);
  }
}

TEST(FrameDecoder, breaks_on_every_reserved_opcode) {
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    expect_however_cut(Role::client, bytes({0x80 | opcode, 0x00}), "broken");
}

TEST(FrameDecoder, stays_broken) {
  FrameDecoder decoder{Role::client};
  std::string bad = bytes({0xc1, 0x00}), good = bytes({0x81, 0x00});
  EXPECT_EQ(decoder.next({reinterpret_cast<std::uint8_t*>(bad.data()), 2}).kind, Kind::broken);
  const auto step = decoder.next({reinterpret_cast<std::uint8_t*>(good.data()), 2});
  EXPECT_EQ(step.kind, Kind::broken);
  EXPECT_EQ(step.used, 0u);
}

TEST(FrameDecoder, takes_a_million_empty_fragments_without_keeping_any) {
  std::uint8_t first[] = {0x01, 0x00}, more[] = {0x00, 0x00};
  FrameDecoder decoder{Role::client};
  EXPECT_EQ(decoder.next(first).kind, Kind::header);
  for (int count = 0; count < 1000000; ++count) {
    ASSERT_TRUE(decoder.next(ByteSpan{}).last);
    ASSERT_EQ(decoder.next(more).kind, Kind::header);
  }
}

/// One masked frame of so many bytes that all differ, `a` to `z`, at an odd mask.
std::string masked_frame(std::size_t size, std::string& payload) {
  const std::uint8_t mask[] = {0x91, 0x27, 0xe4, 0x5a};
  payload.resize(size);
  for (std::size_t at = 0; at < size; ++at) payload[at] = static_cast<char>('a' + at * 7 % 26);
  std::string frame = bytes({0x82, 0x80 | static_cast<int>(size)});
  frame.append(reinterpret_cast<const char*>(mask), 4);
  for (std::size_t at = 0; at < size; ++at)
    frame += static_cast<char>(static_cast<std::uint8_t>(payload[at]) ^ mask[at & 3]);
  return frame;
}

// A connection reads the rest of a frame wherever it lies next: at another alignment.
TEST(FrameDecoder, unmasks_at_any_alignment_and_across_any_cut) {
  for (const std::size_t size : {1u, 3u, 4u, 5u, 16u, 31u, 32u, 33u, 71u, 100u}) {
    std::string payload;
    const std::string frame = masked_frame(size, payload);
    for (std::size_t cut = 6; cut <= frame.size(); ++cut)
      for (std::size_t skipped = 0; skipped < 16; ++skipped) {
        alignas(8) std::uint8_t memory[256];
        std::string read;
        FrameDecoder decoder{Role::server};
        std::size_t at = skipped / 4;  // the first piece 0 to 3 bytes off, the second 0 to 3 too
        for (const std::string& piece : {frame.substr(0, cut), frame.substr(cut)}) {
          std::memcpy(memory + at, piece.data(), piece.size());
          ByteSpan input{memory + at, piece.size()};
          for (auto step = decoder.next(input); step.kind != Kind::need_more && !input.empty();
               step = decoder.next(input)) {
            if (step.kind == Kind::payload) read.append(step.payload.begin(), step.payload.end());
            input = input.from(step.used);
          }
          at = 128 + skipped % 4;
        }
        ASSERT_EQ(read, payload) << "cut at " << cut << ", alignments " << skipped;
      }
  }
}

TEST(FrameDecoder, is_small) { EXPECT_LE(sizeof(FrameDecoder), 24u); }

TEST(FrameHeader, is_read_back_by_the_other_side) {
  for (const Role us : {Role::client, Role::server})
    for (const std::size_t size : {0u, 1u, 125u, 126u, 127u, 65535u, 65536u, 1000000u})
      for (const bool final : {false, true}) {
        FrameHeader header{us, Opcode::text, final, size};
        ASSERT_EQ(header.mask().size(), us == Role::client ? 4u : 0u);
        for (std::uint8_t& byte : header.mask()) byte = 0x55;
        std::uint8_t copy[FrameHeader::bytes_max];
        std::copy(header.bytes().begin(), header.bytes().end(), copy);
        FrameDecoder decoder{us == Role::client ? Role::server : Role::client};
        const auto step = decoder.next({copy, header.size()});
        EXPECT_EQ(step.kind, Kind::header);
        EXPECT_EQ(step.used, header.size());
        EXPECT_EQ(decoder.opcode(), Opcode::text);
        EXPECT_EQ(decoder.final(), final);
        EXPECT_EQ(decoder.left(), size);
      }
}

TEST(FrameHeader, has_the_bytes_of_rfc_6455_section_5_7) {
  const auto written = [](const FrameHeader& header) {
    return std::string(header.bytes().begin(), header.bytes().end());
  };
  EXPECT_EQ(written({Role::server, Opcode::text, true, 5}), bytes({0x81, 0x05}));
  EXPECT_EQ(written({Role::server, Opcode::text, false, 3}), bytes({0x01, 0x03}));
  EXPECT_EQ(written({Role::server, Opcode::binary, true, 256}), bytes({0x82, 0x7e, 1, 0}));
  EXPECT_EQ(written({Role::server, Opcode::binary, true, 65536}),
            bytes({0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0}));
}

TEST(FrameHeader, knows_the_longest_payload_that_fits) {
  for (const Role us : {Role::client, Role::server}) {
    const auto size_with = [us](std::size_t payload) {
      return FrameHeader(us, Opcode::binary, true, payload).size() + payload;
    };
    for (std::size_t room = 0; room < 66000; room = room == 300 ? 65400 : room + 1) {
      const std::size_t payload = FrameHeader::payload_that_fits(us, room);
      EXPECT_TRUE(size_with(payload) <= room || payload == 0) << room;
      EXPECT_GT(size_with(payload + 1), room) << room;
    }
  }
}

TEST(FrameHeader, writes_every_byte_with_its_byte_of_the_mask_at_any_alignment) {
  const std::uint8_t mask[] = {0x37, 0xfa, 0x21, 0x3d};
  for (std::size_t size = 0; size < 70; ++size)
    for (std::size_t from = 0; from < 4; ++from)
      for (std::size_t to = 0; to < 4; ++to) {
        alignas(8) std::uint8_t source[80], target[90] = {};
        for (std::size_t at = 0; at < sizeof source; ++at)
          source[at] = static_cast<std::uint8_t>(at * 3);
        FrameHeader header(Role::client, Opcode::binary, true, size);
        std::copy(std::begin(mask), std::end(mask), header.mask().begin());
        header.write({source + from, size}, target + to);
        ASSERT_EQ(std::memcmp(target + to, header.bytes().data(), header.size()), 0);
        std::uint8_t* const payload = target + to + header.size();
        for (std::size_t at = 0; at < size; ++at)
          ASSERT_EQ(payload[at], source[from + at] ^ mask[at & 3]) << size << from << to << at;
        for (const std::uint8_t* at = payload + size; at < std::end(target); ++at)
          ASSERT_EQ(*at, 0);
        header.write({payload, size}, target + to);
        ASSERT_EQ(std::memcmp(payload, source + from, size), 0) << "in place, and back";
      }
}

TEST(FrameHeader, writes_a_servers_payload_as_it_is) {
  const std::uint8_t payload[] = {'H', 'i'};
  std::uint8_t frame[4] = {};
  FrameHeader(Role::server, Opcode::text, true, sizeof payload).write(payload, frame);
  EXPECT_EQ(text_of(frame), "\x81\x02Hi");
}

}  // namespace
}  // namespace mote::ws
