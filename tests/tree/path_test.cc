#include "tree/path.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace migext::tree {
namespace {

TEST(PathTest, DepthCountsTheAncestors) {
  EXPECT_EQ(PathDepth("7"), 0);
  EXPECT_EQ(PathDepth("7/12/30"), 2);
}

TEST(PathTest, ParentAndRootAreTheirPaths) {
  EXPECT_EQ(PathParent("7/12/30"), "7/12");
  EXPECT_EQ(PathParent("7"), std::nullopt);
  EXPECT_EQ(PathRoot("7/12/30"), "7");
  EXPECT_EQ(PathRoot("7"), "7");
}

TEST(PathTest, TheEmptyPathHasNoPlace) {
  EXPECT_EQ(PathDepth(""), std::nullopt);
  EXPECT_EQ(PathParent(""), std::nullopt);
  EXPECT_EQ(PathRoot(""), std::nullopt);
  EXPECT_EQ(PathSortKey(""), std::nullopt);
}

TEST(PathTest, AnAncestorIsAWholePartNotAPrefixOfDigits) {
  EXPECT_TRUE(PathIsAncestor("1/2", "1/2/3"));
  EXPECT_FALSE(PathIsAncestor("1/2", "1/23"));
  EXPECT_FALSE(PathIsAncestor("1/2", "1/2"));
  EXPECT_FALSE(PathIsAncestor("", "1"));
}

TEST(PathTest, SortKeysFollowTheTreeAndCompareNumbers) {
  const std::string many_digits(30, '9');
  const std::vector<std::string> in_order = {"1",         "1/2", "1/2/9", "1/2/10", "1/10",
                                             "2",         "10",  "10/1",  "11/1",   "100",
                                             many_digits, "x",   "x/1"};
  std::vector<std::string> keys;
  for (const std::string& path : in_order) keys.push_back(*PathSortKey(path));

  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  EXPECT_EQ(PathSortKey("007"), PathSortKey("7"));
}

}  // namespace
}  // namespace migext::tree
