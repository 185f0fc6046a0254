#include "migrate/kept_parts.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "sqlite/sql_tokens.h"

namespace migext::migrate {
namespace {

using sqlite::Clause;
using sqlite::ClauseKind;
using sqlite::ColumnDefinition;
using sqlite::TableDefinition;
using sqlite::TextSpan;

/// Changes of a text that do not overlap, by its bytes as they were.
class Edits {
 public:
  void Insert(std::size_t at, std::string text) { Replace({at, at}, std::move(text)); }
  void Replace(TextSpan span, std::string text) { edits_.push_back({span, std::move(text)}); }

  std::string AppliedTo(const std::string& text) {
    std::stable_sort(edits_.begin(), edits_.end(),
                     [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
    std::string out;
    std::size_t copied = 0;
    for (const Edit& edit : edits_) {
      out += text.substr(copied, edit.span.begin - copied) + edit.text;
      copied = edit.span.end;
    }
    return out + text.substr(copied);
  }

 private:
  struct Edit {
    TextSpan span;
    std::string text;
  };
  std::vector<Edit> edits_;
};

bool SameNames(std::vector<std::string> a, std::vector<std::string> b) {
  const auto lower = [](std::vector<std::string>& names) {
    for (std::string& name : names) name = Lower(name);
    std::sort(names.begin(), names.end());
  };
  lower(a);
  lower(b);
  return a == b;
}

bool HasClause(const ColumnDefinition* column, ClauseKind kind) {
  return column != nullptr && column->Find(kind) != nullptr;
}

bool HasCheck(const TableDefinition& table, const std::string& key) {
  const auto is_it = [&](const Clause& clause) {
    return clause.kind == ClauseKind::kCheck && clause.key == key;
  };
  return std::any_of(table.constraints.begin(), table.constraints.end(), is_it) ||
         std::any_of(table.columns.begin(), table.columns.end(), [&](const ColumnDefinition& c) {
           return std::any_of(c.clauses.begin(), c.clauses.end(), is_it);
         });
}

/// PRIMARY KEY, UNIQUE or REFERENCES of just these columns, behind a column or of the table.
bool HasKey(const TableDefinition& table, ClauseKind of_column, ClauseKind of_table,
            const std::vector<std::string>& columns) {
  if (columns.size() == 1 && HasClause(table.FindColumn(columns[0]), of_column)) return true;
  return std::any_of(table.constraints.begin(), table.constraints.end(), [&](const Clause& clause) {
    return clause.kind == of_table && SameNames(clause.columns, columns);
  });
}

/// The types a STRICT table knows (https://sqlite.org/stricttables.html).
std::string StrictType(std::string_view type) {
  const std::string lower = Lower(type);
  const auto has = [&](std::string_view part) { return lower.find(part) != std::string::npos; };
  if (has("int") || has("bool")) return "INTEGER";
  if (has("char") || has("text") || has("date") || has("time")) return "TEXT";
  if (has("real") || has("doub") || has("floa")) return "REAL";
  if (has("blob")) return "BLOB";
  return "ANY";
}

/// Writes the new table's text.
class Keeper {
 public:
  explicit Keeper(const TableTexts& texts) : texts_(texts) {}

  KeptParts Run() {
    KeepColumns();
    for (const Clause& clause : texts_.live.constraints) {
      if (IsExtra(clause)) Keep("constraint", clause.text, texts_.after.body_end, ", ");
    }
    KeepOptions();
    result_.create_sql = edits_.AppliedTo(texts_.after_sql);
    return std::move(result_);
  }

 private:
  const ColumnDefinition* FindAfter(std::string_view column) const {
    for (const auto& [from, to] : texts_.renames) {
      if (EqualsIgnoringCase(from, column)) return texts_.after.FindColumn(to);
    }
    return texts_.after.FindColumn(column);
  }

  void Keep(std::string_view what, const std::string& text, std::size_t at,
            const std::string& before) {
    for (const std::string& column : texts_.gone) {
      if (!sqlite::MentionsName(text, column)) continue;
      throw Error("the table \"" + texts_.live.name + "\" has a " + std::string(what) +
                  " that Django does not know and that uses the column \"" + column +
                  "\", which this migration takes away: " + text +
                  "; make the table anew without it first, or leave the column out of it");
    }
    result_.has_more = true;
    edits_.Insert(at, before + text);
  }

  void KeepColumns() {
    if (texts_.after.columns.empty()) return;
    const std::size_t end = texts_.after.columns.back().span.end;
    for (const ColumnDefinition& live : texts_.live.columns) {
      const ColumnDefinition* before = texts_.before.FindColumn(live.name);
      const ColumnDefinition* after = FindAfter(live.name);
      if (before && after) KeepClauses(live, *before, *after);
      if (before || after) continue;
      foreign_.push_back(&live);
      if (!HasClause(&live, ClauseKind::kGenerated)) result_.columns.push_back(live.name);
    }
    for (const ColumnDefinition* column : foreign_) Keep("column", column->text, end, ", ");
  }

  void KeepClauses(const ColumnDefinition& live, const ColumnDefinition& before,
                   const ColumnDefinition& after) {
    for (const Clause& clause : live.clauses) {
      if (!IsExtra(clause, live, before, after)) continue;
      Keep("clause", clause.text, after.span.end, " ");
      if (clause.kind == ClauseKind::kGenerated) result_.computed.push_back(live.name);
    }
    KeepAutoincrement(live, before, after);
    if (!KeepsStrict()) return;
    const bool is_as_before = sqlite::NormalizedSql(sqlite::Tokenize(before.type), before.type) ==
                              sqlite::NormalizedSql(sqlite::Tokenize(after.type), after.type);
    Retype(after, is_as_before ? live.type : StrictType(after.type));
  }

  bool IsExtra(const Clause& clause, const ColumnDefinition& live, const ColumnDefinition& before,
               const ColumnDefinition& after) const {
    switch (clause.kind) {
      case ClauseKind::kNull:
      case ClauseKind::kPrimaryKey:
      case ClauseKind::kForeignKey:
        return false;
      case ClauseKind::kCheck:
        return !HasCheck(texts_.before, clause.key) && !HasCheck(texts_.after, clause.key);
      case ClauseKind::kUnique:
        return !IsKnownUnique({live.name});
      case ClauseKind::kReferences:
        return !IsKnownReference({live.name});
      case ClauseKind::kDefault:
        if (HasClause(&after, ClauseKind::kGenerated)) return false;
        break;
      case ClauseKind::kCollate:
        // Django gives a key the collation of its target, and does not always take it back.
        if (IsKnownReference({live.name})) return false;
        break;
      default:
        break;
    }
    return !HasClause(&before, clause.kind) && !HasClause(&after, clause.kind);
  }

  bool IsExtra(const Clause& clause) const {
    const auto has_name = [&](const Clause& known) {
      return !clause.name.empty() && EqualsIgnoringCase(known.name, clause.name);
    };
    for (const TableDefinition* table : {&texts_.before, &texts_.after}) {
      if (std::any_of(table->constraints.begin(), table->constraints.end(), has_name)) return false;
    }
    switch (clause.kind) {
      case ClauseKind::kCheck:
        return !HasCheck(texts_.before, clause.key) && !HasCheck(texts_.after, clause.key);
      case ClauseKind::kUnique:
        return !IsKnownUnique(clause.columns);
      case ClauseKind::kForeignKey:
        return !IsKnownReference(clause.columns);
      default:
        return false;
    }
  }

  bool IsKnownUnique(const std::vector<std::string>& columns) const {
    for (const TableDefinition* table : {&texts_.before, &texts_.after}) {
      if (HasKey(*table, ClauseKind::kUnique, ClauseKind::kUnique, columns)) return true;
      if (HasKey(*table, ClauseKind::kPrimaryKey, ClauseKind::kPrimaryKey, columns)) return true;
    }
    return std::any_of(
        texts_.unique_indexes.begin(), texts_.unique_indexes.end(),
        [&](const std::vector<std::string>& known) { return SameNames(known, columns); });
  }

  bool IsKnownReference(const std::vector<std::string>& columns) const {
    return HasKey(texts_.before, ClauseKind::kReferences, ClauseKind::kForeignKey, columns) ||
           HasKey(texts_.after, ClauseKind::kReferences, ClauseKind::kForeignKey, columns);
  }

  void KeepAutoincrement(const ColumnDefinition& live, const ColumnDefinition& before,
                         const ColumnDefinition& after) {
    const Clause* key = after.Find(ClauseKind::kPrimaryKey);
    if (!key || texts_.live.without_rowid) return;
    const auto counts = [](const ColumnDefinition& column) {
      const Clause* clause = column.Find(ClauseKind::kPrimaryKey);
      return clause && clause->HasWord("autoincrement");
    };
    if (!counts(live) || counts(before) || counts(after)) return;
    result_.has_more = true;
    edits_.Insert(key->span.end, " AUTOINCREMENT");
  }

  void Retype(const ColumnDefinition& column, const std::string& type) {
    edits_.Replace(column.type_span,
                   column.type_span.begin == column.type_span.end ? " " + type : type);
  }

  bool KeepsStrict() const { return texts_.live.strict && !texts_.before.strict; }

  void KeepOptions() {
    std::vector<std::string> options;
    if (KeepsStrict()) {
      options.emplace_back("STRICT");
      for (const ColumnDefinition& column : texts_.after.columns) {
        const bool is_new =
            !texts_.live.FindColumn(column.name) || !texts_.before.FindColumn(column.name);
        if (is_new) Retype(column, StrictType(column.type));
      }
    }
    const bool keeps_key_order = texts_.live.without_rowid && !texts_.before.without_rowid;
    if (keeps_key_order && texts_.after.HasPrimaryKey()) {
      options.emplace_back("WITHOUT ROWID");
      DropAutoincrement();
    }
    if (options.empty()) return;
    result_.has_more = true;
    edits_.Insert(texts_.after.body_end + 1, " " + Join(options, ", "));
  }

  /// There is nothing to count without a rowid, and SQLite refuses the word.
  void DropAutoincrement() {
    for (const ColumnDefinition& column : texts_.after.columns) {
      const Clause* key = column.Find(ClauseKind::kPrimaryKey);
      if (key && key->HasWord("autoincrement")) edits_.Replace(key->span, "PRIMARY KEY");
    }
  }

  const TableTexts& texts_;
  KeptParts result_;
  Edits edits_;
  std::vector<const ColumnDefinition*> foreign_;
};

}  // namespace

KeptParts KeepParts(const TableTexts& texts) { return Keeper(texts).Run(); }

}  // namespace migext::migrate
