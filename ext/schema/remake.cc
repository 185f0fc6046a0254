// The remake of a table: a new one is made, the rows are copied, and it takes the old one's place
// (DatabaseSchemaEditor._remake_table).
#include <algorithm>
#include <memory>

#include "base/error.h"
#include "base/text.h"
#include "schema/compile_expression.h"
#include "schema/create_table.h"
#include "schema/default_value.h"
#include "schema/local_fields.h"
#include "schema/table_editor.h"
#include "schema/table_remake.h"

namespace migext::schema {

using django::Field;
using django::FieldType;

bool CopiedColumn::IsPlain() const { return !source.empty() && value == QuoteName(source); }

std::string CopyRowsSql(const TableRemake& remake) {
  std::vector<std::string> columns;
  std::vector<std::string> values;
  for (const CopiedColumn& copied : remake.copy) {
    columns.push_back(copied.column);
    values.push_back(copied.value);
  }
  return "INSERT INTO " + QuoteName(remake.NewTable()) + " (" + QuoteNames(columns) + ") SELECT " +
         Join(values, ", ") + " FROM " + QuoteName(remake.table);
}

/// The new table's model, and what each of its columns is filled with.
class TableEditor::Remake {
 public:
  Remake(const EditedModel& model, const Change& change, Side younger, const SchemaContext& context)
      : model_(model), change_(change), younger_(younger), context_(context) {
    TakeFields();
    DropOldKey();
    if (change.create) Create(*change.create);
    for (const auto& [from, to] : change.alter) Alter(from, to);
    if (change.remove) Remove(*change.remove);
    AddAutomaticKey();
  }

  EditedModel NewModel() const {
    EditedModel result;
    result.key = model_.key;
    result.side = model_.side;
    result.state = model_.state;
    result.table = "new__" + model_.table;
    result.object_name = "New" + model_.object_name;
    result.unique_together = Renamed(model_.unique_together);
    if (context_.dialect->index_together) result.index_together = Renamed(model_.index_together);
    result.indexes = model_.indexes;
    if (change_.remove) DropIndexesOf(change_.remove->name(), result.indexes);
    result.constraints = model_.constraints;
    result.fields = SortedFields();
    return result;
  }

  std::vector<CopiedColumn> Copy() const { return copy_; }

 private:
  /// Columns stand by the age of their field objects (Field.creation_counter); those that Django
  /// made up come first, the last of them foremost.
  struct BodyField {
    EditedField field;
    bool is_copy = false;  ///< A key to the own table: copied during the remake, so the youngest.
  };

  void TakeFields() {
    for (const EditedField& field : model_.fields) {
      const bool is_composite = field.field().type == FieldType::kCompositePrimaryKey;
      if (field.column.empty() && !is_composite) continue;
      const bool is_self = field.field().relation && field.field().relation->to == model_.key;
      body_.push_back({field, is_self});
      if (!field.column.empty() && field.field().type != FieldType::kGenerated) {
        copy_.push_back({field.column, QuoteName(field.column), field.column});
      }
    }
  }

  bool BringsKey() const {
    if (change_.create && change_.create->field().primary_key) return true;
    return std::any_of(change_.alter.begin(), change_.alter.end(),
                       [](const auto& pair) { return pair.second.field().primary_key; });
  }

  bool IsAlteredUnderItsName(const EditedField& field) const {
    return std::any_of(change_.alter.begin(), change_.alter.end(),
                       [&](const auto& pair) { return pair.second.name() == field.name(); });
  }

  /// Another key takes over: the old one loses its flag, or goes when nobody wrote it.
  void DropOldKey() {
    if (!BringsKey()) return;
    for (std::size_t i = 0; i < body_.size();) {
      EditedField& field = body_[i].field;
      if (!field.field().primary_key || IsAlteredUnderItsName(field)) {
        ++i;
        continue;
      }
      if (field.field().auto_created) {
        Unmap(field.column);
        body_.erase(body_.begin() + static_cast<std::ptrdiff_t>(i));
        continue;
      }
      auto plain = std::make_shared<Field>(field.field());
      plain->primary_key = false;
      plain->unique =
          plain->type == FieldType::kOneToOne ||
          python::Truth(plain->Option("unique").value_or(python::Value())).value_or(false);
      field.named.field = std::move(plain);
      ++i;
    }
  }

  void Create(const EditedField& field) {
    Put(field);
    const bool is_filled = !field.field().db_default && !field.column.empty() &&
                           field.field().type != FieldType::kGenerated;
    if (is_filled) Map({field.column, EffectiveDefault(field, context_).value_or("NULL"), {}});
  }

  void Alter(const EditedField& from, const EditedField& to) {
    std::erase_if(body_, [&](const BodyField& item) { return item.field.name() == from.name(); });
    Unmap(from.column);
    Put(to);
    renamed_.emplace_back(from.name(), to.name());
    if (to.field().type == FieldType::kGenerated) return;
    std::string value = QuoteName(from.column);
    if (from.field().null && !to.field().null) {
      const std::string fallback = to.field().db_default
                                       ? CompileDatabaseDefault(model_, to, context_)
                                       : EffectiveDefault(to, context_).value_or("NULL");
      value = "coalesce(" + value + ", " + fallback + ")";
    }
    Map({to.column, value, from.column});
  }

  void Remove(const EditedField& field) {
    std::erase_if(body_, [&](const BodyField& item) { return item.field.name() == field.name(); });
    Unmap(field.column);
  }

  /// A model without a key gets one (Options._prepare).
  void AddAutomaticKey() {
    const bool has_key = std::any_of(body_.begin(), body_.end(), [](const BodyField& item) {
      return item.field.field().primary_key;
    });
    if (has_key) return;
    EditedField id = {AutomaticId(context_), model_.state, "id", model_.side, 0, model_.key,
                      model_.object_name,    model_.table};
    const bool was_removed = change_.remove && change_.remove->column == id.column;
    if (was_removed && context_.dialect->removed_key_leaves_none) return;
    body_.insert(body_.begin(), {id, false});
    made_key_ = true;
  }

  void Put(const EditedField& field) {
    std::erase_if(body_, [&](const BodyField& item) { return item.field.name() == field.name(); });
    if (!field.field().IsManyToMany()) body_.push_back({field, false});
  }

  void Map(CopiedColumn copied) {
    for (CopiedColumn& known : copy_) {
      if (known.column == copied.column) {
        known = std::move(copied);
        return;
      }
    }
    copy_.push_back(std::move(copied));
  }

  void Unmap(const std::string& column) {
    std::erase_if(copy_, [&](const CopiedColumn& copied) { return copied.column == column; });
  }

  Groups Renamed(Groups groups) const {
    for (std::vector<std::string>& group : groups) {
      for (std::string& name : group) {
        for (const auto& [from, to] : renamed_) {
          if (name == from) {
            name = to;
            break;
          }
        }
      }
    }
    return groups;
  }

  static void DropIndexesOf(const std::string& field, std::vector<django::NamedIndex>& indexes) {
    std::erase_if(indexes, [&](const django::NamedIndex& index) {
      return std::find(index.fields.begin(), index.fields.end(), field) != index.fields.end();
    });
  }

  int Age(const BodyField& item) const {
    if (item.is_copy) return 2;
    return item.field.side == younger_ ? 1 : 0;
  }

  std::vector<EditedField> SortedFields() const {
    std::vector<BodyField> body = body_;
    // The key that was just made is the youngest of all.
    const auto first = body.begin() + (made_key_ ? 1 : 0);
    std::stable_sort(first, body.end(), [this](const BodyField& a, const BodyField& b) {
      const bool a_made_up = a.field.field().auto_created;
      if (a_made_up != b.field.field().auto_created) return a_made_up;
      if (Age(a) != Age(b)) return a_made_up ? Age(a) > Age(b) : Age(a) < Age(b);
      return a.field.place < b.field.place;
    });
    std::vector<EditedField> fields;
    for (BodyField& item : body) fields.push_back(std::move(item.field));
    ResolveCopies(body, fields);
    return fields;
  }

  /// Copied keys point at the model as it becomes.
  void ResolveCopies(const std::vector<BodyField>& body, std::vector<EditedField>& fields) const {
    const bool has_copy =
        std::any_of(body.begin(), body.end(), [](const BodyField& item) { return item.is_copy; });
    if (!has_copy || !model_.state.Find(model_.key)) return;
    django::ProjectState state = model_.state;
    state.Update(model_.key, [&](django::ModelState& model) {
      model.fields.clear();
      for (const EditedField& field : fields) model.fields.push_back(field.named);
      model.DropOption("order_with_respect_to");
    });
    for (std::size_t i = 0; i < body.size(); ++i) {
      if (body[i].is_copy) fields[i].state = state;
    }
  }

  const EditedModel& model_;
  const Change& change_;
  Side younger_;
  const SchemaContext& context_;
  std::vector<BodyField> body_;
  bool made_key_ = false;
  std::vector<CopiedColumn> copy_;
  std::vector<std::pair<std::string, std::string>> renamed_;
};

namespace {

/// All that Django made, also what it forgets in a remake (index_together from 5.1 on).
std::vector<IndexStatement> KnownIndexesOf(const EditedModel& model, const SchemaContext& context) {
  std::vector<IndexStatement> indexes = IndexStatementsOf(model, context, Unrenderable::kLeftOut);
  if (context.dialect->index_together) return indexes;
  for (const std::vector<std::string>& group : model.index_together) {
    Attempt(Unrenderable::kLeftOut,
            [&] { indexes.push_back(TogetherStatement(model, group, false)); });
  }
  return indexes;
}

}  // namespace

void TableEditor::RemakeTable(const EditedModel& model, const Change& change) {
  const Remake parts(model, change, younger_, context_);
  const EditedModel new_model = parts.NewModel();
  auto remake = std::make_shared<TableRemake>();
  remake->table = model.table;
  remake->copy = parts.Copy();
  const EditedModel& before = change.before ? *change.before : model;
  remake->before = TableTextOf(before, context_, Unrenderable::kLeftOut);
  remake->indexes_before = KnownIndexesOf(before, context_);
  const std::string copy_sql = CopyRowsSql(*remake);
  ++remakes_;
  MakeTable(new_model, std::move(remake));
  Send(StatementKind::kCopyRows, new_model.table, copy_sql, Percent::kConverted);
  DropTable(model);
  RenameTable(new_model.table, model.table);
  RunDeferred(Percent::kConverted, true);
  --remakes_;
}

}  // namespace migext::schema
