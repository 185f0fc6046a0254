// Operations on indexes and constraints (the second half of Django's operations/models.py).
#ifndef MIGEXT_DJANGO_OPERATIONS_INDEXES_H_
#define MIGEXT_DJANGO_OPERATIONS_INDEXES_H_

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "django/operation.h"
#include "django/operations/reader.h"

namespace migext::django {

struct IndexOperation : Operation {
  IndexOperation(OperationHead head, std::string model)
      : Operation(std::move(head)), model_name(std::move(model)) {}

  std::string model_name;  ///< As written.

  std::string ModelName() const override { return model_name; }

 protected:
  char BuiltInCategory() const override { return '+'; }
};

struct AddIndex final : IndexOperation {
  AddIndex(OperationHead head, std::string model, NamedIndex added)
      : IndexOperation(std::move(head), std::move(model)), index(std::move(added)) {}

  NamedIndex index;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
};

struct RemoveIndex final : IndexOperation {
  RemoveIndex(OperationHead head, std::string model, std::string index_name)
      : IndexOperation(std::move(head), std::move(model)), name(std::move(index_name)) {}

  std::string name;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
  char BuiltInCategory() const override { return '-'; }
};

/// Renames an index, or gives one of index_together a name: then old_name is empty.
struct RenameIndex final : IndexOperation {
  RenameIndex(OperationHead head, std::string model, std::string to, std::string from,
              std::vector<std::string> fields, std::string fields_repr)
      : IndexOperation(std::move(head), std::move(model)),
        new_name(std::move(to)),
        old_name(std::move(from)),
        old_fields(std::move(fields)),
        old_fields_repr_(std::move(fields_repr)) {}

  std::string new_name;
  std::string old_name;
  std::vector<std::string> old_fields;

  /// The same index, given another name.
  OperationPtr To(OperationHead head, std::string name) const {
    return std::make_shared<RenameIndex>(std::move(head), model_name, std::move(name), old_name,
                                         old_fields, old_fields_repr_);
  }

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
  char BuiltInCategory() const override { return '~'; }

  std::string old_fields_repr_;
};

struct AddConstraint final : IndexOperation {
  AddConstraint(OperationHead head, std::string model, NamedIndex added)
      : IndexOperation(std::move(head), std::move(model)), constraint(std::move(added)) {}

  NamedIndex constraint;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
};

struct RemoveConstraint final : IndexOperation {
  RemoveConstraint(OperationHead head, std::string model, std::string constraint_name)
      : IndexOperation(std::move(head), std::move(model)), name(std::move(constraint_name)) {}

  std::string name;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
  char BuiltInCategory() const override { return '-'; }
};

/// Changes what does not reach the database, such as the error message.
struct AlterConstraint final : IndexOperation {
  AlterConstraint(OperationHead head, std::string model, std::string constraint_name,
                  NamedIndex altered)
      : IndexOperation(std::move(head), std::move(model)),
        name(std::move(constraint_name)),
        constraint(std::move(altered)) {}

  std::string name;
  NamedIndex constraint;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  OperationKind BuiltInKind() const override { return OperationKind::kState; }
  std::string BuiltInDescription() const override;
  char BuiltInCategory() const override { return '~'; }
};

std::span<const OperationReader> IndexOperations();

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_OPERATIONS_INDEXES_H_
