// A database on whose connection migext is loaded, by its real entry point.
//
//   LoadedDatabase db;
//   EXPECT_EQ(db.Rows("SELECT name FROM migext_help LIMIT 1"), "migration_project\n");
#ifndef MIGEXT_TESTS_SUPPORT_LOADED_DATABASE_H_
#define MIGEXT_TESTS_SUPPORT_LOADED_DATABASE_H_

#include <string>

#include "support/database.h"

namespace migext::testing {

class LoadedDatabase : public Database {
 public:
  explicit LoadedDatabase(const std::string& path = ":memory:");
};

}  // namespace migext::testing

#endif  // MIGEXT_TESTS_SUPPORT_LOADED_DATABASE_H_
