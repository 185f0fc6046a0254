#include "migrate/drift_table.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "migrate/offending_rows.h"
#include "migrate/table_repair.h"

namespace migext::migrate {
namespace {

using django::MigrationKey;
using sqlite::LiveTable;

DriftKind KindOf(const Difference& difference) {
  if (difference.kind == DifferenceKind::kMissing) return DriftKind::kMissing;
  if (difference.kind == DifferenceKind::kDifferent) return DriftKind::kDifferent;
  return difference.is_index ? DriftKind::kForeign : DriftKind::kUnknown;
}

/// Neither a migration makes it nor a person, who makes indexes: where no file is known of a
/// recorded migration, that one may have, and may have been at the rest of the table too.
bool IsUnknown(const Difference& difference) {
  return difference.kind == DifferenceKind::kUnknown && !difference.is_index;
}

const schema::IndexStatement* FindIndex(const PromisedTable& promised, std::string_view name) {
  for (const schema::IndexStatement& index : promised.indexes) {
    if (EqualsIgnoringCase(index.Name(), name)) return &index;
  }
  return nullptr;
}

std::optional<MigrationKey> MakerOf(DriftEvidence& evidence, const PromisedTable& promised,
                                    const std::string& part) {
  return evidence.reasons.Doer(DriftReasons::Deed::kMakes, promised.name, part, true);
}

/// Of a table that is there.
class TableDrift {
 public:
  TableDrift(DriftEvidence& evidence, const PromisedTable& promised, TableShape live,
             std::vector<Difference> differences)
      : evidence_(evidence),
        promised_(promised),
        live_(std::move(live)),
        differences_(std::move(differences)),
        ghosts_(evidence.reasons.Ghosts(promised.app())),
        ghost_was_here_(!ghosts_.empty() && std::ranges::any_of(differences_, IsUnknown)),
        never_run_(NeverRun()) {}

  std::vector<Drift> Run() {
    for (const Difference& difference : differences_) {
      Drift row = DriftRow(promised_.name, promised_.app());
      row.object = difference.object;
      row.property = difference.property;
      row.expected = difference.expected;
      row.actual = difference.actual;
      row.kind = KindOf(difference);
      row.severity = SeverityOf(row.kind);
      if (!Explain(difference, row)) {
        if (!RemedyAlone(difference, row)) Remedy(difference, row);
        row.detail += AndGhosts(ghosts_);
      }
      rows_.push_back(std::move(row));
    }
    LeaveIndexesToTheRebuild();
    return std::move(rows_);
  }

 private:
  /// Fills the detail of what neither a rebuild nor a statement should touch; false for all else.
  bool Explain(const Difference& difference, Drift& row) {
    if (evidence_.reasons.IsAsLater(difference, promised_.name, live_)) {
      if (row.kind == DriftKind::kForeign) row.kind = DriftKind::kUnknown;
      row.severity = SeverityOf(row.kind);
      row.detail = Later(difference) + AndGhosts(ghosts_) + std::string(kLookAtConflicts);
    } else if (row.kind == DriftKind::kForeign) {
      row.detail = kKeptByHand;
      if (!ghosts_.empty()) row.detail = "made by hand, or by " + Join(ghosts_, ", ");
    } else if (ghost_was_here_) {
      row.detail = AndGhosts(ghosts_).substr(2) + std::string(kLookAtConflicts);
    }
    return !row.detail.empty();
  }

  /// "blog.0008_x takes it away and is not recorded"
  std::string Later(const Difference& difference) {
    const std::string& part = difference.column.empty() ? difference.object : difference.column;
    const bool is_missing = difference.kind == DifferenceKind::kMissing;
    const auto deed = is_missing ? DriftReasons::Deed::kTakesAway : DriftReasons::Deed::kMakes;
    const auto doer = evidence_.reasons.Doer(deed, promised_.name, part, false);
    if (!doer) return "so it would be with the migrations that are not recorded";
    return doer->ToString() + (is_missing ? " takes it away" : " makes it so") +
           " and is not recorded";
  }

  /// What takes no rebuild: false for all else.
  bool RemedyAlone(const Difference& difference, Drift& row) const {
    if (row.kind == DriftKind::kUnknown && row.property == Property::kColumn) {
      RemedyUnknownColumn(difference, row);
      return true;
    }
    if (row.kind != DriftKind::kMissing || !difference.is_index) return false;
    const schema::IndexStatement* index = FindIndex(promised_, difference.object);
    if (index == nullptr || !HasAllColumns()) return false;
    RemedyMissingIndex(*index, row);
    return true;
  }

  void RemedyUnknownColumn(const Difference& difference, Drift& row) const {
    row.detail = "no migration makes it";
    const std::string column = SqlIdentifier(difference.column);
    const std::string filled =
        OffendingRows(evidence_.input.db, live_)
            .Tell(column + " IS NOT NULL", {"has a value in it, which would be lost without it",
                                            "have values in it, which would be lost without it"});
    if (!filled.empty()) {
      row.detail += "; " + filled;
      return;
    }
    constexpr int kDropsColumns = 3035000;
    if (sqlite::LibraryVersionNumber() < kDropsColumns) return;
    row.detail += "; it holds nothing";
    row.remedy = "ALTER TABLE " + SqlIdentifier(live_.name) + " DROP COLUMN " + column + ";";
  }

  bool HasAllColumns() const {
    return std::ranges::all_of(promised_.text.columns, [&](const auto& part) {
      return live_.FindColumn(part.column.name) != nullptr;
    });
  }

  void RemedyMissingIndex(const schema::IndexStatement& index, Drift& row) const {
    row.detail = "not there";
    const std::string obstacle =
        OffendingRows(evidence_.input.db, live_).TellRepeated(UniqueRuleOf(index.Sql()));
    if (const sqlite::LiveIndex* other = evidence_.input.live.FindIndex(index.Name())) {
      row.detail += "; its name is taken by an index of " + other->table;
    } else if (!obstacle.empty()) {
      row.detail += "; not to be made: " + obstacle;
    } else {
      row.remedy = index.Sql() + ";";
    }
  }

  void Remedy(const Difference& difference, Drift& row) {
    row.detail = never_run_.empty() ? Sentence(difference) : never_run_;
    if (!never_run_.empty()) return;
    if (!repair_) {
      repair_.emplace(evidence_.input.db, promised_, live_, differences_, evidence_.input.context);
    }
    if (repair_->obstacle().empty()) {
      row.remedy = RebuildSql(promised_.name);
    } else {
      row.detail += "; not to be rebuilt as it is: " + repair_->obstacle();
    }
  }

  /// A rebuild would fill columns with defaults, and hide that a recorded migration was never run.
  std::string NeverRun() {
    for (const Difference& difference : differences_) {
      if (difference.kind != DifferenceKind::kMissing || difference.column.empty()) continue;
      const auto maker = MakerOf(evidence_, promised_, difference.column);
      if (!maker || !evidence_.reasons.IsAbsent(*maker, evidence_.input.live)) continue;
      return "nothing of " + maker->ToString() + " is there, which is recorded" +
             std::string(kLookAtConflicts);
    }
    return {};
  }

  std::string Sentence(const Difference& difference) {
    if (difference.kind == DifferenceKind::kUnknown) return "no migration makes it";
    if (difference.kind == DifferenceKind::kDifferent) return "not as the migrations make it";
    if (difference.property == Property::kColumn) {
      const auto maker = MakerOf(evidence_, promised_, difference.column);
      if (maker) {
        return maker->ToString() + " makes it and is recorded; if it has not been run, " +
               "SELECT * FROM migration_conflicts says how to";
      }
    }
    return "not there";
  }

  /// A rebuild makes all indexes: made by hand behind it they would be there already.
  void LeaveIndexesToTheRebuild() {
    const std::string rebuild = RebuildSql(promised_.name);
    if (std::ranges::find(rows_, rebuild, &Drift::remedy) == rows_.end()) return;
    for (Drift& row : rows_) {
      if (row.remedy.starts_with("CREATE ")) row.remedy = rebuild;
    }
  }

  DriftEvidence& evidence_;
  const PromisedTable& promised_;
  const TableShape live_;
  const std::vector<Difference> differences_;
  const std::vector<std::string> ghosts_;
  const bool ghost_was_here_;
  const std::string never_run_;  ///< Why not to rebuild; "" for no such reason.
  std::optional<TableRepair> repair_;
  std::vector<Drift> rows_;
};

/// The one table of no migration that has the columns of this one, and no others.
const LiveTable* FindRenamed(const DriftEvidence& evidence, const PromisedTable& promised) {
  std::set<std::string> wanted;
  for (const auto& part : promised.text.columns) wanted.insert(Lower(part.column.name));
  const LiveTable* found = nullptr;
  for (const LiveTable& table : evidence.input.live.tables()) {
    if (table.is_virtual || IsInternalTable(table.name)) continue;
    if (evidence.promised.Find(table.name) != nullptr) continue;
    std::set<std::string> columns;
    for (const auto& column : table.columns) columns.insert(Lower(column.name));
    if (columns != wanted) continue;
    if (found != nullptr) return nullptr;
    found = &table;
  }
  return found;
}

Drift RowOfAll(const PromisedTable& promised, DriftKind kind) {
  Drift row = DriftRow(promised.name, promised.app());
  row.object = promised.name;
  row.kind = kind;
  row.property = Property::kTable;
  row.expected = promised.Sql();
  return row;
}

Drift MissingTable(DriftEvidence& evidence, const PromisedTable& promised) {
  Drift row = RowOfAll(promised, DriftKind::kMissing);
  const auto maker = MakerOf(evidence, promised, {});
  row.detail = maker ? maker->ToString() + " makes it and is recorded" : "not there";
  const std::vector<std::string> ghosts = evidence.reasons.Ghosts(promised.app());
  if (evidence.input.live.FindView(promised.name) != nullptr) {
    row.detail += "; a view is in its place";
  } else if (!ghosts.empty()) {
    row.detail += "; " + Join(ghosts, ", ") + " may have dropped it: bring the file back";
  } else if (const LiveTable* renamed = FindRenamed(evidence, promised)) {
    row.detail += "; \"" + renamed->name + "\" has its columns: it may have been renamed";
    row.remedy = "ALTER TABLE " + SqlIdentifier(renamed->name) + " RENAME TO " +
                 SqlIdentifier(promised.name) + ";";
  } else if (promised.trouble.empty()) {
    row.remedy = promised.Sql() + ";";
    for (const std::string& index : promised.IndexSql()) row.remedy += "\n" + index + ";";
  } else {
    row.detail += "; it could not be read in full: " + promised.trouble;
  }
  return row;
}

}  // namespace

std::vector<Drift> DriftOfTable(DriftEvidence& evidence, const PromisedTable& promised) {
  const LiveTable* live = evidence.input.live.FindTable(promised.name);
  if (live == nullptr) {
    const bool is_made = evidence.alternatives.Made().FindTable(promised.name) != nullptr;
    return is_made ? std::vector{MissingTable(evidence, promised)} : std::vector<Drift>();
  }
  if (live->is_virtual) {
    Drift row = RowOfAll(promised, DriftKind::kDifferent);
    row.actual = live->sql;
    row.detail = "a virtual table is in its place";
    return {std::move(row)};
  }
  std::vector<Difference> differences = evidence.DifferencesOf(promised, *live);
  if (differences.empty()) return {};
  return TableDrift(evidence, promised, *LiveShape(*live), std::move(differences)).Run();
}

}  // namespace migext::migrate
