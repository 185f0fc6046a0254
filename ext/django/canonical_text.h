// What a migration means, as text that stays the same however its file is laid out: comments,
// order of keywords, arguments by place or by name, arguments that say what is so anyway, imports
// by another path.  It is made of the values in the file alone, so that the version of Django that
// the project is read for does not matter.
//
//   for (const CanonicalPart& part : CanonicalParts(migration)) part.label, part.text
//   // "Add field level to comment"  "AddField(model_name='comment', name='level', field=…)"
//
// Functions of the file itself (RunPython) are their tokens, with those of what they use in it.
#ifndef MIGEXT_DJANGO_CANONICAL_TEXT_H_
#define MIGEXT_DJANGO_CANONICAL_TEXT_H_

#include <string>
#include <vector>

#include "django/migration.h"
#include "python/value.h"

namespace migext::django {

struct CanonicalPart {
  std::string label;  ///< "dependencies", "atomic", or what the operation's describe() says.
  std::string text;   ///< One line.

  bool operator==(const CanonicalPart&) const = default;
};

/// What it needs and replaces, then its operations, one after the other.
std::vector<CanonicalPart> CanonicalParts(const Migration& migration);

/// One value of the file `home`; functions of other files are their names.
std::string CanonicalText(python::Value value, const python::Source* home);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_CANONICAL_TEXT_H_
