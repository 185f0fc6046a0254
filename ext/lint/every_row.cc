#include "lint/every_row.h"

#include <algorithm>

namespace migext::lint {
namespace {

using sqlite::SqlToken;
using sqlite::TokenKind;
using Tokens = std::span<const SqlToken>;

bool Is(Tokens tokens, std::size_t at, std::string_view word) {
  return at < tokens.size() && tokens[at].Is(word);
}

bool IsOneOf(const SqlToken& token, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return token.Is(word); });
}

/// Without what stands in parentheses: the WHERE of a subquery chooses no row of the statement.
std::vector<SqlToken> Outermost(Tokens statement) {
  std::vector<SqlToken> outermost;
  int depth = 0;
  for (const SqlToken& token : statement) {
    if (token.Is(")")) --depth;
    if (depth == 0 && !token.Is(")")) outermost.push_back(token);
    if (token.Is("(")) ++depth;
  }
  return outermost;
}

/// False for WHERE 1, WHERE true, WHERE (1 = 1).
bool Chooses(Tokens condition) {
  return std::any_of(condition.begin(), condition.end(), [](const SqlToken& token) {
    return token.kind == TokenKind::kQuoted ||
           (token.kind == TokenKind::kName && !token.Is("true"));
  });
}

/// The place of the table's name: behind UPDATE OR IGNORE, DELETE FROM, and a schema.
std::size_t NameAt(Tokens change) {
  std::size_t at = 1;
  if (Is(change, at, "or")) at += 2;
  if (Is(change, at, "from")) ++at;
  return Is(change, at + 1, ".") ? at + 2 : at;
}

std::vector<std::string> ColumnsSet(Tokens change) {
  std::vector<std::string> columns;
  for (std::size_t at = 2; at + 1 < change.size(); ++at) {
    if (change[at].Is("from")) break;
    const bool is_item = change[at - 1].Is("set") || change[at - 1].Is(",");
    if (is_item && change[at + 1].Is("=")) columns.push_back(change[at].text);
  }
  return columns;
}

}  // namespace

std::optional<EveryRow> EveryRow::Read(Tokens statement) {
  if (statement.empty() || !IsOneOf(statement.front(), {"with", "update", "delete"})) return {};
  const std::vector<SqlToken> outermost = Outermost(statement);
  const auto verb = std::find_if(outermost.begin(), outermost.end(), [](const SqlToken& token) {
    return IsOneOf(token, {"update", "delete", "insert", "replace", "select"});
  });
  if (verb == outermost.end() || !IsOneOf(*verb, {"update", "delete"})) return {};
  const Tokens change(verb, outermost.end());
  const auto where = std::find_if(change.begin(), change.end(),
                                  [](const SqlToken& token) { return token.Is("where"); });
  if (where != change.end()) {
    const auto condition =
        std::find_if(statement.begin(), statement.end(),
                     [&](const SqlToken& token) { return token.begin > where->begin; });
    if (Chooses(Tokens(condition, statement.end()))) return {};
  }
  const std::size_t name = NameAt(change);
  if (name >= change.size()) return {};
  return EveryRow{change.front().Is("delete"), change[name].text, ColumnsSet(change)};
}

}  // namespace migext::lint
