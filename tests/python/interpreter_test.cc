#include "python/interpreter.h"

#include <gtest/gtest.h>

#include "support/python_modules.h"

namespace migext::python {
namespace {

TEST(InterpreterTest, AnImportFromOutsideTheProjectIsASymbolAndItsCallKeepsTheArguments) {
  EXPECT_EQ(ResultOf("from django.db import models\n"
                     "result = models.CharField('name', max_length=80)\n"),
            "django.db.models.CharField('name', max_length=80)");
}

TEST(InterpreterTest, OperatorsOnSymbolsBecomeCallsThatKeepTheOrderOfTheOperands) {
  EXPECT_EQ(ResultOf("from django.db.models import Q, F\n"
                     "result = ~Q(a=1) | Q(b=2), 2 * F('x')\n"),
            "(operator.or_(operator.invert(django.db.models.Q(a=1)), django.db.models.Q(b=2)), "
            "operator.mul(2, django.db.models.F('x')))");
}

TEST(InterpreterTest, TheTruthOfASymbolIsNotKnown) {
  EXPECT_EQ(ResultOf("from django.conf import settings\n"
                     "if settings.DEBUG:\n"
                     "    result = 1\n"),
            "main.py:2:4: the value of 'django.conf.settings.DEBUG' is not known outside of "
            "Django; it comes from code that is not part of the project");
}

TEST(InterpreterTest, DecoratorsFromOutsideLeaveTheFunctionAsItIs) {
  EXPECT_EQ(ResultOf("from django.db import transaction\n"
                     "@transaction.atomic\n"
                     "def f(): return 7\n"
                     "with transaction.atomic():\n"
                     "    result = f()\n"),
            "7");
}

TEST(InterpreterTest, AnUncaughtExceptionIsAnErrorAtTheFailingLine) {
  EXPECT_EQ(ResultOf("x = 1\ny = nope + 1\n"),
            "main.py:2:5: NameError: name 'nope' is not defined");
}

TEST(InterpreterTest, DefinedNamesWinOverSymbols) {
  PythonModules project;
  project.File("main", "from django.conf import settings\nresult = settings.X\n");
  project.python().Define("django.conf.settings.X", Value::Int(5));
  EXPECT_EQ(project.Global("main", "result"), "5");
}

TEST(InterpreterTest, SuperInitOfABaseOutsideTheProjectKeepsItsArguments) {
  PythonModules project;
  project.File("main",
               "from django.db import models\n"
               "class PathField(models.CharField):\n"
               "    def __init__(self, *args, **kwargs):\n"
               "        kwargs['max_length'] = 9\n"
               "        super().__init__(*args, **kwargs)\n"
               "result = PathField('p')\n");
  const auto value = FindAttribute(project.Module("main"), "result");
  const InstanceView view = View(value->AsInstance());
  ASSERT_EQ(view.args.size(), 1U);
  EXPECT_EQ(Repr(view.args[0]), "'p'");
  ASSERT_EQ(view.keywords.size(), 1U);
  EXPECT_EQ(view.keywords[0].name, "max_length");
  EXPECT_EQ(DottedName(*value), "main.PathField");
}

}  // namespace
}  // namespace migext::python
