// How the classes of operations are told apart and their arguments bound.  Each family file lists
// its classes as OperationReaders; ReadOperation finds the one that is meant.
#ifndef MIGEXT_DJANGO_OPERATIONS_READER_H_
#define MIGEXT_DJANGO_OPERATIONS_READER_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "django/arguments.h"
#include "django/operation.h"

namespace migext::django {

/// All that a reader is given.
struct OperationSource {
  OperationHead head;
  CallArguments arguments;
  const FieldContext& context;
};

struct OperationReader {
  std::string_view class_name;
  Signature signature;  ///< Of its __init__, without self.
  OperationPtr (*read)(OperationSource source);
};

/// A name, which stands for a few words and is copied about: at most 1,000 bytes.  Throws Error.
std::string NameText(python::Value text, std::string_view what, const python::Position& position);

/// repr(value) for a message, cut short.
std::string Shown(python::Value value);

/// A required name: a string.  Throws, at the operation's place, what Django's `.lower()` would.
std::string NameArgument(const OperationSource& source, std::string_view parameter);

/// A dict with string keys, or nothing for None.
std::vector<std::pair<std::string, python::Value>> NamedValues(python::Value dict,
                                                               std::string_view what,
                                                               const python::Position& position);

/// The fields, managers: a list of (name, value) pairs.
std::vector<std::pair<std::string, python::Value>> NamePairs(python::Value list,
                                                             std::string_view what,
                                                             const python::Position& position);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_OPERATIONS_READER_H_
