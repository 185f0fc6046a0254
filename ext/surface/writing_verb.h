// Verbs that write migrations.  Where such a call was killed, what it has left is in the way of the
// next one, which then says how to end it.
//
//   return MakeWritingVerb(session, "rebase_migration", 2, 3, Run);
#ifndef MIGEXT_SURFACE_WRITING_VERB_H_
#define MIGEXT_SURFACE_WRITING_VERB_H_

#include <functional>
#include <string>

#include "surface/verb.h"

namespace migext::surface {

sqlite::Function MakeWritingVerb(SessionPtr session, std::string name, int min_arguments,
                                 int max_arguments, std::function<std::string(Verb&)> body);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_WRITING_VERB_H_
