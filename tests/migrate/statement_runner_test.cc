// What a remake loses as Django does it, and what stays here.
#include "migrate/statement_runner.h"

#include <gtest/gtest.h>

#include <memory>

#include "django/project.h"
#include "migrate/prepared.h"
#include "support/database.h"
#include "support/project_builder.h"

namespace migext::migrate {
namespace {

using schema::Statement;

constexpr const char* kInitial = R"(migrations.CreateModel('Item', [
    ('id', models.BigAutoField(primary_key=True)),
    ('name', models.CharField(max_length=50)),
    ('price', models.IntegerField(null=True, db_index=True)),
]), migrations.CreateModel('Code', [
    ('code', models.CharField(max_length=9, primary_key=True)),
    ('text', models.CharField(max_length=50)),
]), migrations.CreateModel('Node', [
    ('id', models.BigAutoField(primary_key=True)),
    ('parent', models.ForeignKey('self', null=True, on_delete=models.CASCADE)),
])
)";

constexpr const char* kWiden =
    "migrations.AlterField('item', 'name', models.CharField(max_length=80))";
constexpr const char* kDropIndexed = "migrations.RemoveField('item', 'price')";

/// A shop that Django has made; the same one twice, so that both ways to migrate it can be
/// compared.
class StatementRunnerTest : public ::testing::Test {
 protected:
  StatementRunnerTest() { Both("INSERT INTO shop_item VALUES (1, 'tea', 3), (7, 'milk', NULL)"); }

  /// The migration under test.
  void Given(const std::string& operations) {
    builder_.Migration("shop.0002_change", {"shop.0001_initial"}, operations);
    Load();
  }

  void Both(const std::string& script) {
    if (!project_) {
      builder_.Apps({"shop"}).Migration("shop.0001_initial", {}, kInitial);
      Load();
      for (const Statement& statement : Statements("0001_initial")) {
        django_.Execute(schema::SentSql(statement));
        db_.Execute(schema::SentSql(statement));
      }
    }
    django_.Execute(script);
    db_.Execute(script);
  }

  /// Django's statements as they are; its error or "".
  std::string AsDjango() {
    django_.Execute("SAVEPOINT migration");
    for (const Statement& statement : Statements("0002_change")) {
      const std::string error = django_.ErrorOf(schema::SentSql(statement));
      if (error.empty()) continue;
      django_.Execute("ROLLBACK TO migration");
      return error;
    }
    return {};
  }

  std::string Migrate() {
    const sqlite::Connection connection = sqlite::Connection::Borrow(db_.handle());
    db_.Execute("SAVEPOINT migration");
    try {
      StatementRunner runner(connection);
      for (const Statement& statement : Statements("0002_change")) runner.Run(statement);
      runner.Finish();
    } catch (const Error& error) {
      db_.Execute("ROLLBACK TO migration");
      return error.message();
    }
    return {};
  }

  static std::string Schema(testing::Database& db) {
    return db.Rows("SELECT type, name, tbl_name, sql FROM sqlite_master");
  }

  testing::Database django_;
  testing::Database db_;

 private:
  void Load() {
    django::ProjectOptions options;
    options.django_version = "5.2";
    project_ = django::Project::Read(builder_.root(), options);
  }

  std::vector<Statement> Statements(const std::string& name) {
    const schema::SchemaContext context = schema::ContextOf(*project_);
    django::ProjectState before;
    const auto* initial = project_->FindMigration({"shop", "0001_initial"});
    if (name != "0001_initial") initial->MutateState(before);
    const auto* migration = project_->FindMigration({"shop", name});
    PreparedMigration prepared = Prepare({*migration, false, before, context});
    std::vector<Statement> statements;
    for (PreparedOperation& operation : prepared.operations) {
      for (Statement& statement : operation.statements) statements.push_back(std::move(statement));
    }
    for (Statement& statement : prepared.deferred) statements.push_back(std::move(statement));
    return statements;
  }

  ProjectBuilder builder_;
  std::shared_ptr<const django::Project> project_;
};

TEST_F(StatementRunnerTest, WhatIsJustAsDjangoLeftItBecomesWhatDjangoMakes) {
  Given(std::string(kWiden) +
        ", migrations.AddField('node', 'rank', models.IntegerField(default=0))");

  EXPECT_EQ(AsDjango(), "");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(Schema(db_), Schema(django_));
  EXPECT_EQ(db_.Rows("SELECT * FROM sqlite_sequence"),
            django_.Rows("SELECT * FROM sqlite_sequence"));
}

TEST_F(StatementRunnerTest, TriggersStay) {
  Both(
      "CREATE TABLE log(what); CREATE TRIGGER first AFTER INSERT ON shop_item BEGIN INSERT INTO "
      "log "
      "VALUES (NEW.name); END; CREATE TRIGGER second AFTER DELETE ON shop_item BEGIN SELECT 1; "
      "END; "
      "CREATE TEMP TRIGGER mine AFTER DELETE ON shop_item BEGIN SELECT 2; END");
  Given(kWiden);

  EXPECT_EQ(AsDjango(), "");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(django_.Rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"), "");
  EXPECT_EQ(db_.Rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"), "first\nsecond\n");
  EXPECT_EQ(django_.Rows("SELECT name FROM sqlite_temp_master"), "");
  EXPECT_EQ(db_.Rows("SELECT name FROM sqlite_temp_master"), "mine\n");
  db_.Execute("INSERT INTO shop_item(name) VALUES ('jam')");
  EXPECT_EQ(db_.Rows("SELECT what FROM log"), "jam\n");
}

TEST_F(StatementRunnerTest, ATriggerThatNamesAColumnThatGoesStopsTheMigration) {
  Both(
      "CREATE TABLE log(what); CREATE TRIGGER other AFTER UPDATE ON shop_item BEGIN SELECT 1; END; "
      "CREATE TRIGGER dear AFTER UPDATE ON shop_item BEGIN INSERT INTO log VALUES (NEW.price); "
      "END");
  Given(kDropIndexed);
  const std::string before = Schema(db_);

  EXPECT_EQ(Migrate(),
            "the trigger \"dear\" no longer works after this migration: no such column: NEW.price; "
            "DROP TRIGGER \"dear\" first, and make it anew afterwards without what is missing; it "
            "reads: CREATE TRIGGER dear AFTER UPDATE ON shop_item BEGIN INSERT INTO log VALUES "
            "(NEW.price); END");

  EXPECT_EQ(Schema(db_), before);
}

TEST_F(StatementRunnerTest, AMigrationMayPutATriggerRightItself) {
  Both("CREATE TRIGGER dear AFTER UPDATE OF price ON shop_item BEGIN SELECT 1; END");
  Given(std::string(kDropIndexed) + ", migrations.RunSQL('DROP TRIGGER dear')");

  EXPECT_EQ(Migrate(), "");
}

TEST_F(StatementRunnerTest, AnIndexThatDjangoDoesNotKnowStays) {
  Both("CREATE INDEX by_hand ON shop_item(name COLLATE NOCASE) WHERE price > 1");
  Given(kWiden);

  EXPECT_EQ(AsDjango(), "");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(django_.Rows("SELECT name FROM sqlite_master WHERE name = 'by_hand'"), "");
  EXPECT_EQ(db_.Rows("SELECT sql FROM sqlite_master WHERE name = 'by_hand'"),
            "CREATE INDEX by_hand ON shop_item(name COLLATE NOCASE) WHERE price > 1\n");
}

TEST_F(StatementRunnerTest, AnIndexThatDjangoKnowsUnderAnOldNameIsNotKeptBesideTheNewOne) {
  Both("CREATE INDEX by_hand ON shop_item(price)");
  Given(
      std::string("migrations.RenameModel('Item', 'Thing'), "
                  "migrations.AlterField('thing', 'name', models.CharField(max_length=80))"));

  EXPECT_EQ(AsDjango(), "");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(django_.Rows("SELECT name FROM sqlite_master WHERE tbl_name = 'shop_thing'"),
            "shop_thing\nshop_thing_price_fa0fc8bc\n");
  EXPECT_EQ(db_.Rows("SELECT name FROM sqlite_master WHERE tbl_name = 'shop_thing'"),
            "shop_thing\nby_hand\nshop_thing_price_fa0fc8bc\n");
}

TEST_F(StatementRunnerTest, AnIndexThatDjangoTakesAwayGoes) {
  Given("migrations.AlterField('item', 'price', models.IntegerField(null=True))");

  EXPECT_EQ(AsDjango(), "");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(
      db_.Rows("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'shop_item'"),
      "");
}

TEST_F(StatementRunnerTest, AHandMadeIndexOnAColumnThatGoesStopsTheMigration) {
  Both("CREATE INDEX by_hand ON shop_item(name, \"price\")");
  Given(kDropIndexed);

  EXPECT_EQ(
      Migrate(),
      "the index \"by_hand\" uses the column \"price\" of \"shop_item\", which this migration "
      "takes away: CREATE INDEX by_hand ON shop_item(name, \"price\"); DROP INDEX \"by_hand\" "
      "first, and make it anew afterwards without the column");
}

TEST_F(StatementRunnerTest, AColumnThatDjangoDoesNotKnowStaysWithItsData) {
  Both("ALTER TABLE shop_item ADD COLUMN \"note 1\" TEXT DEFAULT 'x' CHECK (\"note 1\" <> '')");
  Both("UPDATE shop_item SET \"note 1\" = 'strong' WHERE id = 1");
  Given(kWiden);

  EXPECT_EQ(AsDjango(), "");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(django_.Rows("SELECT * FROM shop_item"), "1|3|tea\n7||milk\n");
  EXPECT_EQ(db_.Rows("SELECT * FROM shop_item"), "1|3|tea|strong\n7||milk|x\n");
  EXPECT_EQ(
      db_.Rows("SELECT sql FROM sqlite_master WHERE name = 'shop_item'"),
      "CREATE TABLE \"shop_item\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, \"price\" "
      "integer NULL, \"name\" varchar(80) NOT NULL, \"note 1\" TEXT DEFAULT 'x' CHECK (\"note "
      "1\" <> ''))\n");
}

TEST_F(StatementRunnerTest, AColumnOfDjangosThatGoesGoes) {
  Given(kDropIndexed);

  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(db_.Rows("SELECT * FROM shop_item"), "1|tea\n7|milk\n");
}

TEST_F(StatementRunnerTest, AViewDoesNotMakeARemakeFail) {
  Both(
      "CREATE VIEW cheap AS SELECT name FROM shop_item; CREATE TRIGGER elsewhere AFTER INSERT ON "
      "shop_code BEGIN INSERT INTO shop_item(name) VALUES (NEW.text); END");
  Given(kWiden);

  EXPECT_EQ(AsDjango(), "error in view cheap: no such table: main.shop_item");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(db_.Rows("SELECT * FROM cheap"), "tea\nmilk\n");
  EXPECT_EQ(db_.Rows("PRAGMA legacy_alter_table"), "0\n");
}

TEST_F(StatementRunnerTest, AViewThatUsesAColumnThatGoesStopsTheMigration) {
  Both("CREATE VIEW dear AS SELECT \"name\" FROM shop_item WHERE \"price\" > 1");
  Given(kDropIndexed);

  EXPECT_EQ(
      Migrate(),
      "the view \"dear\" no longer works after this migration: no such column: price; DROP VIEW "
      "\"dear\" first, and make it anew afterwards without what is missing; it reads: CREATE "
      "VIEW dear AS SELECT \"name\" FROM shop_item WHERE \"price\" > 1");
}

TEST_F(StatementRunnerTest, ABrokenViewStaysBrokenAndIsNobodysMatter) {
  Both("CREATE VIEW broken AS SELECT * FROM nosuch");
  Given(kDropIndexed);

  EXPECT_EQ(AsDjango(), "error in view broken: no such table: main.nosuch");
  EXPECT_EQ(Migrate(), "");
}

TEST_F(StatementRunnerTest, DroppingAColumnSaysWhatToDoAboutAView) {
  Both("CREATE VIEW names AS SELECT name FROM shop_item");
  Given("migrations.RemoveField('item', 'name')");

  EXPECT_EQ(AsDjango(), "error in view names after drop column: no such column: name");
  EXPECT_EQ(
      Migrate(),
      "error in view names after drop column: no such column: name; DROP VIEW \"names\" first, "
      "and make it anew afterwards as it should be");
}

TEST_F(StatementRunnerTest, TheCounterOfKeysStaysAhead) {
  Both("INSERT INTO shop_item VALUES (40, 'rum', 90); DELETE FROM shop_item WHERE id = 40");
  Given(kWiden);

  EXPECT_EQ(AsDjango(), "");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(django_.Rows("SELECT * FROM sqlite_sequence"), "shop_item|7\n");
  EXPECT_EQ(db_.Rows("SELECT * FROM sqlite_sequence"), "shop_item|40\n");
}

TEST_F(StatementRunnerTest, RowidsStayWhereNoColumnStandsForThem) {
  Both(
      "INSERT INTO shop_code VALUES ('a', 'x'), ('b', 'y'), ('c', 'z'); DELETE FROM shop_code "
      "WHERE "
      "code = 'b'");
  Given("migrations.AlterField('code', 'text', models.CharField(max_length=80))");

  EXPECT_EQ(AsDjango(), "");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(django_.Rows("SELECT rowid, * FROM shop_code"), "1|a|x\n2|c|z\n");
  EXPECT_EQ(db_.Rows("SELECT rowid, * FROM shop_code"), "1|a|x\n3|c|z\n");
  EXPECT_EQ(Schema(db_), Schema(django_));
}

TEST_F(StatementRunnerTest, WhatATableSaysBeyondDjangoStays) {
  Both(
      "DROP TABLE shop_item; CREATE TABLE shop_item (id integer NOT NULL PRIMARY KEY "
      "AUTOINCREMENT, "
      "name varchar(50) COLLATE NOCASE NOT NULL DEFAULT 'n' CHECK (length(name) > 1), price "
      "integer "
      "CONSTRAINT dear CHECK (price < 100), twice AS (price * 2), UNIQUE (name, price), FOREIGN "
      "KEY "
      "(name) REFERENCES shop_code (code)); CREATE INDEX i ON shop_item(price)");
  Both("INSERT INTO shop_item VALUES (1, 'tea', 3)");
  Given(kWiden);

  EXPECT_EQ(AsDjango(), "");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(
      django_.Rows("SELECT sql FROM sqlite_master WHERE name = 'shop_item'"),
      "CREATE TABLE \"shop_item\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, \"price\" "
      "integer NULL, \"name\" varchar(80) NOT NULL)\n");
  EXPECT_EQ(
      db_.Rows("SELECT sql FROM sqlite_master WHERE name = 'shop_item'"),
      "CREATE TABLE \"shop_item\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, \"price\" "
      "integer NULL CONSTRAINT dear CHECK (price < 100), \"name\" varchar(80) NOT NULL COLLATE "
      "NOCASE DEFAULT 'n' CHECK (length(name) > 1), twice AS (price * 2), UNIQUE (name, price), "
      "FOREIGN KEY (name) REFERENCES shop_code (code))\n");
  EXPECT_EQ(db_.Rows("SELECT id, name, price, twice FROM shop_item"), "1|tea|3|6\n");
}

TEST_F(StatementRunnerTest, AStrictTableStaysStrict) {
  Both(
      "DROP TABLE shop_item; CREATE TABLE shop_item (id INTEGER PRIMARY KEY AUTOINCREMENT, name "
      "TEXT "
      "NOT NULL, price INT) STRICT; INSERT INTO shop_item VALUES (1, 'tea', 3)");
  Given(std::string(kWiden) +
        ", migrations.AddField('item', 'on', models.DateField(default='2020-01-01'))");

  EXPECT_EQ(AsDjango(), "");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(
      db_.Rows("SELECT sql FROM sqlite_master WHERE name = 'shop_item'"),
      "CREATE TABLE \"shop_item\" (\"id\" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, \"name\" "
      "TEXT NOT NULL, \"price\" INT NULL, \"on\" TEXT NOT NULL) STRICT\n");
  EXPECT_EQ(db_.Rows("SELECT * FROM shop_item"), "1|tea|3|2020-01-01\n");
}

TEST_F(StatementRunnerTest, ATableWithoutRowidStaysSo) {
  Both(
      "DROP TABLE shop_code; CREATE TABLE shop_code (code varchar(9) NOT NULL PRIMARY KEY, text "
      "varchar(50) NOT NULL) WITHOUT ROWID; INSERT INTO shop_code VALUES ('a', 'x')");
  Given("migrations.AlterField('code', 'text', models.CharField(max_length=80))");

  EXPECT_EQ(AsDjango(), "");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(db_.Rows("SELECT sql FROM sqlite_master WHERE name = 'shop_code'"),
            "CREATE TABLE \"shop_code\" (\"code\" varchar(9) NOT NULL PRIMARY KEY, \"text\" "
            "varchar(80) NOT NULL) WITHOUT ROWID\n");
  EXPECT_EQ(db_.Rows("SELECT * FROM shop_code"), "a|x\n");
}

TEST_F(StatementRunnerTest, AConstraintThatNeedsAColumnThatGoesStopsTheMigration) {
  Both(
      "DROP TABLE shop_item; CREATE TABLE shop_item (id integer NOT NULL PRIMARY KEY "
      "AUTOINCREMENT, "
      "name varchar(50) NOT NULL, price integer, CHECK (name <> 'x' OR \"price\" > 1))");
  Given(kDropIndexed);

  EXPECT_EQ(
      Migrate(),
      "the table \"shop_item\" has a constraint that Django does not know and that uses the "
      "column \"price\", which this migration takes away: CHECK (name <> 'x' OR \"price\" > 1); "
      "make the table anew without it first, or leave the column out of it");
}

TEST_F(StatementRunnerTest, AMissingColumnIsNotTakenForAString) {
  Both("ALTER TABLE shop_item RENAME COLUMN price TO cost");
  Given(kWiden);

  EXPECT_EQ(AsDjango(), "");
  EXPECT_EQ(django_.Rows("SELECT * FROM shop_item"), "1|price|tea\n7|price|milk\n");
  EXPECT_EQ(Migrate(),
            "the table \"shop_item\" has no column \"price\", which this migration copies: add the "
            "column first, or look for a migration that is recorded and has not been run: SELECT * "
            "FROM migration_conflicts");
}

TEST_F(StatementRunnerTest, WhatUsesARenamedColumnFollows) {
  Both(
      "CREATE TRIGGER up AFTER UPDATE OF parent_id ON shop_node BEGIN SELECT NEW.parent_id; END; "
      "CREATE VIEW roots AS SELECT id FROM shop_node WHERE parent_id IS NULL; CREATE INDEX by_hand "
      "ON "
      "shop_node(id, parent_id); INSERT INTO shop_node VALUES (1, NULL)");
  Given("migrations.RenameField('node', 'parent', 'above')");

  EXPECT_EQ(AsDjango(), "error in view roots: no such table: main.shop_node");
  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(
      db_.Rows("SELECT sql FROM sqlite_master WHERE tbl_name IN ('shop_node', 'roots')"),
      "CREATE VIEW roots AS SELECT id FROM shop_node WHERE \"above_id\" IS NULL\n"
      "CREATE TABLE \"shop_node\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "
      "\"above_id\" bigint NULL REFERENCES \"shop_node\" (\"id\") DEFERRABLE INITIALLY DEFERRED)\n"
      "CREATE INDEX by_hand ON shop_node(id, \"above_id\")\n"
      "CREATE TRIGGER up AFTER UPDATE OF \"above_id\" ON shop_node BEGIN SELECT "
      "NEW.\"above_id\"; END\n"
      "CREATE INDEX \"shop_node_above_id_a6323fbc\" ON \"shop_node\" (\"above_id\")\n");
  EXPECT_EQ(db_.Rows("SELECT * FROM roots"), "1\n");
}

TEST_F(StatementRunnerTest, RenamingAModelRenamesItInViewsWhateverTheConnectionWasSetTo) {
  Both("CREATE VIEW names AS SELECT name FROM shop_item");
  db_.Execute("PRAGMA legacy_alter_table = ON");
  Given("migrations.RenameModel('Item', 'Thing')");

  EXPECT_EQ(Migrate(), "");

  EXPECT_EQ(db_.Rows("SELECT sql FROM sqlite_master WHERE name = 'names'"),
            "CREATE VIEW names AS SELECT name FROM \"shop_thing\"\n");
  EXPECT_EQ(db_.Rows("PRAGMA legacy_alter_table"), "1\n");
}

}  // namespace
}  // namespace migext::migrate
