// Programs made to crash, hang or exhaust the evaluator.  Each ends in a value or an error.
#include <gtest/gtest.h>

#include <string>

#include "support/python_modules.h"

namespace migext::python {
namespace {

constexpr char kTooDeep[] = "RecursionError: maximum recursion depth exceeded";
constexpr char kTooLong[] =
    "this code runs too long: more than 100000 steps; only the top level of the file and what it "
    "calls is run";
constexpr char kTooLarge[] =
    "this code needs too much memory: a value, or all of them together, pass 16 MiB";

std::string MessageOf(const std::string& statements) {
  PythonModules project;
  Budget budget;
  budget.steps = 100'000;
  budget.bytes = std::size_t{16} << 20U;
  project.WithBudget(budget).File("main", statements);
  try {
    const auto result = FindAttribute(project.Module("main"), "result");
    return result.has_value() ? Repr(*result) : "no result";
  } catch (const Error& error) {
    return error.message();
  }
}

TEST(HostileProgramTest, EndlessLoopsRunOutOfSteps) {
  for (const char* text : {
           "while True: pass\n",
           "x = [1]\nfor y in x: x.append(y)\n",
           "while True:\n    try: 1 / 0\n    finally: continue\n",
           "def f():\n    try: f()\n    except RecursionError: return f()\nf()\n",
           "result = sum(range(10**9))\n",
           "result = 'a' in range(10**9)\n",
           "s = '\\xe9' * 10**6\nfor i in range(10**6): s[i]\n",
           "s = 'a' * 10**6\nfor i in range(10**6): s.find('b')\n",
           "c = object\nfor i in range(10**6): c = type('C', (c,), {})\n",
       }) {
    EXPECT_EQ(MessageOf(text), kTooLong) << text;
  }
}

TEST(HostileProgramTest, LargeValuesAreRefusedBeforeTheyAreMade) {
  for (const char* expression : {
           "'a' * 10**9",
           "[0] * 10**9",
           "b'a' * 10**12",
           "'%999999999d' % 1",
           "'{:>999999999}'.format(1)",
           "'x'.center(10**9)",
           "'x'.zfill(10**12)",
           "('a' * 10**6).replace('a', 'b' * 10**6)",
           "10**10**8",
           "1 << 10**9",
       }) {
    EXPECT_EQ(MessageOf(std::string("result = ") + expression + "\n"), kTooLarge) << expression;
  }
}

TEST(HostileProgramTest, MethodsThatCallThemselvesAreTooDeep) {
  for (const char* text : {
           "def f(): return f()\nf()\n",
           "class A:\n    def __repr__(self): return repr(self)\nresult = repr(A())\n",
           "class A:\n    def __eq__(self, other): return self == other\nresult = A() == 1\n",
           "class A:\n    def __hash__(self): return hash(self)\nresult = {A()}\n",
           "class A: pass\nA.__call__ = A()\nA()()\n",
           "def g(): yield from g()\nlist(g())\n",
           "class A:\n    def __init_subclass__(cls):\n        class B(cls): pass\n"
           "class C(A): pass\n",
           "g = iter([])\nfor i in range(9999): g = map(str, g)\nresult = list(g)\n",
           "a = []\na.append(a)\nb = []\nb.append(b)\nresult = a == b\n",
       }) {
    EXPECT_EQ(MessageOf(text), kTooDeep) << text;
  }
}

TEST(HostileProgramTest, ValuesWhosePartsAreSharedAreNotWalkedForever) {
  const std::string shared = "a = 1\nb = 1\nfor i in range(40): a, b = (a, a), (b, b)\n";
  EXPECT_EQ(MessageOf(shared + "result = a == b\n"), kTooLarge);
  EXPECT_EQ(MessageOf(shared + "result = hash(a)\n"), kTooLarge);
}

TEST(HostileProgramTest, MethodsOfOtherTypesAreRefused) {
  for (const char* expression : {
           "'a'.split(1)",
           "'a'.rsplit(1, 1)",
           "'a'.format_map(5)",
           "format(1, 2)",
           "list.append({}, 1)",
           "dict.get([], 1)",
           "str.join(5, 5)",
           "object.__new__(5)",
           "type.__call__(5)",
           "object.__setattr__(5, 5, 5)",
           "object.__getattribute__(5, 5)",
           "object.__delattr__(5, 'a')",
           "Exception.__init__(5)",
           "__import__(5)",
           "pow(1, 2, 'a')",
           "(x for x in [1]).throw(5)",
           "'a'.center(9, 'ab')",
       }) {
    EXPECT_EQ(MessageOf(std::string("result = ") + expression + "\n").substr(0, 10), "TypeError:")
        << expression;
  }
}

TEST(HostileProgramTest, BoolAndMatchArgsMustBeWhatTheyAre) {
  EXPECT_EQ(MessageOf("class A:\n    def __bool__(self): return self\nresult = not A()\n"),
            "TypeError: __bool__ should return bool, returned A");
  EXPECT_EQ(MessageOf("class A:\n    __match_args__ = 5\nmatch A():\n    case A(1): pass\n"),
            "TypeError: A.__match_args__ must be a tuple (got int)");
}

TEST(HostileProgramTest, AListMayChangeWhileItIsIndexed) {
  const std::string index =
      "class A:\n"
      "    def __index__(self):\n"
      "        l.clear()\n"
      "        return 50\n"
      "l = list(range(100))\n";
  EXPECT_EQ(MessageOf(index + "result = l[A()]\n"), "IndexError: list index out of range");
  EXPECT_EQ(MessageOf(index + "l[A()] = 1\n"), "IndexError: list assignment index out of range");
  EXPECT_EQ(MessageOf(index + "del l[A():]\nl[A():A()] = [1]\nresult = l\n"), "[1]");
}

TEST(HostileProgramTest, AnErrorKeepsTheBeginningOfAnEndlessMessage) {
  const std::string message = MessageOf("raise ValueError('x' * 10**6)\n");
  EXPECT_EQ(message.size(), 10'002U);
  EXPECT_EQ(message.substr(0, 20), "ValueError: xxxxxxxx");
}

}  // namespace
}  // namespace migext::python
