#include "migrate/table_repair.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "migrate/compiled_objects.h"
#include "migrate/foreign_keys.h"
#include "migrate/offending_rows.h"
#include "migrate/remake.h"
#include "migrate/repair_obstacles.h"
#include "schema/default_value.h"
#include "schema/statement.h"
#include "sqlite/live_schema.h"
#include "sqlite/transaction.h"

namespace migext::migrate {
namespace {

using schema::TableText;

/// Names that Django, SQLite and a statement with parameters read in the same way.
bool IsPlain(std::string_view name) { return name.find_first_of("\"%") == std::string_view::npos; }

/// The same for a real of any type: 2.5, and '5' for 5.0, which an integer is written as too.
std::string FormOfReal(const std::string& real) {
  return "CASE WHEN " + real + " = CAST(" + real + " AS INTEGER) AND abs(" + real +
         ") < 9e15 THEN CAST(CAST(" + real + " AS INTEGER) AS TEXT) ELSE " + real + " + 0.0 END";
}

/// The same for a value whatever the type of its column makes of it.  The plus keeps comparisons
/// from converting.
std::string FormOf(const std::string& column) {
  const std::string real = "CAST(" + column + " AS REAL)";
  return "CASE typeof(" + column + ") WHEN 'blob' THEN quote(" + column +
         ") WHEN 'null' THEN NULL WHEN 'real' THEN " + FormOfReal("+" + column) +
         " WHEN 'text' THEN CASE WHEN CAST(" + real + " AS TEXT) = +" + column + " THEN " +
         FormOfReal(real) + " ELSE +" + column + " END ELSE CAST(" + column + " AS TEXT) END";
}

}  // namespace

TableRepair::TableRepair(const sqlite::Connection& db, const PromisedTable& promised,
                         TableShape live, const std::vector<Difference>& differences,
                         const schema::SchemaContext& context)
    : db_(db),
      promised_(promised),
      live_(std::move(live)),
      table_("main." + SqlIdentifier(promised.name)) {
  LookAtNames();
  if (!obstacle_.empty()) return;
  remake_.table = promised.model.table;
  remake_.after = promised.text;
  remake_.indexes_before = promised.indexes;
  remake_.indexes_after = promised.indexes;
  PlanColumns(context);
  KeepOrder();
  PlanParts(differences);
  if (!HasRows()) return;
  for (const std::string& why : RepairObstacles(db_, promised_, live_)) Hinder(why);
}

void TableRepair::LookAtNames() {
  if (!promised_.trouble.empty()) {
    Hinder("the migrations could not be read in full: " + promised_.trouble);
  }
  bool is_plain = IsPlain(promised_.name);
  for (const auto& part : promised_.text.columns) is_plain = is_plain && IsPlain(part.column.name);
  for (const ColumnShape& column : live_.columns) is_plain = is_plain && IsPlain(column.name);
  if (!is_plain) Hinder("a name has a quote or a percent sign in it");
  const std::string copy = "new__" + promised_.name;
  if (!db_.Value("SELECT 1 FROM main.sqlite_master WHERE name = ? COLLATE NOCASE", {copy})
           .IsNull()) {
    Hinder(copy +
           " is left of an earlier rebuild and in the way; SELECT detail, remedy FROM "
           "migration_conflicts WHERE code = 'leftover-table' says what to do");
  }
  for (const schema::IndexStatement& index : promised_.indexes) {
    const sqlite::Cell other = db_.Value(
        "SELECT tbl_name FROM main.sqlite_master WHERE type = 'index' AND name = ?1 COLLATE NOCASE "
        "AND tbl_name <> ?2 COLLATE NOCASE",
        {index.Name(), promised_.name});
    if (other.IsNull()) continue;
    Hinder("the name of the index " + index.Name() + " is taken by one of " + other.ToString());
  }
}

void TableRepair::Hinder(const std::string& why) {
  obstacle_ += (obstacle_.empty() ? "" : "; ") + why;
}

bool TableRepair::HasRows() const {
  return db_.Value("SELECT EXISTS (SELECT 1 FROM " + table_ + ")") != sqlite::Cell(0);
}

std::int64_t TableRepair::Count(const std::string& sql) const {
  const sqlite::Cell count = db_.Value(sql);
  return count.Integer() == nullptr ? 0 : *count.Integer();
}

void TableRepair::PlanColumns(const schema::SchemaContext& context) {
  for (const TableText::ColumnPart& part : promised_.text.columns) {
    const std::string& name = part.column.name;
    const ColumnShape* column = live_.FindColumn(name);
    if (column == nullptr) {
      PlanMissing(part, context);
      continue;
    }
    TableText::ColumnPart before;
    before.column.name = name;
    before.definition = column->definition;
    remake_.before.columns.push_back(std::move(before));
    if (!part.column.generated) remake_.copy.push_back({name, schema::QuoteName(name), name});
  }
}

/// The remake drops what stands in `before` and keeps what it does not know.
void TableRepair::PlanParts(const std::vector<Difference>& differences) {
  remake_.before.constraints = live_.constraints;
  std::vector<std::string> options;
  for (const Difference& difference : differences) {
    const bool is_option =
        difference.property == Property::kStrict || difference.property == Property::kWithoutRowid;
    if (is_option && !difference.actual.empty()) options.push_back(difference.actual);
  }
  remake_.before.options = Join(options, ", ");
  const auto promised = promised_.Shape();
  if (!promised) return;
  // Those that SQL of the project makes are no differences, and stay as well.
  for (const Difference& difference : Differences(*promised, live_)) {
    if (difference.kind != DifferenceKind::kUnknown) continue;
    if (difference.is_index) foreign_indexes_.push_back(difference.object);
    const bool is_constraint = !difference.is_index && (difference.property == Property::kUnique ||
                                                        difference.property == Property::kCheck);
    const bool is_told = std::ranges::any_of(
        differences, [&](const Difference& told) { return told.id == difference.id; });
    if (is_constraint && !is_told) {
      Hinder("SQL of the project has made " + difference.actual +
             ", which a rebuild would drop; say it in a migration first (AddConstraint)");
    }
  }
}

/// Whoever selects all columns gets them as before; new ones stand behind.
void TableRepair::KeepOrder() {
  const auto place = [&](const TableText::ColumnPart& part) {
    return std::find_if(live_.columns.begin(), live_.columns.end(), [&](const ColumnShape& column) {
      return EqualsIgnoringCase(column.name, part.column.name);
    });
  };
  std::stable_sort(remake_.after.columns.begin(), remake_.after.columns.end(),
                   [&](const TableText::ColumnPart& a, const TableText::ColumnPart& b) {
                     return place(a) < place(b);
                   });
}

void TableRepair::PlanMissing(const TableText::ColumnPart& part,
                              const schema::SchemaContext& context) {
  if (part.column.generated || part.has_default || !HasRows()) return;
  const auto field =
      std::find_if(promised_.model.fields.begin(), promised_.model.fields.end(),
                   [&](const schema::EditedField& one) { return one.column == part.column.name; });
  std::optional<std::string> value;
  try {
    if (field != promised_.model.fields.end()) value = EffectiveDefault(*field, context);
  } catch (const Error& error) {
    return Hinder("the default of " + part.column.name + " is not known: " + error.message());
  }
  if (!value && part.column.null) return;
  if (!value) {
    return Hinder("the rows have no value for " + part.column.name +
                  ", which is NOT NULL and has no default");
  }
  remake_.copy.push_back({part.column.name, ReplaceAll(*value, "%", "%%"), {}});
}

std::int64_t TableRepair::Run(const std::function<void()>& check) const {
  if (!obstacle_.empty()) throw Error(obstacle_);
  const std::int64_t rows = Count("SELECT count(*) FROM " + table_);
  const sqlite::ScopedForeignKeysOff foreign_keys(db_);
  sqlite::Transaction transaction(db_);
  ForeignKeyWatch watch(db_);
  CompiledObjects objects(db_);
  objects.Note();
  try {
    Rebuild();
  } catch (const sqlite::DatabaseError& error) {
    if (!error.IsConstraint()) throw;
    throw Error("the rows of \"" + promised_.name +
                "\" do not fit into what the migrations make: " + error.words() +
                "; nothing was changed");
  }
  objects.RequireAsBefore({}, {});
  watch.RequireNoNewIn({promised_.name});
  if (Count("SELECT count(*) FROM " + table_) != rows) {
    throw Error("the table \"" + promised_.name + "\" would lose rows; nothing was changed");
  }
  check();
  transaction.Commit();
  return rows;
}

void TableRepair::Rebuild() const {
  std::vector<std::pair<std::string, std::string>> foreign;
  for (const std::string& name : foreign_indexes_) {
    foreign.emplace_back(name, db_.Value("SELECT sql FROM main.sqlite_master WHERE type = 'index' "
                                         "AND name = ?",
                                         {name})
                                   .ToString());
  }
  Remake remake(db_, remake_);
  remake.CreateTable();
  remake.CopyRows();
  if (HasRows()) RequireSameValues();
  const std::optional<std::int64_t> counter = TakeCounter();
  db_.Run("DROP TABLE " + table_);
  remake.TakePlace("ALTER TABLE " + schema::QuoteName(remake_.NewTable()) + " RENAME TO " +
                   schema::QuoteName(remake_.table));
  for (const schema::IndexStatement& index : promised_.indexes) db_.Run(index.Sql());
  // The remake takes one for Django's that is called as Django would.
  for (const auto& [name, sql] : foreign) {
    if (sqlite::LiveSchema::ReadTable(db_, promised_.name).FindIndex(name) == nullptr) db_.Run(sql);
  }
  if (!counter) return;
  db_.Run("UPDATE main.sqlite_sequence SET seq = ?2 WHERE name = ?1 AND seq < ?2",
          {promised_.name, *counter});
}

/// The highest key there has been.  DROP TABLE leaves it where AUTOINCREMENT is missing
/// (https://sqlite.org/autoinc.html), and the new table would have two.
std::optional<std::int64_t> TableRepair::TakeCounter() const {
  if (!db_.HasTable("sqlite_sequence")) return {};
  const sqlite::Cell counter = db_.Value(
      "SELECT max(seq) FROM main.sqlite_sequence WHERE name = ? COLLATE NOCASE", {promised_.name});
  if (counter.Integer() == nullptr) return {};
  db_.Run("DELETE FROM main.sqlite_sequence WHERE name = ? COLLATE NOCASE", {promised_.name});
  return *counter.Integer();
}

/// A type may give a value another form, as 5 and '5'; one that would not come back is another
/// value.
void TableRepair::RequireSameValues() const {
  for (const schema::CopiedColumn& copied : remake_.copy) {
    if (copied.source.empty()) continue;
    const std::string form = FormOf(SqlIdentifier(copied.column));
    const std::string lost = "SELECT " + form + " FROM " + table_ + " EXCEPT SELECT " + form +
                             " FROM main." + SqlIdentifier("new__" + promised_.name);
    if (Count("SELECT EXISTS (" + lost + ")") == 0) continue;
    throw Error("the values of \"" + promised_.name + "\".\"" + copied.column +
                "\" would change with its type" +
                OffendingRows(db_, live_).Keys(form + " IN (" + lost + ")") +
                "; nothing was changed");
  }
}

}  // namespace migext::migrate
