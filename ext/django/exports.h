// Which names a module of Django has, version by version, where a migration could ask for one that
// is not there.
//
//   LacksName({4, 2}, "django.db.models", "GeneratedField")      // true
//   LacksName({4, 2}, "django.db.models.functions", "Anything")  // false: not known in full
#ifndef MIGEXT_DJANGO_EXPORTS_H_
#define MIGEXT_DJANGO_EXPORTS_H_

#include <string_view>

#include "django/version_finder.h"

namespace migext::django {

/// True if the module of that Django version has no such name: Python raises AttributeError or
/// ImportError.
bool LacksName(const Version& version, std::string_view module, std::string_view name);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_EXPORTS_H_
