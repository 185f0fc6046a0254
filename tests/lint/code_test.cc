// Rules about the functions of a RunPython.
#include <algorithm>
#include <string>

#include "lint/lint_test.h"

namespace migext::lint {
namespace {

class CodeTest : public LintTest {
 public:
  CodeTest() { Shop(); }
  /// A forwards() with this body.
  CodeTest& Forwards(const std::string& body, const std::string& above = {},
                     const std::string& parameters = "apps, schema_editor") {
    std::string code = above + "def forwards(" + parameters + "):\n";
    std::size_t begin = 0;
    while (begin < body.size()) {
      const std::size_t end = std::min(body.find('\n', begin), body.size());
      code += "    " + body.substr(begin, end - begin) + "\n";
      begin = end + 1;
    }
    Code(code, "migrations.RunPython(forwards, migrations.RunPython.noop)");
    return *this;
  }
};

TEST_F(CodeTest, TheArgumentsAreCalledAsEverywhere) {
  Forwards("return 1", "", "a, b");
  EXPECT_EQ(Found("python-arguments"),
            "info shop.0002_then@0: forwards(a, b) is called with apps and schema_editor\n");

  for (const char* parameters : {"apps, _schema_editor", "apps, *_", "apps, schema_editor, n=1"}) {
    Forwards("return 1", "", parameters);
    EXPECT_EQ(Found("python-arguments"), "") << parameters;
  }
}

TEST_F(CodeTest, AModelIsAskedForAndNotImported) {
  Forwards("Item.objects.update(price=1)", "from shop.models import Item\n");
  EXPECT_EQ(Found("model-import"),
            "warning shop.0002_then@0: forwards() in line 4 uses Item of shop.models, as the "
            "newest code has it and not as it is at this migration\n");

  Forwards("Item = apps.get_model('shop', 'Item')\nItem.objects.update(price=1)",
           "from shop.models import Item\n");
  EXPECT_EQ(Found("model-import"), "");
}

TEST_F(CodeTest, AFunctionForBothWaysIsToldOfOnce) {
  Code(
      "from shop.models import Item\ndef both(apps, schema_editor):\n"
      "    Item.objects.update(price=1)\n",
      "migrations.RunPython(both, both)");
  EXPECT_EQ(Found("model-import"),
            "warning shop.0002_then@0: both() in line 4 uses Item of shop.models, as the newest "
            "code has it and not as it is at this migration\n");
}

TEST_F(CodeTest, AModelThatAHelperImportsCountsToo) {
  Forwards("mend()", "from shop.models import Item\ndef mend():\n    Item.objects.all()\n");
  EXPECT_EQ(Found("model-import").substr(0, 56),
            "warning shop.0002_then@0: forwards() in line 4 uses Item");
}

TEST_F(CodeTest, AnImportThatIsNotQueriedIsNoModel) {
  Forwards("print(LIMIT)", "from shop.models import LIMIT\n");
  EXPECT_EQ(Found("model-import"), "");
}

TEST_F(CodeTest, AVariableIsCalledAsItsModel) {
  Forwards("Thing = apps.get_model('shop', 'Item')\nThing.objects.all()");
  EXPECT_EQ(Found("model-variable"),
            "info shop.0002_then@0: forwards() in line 3 calls the model Item Thing\n");

  Forwards("item_model = apps.get_model('shop', 'Item')\nitem_model.objects.all()");
  EXPECT_EQ(Found("model-variable"), "");
}

TEST_F(CodeTest, AModelIsThereWhenCodeAsksForIt) {
  Forwards("Tag = apps.get_model('shop.Tag')\nTag.objects.all()");
  EXPECT_EQ(Found("model-not-in-state"),
            "error shop.0002_then@0: forwards() in line 3 asks for shop.Tag, which is not there at "
            "this migration: LookupError\n");

  Forwards(
      "apps.get_model('shop', 'item')\ntry:\n    apps.get_model('shop', 'Tag')\n"
      "except LookupError:\n    pass\napps.get_model('elsewhere', 'Tag')");
  EXPECT_EQ(Found("model-not-in-state"), "");
}

TEST_F(CodeTest, ARowIsNotTakenForGranted) {
  const std::string model = "Item = apps.get_model('shop', 'Item')\n";
  const std::string tail = ", and the table is empty\n";
  const std::string head =
      "warning shop.0002_then@0: forwards() in line 4 takes a row of "
      "shop_item with ";
  Forwards(model + "Item.objects.get(pk=1)");
  EXPECT_EQ(Found("code-needs-rows"), head + "get()" + tail);
  Forwards(model + "Item.objects.order_by('id').first().name");
  EXPECT_EQ(Found("code-needs-rows"), head + "first()" + tail);
  Forwards(model + "Item.objects.all()[0]");
  EXPECT_EQ(Found("code-needs-rows"), head + "[0]" + tail);

  db_.Execute("INSERT INTO shop_item (name) VALUES ('a')");
  EXPECT_EQ(Found("code-needs-rows"), "");
}

TEST_F(CodeTest, CodeThatCopesWithAnEmptyTableIsLeftAlone) {
  const std::string model = "Item = apps.get_model('shop', 'Item')\n";
  for (const char* body : {"if Item.objects.exists():\n    Item.objects.get(pk=1)",
                           "try:\n    Item.objects.get(pk=1)\nexcept Item.DoesNotExist:\n    pass",
                           "if not Item.objects.exists():\n    return\nItem.objects.get(pk=1)",
                           "for item in Item.objects.all():\n    Item.objects.get(pk=item.pk)",
                           "Item.objects.create()\nItem.objects.get(pk=1)"}) {
    Forwards(model + body);
    EXPECT_EQ(Found("code-needs-rows"), "") << body;
  }
}

TEST_F(CodeTest, AValueMayBeNull) {
  db_.Execute("INSERT INTO shop_sale (item_id) VALUES (NULL)");
  const std::string model = "Sale = apps.get_model('shop', 'Sale')\n";
  Forwards(model + "for sale in Sale.objects.all():\n    print(sale.item.name)");
  EXPECT_EQ(Found("code-needs-values"),
            "warning shop.0002_then@0: forwards() in line 5 uses item without asking whether there "
            "is one, and shop_sale.item_id is NULL in 1 row\n");

  for (const char* body :
       {"for sale in Sale.objects.all():\n    if sale.item:\n        print(sale.item.name)",
        "for sale in Sale.objects.all():\n    if sale.item_id:\n        print(sale.item.name)",
        "for sale in Sale.objects.filter(item__isnull=False):\n    print(sale.item.name)",
        "for sale in Sale.objects.all():\n    print(sale.item)"}) {
    Forwards(model + body);
    EXPECT_EQ(Found("code-needs-values"), "") << body;
  }
}

}  // namespace
}  // namespace migext::lint
