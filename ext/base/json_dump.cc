#include "base/json_dump.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/json.h"
#include "base/text.h"

namespace migext {
namespace {

void AppendEscape(std::string& out, char32_t code_unit) {
  std::array<char, 16> escape{};
  std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(code_unit));
  out += escape.data();
}

/// NextUtf8() takes a surrogate for a broken byte.
bool TakeSurrogate(std::string_view text, std::size_t& offset, char32_t& code) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  if (offset + 2 >= text.size() || byte(offset) != 0xED || byte(offset + 1) < 0xA0) return false;
  code = 0xD000U | ((byte(offset + 1) & 0x3FU) << 6U) | (byte(offset + 2) & 0x3FU);
  offset += 3;
  return true;
}

std::string AsciiText(std::string_view text) {
  const std::string quoted = JsonText(text);
  std::string out;
  out.reserve(quoted.size());
  for (std::size_t i = 0; i < quoted.size();) {
    if (static_cast<unsigned char>(quoted[i]) < 0x80) {
      out += quoted[i++];
      continue;
    }
    char32_t code = 0;
    if (!TakeSurrogate(quoted, i, code)) code = NextUtf8(quoted, i);
    if (code >= 0x10000) {
      AppendEscape(out, 0xD800 + ((code - 0x10000) >> 10U));
      AppendEscape(out, 0xDC00 + ((code - 0x10000) & 0x3FFU));
    } else {
      AppendEscape(out, code);
    }
  }
  return out;
}

void Append(std::string& out, const JsonNode& node, JsonLetters letters) {
  const auto text = [&](const std::string& value) {
    return letters == JsonLetters::kAscii ? AsciiText(value) : JsonText(value);
  };
  switch (node.kind) {
    case JsonNode::Kind::kNull:
      out += "null";
      break;
    case JsonNode::Kind::kFalse:
      out += "false";
      break;
    case JsonNode::Kind::kTrue:
      out += "true";
      break;
    case JsonNode::Kind::kInteger:
      out += PythonInteger(node.text);
      break;
    case JsonNode::Kind::kReal:
      out += PythonReal(node.text);
      break;
    case JsonNode::Kind::kText:
      out += text(node.text);
      break;
    case JsonNode::Kind::kArray:
      out += '[';
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (i > 0) out += ", ";
        Append(out, node.items[i], letters);
      }
      out += ']';
      break;
    case JsonNode::Kind::kObject:
      out += '{';
      for (std::size_t i = 0; i < node.members.size(); ++i) {
        if (i > 0) out += ", ";
        out += text(node.members[i].name) + ": ";
        Append(out, node.members[i].value, letters);
      }
      out += '}';
      break;
  }
}

}  // namespace

std::string PythonInteger(const std::string& text) { return text == "-0" ? "0" : text; }

std::string PythonReal(const std::string& text) {
  // strtod() rounds correctly and knows no limit of digits; "NaN" and "Infinity" are its words too.
  const double number = std::strtod(text.c_str(), nullptr);
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  return FloatText(number);
}

std::string PythonJson(const JsonNode& node, JsonLetters letters) {
  std::string out;
  Append(out, node, letters);
  return out;
}

}  // namespace migext
