// dumpdata(path[, app_or_model or option, ...]): the database as a Django fixture.
//
//   SELECT dumpdata('blog.json', 'blog', 'indent=2', 'natural_foreign');
//   SELECT dumpdata('all.jsonl', '--exclude', 'contenttypes', '-e', 'auth.permission');
#ifndef MIGEXT_SURFACE_DUMP_H_
#define MIGEXT_SURFACE_DUMP_H_

#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function DumpDataVerb(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_DUMP_H_
