// Views and triggers that compile, and whether they still do after a table has changed.
//
//   CompiledObjects objects(db);
//   objects.Note();                       // before the first change
//   …
//   objects.RequireAsBefore({"body"});    // throws, and names the view that uses body
//
// SQLite compiles neither when it makes them nor when a table under them changes: without this, the
// first to notice is whoever reads the view or writes to the table.
#ifndef MIGEXT_MIGRATE_COMPILED_OBJECTS_H_
#define MIGEXT_MIGRATE_COMPILED_OBJECTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sqlite/compile_probe.h"
#include "sqlite/connection.h"

namespace migext::migrate {

class CompiledObjects {
 public:
  explicit CompiledObjects(const sqlite::Connection& db) : db_(db) {}

  /// Those that compile now are watched.
  void Note();
  /// Throws Error for one that is there, is watched, and compiles no more, unless what it misses is
  /// one of `dropped`, tables that went on purpose.  `gone` are columns, to tell which is to blame.
  void RequireAsBefore(const std::vector<std::string>& gone,
                       const std::vector<std::string>& dropped) const;

 private:
  /// SQLite takes a name in double quotes that nothing bears for a string, so that what has lost
  /// its column may still compile.
  enum class Grade : std::uint8_t { kNot, kWithStrings, kClean };
  struct Object {
    sqlite::SchemaCode code;
    Grade grade = Grade::kNot;
    std::string error;  ///< Why it is not clean.
  };

  std::vector<Object> Read() const;
  void Compile(Object& object) const;

  const sqlite::Connection& db_;
  std::vector<Object> watched_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_COMPILED_OBJECTS_H_
