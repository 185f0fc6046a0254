#include "migrate/effects_timeline.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "migrate/effects_live.h"
#include "support/database.h"

namespace migext::migrate {
namespace {

schema::Column Col(std::string name, std::string type, bool null = false) {
  schema::Column column;
  column.name = name;
  column.field = std::move(name);
  column.type = std::move(type);
  column.null = null;
  return column;
}

schema::Index Index(std::string name, std::vector<std::string> columns,
                    schema::IndexOrigin origin = schema::IndexOrigin::kMeta) {
  schema::Index index;
  index.name = std::move(name);
  for (std::string& column : columns) index.parts.push_back({std::move(column), false});
  index.origin = origin;
  return index;
}

schema::Table Table(std::string name, std::vector<schema::Column> columns,
                    std::vector<schema::Index> indexes = {}) {
  schema::Table table;
  table.name = std::move(name);
  table.columns = std::move(columns);
  table.indexes = std::move(indexes);
  return table;
}

TableChange Change(const schema::Table* before, const schema::Table* after) {
  TableChange change;
  change.before = before;
  change.after = after;
  return change;
}

/// The facts of each step with the versions of the object that the database shows: "t: 1 of {1}".
struct EffectsTimelineTest : ::testing::Test {
  void Step(const TableChange& change) {
    timeline.BeginStep(steps++);
    timeline.Change(change);
  }

  std::string Shown(int step) {
    const auto live = sqlite::LiveSchema::Read(sqlite::Connection::Borrow(db.handle()));
    const std::vector<LiveMatch> matches = LiveMatches(timeline, live);
    std::vector<std::string> facts;
    for (const Fact& fact : timeline.Facts(step)) {
      const LiveMatch& match = matches[fact.object];
      std::vector<std::string> versions;
      for (const std::size_t version : match.versions) versions.push_back(std::to_string(version));
      facts.push_back(timeline.objects()[fact.object].LastShape().name + ": " +
                      std::to_string(fact.version) + " of {" + Join(versions, ",") + "}" +
                      (match.different ? " different" : ""));
    }
    return Join(facts, "; ");
  }

  testing::Database db;
  Timeline timeline;
  int steps = 0;
  schema::Table plain = Table("t", {Col("id", "integer"), Col("body", "text")});
  schema::Table leveled =
      Table("t", {Col("id", "integer"), Col("body", "text"), Col("level", "integer unsigned")});
};

TEST_F(EffectsTimelineTest, AColumnThatIsThereShowsTheVersionThatMadeIt) {
  Step(Change(nullptr, &plain));
  Step(Change(&plain, &leveled));
  db.Execute(
      "CREATE TABLE t(id integer NOT NULL, body text NOT NULL, level INTEGER  unsigned NOT NULL)");

  EXPECT_EQ(Shown(0), "t: 1 of {1}; id: 1 of {1}; body: 1 of {1}");
  EXPECT_EQ(Shown(1), "level: 1 of {1}");
}

TEST_F(EffectsTimelineTest, AColumnThatIsMissingShowsTheVersionBefore) {
  Step(Change(nullptr, &plain));
  Step(Change(&plain, &leveled));
  db.Execute("CREATE TABLE t(id integer NOT NULL, body text NOT NULL)");

  EXPECT_EQ(Shown(1), "level: 1 of {0}");
}

TEST_F(EffectsTimelineTest, ARenamedColumnIsFoundUnderItsNewName) {
  const schema::Table renamed = Table("t", {Col("id", "integer"), Col("content", "text")});
  Step(Change(nullptr, &plain));
  TableChange rename = Change(&plain, &renamed);
  rename.renamed_field = {"body", "content"};
  Step(rename);
  db.Execute("CREATE TABLE t(id integer NOT NULL, content text NOT NULL)");

  EXPECT_EQ(Shown(0), "t: 1 of {1}; id: 1 of {1}; content: 1 of {2}");
  EXPECT_EQ(Shown(1), "content: 2 of {2}");
}

TEST_F(EffectsTimelineTest, ARenamedTableKeepsItsColumns) {
  const schema::Table moved = Table("u", plain.columns);
  Step(Change(nullptr, &plain));
  Step(Change(&plain, &moved));
  db.Execute("CREATE TABLE u(id integer NOT NULL, body text NOT NULL)");

  EXPECT_EQ(Shown(0), "u: 1 of {2}; id: 1 of {1}; body: 1 of {1}");
  EXPECT_EQ(Shown(1), "u: 2 of {2}");
}

TEST_F(EffectsTimelineTest, AMissingColumnFitsBothBeforeItCameAndAfterItWent) {
  Step(Change(nullptr, &plain));
  Step(Change(&plain, &leveled));
  Step(Change(&leveled, &plain));
  db.Execute("CREATE TABLE t(id integer NOT NULL, body text NOT NULL)");

  EXPECT_EQ(Shown(1), "level: 1 of {0,2}");
  EXPECT_EQ(Shown(2), "level: 2 of {0,2}");
}

TEST_F(EffectsTimelineTest, AnotherTypeIsDifferent) {
  Step(Change(nullptr, &plain));
  db.Execute("CREATE TABLE t(id integer NOT NULL, body varchar(10) NOT NULL)");

  EXPECT_EQ(Shown(0), "t: 1 of {1}; id: 1 of {1}; body: 1 of {1} different");
}

TEST_F(EffectsTimelineTest, ATypeThatIsNotKnownMatchesAny) {
  const schema::Table custom = Table("t", {Col("id", ""), Col("body", "")});
  Step(Change(nullptr, &custom));
  db.Execute("CREATE TABLE t(id geometry NOT NULL, body text NOT NULL)");

  EXPECT_EQ(Shown(0), "t: 1 of {1}; id: 1 of {1}; body: 1 of {1}");
}

TEST_F(EffectsTimelineTest, AnIndexOfDjangosNamingIsKnownByItsColumns) {
  schema::Table indexed = plain;
  indexed.indexes = {Index("t_body_12345678", {"body"}, schema::IndexOrigin::kField)};
  Step(Change(nullptr, &plain));
  Step(Change(&plain, &indexed));
  db.Execute("CREATE TABLE t(id integer NOT NULL, body text NOT NULL)");
  EXPECT_EQ(Shown(1), "t_body_12345678: 1 of {0}");

  db.Execute("CREATE INDEX t_old_body ON t(body)");
  EXPECT_EQ(Shown(1), "t_body_12345678: 1 of {1}");
}

TEST_F(EffectsTimelineTest, AnIndexWithANameOfItsOwnIsKnownByThat) {
  schema::Table indexed = plain;
  indexed.indexes = {Index("by_body", {"body"})};
  Step(Change(nullptr, &plain));
  Step(Change(&plain, &indexed));
  db.Execute("CREATE TABLE t(id integer NOT NULL, body text NOT NULL); CREATE INDEX x ON t(body)");
  EXPECT_EQ(Shown(1), "by_body: 1 of {0}");

  db.Execute("CREATE INDEX by_body ON t(id)");
  EXPECT_EQ(Shown(1), "by_body: 1 of {1} different");
}

TEST_F(EffectsTimelineTest, ARenamedIndexIsOneAndTheSame) {
  schema::Table one = plain;
  one.indexes = {Index("by_body", {"body"})};
  schema::Table two = plain;
  two.indexes = {Index("by_text", {"body"})};
  Step(Change(nullptr, &one));
  TableChange rename = Change(&one, &two);
  rename.renames_index = true;
  Step(rename);
  db.Execute(
      "CREATE TABLE t(id integer NOT NULL, body text NOT NULL);"
      "CREATE INDEX by_text ON t(body)");

  EXPECT_EQ(Shown(0), "t: 1 of {1}; id: 1 of {1}; body: 1 of {1}; by_text: 1 of {2}");
  EXPECT_EQ(Shown(1), "by_text: 2 of {2}");
}

TEST_F(EffectsTimelineTest, AnIndexOfARenamedColumnStays) {
  schema::Table one = plain;
  one.indexes = {Index("t_body_12345678", {"body"}, schema::IndexOrigin::kField)};
  const schema::Table two =
      Table("t", {Col("id", "integer"), Col("content", "text")},
            {Index("t_content_87654321", {"content"}, schema::IndexOrigin::kField)});
  Step(Change(nullptr, &one));
  TableChange rename = Change(&one, &two);
  rename.renamed_field = {"body", "content"};
  Step(rename);

  ASSERT_EQ(timeline.Facts(1).size(), 1U);
  EXPECT_EQ(timeline.objects()[timeline.Facts(1)[0].object].kind, ObjectKind::kColumn);
}

TEST_F(EffectsTimelineTest, TheIndexesOfAColumnGoWithIt) {
  schema::Table indexed = leveled;
  indexed.indexes = {Index("t_level_12345678", {"level"}, schema::IndexOrigin::kField)};
  Step(Change(nullptr, &indexed));
  Step(Change(&indexed, &plain));

  ASSERT_EQ(timeline.Facts(1).size(), 1U);
}

TEST_F(EffectsTimelineTest, AFieldAddedTwiceIsAFactOfBoth) {
  Step(Change(nullptr, &plain));
  Step(Change(&plain, &leveled));
  TableChange again = Change(&leveled, &leveled);
  again.added_field = "level";
  Step(again);
  db.Execute(
      "CREATE TABLE t(id integer NOT NULL, body text NOT NULL, level integer unsigned NOT NULL)");

  EXPECT_EQ(Shown(1), "level: 1 of {1,2}");
  EXPECT_EQ(Shown(2), "level: 2 of {1,2}");
}

TEST_F(EffectsTimelineTest, AnIndexOnAColumnRenamedInTheSameMigrationIsInDoubt) {
  schema::Table one = plain;
  one.indexes = {Index("t_body_12345678", {"body"}, schema::IndexOrigin::kField)};
  const schema::Table two =
      Table("t", {Col("id", "integer"), Col("content", "text")},
            {Index("t_content_87654321", {"content"}, schema::IndexOrigin::kField)});
  TableChange rename = Change(&one, &two);
  rename.renamed_field = {"body", "content"};
  Step(Change(nullptr, &one));
  const ObjectId index = timeline.Facts(0).back().object;
  Step(rename);
  EXPECT_EQ(timeline.objects()[index].doubt, Doubt::kDeferred);

  timeline = Timeline();
  Step(Change(nullptr, &one));
  timeline.BeginMigration(steps);
  Step(rename);
  EXPECT_EQ(timeline.objects()[index].doubt, Doubt::kNone);
}

TEST_F(EffectsTimelineTest, ARebuildThatForgetsIndexTogetherLeavesItInDoubt) {
  schema::Table one = plain;
  one.indexes = {
      Index("t_id_body_12345678_idx", {"id", "body"}, schema::IndexOrigin::kIndexTogether)};
  schema::Table two = leveled;
  two.indexes = one.indexes;
  Step(Change(nullptr, &one));
  const ObjectId index = timeline.Facts(0).back().object;
  TableChange change = Change(&one, &two);
  change.forgets_index_together = true;
  Step(change);

  EXPECT_EQ(timeline.objects()[index].doubt, Doubt::kRebuilt);
}

TEST_F(EffectsTimelineTest, WhatTwoMigrationsOfACycleChangeIsInDoubt) {
  Step(Change(nullptr, &plain));
  Step(Change(&plain, &leveled));
  Step(Change(&leveled, &plain));
  const ObjectId level = timeline.Facts(1).front().object;
  const ObjectId table = timeline.Facts(0).front().object;
  timeline.Disorder({{1, 0}, {2, 1}});

  EXPECT_EQ(timeline.objects()[level].doubt, Doubt::kCycle);
  EXPECT_EQ(timeline.objects()[table].doubt, Doubt::kNone);
}

TEST_F(EffectsTimelineTest, ADroppedTableLeavesNoFactsOfItsColumns) {
  Step(Change(nullptr, &plain));
  Step(Change(&plain, nullptr));

  EXPECT_EQ(Shown(1), "t: 2 of {0,2}");
}

TEST_F(EffectsTimelineTest, ATableThatNoOperationMadeIsTakenToBeThereFromTheStart) {
  Step(Change(&plain, &leveled));
  db.Execute("CREATE TABLE t(id integer NOT NULL, body text NOT NULL)");

  EXPECT_EQ(Shown(0), "level: 1 of {0}");
}

}  // namespace
}  // namespace migext::migrate
