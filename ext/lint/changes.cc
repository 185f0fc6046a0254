// Rules about what a run changes of the tables that are there: names, types, indexes, and what code
// that is still running relies on.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "lint/column_kind.h"
#include "lint/run.h"
#include "migrate/row_demand.h"
#include "migrate/row_view.h"
#include "schema/remake_columns.h"
#include "sqlite/sql_tokens.h"

namespace migext::lint {
namespace {

using migrate::PreparedMigration;
using migrate::PreparedOperation;
using migrate::RowView;
using schema::Statement;
using schema::StatementKind;
using schema::TableRemake;
using schema::TableText;

constexpr std::string_view kOldCode =
    "code of the release before fails as soon as it is applied: stop it first";

/// Follows the run statement by statement, with the tables that are there under their names of the
/// moment.
class ChangeLint {
 public:
  ChangeLint(Run& run, Findings& findings) : run_(run), findings_(findings), views_(run.live) {}

  void Step(const PreparedMigration& prepared) {
    subject_ = &run_.SubjectOf(prepared.migration->key);
    altered_.clear();
    for (const PreparedOperation& operation : prepared.operations) {
      position_ = operation.position;
      renamed_.clear();
      for (const Statement& statement : operation.statements) Look(statement);
      TellRenames();
    }
    for (const Statement& statement : prepared.deferred) {
      position_ = LastOn(statement.table, prepared);
      Look(statement);
    }
  }

 private:
  struct Rename {
    bool is_table = false;
    std::string message;
  };

  void Look(const Statement& statement) {
    const RowView* view =
        views_.Find(statement.table_remake ? statement.table_remake->table : statement.table);
    const bool has_rows =
        view != nullptr && view->table() != nullptr && run_.rows.Of(view->table()->name) > 0;
    if (!has_rows || (statement.remake && !statement.table_remake)) {
      return views_.Follow(statement);
    }
    rows_ = run_.rows.Of(view->table()->name);
    if (statement.table_remake) return LookAtRemake(*statement.table_remake, statement);
    switch (statement.kind) {
      case StatementKind::kRenameTable:
        renamed_.push_back({true, "renames the table " + statement.table + " (" + Rows(rows_) +
                                      ") to " + statement.renamed_to});
        break;
      case StatementKind::kRenameColumn:
        AddRenamedColumn(statement.table, statement.column, statement.renamed_to);
        break;
      case StatementKind::kCreateIndex:
        LookAtIndex(statement, *view);
        break;
      case StatementKind::kDropIndex:
        LookAtDroppedIndex(statement);
        break;
      default:
        break;
    }
    views_.Follow(statement);
  }

  // ---- Names

  void AddRenamedColumn(const std::string& table, const std::string& from, const std::string& to) {
    renamed_.push_back(
        {false, "renames the column " + table + "." + from + " (" + Rows(rows_) + ") to " + to});
  }

  /// A table that is renamed takes columns of other tables along.
  void TellRenames() {
    const auto first = std::find_if(renamed_.begin(), renamed_.end(),
                                    [](const Rename& one) { return one.is_table; });
    const Rename* told = first != renamed_.end() ? &*first
                         : renamed_.empty()      ? nullptr
                                                 : &renamed_.front();
    if (told == nullptr) return;
    findings_.Add(told->is_table ? "rename-table" : "rename-column", *subject_, position_,
                  told->message, std::string(kOldCode));
  }

  // ---- Rebuilt tables

  void LookAtRemake(const TableRemake& remake, const Statement& statement) {
    const RowView before = *views_.Find(remake.table);
    views_.Follow(statement);
    altered_.insert(Lower(remake.table));
    for (const schema::CopiedColumn& copied : remake.copy) {
      if (copied.IsPlain() && copied.source != copied.column) {
        AddRenamedColumn(remake.table, copied.source, copied.column);
      }
    }
    const schema::RemakeColumns columns(remake);
    for (const TableText::ColumnPart& part : remake.after.columns) {
      const TableText::ColumnPart* old = columns.SourceOf(part.column.name);
      LookAtNotNull(remake, part, old);
      if (old != nullptr) LookAtType(remake, part, *old, before);
    }
    const RowView& after = *views_.Find(remake.table);
    for (const migrate::Demand& demand : migrate::DemandsOf(remake, before, after)) {
      TellUnique(remake.table, demand, after, before.knowledge());
    }
  }

  void LookAtNotNull(const TableRemake& remake, const TableText::ColumnPart& part,
                     const TableText::ColumnPart* old) {
    const schema::Column& column = part.column;
    if (column.null || part.has_default || column.primary_key || column.generated) return;
    if (old != nullptr && !old->column.null) return;
    findings_.Add("not-null-added", *subject_, position_,
                  (old == nullptr ? "the new column " : "the column ") + remake.table + "." +
                      column.name + " (" + Rows(rows_) +
                      ") is NOT NULL, and the database has no default for it",
                  "code of the release before cannot insert rows then: give it db_default, or stop "
                  "that code first");
  }

  void LookAtType(const TableRemake& remake, const TableText::ColumnPart& part,
                  const TableText::ColumnPart& old, const RowView& before) {
    const ColumnKind from = KindOfType(old.column.type);
    const ColumnKind to = KindOfType(part.column.type);
    const std::optional<std::string> misfit = MisfitCondition(from, to);
    if (!misfit) return;
    const migrate::ViewedColumn* viewed = before.Find(old.column.name);
    std::int64_t misfits = 0;
    if (viewed != nullptr && viewed->source != nullptr && before.table() != nullptr) {
      misfits =
          run_.rows.Where(before.table()->name,
                          ReplaceAll(*misfit, kMisfitColumn, SqlIdentifier(viewed->source->name)));
    }
    Finding& finding = findings_.Add(
        "alter-column", *subject_, position_,
        remake.table + "." + part.column.name + " changes from " + old.column.type + " to " +
            part.column.type + ": " +
            (misfits == 0 ? "all values fit" : "the value of " + Rows(misfits) + " does not fit"),
        misfits == 0 ? std::string(kOldCode)
                     : "convert the values first, in a RunPython or RunSQL: SQLite keeps them as "
                       "they are, and Django cannot read them");
    if (misfits == 0) finding.severity = Severity::kInfo;
  }

  // ---- Indexes

  /// The columns as they are called today, where they are there today.
  static std::string LiveNames(std::vector<std::string> columns, const RowView& view) {
    for (std::string& column : columns) {
      const migrate::ViewedColumn* viewed = view.Find(column);
      if (viewed != nullptr && viewed->origin != nullptr) column = viewed->origin->name;
    }
    return Join(columns, ", ");
  }

  void TellUnique(const std::string& table, const migrate::Demand& demand, const RowView& view,
                  migrate::RowKnowledge knowledge) {
    if (demand.kind != migrate::DemandKind::kUnique) return;
    const std::vector<std::string>& parts =
        demand.columns.empty() ? demand.expressions : demand.columns;
    const std::string where = demand.condition.empty() ? "" : " where " + demand.condition;
    // A table that is rebuilt again demands it again, under a new name perhaps.
    const std::string known = LiveNames(parts, view) + " of " + view.table()->name + where;
    if (!unique_.insert(known).second) return;
    const std::string what = Join(parts, ", ") + " of " + table + " is to be unique" + where;
    findings_.Add("unique-added", *subject_, position_,
                  what + ": " + Rows(rows_) +
                      (knowledge == migrate::RowKnowledge::kKnown
                           ? ", none of them alike yet"
                           : ", and code of the project runs on them before"),
                  "rows that come before the run may stop it");
  }

  void LookAtIndex(const Statement& statement, const RowView& view) {
    for (const migrate::Demand& demand : migrate::DemandsOf(statement, view)) {
      TellUnique(statement.table, demand, view, view.knowledge());
    }
    const std::string name = statement.index == nullptr ? "" : statement.index->Name();
    made_[Lower(name)] = {subject_, position_, view.table()->name};
    if (rows_ < kLargeTable) return;
    const bool is_altered = altered_.contains(Lower(statement.table));
    findings_.Add(is_altered ? "create-index-exclusive" : "create-index", *subject_, position_,
                  "builds the index " + name + " of " + statement.table + " (" + Rows(rows_) + ")" +
                      (is_altered ? " in the transaction that has rebuilt the table" : ""),
                  "nobody else can write meanwhile: run it when that does no harm");
  }

  void LookAtDroppedIndex(const Statement& statement) {
    const std::vector<sqlite::SqlToken> tokens = sqlite::Tokenize(statement.sql);
    if (tokens.empty()) return;
    const auto last = std::find_if(tokens.rbegin(), tokens.rend(), [](const auto& token) {
      return token.kind != sqlite::TokenKind::kSymbol;
    });
    const std::string name = last == tokens.rend() ? "" : last->text;
    const auto made = made_.find(Lower(name));
    if (made != made_.end()) {
      Finding& finding = findings_.Add(
          "index-dropped-later", *made->second.subject, made->second.position,
          "makes the index " + name + " of " + made->second.table + " (" + Rows(rows_) +
              "), which " + subject_->migration->key.ToString() + " drops again",
          "leave both out: squash the two, or edit them while they are applied nowhere");
      if (rows_ < kLargeTable) finding.severity = Severity::kInfo;
      made_.erase(made);
    } else if (rows_ >= kLargeTable) {
      findings_.Add("drop-index", *subject_, position_,
                    "drops the index " + name + " of " + statement.table + " (" + Rows(rows_) + ")",
                    "look first which queries use it: EXPLAIN QUERY PLAN SELECT …");
    }
  }

  struct MadeIndex {
    const Subject* subject = nullptr;
    std::optional<int> position;
    std::string table;
  };

  Run& run_;
  Findings& findings_;
  migrate::RowViews views_;
  const Subject* subject_ = nullptr;
  std::optional<int> position_;
  std::int64_t rows_ = 0;          // of the table that is looked at
  std::set<std::string> unique_;   // what was told of them
  std::set<std::string> altered_;  // tables that this migration has rebuilt
  std::vector<Rename> renamed_;    // by this operation
  std::map<std::string, MadeIndex> made_;
};

}  // namespace

void LintChanges(Run& run, Findings& findings) {
  ChangeLint changes(run, findings);
  for (const PreparedMigration& prepared : run.steps) changes.Step(prepared);
}

}  // namespace migext::lint
