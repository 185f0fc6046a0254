#include "lint/lint_test.h"

#include "django/project.h"
#include "lint/lint.h"
#include "migrate/history.h"
#include "sqlite/connection.h"

namespace migext::lint {

LintTest::LintTest() {
  given_.Apps({"shop"});
  db_.Execute(
      "CREATE TABLE django_migrations (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, app "
      "varchar(255) NOT NULL, name varchar(255) NOT NULL, applied datetime NOT NULL)");
}

LintTest& LintTest::Applied(const std::string& key) {
  const std::size_t dot = key.find('.');
  db_.Execute("INSERT INTO django_migrations (app, name, applied) VALUES ('" + key.substr(0, dot) +
              "', '" + key.substr(dot + 1) + "', '2025-06-10 08:45:03')");
  return *this;
}

LintTest& LintTest::Shop() {
  given_.Migration("shop.0001_initial", {},
                   "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)),"
                   " ('name', models.CharField(max_length=80, null=True)),"
                   " ('price', models.IntegerField(null=True))]),\n"
                   "migrations.CreateModel('Sale', [('id', models.AutoField(primary_key=True)),"
                   " ('item', models.ForeignKey('shop.Item', models.CASCADE, null=True))])",
                   "initial = True");
  db_.Execute(
      "CREATE TABLE shop_item (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, name varchar(80) "
      "NULL, price integer NULL);"
      "CREATE TABLE shop_sale (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, item_id integer NULL "
      "REFERENCES shop_item (id) DEFERRABLE INITIALLY DEFERRED);"
      "CREATE INDEX shop_sale_item_id_9f2b1c04 ON shop_sale (item_id)");
  return Applied("shop.0001_initial");
}

LintTest& LintTest::Then(std::string_view operations, std::string_view attributes) {
  given_.Migration("shop.0002_then", {"shop.0001_initial"}, operations, attributes);
  return *this;
}

LintTest& LintTest::Code(std::string_view code, std::string_view operations) {
  given_.File("shop/migrations/0002_then.py", "from django.db import migrations, models\n" +
                                                  std::string(code) +
                                                  "\nclass Migration(migrations.Migration):\n"
                                                  "    dependencies = [('shop', '0001_initial')]\n"
                                                  "    operations = [\n        " +
                                                  std::string(operations) + "\n    ]\n");
  return *this;
}

std::vector<Finding> LintTest::All() {
  const auto project = django::Project::Read(given_.root(), {});
  const sqlite::Connection db = sqlite::Connection::Borrow(db_.handle());
  const migrate::History history = migrate::History::Read(db);
  const django::AppliedSet applied = history.Applied();
  const django::Graph graph = django::Graph::Build(*project, &applied);
  return Lint({db, *project, graph, history, free_space_, exemptions_});
}

std::string LintTest::Found(std::string_view rule) {
  std::string lines;
  for (const Finding& finding : All()) {
    if (finding.rule->id != rule) continue;
    lines += SeverityName(finding.severity);
    if (!finding.migration.app.empty()) {
      lines += " " + finding.migration.app;
      if (!finding.migration.name.empty()) lines += "." + finding.migration.name;
    }
    if (finding.position) lines += "@" + std::to_string(*finding.position);
    lines += ": " + finding.message + "\n";
  }
  return lines;
}

}  // namespace migext::lint
