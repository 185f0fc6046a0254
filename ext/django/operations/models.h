// Operations on whole models and their Meta options (django/db/migrations/operations/models.py).
#ifndef MIGEXT_DJANGO_OPERATIONS_MODELS_H_
#define MIGEXT_DJANGO_OPERATIONS_MODELS_H_

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "django/operation.h"
#include "django/operations/reader.h"

namespace migext::django {

/// Meta options as an operation gives them: those that operations change are read, the others kept
/// as they are.
struct MetaOptions {
  std::vector<std::pair<std::string, python::Value>> plain;
  std::optional<std::vector<NamedIndex>> indexes;
  std::optional<std::vector<NamedIndex>> constraints;
  std::optional<Together> unique_together;
  std::optional<Together> index_together;
  std::vector<std::string> order;  ///< The names as written, those four included.

  bool Has(std::string_view option) const;
  /// Sets what is given, and leaves the model's other options.
  void ApplyTo(ModelState& model) const;
};

struct CreateModel final : Operation {
  CreateModel(OperationHead head, ModelState model_state)
      : Operation(std::move(head)), model(std::move(model_state)) {}

  ModelState model;  ///< As it is created; its app is empty.

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  std::string ModelName() const override { return model.name; }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
  char BuiltInCategory() const override { return '+'; }
};

/// An operation on one model that is there: what the others of this file have in common.
struct ModelOperation : Operation {
  ModelOperation(OperationHead head, std::string model_name)
      : Operation(std::move(head)), name(std::move(model_name)) {}

  std::string name;  ///< As written.

  std::string ModelName() const override { return name; }

 protected:
  char BuiltInCategory() const override { return '~'; }
};

struct DeleteModel final : ModelOperation {
  using ModelOperation::ModelOperation;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override { return "Delete model " + name; }
  char BuiltInCategory() const override { return '-'; }
};

/// `name` is the old one.
struct RenameModel final : ModelOperation {
  RenameModel(OperationHead head, std::string old_name, std::string model_name)
      : ModelOperation(std::move(head), std::move(old_name)), new_name(std::move(model_name)) {}

  std::string new_name;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
};

struct AlterModelTable final : ModelOperation {
  AlterModelTable(OperationHead head, std::string model_name, python::Value db_table)
      : ModelOperation(std::move(head), std::move(model_name)), table(db_table) {}

  python::Value table;  ///< A string, or None for the name Django makes.

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
};

struct AlterModelTableComment final : ModelOperation {
  AlterModelTableComment(OperationHead head, std::string model_name, python::Value comment)
      : ModelOperation(std::move(head), std::move(model_name)), table_comment(comment) {}

  python::Value table_comment;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override { return "Alter " + name + " table comment"; }
};

/// AlterUniqueTogether and AlterIndexTogether.
struct AlterTogether final : ModelOperation {
  AlterTogether(OperationHead head, std::string model_name, bool is_unique, Together together)
      : ModelOperation(std::move(head), std::move(model_name)),
        unique(is_unique),
        option(std::move(together)) {}

  bool unique;
  Together option;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
};

struct AlterOrderWithRespectTo final : ModelOperation {
  AlterOrderWithRespectTo(OperationHead head, std::string model_name, python::Value field)
      : ModelOperation(std::move(head), std::move(model_name)), order_with_respect_to(field) {}

  python::Value order_with_respect_to;  ///< A field's name, or None.

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  std::string BuiltInDescription() const override;
};

struct AlterModelOptions final : ModelOperation {
  AlterModelOptions(OperationHead head, std::string model_name, MetaOptions meta_options)
      : ModelOperation(std::move(head), std::move(model_name)), options(std::move(meta_options)) {}

  MetaOptions options;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  OperationKind BuiltInKind() const override { return OperationKind::kState; }
  std::string BuiltInDescription() const override { return "Change Meta options on " + name; }
};

struct AlterModelManagers final : ModelOperation {
  using Managers = std::vector<std::pair<std::string, python::Value>>;

  AlterModelManagers(OperationHead head, std::string model_name, Managers model_managers)
      : ModelOperation(std::move(head), std::move(model_name)),
        managers(std::move(model_managers)) {}

  Managers managers;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  OperationKind BuiltInKind() const override { return OperationKind::kState; }
  std::string BuiltInDescription() const override { return "Change managers on " + name; }
};

/// AlterModelOptions.ALTER_OPTION_KEYS: what the operation takes away by not naming it.
std::span<const std::string_view> AlterOptionKeys();

std::span<const OperationReader> ModelOperations();

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_OPERATIONS_MODELS_H_
