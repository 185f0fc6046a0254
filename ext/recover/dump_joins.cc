#include "recover/dump_joins.h"

#include "base/text.h"

namespace migext::recover {
namespace {

/// Parents of parents, and keys that are keys, end somewhere unless the state is broken.
constexpr int kDeepest = 32;

const FixtureField* OwnField(const FixtureModel& model, std::string_view name) {
  if (name == "pk" && model.pk.size() == 1) return model.pk.front();
  for (const FixtureField& field : model.fields) {
    if (field.name == name) return &field;
    if (field.IsRelation() && field.name + "_id" == name) return &field;
  }
  return nullptr;
}

bool IsParentLink(const FixtureField& field) {
  return field.field->relation && field.field->relation->parent_link && field.target != nullptr &&
         field.target_field != nullptr;
}

}  // namespace

std::string JoinedColumn::Sql() const { return table + "." + SqlIdentifier(field->column); }

TableJoins::TableJoins(const FixtureModel& root) {
  const std::string alias = NewAlias();
  sql_ = SqlIdentifier(root.table) + " AS " + alias;
  JoinParents(alias, root, JoinKind::kInner, 0);
}

void TableJoins::JoinParents(const std::string& table, const FixtureModel& model, JoinKind kind,
                             int depth) {
  if (depth == kDeepest) return;
  for (const FixtureField& field : model.fields) {
    if (!IsParentLink(field) || field.target == &model) continue;
    JoinParents(Join(table, field, kind), *field.target, kind, depth + 1);
  }
}

std::string TableJoins::Join(const std::string& from, const FixtureField& key, JoinKind kind) {
  std::string& alias = joined_[{from, &key}];
  if (!alias.empty()) return alias;
  alias = NewAlias();
  sql_ += (kind == JoinKind::kInner ? " JOIN " : " LEFT JOIN ") + SqlIdentifier(key.target->table) +
          " AS " + alias + " ON " + JoinedColumn{alias, key.target_field}.Sql() + " = " +
          JoinedColumn{from, &key}.Sql();
  return alias;
}

std::pair<std::string, std::string> TableJoins::JoinManyToMany(const FixtureModel& model,
                                                               const FixtureManyToMany& field) {
  const std::string between = NewAlias();
  const std::string target = NewAlias();
  sql_ += " CROSS JOIN " + SqlIdentifier(field.table) + " AS " + between + " ON " + between + "." +
          SqlIdentifier(field.own_column) + " = " + JoinedColumn{"t0", model.pk.front()}.Sql() +
          " CROSS JOIN " + SqlIdentifier(field.target->table) + " AS " + target + " ON " +
          JoinedColumn{target, field.target->pk.front()}.Sql() + " = " + between + "." +
          SqlIdentifier(field.other_column);
  JoinParents(target, *field.target, JoinKind::kInner, 0);
  return {between, target};
}

std::optional<JoinedColumn> TableJoins::Find(const std::string& table, const FixtureModel& model,
                                             std::string_view name, JoinKind kind) {
  if (const FixtureField* own = OwnField(model, name)) return JoinedColumn{table, own};
  for (const FixtureField& field : model.fields) {
    if (!IsParentLink(field) || field.target == &model) continue;
    // Parents that do not have it are joined in vain, and by a unique key: no row is more or less.
    if (field.target->FindField(name) == nullptr && !name.ends_with("_id")) continue;
    if (auto found = Find(Join(table, field, kind), *field.target, name, kind)) return found;
  }
  return std::nullopt;
}

}  // namespace migext::recover
