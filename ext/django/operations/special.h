// Operations that run what the migration brings along (django/db/migrations/operations/special.py),
// and those of classes that are not Django's.
#ifndef MIGEXT_DJANGO_OPERATIONS_SPECIAL_H_
#define MIGEXT_DJANGO_OPERATIONS_SPECIAL_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "django/operation.h"
#include "django/operations/reader.h"

namespace migext::django {

/// What RunSQL is given: one script, to be split into statements, or a list of statements.  The
/// texts live as long as the values do.
struct SqlArgument {
  struct Statement {
    std::string_view sql;
    std::optional<python::Value> params;  ///< Nothing: the text is run as it is.
  };

  /// As written, for str(); None for RunSQL.noop, whose script is "".
  python::Value value;
  /// False when the text comes from outside the project (a file that is read, a library).
  bool known = true;
  std::optional<std::string_view> script;
  std::vector<Statement> statements;  ///< Of a list or tuple, each run as one.
  /// What running it raises, "ValueError: Expected a 2-tuple but got 3"; "" for nothing.
  std::string failure;

  /// Python's str() of it.
  std::string ToString() const;
};

struct RunSql final : Operation {
  struct Parts {
    SqlArgument sql;
    std::optional<SqlArgument> reverse_sql;
    std::vector<OperationPtr> state_operations;
    python::Value hints;  ///< A dict or None.
    bool elidable = false;
  };

  RunSql(OperationHead head, Parts parts) : Operation(std::move(head)), parts_(std::move(parts)) {}

  const SqlArgument& sql() const { return parts_.sql; }
  const std::optional<SqlArgument>& reverse_sql() const { return parts_.reverse_sql; }
  const std::vector<OperationPtr>& state_operations() const { return parts_.state_operations; }
  const python::Value& hints() const { return parts_.hints; }

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  OperationKind BuiltInKind() const override { return OperationKind::kSql; }
  std::string BuiltInDescription() const override { return "Raw SQL operation"; }
  bool BuiltInReversible() const override { return parts_.reverse_sql.has_value(); }
  bool BuiltInElidable() const override { return parts_.elidable; }
  char BuiltInCategory() const override { return 's'; }

  Parts parts_;
};

struct RunPython final : Operation {
  struct Parts {
    python::Value code;
    python::Value reverse_code;  ///< None: there is no way back.
    python::Value hints;         ///< A dict or None.
    std::optional<bool> atomic;
    bool elidable = false;
  };

  RunPython(OperationHead head, const Parts& parts) : Operation(std::move(head)), parts_(parts) {}

  /// A function, or whatever else can be called; see IsNoop().
  const python::Value& code() const { return parts_.code; }
  const python::Value& reverse_code() const { return parts_.reverse_code; }
  const python::Value& hints() const { return parts_.hints; }

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  OperationKind BuiltInKind() const override { return OperationKind::kPython; }
  std::string BuiltInDescription() const override { return "Raw Python operation"; }
  bool BuiltInReversible() const override { return !parts_.reverse_code.IsNone(); }
  bool BuiltInReducesToSql() const override { return false; }
  bool BuiltInElidable() const override { return parts_.elidable; }
  std::optional<bool> BuiltInAtomic() const override { return parts_.atomic; }
  char BuiltInCategory() const override { return 'p'; }

  Parts parts_;
};

/// True for RunPython.noop.
bool IsNoop(python::Value code);

/// `code.__doc__`, "" where there is none.
std::string DocString(python::Value code);

struct SeparateDatabaseAndState final : Operation {
  SeparateDatabaseAndState(OperationHead head, std::vector<OperationPtr> database,
                           std::vector<OperationPtr> state)
      : Operation(std::move(head)),
        database_operations(std::move(database)),
        state_operations(std::move(state)) {}

  std::vector<OperationPtr> database_operations;
  std::vector<OperationPtr> state_operations;

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  /// That of the database operations, where they agree.
  OperationKind BuiltInKind() const override;
  std::string BuiltInDescription() const override;
  char BuiltInCategory() const override { return '?'; }
};

/// An operation whose class is not Django's and does not derive from one of Django's that does
/// something: what it does to state and database is unknown.
struct CustomOperation final : Operation {
  CustomOperation(OperationHead head, std::string default_description)
      : Operation(std::move(head)), default_description_(std::move(default_description)) {}

  void Accept(OperationVisitor& visitor) const override { visitor.Visit(*this); }
  void StateForwards(std::string_view app, ProjectState& state) const override;

 private:
  OperationKind BuiltInKind() const override { return OperationKind::kCustom; }
  std::string BuiltInDescription() const override { return default_description_; }
  char BuiltInCategory() const override { return '?'; }

  std::string default_description_;
};

std::span<const OperationReader> SpecialOperations();

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_OPERATIONS_SPECIAL_H_
