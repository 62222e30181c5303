// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace mote::test {

/// A JSON value, read whole into memory: enough to read the corpora, and for tests only.
class Json {
 public:
  enum class Kind { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  double number = 0;
  std::string string;
  std::vector<Json> items;
  std::map<std::string, Json> members;

  bool is_null() const { return kind == Kind::null; }
  /// The member of that name, or null.
  const Json& operator[](const std::string& name) const {
    static const Json none;
    const auto found = members.find(name);
    return found == members.end() ? none : found->second;
  }

  static Json parse(const std::string& text) {
    Reader reader{text};
    return reader.value();
  }

 private:
  struct Reader {
    const std::string& text;
    std::size_t at = 0;

    [[noreturn]] void fail() const {
      throw std::runtime_error("JSON: unexpected text at " + std::to_string(at));
    }
    char peek() {
      while (at < text.size() && std::string(" \t\r\n").find(text[at]) != std::string::npos) ++at;
      return at < text.size() ? text[at] : '\0';
    }
    void expect(const std::string& word) {
      if (text.compare(at, word.size(), word) != 0) fail();
      at += word.size();
    }
    bool separator(char end) {
      if (peek() == ',') return ++at, true;
      if (peek() != end) fail();
      return ++at, false;
    }

    Json value() {
      Json result;
      switch (peek()) {
        case 'n': expect("null"); return result;
        case 't': expect("true"); return result.boolean = true, result.kind = Kind::boolean, result;
        case 'f': expect("false"); return result.kind = Kind::boolean, result;
        case '"': return result.kind = Kind::string, result.string = quoted(), result;
        case '[': return array();
        case '{': return object();
        default: return numeral();
      }
    }
    Json array() {
      Json result;
      result.kind = Kind::array;
      ++at;
      if (peek() == ']') return ++at, result;
      do result.items.push_back(value());
      while (separator(']'));
      return result;
    }
    Json object() {
      Json result;
      result.kind = Kind::object;
      ++at;
      if (peek() == '}') return ++at, result;
      do {
        if (peek() != '"') fail();
        const std::string name = quoted();
        if (peek() != ':') fail();
        ++at;
        result.members[name] = value();
      } while (separator('}'));
      return result;
    }
    Json numeral() {
      std::size_t used = 0;
      Json result;
      result.kind = Kind::number;
      try {
        result.number = std::stod(text.substr(at, 40), &used);
      } catch (const std::exception&) {
        fail();
      }
      at += used;
      return result;
    }
    std::string quoted() {
      std::string result;
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] != '\\') {
          result += text[at];
          continue;
        }
        static const std::string escapes = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
        const auto place = escapes.find(text.at(++at));
        if (place != std::string::npos)
          result += meanings[place];
        else if (text[at] == 'u')
          append_code_point(result);
        else
          fail();
      }
      if (at == text.size()) fail();
      ++at;
      return result;
    }
    std::uint32_t code_unit() {
      const auto unit = static_cast<std::uint32_t>(std::stoul(text.substr(at + 1, 4), nullptr, 16));
      at += 4;
      return unit;
    }
    void append_code_point(std::string& out) {
      std::uint32_t code = code_unit();
      if (code >= 0xD800 && code < 0xDC00 && text.compare(at + 1, 2, "\\u") == 0) {
        at += 2;
        code = 0x10000 + ((code - 0xD800) << 10) + (code_unit() - 0xDC00);
      }
      const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
      if (code < 0x80) return put(code);
      if (code < 0x800) return put(0xC0 | code >> 6), put(0x80 | (code & 63));
      if (code < 0x10000)
        put(0xE0 | code >> 12);
      else
        put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 63));
      put(0x80 | (code >> 6 & 63));
      put(0x80 | (code & 63));
    }
  };
};

/// A corpus such as "utf8/utf8-cases.json". Where there is none it says so, and the value is null.
inline Json corpus(const std::string& name) {
  std::ifstream file(std::string(MOTE_CORPORA) + "/" + name, std::ios::binary);
  if (std::string(MOTE_CORPORA).empty() || !file) {
    std::cout << "corpus not run: " << name << " (set MOTE_CORPORA)\n";
    return {};
  }
  std::stringstream text;
  text << file.rdbuf();
  return Json::parse(text.str());
}

/// The bytes that a string of hexadecimal digits stands for.
inline std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
    bytes += static_cast<char>(std::stoul(digits.substr(at, 2), nullptr, 16));
  return bytes;
}

}  // namespace mote::test
