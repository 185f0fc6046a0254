#include "recover/dump_model.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "recover/python_text.h"
#include "recover/stored_key.h"

namespace migext::recover {
namespace {

using sqlite::CellType;
using sqlite::Row;

/// REQUIRES: both are the values of one column.
bool IsSameValue(const Row& a, int a_column, const Row& b, int b_column) {
  const CellType type = a.Type(a_column);
  if (type != b.Type(b_column)) return false;
  if (type == CellType::kInteger) return a.Int(a_column) == b.Int(b_column);
  if (type == CellType::kReal) return a.Real(a_column) == b.Real(b_column);
  return a.BlobView(a_column) == b.BlobView(b_column);
}

std::string JsonKey(const std::string& name) {
  std::string text;
  AppendJsonText(name, text);
  return text + ": ";
}

std::string OrderBy(const std::vector<std::string>& terms) {
  return terms.empty() ? "" : " ORDER BY " + Join(terms, ", ");
}

bool IsParentLink(const FixtureField& field) {
  return field.field->relation && field.field->relation->parent_link;
}

}  // namespace

ModelDump::ModelDump(const sqlite::Connection& db, const DumpSource& source,
                     const FixtureModel& model, const DumpStyle& style, DumpNotes& notes)
    : db_(db), source_(source), model_(model), style_(style), notes_(notes) {
  const JsonLayout& layout = style.format.layout;
  SelectList columns;
  TableJoins joins(model);
  const std::vector<std::string> order = PrimaryKeyTerms(source, model, joins);
  key_.table = model.table;
  for (const FixtureField* field : model.pk) {
    key_.columns.emplace_back(field->column, columns.Add(JoinedColumn{"t0", field}.Sql()));
  }

  tail_ = "{";
  layout.BeginItem(true, 1, tail_);
  tail_ += JsonKey("model");
  AppendJsonText(model.label, tail_);
  AddPrimaryKey(columns);
  layout.BeginItem(false, 1, tail_);
  tail_ += JsonKey("fields") + "{";
  AddFields(columns, joins);
  layout.EndItems(1, tail_);
  tail_ += '}';

  rows_ = Prepare("SELECT " + columns.Sql() + " FROM " + joins.Sql() + Where() + OrderBy(order));
  for (Part& part : parts_) {
    if (part.many_to_many < 0) part.value.Prepare(*rows_, style_.format);
  }
}

void ModelDump::AddPart(DumpValue value, int many_to_many) {
  parts_.push_back({std::exchange(tail_, {}), std::move(value), many_to_many});
}

void ModelDump::AddPrimaryKey(SelectList& columns) {
  if (style_.natural_primary && style_.HasNaturalKey(model_)) return;
  const JsonLayout& layout = style_.format.layout;
  layout.BeginItem(false, 1, tail_);
  tail_ += JsonKey("pk");
  if (model_.has_composite_key) tail_ += '[';
  bool is_first = true;
  for (const FixtureField* field : model_.pk) {
    if (model_.has_composite_key) layout.BeginItem(is_first, 2, tail_);
    is_first = false;
    AddPart(DumpValue::OfColumn(columns, {"t0", field}, model_));
  }
  if (!model_.has_composite_key) return;
  layout.EndItems(2, tail_);
  tail_ += ']';
}

void ModelDump::AddFields(SelectList& columns, TableJoins& joins) {
  const JsonLayout& layout = style_.format.layout;
  bool is_first = true;
  const auto begin = [&](const std::string& name) {
    layout.BeginItem(is_first, 2, tail_);
    is_first = false;
    tail_ += JsonKey(name);
  };
  for (const FixtureField& field : model_.fields) {
    // Without "pk" the link to the parent must tell which row is extended.
    const bool is_key_link = style_.natural_primary && !model_.pk.empty() &&
                             model_.pk.front() == &field && IsParentLink(field);
    if (!field.is_serialized && !is_key_link) continue;
    begin(field.name);
    const bool is_natural = style_.natural_foreign && field.target != nullptr &&
                            field.target_field != nullptr && style_.HasNaturalKey(*field.target);
    const JoinedColumn column{"t0", &field};
    if (!is_natural) {
      AddPart(DumpValue::OfColumn(columns, column, model_));
    } else {
      const std::string table = joins.Join("t0", field, JoinKind::kOuter);
      AddPart(DumpValue::OfNaturalKey(columns, joins, *field.target, table, column));
    }
  }
  for (const FixtureManyToMany& field : model_.many_to_many) {
    if (field.target == nullptr || field.target->pk.size() != 1 || model_.pk.size() != 1) continue;
    begin(field.name);
    AddPart({}, static_cast<int>(many_to_many_.size()));
    AddManyToMany(field);
  }
  if (!is_first) layout.EndItems(2, tail_);
  tail_ += '}';
}

void ModelDump::AddManyToMany(const FixtureManyToMany& field) {
  ManyToMany& many = many_to_many_.emplace_back();
  SelectList columns;
  TableJoins joins(model_);
  std::vector<std::string> order = PrimaryKeyTerms(source_, model_, joins);
  const auto [between, target] = joins.JoinManyToMany(model_, field);
  const FixtureField* own_key = model_.pk.front();
  many.key = {model_.table, {{own_key->column, columns.Add(JoinedColumn{"t0", own_key}.Sql())}}};
  if (style_.natural_foreign && style_.HasNaturalKey(*field.target)) {
    many.value = DumpValue::OfNaturalKey(columns, joins, *field.target, target, std::nullopt);
  } else {
    many.value = DumpValue::OfColumn(columns, {target, field.target->pk.front()}, *field.target);
  }
  for (std::string& term : OrderingTerms(source_, *field.target, target, joins)) {
    order.push_back(std::move(term));
  }
  order.push_back(between + "." + SqlIdentifier(field.other_column));
  many.rows =
      Prepare("SELECT " + columns.Sql() + " FROM " + joins.Sql() + Where() + OrderBy(order));
  many.value.Prepare(*many.rows, style_.format);
  many.has_row = many.rows->Step();
}

std::string ModelDump::Where() const {
  if (style_.primary_keys.empty()) return "";
  if (model_.pk.size() != 1 || model_.has_composite_key) {
    throw Error("pks cannot name the rows of " + model_.label + ": its primary key is composite");
  }
  const FixtureField& key = *model_.pk.front();
  std::vector<std::string> values;
  for (const std::string& text : style_.primary_keys) {
    values.push_back(SqlLiteral(StoredKey(key, text)));
  }
  return " WHERE " + JoinedColumn{"t0", &key}.Sql() + " IN (" + Join(values, ", ") + ")";
}

sqlite::Statement ModelDump::Prepare(const std::string& sql) const {
  try {
    return db_.Prepare(sql);
  } catch (const sqlite::DatabaseError& error) {
    const std::string& message = error.message();
    if (message.find("no such") == std::string::npos) throw;
    throw Error("Unable to serialize database: " + message + "\n" + model_.label +
                " is not in the database as the applied migrations made it; SELECT * FROM "
                "migration_effects(" +
                SqlLiteral(model_.key.app) + ") WHERE effect <> 'present' shows what is missing");
  }
}

void ModelDump::Append(std::string& out) {
  const Row row = rows_->row();
  for (const Part& part : parts_) {
    out += part.lead;
    if (part.many_to_many >= 0) {
      AppendManyToMany(many_to_many_[static_cast<std::size_t>(part.many_to_many)], out);
    } else {
      part.value.Append(row, 2, key_, notes_, out);
    }
  }
  out += tail_;
}

void ModelDump::AppendManyToMany(ManyToMany& many, std::string& out) {
  const JsonLayout& layout = style_.format.layout;
  const Row row = rows_->row();
  const int key_column = key_.columns.front().second;
  bool is_first = true;
  out += '[';
  while (many.has_row && IsSameValue(row, key_column, many.rows->row(), 0)) {
    layout.BeginItem(is_first, 3, out);
    is_first = false;
    many.value.Append(many.rows->row(), 3, many.key, notes_, out);
    many.has_row = many.rows->Step();
  }
  if (!is_first) layout.EndItems(3, out);
  out += ']';
}

}  // namespace migext::recover
