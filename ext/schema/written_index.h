// An index or a constraint as it was written: the arguments of Index(...), CheckConstraint(...) or
// UniqueConstraint(...), whether called directly or by a class of the project.
#ifndef MIGEXT_SCHEMA_WRITTEN_INDEX_H_
#define MIGEXT_SCHEMA_WRITTEN_INDEX_H_

#include <span>
#include <string_view>

#include "python/value.h"

namespace migext::schema {

struct WrittenIndex {
  std::span<const python::Value> args;
  std::span<const python::Keyword> keywords;

  /// None for what was not given.
  python::Value Get(std::string_view name) const;
  /// Given, and neither None nor empty.
  bool Has(std::string_view name) const;
};

WrittenIndex WrittenIndexOf(python::Value value);

/// True if the value is made by that class or by a class of the project that derives from it.
bool IsMadeBy(python::Value value, std::string_view class_name);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_WRITTEN_INDEX_H_
