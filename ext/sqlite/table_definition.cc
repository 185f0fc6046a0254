#include "sqlite/table_definition.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "sqlite/sql_tokens.h"

namespace migext::sqlite {
namespace {

std::optional<ClauseKind> KindOf(const SqlToken& first) {
  constexpr std::pair<std::string_view, ClauseKind> kWords[] = {
      {"NULL", ClauseKind::kNull},           {"NOT", ClauseKind::kNull},
      {"PRIMARY", ClauseKind::kPrimaryKey},  {"UNIQUE", ClauseKind::kUnique},
      {"CHECK", ClauseKind::kCheck},         {"DEFAULT", ClauseKind::kDefault},
      {"COLLATE", ClauseKind::kCollate},     {"REFERENCES", ClauseKind::kReferences},
      {"GENERATED", ClauseKind::kGenerated}, {"AS", ClauseKind::kGenerated},
      {"FOREIGN", ClauseKind::kForeignKey},
  };
  for (const auto& [word, kind] : kWords) {
    if (first.Is(word)) return kind;
  }
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(std::string_view sql) : sql_(sql), tokens_(Tokenize(sql)) {}

  std::optional<TableDefinition> Run() {
    if (!ReadHead()) return std::nullopt;
    while (!AtEnd() && !Now().Is(")")) {
      ReadItem();
      if (!AtEnd() && Now().Is(",")) ++at_;
    }
    if (AtEnd()) return std::nullopt;
    table_.body_end = Now().begin;
    for (; !AtEnd(); ++at_) {
      if (Now().Is("WITHOUT")) table_.without_rowid = true;
      if (Now().Is("STRICT")) table_.strict = true;
    }
    return std::move(table_);
  }

 private:
  bool AtEnd() const { return at_ >= tokens_.size(); }
  const SqlToken& Now() const { return tokens_[at_]; }
  bool AtItemEnd() const { return AtEnd() || Now().Is(",") || Now().Is(")"); }
  bool PreviousIs(std::string_view word) const { return at_ > 0 && tokens_[at_ - 1].Is(word); }
  bool NextIs(std::string_view word) const {
    return at_ + 1 < tokens_.size() && tokens_[at_ + 1].Is(word);
  }

  // CREATE [TEMP] TABLE [IF NOT EXISTS] [schema.]name (
  bool ReadHead() {
    bool is_table = false;
    for (; !AtEnd() && !Now().Is("("); ++at_) {
      if (Now().Is("VIRTUAL") || Now().Is("AS")) return false;
      if (Now().Is("TABLE")) is_table = true;
      table_.name = Now().text;
    }
    if (AtEnd() || !is_table) return false;
    ++at_;
    return true;
  }

  // Moves behind the token, or behind the parenthesis that closes it.
  void Skip() {
    int depth = 0;
    do {
      if (Now().Is("(")) ++depth;
      if (Now().Is(")")) --depth;
      ++at_;
    } while (!AtEnd() && depth > 0);
  }

  void ReadItem() {
    const bool is_constraint = Now().kind == TokenKind::kName &&
                               (Now().Is("CONSTRAINT") || Now().Is("CHECK") || Now().Is("UNIQUE") ||
                                Now().Is("PRIMARY") || Now().Is("FOREIGN"));
    if (is_constraint) {
      while (!AtItemEnd()) table_.constraints.push_back(ReadClause(true));
      return;
    }
    ColumnDefinition column;
    column.name = Now().text;
    column.span.begin = Now().begin;
    column.type_span = {Now().end, Now().end};
    ++at_;
    ReadType(column);
    while (!AtItemEnd()) column.clauses.push_back(ReadClause(false));
    column.span.end = tokens_[at_ - 1].end;
    column.text = Slice(column.span);
    table_.columns.push_back(std::move(column));
  }

  bool StartsClause(bool of_table) const {
    if (Now().Is("CONSTRAINT")) return true;
    const std::optional<ClauseKind> kind = KindOf(Now());
    if (!kind || PreviousIs("SET")) return false;  // ON DELETE SET NULL
    if (Now().Is("NOT") && !NextIs("NULL")) return false;
    if (Now().Is("NULL") && PreviousIs("NOT")) return false;
    if (Now().Is("AS") && PreviousIs("ALWAYS")) return false;
    const bool is_key = *kind == ClauseKind::kForeignKey;
    return of_table ? is_key || *kind == ClauseKind::kPrimaryKey || *kind == ClauseKind::kUnique ||
                          *kind == ClauseKind::kCheck
                    : !is_key;
  }

  void ReadType(ColumnDefinition& column) {
    if (AtItemEnd() || StartsClause(false)) return;
    column.type_span.begin = Now().begin;
    while (!AtItemEnd() && !StartsClause(false)) {
      Skip();
      column.type_span.end = tokens_[at_ - 1].end;
    }
    column.type = Slice(column.type_span);
  }

  Clause ReadClause(bool of_table) {
    Clause clause;
    clause.span.begin = Now().begin;
    if (Now().Is("CONSTRAINT")) {
      ++at_;
      if (!AtItemEnd()) clause.name = tokens_[at_++].text;
    }
    const std::size_t first = at_;
    if (!AtItemEnd()) {
      clause.kind = KindOf(Now()).value_or(ClauseKind::kNull);
      const bool takes_next = Now().Is("DEFAULT") || Now().Is("COLLATE") || Now().Is("REFERENCES");
      ++at_;
      if (takes_next && !AtItemEnd()) Skip();
    }
    while (!AtItemEnd() && !StartsClause(of_table)) {
      if (Now().Is("(") && of_table && clause.columns.empty()) ReadNames(clause);
      Skip();
    }
    clause.span.end = tokens_[at_ - 1].end;
    clause.text = Slice(clause.span);
    clause.key = NormalizedSql(std::span(tokens_).subspan(first, at_ - first), sql_);
    return clause;
  }

  // "(a, b COLLATE x DESC)" gives a and b.
  void ReadNames(Clause& clause) const {
    if (clause.kind == ClauseKind::kCheck) return;
    for (std::size_t i = at_ + 1; i < tokens_.size() && !tokens_[i].Is(")"); ++i) {
      if (tokens_[i - 1].Is("(") || tokens_[i - 1].Is(","))
        clause.columns.push_back(tokens_[i].text);
    }
  }

  std::string Slice(TextSpan span) const {
    return std::string(sql_.substr(span.begin, span.end - span.begin));
  }

  std::string_view sql_;
  std::vector<SqlToken> tokens_;
  std::size_t at_ = 0;
  TableDefinition table_;
};

}  // namespace

bool Clause::HasWord(std::string_view word) const {
  const std::vector<std::string> words = Split(key, ' ');
  return std::find(words.begin(), words.end(), word) != words.end();
}

const Clause* ColumnDefinition::Find(ClauseKind kind) const {
  const auto found = std::find_if(clauses.begin(), clauses.end(),
                                  [&](const Clause& clause) { return clause.kind == kind; });
  return found == clauses.end() ? nullptr : &*found;
}

const ColumnDefinition* TableDefinition::FindColumn(std::string_view column) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const ColumnDefinition& c) {
    return EqualsIgnoringCase(c.name, column);
  });
  return found == columns.end() ? nullptr : &*found;
}

bool TableDefinition::HasPrimaryKey() const {
  return std::any_of(columns.begin(), columns.end(),
                     [](const ColumnDefinition& column) {
                       return column.Find(ClauseKind::kPrimaryKey) != nullptr;
                     }) ||
         std::any_of(constraints.begin(), constraints.end(),
                     [](const Clause& clause) { return clause.kind == ClauseKind::kPrimaryKey; });
}

bool TableDefinition::HasRowidColumn() const {
  if (without_rowid) return false;
  for (const ColumnDefinition& column : columns) {
    if (!EqualsIgnoringCase(column.type, "INTEGER")) continue;
    const Clause* key = column.Find(ClauseKind::kPrimaryKey);
    if (key && !key->HasWord("desc")) return true;
    for (const Clause& clause : constraints) {
      const bool is_it = clause.kind == ClauseKind::kPrimaryKey && clause.columns.size() == 1 &&
                         EqualsIgnoringCase(clause.columns[0], column.name);
      if (is_it) return true;
    }
  }
  return false;
}

std::optional<TableDefinition> ReadTableDefinition(std::string_view sql) {
  return Reader(sql).Run();
}

}  // namespace migext::sqlite
