// Rules about tables that a run copies whole: what that costs, and what does not come along under
// Django.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/text.h"
#include "lint/run.h"
#include "migrate/row_view.h"
#include "migrate/table_size.h"
#include "schema/table_remake.h"
#include "sqlite/sql_tokens.h"

namespace migext::lint {
namespace {

using migrate::PreparedMigration;
using schema::Statement;
using schema::TableRemake;
using sqlite::LiveTable;

std::string Size(std::optional<std::uint64_t> bytes) {
  constexpr std::uint64_t kMega = 1'000'000;
  constexpr std::uint64_t kKilo = 1'000;
  if (!bytes) return {};
  const bool is_large = *bytes >= kMega;
  const std::uint64_t unit = is_large ? kMega : kKilo;
  return ", " + Grouped(static_cast<std::int64_t>((*bytes + unit - 1) / unit)) +
         (is_large ? " MB" : " kB");
}

std::string Times(std::size_t count) {
  return count == 1 ? "once" : std::to_string(count) + " times";
}

class RebuildLint {
 public:
  RebuildLint(Run& run, Findings& findings) : run_(run), findings_(findings), views_(run.live) {}

  void Step(const PreparedMigration& prepared) {
    subject_ = &run_.SubjectOf(prepared.migration->key);
    copied_.clear();
    for (const migrate::PreparedOperation& operation : prepared.operations) {
      position_ = operation.position;
      for (const Statement& statement : operation.statements) Look(statement);
    }
    for (const Statement& statement : prepared.deferred) Look(statement);
    for (const auto& [table, copies] : copied_) TellCopies(table, copies);
  }

  void Finish() {
    for (const auto& [table, all] : of_run_) {
      if (all.copies < 2 || run_.rows.Of(table) < kLargeTable) continue;
      findings_.Add("several-rebuilds", *all.first, all.position,
                    "the run rebuilds " + Cost(table) + " " + Times(all.copies),
                    "put the changes of one table into one migration: migrate() of migext then "
                    "copies it once, Django once for each operation");
    }
  }

 private:
  struct Copies {
    int position = 0;
    std::size_t count = 0;
  };
  struct OfRun {
    const Subject* first = nullptr;
    int position = 0;
    std::size_t copies = 0;
  };

  std::string Cost(const std::string& table) {
    return table + " (" + Rows(run_.rows.Of(table)) +
           Size(migrate::TableSize(run_.input.db, table)) + ")";
  }

  void Look(const Statement& statement) {
    const migrate::RowView* view =
        statement.table_remake ? views_.Find(statement.table_remake->table) : nullptr;
    if (view != nullptr && view->table() != nullptr) {
      const LiveTable& table = *view->table();
      if (run_.rows.Of(table.name) > 0) Count(table);
      if (seen_.insert(Lower(table.name)).second) LookAtParts(table, *statement.table_remake);
    }
    if (statement.kind == schema::StatementKind::kDropIndex) dropped_ += statement.sql + "\n";
    views_.Follow(statement);
  }

  void Count(const LiveTable& table) {
    Copies& copies = copied_[table.name];
    if (copies.count++ == 0) copies.position = position_;
    OfRun& all = of_run_[table.name];
    if (all.copies++ == 0) all = {subject_, position_, 1};
  }

  void TellCopies(const std::string& table, const Copies& copies) {
    findings_.Add("rebuild", *subject_, copies.position,
                  "copies " + Cost(table) + " " + Times(copies.count),
                  copies.count == 1
                      ? "the database is locked for writers meanwhile"
                      : "the database is locked for writers meanwhile; migrate() of migext makes "
                        "one copy of it where the result is the same");
  }

  // ---- What goes with the first rebuild

  void LookAtParts(const LiveTable& table, const TableRemake& remake) {
    for (const sqlite::LiveText& trigger : run_.live.triggers()) {
      if (EqualsIgnoringCase(trigger.table, table.name)) Lost(table, "trigger", trigger.name);
    }
    for (const sqlite::LiveText& view : run_.live.views()) {
      if (sqlite::MentionsName(view.sql, table.name)) TellView(table, view.name);
    }
    for (const sqlite::LiveColumn& column : table.columns) {
      const migrate::ViewedColumn* now = views_.Find(remake.table)->Find(column.name);
      const bool is_same = now != nullptr && now->source == &column;
      const bool is_made = IsMade(remake.table, column.name);
      if (is_same && !is_made && remake.before.FindColumn(column.name) == nullptr) {
        Lost(table, "column", table.name + "." + column.name);
      }
    }
    for (const sqlite::LiveIndex& index : table.indexes) {
      if (index.origin == sqlite::LiveIndexOrigin::kCreateIndex && !IsKnown(index, remake) &&
          !IsMade(remake.table, index) && !sqlite::MentionsName(dropped_, index.name)) {
        Lost(table, "index", index.name);
      }
    }
    LookAtChildren(table);
  }

  std::optional<schema::Table> MadeTable(const django::ProjectState& state,
                                         const std::string& table) const {
    for (const auto& model : state.models()) {
      if (!EqualsIgnoringCase(model->DbTable(), table)) continue;
      return schema::TableOf(state, model->key(), run_.context);
    }
    return {};
  }

  /// What a later migration makes and is there already is in its way, and no stranger.
  bool IsMade(const std::string& table, const std::string& column) const {
    const std::optional<schema::Table> made = MadeTable(run_.planned.end, table);
    return made && made->FindColumn(column) != nullptr;
  }

  /// What an applied migration made and the run drops on purpose is no stranger either; the run may
  /// have renamed its table to `table` since.
  bool IsMade(const std::string& table, const sqlite::LiveIndex& index) const {
    const auto makes = [&](const django::ProjectState& state, const std::string& name) {
      const std::optional<schema::Table> made = MadeTable(state, name);
      return made && std::any_of(made->indexes.begin(), made->indexes.end(),
                                 [&](const auto& one) { return IsAlike(index, one); });
    };
    return makes(run_.planned.start, index.table) || makes(run_.planned.end, table);
  }

  static bool IsAlike(const sqlite::LiveIndex& index, const schema::Index& made) {
    const std::vector<std::string> columns = index.Columns();
    const bool same_columns =
        std::equal(columns.begin(), columns.end(), made.parts.begin(), made.parts.end(),
                   [](const std::string& column, const schema::IndexPart& part) {
                     return !column.empty() && EqualsIgnoringCase(column, part.column);
                   });
    return EqualsIgnoringCase(made.name, index.name) ||
           (same_columns && made.unique == index.unique && made.partial == index.partial);
  }

  /// By what it covers: Django keeps old names after a rename.
  static bool IsKnown(const sqlite::LiveIndex& index, const TableRemake& remake) {
    return std::any_of(
        remake.indexes_before.begin(), remake.indexes_before.end(), [&](const auto& known) {
          const std::vector<std::string> columns = index.Columns();
          const bool same_columns =
              std::equal(columns.begin(), columns.end(), known.columns.begin(), known.columns.end(),
                         [](const auto& a, const auto& b) { return EqualsIgnoringCase(a, b); });
          return EqualsIgnoringCase(known.Name(), index.name) ||
                 (same_columns && known.unique == index.unique);
        });
  }

  void Lost(const LiveTable& table, const std::string& kind, const std::string& name) {
    findings_.Add("lost-object", *subject_, position_,
                  "rebuilds " + table.name + ", and no migration makes the " + kind + " " + name +
                      ": under Django it is gone afterwards",
                  "migrate() of migext keeps it; before a manage.py migrate keep its SQL");
  }

  void TellView(const LiveTable& table, const std::string& name) {
    findings_.Add(
        "lost-object", *subject_, position_,
        "rebuilds " + table.name + ", which the view " + name +
            " reads: Django stops where it renames the new table",
        "migrate() of migext copes with it; before a manage.py migrate drop the view, and "
        "make it again afterwards");
  }

  void LookAtChildren(const LiveTable& table) {
    for (const LiveTable& child : run_.live.tables()) {
      for (const sqlite::LiveForeignKey& key : child.foreign_keys) {
        const bool acts = key.on_delete == "CASCADE" || key.on_delete == "SET NULL" ||
                          key.on_delete == "SET DEFAULT";
        if (!acts || !EqualsIgnoringCase(key.table, table.name)) continue;
        const std::int64_t rows = run_.rows.Of(child.name);
        if (rows == 0) continue;
        findings_.Add("cascade-rebuild", *subject_, position_,
                      "rebuilds " + table.name + ", to which " + Rows(rows) + " of " + child.name +
                          " point with ON DELETE " + key.on_delete,
                      "run its SQL by hand only with PRAGMA foreign_keys = OFF, set before BEGIN: "
                      "dropping the old table would else act on those rows; migrate() and Django "
                      "switch it off themselves");
      }
    }
  }

  Run& run_;
  Findings& findings_;
  migrate::RowViews views_;
  const Subject* subject_ = nullptr;
  int position_ = 0;
  std::set<std::string> seen_;            // lower case
  std::string dropped_;                   // DROP INDEX of the run so far
  std::map<std::string, Copies> copied_;  // by this migration
  std::map<std::string, OfRun> of_run_;
};

}  // namespace

void LintRebuilds(Run& run, Findings& findings) {
  RebuildLint lint(run, findings);
  for (const PreparedMigration& prepared : run.steps) lint.Step(prepared);
  lint.Finish();
}

}  // namespace migext::lint
