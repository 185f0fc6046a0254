#include "tree/forest.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <random>
#include <span>
#include <vector>

#include "base/error.h"

namespace migext::tree {
namespace {

struct Comment {
  Id id;
  Id parent;
};

Forest Make(std::span<const Comment> comments) {
  Forest forest;
  for (const Comment& comment : comments) forest.Add(comment.id, comment.parent);
  forest.Finish();
  return forest;
}

Forest Make(std::initializer_list<Comment> comments) {
  return Make(std::span<const Comment>(comments.begin(), comments.size()));
}

constexpr std::monostate kRoot;

TEST(ForestTest, PathsAndLevelsFollowTheParents) {
  const Forest forest = Make({{1, kRoot}, {2, 1}, {5, 2}, {9, kRoot}});

  EXPECT_EQ(forest.Path(2), "1/2/5");
  EXPECT_EQ(forest.Level(2), 2);
  EXPECT_EQ(forest.Path(3), "9");
  EXPECT_TRUE(forest.PathIs(2, "1/2/5"));
  EXPECT_FALSE(forest.PathIs(2, "11/2/5"));
  EXPECT_FALSE(forest.PathIs(2, "1/2/"));
  EXPECT_FALSE(forest.PathIs(2, "2/5"));
  EXPECT_FALSE(forest.PathIs(2, ""));
}

TEST(ForestTest, AParentMayHaveAHigherIdThanItsChild) {
  const Forest forest = Make({{1, 8}, {3, 1}, {8, kRoot}});

  EXPECT_EQ(forest.Path(1), "8/1/3");
  EXPECT_EQ(forest.Level(1), 2);
}

TEST(ForestTest, FaultsSayWhatIsWrongAndWhoIsBelow) {
  const Forest forest =
      Make({{1, 77}, {2, 1}, {3, 3}, {4, 3}, {5, 7}, {6, 5}, {7, 6}, {8, 7}, {9, kRoot}});

  using Fault = Forest::Fault;
  const std::vector<Fault> expected = {Fault::kOrphan,     Fault::kBelowOrphan, Fault::kSelfParent,
                                       Fault::kBelowCycle, Fault::kCycle,       Fault::kCycle,
                                       Fault::kCycle,      Fault::kBelowCycle,  Fault::kNone};
  std::vector<Fault> found;
  for (Forest::Node node = 0; node < forest.size(); ++node) found.push_back(forest.FaultOf(node));
  EXPECT_EQ(found, expected);
  EXPECT_EQ(forest.ParentId(0), Id{77});
  EXPECT_EQ(forest.CycleOf(7), (std::vector<Forest::Node>{6, 5, 4}));
}

TEST(ForestTest, TextIdsMakeTreesToo) {
  const Forest forest = Make({{"a", "b"}, {"b", kRoot}, {"c", "zz"}});

  EXPECT_EQ(forest.Path(0), "b/a");
  EXPECT_TRUE(forest.PathIs(0, "b/a"));
  EXPECT_EQ(forest.FaultOf(2), Forest::Fault::kOrphan);
  EXPECT_EQ(forest.ParentId(2), Id{"zz"});
}

TEST(ForestTest, ExtremeIntegersAreIdsLikeOthers) {
  constexpr std::int64_t kLowest = INT64_MIN;
  constexpr std::int64_t kHighest = INT64_MAX;
  const Forest forest = Make({{kLowest, kHighest}, {0, kLowest}, {kHighest, kRoot}});

  EXPECT_EQ(forest.Path(1), "9223372036854775807/-9223372036854775808/0");
}

TEST(ForestTest, AnIdThatIsThereTwiceIsRefused) {
  EXPECT_THROW(Make({{1, kRoot}, {1, kRoot}}), Error);
  EXPECT_THROW(Make({{kRoot, kRoot}}), Error);
}

TEST(ForestTest, AVeryLongChainIsNoRecursion) {
  Forest forest;
  constexpr std::int64_t kLength = 200'000;
  for (std::int64_t id = 1; id < kLength; ++id) forest.Add(id, id + 1);
  forest.Add(kLength, kRoot);
  forest.Finish();

  EXPECT_EQ(forest.Level(0), kLength - 1);
}

// Every comment's fate, found the slow way: by walking up with a bound on the steps.
TEST(ForestTest, RandomParentsAgreeWithAPlainWalk) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const int size = 1 + static_cast<int>(random() % 12);
    std::vector<Comment> comments;
    std::vector<int> parents;
    for (int id = 0; id < size; ++id) {
      const int parent =
          static_cast<int>(random() % static_cast<unsigned>(size + 3)) - 2;  // -2, -1: root
      parents.push_back(parent);
      Comment& comment = comments.emplace_back();
      comment.id = std::int64_t{id};
      if (parent >= 0) comment.parent = std::int64_t{parent};
    }
    const Forest forest = Make(comments);
    for (int id = 0; id < size; ++id) {
      int level = 0;
      int at = id;
      while (at >= 0 && at < size && parents[static_cast<std::size_t>(at)] >= 0 && level <= size) {
        at = parents[static_cast<std::size_t>(at)];
        ++level;
      }
      const bool placed = at < size && level <= size;
      EXPECT_EQ(forest.IsPlaced(id), placed);
      if (placed) {
        EXPECT_EQ(forest.Level(id), level);
      }
    }
  }
}

}  // namespace
}  // namespace migext::tree
