#include "django/expression.h"

#include <gtest/gtest.h>

#include "support/migration_text.h"

namespace migext::django {
namespace {

using test::MigrationText;

class ExpressionTest : public testing::Test {
 protected:
  ExpressionTest() {
    given.Before(
        "import decimal\n"
        "from django.db.models import Case, F, Q, Value, When\n"
        "from django.db.models.expressions import RawSQL\n"
        "from django.db.models.functions import (\n"
        "    Cast, Coalesce, Collate, Concat, Length, Lower, Now, Round, Substr, TruncDate, "
        "Upper)\n");
  }
  std::string Text(std::string_view expression) {
    return Str(*ReadExpression(given.Eval(expression)));
  }

  MigrationText given;
};

TEST_F(ExpressionTest, FunctionsShowTheirArguments) {
  EXPECT_EQ(Text("Lower('title')"), "Lower(F(title))");
  EXPECT_EQ(Text("Upper(Lower(F('a')))"), "Upper(Lower(F(a)))");
  EXPECT_EQ(Text("Substr('b', 1, 3)"), "Substr(F(b), Value(1), Value(3))");
  EXPECT_EQ(Text("Coalesce('c', Value(\"it's\"))"), "Coalesce(F(c), Value(\"it's\"))");
  EXPECT_EQ(Text("models.Func('c', function='HEX')"), "Func(F(c), function=HEX)");
  EXPECT_EQ(Text("Cast('b', models.CharField(max_length=3))"), "Cast(F(b))");
  EXPECT_EQ(Text("Collate('b', 'nocase')"), "Collate(F(b))");
  EXPECT_EQ(Text("Concat('a', Value('-'), 'c')"),
            "Concat(ConcatPair(F(a), ConcatPair(Value('-'), F(c))))");
  EXPECT_EQ(Text("TruncDate('a')"), "TruncDate(F(a))");
  EXPECT_EQ(Text("Round('a')"), "Round(F(a), Value(0))");
  EXPECT_EQ(Text("Now()"), "Now()");
  EXPECT_EQ(Text("RawSQL('a %s', (1,))"), "RawSQL(a %s, (1,))");
}

TEST_F(ExpressionTest, ATextIsAFieldAndAConstantAValue) {
  EXPECT_EQ(Text("'title'"), "F(title)");
  EXPECT_EQ(Text("Value(decimal.Decimal('1.50'))"), "Value(Decimal('1.50'))");
}

TEST_F(ExpressionTest, ArithmeticShowsBothSides) {
  EXPECT_EQ(Text("F('a') + 1"), "F(a) + Value(1)");
  EXPECT_EQ(Text("1 - F('a')"), "Value(1) - F(a)");
  EXPECT_EQ(Text("F('a') * -2 + F('id')"), "F(a) * Value(-2) + F(id)");
  EXPECT_EQ(Text("F('a') % 3"), "F(a) %% Value(3)");
  EXPECT_EQ(Text("-F('a')"), "F(a) * Value(-1)");
  EXPECT_EQ(Text("F('a').bitand(4)"), "F(a) & Value(4)");
}

TEST_F(ExpressionTest, OrderIsWrittenOut) {
  EXPECT_EQ(Text("F('a').desc()"), "OrderBy(F(a), descending=True)");
  EXPECT_EQ(Text("Lower('a').asc(nulls_last=True)"), "OrderBy(Lower(F(a)), descending=False)");
  EXPECT_EQ(Text("models.OrderBy(F('a'), descending=True)"), "OrderBy(F(a), descending=True)");
}

TEST_F(ExpressionTest, ConditionsAreFlattenedAsDjangoCombinesThem) {
  const std::pair<const char*, const char*> cases[] = {
      {"Q(b=2, a__gt=1)", "(AND: ('a__gt', 1), ('b', 2))"},
      {"Q(a=1) & Q(b=2) & Q(c=3)", "(AND: ('a', 1), ('b', 2), ('c', 3))"},
      {"Q(a=1) | Q(b=2) & Q(c=3)", "(OR: ('a', 1), (AND: ('b', 2), ('c', 3)))"},
      {"~Q(a=1)", "(NOT (AND: ('a', 1)))"},
      {"~(Q(a=1) | Q(b=2))", "(NOT (OR: ('a', 1), ('b', 2)))"},
      {"Q(a=1) & ~Q(b=2)", "(AND: ('a', 1), (NOT (AND: ('b', 2))))"},
      {"Q() | Q(a=1)", "(AND: ('a', 1))"},
      {"Q(Q(a=1), ('b', F('c')))", "(AND: (AND: ('a', 1)), ('b', F(c)))"},
      {"Q(a=1, _connector='OR', _negated=True)", "(NOT (OR: ('a', 1)))"},
  };
  for (const auto& [expression, text] : cases) EXPECT_EQ(Text(expression), text) << expression;
}

TEST_F(ExpressionTest, CaseShowsItsBranches) {
  EXPECT_EQ(Text("Case(When(a__gt=3, then='a'), default=Value(0))"),
            "CASE WHEN <Q: (AND: ('a__gt', 3))> THEN F(a), ELSE Value(0)");
  EXPECT_EQ(Text("Case(When(Q(a=1), then=Value(2)))"),
            "CASE WHEN <Q: (AND: ('a', 1))> THEN Value(2), ELSE Value(None)");
}

TEST_F(ExpressionTest, AClassOfTheProjectShowsItsOwnName) {
  given.Before(
      "from django.db.models import F, Func\n"
      "class Hex(Func):\n"
      "    function = 'HEX'\n");

  EXPECT_EQ(Text("Hex('a')"), "Hex(F(a))");
}

TEST_F(ExpressionTest, DeepNestingIsRefusedAsPythonRefusesIt) {
  given.Before(
      "from django.db.models import F\n"
      "deep = F('a')\n"
      "for i in range(5000):\n"
      "    deep = deep + 1\n");
  EXPECT_EQ(test::MessageOf([&] { Text("deep"); }),
            "RecursionError: maximum recursion depth exceeded");
}

TEST_F(ExpressionTest, AnExpressionThatDoublesItselfIsRefused) {
  given.Before(
      "from django.db.models import F\n"
      "twice = F('a')\n"
      "for i in range(60):\n"
      "    twice = twice + twice\n");
  EXPECT_EQ(test::MessageOf([&] { Text("twice"); }), "the expression has too many parts");
}

TEST_F(ExpressionTest, OptionsCountAsPartsOfTheExpression) {
  given.Before(
      "from django.db.models import Func\n"
      "twice = deep = Func('a')\n"
      "for i in range(60):\n"
      "    twice = Func('a', left=twice, right=twice)\n"
      "for i in range(5000):\n"
      "    deep = Func('a', option=deep)\n");
  EXPECT_EQ(test::MessageOf([&] { Text("twice"); }), "the expression has too many parts");
  EXPECT_EQ(test::MessageOf([&] { Text("deep"); }),
            "RecursionError: maximum recursion depth exceeded");
}

TEST_F(ExpressionTest, ALongConcatIsADeepExpression) {
  given.Before("from django.db.models.functions import Concat\n");
  EXPECT_EQ(test::MessageOf([&] { Text("Concat(*['a'] * 90000)"); }),
            "RecursionError: maximum recursion depth exceeded");
}

}  // namespace
}  // namespace migext::django
