#include "migrate/permissions.h"

#include <gtest/gtest.h>

#include <string>

#include "support/migration_text.h"

namespace migext::migrate {
namespace {

/// "codename: name" by line, of a model with these options.
std::string PermissionsWith(const std::string& options, const std::string& name = "Order") {
  test::MigrationText text;
  const django::ProjectState state =
      text.State({"migrations.CreateModel('" + name + "', fields=[], options={" + options + "})"});
  std::string lines;
  for (const Permission& one : PermissionsOf(*state.Find("shop", name))) {
    lines += one.codename + ": " + one.name + "\n";
  }
  return lines;
}

TEST(PermissionsTest, AModelHasFourByDefault) {
  EXPECT_EQ(PermissionsWith("", "OrderItem"),
            "add_orderitem: Can add order item\nchange_orderitem: Can change order item\n"
            "delete_orderitem: Can delete order item\nview_orderitem: Can view order item\n");
}

TEST(PermissionsTest, ItsOwnComeBehindThoseByDefault) {
  EXPECT_EQ(PermissionsWith("'default_permissions': ['view'], 'verbose_name': 'the order', "
                            "'permissions': [('pay', 'Can pay'), ['ship', 'May ship']]"),
            "view_order: Can view the order\npay: Can pay\nship: May ship\n");
  EXPECT_EQ(PermissionsWith("'default_permissions': ()"), "");
}

TEST(PermissionsTest, OptionsThatCannotBeToldAreRefused) {
  const auto error = [](const std::string& options) {
    return test::MessageOf([&] { PermissionsWith(options); });
  };
  EXPECT_EQ(error("'permissions': 'all'"), "the permissions of 'shop.Order' cannot be told: 'all'");
  EXPECT_EQ(error("'permissions': [('pay',)]"),
            "the permissions of 'shop.Order' cannot be told: [('pay',)]");
  EXPECT_EQ(error("'verbose_name': models.CharField"),
            "the verbose_name of 'shop.Order' cannot be told: django.db.models.CharField");
  EXPECT_EQ(error("'default_permissions': 3"),
            "the default_permissions of 'shop.Order' cannot be told: 3");
}

TEST(PermissionsTest, CamelCaseIsCutAtCapitals) {
  EXPECT_EQ(CamelCaseToSpaces("CamelCaseName"), "camel case name");
  EXPECT_EQ(CamelCaseToSpaces("HTTPServerURL"), "http server url");
  EXPECT_EQ(CamelCaseToSpaces("Snake_Name"), "snake_ name");
  EXPECT_EQ(CamelCaseToSpaces("Model2B"), "model2b");
  EXPECT_EQ(CamelCaseToSpaces("aB"), "a b");
  EXPECT_EQ(CamelCaseToSpaces("\xC3\x9C"
                              "berKlasse"),
            "\xC3\xBC"
            "ber klasse");
  EXPECT_EQ(CamelCaseToSpaces(""), "");
}

}  // namespace
}  // namespace migext::migrate
