#include "schema/golden_indexes.h"

#include "base/text.h"

namespace migext::test {
namespace {

/// The names in the last pair of parentheses before WHERE; a part that is no name is left out.
std::vector<std::string> NamesIn(std::string_view list) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t begin = list.find('"');
    if (begin == std::string_view::npos) return names;
    const std::size_t end = list.find('"', begin + 1);
    names.emplace_back(list.substr(begin + 1, end - begin - 1));
    list.remove_prefix(end + 1);
  }
}

schema::KnownIndex ReadIndex(const std::string& name, std::string_view sql) {
  schema::KnownIndex index;
  index.name = name;
  index.unique = sql.starts_with("CREATE UNIQUE");
  const std::size_t on = sql.find(" ON \"");
  const std::size_t begin = sql.find(" (", on);
  if (on == std::string_view::npos || begin == std::string_view::npos) return index;
  index.columns = NamesIn(sql.substr(begin, sql.find(')', begin) - begin));
  return index;
}

/// CONSTRAINT "name" UNIQUE ("a", "b") in the table itself.
std::vector<schema::KnownIndex> UniqueConstraintsIn(std::string_view sql) {
  std::vector<schema::KnownIndex> found;
  constexpr std::string_view kUnique = "\" UNIQUE (";
  for (std::size_t at = sql.find(kUnique); at != std::string_view::npos;
       at = sql.find(kUnique, at + 1)) {
    const std::size_t name = sql.rfind('"', at - 1);
    const std::size_t begin = at + kUnique.size();
    found.push_back({std::string(sql.substr(name + 1, at - name - 1)),
                     NamesIn(sql.substr(begin, sql.find(')', begin) - begin)), true});
  }
  return found;
}

}  // namespace

GoldenIndexes::GoldenIndexes(const Json& master) {
  for (const Json& row : master.Items()) {
    if (row[3].IsNull()) continue;
    std::vector<schema::KnownIndex>& indexes = by_table_[LowerUtf8(row[2].Text())];
    if (row[0].Text() == "index") indexes.push_back(ReadIndex(row[1].Text(), row[3].Text()));
    if (row[0].Text() != "table") continue;
    for (schema::KnownIndex& index : UniqueConstraintsIn(row[3].Text())) {
      indexes.push_back(std::move(index));
    }
  }
}

bool GoldenIndexes::HasTable(std::string_view table) const {
  return by_table_.contains(LowerUtf8(table));
}

std::optional<std::vector<schema::KnownIndex>> GoldenIndexes::IndexesOf(
    std::string_view table) const {
  const auto found = by_table_.find(LowerUtf8(table));
  return found == by_table_.end() ? std::vector<schema::KnownIndex>() : found->second;
}

}  // namespace migext::test
