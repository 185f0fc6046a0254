// Rules about what a run meets in the tables that are there: columns under a name that it needs,
// and values that a new foreign key would leave without a parent.
//
// What stops migrate() in words of its own is in obstacles.cc; here is also what only SQLite would
// refuse, or Django's check after the migration.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "lint/raw_sql.h"
#include "lint/run.h"
#include "migrate/row_view.h"
#include "schema/remake_columns.h"

namespace migext::lint {
namespace {

using migrate::PreparedMigration;
using migrate::PreparedOperation;
using migrate::RowKnowledge;
using migrate::RowView;
using migrate::ViewedColumn;
using schema::Reference;
using schema::Statement;
using schema::StatementKind;
using schema::TableRemake;
using schema::TableText;

bool MayChangeSchema(const Statement& statement) {
  if (statement.kind != StatementKind::kSql) return false;
  const std::vector<SqlAct> acts = ActsOf(statement.sql);
  return acts.empty() || std::any_of(acts.begin(), acts.end(), [](const SqlAct& act) {
           return act.kind != SqlActKind::kRows && act.kind != SqlActKind::kOther;
         });
}

bool IsCode(const Statement& statement) {
  return statement.kind == StatementKind::kSql || statement.kind == StatementKind::kPython;
}

/// The database holds it already: LintOrphans counts what breaks it.
bool HasKey(const RowView& child, const ViewedColumn& column, const RowView& parent) {
  if (column.source == nullptr || parent.table() == nullptr) return false;
  const auto& keys = child.table()->foreign_keys;
  return std::any_of(keys.begin(), keys.end(), [&](const sqlite::LiveForeignKey& key) {
    return EqualsIgnoringCase(key.table, parent.table()->name) && key.columns.size() == 1 &&
           EqualsIgnoringCase(key.columns.front(), column.source->name);
  });
}

class ConflictLint {
 public:
  ConflictLint(Run& run, Findings& findings) : run_(run), findings_(findings), views_(run.live) {}

  /// False when what the tables are like from here on is not known.
  bool Step(const PreparedMigration& prepared) {
    subject_ = &run_.SubjectOf(prepared.migration->key);
    orphans_.clear();
    bool is_known = true;
    for (const PreparedOperation& operation : prepared.operations) {
      position_ = operation.position;
      for (const Statement& statement : operation.statements) {
        if (is_known) Look(statement);
        is_known = is_known && !MayChangeSchema(statement);
      }
    }
    TellOrphans();
    return is_known;
  }

 private:
  struct Orphans {
    int position = 0;
    std::string message;
    bool code_follows = false;
  };

  void Look(const Statement& statement) {
    if (IsCode(statement)) {
      for (Orphans& orphans : orphans_) orphans.code_follows = true;
    }
    if (statement.table_remake) return LookAtRemake(*statement.table_remake, statement);
    if (statement.kind == StatementKind::kRenameColumn &&
        !EqualsIgnoringCase(statement.column, statement.renamed_to)) {
      LookAtName(statement.table, statement.renamed_to);
    } else if (statement.kind == StatementKind::kAddColumn) {
      LookAtName(statement.table, statement.column);
    }
    views_.Follow(statement);
  }

  void LookAtRemake(const TableRemake& remake, const Statement& statement) {
    const schema::RemakeColumns columns(remake);
    for (const TableText::ColumnPart& part : remake.after.columns) {
      const std::string& name = part.column.name;
      if (columns.Before(name) == nullptr) LookAtName(remake.table, name);
    }
    views_.Follow(statement);
    const RowView* child = views_.Find(remake.table);
    if (child == nullptr || child->knowledge() != RowKnowledge::kKnown) return;
    for (const TableText::ColumnPart& part : remake.after.columns) {
      if (part.column.references) LookAtKey(remake.table, *child, part.column);
    }
  }

  // ---- Names

  /// The column would be there twice; in a rebuilt table Django writes over the one that is there.
  void LookAtName(const std::string& table, const std::string& column) {
    const RowView* view = views_.Find(table);
    if (view == nullptr || view->table() == nullptr || view->Find(column) == nullptr) return;
    if (findings_.Has("already-exists", *subject_, position_)) return;
    const auto& operations = subject_->migration->operations;
    const std::string what = operations[static_cast<std::size_t>(position_)]->Describe();
    findings_.Add(
        "already-exists", *subject_, position_,
        what + ": " + table + "." + column + " exists (duplicate column name: " + column + ")",
        "look what it holds: rename or drop it first, or take the operation out");
  }

  // ---- Foreign keys

  void LookAtKey(const std::string& table, const RowView& child, const schema::Column& column) {
    const Reference& key = *column.references;
    const ViewedColumn* values = child.Find(column.name);
    const RowView* parent = views_.Find(key.table);
    if (values == nullptr || values->value.empty() || parent == nullptr) return;
    if (parent->knowledge() == RowKnowledge::kUnknown || HasKey(child, *values, *parent)) return;
    const std::int64_t rows = CountOrphans(child, column.name, *parent, key.column);
    if (rows == 0) return;
    const std::string name = table + "." + column.name;
    const std::string what =
        values->is_constant
            ? "fills " + name + " with " + values->value + " in " + Rows(rows) + ", and " +
                  key.table + " has no such row"
            : name + " is to point at " + key.table + ", which has no such row for " + Rows(rows);
    orphans_.push_back({position_, what});
  }

  std::int64_t CountOrphans(const RowView& child, const std::string& column, const RowView& parent,
                            const std::string& key) const {
    const std::string value = "child." + SqlIdentifier(column);
    std::string sql =
        "SELECT count(*) FROM (" + child.Sql() + ") AS child WHERE " + value + " IS NOT NULL";
    if (parent.knowledge() == RowKnowledge::kKnown) {
      if (parent.Find(key) == nullptr) return 0;
      sql += " AND NOT EXISTS (SELECT 1 FROM (" + parent.Sql() + ") AS parent WHERE parent." +
             SqlIdentifier(key) + " = " + value + ")";
    }
    try {
      const sqlite::Cell count = run_.input.db.Value(sql);
      return count.Integer() == nullptr ? 0 : *count.Integer();
    } catch (const sqlite::DatabaseError&) {
      return 0;  // What cannot be read is told by others.
    }
  }

  void TellOrphans() {
    for (const Orphans& orphans : orphans_) {
      Finding& finding = findings_.Add(
          "orphan-rows", *subject_, orphans.position,
          orphans.message + (orphans.code_follows ? "; code behind it may mend that" : ""),
          "Django stops at the end of the migration: mend the rows, or make their parents, in a "
          "migration before it");
      if (orphans.code_follows) finding.severity = Severity::kWarning;
    }
  }

  Run& run_;
  Findings& findings_;
  migrate::RowViews views_;
  const Subject* subject_ = nullptr;
  int position_ = 0;
  std::vector<Orphans> orphans_;  // of this migration
};

}  // namespace

void LintConflicts(Run& run, Findings& findings) {
  ConflictLint conflicts(run, findings);
  for (const PreparedMigration& prepared : run.steps) {
    if (!conflicts.Step(prepared)) return;
  }
}

}  // namespace migext::lint
