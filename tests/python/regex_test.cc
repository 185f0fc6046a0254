// What re.search of Python finds.
#include "python/regex.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace migext::python {
namespace {

/// "3-5 4-5 -": the whole match and the groups, a group without part as "-"; "" for no match.
std::string Search(std::string_view pattern, std::string_view text) {
  const auto groups = Regex::Compile(pattern).Search(text);
  std::string out;
  if (!groups) return out;
  for (const auto& group : *groups) {
    if (!out.empty()) out += ' ';
    out += group ? std::to_string(group->begin) + "-" + std::to_string(group->end) : "-";
  }
  return out;
}

std::string Failure(std::string_view pattern) {
  try {
    Regex::Compile(pattern);
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

TEST(RegexTest, FindsTheLeftmostMatch) {
  EXPECT_EQ(Search("b+", "aabbb"), "2-5");
  EXPECT_EQ(Search("", "abc"), "0-0");
  EXPECT_EQ(Search("x", "abc"), "");
}

TEST(RegexTest, CountsCharactersAndNotBytes) { EXPECT_EQ(Search("é(.)", "xxéß"), "2-4 3-4"); }

TEST(RegexTest, ClassesAreThoseOfUnicode) {
  EXPECT_EQ(Search("\\w+", "-日本語-"), "1-4");
  EXPECT_EQ(Search("\\d", "x٣"), "1-2");
  EXPECT_EQ(Search("(?a)\\d|\\w", "٣"), "");
  EXPECT_EQ(Search("[^\\W\\d_]+", "12ab_"), "2-4");
}

TEST(RegexTest, QuantifiersAreGreedyLazyOrPossessive) {
  EXPECT_EQ(Search("<.+>", "<a><b>"), "0-6");
  EXPECT_EQ(Search("<.+?>", "<a><b>"), "0-3");
  EXPECT_EQ(Search("a++a", "aaa"), "");
  EXPECT_EQ(Search("a{2,3}", "aaaa"), "0-3");
  EXPECT_EQ(Search("a{2}?", "aaaa"), "0-2");
  EXPECT_EQ(Search("a{,2}b", "aaab"), "1-4");
  EXPECT_EQ(Search("a{x}", "a{x}"), "0-4");
}

TEST(RegexTest, GroupsHoldWhatTheyMatchedLast) {
  EXPECT_EQ(Search("(a|b)*c", "abac"), "0-4 2-3");
  EXPECT_EQ(Search("(a)|(b)", "b"), "0-1 - 0-1");
  EXPECT_EQ(Search("(?:a|(b))+", "ba"), "0-2 0-1");
  EXPECT_EQ(Regex::Compile("(?P<year>\\d)-(?P<day>\\d)").names().at("day"), 2);
}

TEST(RegexTest, ARoundThatConsumesNothingEndsALoop) {
  EXPECT_EQ(Search("(a*)*b", "aab"), "0-3 2-2");
  EXPECT_EQ(Search("(?:|a)*$", "aa"), "0-2");
}

TEST(RegexTest, BackReferencesRepeatWhatWasFound) {
  EXPECT_EQ(Search("(\\w)\\1", "abccd"), "2-4 2-3");
  EXPECT_EQ(Search("(?i)(?P<x>ab)(?P=x)", "abAB"), "0-4 0-2");
  EXPECT_EQ(Search("(<)?a(?(1)>|$)", "<a>"), "0-3 0-1");
}

TEST(RegexTest, LookingAroundConsumesNothing) {
  EXPECT_EQ(Search("a(?=b)", "acab"), "2-3");
  EXPECT_EQ(Search("a(?!b)", "abac"), "2-3");
  EXPECT_EQ(Search("(?<=ab|cd)e", "xecde"), "4-5");
  EXPECT_EQ(Search("(?<!a)b", "abb"), "2-3");
  EXPECT_EQ(Search("(?=(a+))a*b\\1", "baaabac"), "3-6 3-4");
  EXPECT_EQ(Failure("(?<=a+)b"), "look-behind requires fixed-width pattern");
}

TEST(RegexTest, AnchorsKnowLines) {
  EXPECT_EQ(Search("^b", "a\nb"), "");
  EXPECT_EQ(Search("(?m)^b$", "a\nb\nc"), "2-3");
  EXPECT_EQ(Search("b$", "ab\n"), "1-2");
  EXPECT_EQ(Search("b\\Z", "ab\n"), "");
  EXPECT_EQ(Search("\\bb", "ab b"), "3-4");
}

TEST(RegexTest, FlagsHoldForAllOrForAGroup) {
  EXPECT_EQ(Search("(?i)straße", "STRAßE"), "0-6");
  EXPECT_EQ(Search("(?i:a)b", "Ab"), "0-2");
  EXPECT_EQ(Search("(?i:a)b", "AB"), "");
  EXPECT_EQ(Search("(?s)a.b", "a\nb"), "0-3");
  EXPECT_EQ(Search("(?x) a  b # comment\n c", "abc"), "0-3");
  EXPECT_EQ(Search("(?i)[a-c]+(?-i:D)", "ABCD"), "0-4");
}

TEST(RegexTest, WhatIsNoPatternIsRefused) {
  EXPECT_EQ(Failure("a("),
            "'a(' is no regular expression: missing ), unterminated subpattern at "
            "position 1");
  for (const char* pattern :
       {"*a", "a**", "(?P<x>a)(?P<x>b)", "[b-a]", "[a", "a)", "\\q", "\\", "(?z)", "a{3,2}", "\\1",
        "(?P=no)", "a(?i)b", "(?<a", "x{70000}", "(?#", "[\\d-z]", "\\x1", "^*"}) {
    EXPECT_NE(Failure(pattern), "") << pattern;
  }
}

TEST(RegexTest, DeepAndLargePatternsAreRefused) {
  EXPECT_NE(Failure(std::string(100'000, '(')), "");
  EXPECT_NE(Failure("((((a{1,999}){1,999}){1,999}){1,999})"), "");
  std::string conditions = "()";
  for (int i = 0; i < 100'000; ++i) conditions += "(?(1)";
  EXPECT_NE(Failure(conditions), "");
}

TEST(RegexTest, ASearchThatWouldTakeForEverGivesUp) {
  const Regex pattern = Regex::Compile("^(a|aa)+$");
  EXPECT_THROW(pattern.Search(std::string(5000, 'a') + "b"), Error);
  EXPECT_EQ(Search("^(a+)+$", "aaaa"), "0-4 0-4");
  EXPECT_EQ(Search("x*y", std::string(1000, 'x')), "");
}

}  // namespace
}  // namespace migext::python
