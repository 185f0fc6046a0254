// Several remakes of a table within one migration made one, where the result is provably the same:
// n AlterFields copy its rows once, not n times.
//
//   FoldRemakes(groups);   // groups: the statements of each operation, then those put off
//
// A folded remake stands where the last of them stood.  Nothing is folded over a RunSQL or a
// RunPython, nor over any other change of the table.
#ifndef MIGEXT_SCHEMA_FOLD_H_
#define MIGEXT_SCHEMA_FOLD_H_

#include <span>
#include <vector>

#include "schema/statement.h"

namespace migext::schema {

/// The groups are run one after the other.  None may be nullptr.
void FoldRemakes(std::span<std::vector<Statement>* const> groups);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_FOLD_H_
