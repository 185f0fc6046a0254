// Reads a commands.txt of the golden data: sessions of manage.py commands and what came of each
// (tests/data/README.md has the format).  Throws std::runtime_error on a line it does not know.
//
//   for (const Session& session : ReadTranscript(folder + "/commands.txt"))
//     for (const Step& step : session.steps)
//       if (step.IsCommand({"showmigrations"})) EXPECT_EQ(lines, step.OutputLines());
#ifndef MIGEXT_TESTS_SUPPORT_TRANSCRIPT_H_
#define MIGEXT_TESTS_SUPPORT_TRANSCRIPT_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/json.h"

namespace migext::test {

/// A command of manage.py, or a statement given to SQLite.
struct Step {
  std::vector<std::string> command;  ///< Words after "manage.py"; empty for a statement.
  std::string sql;
  int exit_status = 0;
  std::string output;
  std::string errors;
  std::vector<std::pair<std::string, std::string>> files;  ///< Written into the project.
  std::optional<Json> changes;  ///< Of the database; none when it is byte for byte what it was.

  /// True if the words begin like this.
  bool IsCommand(const std::vector<std::string>& words) const;
  bool HasOption(std::string_view option) const;
  std::vector<std::string> OutputLines() const;
  /// "manage.py migrate blog" or the statement: for messages of tests.
  std::string Text() const;
};

struct Session {
  std::string title;
  std::string database;  ///< "at_0003": a file of golden/blog/db without ".sqlite3".
  std::vector<Step> steps;
};

std::vector<Session> ReadTranscript(const std::string& path);

}  // namespace migext::test

#endif  // MIGEXT_TESTS_SUPPORT_TRANSCRIPT_H_
