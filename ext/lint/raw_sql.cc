#include "lint/raw_sql.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "sqlite/sql_tokens.h"

namespace migext::lint {
namespace {

using sqlite::SqlToken;
using sqlite::TokenKind;
using Tokens = std::span<const SqlToken>;

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

/// BEGIN IMMEDIATE TRANSACTION, and not the BEGIN … END IF of another language.
bool IsAboutTransaction(Tokens tokens) {
  return std::all_of(tokens.begin() + 1, tokens.end(), [](const SqlToken& token) {
    return token.Is("transaction") || token.Is("deferred") || token.Is("immediate") ||
           token.Is("exclusive");
  });
}

SqlAct ReadStatement(Tokens tokens) {
  SqlAct act;
  act.verb = Upper(tokens.front().text);
  const auto begins = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return tokens.front().Is(word); });
  };
  act.every_row = EveryRow::Read(tokens);
  if (act.every_row || begins({"insert", "update", "delete", "replace"})) {
    act.kind = SqlActKind::kRows;
  } else if (begins({"begin", "commit", "end", "rollback"})) {
    if (IsAboutTransaction(tokens)) act.kind = SqlActKind::kTransaction;
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

/// UPDATE … SET name = …, the name itself.
bool IsSet(Tokens tokens, std::size_t at) {
  return at > 0 && (tokens[at - 1].Is("set") || tokens[at - 1].Is(",")) && Is(tokens, at + 1, "=");
}

/// The statement names the column, or the table, where it takes values from.
bool Reads(Tokens tokens, const std::string& table, const std::string& column) {
  const bool updates = Is(tokens, 0, "update");
  if (!updates && !Is(tokens, 0, "insert") && !Is(tokens, 0, "replace") &&
      !Is(tokens, 0, "create") && !Is(tokens, 0, "with")) {
    return false;
  }
  const auto is_named = [&](std::size_t at, const std::string& name) {
    return tokens[at].kind != TokenKind::kSymbol && EqualsIgnoringCase(tokens[at].text, name);
  };
  bool names_table = false;
  bool takes = false;
  bool selects = updates && !column.empty();
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    names_table = names_table || is_named(at, table);
    selects = selects || tokens[at].Is("select");
    if (selects && is_named(at, column.empty() ? table : column) && !IsSet(tokens, at))
      takes = true;
  }
  return names_table && takes;
}

/// PostgreSQL's $$ or $tag$: the body has statements of its own, and SQLite would not run it.
bool OpensDollarQuote(const SqlToken& token) {
  return token.kind == TokenKind::kName &&
         std::count(token.text.begin(), token.text.end(), '$') > 1;
}

/// Calls visit(statement) for each statement of a script.
template <class Visit>
void ForEachStatement(const std::vector<SqlToken>& tokens, const Visit& visit) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= tokens.size(); ++at) {
    if (at < tokens.size() && !tokens[at].Is(";")) continue;
    const Tokens statement(tokens.data() + begin, at - begin);
    // The statements inside of a trigger end with semicolons too, and the last with END.
    const bool is_open =
        at < tokens.size() && CreatesTrigger(statement) && !statement.back().Is("end");
    if (is_open) continue;
    if (!statement.empty()) visit(statement);
    begin = at + 1;
  }
}

}  // namespace

bool ReadsFrom(std::string_view script, const std::string& table, const std::string& column) {
  const std::vector<SqlToken> tokens = sqlite::Tokenize(script);
  bool reads = false;
  ForEachStatement(tokens,
                   [&](Tokens statement) { reads = reads || Reads(statement, table, column); });
  return reads;
}

std::vector<SqlAct> ActsOf(std::string_view script) {
  const std::vector<SqlToken> tokens = sqlite::Tokenize(script);
  if (std::any_of(tokens.begin(), tokens.end(), OpensDollarQuote)) return {};
  std::vector<SqlAct> acts;
  ForEachStatement(tokens, [&](Tokens statement) { acts.push_back(ReadStatement(statement)); });
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
