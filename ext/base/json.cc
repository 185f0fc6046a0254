#include "base/json.h"

#include <cmath>
#include <utility>

#include "base/text.h"

namespace migext {

void JsonWriter::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_items_.empty()) return;
  if (has_items_.back()) out_ += ", ";
  has_items_.back() = true;
}

void JsonWriter::BeginArray() {
  Separate();
  out_ += '[';
  has_items_.push_back(false);
}

void JsonWriter::EndArray() {
  out_ += ']';
  has_items_.pop_back();
}

void JsonWriter::BeginObject() {
  Separate();
  out_ += '{';
  has_items_.push_back(false);
}

void JsonWriter::EndObject() {
  out_ += '}';
  has_items_.pop_back();
}

void JsonWriter::Key(std::string_view name) {
  Separate();
  out_ += JsonText(name) + ": ";
  after_key_ = true;
}

void JsonWriter::Text(std::string_view text) { Raw(JsonText(text)); }

void JsonWriter::Integer(std::int64_t number) { Raw(std::to_string(number)); }

void JsonWriter::Real(double number) {
  // JSON has no infinity and no NaN.
  if (!std::isfinite(number)) return Null();
  Raw(FloatText(number));
}

void JsonWriter::Bool(bool value) { Raw(value ? "true" : "false"); }

void JsonWriter::Null() { Raw("null"); }

void JsonWriter::Raw(std::string_view json) {
  Separate();
  out_ += json;
}

std::string JsonWriter::Take() {
  has_items_.clear();
  after_key_ = false;
  return std::exchange(out_, {});
}

std::string JsonText(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          const auto byte = static_cast<unsigned char>(c);
          out += "\\u00";
          out += kDigits[byte >> 4U];
          out += kDigits[byte & 0xFU];
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string JsonArray(const std::vector<std::string>& items) {
  JsonWriter json;
  json.BeginArray();
  for (const std::string& item : items) json.Text(item);
  json.EndArray();
  return json.Take();
}

}  // namespace migext
