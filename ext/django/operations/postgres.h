// The operations of django.contrib.postgres, as far as a project on SQLite meets them: they have
// their description and their effect on the state, and do nothing to the database.
#ifndef MIGEXT_DJANGO_OPERATIONS_POSTGRES_H_
#define MIGEXT_DJANGO_OPERATIONS_POSTGRES_H_

#include <span>
#include <string>
#include <utility>

#include "django/operation.h"
#include "django/operations/reader.h"

namespace migext::django {

struct PostgresOperation final : Operation {
  struct Parts {
    std::string description;
    char category = '+';
    std::string model_name;        ///< "" for those without a model.
    OperationPtr state_operation;  ///< What it does to the state; null for nothing.
    /// migration_name_fragment; "" for that of `state_operation`.
    std::string name_fragment = {};
  };

  PostgresOperation(OperationHead head, Parts parts)
      : Operation(std::move(head)), parts_(std::move(parts)) {}

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  std::string ModelName() const override { return parts_.model_name; }
  bool ChangesState() const { return parts_.state_operation != nullptr; }
  const std::string& NameFragment() const { return parts_.name_fragment; }
  const OperationPtr& state_operation() const { return parts_.state_operation; }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override { return parts_.description; }
  char BuiltInCategory() const override { return parts_.category; }

  Parts parts_;
};

std::span<const OperationReader> PostgresOperations();

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_OPERATIONS_POSTGRES_H_
