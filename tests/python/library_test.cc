// What the modules that come with the evaluator give, in the words of CPython 3.12.
#include <gtest/gtest.h>

#include "support/python_modules.h"

namespace migext::python {
namespace {

TEST(LibraryTest, EnumMembersAreInstancesWithNameAndValueAndAliasesStandForTheFirst) {
  EXPECT_EQ(ResultOf("from enum import Enum, auto\n"
                     "class Color(Enum):\n"
                     "    RED = 1\n"
                     "    BLUE = auto()\n"
                     "    CRIMSON = 1\n"
                     "result = list(Color), Color(2), Color['RED'], Color.CRIMSON.name\n"),
            "([<Color.RED: 1>, <Color.BLUE: 2>], <Color.BLUE: 2>, <Color.RED: 1>, 'RED')");
}

TEST(LibraryTest, EnumsMixInStrAndInt) {
  EXPECT_EQ(
      ResultOf("from enum import Enum, IntEnum, Flag, auto\n"
               "class Kind(str, Enum):\n"
               "    A = 'a'\n"
               "class Size(IntEnum):\n"
               "    BIG = 3\n"
               "class Mode(Flag):\n"
               "    READ = auto()\n"
               "    WRITE = auto()\n"
               "result = Kind.A == 'a', Size.BIG + 1, str(Size.BIG), Mode.READ | Mode.WRITE\n"),
      "(True, 4, '3', <Mode.READ|WRITE: 3>)");
}

TEST(LibraryTest, AValueThatNoMemberHasIsAValueError) {
  EXPECT_EQ(ResultOf("from enum import Enum\n"
                     "class Color(Enum):\n"
                     "    RED = 1\n"
                     "result = Color(9)\n"),
            "main.py:4:10: ValueError: 9 is not a valid Color");
}

TEST(LibraryTest, DatesCountAndShowAsPythonShowsThem) {
  EXPECT_EQ(ResultOf("import datetime\n"
                     "start = datetime.datetime(2020, 2, 29, 1, 2, tzinfo=datetime.timezone.utc)\n"
                     "result = start + datetime.timedelta(days=366), start.isoformat()\n"),
            "(datetime.datetime(2021, 3, 1, 1, 2, tzinfo=datetime.timezone.utc), "
            "'2020-02-29T01:02:00+00:00')");
}

TEST(LibraryTest, TheClockIsASymbol) {
  EXPECT_EQ(ResultOf("import datetime, uuid\n"
                     "result = datetime.datetime.now, uuid.uuid4()\n"),
            "(datetime.datetime.now, uuid.uuid4())");
}

TEST(LibraryTest, DecimalsKeepTheirDigits) {
  EXPECT_EQ(ResultOf("from decimal import Decimal\n"
                     "result = Decimal('1.50'), Decimal('1.50') + 1, Decimal('1E+5')\n"),
            "(Decimal('1.50'), Decimal('2.50'), Decimal('1E+5'))");
}

TEST(LibraryTest, PathsAreTextAndTheEnvironmentIsEmpty) {
  EXPECT_EQ(ResultOf("import os\n"
                     "from pathlib import Path\n"
                     "base = Path('/srv/site/config/settings.py').resolve().parent.parent\n"
                     "result = str(base / 'db.sqlite3'), os.environ.get('KEY', 'none')\n"),
            "('/srv/site/db.sqlite3', 'none')");
}

TEST(LibraryTest, DataclassesMakeInitReprAndEq) {
  EXPECT_EQ(ResultOf("from dataclasses import dataclass, field\n"
                     "@dataclass\n"
                     "class Point:\n"
                     "    x: int\n"
                     "    tags: list = field(default_factory=list)\n"
                     "result = Point(1), Point(1) == Point(1)\n"),
            "(Point(x=1, tags=[]), True)");
}

}  // namespace
}  // namespace migext::python
