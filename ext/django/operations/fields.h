// Operations on the fields of a model (django/db/migrations/operations/fields.py).
#ifndef MIGEXT_DJANGO_OPERATIONS_FIELDS_H_
#define MIGEXT_DJANGO_OPERATIONS_FIELDS_H_

#include <span>
#include <string>
#include <utility>

#include "django/operation.h"
#include "django/operations/reader.h"

namespace migext::django {

struct FieldOperation : Operation {
  FieldOperation(OperationHead head, std::string model, std::string field_name)
      : Operation(std::move(head)), model_name(std::move(model)), name(std::move(field_name)) {}

  std::string model_name;  ///< As written.
  std::string name;        ///< Of the field.

  std::string ModelName() const override { return model_name; }
  std::string FieldName() const override { return name; }

 protected:
  char BuiltInCategory() const override { return '~'; }
};

struct AddField final : FieldOperation {
  AddField(OperationHead head, std::string model, std::string field_name, FieldPtr added,
           bool preserve)
      : FieldOperation(std::move(head), std::move(model), std::move(field_name)),
        field(std::move(added)),
        preserve_default(preserve) {}

  FieldPtr field;
  bool preserve_default;  ///< If not, the default serves the existing rows and is then dropped.

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
  char BuiltInCategory() const override { return '+'; }
};

struct RemoveField final : FieldOperation {
  using FieldOperation::FieldOperation;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
  char BuiltInCategory() const override { return '-'; }
};

struct AlterField final : FieldOperation {
  AlterField(OperationHead head, std::string model, std::string field_name, FieldPtr altered,
             bool preserve)
      : FieldOperation(std::move(head), std::move(model), std::move(field_name)),
        field(std::move(altered)),
        preserve_default(preserve) {}

  FieldPtr field;
  bool preserve_default;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  /// A field that is not there is added without a word; Django fails later, at the database.
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
};

/// `name` is the old one.
struct RenameField final : FieldOperation {
  RenameField(OperationHead head, std::string model, std::string old_name, std::string field_name)
      : FieldOperation(std::move(head), std::move(model), std::move(old_name)),
        new_name(std::move(field_name)) {}

  std::string new_name;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
};

std::span<const OperationReader> FieldOperations();

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_OPERATIONS_FIELDS_H_
