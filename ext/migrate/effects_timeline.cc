#include "migrate/effects_timeline.h"

#include <algorithm>

#include "base/text.h"

namespace migext::migrate {
namespace {

Shape TableShape(const schema::Table& table) {
  Shape shape;
  shape.name = table.name;
  return shape;
}

Shape ColumnShape(const schema::Column& column) {
  Shape shape;
  shape.name = column.name;
  shape.type = column.type;
  shape.null = column.null;
  shape.primary_key = column.primary_key;
  shape.column_check = column.check;
  shape.collation = column.collation;
  return shape;
}

bool SameColumn(const schema::Column& a, const schema::Column& b) {
  return EqualsIgnoringCase(a.name, b.name) && EqualsIgnoringCase(a.type, b.type) &&
         a.null == b.null && a.primary_key == b.primary_key;
}

/// True for an index that the project has named.
bool IsNamed(const schema::Index& index) {
  return index.origin == schema::IndexOrigin::kMeta ||
         index.origin == schema::IndexOrigin::kConstraint;
}

/// With the columns of a CompositePrimaryKey marked as those of a single key are.
schema::Table WithKeyColumns(const schema::Table& table) {
  schema::Table marked = table;
  for (schema::Column& column : marked.columns) {
    for (const std::string& key : table.primary_key) {
      if (EqualsIgnoringCase(column.name, key)) column.primary_key = true;
    }
  }
  return marked;
}

std::string ColumnKey(std::string_view name) { return "column " + Lower(name); }
std::string UniqueKey(ObjectId column) { return "unique " + std::to_string(column); }
std::string ReferenceKey(ObjectId column) { return "reference " + std::to_string(column); }
std::string ConstraintKey(std::string_view name) { return "constraint " + Lower(name); }

template <typename Ids>
Shape IndexShape(const schema::Index& index, const Ids& ids) {
  Shape shape;
  shape.name = index.name;
  shape.named = IsNamed(index);
  shape.unique = index.unique;
  shape.partial = index.partial;
  for (const schema::IndexPart& part : index.parts) {
    const auto found = ids.find(Lower(part.column));
    if (found == ids.end()) {
      shape.columns.clear();
      shape.descending.clear();
      shape.named = true;
      break;
    }
    shape.columns.push_back(found->second);
    shape.descending.push_back(part.descending);
  }
  return shape;
}

std::string IndexKey(const Shape& shape) {
  if (shape.named) return "index " + Lower(shape.name);
  std::string key = shape.unique ? "unique index on" : "index on";
  for (const ObjectId column : shape.columns) key += " " + std::to_string(column);
  return key;
}

template <typename Ids>
Shape ConstraintShape(const schema::Constraint& constraint, const Ids& ids) {
  Shape shape;
  shape.name = constraint.name;
  shape.check = constraint.check;
  for (const std::string& column : constraint.columns) {
    const auto found = ids.find(Lower(column));
    if (found != ids.end()) shape.columns.push_back(found->second);
  }
  return shape;
}

bool SameIndex(const Shape& a, const Shape& b) {
  return a.columns == b.columns && a.unique == b.unique && a.partial == b.partial;
}

/// The column that the field becomes: by the field, and by its place in a table without fields.
const schema::Column* After(const TableChange& change, std::size_t place) {
  const schema::Column& before = change.before->columns[place];
  if (before.field.empty()) {
    if (const schema::Column* same = change.after->FindColumn(before.name)) return same;
    const bool same_count = change.before->columns.size() == change.after->columns.size();
    return same_count ? &change.after->columns[place] : nullptr;
  }
  const bool renamed = change.renamed_field && change.renamed_field->first == before.field;
  return change.after->FindField(renamed ? change.renamed_field->second : before.field);
}

}  // namespace

const Shape& TimelineObject::LastShape() const {
  return *std::find_if(versions.rbegin(), versions.rend(), [](const Version& version) {
            return version.shape.has_value();
          })->shape;
}

void Timeline::BeginStep(int step) { step_ = step; }

const std::vector<Fact>& Timeline::Facts(int step) const {
  static const std::vector<Fact> kNone;
  const auto found = facts_.find(step);
  return found == facts_.end() ? kNone : found->second;
}

std::optional<ObjectId> Timeline::FindTable(std::string_view name) const {
  const auto found = tables_.find(Lower(name));
  return found == tables_.end() ? std::nullopt : std::optional(found->second);
}

void Timeline::RelyOn(std::string_view table) {
  const std::optional<ObjectId> id = FindTable(table);
  if (id) facts_[step_].push_back({*id, objects_[*id].versions.size() - 1});
}

ObjectId Timeline::FindOrAdd(ObjectKind kind, ObjectId table, const std::string& key) {
  const auto [place, added] = parts_.try_emplace({table, key}, objects_.size());
  if (added) {
    TimelineObject object;
    object.kind = kind;
    object.table = table;
    object.versions.push_back({});
    objects_.push_back(std::move(object));
  }
  return place->second;
}

void Timeline::Set(ObjectId object, std::optional<Shape> shape, bool is_fact) {
  std::vector<Version>& versions = objects_[object].versions;
  if (versions.back().step == step_) {
    versions.back().shape = std::move(shape);
  } else {
    versions.push_back({step_, std::move(shape)});
  }
  const std::optional<Shape>& now = versions.back().shape;
  if (now && now->name.find('"') != std::string::npos) CastDoubt(object, Doubt::kQuoted);
  if (is_fact && !is_consequence_) facts_[step_].push_back({object, versions.size() - 1});
}

void Timeline::CastDoubt(ObjectId object, Doubt doubt) {
  if (objects_[object].IsLost()) return;
  objects_[object].doubt = doubt;
  objects_[object].doubted_at = step_;
}

/// The SQL that makes them runs when the migration ends (BaseDatabaseSchemaEditor.deferred_sql),
/// and may still name what they are on as it was: SQLite takes such a name of a column for a
/// string.
void Timeline::DoubtDeferredIndexes(ObjectId table, std::optional<ObjectId> column) {
  for (ObjectId id = 0; id < objects_.size(); ++id) {
    const TimelineObject& object = objects_[id];
    const Version& last = object.versions.back();
    if (object.kind != ObjectKind::kIndex || object.table != table || !last.shape) continue;
    if (last.step < first_step_) continue;
    const std::vector<ObjectId>& columns = last.shape->columns;
    if (column && std::find(columns.begin(), columns.end(), *column) == columns.end()) continue;
    CastDoubt(id, Doubt::kDeferred);
  }
}

void Timeline::DoubtIndexTogether(ObjectId table, const schema::Table& schema) {
  const ColumnIds ids = ColumnsOf(table, schema);
  for (const schema::Index& index : schema.indexes) {
    if (index.origin != schema::IndexOrigin::kIndexTogether) continue;
    const auto found = parts_.find({table, IndexKey(IndexShape(index, ids))});
    if (found != parts_.end()) CastDoubt(found->second, Doubt::kRebuilt);
  }
}

void Timeline::Disorder(const std::map<int, std::size_t>& migration_of_step) {
  for (ObjectId id = 0; id < objects_.size(); ++id) {
    std::optional<std::size_t> first;
    for (const Version& version : objects_[id].versions) {
      const auto found = migration_of_step.find(version.step);
      if (found == migration_of_step.end()) continue;
      if (first && *first != found->second) CastDoubt(id, Doubt::kCycle);
      first = found->second;
    }
  }
}

void Timeline::Change(const TableChange& given) {
  TableChange change = given;
  std::optional<schema::Table> before;
  std::optional<schema::Table> after;
  if (given.before != nullptr) change.before = &before.emplace(WithKeyColumns(*given.before));
  if (given.after != nullptr) change.after = &after.emplace(WithKeyColumns(*given.after));
  is_consequence_ = change.is_consequence;
  Apply(change);
  is_consequence_ = false;
}

void Timeline::Apply(const TableChange& change) {
  if (change.after == nullptr) {
    if (change.before != nullptr) Drop(*change.before);
    return;
  }
  if (change.before == nullptr || change.creates) {
    Create(*change.after, true);
    return;
  }
  if (!FindTable(change.before->name)) {
    const int step = std::exchange(step_, -1);
    Create(*change.before, false);
    step_ = step;
  }
  const ObjectId table = *FindTable(change.before->name);
  Adopt(table, *change.before);
  if (change.forgets_index_together) DoubtIndexTogether(table, *change.before);
  if (!EqualsIgnoringCase(change.before->name, change.after->name)) {
    tables_.erase(Lower(change.before->name));
    tables_[Lower(change.after->name)] = table;
    Set(table, TableShape(*change.after), true);
    DoubtDeferredIndexes(table, std::nullopt);
  }
  const ColumnIds ids_before = ColumnsOf(table, *change.before);
  ChangeColumns(table, change);
  ChangeIndexes(table, change, ids_before);
  ChangeConstraints(table, change, ids_before);
}

void Timeline::Adopt(ObjectId table, const schema::Table& schema) {
  for (const schema::Column& column : schema.columns) {
    if (parts_.contains({table, ColumnKey(column.name)})) continue;
    const ObjectId id = FindOrAdd(ObjectKind::kColumn, table, ColumnKey(column.name));
    objects_[id].versions.front().shape = ColumnShape(column);
  }
  const ColumnIds ids = ColumnsOf(table, schema);
  for (const schema::Index& index : schema.indexes) {
    Shape shape = IndexShape(index, ids);
    const std::string key = IndexKey(shape);
    if (parts_.contains({table, key})) continue;
    const ObjectId id = FindOrAdd(ObjectKind::kIndex, table, key);
    objects_[id].versions.front().shape = std::move(shape);
  }
  for (ObjectId id = 0; id < objects_.size(); ++id) {
    const std::optional<Shape>& shape = objects_[id].versions.back().shape;
    const bool is_column = objects_[id].kind == ObjectKind::kColumn;
    if (objects_[id].table != table || !is_column || !shape) continue;
    if (!ids.contains(Lower(shape->name))) CastDoubt(id, Doubt::kRebuilt);
  }
  LosePartsOfLostColumns(table);
}

void Timeline::LosePartsOfLostColumns(ObjectId table) {
  for (ObjectId id = 0; id < objects_.size(); ++id) {
    const TimelineObject& object = objects_[id];
    if (object.table != table || object.IsLost()) continue;
    std::vector<ObjectId> columns;
    if (object.kind == ObjectKind::kUnique || object.kind == ObjectKind::kReference) {
      columns.push_back(object.column);
    } else if (object.versions.back().shape) {
      columns = object.versions.back().shape->columns;
    }
    const bool lost = std::any_of(columns.begin(), columns.end(),
                                  [&](ObjectId column) { return objects_[column].IsLost(); });
    if (lost) CastDoubt(id, Doubt::kRebuilt);
  }
}

Timeline::ColumnIds Timeline::ColumnsOf(ObjectId table, const schema::Table& schema) const {
  ColumnIds ids;
  for (const schema::Column& column : schema.columns) {
    const auto found = parts_.find({table, ColumnKey(column.name)});
    if (found != parts_.end()) ids[Lower(column.name)] = found->second;
  }
  return ids;
}

void Timeline::Create(const schema::Table& table, bool is_fact) {
  const auto [place, added] = tables_.try_emplace(Lower(table.name), objects_.size());
  const ObjectId id = place->second;
  if (added) {
    TimelineObject object;
    object.table = id;
    if (is_fact) object.versions.push_back({});
    objects_.push_back(std::move(object));
  }
  if (objects_[id].versions.empty()) objects_[id].versions.push_back({-1, TableShape(table)});
  if (is_fact) Set(id, TableShape(table), true);
  for (const schema::Column& column : table.columns) AddColumn(id, column, is_fact);
  const ColumnIds ids = ColumnsOf(id, table);
  for (const schema::Index& index : table.indexes) {
    const Shape shape = IndexShape(index, ids);
    const ObjectId part = FindOrAdd(ObjectKind::kIndex, id, IndexKey(shape));
    Set(part, shape, is_fact);
  }
  for (const schema::Constraint& constraint : table.constraints) {
    const ObjectId part = FindOrAdd(ObjectKind::kConstraint, id, ConstraintKey(constraint.name));
    Set(part, ConstraintShape(constraint, ids), is_fact);
  }
}

void Timeline::Drop(const schema::Table& table) {
  const std::optional<ObjectId> id = FindTable(table.name);
  if (!id) return;
  Set(*id, std::nullopt, true);
  for (ObjectId part = 0; part < objects_.size(); ++part) {
    if (part == *id || objects_[part].table != *id) continue;
    if (objects_[part].versions.back().shape) Set(part, std::nullopt, false);
  }
}

Shape Timeline::ReferenceShape(const schema::Reference& reference) const {
  Shape shape;
  shape.name = reference.table;
  shape.to_column = reference.column;
  shape.target = FindTable(reference.table);
  return shape;
}

void Timeline::AddColumn(ObjectId table, const schema::Column& column, bool is_fact) {
  const ObjectId id = FindOrAdd(ObjectKind::kColumn, table, ColumnKey(column.name));
  Set(id, ColumnShape(column), is_fact);
  if (column.unique) {
    const ObjectId unique = FindOrAdd(ObjectKind::kUnique, table, UniqueKey(id));
    objects_[unique].column = id;
    Set(unique, Shape{}, is_fact);
  }
  if (column.references) {
    const ObjectId reference = FindOrAdd(ObjectKind::kReference, table, ReferenceKey(id));
    objects_[reference].column = id;
    Set(reference, ReferenceShape(*column.references), is_fact);
  }
}

void Timeline::DropColumn(ObjectId table, ObjectId column) {
  Set(column, std::nullopt, true);
  for (const std::string& key : {UniqueKey(column), ReferenceKey(column)}) {
    const auto found = parts_.find({table, key});
    if (found != parts_.end()) Set(found->second, std::nullopt, false);
  }
}

void Timeline::ChangeColumn(ObjectId table, ObjectId id, const schema::Column& before,
                            const schema::Column& after, bool asserted) {
  if (!EqualsIgnoringCase(before.name, after.name)) {
    parts_.erase({table, ColumnKey(before.name)});
    parts_[{table, ColumnKey(after.name)}] = id;
    DoubtDeferredIndexes(table, id);
  }
  if (asserted || !SameColumn(before, after)) Set(id, ColumnShape(after), true);
  if (asserted ? after.unique : before.unique != after.unique) {
    const ObjectId unique = FindOrAdd(ObjectKind::kUnique, table, UniqueKey(id));
    objects_[unique].column = id;
    Set(unique, after.unique ? std::optional(Shape{}) : std::nullopt, true);
  }
  ChangeReference(table, id, before, after, asserted);
}

void Timeline::ChangeReference(ObjectId table, ObjectId id, const schema::Column& before,
                               const schema::Column& after, bool asserted) {
  const bool both = before.references && after.references;
  const bool same = both ? SameTarget(*before.references, *after.references)
                         : before.references.has_value() == after.references.has_value();
  if (asserted ? !after.references.has_value() : same) return;
  const ObjectId reference = FindOrAdd(ObjectKind::kReference, table, ReferenceKey(id));
  objects_[reference].column = id;
  Set(reference, after.references ? std::optional(ReferenceShape(*after.references)) : std::nullopt,
      true);
}

/// A target that is renamed in this step is known by one of the two names only.
bool Timeline::SameTarget(const schema::Reference& before, const schema::Reference& after) const {
  if (EqualsIgnoringCase(before.table, after.table)) return true;
  const std::optional<ObjectId> old_table = FindTable(before.table);
  const std::optional<ObjectId> new_table = FindTable(after.table);
  if (old_table && new_table) return *old_table == *new_table;
  return old_table.has_value() != new_table.has_value();
}

void Timeline::ChangeColumns(ObjectId table, const TableChange& change) {
  std::vector<const schema::Column*> kept;
  for (std::size_t place = 0; place < change.before->columns.size(); ++place) {
    const schema::Column& before = change.before->columns[place];
    const ObjectId id = FindOrAdd(ObjectKind::kColumn, table, ColumnKey(before.name));
    const schema::Column* after = After(change, place);
    if (after == nullptr) {
      DropColumn(table, id);
      continue;
    }
    kept.push_back(after);
    const bool asserted = !change.added_field.empty() && change.added_field == after->field;
    ChangeColumn(table, id, before, *after, asserted);
  }
  for (const schema::Column& column : change.after->columns) {
    if (std::find(kept.begin(), kept.end(), &column) == kept.end()) AddColumn(table, column, true);
  }
}

void Timeline::ChangeIndexes(ObjectId table, const TableChange& change,
                             const ColumnIds& ids_before) {
  std::map<std::string, Shape> gone;
  std::map<std::string, Shape> come;
  for (const schema::Index& index : change.before->indexes) {
    Shape shape = IndexShape(index, ids_before);
    const std::string key = IndexKey(shape);
    gone[key] = std::move(shape);
  }
  const ColumnIds ids = ColumnsOf(table, *change.after);
  for (const schema::Index& index : change.after->indexes) {
    Shape shape = IndexShape(index, ids);
    const std::string key = IndexKey(shape);
    const auto same = gone.find(key);
    if (same != gone.end() && shape.columns.empty() && !same->second.columns.empty()) {
      // RenameField and RemoveField leave Meta.indexes as they were written: the index keeps its
      // columns under their new names, or goes with them.
      if (!HasDroppedColumn(same->second)) gone.erase(same);
      continue;
    }
    const bool asserted = !change.added_field.empty() && index.fields.size() == 1 &&
                          index.fields.front() == change.added_field;
    if (same == gone.end() || !SameIndex(same->second, shape) || asserted) {
      come[key] = std::move(shape);
    }
    if (same != gone.end()) gone.erase(same);
  }
  if (change.renames_index && gone.size() == 1 && come.size() == 1) {
    const ObjectId id = FindOrAdd(ObjectKind::kIndex, table, gone.begin()->first);
    parts_.erase({table, gone.begin()->first});
    parts_[{table, come.begin()->first}] = id;
    Set(id, come.begin()->second, true);
    return;
  }
  // RenameField makes and drops no index, whatever it makes of unique_together in the state.
  const bool is_fact = !change.renamed_field;
  for (const auto& [key, shape] : gone) {
    // An index goes with its column; that is no effect of its own.
    Set(FindOrAdd(ObjectKind::kIndex, table, key), std::nullopt,
        is_fact && !HasDroppedColumn(shape));
  }
  for (const auto& [key, shape] : come) {
    Set(FindOrAdd(ObjectKind::kIndex, table, key), shape, is_fact);
  }
}

bool Timeline::HasDroppedColumn(const Shape& shape) const {
  return std::any_of(shape.columns.begin(), shape.columns.end(), [&](ObjectId column) {
    return !objects_[column].versions.back().shape.has_value();
  });
}

void Timeline::ChangeConstraints(ObjectId table, const TableChange& change,
                                 const ColumnIds& ids_before) {
  std::map<std::string, Shape> gone;
  for (const schema::Constraint& constraint : change.before->constraints) {
    gone[ConstraintKey(constraint.name)] = ConstraintShape(constraint, ids_before);
  }
  const ColumnIds ids = ColumnsOf(table, *change.after);
  for (const schema::Constraint& constraint : change.after->constraints) {
    Shape shape = ConstraintShape(constraint, ids);
    const std::string key = ConstraintKey(constraint.name);
    const auto same = gone.find(key);
    // RenameField and RemoveField leave constraints in the state as they were written.
    const bool readable = shape.columns.size() == constraint.columns.size();
    if (same == gone.end() || (readable && same->second.columns != shape.columns)) {
      Set(FindOrAdd(ObjectKind::kConstraint, table, key), std::move(shape), true);
    }
    if (same != gone.end()) gone.erase(same);
  }
  for (const auto& [key, shape] : gone) {
    Set(FindOrAdd(ObjectKind::kConstraint, table, key), std::nullopt, true);
  }
}

}  // namespace migext::migrate
