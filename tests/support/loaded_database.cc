#include "support/loaded_database.h"

#include <sqlite3.h>

#include <stdexcept>

extern "C" int sqlite3_migext_init(sqlite3* connection, char** message,
                                   const struct sqlite3_api_routines* api);

namespace migext::testing {
namespace {

// Asks SQLite to load migext into what is opened while this lives.
class AutoLoad {
 public:
  AutoLoad() {
    if (sqlite3_auto_extension(Entry()) != SQLITE_OK) throw std::runtime_error("cannot load");
  }
  ~AutoLoad() { sqlite3_cancel_auto_extension(Entry()); }
  AutoLoad(const AutoLoad&) = delete;
  AutoLoad& operator=(const AutoLoad&) = delete;

  const std::string& Passed(const std::string& path) const { return path; }

 private:
  static void (*Entry())() { return reinterpret_cast<void (*)()>(&sqlite3_migext_init); }
};

}  // namespace

LoadedDatabase::LoadedDatabase(const std::string& path) : Database(AutoLoad().Passed(path)) {}

}  // namespace migext::testing
