#include "rewrite/merge.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "base/text.h"
#include "rewrite/migration_name.h"
#include "support/migration_text.h"

namespace migext::rewrite {
namespace {

using django::MigrationKey;

/// An app `shop` that begins with 0001_initial, and what its branches do.
class MergeTest : public ::testing::Test {
 protected:
  MergeTest() { Add("0001_initial", "", ""); }

  void Add(const std::string& name, const std::string& parent, const std::string& operations) {
    const MigrationKey key = {"shop", name};
    const std::string dependencies = parent.empty() ? "" : "('shop', '" + parent + "')";
    migrations_[key] = std::make_shared<django::Migration>(
        text_.Migration("class Migration(migrations.Migration):\n    dependencies = [" +
                            dependencies + "]\n    operations = [" + operations + "]\n",
                        key));
  }

  Merge Planned() {
    apps_.resize(1);
    apps_[0].label = apps_[0].package = "shop";
    apps_[0].has_migrations = true;
    const django::MigrationSource source = {
        .apps = apps_, .migrations = &migrations_, .dialect = *text_.context().dialect};
    graph_ = django::Graph::Build(source, nullptr);
    return PlanMerge(*graph_, "shop", "20261122_2030");
  }

  test::MigrationText text_;
  std::vector<django::App> apps_;
  std::map<MigrationKey, std::shared_ptr<const django::Migration>> migrations_;
  std::optional<django::Graph> graph_;
};

TEST_F(MergeTest, TheLeavesAreJoinedUnderTheNextNumber) {
  Add("0002_a", "0001_initial", "migrations.AddField('Cart', 'a', models.TextField())");
  Add("0003_c", "0002_a", "migrations.RemoveField('Cart', 'c')");
  Add("0002_b", "0001_initial", "migrations.AddField('Cart', 'b', models.TextField())");

  const Merge merge = Planned();
  EXPECT_EQ(merge.migration.key.name, "0004_merge_0002_b_0003_c");
  EXPECT_EQ(Join(merge.report, "\n"),
            "Merging shop\n"
            "  Branch 0002_b\n"
            "    + Add field b to Cart\n"
            "  Branch 0003_c\n"
            "    + Add field a to Cart\n"
            "    - Remove field c from Cart");
  EXPECT_TRUE(merge.overlaps.empty());
}

TEST_F(MergeTest, WhatBothBranchesMakeIsToBeMadeOnce) {
  Add("0002_a", "0001_initial", "migrations.AddField('Cart', 'note', models.TextField())");
  Add("0002_b", "0001_initial",
      "migrations.AddField('cart', 'note', models.TextField()),"
      "migrations.DeleteModel('Other')");

  const Merge merge = Planned();
  ASSERT_EQ(merge.overlaps.size(), 1U);
  EXPECT_EQ(merge.overlaps[0].object, "shop.cart.note");
  EXPECT_TRUE(merge.overlaps[0].is_made_twice);
  EXPECT_EQ(merge.redundant, (std::vector<MigrationKey>{{"shop", "0002_a"}}));
}

TEST_F(MergeTest, AModelThatGoesTakesTheOtherBranchsWorkWithIt) {
  Add("0002_a", "0001_initial", "migrations.AddField('Cart', 'note', models.TextField())");
  Add("0002_b", "0001_initial", "migrations.DeleteModel('Cart')");

  const Merge merge = Planned();
  ASSERT_EQ(merge.overlaps.size(), 1U);
  EXPECT_EQ(merge.overlaps[0].object, "shop.cart");
  EXPECT_FALSE(merge.overlaps[0].is_made_twice);
  EXPECT_TRUE(merge.redundant.empty());
}

TEST_F(MergeTest, WhatTwoOfThreeBranchesShareMeetsNothing) {
  Add("0002_a", "0001_initial", "migrations.AddField('Cart', 'a', models.TextField())");
  Add("0003_b", "0002_a", "migrations.AlterField('Cart', 'a', models.TextField(null=True))");
  Add("0003_c", "0002_a", "migrations.AddField('Cart', 'c', models.TextField())");
  Add("0002_d", "0001_initial", "migrations.AddField('Cart', 'd', models.TextField())");

  EXPECT_TRUE(Planned().overlaps.empty());
}

TEST_F(MergeTest, OneEndIsNothingToMerge) { EXPECT_EQ(Planned().migration.key.name, ""); }

TEST_F(MergeTest, BranchesWithoutAnAncestorAreRefusedInDjangosWords) {
  Add("0001_other", "", "");
  EXPECT_EQ(test::MessageOf([&] { Planned(); }),
            "ValueError: Could not find common ancestor of ['0001_initial', '0001_other']");
}

TEST(MigrationNameTest, LongNamesGiveWayToTheTime) {
  const django::Dialect dialect = django::DialectFor("5.2");
  EXPECT_EQ(MergeName({"0002_" + std::string(40, 'b'), "0003_c"}, dialect, "20261122_2030"),
            "0004_merge_20261122_2030");
  EXPECT_EQ(MergeName({"x", "y"}, dialect, ""), "0002_merge_x_y");
}

TEST(MigrationNameTest, ASquashCountsWithTheLastItStandsFor) {
  EXPECT_EQ(NumberOf("0001_squashed_0009_x", django::DialectFor("5.2")), 9);
  EXPECT_EQ(NumberOf("0001_squashed_0009_x", django::DialectFor("3.2")), 1);
  EXPECT_EQ(NumberOf("x", django::DialectFor("5.2")), std::nullopt);
}

}  // namespace
}  // namespace migext::rewrite
