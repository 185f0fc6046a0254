#include "recover/dump_value.h"

#include "base/error.h"
#include "base/text.h"
#include "sqlite/cell.h"

namespace migext::recover {
namespace {

using sqlite::Row;

constexpr std::size_t kMostShown = 80;

/// As SQL source, long ones cut.
std::string Shown(const Row& row, int column) {
  std::string text = row.Get(column).ToSql();
  if (text.size() <= kMostShown) return text;
  std::size_t end = kMostShown;
  while (end > 0 && IsUtf8Continuation(text[end])) --end;
  return text.substr(0, end) + "...";
}

}  // namespace

bool DumpStyle::HasNaturalKey(const FixtureModel& model) const {
  if (!model.natural_key) return false;
  const bool is_empty = model.natural_key->parts.empty() && model.natural_key->trouble.empty();
  return !is_empty || !format.dialect.empty_natural_keys_do_not_count;
}

int SelectList::Add(std::string sql) {
  columns_.push_back(std::move(sql));
  return static_cast<int>(columns_.size()) - 1;
}

std::string SelectList::Sql() const { return Join(columns_, ", "); }

std::string RowKey::Condition(const Row& row) const {
  std::vector<std::string> parts;
  for (const auto& [name, column] : columns) {
    parts.push_back(SqlIdentifier(name) + " = " + Shown(row, column));
  }
  return Join(parts, " AND ");
}

std::vector<std::string> DumpNotes::Report() const {
  std::vector<std::string> report = lines;
  for (const auto& [column, cells] : unreadable) {
    report.push_back(column + ": Django reads no date or time out of " + Grouped(cells.count) +
                     (cells.count == 1 ? " value" : " values") +
                     " and writes null, and so does this dump; the first: " + cells.first);
  }
  return report;
}

DumpValue DumpValue::OfColumn(SelectList& columns, const JoinedColumn& column,
                              const FixtureModel& owner) {
  DumpValue value;
  const FixtureField& field = *column.field;
  value.parts_.push_back({columns.Add(column.Sql()), owner.table, field.column, &field.ValueField(),
                          field.IsRelation() ? ValueUse::kKey : ValueUse::kField});
  return value;
}

DumpValue DumpValue::OfNaturalKey(SelectList& columns, TableJoins& joins, const FixtureModel& model,
                                  const std::string& table,
                                  const std::optional<JoinedColumn>& key) {
  const NaturalKey& natural = *model.natural_key;
  if (!natural.trouble.empty()) {
    throw Error(natural.trouble + ": the natural key of " + model.label +
                " cannot be told without running it; dump without natural_foreign, or exclude the "
                "models that point at it");
  }
  DumpValue value;
  value.is_natural_key_ = true;
  value.natural_key_of_ = model.label;
  if (key) {
    value.key_column_ = columns.Add(key->Sql());
    value.must_exist_.push_back(columns.Add(JoinedColumn{table, key->field->target_field}.Sql()));
  }
  for (const NaturalKeyPart& part : natural.parts) {
    std::string at = table;
    const FixtureModel* owner = &model;
    for (std::size_t i = 0; i + 1 < part.path.size(); ++i) {
      const FixtureField& step = *part.path[i];
      at = joins.Join(at, step, JoinKind::kOuter);
      value.must_exist_.push_back(columns.Add(JoinedColumn{at, step.target_field}.Sql()));
      owner = step.target;
    }
    const FixtureField& field = *part.path.back();
    value.parts_.push_back({columns.Add(JoinedColumn{at, &field}.Sql()), owner->table, field.column,
                            &field.ValueField(), ValueUse::kNaturalKey});
  }
  return value;
}

void DumpValue::Prepare(const sqlite::Statement& rows, const ValueFormat& format) {
  layout_ = &format.layout;
  for (Part& part : parts_) {
    part.writer.emplace(*part.field, part.use, rows.DeclaredType(part.column), format);
  }
}

void DumpValue::Append(const Row& row, int depth, const RowKey& key, DumpNotes& notes,
                       std::string& out) const {
  if (!is_natural_key_) return AppendPart(parts_.front(), row, depth, key, notes, out);
  if (key_column_ >= 0 && row.IsNull(key_column_)) {
    out += "null";
    return;
  }
  RequireFound(row, key);
  out += '[';
  bool is_first = true;
  for (const Part& part : parts_) {
    layout_->BeginItem(is_first, depth + 1, out);
    is_first = false;
    AppendPart(part, row, depth + 1, key, notes, out);
  }
  if (!is_first) layout_->EndItems(depth + 1, out);
  out += ']';
}

void DumpValue::RequireFound(const Row& row, const RowKey& key) const {
  for (const int column : must_exist_) {
    if (!row.IsNull(column)) continue;
    const std::string holds = key_column_ < 0 ? "" : " by the value " + Shown(row, key_column_);
    throw Error(key.table + " row " + key.Condition(row) + " points at a row of " +
                natural_key_of_ + holds +
                " that is not there, or that has no natural key: a key of it is missing. Django "
                "stops here too; mend the row (PRAGMA foreign_key_check lists all such rows), or "
                "dump without natural_foreign");
  }
}

void DumpValue::AppendPart(const Part& part, const Row& row, int depth, const RowKey& key,
                           DumpNotes& notes, std::string& out) const {
  try {
    if (part.writer->Append(row, part.column, depth, out)) return;
  } catch (const Error& error) {
    throw Error(part.table + "." + part.name + " holds " + Shown(row, part.column) + ": " +
                error.what() + ". Django's dumpdata stops at it too; found at row " +
                key.Condition(row) + " of " + key.table + ", so mend it first: SELECT * FROM " +
                SqlIdentifier(key.table) + " WHERE " + key.Condition(row));
  }
  DumpNotes::Unreadable& unreadable = notes.unreadable[part.table + "." + part.name];
  if (unreadable.count++ > 0) return;
  unreadable.first = key.Condition(row) + " holds " + Shown(row, part.column);
}

}  // namespace migext::recover
