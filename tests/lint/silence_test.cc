#include "lint/silence.h"

#include <algorithm>

#include "base/error.h"
#include "lint/lint_test.h"

namespace migext::lint {
namespace {

Finding FindingOf(std::string_view rule, const std::string& name = "0004_b", int position = 2,
                  int line = 0) {
  Finding finding;
  finding.rule = &RuleOf(rule);
  finding.severity = finding.rule->severity;
  finding.migration = {"blog", name};
  finding.position = position;
  finding.line = line;
  return finding;
}

bool Covers(std::string_view items, const Finding& finding) {
  const std::vector<Exemption> exemptions = Exemptions(items);
  return std::any_of(exemptions.begin(), exemptions.end(),
                     [&](const Exemption& exemption) { return exemption.Covers(finding); });
}

TEST(SilenceTest, AnItemNamesARuleAnAppAMigrationOrAnOperation) {
  const Finding finding = FindingOf("model-import");

  for (const char* item :
       {"model-import", "blog:model-import", "blog.0004:model-import", "blog.0004_b:model-import",
        "blog.0004_b:model-import@2", "RUNPYTHON_MODEL_IMPORT", "data-and-schema , model-import"}) {
    EXPECT_TRUE(Covers(item, finding)) << item;
  }
  for (const char* item : {"data-and-schema", "shop:model-import", "blog.000:model-import",
                           "blog.0004_b:model-import@1", ""}) {
    EXPECT_FALSE(Covers(item, finding)) << item;
  }
}

std::string ErrorOf(std::string_view items) {
  try {
    Exemptions(items);
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

TEST(SilenceTest, WhatIsNoItemIsRefused) {
  EXPECT_EQ(ErrorOf("model-imports"),
            "there is no rule 'model-imports'; did you mean 'model-import'?");
  EXPECT_EQ(ErrorOf("blog.:model-import"),
            "'blog.:model-import': give rule, app:rule or app.name:rule");
  EXPECT_EQ(ErrorOf("model-import@x"),
            "'model-import@x': behind @ stands the operation's number, from 0");
}

TEST(SilenceTest, ACommentAtTheHeadIsForTheFile) {
  const FileComments comments("# Generated\n# migext: ignore model-import, data-and-schema\nx = 1");

  EXPECT_TRUE(comments.Covers(FindingOf("model-import")));
  EXPECT_TRUE(comments.Covers(FindingOf("data-and-schema", "0004_b", 0, 9)));
  EXPECT_FALSE(comments.Covers(FindingOf("rebuild")));
}

TEST(SilenceTest, ACommentIsForItsLineOrTheOneBelow) {
  const FileComments comments(
      "x = 1\n"
      "a(),  # migext: ignore model-import\n"
      "b(),\n"
      "# migext: ignore model-import\n"
      "c(),\n"
      "d(),  # MIGEXT: model-import\n"
      "e(),  # migext: ignore\n");

  std::string covered;
  for (int line = 1; line <= 7; ++line) {
    covered += comments.Covers(FindingOf("model-import", "0004_b", 2, line)) ? 'y' : 'n';
  }
  EXPECT_EQ(covered, "nynnyny");
}

TEST(SilenceTest, ACommentBetweenImportsAndTheClassIsForTheFile) {
  const FileComments comments(
      "from django.db import migrations\n\n# migext: ignore: model-import\n"
      "class Migration(migrations.Migration):\n    # migext: ignore rebuild\n    a = 1\n");

  EXPECT_TRUE(comments.Covers(FindingOf("model-import", "0004_b", 2, 9)));
  EXPECT_FALSE(comments.Covers(FindingOf("rebuild", "0004_b", 2, 9)));
}

TEST(SilenceTest, AReasonMayStandBehindTheRule) {
  for (const char* comment :
       {"# migext: ignore model-import - as agreed, for now",
        "# migext: ignore model-import -- as agreed", "# Migext: ignore model-import: as agreed"}) {
    const FileComments comments(comment);
    EXPECT_TRUE(comments.Covers(FindingOf("model-import"))) << comment;
    EXPECT_FALSE(comments.Covers(FindingOf("rebuild"))) << comment;
  }
}

TEST_F(LintTest, ABaselineSilencesWhatItWasWrittenOf) {
  std::vector<Finding> findings = {FindingOf("model-import"),
                                   FindingOf("meaningless-name", "0005_c")};
  findings[1].position.reset();
  given_.File("lint.txt", BaselineText(findings));
  const std::vector<Exemption> baseline = ReadBaseline(given_.Path("lint.txt"));

  ASSERT_EQ(baseline.size(), 2U);
  EXPECT_TRUE(baseline[0].Covers(findings[0]));
  EXPECT_TRUE(baseline[1].Covers(findings[1]));
  EXPECT_FALSE(baseline[0].Covers(FindingOf("model-import", "0006_d")));
}

TEST_F(LintTest, WhatBecomesWorseThanInTheBaselineIsToldAgain) {
  Finding finding = FindingOf("alter-column");
  given_.File("lint.txt", BaselineText({&finding, 1}));
  finding.severity = Severity::kError;

  EXPECT_FALSE(ReadBaseline(given_.Path("lint.txt"))[0].Covers(finding));
}

TEST_F(LintTest, AFileOfAnotherKindIsNoBaseline) {
  given_.File("lint.txt", "\nSELECT 1;\n");
  try {
    ReadBaseline(given_.Path("lint.txt"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.place().line, 2);
    EXPECT_EQ(error.message(),
              "this is no line of a lint baseline: 'warning app.name:rule@0' is one");
  }
}

TEST_F(LintTest, ACommentThatNamesNoRuleIsTold) {
  given_.File("shop/__init__.py", "").File("shop/migrations/__init__.py", "");
  const auto found_with = [&](const std::string& comment) {
    given_.File("shop/migrations/0001_initial.py", "# " + comment +
                                                       "\nfrom django.db import migrations\n"
                                                       "class Migration(migrations.Migration):\n"
                                                       "    operations = []\n");
    std::string found = Found("unknown-rule");
    for (const Finding& finding : All()) found += finding.advice + "\n";
    return found;
  };

  EXPECT_EQ(found_with("migext: ignore rebuild, model-imports - as agreed"),
            "warning shop.0001_initial: a comment is to silence 'model-imports', and there is no "
            "such rule: it silences nothing\ndid you mean 'model-import'?\n");
  EXPECT_EQ(found_with("migext: ignore everything"),
            "warning shop.0001_initial: a comment is to silence 'everything', and there is no such "
            "rule: it silences nothing\nsee SELECT rule, meaning FROM lint_rules\n");
  for (const char* comment : {"migext: ignore rebuild, RUNPYTHON_MODEL_IMPORT - because",
                              "migext: ignore", "migext is fine"}) {
    EXPECT_EQ(found_with(comment), "") << comment;
  }
}

TEST_F(LintTest, ABaselineThatNamesNoRuleIsTold) {
  given_.File("lint.txt", "# x\nwarning blog.0001_a:model-imports@0\ninfo blog:rebuild\n");
  exemptions_ = ReadBaseline(given_.Path("lint.txt"));

  EXPECT_EQ(Found("unknown-rule"),
            "warning: " + given_.Path("lint.txt") +
                ":2 is to silence 'model-imports', and there is no such rule: it silences "
                "nothing\n");
}

}  // namespace
}  // namespace migext::lint
