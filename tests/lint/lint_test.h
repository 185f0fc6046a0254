// A project, a database, and what the lint finds in the two.
//
//   Applied("shop.0001_initial").Then("migrations.RunSQL('SELECT 1')");
//   EXPECT_EQ(Found("sql-without-reverse"), "warning shop.0002_then@0: the RunSQL has …\n");
#ifndef MIGEXT_TESTS_LINT_LINT_TEST_H_
#define MIGEXT_TESTS_LINT_LINT_TEST_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "lint/silence.h"
#include "support/database.h"
#include "support/project_builder.h"

namespace migext::lint {

class LintTest : public ::testing::Test {
 public:
  LintTest();

  /// Records it.
  LintTest& Applied(const std::string& key);
  /// shop.0001_initial with Item(name, price) and Sale(item), applied, with its tables.
  LintTest& Shop();
  /// shop.0002_then, behind what Shop() makes.
  LintTest& Then(std::string_view operations, std::string_view attributes = {});
  /// A file of the same name whose code stands above the class.
  LintTest& Code(std::string_view code, std::string_view operations);

  std::vector<Finding> All();
  /// Those of one rule: "severity app.name@position: message" each.
  std::string Found(std::string_view rule);

  ProjectBuilder given_;
  testing::Database db_;
  std::optional<std::uint64_t> free_space_;
  std::vector<Exemption> exemptions_;
};

}  // namespace migext::lint

#endif  // MIGEXT_TESTS_LINT_LINT_TEST_H_
