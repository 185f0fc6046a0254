// One operation of a migration.  A family of operations per file in django/operations/, as in
// Django. An operation is a function from state to state, with a description and a way back (or
// none).  It is immutable; SQL for it is made in schema/, from the two states around it.
#ifndef MIGEXT_DJANGO_OPERATION_H_
#define MIGEXT_DJANGO_OPERATION_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "django/field.h"
#include "django/state.h"
#include "python/value.h"

namespace migext::django {

enum class OperationKind : std::uint8_t { kSchema, kData, kState, kSql, kPython, kCustom };
std::string_view KindName(
    OperationKind kind);  ///< 'schema', 'data', 'state', 'sql', 'python', 'custom'

class Operation {
 public:
  virtual ~Operation() = default;

  virtual std::string_view ClassName() const = 0;  ///< "AddField"
  virtual OperationKind Kind() const = 0;
  /// Django's describe(), word for word.
  virtual std::string Describe() const = 0;
  /// Django's `reversible`.
  virtual bool Reversible() const { return true; }
  virtual bool ReducesToSql() const { return true; }
  virtual bool Elidable() const { return false; }
  /// The sign of formatted_description(): '+', '-', '~', 'p', 's' or '?' (OperationCategory,
  /// from 5.1).
  virtual char Category() const { return '?'; }

  /// The model and field as written, "" where there is none.
  virtual std::string ModelName() const { return {}; }
  virtual std::string FieldName() const { return {}; }

  /// Mirrors state_forwards(): changes `state` as seen from `app`.  Throws Error in Django's words
  /// (with the operation's place) when Django would fail, e.g. for a field of a model that is not
  /// there.
  virtual void StateForwards(std::string_view app, ProjectState& state) const = 0;

  const python::Position& position() const { return position_; }
  int Line() const;  ///< In the file, from 1; 0 when unknown.

 protected:
  explicit Operation(python::Position position) : position_(position) {}

 private:
  python::Position position_;
};

using OperationPtr = std::shared_ptr<const Operation>;

/// Reads an operation from what the evaluator made of `migrations.AddField(...)`.  A class of the
/// project that derives from a built-in operation becomes that one; any other becomes a custom
/// operation with an empty effect on the state.  Throws Error with a place.
OperationPtr ReadOperation(python::Value value, const FieldContext& context);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_OPERATION_H_
