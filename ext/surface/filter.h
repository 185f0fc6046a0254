// The first argument of most tables: only one app.
//
//   const AppFilter wanted(*now, given, 0);
//   if (wanted.Takes(key.app)) …
#ifndef MIGEXT_SURFACE_FILTER_H_
#define MIGEXT_SURFACE_FILTER_H_

#include <string>
#include <string_view>

#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

class AppFilter {
 public:
  /// Throws Error, in Django's words, for an app that neither the project nor the history knows.
  AppFilter(const Snapshot& now, const sqlite::Arguments& given, int index);

  const std::string& app() const { return app_; }  ///< "" takes all.
  bool Takes(std::string_view app) const { return app_.empty() || app == app_; }

 private:
  std::string app_;
};

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_FILTER_H_
