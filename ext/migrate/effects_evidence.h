// Short sentences about what the schema shows: "column blog_comment.level integer unsigned NOT NULL
// exists", "index blog_commen_post_id_34d25d_idx missing".
#ifndef MIGEXT_MIGRATE_EFFECTS_EVIDENCE_H_
#define MIGEXT_MIGRATE_EFFECTS_EVIDENCE_H_

#include <string>

#include "migrate/effects.h"

namespace migext::migrate {

/// "blog_comment.level", under the name that it has now or should have.
std::string ObjectName(const Effects& effects, const Fact& fact);

std::string Sentence(const Effects& effects, const JudgedFact& fact);

/// About a whole operation: what is missing or different, or else what there is.
std::string Summary(const Effects& effects, const OperationEffect& operation);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_EFFECTS_EVIDENCE_H_
