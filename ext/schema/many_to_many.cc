#include "schema/many_to_many.h"

#include <memory>
#include <utility>

#include "base/text.h"
#include "schema/naming.h"

namespace migext::schema {
namespace {

using django::Field;
using django::ModelKey;
using django::NamedField;

NamedField MakeKey(const std::string& name, const ModelKey& to, bool db_constraint) {
  auto field = std::make_shared<Field>();
  field->type = django::FieldType::kForeignKey;
  field->class_name = "ForeignKey";
  field->class_path = "django.db.models.ForeignKey";
  field->db_index = true;
  django::Relation relation;
  relation.to = to;
  relation.to_as_written = to.ToString();
  relation.on_delete = "CASCADE";
  relation.related_name = name + "+";
  relation.db_constraint = db_constraint;
  field->relation = std::move(relation);
  return {name, std::move(field)};
}

}  // namespace

django::ModelState ThroughModel(const ModelKey& model, std::string_view object_name,
                                const NamedField& field) {
  const django::Relation& relation = *field.field->relation;
  django::ModelState through;
  through.app = model.app;
  through.name = std::string(object_name) + "_" + field.name;
  std::string from = model.model;
  std::string to = relation.to.model;
  if (from == to) {
    from = "from_" + from;
    to = "to_" + to;
  }
  through.fields = {MakeKey(from, model, relation.db_constraint),
                    MakeKey(to, relation.to, relation.db_constraint)};
  through.unique_together = django::Together{{{from, to}}, false};
  return through;
}

std::string ThroughTable(std::string_view model_table, const NamedField& field) {
  if (!field.field->db_table.empty()) return StripQuotes(field.field->db_table);
  return StripQuotes(model_table) + "_" + field.name;
}

}  // namespace migext::schema
