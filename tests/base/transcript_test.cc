#include "support/transcript.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "support/project_builder.h"

namespace migext::test {
namespace {

std::vector<Session> Read(std::string_view text) {
  ProjectBuilder folder;
  folder.File("commands.txt", text);
  return ReadTranscript(folder.Path("commands.txt"));
}

TEST(TranscriptTest, ASessionHasItsDatabaseAndItsStepsInOrder) {
  const auto sessions = Read(
      "== remedy: fake it [at_0003]\n"
      "$ manage.py migrate blog 0005 --fake\nexit 1\n| one\n|  two\n! no\n"
      "> DELETE FROM t\n= {\"recorded\": []}\n");

  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_EQ(sessions[0].title, "remedy: fake it");
  EXPECT_EQ(sessions[0].database, "at_0003");
  ASSERT_EQ(sessions[0].steps.size(), 2U);
  const Step& command = sessions[0].steps[0];
  EXPECT_TRUE(command.IsCommand({"migrate", "blog"}));
  EXPECT_TRUE(command.HasOption("--fake"));
  EXPECT_EQ(command.exit_status, 1);
  EXPECT_EQ(command.OutputLines(), (std::vector<std::string>{"one", " two"}));
  EXPECT_EQ(command.errors, "no\n");
  EXPECT_FALSE(command.changes.has_value());
  EXPECT_EQ(sessions[0].steps[1].sql, "DELETE FROM t");
  EXPECT_TRUE(sessions[0].steps[1].changes->Has("recorded"));
}

TEST(TranscriptTest, ABackslashTakesTheLastLineFeedAway) {
  const auto sessions =
      Read("== s [empty]\n$ manage.py x\nexit 0\n| out\n\\\n+++ a/b.py\n+ first\n+\n+ last\n\\\n");

  EXPECT_EQ(sessions[0].steps[0].output, "out");
  ASSERT_EQ(sessions[0].steps[0].files.size(), 1U);
  EXPECT_EQ(sessions[0].steps[0].files[0].first, "a/b.py");
  EXPECT_EQ(sessions[0].steps[0].files[0].second, "first\n\nlast");
}

TEST(TranscriptTest, WhatItDoesNotKnowIsRefused) {
  EXPECT_THROW(Read("== s [empty]\n? what\n"), std::runtime_error);
  EXPECT_THROW(Read("$ manage.py x\n"), std::runtime_error);
  EXPECT_THROW(Read(""), std::runtime_error);
}

TEST(TranscriptTest, TheGoldenTranscriptsAreReadable) {
  const auto sessions =
      ReadTranscript(MIGEXT_TEST_DATA "/golden/blog/expected/5.2/at_0003/commands.txt");
  ASSERT_FALSE(sessions.empty());
  EXPECT_EQ(sessions[0].title, "read only");
  EXPECT_EQ(sessions[0].steps[0].OutputLines()[1], " [X] 0001_initial");
}

}  // namespace
}  // namespace migext::test
