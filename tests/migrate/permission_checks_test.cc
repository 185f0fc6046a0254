#include "migrate/permission_checks.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "support/migration_text.h"

namespace migext::migrate {
namespace {

std::string ProblemsOf(const std::string& name, const std::string& options) {
  test::MigrationText text;
  const django::ProjectState state =
      text.State({"migrations.CreateModel('" + name + "', fields=[], options={" + options + "})"});
  return Join(PermissionProblems(*state.Find("shop", name)), "\n");
}

TEST(PermissionChecksTest, SoundPermissionsHaveNoProblem) {
  EXPECT_EQ(ProblemsOf("Order", "'permissions': [('pay', 'Can pay')]"), "");
}

TEST(PermissionChecksTest, ACodenameStandsForOnePermissionOfTheModel) {
  EXPECT_EQ(ProblemsOf("Order", "'permissions': [('pay', 'a'), ('pay', 'b'), ('add_order', 'c')]"),
            "(auth.E006) The permission codenamed 'pay' is duplicated for model 'shop.Order'.\n"
            "(auth.E005) The permission codenamed 'add_order' clashes with a builtin permission "
            "for model 'shop.Order'.");
}

TEST(PermissionChecksTest, NamesHaveTheLengthOfTheirColumns) {
  const std::string umlauts = "'\xC3\xBC' * 244";
  EXPECT_EQ(ProblemsOf("Order", "'verbose_name': " + umlauts), "");
  EXPECT_EQ(ProblemsOf("Order", "'verbose_name': " + umlauts + " + 'x'"),
            "(auth.E007) The verbose_name of model 'shop.Order' must be at most 244 characters for "
            "its builtin permission names to be at most 255 characters.");
  EXPECT_EQ(ProblemsOf("Order", "'permissions': [('p', 'n' * 256)]"),
            "(auth.E008) The permission named '" + std::string(256, 'n') +
                "' of model 'shop.Order' is longer than 255 characters.");
}

TEST(PermissionChecksTest, CodenamesHaveTheLengthOfTheirColumn) {
  const std::string name(94, 'M');
  EXPECT_EQ(ProblemsOf(name, ""),
            "(auth.E011) The name of model 'shop." + name +
                "' must be at most 93 characters for its builtin permission codenames to be at "
                "most 100 characters.");
  EXPECT_EQ(ProblemsOf("Order", "'permissions': [('p' * 101, 'n')]"),
            "(auth.E012) The permission codenamed '" + std::string(101, 'p') +
                "' of model 'shop.Order' is longer than 100 characters.");
}

}  // namespace
}  // namespace migext::migrate
