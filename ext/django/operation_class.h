// What a class of the project says about the operations it makes: its flags, the methods it
// overrides, and its own describe().
//
//   class AddMoney(migrations.AddField):
//       reversible = False
//       def describe(self):
//           return f"Add money to {self.model_name}"
#ifndef MIGEXT_DJANGO_OPERATION_CLASS_H_
#define MIGEXT_DJANGO_OPERATION_CLASS_H_

#include "django/arguments.h"
#include "django/operation.h"

namespace migext::django {

/// All but the description.  REQUIRES: `value` is a kInstance.
OperationHead HeadOfInstance(python::Value value, const FieldContext& context);

/// Calls the class's own describe(), if it has one, after giving the instance the attributes that
/// the built-in __init__ would have set from `arguments`.  Nothing when it cannot be computed, as
/// one that asks what only Django knows.
std::optional<std::string> OwnDescription(python::Value value, const CallArguments& arguments,
                                          const FieldContext& context);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_OPERATION_CLASS_H_
