// A model as the schema editor handles it: what Django's editor is given as a rendered model class.
// Each field remembers the state in which its relations are looked up, for a remake mixes fields of
// the state before an operation with those of the state after it.
//
//   EditedModel model = ModelOf(state, {"blog", "post"}, Side::kAfter, context);
//   model.table, model.fields, ThroughOf(*model.FindField("tags"), context)
#ifndef MIGEXT_SCHEMA_EDITED_MODEL_H_
#define MIGEXT_SCHEMA_EDITED_MODEL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "schema/column.h"
#include "schema/table.h"

namespace migext::schema {

/// Which of the two states around an operation a model or field was taken from.
enum class Side : std::uint8_t { kBefore, kAfter };

struct EditedField {
  django::NamedField named;
  django::ProjectState state;  ///< Where the model it points at is found.
  std::string column;          ///< "" for a field without one.
  Side side = Side::kBefore;
  std::size_t place = 0;  ///< Among the fields of its model.
  django::ModelKey owner;
  std::string owner_name;  ///< "LogEntry"
  std::string owner_table;

  const std::string& name() const { return named.name; }
  const django::Field& field() const { return *named.field; }
};

struct EditedModel {
  django::ModelKey key;
  django::ProjectState state;  ///< It was taken from.
  Side side = Side::kBefore;
  std::string table;
  std::string object_name;  ///< "LogEntry"
  /// Those with a column first and foremost: Options.local_fields, in the order of the columns.
  std::vector<EditedField> fields;
  std::vector<EditedField> many_to_many;
  std::vector<std::vector<std::string>> unique_together;
  std::vector<std::vector<std::string>> index_together;
  std::vector<django::NamedIndex> indexes;
  std::vector<django::NamedIndex> constraints;
  bool has_tablespace = false;  ///< Meta.db_tablespace is given.

  /// By its name, or for a key by that of its attribute ("author_id"), or "pk"; nullptr when there
  /// is none.
  const EditedField* FindField(std::string_view name) const;
  /// Options.get_field().  Throws Error with Django's FieldDoesNotExist.
  const EditedField& GetField(std::string_view name) const;
  const EditedField* PrimaryKey() const;
  std::vector<django::NamedField> NamedFields() const;
};

/// A model whose table is there already may name what is gone: Django does not look at those parts,
/// so nor must we refuse them.
enum class Unrenderable : std::uint8_t { kRefused, kLeftOut };

/// Calls render() and lets its Error through, or not.
template <typename Render>
void Attempt(Unrenderable policy, Render render) {
  if (policy == Unrenderable::kRefused) return render();
  try {
    render();
  } catch (const Error&) {
  }
}

/// Throws Error with Django's LookupError when the model is not in the state.
EditedModel ModelOf(const django::ProjectState& state, const django::ModelKey& key, Side side,
                    const SchemaContext& context);

/// The model that Django makes up for a many-to-many field; nothing for any other field and when it
/// has through=.
std::optional<EditedModel> ThroughOf(const EditedField& field, const SchemaContext& context);

/// Field.column_sql's ingredients; nothing for a field without a column.
std::optional<Column> ColumnOf(const EditedModel& model, const EditedField& field,
                               const SchemaContext& context);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_EDITED_MODEL_H_
