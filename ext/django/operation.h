// One operation of a migration.  A family of operations per file in django/operations/, as in
// Django.  An operation is a function from state to state, with a description and a way back (or
// none).  It is immutable; SQL for it is made in schema/, from the two states around it.
//
//   OperationPtr operation = ReadOperation(value, context);  // migrations.AddField("post", …)
//   operation->Describe()                                    // "Add field rating to post"
//   operation->StateForwards("blog", state)
//
// What depends on the operation's type asks an OperationVisitor, or dynamic_cast where only one
// type matters.
#ifndef MIGEXT_DJANGO_OPERATION_H_
#define MIGEXT_DJANGO_OPERATION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "django/field.h"
#include "django/state.h"
#include "python/value.h"

namespace migext::django {

enum class OperationKind : std::uint8_t { kSchema, kData, kState, kSql, kPython, kCustom };
std::string_view KindName(
    OperationKind kind);  ///< 'schema', 'data', 'state', 'sql', 'python', 'custom'

/// Where an operation was written, and what a class of the project changes about the built-in
/// operation it derives from.  All but the class's name is empty for a built-in one.
struct OperationHead {
  std::string class_name;  ///< "AddField", or the name of the project's class.
  python::Value value;     ///< The call or instance it was read from.
  python::Position position;
  std::optional<std::string> description;  ///< Of its own describe(), where that can be computed.
  std::optional<bool> reversible;
  std::optional<bool> reduces_to_sql;
  std::optional<bool> elidable;
  std::optional<bool> atomic;
  std::optional<char> category;
  /// It has its own database_forwards or database_backwards: what happens to the database is not
  /// what the built-in operation would do.
  bool own_database = false;
  /// It has its own state_forwards, which is not run.
  bool own_state = false;
};

class OperationVisitor;

class Operation {
 public:
  virtual ~Operation() = default;

  /// Calls visitor.Visit() with the operation's own type.
  virtual void Accept(OperationVisitor& visitor) const = 0;

  const OperationHead& head() const { return head_; }
  const std::string& ClassName() const { return head_.class_name; }
  const python::Position& position() const { return head_.position; }
  int Line() const;  ///< In the file, from 1; 0 when unknown.

  OperationKind Kind() const;
  /// Django's describe(), word for word.
  std::string Describe() const;
  /// Django's formatted_description() (from 5.1): the category's sign and describe().
  std::string FormattedDescription() const;
  bool Reversible() const { return head_.reversible.value_or(BuiltInReversible()); }
  bool ReducesToSql() const { return head_.reduces_to_sql.value_or(BuiltInReducesToSql()); }
  bool Elidable() const { return head_.elidable.value_or(BuiltInElidable()); }
  /// `atomic`: false unless given; empty for a RunPython that leaves it to the migration (None).
  std::optional<bool> Atomic() const;
  /// The sign of formatted_description(): '+', '-', '~', 'p', 's' or '?' (OperationCategory).
  char Category() const { return head_.category.value_or(BuiltInCategory()); }

  /// The model and field as written, "" where there is none.
  virtual std::string ModelName() const { return {}; }
  virtual std::string FieldName() const { return {}; }

  /// Mirrors state_forwards(): changes `state` as seen from `app`.  Throws Error in Django's words
  /// ("KeyError: ('blog', 'nothing')", with the operation's place) when Django would fail, e.g. for
  /// a field of a model that is not there.
  virtual void StateForwards(std::string_view app, ProjectState& state) const = 0;

 protected:
  explicit Operation(OperationHead head) : head_(std::move(head)) {}

  virtual OperationKind BuiltInKind() const { return OperationKind::kSchema; }
  virtual std::string BuiltInDescription() const = 0;
  virtual bool BuiltInReversible() const { return true; }
  virtual bool BuiltInReducesToSql() const { return true; }
  virtual bool BuiltInElidable() const { return false; }
  virtual std::optional<bool> BuiltInAtomic() const { return false; }
  virtual char BuiltInCategory() const = 0;

  /// An error at the operation's place.
  Error Failure(const std::string& message) const;
  /// The model's key.  Throws what Django's `state.models[app, model]` would when it is not there.
  ModelKey RequireModel(std::string_view app, std::string_view model,
                        const ProjectState& state) const;

 private:
  OperationHead head_;
};

using OperationPtr = std::shared_ptr<const Operation>;

struct CreateModel;
struct DeleteModel;
struct RenameModel;
struct AlterModelTable;
struct AlterModelTableComment;
struct AlterTogether;
struct AlterOrderWithRespectTo;
struct AlterModelOptions;
struct AlterModelManagers;
struct AddField;
struct RemoveField;
struct AlterField;
struct RenameField;
struct AddIndex;
struct RemoveIndex;
struct RenameIndex;
struct AddConstraint;
struct RemoveConstraint;
struct AlterConstraint;
struct RunSql;
struct RunPython;
struct SeparateDatabaseAndState;
struct PostgresOperation;
struct CustomOperation;

/// One Visit per type, all to be written: an operation that is added here does not compile until
/// everyone who acts on operations says what it means to them.
class OperationVisitor {
 public:
  virtual ~OperationVisitor() = default;
  virtual void Visit(const CreateModel& operation) = 0;
  virtual void Visit(const DeleteModel& operation) = 0;
  virtual void Visit(const RenameModel& operation) = 0;
  virtual void Visit(const AlterModelTable& operation) = 0;
  virtual void Visit(const AlterModelTableComment& operation) = 0;
  virtual void Visit(const AlterTogether& operation) = 0;
  virtual void Visit(const AlterOrderWithRespectTo& operation) = 0;
  virtual void Visit(const AlterModelOptions& operation) = 0;
  virtual void Visit(const AlterModelManagers& operation) = 0;
  virtual void Visit(const AddField& operation) = 0;
  virtual void Visit(const RemoveField& operation) = 0;
  virtual void Visit(const AlterField& operation) = 0;
  virtual void Visit(const RenameField& operation) = 0;
  virtual void Visit(const AddIndex& operation) = 0;
  virtual void Visit(const RemoveIndex& operation) = 0;
  virtual void Visit(const RenameIndex& operation) = 0;
  virtual void Visit(const AddConstraint& operation) = 0;
  virtual void Visit(const RemoveConstraint& operation) = 0;
  virtual void Visit(const AlterConstraint& operation) = 0;
  virtual void Visit(const RunSql& operation) = 0;
  virtual void Visit(const RunPython& operation) = 0;
  virtual void Visit(const SeparateDatabaseAndState& operation) = 0;
  virtual void Visit(const PostgresOperation& operation) = 0;
  virtual void Visit(const CustomOperation& operation) = 0;
};

/// Keeps a file from naming more than memory holds: a list may hold the same operation many times,
/// and an operation the list that it stands in.
struct OperationBudget {
  int operations = 100'000;  ///< Those inside other operations counted each time.
  int nesting = 20;
};

/// Reads an operation from what the evaluator made of `migrations.AddField(...)`.  A class of the
/// project that derives from a built-in operation becomes that one; any other becomes a custom
/// operation with an empty effect on the state.  Throws Error with a place.
OperationPtr ReadOperation(python::Value value, const FieldContext& context);

/// A list or tuple of operations; None is an empty one.  `what` names it in errors.
std::vector<OperationPtr> ReadOperations(python::Value value, std::string_view what,
                                         const FieldContext& context);

/// What `migrate --plan` prints of an operation, without the indent:
/// "Raw Python operation -> Set level and path of the comments …" (describe_operation).
std::string PlanLine(const Operation& operation, bool backwards);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_OPERATION_H_
