#include "surface/session.h"

#include "base/error.h"
#include "base/files.h"

namespace migext::surface {

void Session::BindProject(const std::string& root) {
  if (!IsFolder(root)) {
    throw Error("'" + root + "' is no folder; give the one that holds manage.py");
  }
  bound_root_ = CanonicalPath(root);
  project_.reset();
  snapshot_.reset();
}

}  // namespace migext::surface
