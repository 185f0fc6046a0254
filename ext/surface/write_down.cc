#include "surface/write_down.h"

#include <chrono>
#include <cstdint>

#include "base/error.h"
#include "sqlite/transaction.h"

namespace migext::surface {
namespace {

/// A row of the journal is not worth a long wait: whoever writes without a pause would keep it
/// waiting for all the patience that the copy itself deserves.
class ScopedShortPatience {
 public:
  explicit ScopedShortPatience(const sqlite::Connection& db)
      : db_(db), before_(*db.Value("PRAGMA busy_timeout").Integer()) {
    if (before_ > kLongest.count()) db_.SetBusyTimeout(kLongest);
  }
  ~ScopedShortPatience() {
    if (before_ > kLongest.count()) db_.SetBusyTimeout(std::chrono::milliseconds(before_));
  }
  ScopedShortPatience(const ScopedShortPatience&) = delete;
  ScopedShortPatience& operator=(const ScopedShortPatience&) = delete;

 private:
  static constexpr std::chrono::milliseconds kLongest{1000};
  const sqlite::Connection& db_;
  const std::int64_t before_;
};

}  // namespace

void WriteDown(const Verb& verb, const migrate::JournalEntry& entry) {
  if (!verb.session.settings().IsOn("journal")) return;
  try {
    const ScopedShortPatience patience(verb.db());
    sqlite::Transaction transaction(verb.db());
    migrate::Journal(verb.db()).Write(entry);
    transaction.Commit();
  } catch (const Error& error) {
    verb.Report("  not written into migext_journal: " + error.message());
  }
}

}  // namespace migext::surface
