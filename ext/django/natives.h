// What the evaluator must know of Django beyond its names: django.VERSION, gettext, TextChoices,
// settings.  Everything else of Django stays a symbol.
#ifndef MIGEXT_DJANGO_NATIVES_H_
#define MIGEXT_DJANGO_NATIVES_H_

#include "django/settings.h"
#include "django/version_finder.h"
#include "python/interpreter.h"

namespace migext::django {

/// May be called again when the version turns out to be another.
void DefineDjango(python::Interpreter& python, const Version& version);

/// `settings.X` for each setting of the project and, where it does not set one, Django's default.
/// Those that name a swappable model stay symbols, since a
/// field must remember that it was written so.
void DefineSettings(python::Interpreter& python, const Settings& settings);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_NATIVES_H_
