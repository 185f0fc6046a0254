#include "recover/load_default.h"

#include "schema/default_value.h"
#include "schema/python_scalar.h"

namespace migext::recover {
namespace {

using django::Field;
using django::FieldType;

}  // namespace

LoadDefault::LoadDefault(const sqlite::Connection& db, const StagedColumn& column,
                         const schema::EditedField& edited, const schema::SchemaContext& context)
    : db_(db), column_(column), edited_(edited), context_(context) {
  const Field& field = edited_.field();
  changes_ =
      field.has_default ? schema::IsCallable(field.default_value) : field.db_default.has_value();
}

sqlite::Cell LoadDefault::Get() {
  if (changes_) return Evaluate();
  if (!known_) known_ = Evaluate();
  return *known_;
}

sqlite::Cell LoadDefault::Evaluate() const {
  const Field& field = edited_.field();
  if (field.has_default) {
    const auto literal = schema::EffectiveDefault(edited_, context_);
    return literal ? db_.Value("SELECT " + *literal) : sqlite::Cell();
  }
  if (field.db_default && !column_.default_sql.empty()) {
    return db_.Value("SELECT " + column_.default_sql);
  }
  const bool is_file = field.type == FieldType::kFile || field.type == FieldType::kImage;
  // A FieldFile without a name is an empty text, where NULL is allowed too.
  if (!is_file && (field.null || !schema::AllowsEmptyText(field))) return {};
  return field.type == FieldType::kBinary ? db_.Value("SELECT X''") : sqlite::Cell("");
}

}  // namespace migext::recover
