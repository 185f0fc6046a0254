// Where Django's names are defined, which is how migrations write them.
//
//   DefinedPath("django.db.models.CASCADE", dialect)         // "django.db.models.deletion.CASCADE"
//   DefinedPath("django.db.models.functions.Lower", dialect) //
//   "django.db.models.functions.text.Lower" DefinedPath("django.db.models.F", dialect) // itself:
//   its deconstruct() says so
#ifndef MIGEXT_REWRITE_DJANGO_PATHS_H_
#define MIGEXT_REWRITE_DJANGO_PATHS_H_

#include <string>
#include <string_view>

#include "django/dialect.h"

namespace migext::rewrite {

/// The path itself for a name that is not known.
std::string DefinedPath(std::string_view dotted, const django::Dialect& dialect);

/// How an object that django.core.validators holds ready made is written, "" for what is none:
/// EmailValidator() for validate_email.
std::string_view ReadyMadeValidator(std::string_view dotted);

/// The part of a path that is imported: up to the first class, "a.b" of "a.b.Post.Status".
std::string_view ModuleOf(std::string_view path);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_DJANGO_PATHS_H_
