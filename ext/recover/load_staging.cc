#include "recover/load_staging.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sqlite/live_schema.h"

namespace migext::recover {
namespace {

/// https://sqlite.org/datatype3.html#determination_of_column_affinity
std::string AffinityOf(std::string_view declared) {
  const std::string type = Lower(declared);
  const auto has = [&](std::string_view word) { return type.find(word) != std::string::npos; };
  if (has("int")) return "INTEGER";
  if (has("char") || has("clob") || has("text")) return "TEXT";
  if (type.empty() || has("blob")) return "BLOB";
  if (has("real") || has("floa") || has("doub")) return "REAL";
  return "NUMERIC";
}

/// What a staged column compares and converts like.
std::string ColumnType(const sqlite::LiveColumn& live) {
  std::string type = AffinityOf(live.type);
  if (!live.collation.empty()) type += " COLLATE " + SqlIdentifier(live.collation);
  return type;
}

const sqlite::LiveTable& RequireTable(const sqlite::LiveSchema& live, const std::string& table,
                                      const FixtureModel& model) {
  const sqlite::LiveTable* found = live.FindTable(table);
  if (found != nullptr && found->error.empty()) return *found;
  throw Error("no such table: " + table + ", which " + model.label +
              " needs; look at SELECT * FROM migration_conflicts, or apply what is missing with "
              "SELECT migrate('" +
              model.key.app + "')");
}

const sqlite::LiveColumn& RequireColumn(const sqlite::LiveTable& table, const std::string& column) {
  if (const sqlite::LiveColumn* found = table.FindColumn(column)) return *found;
  throw Error("table " + table.name + " has no column named " + column +
              ", though the applied migrations make it; look at SELECT * FROM "
              "migration_conflicts");
}

std::string Placeholders(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += i == 0 ? "?" : ", ?";
  return out;
}

}  // namespace

std::string ColumnOf(std::string_view alias, std::string_view name) {
  return std::string(alias) + "." + SqlIdentifier(name);
}

std::string SameKey(const FixtureModel& model, std::string_view left, std::string_view right) {
  std::string out;
  for (const FixtureField* field : model.pk) {
    if (!out.empty()) out += " AND ";
    out += ColumnOf(left, field->column) + " = " + ColumnOf(right, field->column);
  }
  return out;
}

const StagedColumn* StagedModel::Find(const FixtureField* field) const {
  for (const StagedColumn& column : columns) {
    if (column.field == field) return &column;
  }
  return nullptr;
}

std::string StagedModel::LiveTable() const { return "main." + SqlIdentifier(model->table); }

std::string Staging::NewTable() {
  tables_.push_back("temp.\"migext_load_" + std::to_string(tables_.size() + 1) + "\"");
  return tables_.back();
}

const StagedModel* Staging::Find(const FixtureModel* model) const {
  for (const StagedModel& staged : models_) {
    if (staged.model == model) return &staged;
  }
  return nullptr;
}

StagedModel& Staging::Of(const FixtureModel& model) {
  for (StagedModel& staged : models_) {
    if (staged.model == &model) return staged;
  }
  StagedModel& staged = models_.emplace_back();
  staged.model = &model;
  staged.table = NewTable();
  AddColumns(staged);
  AddLists(staged);
  Create(staged);
  return staged;
}

NaturalKeys* Staging::KeysTo(const FixtureModel* target, const FixtureField* wanted) {
  if (target == nullptr || wanted == nullptr || !target->natural_key) return nullptr;
  for (NaturalKeys& keys : keys_) {
    if (keys.target == target && keys.wanted == wanted) return &keys;
  }
  NaturalKeys& keys = keys_.emplace_back();
  keys.target = target;
  keys.wanted = wanted;
  keys.table = NewTable();
  std::string parts;
  for (std::size_t i = 0; i < target->natural_key->parts.size(); ++i) {
    parts += ", part" + std::to_string(i);
  }
  db_.Run("CREATE TABLE " + keys.table + " (id INTEGER PRIMARY KEY, text TEXT UNIQUE" + parts +
          ", value)");
  return &keys;
}

void Staging::AddColumns(StagedModel& staged) {
  for (const FixtureField& field : staged.model->fields) {
    if (field.field->type == django::FieldType::kGenerated) continue;
    StagedColumn& column = staged.columns.emplace_back();
    column.field = &field;
    column.value_field = &field.ValueField();
    if (!field.IsRelation()) continue;
    column.keys = KeysTo(field.target, field.target_field);
    if (column.keys == nullptr) continue;
    column.key_column = "migext_key_" + std::to_string(staged.columns.size());
  }
}

void Staging::AddLists(StagedModel& staged) {
  for (const FixtureManyToMany& field : staged.model->many_to_many) {
    StagedList& list = staged.lists.emplace_back();
    list.field = &field;
    const bool has_key = field.target != nullptr && field.target->pk.size() == 1;
    list.target_key = has_key ? field.target->pk.front() : nullptr;
    list.keys = KeysTo(field.target, list.target_key);
    list.named_column = "migext_named_" + std::to_string(staged.lists.size());
  }
}

void Staging::Create(StagedModel& staged) {
  const std::string& name = staged.model->table;
  const sqlite::LiveSchema live = sqlite::LiveSchema::ReadTable(db_, name);
  const sqlite::LiveTable& table = RequireTable(live, name, *staged.model);
  std::vector<std::string> columns = {
      "migext_row INTEGER PRIMARY KEY", "migext_file INTEGER",  "migext_line INTEGER",
      "migext_column INTEGER",          "migext_given INTEGER", "migext_live INTEGER"};
  for (StagedColumn& column : staged.columns) {
    const sqlite::LiveColumn& found = RequireColumn(table, column.name());
    column.not_null = found.not_null;
    column.default_sql = found.default_sql.value_or("");
    columns.push_back(SqlIdentifier(column.name()) + " " + ColumnType(found));
    if (column.keys != nullptr) columns.push_back(column.key_column + " INTEGER");
  }
  for (StagedList& list : staged.lists) {
    columns.push_back(list.named_column + " INTEGER");
    list.table = NewTable();
    // Without a type: values are converted as the field says, and compared with a column that has
    // one.
    db_.Run("CREATE TABLE " + list.table + " (row INTEGER, position INTEGER, value, key INTEGER)");
    list.add.emplace(db_.Prepare("INSERT INTO " + list.table + " VALUES (?, ?, ?, ?)"));
  }
  db_.Run("CREATE TABLE " + staged.table + " (" + Join(columns, ", ") + ")");
  staged.add.emplace(db_.Prepare("INSERT INTO " + staged.table + " VALUES (" +
                                 Placeholders(columns.size()) + ")"));
}

int Staging::AddFile(std::string path) {
  files_.push_back(std::move(path));
  return static_cast<int>(files_.size());
}

Place Staging::PlaceOf(const StagedModel& staged, std::int64_t row) const {
  sqlite::Statement select = db_.Prepare("SELECT migext_file, migext_line, migext_column FROM " +
                                         staged.table + " WHERE migext_row = ?");
  select.Bind({row});
  if (!select.Step()) return {};
  const auto file = static_cast<std::size_t>(select.row().Int(0));
  return {files_.at(file - 1),
          static_cast<int>(select.row().Int(1)),
          static_cast<int>(select.row().Int(2)),
          {}};
}

void Staging::Rest() {
  for (StagedModel& staged : models_) {
    staged.add.reset();
    for (StagedList& list : staged.lists) list.add.reset();
  }
  for (NaturalKeys& keys : keys_) {
    keys.find.reset();
    keys.add.reset();
  }
}

void Staging::Drop() {
  Rest();
  for (const std::string& table : tables_) db_.Run("DROP TABLE " + table);
  models_.clear();
  keys_.clear();
  tables_.clear();
}

}  // namespace migext::recover
