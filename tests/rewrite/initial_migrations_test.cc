#include "rewrite/initial_migrations.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "rewrite/migration_writer.h"
#include "support/golden_blog.h"
#include "support/project_builder.h"

namespace migext::rewrite {
namespace {

std::string Read(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

/// All behind the header line.
std::string WithoutHeader(const std::string& text) { return text.substr(text.find("\n\n") + 2); }

struct InitialMigrationsTest : ::testing::Test {
  /// The fresh files of these apps by "app.name", without a header.
  std::map<std::string, std::string> Fresh(const std::vector<std::string>& apps) {
    const auto project = django::Project::Read(tree.root(), {});
    const django::Graph graph = django::Graph::Build(*project, nullptr);
    const django::ModelFiles order = django::ReadModelFiles(project->apps());
    python::Heap heap(64 << 20);
    const django::ProjectState state = graph.FinalState();
    std::map<std::string, std::string> files;
    for (const django::Migration& migration :
         InitialMigrations({state, graph, apps, &order, project->field_context(), heap})) {
      files[migration.key.ToString()] = WriteMigration(migration, {project->field_context()}).text;
    }
    return files;
  }

  ProjectBuilder tree;
};

TEST_F(InitialMigrationsTest, TheBlogIsThatOfDjangosMakemigrations) {
  test::LayOutBlog(tree, "project", "5.2");

  const auto files = Fresh({"blog", "newsletter"});

  // Each app points at the other: the first is cut in two.
  ASSERT_EQ(files.size(), 3U);
  for (const auto& [name, text] : files) {
    const std::string path = std::string(MIGEXT_TEST_DATA) + "/golden/blog/variants/fresh_django/" +
                             ReplaceAll(name, ".", "/migrations/") + ".py";
    EXPECT_EQ(text, WithoutHeader(Read(path))) << name;
  }
}

TEST_F(InitialMigrationsTest, AnAppThatNobodyPointsBackAtIsOneFile) {
  tree.Apps({"shop", "users"});
  tree.Migration("users.0001_initial", {}, R"(
        migrations.CreateModel("Person", [("id", models.AutoField(primary_key=True, serialize=False))]),)");
  tree.Migration("shop.0001_initial", {"users.0001_initial"}, R"(
        migrations.CreateModel("Zebra", [("id", models.AutoField(primary_key=True, serialize=False))]),
        migrations.CreateModel("Cart", [("id", models.AutoField(primary_key=True, serialize=False)),
            ("zebra", models.ForeignKey("shop.Zebra", models.CASCADE)),
            ("owner", models.ForeignKey("users.Person", models.CASCADE))]),)");
  tree.Migration("shop.0002_more", {"shop.0001_initial"}, R"(
        migrations.AddField("zebra", "best", models.ForeignKey("shop.Cart", models.SET_NULL, null=True)),
        migrations.AddField("zebra", "name", models.CharField(max_length=9, default="")),
        migrations.AlterUniqueTogether("cart", {("zebra", "owner")}),)");

  const auto files = Fresh({"shop"});

  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files.at("shop.0001_initial"), R"(import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('users', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cart',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='users.person')),
            ],
        ),
        migrations.CreateModel(
            name='Zebra',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(default='', max_length=9)),
                ('best', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='shop.cart')),
            ],
        ),
        migrations.AddField(
            model_name='cart',
            name='zebra',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='shop.zebra'),
        ),
        migrations.AlterUniqueTogether(
            name='cart',
            unique_together={('zebra', 'owner')},
        ),
    ]
)");
}

TEST_F(InitialMigrationsTest, AKeyThatModelsPyDoesNotNameComesFirst) {
  tree.Apps({"shop"});
  tree.File("shop/models.py",
            "from django.db import models\n"
            "class Cart(models.Model):\n"
            "    size = models.IntegerField()\n");
  tree.Migration("shop.0001_initial", {}, R"(
        migrations.CreateModel("Cart", [("id", models.AutoField(primary_key=True)),
            ("size", models.IntegerField())]),)");

  const std::string text = Fresh({"shop"}).at("shop.0001_initial");

  EXPECT_LT(text.find("('id', "), text.find("('size', "));
}

TEST_F(InitialMigrationsTest, NamesAndOptionsAreThoseThatLaterOperationsLeft) {
  tree.Apps({"shop"});
  tree.Migration("shop.0001_initial", {}, R"(
        migrations.CreateModel("Item", [("code", models.CharField(max_length=9, unique=True)), ("n", models.IntegerField()),
            ("pk", models.CompositePrimaryKey("code", "n"))],
            options={"db_table": "t", "unique_together": {("code", "n")}}, managers=[("objects", models.Manager())]),
        migrations.CreateModel("Part", [("m", models.IntegerField()),
            ("item", models.ForeignKey("shop.Item", models.CASCADE, to_field="code"))],
            options={"unique_together": ("item", "m")}),
        migrations.CreateModel("Thing", [], options={"proxy": True}, bases=("shop.part",)),
        migrations.RenameField("item", "code", "label"),
        migrations.AlterModelTable("item", None),)");

  const std::string text = Fresh({"shop"}).at("shop.0001_initial");

  EXPECT_EQ(text.substr(text.find("    operations")), R"(    operations = [
        migrations.CreateModel(
            name='Item',
            fields=[
                ('n', models.IntegerField()),
                ('pk', models.CompositePrimaryKey('label', 'n', blank=True, editable=False, primary_key=True)),
                ('label', models.CharField(max_length=9, unique=True)),
            ],
            options={
                'unique_together': {('label', 'n')},
            },
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('m', models.IntegerField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='shop.item', to_field='label')),
            ],
            options={
                'unique_together': {('item', 'm')},
            },
        ),
        migrations.CreateModel(
            name='Thing',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('shop.part',),
        ),
    ]
)");
}

TEST_F(InitialMigrationsTest, ModelsThatAreEachOthersKeyCannotBeMade) {
  tree.Apps({"shop"});
  tree.Migration("shop.0001_initial", {}, R"(
        migrations.CreateModel("A", [("b", models.OneToOneField("shop.B", models.CASCADE, primary_key=True))]),
        migrations.CreateModel("B", [("a", models.OneToOneField("shop.A", models.CASCADE, primary_key=True))]),)");

  try {
    Fresh({"shop"});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "the models of 'shop' need each other in a circle, which no order of migrations can "
              "make");
  }
}

TEST_F(InitialMigrationsTest, AnAppWithoutModelsHasNone) {
  tree.Apps({"shop"});
  tree.Migration("shop.0001_initial", {}, "");

  EXPECT_TRUE(Fresh({"shop"}).empty());
}

}  // namespace
}  // namespace migext::rewrite
