// The blog's database after somebody has changed its schema by hand.
//
//   BlogPatient patient;
//   patient.Rewrite("blog_tag", "NOT NULL UNIQUE", "NULL UNIQUE");
//   patient.Paste("SELECT rebuild_table('blog_tag');");
#ifndef MIGEXT_TESTS_SUPPORT_BLOG_PATIENT_H_
#define MIGEXT_TESTS_SUPPORT_BLOG_PATIENT_H_

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::test {

/// A database that Django has migrated to the end.
struct BlogPatient {
  explicit BlogPatient(const std::string& state = "all_applied_small") {
    LayOutBlog(tree, "project", "5.2");
    CopyBlogDatabase(state, tree.Path("db.sqlite3"));
    db.emplace(tree.Path("db.sqlite3"));
  }

  /// Writes something else into the text of a table.
  void Rewrite(const std::string& table, const std::string& from, const std::string& to) {
    db->Execute("PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, " +
                SqlLiteral(from) + ", " + SqlLiteral(to) + ") WHERE type = 'table' AND name = " +
                SqlLiteral(table) + "; PRAGMA writable_schema = RESET");
    ASSERT_NE(db->Rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND instr(sql, " +
                       SqlLiteral(to) + ")"),
              "");
  }

  /// Rebuilds a table by hand, with these columns and options.
  void Remake(const std::string& table, const std::string& body) {
    db->Execute("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; CREATE TABLE by_hand " +
                body + "; INSERT INTO by_hand SELECT * FROM " + table + "; DROP TABLE " + table +
                "; ALTER TABLE by_hand RENAME TO " + table + "; PRAGMA legacy_alter_table = OFF");
  }

  std::string Content(const std::string& table) {
    return db->Rows("SELECT * FROM \"" + table + "\" ORDER BY 1");
  }

  /// Pastes it between BEGIN and COMMIT, as the shell gives it to SQLite, with foreign keys
  /// enforced.
  void Paste(const std::string& remedy) {
    db->Execute("PRAGMA foreign_keys = ON; BEGIN");
    EXPECT_EQ(db->ErrorOf(remedy), "") << remedy;
    db->Execute("COMMIT");
  }

  ProjectBuilder tree;
  std::optional<testing::LoadedDatabase> db;
};

}  // namespace migext::test

#endif  // MIGEXT_TESTS_SUPPORT_BLOG_PATIENT_H_
