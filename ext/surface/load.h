// Fixtures into the database.
//
//   SELECT loaddata('blog.json');
//   SELECT loaddata('users.json', 'blog.jsonl', 'ignorenonexistent');
#ifndef MIGEXT_SURFACE_LOAD_H_
#define MIGEXT_SURFACE_LOAD_H_

#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function LoadData(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_LOAD_H_
