#include "django/canonical_text.h"

#include <gtest/gtest.h>

#include <string>

#include "django/project.h"
#include "support/project_builder.h"

namespace migext::django {
namespace {

/// The parts of shop.0002_x with these operations, one a line.
std::string PartsOf(const std::string& operations, const std::string& head = {}) {
  ProjectBuilder tree;
  tree.Apps({"shop"});
  tree.File("shop/__init__.py", "").File("shop/migrations/__init__.py", "");
  tree.File("shop/migrations/0002_x.py",
            "from django.db import migrations, models\n" + head +
                "\n\nclass Migration(migrations.Migration):\n    dependencies = []\n"
                "    operations = [" +
                operations + "]\n");
  const auto project = Project::Read(tree.root(), {});
  const Migration* migration = project->FindMigration({"shop", "0002_x"});
  if (migration == nullptr) return "unreadable";
  std::string lines;
  for (const CanonicalPart& part : CanonicalParts(*migration)) lines += part.text + "\n";
  return lines;
}

TEST(CanonicalTextTest, NamesWhatIsGivenByPlaceAndLeavesOutWhatIsSoAnyway) {
  const std::string text =
      "dependencies: \n"
      "AddField(model_name='item', name='price', field=IntegerField(null=True, db_index=True))\n";
  EXPECT_EQ(PartsOf("migrations.AddField('item', 'price', models.IntegerField(db_index=True, "
                    "null=True, blank=False))"),
            text);
  EXPECT_EQ(PartsOf("migrations.AddField(  # a comment\n  field=models.IntegerField(\n      "
                    "null=True,\n      db_index=True,\n  ),\n  preserve_default=True, "
                    "name='price', model_name='item')"),
            text);
}

TEST(CanonicalTextTest, KnowsDjangosOwnByTheirLastName) {
  EXPECT_EQ(PartsOf("AddField('item', 'size', CharField(max_length=SIZE))",
                    "from django.db.migrations.operations.fields import AddField\n"
                    "from django.db.models.fields import CharField\nSIZE = 40"),
            PartsOf("migrations.AddField('item', 'size', models.CharField(max_length=40))"));
}

TEST(CanonicalTextTest, CallsTheConditionOfACheckByItsNewName) {
  EXPECT_EQ(PartsOf("migrations.AddConstraint('item', models.CheckConstraint(name='c', "
                    "check=models.Q(a__gt=1)))"),
            PartsOf("migrations.AddConstraint('item', models.CheckConstraint(name='c', "
                    "condition=models.Q(a__gt=1)))"));
}

TEST(CanonicalTextTest, ReadsFunctionsOfTheFileAsTokensWithWhatTheyUse) {
  const std::string code = "SIZE = 4\n\n\ndef other():\n    return SIZE\n\n\n";
  const std::string operation = "migrations.RunPython(fill)";
  const std::string text = PartsOf(operation, code + "def fill(apps, editor):\n    other()\n");
  EXPECT_EQ(text,
            "dependencies: \n"
            "RunPython(code=def fill ( apps , editor ) : ; { other ( ) ; } def other ( ) : ; { "
            "return SIZE ; } SIZE = 4)\n");
  EXPECT_EQ(PartsOf(operation,
                    code + "# why\ndef fill(apps,\n         editor):\n\n        other()  # how\n"),
            text);
  EXPECT_NE(PartsOf(operation,
                    "SIZE = 5\n\n\ndef other():\n    return SIZE\n\n\n"
                    "def fill(apps, editor):\n    other()\n"),
            text);
}

TEST(CanonicalTextTest, TellsAnotherValueApart) {
  EXPECT_NE(PartsOf("migrations.AddField('item', 'size', models.CharField(max_length=40))"),
            PartsOf("migrations.AddField('item', 'size', models.CharField(max_length=41))"));
  EXPECT_NE(PartsOf("migrations.RunSQL('SELECT 1')"), PartsOf("migrations.RunSQL('SELECT 2')"));
}

}  // namespace
}  // namespace migext::django
