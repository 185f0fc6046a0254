#include "recover/salvage_record.h"

#include <cstring>
#include <string>

#include "base/text.h"
#include "recover/salvage_bytes.h"

namespace migext::recover {
namespace {

using sqlite::Cell;

/// Nothing for the two types that no version writes.
std::optional<std::uint64_t> SizeOf(std::uint64_t type) {
  constexpr std::uint64_t kSizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
  if (type < 10) return kSizes[type];
  if (type < 12) return std::nullopt;
  return (type - 12) / 2;
}

std::int64_t SignedAt(std::string_view bytes, std::size_t offset, std::size_t length) {
  const std::uint64_t raw = ReadBigEndian(bytes, offset, length);
  if (length == 0 || length >= 8) return static_cast<std::int64_t>(raw);
  const std::uint64_t sign = std::uint64_t{1} << (length * 8 - 1);
  return static_cast<std::int64_t>(raw ^ sign) - static_cast<std::int64_t>(sign);
}

std::string TextOf(std::string_view bytes, TextEncoding encoding) {
  if (encoding == TextEncoding::kUtf8) return std::string(bytes);
  const bool big = encoding == TextEncoding::kUtf16be;
  const auto unit_at = [&](std::size_t i) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const auto second = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<char32_t>(big ? first << 8 | second : second << 8 | first);
  };
  std::string text;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t point = unit_at(i);
    if (point >= 0xd800 && point < 0xdc00 && i + 3 < bytes.size()) {
      const char32_t low = unit_at(i + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        point = 0x10000 + ((point - 0xd800) << 10U) + (low - 0xdc00);
        i += 2;
      }
    }
    AppendUtf8(text, point);
  }
  return text;
}

Cell ValueAt(std::string_view payload, std::size_t offset, std::uint64_t type, std::size_t size,
             TextEncoding encoding) {
  if (type == 0) return {};
  if (type <= 6) return SignedAt(payload, offset, size);
  if (type == 7) {
    const std::uint64_t bits = ReadBigEndian(payload, offset, size);
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    return number;
  }
  if (type < 10) return static_cast<std::int64_t>(type - 8);
  const std::string_view bytes = payload.substr(offset, size);
  if (type % 2 == 0) return sqlite::Blob{std::string(bytes)};
  return TextOf(bytes, encoding);
}

/// Calls visit(type, size) for each field; gives the length of header and fields, or nothing.
template <typename Visit>
std::optional<std::size_t> WalkHeader(std::string_view bytes, std::size_t offset, Visit visit) {
  const Varint header = ReadVarint(bytes, offset);
  if (header.length == 0 || header.value < header.length) return std::nullopt;
  if (header.value > bytes.size() - offset) return std::nullopt;
  const auto end = offset + static_cast<std::size_t>(header.value);
  std::uint64_t body = 0;
  std::size_t fields = 0;
  for (std::size_t at = offset + header.length; at < end;) {
    const Varint type = ReadVarint(bytes.substr(0, end), at);
    if (type.length == 0 || ++fields > kMostFields) return std::nullopt;
    const std::optional<std::uint64_t> size = SizeOf(type.value);
    if (!size || *size > (std::uint64_t{1} << 31U)) return std::nullopt;
    visit(type.value, static_cast<std::size_t>(*size));
    body += *size;
    at += type.length;
  }
  return static_cast<std::size_t>(header.value + body);
}

}  // namespace

std::optional<std::size_t> RecordLength(std::string_view bytes, std::size_t offset) {
  return WalkHeader(bytes, offset, [](std::uint64_t, std::size_t) {});
}

std::optional<Fields> DecodeRecord(std::string_view payload, TextEncoding encoding) {
  const std::optional<std::size_t> length = RecordLength(payload, 0);
  if (!length || *length > payload.size()) return std::nullopt;
  Fields fields;
  auto body = static_cast<std::size_t>(ReadVarint(payload, 0).value);
  WalkHeader(payload, 0, [&](std::uint64_t type, std::size_t size) {
    fields.push_back(ValueAt(payload, body, type, size, encoding));
    body += size;
  });
  return fields;
}

}  // namespace migext::recover
