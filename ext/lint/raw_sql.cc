#include "lint/raw_sql.h"

#include <algorithm>
#include <span>

#include "sqlite/sql_tokens.h"

namespace migext::lint {
namespace {

using sqlite::SqlToken;
using sqlite::TokenKind;
using Tokens = std::span<const SqlToken>;

/// BEGIN IMMEDIATE TRANSACTION; what is longer is a block of another language.
constexpr std::size_t kLongestBegin = 3;

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return upper;
}

bool Is(Tokens tokens, std::size_t at, std::string_view word) {
  return at < tokens.size() && tokens[at].Is(word);
}

/// Behind IF [NOT] EXISTS, and behind the schema of schema.name.
std::size_t NameAt(Tokens tokens, std::size_t at) {
  if (Is(tokens, at, "if")) at += Is(tokens, at + 1, "not") ? 3 : 2;
  return Is(tokens, at + 1, ".") ? at + 2 : at;
}

std::string NameOf(Tokens tokens, std::size_t at) {
  return at < tokens.size() ? tokens[at].text : std::string();
}

void ReadAlter(Tokens tokens, SqlAct& act) {
  act.kind = SqlActKind::kSchema;
  if (!Is(tokens, 1, "table")) return;
  const std::size_t name = NameAt(tokens, 2);
  act.table = NameOf(tokens, name);
  std::size_t at = name + 2;
  if (Is(tokens, name + 1, "drop")) {
    if (Is(tokens, at, "constraint")) return;
    if (Is(tokens, at, "column")) ++at;
    act.kind = SqlActKind::kDropColumn;
    act.object = NameOf(tokens, NameAt(tokens, at));
  } else if (Is(tokens, name + 1, "rename")) {
    act.kind = Is(tokens, at, "to") ? SqlActKind::kRenameTable : SqlActKind::kRenameColumn;
    act.object = NameOf(tokens, tokens.size() - 1);
  }
}

void ReadCreate(Tokens tokens, SqlAct& act) {
  act.kind = SqlActKind::kSchema;
  const std::size_t at = Is(tokens, 1, "unique") ? 2 : 1;
  if (!Is(tokens, at, "index")) return;
  act.kind = SqlActKind::kCreateIndex;
  const std::size_t name = NameAt(tokens, at + 1);
  act.object = NameOf(tokens, name);
  if (Is(tokens, name + 1, "on")) act.table = NameOf(tokens, name + 2);
}

void ReadDrop(Tokens tokens, SqlAct& act) {
  act.kind = SqlActKind::kSchema;
  const std::string name = NameOf(tokens, NameAt(tokens, 2));
  if (Is(tokens, 1, "table")) {
    act.kind = SqlActKind::kDropTable;
    act.table = name;
  } else if (Is(tokens, 1, "index")) {
    act.kind = SqlActKind::kDropIndex;
    act.object = name;
  }
}

SqlAct ReadStatement(Tokens tokens) {
  SqlAct act;
  act.verb = Upper(tokens.front().text);
  const auto begins = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return tokens.front().Is(word); });
  };
  if (begins({"insert", "update", "delete", "replace"})) {
    act.kind = SqlActKind::kRows;
  } else if (begins({"begin", "commit", "end", "rollback"})) {
    if (tokens.size() <= kLongestBegin) act.kind = SqlActKind::kTransaction;
  } else if (begins({"vacuum", "attach", "detach"})) {
    act.kind = SqlActKind::kVacuum;
  } else if (begins({"reindex"})) {
    act.kind = SqlActKind::kReindex;
    act.object = NameOf(tokens, 1);
  } else if (begins({"pragma"}) && Is(tokens, 1, "foreign_keys") && tokens.size() > 2) {
    act.kind = SqlActKind::kForeignKeys;
  } else if (begins({"alter"})) {
    ReadAlter(tokens, act);
  } else if (begins({"create"})) {
    ReadCreate(tokens, act);
  } else if (begins({"drop"})) {
    ReadDrop(tokens, act);
  }
  return act;
}

bool CreatesTrigger(Tokens statement) {
  return Is(statement, 0, "create") && (Is(statement, 1, "trigger") || Is(statement, 2, "trigger"));
}

}  // namespace

std::vector<SqlAct> ActsOf(std::string_view script) {
  // PostgreSQL's: a body in $$ has statements of its own, which SQLite would not run either.
  if (script.find("$$") != std::string_view::npos) return {};
  const std::vector<SqlToken> tokens = sqlite::Tokenize(script);
  std::vector<SqlAct> acts;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= tokens.size(); ++at) {
    if (at < tokens.size() && !tokens[at].Is(";")) continue;
    const Tokens statement(tokens.data() + begin, at - begin);
    // The statements inside of a trigger end with semicolons too, and the last with END.
    const bool is_open =
        at < tokens.size() && CreatesTrigger(statement) && !statement.back().Is("end");
    if (is_open) continue;
    if (!statement.empty()) acts.push_back(ReadStatement(statement));
    begin = at + 1;
  }
  return acts;
}

std::vector<SqlAct> ActsOf(const django::SqlArgument& argument) {
  if (argument.script) return ActsOf(*argument.script);
  std::vector<SqlAct> acts;
  for (const django::SqlArgument::Statement& statement : argument.statements) {
    for (SqlAct& act : ActsOf(statement.sql)) acts.push_back(std::move(act));
  }
  return acts;
}

}  // namespace migext::lint
