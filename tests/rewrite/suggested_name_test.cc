#include "rewrite/suggested_name.h"

#include <gtest/gtest.h>

#include <string>

#include "support/migration_text.h"

namespace migext::rewrite {
namespace {

std::string NameFor(const std::string& operations, std::string_view django_version = "5.2",
                    const std::string& attributes = "") {
  test::MigrationText given(django_version);
  const django::Migration migration = given.Migration(
      "class Named(migrations.RunSQL):\n"
      "    migration_name_fragment = property(lambda self: 'sold out!')\n"
      "class Migration(migrations.Migration):\n" +
      attributes + "    operations = [" + operations + "]\n");
  return SuggestedName(migration, given.context(), "20261122_2030");
}

const std::string kCart = "migrations.CreateModel('Cart', [('id', models.AutoField())])";
const std::string kAdd = "migrations.AddField('Cart', 'Size', models.IntegerField())";

TEST(SuggestedNameTest, EachOperationSaysItsPart) {
  EXPECT_EQ(NameFor(kCart), "cart");
  EXPECT_EQ(NameFor(kAdd), "cart_size");
  EXPECT_EQ(NameFor("migrations.RenameField('Cart', 'Size', 'Width')"), "rename_size_cart_width");
  EXPECT_EQ(NameFor("migrations.AlterUniqueTogether('Cart', {('a', 'b')})"),
            "alter_cart_unique_together");
  EXPECT_EQ(NameFor("migrations.RenameIndex('Cart', new_name='N', old_fields=('a', 'b'))"),
            "rename_cart_a_b_n");
  EXPECT_EQ(NameFor("migrations.RemoveIndex('Cart', 'Cart-ix')"), "remove_cart_cart_ix");
  EXPECT_EQ(NameFor("Named('')"), "sold_out_");
}

TEST(SuggestedNameTest, AllOperationsAreNamedUpTo52Letters) {
  EXPECT_EQ(NameFor(kCart + ", " + kAdd), "cart_cart_size");
  const std::string delivery = "migrations.RemoveField('Cart', 'date_of_the_delivery')";
  EXPECT_EQ(NameFor(kAdd + ", " + delivery + ", " + kCart),
            "cart_size_remove_cart_date_of_the_delivery_cart");
  EXPECT_EQ(NameFor(kAdd + ", " + delivery + ", " + delivery),
            "cart_size_remove_cart_date_of_the_delivery_and_more");
}

TEST(SuggestedNameTest, WhatSaysNothingIsNamedByTheTime) {
  EXPECT_EQ(NameFor("migrations.RunSQL('')"), "auto_20261122_2030");
  EXPECT_EQ(NameFor(kAdd + ", migrations.RunSQL('')"), "auto_20261122_2030");
  EXPECT_EQ(NameFor(""), "auto_20261122_2030");
  EXPECT_EQ(NameFor(kAdd, "5.2", "    initial = True\n"), "initial");
}

TEST(SuggestedNameTest, BeforeDjango4OneOperationHasAName) {
  EXPECT_EQ(NameFor(kAdd, "3.2"), "cart_size");
  EXPECT_EQ(NameFor(kAdd + ", " + kAdd, "3.2"), "auto_20261122_2030");
  EXPECT_EQ(NameFor("migrations.CreateModel('B', []), migrations.CreateModel('A', [])", "3.2"),
            "a_b");
}

}  // namespace
}  // namespace migext::rewrite
