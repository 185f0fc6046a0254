#include "recover/load_check.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "sqlite/live_schema.h"

namespace migext::recover {
namespace {

using sqlite::Statement;

constexpr std::string_view kKnown = "temp.migext_load_violations";

/// True for `value` when a row of the target will have it in `wanted`.
std::string IsThere(const Staging& staging, const FixtureModel& target, const FixtureField& wanted,
                    const std::string& value) {
  const std::string column = SqlIdentifier(wanted.column);
  const std::string live = "SELECT 1 FROM main." + SqlIdentifier(target.table) + " AS l WHERE l." +
                           column + " = " + value;
  const StagedModel* staged = staging.Find(&target);
  if (staged == nullptr) return "EXISTS (" + live + ")";
  const bool is_key = target.pk.size() == 1 && target.pk.front() == &wanted;
  // A row that is loaded keeps its primary key; what else it has may change.
  const std::string kept = is_key ? ""
                                  : " AND NOT EXISTS (SELECT 1 FROM " + staged->table +
                                        " AS n WHERE " + SameKey(target, "n", "l") + ")";
  return "(EXISTS (SELECT 1 FROM " + staged->table + " AS t WHERE t." + column + " = " + value +
         ") OR EXISTS (" + live + kept + "))";
}

std::string PkText(const Staging& staging, const StagedModel& staged, std::int64_t row) {
  std::string out;
  for (const FixtureField* field : staged.model->pk) {
    if (!out.empty()) out += ", ";
    out += staging.db()
               .Value("SELECT " + SqlIdentifier(field->column) + " FROM " + staged.table +
                          " WHERE migext_row = ?",
                      {row})
               .ToString();
  }
  return out;
}

std::string WayOut(const FixtureModel& target, std::int64_t others) {
  std::string text = "; load the file with " + target.label + " before, or in the same call";
  if (others > 0) {
    text += " (" + std::to_string(others) + (others == 1 ? " more row" : " more rows") +
            " of this model point nowhere)";
  }
  return text;
}

void RequireColumn(const Staging& staging, const StagedModel& staged, const StagedColumn& column) {
  const FixtureField& field = *column.field;
  if (!field.IsRelation() || field.target == nullptr || field.target_field == nullptr) return;
  if (field.field->relation && !field.field->relation->db_constraint) return;
  const std::string name = SqlIdentifier(field.column);
  const std::string dangling = " FROM " + staged.table + " AS s WHERE s." + name +
                               " IS NOT NULL AND NOT " +
                               IsThere(staging, *field.target, *field.target_field, "s." + name);
  Statement first = staging.db().Prepare("SELECT s.migext_row, s." + name + dangling +
                                         " ORDER BY s.migext_row LIMIT 1");
  if (!first.Step()) return;
  const std::int64_t row = first.row().Int(0);
  const std::string value = first.row().Get(1).ToString();
  first.Reset();
  const std::int64_t count = *staging.db().Value("SELECT count(*)" + dangling).Integer();
  const std::string& table = staged.model->table;
  throw Error(staging.PlaceOf(staged, row),
              "Problem installing fixtures: The row in table '" + table + "' with primary key '" +
                  PkText(staging, staged, row) + "' has an invalid foreign key: " + table + "." +
                  field.column + " contains a value '" + value +
                  "' that does not have a corresponding value in " + field.target->table + "." +
                  field.target_field->column + "." + WayOut(*field.target, count - 1));
}

void RequireList(const Staging& staging, const StagedModel& staged, const StagedList& list) {
  if (list.target_key == nullptr) return;
  const FixtureModel& target = *list.field->target;
  const std::string dangling = " FROM " + list.table + " AS v WHERE NOT " +
                               IsThere(staging, target, *list.target_key, "v.value");
  Statement first = staging.db().Prepare("SELECT v.row, v.value" + dangling +
                                         " ORDER BY v.row, v.position LIMIT 1");
  if (!first.Step()) return;
  const std::int64_t row = first.row().Int(0);
  const std::string value = first.row().Get(1).ToString();
  first.Reset();
  const std::int64_t count = *staging.db().Value("SELECT count(*)" + dangling).Integer();
  throw Error(staging.PlaceOf(staged, row),
              "Problem installing fixtures: the row in table '" + staged.model->table +
                  "' with primary key '" + PkText(staging, staged, row) + "' has an invalid \"" +
                  list.field->name + "\": " + list.field->table + "." + list.field->other_column +
                  " contains a value '" + value + "' that does not have a corresponding value in " +
                  target.table + "." + list.target_key->column + "." + WayOut(target, count - 1));
}

}  // namespace

void RequireReferences(const Staging& staging) {
  for (const StagedModel& staged : staging.models()) {
    for (const StagedColumn& column : staged.columns) RequireColumn(staging, staged, column);
    for (const StagedList& list : staged.lists) RequireList(staging, staged, list);
  }
}

ForeignKeyWatch::ForeignKeyWatch(const sqlite::Connection& db, std::vector<std::string> tables)
    : db_(db), tables_(std::move(tables)) {
  db_.Run("CREATE TABLE " + std::string(kKnown) + " AS " + Violations());
}

ForeignKeyWatch::~ForeignKeyWatch() {
  try {
    db_.Run("DROP TABLE IF EXISTS " + std::string(kKnown));
  } catch (const std::exception&) {
    // The rollback of the load takes it away.
  }
}

std::string ForeignKeyWatch::Violations() const {
  std::string sql = "SELECT NULL AS child, NULL AS row, NULL AS parent, NULL AS key WHERE 0";
  for (const std::string& table : tables_) {
    sql += " UNION ALL SELECT * FROM pragma_foreign_key_check(" + SqlLiteral(table) + ", 'main')";
  }
  return sql;
}

void ForeignKeyWatch::RequireNoNew() const {
  Statement fresh = db_.Prepare("SELECT * FROM (" + Violations() + ") EXCEPT SELECT * FROM " +
                                std::string(kKnown) + " LIMIT 1");
  if (!fresh.Step()) return;
  throw Error("Problem installing fixtures: a row in table '" + fresh.row().Text(0) + "' (rowid " +
              fresh.row().Get(1).ToString() + ") points at no row of table '" +
              fresh.row().Text(2) +
              "' any more; a row that is loaded, or a trigger, changes what it points at");
}

}  // namespace migext::recover
