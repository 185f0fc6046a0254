#include "migrate/offending_rows.h"

#include <cstdint>
#include <optional>

#include "base/text.h"
#include "sqlite/index_definition.h"
#include "sqlite/sql_tokens.h"

namespace migext::migrate {
namespace {

using sqlite::SqlToken;

constexpr std::size_t kShownKeys = 5;

/// What stands in the first parentheses, at its commas, without ASC and DESC.
std::vector<std::string> TermsOf(std::string_view sql, const std::vector<SqlToken>& tokens) {
  std::vector<std::string> terms;
  int depth = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  for (const SqlToken& token : tokens) {
    if (token.Is(")")) --depth;
    if (depth == 0 && token.Is(")")) break;
    if (depth == 1 && token.Is(",")) {
      terms.emplace_back(sql.substr(begin, end - begin));
      begin = end = 0;
    } else if (depth > 0 && !(depth == 1 && (token.Is("ASC") || token.Is("DESC")))) {
      if (end == 0) begin = token.begin;
      end = token.end;
    }
    if (token.Is("(")) ++depth;
  }
  if (end > begin) terms.emplace_back(sql.substr(begin, end - begin));
  return terms;
}

std::string Cut(std::string value) {
  constexpr std::size_t kLongest = 60;
  if (value.size() <= kLongest) return value;
  std::size_t end = kLongest;
  while (end > 0 && IsUtf8Continuation(value[end])) --end;
  return value.substr(0, end) + "…";
}

}  // namespace

UniqueRule UniqueColumns(const std::vector<std::string>& columns) {
  UniqueRule rule;
  for (const std::string& column : columns) rule.terms.push_back(SqlIdentifier(column));
  return rule;
}

UniqueRule UniqueRuleOf(std::string_view create_index) {
  const auto index = sqlite::ReadIndexDefinition(create_index);
  if (!index || !index->unique) return {};
  const std::vector<SqlToken> tokens = sqlite::Tokenize(index->tail);
  UniqueRule rule;
  rule.terms = TermsOf(index->tail, tokens);
  for (const SqlToken& token : tokens) {
    if (token.Is("WHERE")) rule.condition = Trim(std::string_view(index->tail).substr(token.end));
  }
  return rule;
}

bool OffendingRows::Knows(std::string_view sql) const {
  const std::vector<SqlToken> tokens = sqlite::Tokenize(sql);
  const auto is = [&](std::size_t at, std::string_view word) {
    return at < tokens.size() && tokens[at].Is(word);
  };
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != sqlite::TokenKind::kQuoted || sql[tokens[i].begin] != '"') continue;
    const bool is_of_another = is(i + 1, ".") || (i > 0 && (is(i - 1, ".") || is(i - 1, "FROM")));
    if (!is_of_another && live_.FindColumn(tokens[i].text) == nullptr) return false;
  }
  return true;
}

std::int64_t OffendingRows::Count(const std::string& from) const {
  try {
    const sqlite::Cell count = db_.Value("SELECT count(*) FROM " + from);
    return count.Integer() == nullptr ? 0 : *count.Integer();
  } catch (const sqlite::DatabaseError& error) {
    if (!error.IsOfStatement()) throw;
    return 0;
  }
}

std::string OffendingRows::Tell(const std::string& condition, const RowWords& words) const {
  if (!Knows(condition)) return {};
  const std::int64_t count = Count(SqlIdentifier(live_.name) + " WHERE " + condition);
  if (count == 0) return {};
  return Grouped(count) + (count == 1 ? " row of " : " rows of ") + live_.name + " " +
         (count == 1 ? words.one : words.many) + KeysAndSelect(condition, {});
}

std::string OffendingRows::TellRepeated(const UniqueRule& rule) const {
  const std::string list = Join(rule.terms, ", ");
  if (list.empty() || !Knows(list) || !Knows(rule.condition)) return {};
  const std::string only = rule.condition.empty() ? "" : "(" + rule.condition + ") AND ";
  const std::string repeated = "SELECT " + list + " FROM " + SqlIdentifier(live_.name) + " WHERE " +
                               only + Join(rule.terms, " IS NOT NULL AND ") +
                               " IS NOT NULL GROUP BY " + list + " HAVING count(*) > 1";
  const std::int64_t count = Count("(" + repeated + ")");
  if (count == 0) return {};
  return Grouped(count) + (count == 1 ? " value of (" : " values of (") +
         ReplaceAll(list, "\"", "") + (count == 1 ? ") stands" : ") stand") + " in several rows" +
         KeysAndSelect(only + "(" + list + ") IN (" + repeated + ")", list);
}

std::string OffendingRows::KeysAndSelect(const std::string& condition,
                                         const std::string& order) const {
  return Keys(condition, order) + ": SELECT * FROM " + SqlIdentifier(live_.name) + " WHERE " +
         condition + (order.empty() ? "" : " ORDER BY " + order);
}

std::string OffendingRows::Keys(const std::string& condition, const std::string& order) const {
  std::vector<std::string> key = live_.key_columns;
  if (key.empty() && live_.FindColumn("rowid") == nullptr) key = {"rowid"};
  if (key.empty()) return {};
  std::vector<std::string> names;
  for (const std::string& column : key) names.push_back(SqlIdentifier(column));
  const std::string list = Join(names, ", ");
  std::vector<std::string> shown;
  sqlite::Statement rows =
      db_.Prepare("SELECT " + list + " FROM " + SqlIdentifier(live_.name) + " WHERE " + condition +
                  " ORDER BY " + (order.empty() ? "" : order + ", ") + list + " LIMIT " +
                  std::to_string(kShownKeys + 1));
  for (const sqlite::Row row : rows) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < key.size(); ++i) {
      values.push_back(Cut(row.Get(static_cast<int>(i)).ToSql()));
    }
    shown.push_back(key.size() == 1 ? values.front() : "(" + Join(values, ", ") + ")");
  }
  if (shown.empty()) return {};
  if (shown.size() > kShownKeys) shown.back() = "…";
  const std::string name = key.size() == 1 ? key.front() : "(" + Join(key, ", ") + ")";
  return " (" + name + " " + Join(shown, ", ") + ")";
}

}  // namespace migext::migrate
