// The tables of django.contrib that rows are written to along with migrations and behind them.
//
//   kPermissions.ProblemIn(db)   // "\"auth_permission\" is a view, …", "" when it is sound
#ifndef MIGEXT_MIGRATE_WRITTEN_TABLE_H_
#define MIGEXT_MIGRATE_WRITTEN_TABLE_H_

#include <array>
#include <string>
#include <string_view>

#include "sqlite/connection.h"

namespace migext::migrate {

struct WrittenTable {
  std::string_view name;
  std::array<std::string_view, 4> columns;  ///< Those read and written; the last may be "".

  /// What is wrong, and where to look, when the database has no table of that name or it lacks a
  /// column; else "".
  std::string ProblemIn(const sqlite::Connection& db) const;
};

inline constexpr WrittenTable kContentTypes = {"django_content_type",
                                               {"id", "app_label", "model", ""}};
inline constexpr WrittenTable kPermissions = {"auth_permission",
                                              {"id", "name", "content_type_id", "codename"}};
inline constexpr WrittenTable kSites = {"django_site", {"id", "domain", "name", ""}};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_WRITTEN_TABLE_H_
