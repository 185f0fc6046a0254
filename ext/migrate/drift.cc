#include "migrate/drift.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "migrate/drift_alternatives.h"
#include "migrate/drift_reasons.h"
#include "migrate/offending_rows.h"
#include "migrate/promised_schema.h"
#include "migrate/table_repair.h"

namespace migext::migrate {
namespace {

using django::MigrationKey;
using sqlite::LiveTable;

constexpr std::string_view kForeign =
    "made by hand: no migration makes it; migext keeps it, Django drops it when it rebuilds the "
    "table";
constexpr std::string_view kNewPrefix = "new__";  // DatabaseSchemaEditor._remake_table()
constexpr std::string_view kLookAtConflicts = "; SELECT * FROM migration_conflicts says what to do";

/// "django_migrations", those of SQLite and those of migext.
bool IsInternal(std::string_view table) {
  const std::string name = Lower(table);
  return name == "django_migrations" || name.starts_with("sqlite_") || name.starts_with("migext_");
}

Drift RowOf(const std::string& table, const std::string& app) {
  Drift row;
  row.table = table;
  row.app = app;
  return row;
}

std::string RepairSql(const std::string& table) {
  return "SELECT rebuild_table(" + SqlLiteral(table) + ");";
}

DriftKind KindOf(const Difference& difference) {
  if (difference.kind == DifferenceKind::kMissing) return DriftKind::kMissing;
  if (difference.kind == DifferenceKind::kDifferent) return DriftKind::kDifferent;
  return difference.is_index ? DriftKind::kForeign : DriftKind::kUnknown;
}

Severity SeverityOf(DriftKind kind) {
  if (kind == DriftKind::kForeign) return Severity::kInfo;
  return kind == DriftKind::kUnknown ? Severity::kWarning : Severity::kError;
}

class Finder {
 public:
  explicit Finder(const DriftInput& input)
      : input_(input),
        state_(StateOf(input.graph, AppliedPlan(input.graph))),
        promised_(state_, input.context),
        alternatives_(input.graph, input.context, state_),
        reasons_(input.db, input.graph, input.context) {}

  std::vector<Drift> Run() {
    for (const PromisedTable& table : promised_.tables()) LookAt(table);
    for (const LiveTable& table : input_.live.tables()) LookForStranger(table);
    for (const sqlite::LiveText& trigger : input_.live.triggers()) AddTrigger(trigger);
    for (const sqlite::LiveText& view : input_.live.views()) AddView(view);
    MentionEdits();
    return std::move(rows_);
  }

  RepairedTable Repair(std::string_view name) {
    const PromisedTable* promised = promised_.Find(name);
    if (promised == nullptr) {
      throw Error("no applied migration makes a table \"" + std::string(name) + "\"");
    }
    LookAt(*promised);
    const std::string remedy = RepairSql(promised->name);
    const auto is_it = [&](const Drift& row) { return row.remedy == remedy; };
    if (std::none_of(rows_.begin(), rows_.end(), is_it)) {
      MentionEdits();
      return {WhyNot(*promised), {}};
    }
    const LiveTable& table = *input_.live.FindTable(promised->name);
    const auto differences = DifferencesOf(*promised, table);
    const TableRepair repair(input_.db, *promised, *LiveShape(table), differences, input_.context);
    const std::int64_t rows = repair.Run([&] { RequireMended(*promised); });
    RepairedTable done = {"rebuilt " + promised->name + " with its " + Grouped(rows) +
                              (rows == 1 ? " row" : " rows") + "; undo_last() cannot take it back",
                          {}};
    for (const Difference& difference : differences) {
      if (StaysInARebuild(difference)) continue;
      done.report.push_back("  " + difference.object + ": " + ChangeOf(difference));
    }
    return done;
  }

 private:
  static std::string ChangeOf(const Difference& difference) {
    if (difference.expected.empty()) return difference.actual + " is gone";
    return difference.expected + ", was " +
           (difference.actual.empty() ? "not there" : difference.actual);
  }

  static std::string ChangeLeft(const Difference& difference) {
    if (difference.expected.empty()) return difference.actual + " is there still";
    if (difference.actual.empty()) return difference.expected + " is missing";
    return difference.actual + " instead of " + difference.expected;
  }

  std::vector<Difference> DifferencesOf(const PromisedTable& promised, const LiveTable& live) {
    const auto live_shape = LiveShape(live);
    const auto promised_shape = promised.Shape();
    if (!live_shape || !promised_shape) return {};
    std::vector<Difference> differences = Differences(*promised_shape, *live_shape);
    if (!promised.trouble.empty()) ForgetUnknownParts(differences);
    if (!differences.empty()) alternatives_.Filter(promised, *live_shape, differences);
    return differences;
  }

  /// Neither a migration makes it nor a person, who makes indexes: where no file is known of a
  /// recorded migration, that one may have, and may have been at the rest of the table too.
  static bool IsUnknown(const Difference& difference) {
    return difference.kind == DifferenceKind::kUnknown && !difference.is_index;
  }

  /// Columns and indexes that no migration makes.
  static bool StaysInARebuild(const Difference& difference) {
    return difference.kind == DifferenceKind::kUnknown &&
           (difference.property == Property::kColumn || difference.is_index);
  }

  /// Throws Error when the table is still not what the migrations make.
  void RequireMended(const PromisedTable& promised) {
    const auto now = sqlite::LiveSchema::ReadTable(input_.db, promised.name);
    std::vector<std::string> left;
    for (const Difference& difference : DifferencesOf(promised, *now.FindTable(promised.name))) {
      if (StaysInARebuild(difference)) continue;
      left.push_back(difference.object + ": " + ChangeLeft(difference));
    }
    if (left.empty()) return;
    throw Error("a rebuild of \"" + promised.name +
                "\" does not make it what the migrations make; "
                "nothing was changed; what would be left: " +
                Join(left, "; "));
  }

  void LookAt(const PromisedTable& promised) {
    const LiveTable* live = input_.live.FindTable(promised.name);
    if (live == nullptr) return AddMissingTable(promised);
    if (live->is_virtual) return AddVirtual(promised, *live);
    const std::vector<Difference> differences = DifferencesOf(promised, *live);
    if (differences.empty()) return;
    const auto live_shape = LiveShape(*live);
    const std::vector<std::string> ghosts = reasons_.Ghosts(promised.app());
    const bool is_ghostly =
        !ghosts.empty() && std::any_of(differences.begin(), differences.end(), IsUnknown);
    const std::string never_run = NeverRun(promised, differences);
    const std::size_t first = rows_.size();
    std::optional<TableRepair> repair;
    for (const Difference& difference : differences) {
      Drift row = RowOf(promised.name, promised.app());
      row.object = difference.object;
      row.property = difference.property;
      row.expected = difference.expected;
      row.actual = difference.actual;
      row.kind = KindOf(difference);
      row.severity = SeverityOf(row.kind);
      Explain(difference, promised, *live_shape, ghosts, row);
      if (row.detail.empty() && is_ghostly) {
        row.detail = AndGhosts(ghosts).substr(2) + std::string(kLookAtConflicts);
      } else if (row.detail.empty()) {
        if (!RemedyAlone(difference, promised, *live_shape, row)) {
          if (!repair) {
            repair.emplace(input_.db, promised, *live_shape, differences, input_.context);
          }
          Remedy(difference, promised, *repair, never_run, row);
        }
        row.detail += AndGhosts(ghosts);
      }
      rows_.push_back(std::move(row));
    }
    LeaveIndexesToTheRebuild(promised, first);
  }

  void AddVirtual(const PromisedTable& promised, const LiveTable& live) {
    Drift row = RowOf(promised.name, promised.app());
    row.object = promised.name;
    row.expected = promised.Sql();
    row.actual = live.sql;
    row.detail = "a virtual table is in its place";
    rows_.push_back(std::move(row));
  }

  /// A rebuild makes all indexes: made by hand behind it they would be there already.
  void LeaveIndexesToTheRebuild(const PromisedTable& promised, std::size_t first) {
    const std::string rebuild = RepairSql(promised.name);
    const auto begin = rows_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto is_rebuilt = [&](const Drift& row) { return row.remedy == rebuild; };
    if (std::none_of(begin, rows_.end(), is_rebuilt)) return;
    for (auto row = begin; row != rows_.end(); ++row) {
      if (row->remedy.starts_with("CREATE ")) row->remedy = rebuild;
    }
  }

  std::optional<MigrationKey> Maker(const std::string& table, const std::string& part,
                                    bool is_applied) {
    return reasons_.Doer(DriftReasons::Deed::kMakes, table, part, is_applied);
  }

  /// A promise that could not be read in full has nothing to say of what it does not name.
  static void ForgetUnknownParts(std::vector<Difference>& differences) {
    std::erase_if(differences, [](const Difference& difference) {
      return difference.kind == DifferenceKind::kUnknown || difference.expected.empty();
    });
  }

  /// Fills the detail of what no rebuild should touch.
  void Explain(const Difference& difference, const PromisedTable& promised, const TableShape& live,
               const std::vector<std::string>& ghosts, Drift& row) {
    if (reasons_.IsAsLater(difference, promised.name, live)) {
      if (row.kind == DriftKind::kForeign) row.kind = DriftKind::kUnknown;
      row.severity = SeverityOf(row.kind);
      row.detail = Later(difference, promised) + AndGhosts(ghosts) + std::string(kLookAtConflicts);
    } else if (row.kind == DriftKind::kForeign) {
      row.detail = std::string(kForeign);
      if (!ghosts.empty()) row.detail = "made by hand, or by " + Join(ghosts, ", ");
    }
  }

  /// "blog.0008_x takes it away and is not recorded"
  std::string Later(const Difference& difference, const PromisedTable& promised) {
    const std::string& part = difference.column.empty() ? difference.object : difference.column;
    const bool is_missing = difference.kind == DifferenceKind::kMissing;
    const auto deed = is_missing ? DriftReasons::Deed::kTakesAway : DriftReasons::Deed::kMakes;
    const auto doer = reasons_.Doer(deed, promised.name, part, false);
    if (!doer) return "so it would be with the migrations that are not recorded";
    return doer->ToString() + (is_missing ? " takes it away" : " makes it so") +
           " and is not recorded";
  }

  static std::string AndGhosts(const std::vector<std::string>& ghosts) {
    if (ghosts.empty()) return {};
    return "; " + Join(ghosts, ", ") +
           (ghosts.size() == 1 ? " is recorded and has no file that can be read: it"
                               : " are recorded and have no files that can be read: they") +
           " may have made this so";
  }

  /// What takes no rebuild: false for all else.
  bool RemedyAlone(const Difference& difference, const PromisedTable& promised,
                   const TableShape& live, Drift& row) const {
    if (row.kind == DriftKind::kUnknown && row.property == Property::kColumn) {
      RemedyUnknownColumn(difference, live, row);
      return true;
    }
    if (row.kind != DriftKind::kMissing || !difference.is_index) return false;
    const schema::IndexStatement* index = FindIndex(promised, difference.object);
    if (index == nullptr || !HasAllColumns(promised, live)) return false;
    row.detail = "not there";
    const std::string obstacle =
        OffendingRows(input_.db, live).TellRepeated(UniqueRuleOf(index->Sql()));
    if (const sqlite::LiveIndex* other = input_.live.FindIndex(difference.object)) {
      row.detail += "; its name is taken by an index of " + other->table;
    } else if (!obstacle.empty()) {
      row.detail += "; not to be made: " + obstacle;
    } else {
      row.remedy = index->Sql() + ";";
    }
    return true;
  }

  static const schema::IndexStatement* FindIndex(const PromisedTable& promised,
                                                 std::string_view name) {
    for (const schema::IndexStatement& index : promised.indexes) {
      if (EqualsIgnoringCase(index.Name(), name)) return &index;
    }
    return nullptr;
  }

  static bool HasAllColumns(const PromisedTable& promised, const TableShape& live) {
    return std::all_of(promised.text.columns.begin(), promised.text.columns.end(),
                       [&](const auto& part) { return live.FindColumn(part.column.name); });
  }

  /// A rebuild would fill columns with defaults, and hide that a recorded migration was never run.
  std::string NeverRun(const PromisedTable& promised, const std::vector<Difference>& differences) {
    for (const Difference& difference : differences) {
      if (difference.kind != DifferenceKind::kMissing || difference.column.empty()) continue;
      const auto maker = Maker(promised.name, difference.column, true);
      if (!maker || !reasons_.IsAbsent(*maker, input_.live)) continue;
      return "nothing of " + maker->ToString() + " is there, which is recorded" +
             std::string(kLookAtConflicts);
    }
    return {};
  }

  void Remedy(const Difference& difference, const PromisedTable& promised,
              const TableRepair& repair, const std::string& never_run, Drift& row) {
    row.detail = never_run.empty() ? Sentence(difference, promised) : never_run;
    if (!never_run.empty()) return;
    if (!repair.obstacle().empty()) {
      row.detail += "; not to be rebuilt as it is: " + repair.obstacle();
      return;
    }
    row.remedy = RepairSql(promised.name);
  }

  std::string Sentence(const Difference& difference, const PromisedTable& promised) {
    if (difference.kind == DifferenceKind::kUnknown) return "no migration makes it";
    if (difference.kind == DifferenceKind::kDifferent) return "not as the migrations make it";
    if (difference.property == Property::kColumn) {
      const auto maker = Maker(promised.name, difference.column, true);
      if (maker) {
        return maker->ToString() + " makes it and is recorded; if it has not been run, " +
               "SELECT * FROM migration_conflicts says how to";
      }
    }
    return "not there";
  }

  void RemedyUnknownColumn(const Difference& difference, const TableShape& live, Drift& row) const {
    row.detail = "no migration makes it";
    const std::string column = SqlIdentifier(difference.column);
    const std::string filled =
        OffendingRows(input_.db, live)
            .Tell(column + " IS NOT NULL", {"has a value in it, which would be lost without it",
                                            "have values in it, which would be lost without it"});
    if (!filled.empty()) {
      row.detail += "; " + filled;
      return;
    }
    constexpr int kDropsColumns = 3035000;
    if (sqlite::LibraryVersionNumber() < kDropsColumns) return;
    row.detail += "; it holds nothing";
    row.remedy = "ALTER TABLE " + SqlIdentifier(live.name) + " DROP COLUMN " + column + ";";
  }

  void AddMissingTable(const PromisedTable& promised) {
    if (alternatives_.Made().FindTable(promised.name) == nullptr) return;
    Drift row = RowOf(promised.name, promised.app());
    row.object = promised.name;
    row.kind = DriftKind::kMissing;
    row.property = Property::kTable;
    row.expected = promised.Sql();
    const auto maker = Maker(promised.name, {}, true);
    row.detail = maker ? maker->ToString() + " makes it and is recorded" : "not there";
    const std::vector<std::string> ghosts = reasons_.Ghosts(promised.app());
    if (input_.live.FindView(promised.name) != nullptr) {
      row.detail += "; a view is in its place";
    } else if (!ghosts.empty()) {
      row.detail += "; " + Join(ghosts, ", ") + " may have dropped it: bring the file back";
    } else if (const LiveTable* renamed = FindRenamed(promised)) {
      row.detail += "; \"" + renamed->name + "\" has its columns: it may have been renamed";
      row.remedy = "ALTER TABLE " + SqlIdentifier(renamed->name) + " RENAME TO " +
                   SqlIdentifier(promised.name) + ";";
    } else if (promised.trouble.empty()) {
      row.remedy = promised.Sql() + ";";
      for (const std::string& index : promised.IndexSql()) row.remedy += "\n" + index + ";";
    } else {
      row.detail += "; it could not be read in full: " + promised.trouble;
    }
    rows_.push_back(std::move(row));
  }

  /// The one table of no migration that has the columns of this one, and no others.
  const LiveTable* FindRenamed(const PromisedTable& promised) const {
    std::set<std::string> wanted;
    for (const auto& part : promised.text.columns) wanted.insert(Lower(part.column.name));
    const LiveTable* found = nullptr;
    for (const LiveTable& table : input_.live.tables()) {
      if (table.is_virtual || IsInternal(table.name) || promised_.Find(table.name)) continue;
      std::set<std::string> columns;
      for (const auto& column : table.columns) columns.insert(Lower(column.name));
      if (columns != wanted) continue;
      if (found != nullptr) return nullptr;
      found = &table;
    }
    return found;
  }

  void LookForStranger(const LiveTable& table) {
    if (IsInternal(table.name) || promised_.Find(table.name) || promised_.IsUnmanaged(table.name)) {
      return;
    }
    const auto maker = Maker(table.name, {}, false);
    const std::string app = maker ? maker->app : AppOf(table.name);
    if (app.empty() || IsShadow(table.name)) return;
    if (alternatives_.Made().FindTable(table.name) != nullptr) return;
    const auto& left = alternatives_.Left();
    if (left && left->FindTable(table.name) != nullptr) return;
    Drift row = RowOf(table.name, app);
    row.object = table.name;
    row.property = Property::kTable;
    row.kind = table.is_virtual ? DriftKind::kForeign : DriftKind::kUnknown;
    row.severity = SeverityOf(row.kind);
    row.actual = table.sql;
    row.detail =
        table.is_virtual ? "made by hand: no migration makes it" : WhyUnknown(table, maker);
    rows_.push_back(std::move(row));
  }

  std::string WhyUnknown(const LiveTable& table, const std::optional<MigrationKey>& maker) const {
    const std::string app = AppOf(table.name);
    const std::vector<std::string> ghosts = reasons_.Ghosts(maker ? maker->app : app);
    if (maker) {
      return maker->ToString() + " makes it and is not recorded" + AndGhosts(ghosts) +
             std::string(kLookAtConflicts);
    }
    if (Lower(table.name).starts_with(kNewPrefix)) {
      return "left of a rebuild of a table" + std::string(kLookAtConflicts);
    }
    return "no migration makes it, though its name begins as those of the app \"" + app + "\" do" +
           AndGhosts(ghosts);
  }

  /// The app with migrations that tables of this name belong to: "blog" for "blog_comment", and for
  /// "new__blog_comment".
  std::string AppOf(std::string_view table) const {
    std::string name = Lower(table);
    if (name.starts_with(kNewPrefix)) name = name.substr(kNewPrefix.size());
    std::string best;
    for (const django::App& app : input_.graph.source().apps) {
      const bool is_its = app.has_migrations && name.starts_with(Lower(app.label) + "_");
      if (is_its && app.label.size() > best.size()) best = app.label;
    }
    return best;
  }

  /// A table that a virtual one keeps its data in (https://sqlite.org/vtab.html#xshadowname).
  bool IsShadow(std::string_view table) const {
    return std::any_of(
        input_.live.tables().begin(), input_.live.tables().end(), [&](const LiveTable& other) {
          return other.is_virtual && Lower(table).starts_with(Lower(other.name) + "_");
        });
  }

  void AddTrigger(const sqlite::LiveText& trigger) {
    const PromisedTable* table = promised_.Find(trigger.table);
    if (table == nullptr) return;
    AddForeign(trigger, Property::kTrigger, RowOf(table->name, table->app()),
               alternatives_.Made().triggers());
  }

  void AddView(const sqlite::LiveText& view) {
    AddForeign(view, Property::kView, RowOf(view.name, {}), alternatives_.Made().views());
  }

  void AddForeign(const sqlite::LiveText& text, Property property, Drift row,
                  const std::vector<sqlite::LiveText>& made) {
    const bool is_made = std::any_of(made.begin(), made.end(), [&](const sqlite::LiveText& other) {
      return EqualsIgnoringCase(other.name, text.name);
    });
    if (is_made) return;
    row.object = text.name;
    row.property = property;
    row.kind = DriftKind::kForeign;
    row.severity = Severity::kInfo;
    row.actual = text.sql;
    row.detail = property == Property::kTrigger ? std::string(kForeign)
                                                : "made by hand: no migration makes it";
    rows_.push_back(std::move(row));
  }

  /// A file that says another thing than when it was recorded: the schema may be what it was then.
  void MentionEdits() {
    for (Drift& row : rows_) {
      if (row.kind == DriftKind::kForeign) continue;
      const std::vector<std::string> edited = reasons_.Edited(row.app);
      if (edited.empty()) continue;
      row.detail += "; " + Join(edited, ", ") + (edited.size() == 1 ? " was" : " were") +
                    " edited since: SELECT * FROM migration_checksums WHERE status = 'changed'";
    }
  }

  /// Throws Error for what is wrong and no rebuild can mend.
  std::string WhyNot(const PromisedTable& promised) const {
    for (const Drift& row : rows_) {
      if (row.kind == DriftKind::kForeign) continue;
      throw Error(row.object + ": " + row.detail + (row.remedy.empty() ? "" : ": " + row.remedy));
    }
    return promised.name + " is as the migrations make it; nothing to do";
  }

  const DriftInput& input_;
  django::ProjectState state_;
  PromisedSchema promised_;
  DriftAlternatives alternatives_;
  DriftReasons reasons_;
  std::vector<Drift> rows_;
};

}  // namespace

std::string_view DriftKindName(DriftKind kind) {
  switch (kind) {
    case DriftKind::kMissing:
      return "missing";
    case DriftKind::kDifferent:
      return "different";
    case DriftKind::kUnknown:
      return "unknown";
    case DriftKind::kForeign:
      break;
  }
  return "foreign";
}

std::vector<Drift> FindDrift(const DriftInput& input) { return Finder(input).Run(); }

RepairedTable RepairTable(const DriftInput& input, std::string_view table) {
  return Finder(input).Repair(table);
}

}  // namespace migext::migrate
