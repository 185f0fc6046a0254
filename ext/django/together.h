// The options unique_together and index_together, which Django takes in several shapes.
//
//   {("a", "b"), ("c",)}    two groups
//   ("a", "b")              one group, flat
#ifndef MIGEXT_DJANGO_TOGETHER_H_
#define MIGEXT_DJANGO_TOGETHER_H_

#include <string>

#include "django/state.h"
#include "python/value.h"

namespace migext::django {

/// normalize_together() of django/db/models/options.py: a flat list of names is one group, and what
/// is neither list nor tuple is taken as it is.  None is no group.  Throws Error at `position`.
Together ReadTogether(python::Value value, const python::Position& position);

/// As AlterUniqueTogether keeps it: set(normalize_together(value)), and what is empty as it is.
Together ReadTogetherSet(python::Value value, const python::Position& position);

/// A set of tuples: each group once, none flat.
void MakeSet(Together& together);

/// `[[new if n == old else n for n in group] for group in option]`, what RenameField makes of it.
void RenameInTogether(Together& together, const std::string& from, const std::string& to);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_TOGETHER_H_
