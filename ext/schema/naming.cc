#include "schema/naming.h"

#include "base/md5.h"
#include "base/text.h"

namespace migext::schema {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kDigestDigits = 8;

/// Lengths count characters and not bytes.
std::size_t CountCharacters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += IsUtf8Continuation(c) ? 0 : 1;
  return count;
}

std::string_view FirstCharacters(std::string_view text, std::size_t count) {
  std::size_t offset = 0;
  while (count-- > 0 && offset < text.size()) NextUtf8(text, offset);
  return text.substr(0, offset);
}

std::string DropLastCharacter(const std::string& text) {
  return std::string(FirstCharacters(text, CountCharacters(text) - 1));
}

}  // namespace

std::string StripQuotes(std::string_view name) {
  if (name.size() < 2 || name.front() != '"' || name.back() != '"') return std::string(name);
  return std::string(name.substr(1, name.size() - 2));
}

std::string TableName(const django::ModelState& model) { return StripQuotes(model.DbTable()); }

std::string IndexName(std::string_view table, std::span<const std::string> columns,
                      std::string_view suffix) {
  const std::string bare_table = StripQuotes(table);
  std::string digested = bare_table;
  for (const std::string& column : columns) digested += column;
  const std::string tail = Md5Hex(digested).substr(0, kDigestDigits) + std::string(suffix);
  const std::string joined = Join(columns, "_");
  std::string name = bare_table + "_" + joined + "_" + tail;
  if (CountCharacters(name) <= kLongestName) return name;

  const std::size_t half = (kLongestName - CountCharacters(tail)) / 2 - 1;
  name = std::string(FirstCharacters(bare_table, half)) + "_" +
         std::string(FirstCharacters(joined, half)) + "_" + tail;
  const bool has_bad_start = name.front() == '_' || (name.front() >= '0' && name.front() <= '9');
  return has_bad_start ? "D" + DropLastCharacter(name) : name;
}

}  // namespace migext::schema
