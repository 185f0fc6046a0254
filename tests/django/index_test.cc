#include "django/index.h"

#include <gtest/gtest.h>

#include "support/migration_text.h"

namespace migext::django {
namespace {

using test::MessageOf;
using test::MigrationText;

std::string IndexError(MigrationText& given, std::string_view expression) {
  return MessageOf([&] { ReadIndex(given.Eval(expression), given.context(), {}); });
}

std::string ConstraintError(MigrationText& given, std::string_view expression) {
  return MessageOf([&] { ReadConstraint(given.Eval(expression), given.context(), {}); });
}

TEST(IndexTest, HasItsNameAndFields) {
  MigrationText given;
  const NamedIndex index =
      ReadIndex(given.Eval("models.Index(fields=['a', '-b'], name='i')"), given.context(), {});
  EXPECT_EQ(index.name, "i");
  EXPECT_EQ(index.fields, (std::vector<std::string>{"a", "-b"}));
  EXPECT_EQ(IndexRepr(index), "<Index: fields=['a', '-b'] name='i'>");
}

TEST(IndexTest, RefusesInDjangosWords) {
  MigrationText given;
  EXPECT_EQ(IndexError(given, "models.Index(name='i')"),
            "ValueError: At least one field or expression is required to define an index.");
  EXPECT_EQ(IndexError(given, "models.Index('a', fields=['b'], name='i')"),
            "ValueError: Index.fields and expressions are mutually exclusive.");
  EXPECT_EQ(IndexError(given, "models.Index(fields='a')"),
            "ValueError: Index.fields must be a list or tuple.");
  EXPECT_EQ(IndexError(given, "models.Index(fields=['a'], nme='i')"),
            "TypeError: Index.__init__() got an unexpected keyword argument 'nme'");
  EXPECT_EQ(IndexError(given, "models.Index(fields=['a'], condition=models.Q(a=1))"),
            "ValueError: An index must be named to use condition.");
  EXPECT_EQ(IndexError(given, "'i'"), "AttributeError: 'str' object has no attribute 'name'");
}

TEST(IndexTest, RefusesExpressionsThatCannotBeShown) {
  MigrationText given;
  given.Before(
      "from django.db.models import Func\ndeep = Func('a')\n"
      "for _ in range(5000):\n    deep = Func('a', option=deep)\n");
  EXPECT_EQ(IndexError(given, "models.Index(deep, name='i')"),
            "RecursionError: maximum recursion depth exceeded");
}

TEST(ConstraintTest, TakesCheckOrConditionByVersion) {
  MigrationText old("4.2");
  MigrationText both("5.2");
  MigrationText latest("6.1");
  const char* const check = "models.CheckConstraint(check=models.Q(a=1), name='c')";
  const char* const condition = "models.CheckConstraint(condition=models.Q(a=1), name='c')";

  EXPECT_EQ(ConstraintError(old, check), "");
  EXPECT_EQ(ConstraintError(old, condition),
            "TypeError: CheckConstraint.__init__() got an unexpected keyword argument "
            "'condition'");
  EXPECT_EQ(ConstraintError(both, check), "");
  EXPECT_EQ(ConstraintError(both, condition), "");
  EXPECT_EQ(ConstraintError(latest, check),
            "TypeError: CheckConstraint.__init__() got an unexpected keyword argument 'check'");
  EXPECT_EQ(ConstraintError(latest, condition), "");
}

TEST(ConstraintTest, RefusesInDjangosWords) {
  MigrationText given;
  EXPECT_EQ(ConstraintError(given, "models.CheckConstraint(condition='a > 1', name='c')"),
            "TypeError: CheckConstraint.condition must be a Q instance or boolean expression.");
  EXPECT_EQ(ConstraintError(given, "models.UniqueConstraint(fields=['a'], name='')"),
            "ValueError: A unique constraint must be named.");
  EXPECT_EQ(ConstraintError(given, "models.CheckConstraint(condition=models.Q(a=1))"),
            "TypeError: CheckConstraint.__init__() missing 1 required keyword-only argument: "
            "'name'");
}

}  // namespace
}  // namespace migext::django
