#include "migrate/registration_order.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "base/text.h"
#include "support/migration_text.h"

namespace migext::migrate {
namespace {

/// A run on models that are there already; operations are of the app `shop`.
class GivenRun {
 public:
  explicit GivenRun(const std::vector<std::string>& operations_before = {})
      : before_(text_.State(operations_before)) {}

  GivenRun& Forwards(const std::string& operations) { return Step(operations, false); }
  GivenRun& Backwards(const std::string& operations) { return Step(operations, true); }

  /// "a b c"
  std::string Order() {
    django::ProjectState after = before_;
    for (const PlanStep& step : steps_) {
      if (!step.backwards) step.migration->MutateState(after);
    }
    std::vector<std::string> names;
    for (const django::ModelState* model : RegistrationOrder({before_, steps_, after})) {
      names.push_back(model->key().model);
    }
    return Join(names, " ");
  }

 private:
  GivenRun& Step(const std::string& operations, bool backwards) {
    migrations_.push_back(
        text_.Migration("class Migration(migrations.Migration):\n"
                        "    operations = [" +
                        operations + "]\n"));
    steps_.push_back({&migrations_.back(), backwards});
    return *this;
  }

  test::MigrationText text_;
  django::ProjectState before_;
  std::deque<django::Migration> migrations_;
  std::vector<PlanStep> steps_;
};

/// A model with these further arguments of CreateModel, or fields.
std::string Model(const std::string& name, const std::string& more = {}) {
  return "migrations.CreateModel('" + name +
         "', fields=[('id', models.AutoField(primary_key=True))" + "]" +
         (more.empty() ? "" : ", " + more) + ")";
}
std::string ModelWith(const std::string& name, const std::string& fields) {
  return "migrations.CreateModel('" + name +
         "', fields=[('id', models.AutoField(primary_key=True)), " + fields + "])";
}
std::string Key(const std::string& field, const std::string& to) {
  return "('" + field + "', models.ForeignKey('shop." + to + "', models.CASCADE))";
}

const std::vector<std::string> kThree = {Model("A"), Model("B"), Model("C")};

TEST(RegistrationOrderTest, ModelsAreInTheOrderOfTheStateWhenNothingIsRun) {
  EXPECT_EQ(GivenRun(kThree).Order(), "a b c");
}

TEST(RegistrationOrderTest, AModelWaitsForItsBase) {
  // A renamed model is the last of the state.
  GivenRun run({Model("Base"), "migrations.CreateModel('Child', fields=[], bases=('shop.base',))",
                Model("Other"), "migrations.RenameModel('Base', 'Root')",
                "migrations.RenameModel('Root', 'Base')"});
  EXPECT_EQ(run.Order(), "other base child");
}

TEST(RegistrationOrderTest, ANewModelWithoutRelationsIsBehindTheOthers) {
  EXPECT_EQ(GivenRun(kThree).Forwards(Model("D")).Order(), "a b c d");
}

TEST(RegistrationOrderTest, AModelThatANewKeyPointsAtMovesBehindThoseLeftAlone) {
  EXPECT_EQ(GivenRun(kThree).Forwards(ModelWith("D", Key("a", "A"))).Order(), "b c a d");
  EXPECT_EQ(GivenRun(kThree)
                .Forwards("migrations.AddField('B', 'a', "
                          "models.ForeignKey('shop.A', models.CASCADE))")
                .Order(),
            "c a b");
}

TEST(RegistrationOrderTest, WhatIsRelatedToARelatedModelMovesWithIt) {
  GivenRun run(
      {Model("A"), ModelWith("B", Key("a", "A")), Model("C"),
       "migrations.CreateModel('D', fields=[], bases=('shop.b',), options={'proxy': True})"});
  EXPECT_EQ(run.Forwards(ModelWith("E", Key("a", "A"))).Order(), "c a b d e");
}

TEST(RegistrationOrderTest, AProxyIsRenderedAloneThoughItsModelIsNot) {
  GivenRun run({Model("A"), Model("B")});
  run.Forwards(
      "migrations.CreateModel('P', fields=[], bases=('shop.a',), options={'proxy': True})");
  EXPECT_EQ(run.Forwards(ModelWith("C", Key("p", "P"))).Order(), "a b p c");
}

TEST(RegistrationOrderTest, AProxyThatAKeyPointsAtTakesItsModelAlong) {
  GivenRun run(
      {Model("A"), Model("B"),
       "migrations.CreateModel('P', fields=[], bases=('shop.a',), options={'proxy': True})",
       ModelWith("C", Key("p", "P"))});
  EXPECT_EQ(run.Forwards(ModelWith("D", Key("p", "P"))).Order(), "b a p c d");
}

TEST(RegistrationOrderTest, TakingARelationAwayMovesBothEnds) {
  GivenRun run({ModelWith("A", "('x', models.IntegerField())"), Model("B"),
                ModelWith("C", Key("a", "A")), Model("D")});
  EXPECT_EQ(run.Forwards("migrations.RemoveField('C', 'a')").Order(), "b d a c");
}

TEST(RegistrationOrderTest, AlteringAFieldThatAKeyPointsAtMovesBothEnds) {
  GivenRun run({ModelWith("A", "('x', models.IntegerField(unique=True))"), Model("B"),
                ModelWith("C", "('a', models.ForeignKey('shop.A', models.CASCADE, to_field='x'))"),
                Model("D")});
  EXPECT_EQ(
      run.Forwards("migrations.AlterField('A', 'x', models.BigIntegerField(unique=True))").Order(),
      "b d a c");
}

TEST(RegistrationOrderTest, AModelThatIsGoneLeavesTheOthersInPlace) {
  EXPECT_EQ(GivenRun(kThree).Forwards("migrations.DeleteModel('A'), " + Model("A")).Order(),
            "b c a");
}

TEST(RegistrationOrderTest, OperationsThatDelayRelationsHaveTheWholeStateRenderedAnew) {
  const std::string moved = ModelWith("D", Key("a", "A"));
  for (const char* operation :
       {"migrations.AlterModelOptions('B', {})", "migrations.AlterModelTable('B', 'other')",
        "migrations.AddField('B', 'x', models.IntegerField(null=True))",
        "migrations.AlterField('B', 'id', models.BigAutoField(primary_key=True))",
        "migrations.RenameField('B', 'id', 'number')",
        "migrations.AddIndex('B', models.Index(fields=['id'], name='i'))",
        "migrations.AlterUniqueTogether('B', set())",
        "migrations.RunSQL('', state_operations=[migrations.AlterModelManagers('B', [])])",
        "migrations.SeparateDatabaseAndState(None, [migrations.AlterModelOptions('B', {})])"}) {
    EXPECT_EQ(GivenRun(kThree).Forwards(moved).Forwards(operation).Order(), "a b c d") << operation;
  }
}

TEST(RegistrationOrderTest, WhatOnlyTheDatabaseSeesDelaysNothing) {
  const std::string moved = ModelWith("D", Key("a", "A"));
  for (const char* operation :
       {"migrations.RunSQL('SELECT 1')", "migrations.RunPython(migrations.RunPython.noop)",
        "migrations.SeparateDatabaseAndState([migrations.AlterModelOptions('B', {})])"}) {
    EXPECT_EQ(GivenRun(kThree).Forwards(moved).Forwards(operation).Order(), "b c a d") << operation;
  }
}

TEST(RegistrationOrderTest, BackwardsTheStateIsRenderedAnew) {
  EXPECT_EQ(GivenRun(kThree).Backwards(ModelWith("D", Key("a", "A"))).Order(), "a b c");
}

TEST(RegistrationOrderTest, ALoopOfBasesComesToAnEnd) {
  GivenRun run({"migrations.CreateModel('A', fields=[], bases=('shop.b',))",
                "migrations.CreateModel('B', fields=[], bases=('shop.a',))"});
  EXPECT_EQ(run.Order(), "a b");
  EXPECT_EQ(run.Forwards(ModelWith("C", Key("a", "A"))).Order(), "c a b");
}

}  // namespace
}  // namespace migext::migrate
