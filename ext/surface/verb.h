// Functions that change the database: called alone, all or nothing, with a report.
//
//   return MakeVerb(session, "fake_apply", 2, 3, [](Verb& verb) -> std::string {
//     verb.Report("  Applying blog.0003_x... FAKED");
//     return "recorded blog.0003_x as applied";
//   });
//
// The body runs in a savepoint: what it throws undoes everything.  It gives back the one short line
// that the caller sees; the report is read by SELECT line FROM migext_output.
#ifndef MIGEXT_SURFACE_VERB_H_
#define MIGEXT_SURFACE_VERB_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

/// What the body of a verb works with; lives during the call.
struct Verb {
  Session& session;
  const sqlite::Arguments& given;

  const sqlite::Connection& db() const { return session.db(); }
  void Report(std::string line) const { session.output().push_back(std::move(line)); }
  void ReportAll(const std::vector<std::string>& lines) const {
    for (const std::string& line : lines) Report(line);
  }
  /// The text of an argument; throws Error when it is left out or empty.
  std::string Required(int index, std::string_view what) const;
};

/// Which lock a verb works under.
enum class Lock : std::uint8_t {
  kWrite,  ///< One transaction around all of it.
  kNone,   ///< It only reads the database, as it stands.
  kOwn,    ///< It has transactions of its own, and says itself what an error leaves.
};

sqlite::Function MakeVerb(SessionPtr session, std::string name, int min_arguments,
                          int max_arguments, std::function<std::string(Verb&)> body,
                          Lock lock = Lock::kWrite);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_VERB_H_
