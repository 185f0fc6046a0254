#include "recover/natural_lookup.h"

#include "base/text.h"

namespace migext::recover {
namespace {

/// The rows of a model as they will be, with two of its columns, as a table expression.
std::string FinalRows(const Staging& staging, const FixtureModel& model, const std::string& one,
                      const std::string& other) {
  const StagedModel* staged = staging.Find(&model);
  std::string live = "main." + SqlIdentifier(model.table);
  if (staged == nullptr) return live;
  const std::string columns = SqlIdentifier(one) + ", " + SqlIdentifier(other);
  return "(SELECT " + columns + " FROM " + staged->table + " UNION ALL SELECT " + columns +
         " FROM " + live + " AS old WHERE NOT EXISTS (SELECT 1 FROM " + staged->table +
         " AS new WHERE " + SameKey(model, "new", "old") + "))";
}

std::string StepSql(const Staging& staging, const NaturalKeyPart& part, std::size_t at,
                    std::string_view alias) {
  const FixtureField& field = *part.path[at];
  if (at + 1 == part.path.size()) return ColumnOf(alias, field.column);
  const std::string next = "step" + std::to_string(at);
  const std::string& wanted = part.path[at + 1]->column;
  const std::string& key = field.target_field->column;
  return "(SELECT " + StepSql(staging, part, at + 1, next) + " FROM " +
         FinalRows(staging, *field.target, key, wanted) + " AS " + next + " WHERE " +
         ColumnOf(next, key) + " = " + ColumnOf(alias, field.column) + " LIMIT 1)";
}

/// None is looked up as NULL.  At the end of a chain NULL may also stand for a row that is not
/// known yet.
std::string EqualSign(const NaturalKeyPart& part) { return part.path.size() == 1 ? " IS " : " = "; }

}  // namespace

bool KnowsNaturalKey(const FixtureModel& model) {
  return model.natural_key && model.natural_key->trouble.empty() &&
         !model.natural_key->parts.empty();
}

std::string PartSql(const Staging& staging, const NaturalKeyPart& part, std::string_view alias) {
  return StepSql(staging, part, 0, alias);
}

std::string PartsEqual(const Staging& staging, const FixtureModel& model, std::string_view alias,
                       std::string_view values) {
  std::string sql;
  const auto& parts = model.natural_key->parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) sql += " AND ";
    sql += PartSql(staging, parts[i], alias) + EqualSign(parts[i]) + std::string(values) + ".part" +
           std::to_string(i);
  }
  return sql.empty() ? "0" : sql;
}

std::string SameNaturalKey(const Staging& staging, const FixtureModel& model, std::string_view left,
                           std::string_view right) {
  std::string sql;
  for (const NaturalKeyPart& part : model.natural_key->parts) {
    if (!sql.empty()) sql += " AND ";
    sql += PartSql(staging, part, left) + EqualSign(part) + PartSql(staging, part, right);
  }
  return sql.empty() ? "0" : sql;
}

std::string HasPendingPart(const StagedModel& staged, std::string_view alias) {
  std::string sql = "0";
  for (const NaturalKeyPart& part : staged.model->natural_key->parts) {
    const StagedColumn* column = staged.Find(part.path.front());
    if (column == nullptr || column->keys == nullptr) continue;
    sql += " OR (" + ColumnOf(alias, column->name()) + " IS NULL AND " +
           ColumnOf(alias, column->key_column) + " IS NOT NULL)";
  }
  return "(" + sql + ")";
}

}  // namespace migext::recover
