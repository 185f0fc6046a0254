// A database for a test, and what a query of it shows.
//
//   Database db;                                   // in memory
//   db.Execute("CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 'x'), (2, NULL)");
//   EXPECT_EQ(db.Rows("SELECT * FROM t"), "1|x\n2|\n");
//   EXPECT_EQ(db.ErrorOf("SELECT nosuch"), "no such column: nosuch");
#ifndef MIGEXT_TESTS_SUPPORT_DATABASE_H_
#define MIGEXT_TESTS_SUPPORT_DATABASE_H_

#include <string>
#include <string_view>

struct sqlite3;

namespace migext::testing {

class Database {
 public:
  explicit Database(const std::string& path = ":memory:");
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void Execute(const std::string& script);
  /// One line per row, values between bars, NULL empty: the shell's list mode.
  std::string Rows(const std::string& sql);
  /// "" when the script succeeds.
  std::string ErrorOf(const std::string& script);

  /// Makes a function of that name known, so that a schema may use it.  It always gives NULL.
  void DefineFunction(const std::string& name);

  sqlite3* handle() { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

}  // namespace migext::testing

#endif  // MIGEXT_TESTS_SUPPORT_DATABASE_H_
