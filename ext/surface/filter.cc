#include "surface/filter.h"

#include <algorithm>

#include "django/names.h"

namespace migext::surface {

AppFilter::AppFilter(const Snapshot& now, const sqlite::Arguments& given, int index)
    : app_(given.Text(index)) {
  if (app_.empty()) return;
  const bool recorded = std::any_of(now.applied.begin(), now.applied.end(),
                                    [this](const auto& key) { return key.app == app_; });
  if (!recorded) django::RequireApp(now.graph.source(), app_);
}

}  // namespace migext::surface
