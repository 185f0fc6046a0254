// Primary keys for staged rows that came without.
//
//   GiveMissingKeys(staging, *staging.Find(models.Find("blog.tag")))
//
// Such a row is the one that has its natural key already (build_instance() of
// django/core/serializers/base.py), or a new one with the key that comes next.
#ifndef MIGEXT_RECOVER_LOAD_KEYS_H_
#define MIGEXT_RECOVER_LOAD_KEYS_H_

#include "recover/load_staging.h"

namespace migext::recover {

/// Rows whose natural key is not known in full yet are left for later.  True if one got a key.
/// Throws Error with the place of one for which none can be made up.
bool GiveMissingKeys(const Staging& staging, const StagedModel& staged);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOAD_KEYS_H_
