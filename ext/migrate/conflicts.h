// What stands between this project and this database, with the SQL that clears it.
//
//   for (const Conflict& conflict : FindConflicts(input)) …
//   // error  column-would-be-wiped  blog  0003_add_…  SELECT fake_apply('blog', '0003_add_…');
//
// The rows are in the order in which they should be dealt with: worst first, and among equals so
// that the remedies can be pasted from top to bottom.  A remedy destroys nothing that cannot be
// made again; where only a person can decide there is none, and the advice says what to look at.
#ifndef MIGEXT_MIGRATE_CONFLICTS_H_
#define MIGEXT_MIGRATE_CONFLICTS_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "django/graph.h"
#include "migrate/effects.h"
#include "migrate/history.h"
#include "sqlite/connection.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

enum class Severity : std::uint8_t { kError, kWarning, kInfo };
std::string_view SeverityName(Severity severity);  ///< 'error', 'warning', 'info'

/// What is dealt with first, among rows of one severity.
enum class Stage : std::uint8_t {
  kDatabase,  // damage, a wrong file
  kFiles,     // unreadable, cycles, missing dependencies, leaves
  kRecords,   // malformed, duplicate, ghost
  kLeftovers,
  kPhantoms,  // taken back from the last to the first
  kUnrecorded,
  kRows,
};

struct Conflict {
  Severity severity = Severity::kError;
  Stage stage = Stage::kFiles;
  std::string code;  ///< Stable, kebab-case.
  std::string app;
  std::string name;
  std::string object;
  std::string detail;
  std::string remedy;  ///< SQL; "" for none.
  std::string advice;
};

struct ConflictInput {
  const sqlite::Connection& db;
  const django::Graph& graph;
  const History& history;
  const sqlite::LiveSchema& live;
  const Effects& effects;
};

/// Sorted.
std::vector<Conflict> FindConflicts(const ConflictInput& input);
/// The same for a database whose schema cannot be read: `error` is SQLite's.
std::vector<Conflict> ConflictsOfDamage(const django::Graph& graph, const std::string& error);

// The parts that it is made of, each in the order of its rows.

/// Writes cut short, unreadable files, missing nodes, cycles, leaf nodes, numbers, missing apps.
std::vector<Conflict> FindFileConflicts(const django::Graph& graph);
/// True if all that the schema shows of a migration is what earlier ones make too, while something
/// else that it needs is still to be done: then nothing there speaks for it.
bool OnlyRepeats(const django::Graph& graph, const Effects& effects,
                 const django::MigrationKey& key);
/// The same field or table made by two migrations.
std::vector<Conflict> FindDuplicateWork(const django::Graph& graph, const Effects& effects);
/// Malformed, duplicate and ghost records, squashes.
std::vector<Conflict> FindRecordConflicts(const django::Graph& graph, const History& history);
/// Recorded and not there, there and not recorded, in part, and in the wrong order.
std::vector<Conflict> FindSchemaConflicts(const ConflictInput& input);
/// Triggers, views, indexes and columns of no migration, in tables that pending ones change.
std::vector<Conflict> FindEndangered(const ConflictInput& input);
/// Tables that are gone and of which a rebuild has left a copy, which may be all that is left of
/// their rows: lower-case names.
std::set<std::string> TablesRenamedAway(const ConflictInput& input);
/// Tables that a rebuild has left, references to them, rows that point nowhere, an empty file.
std::vector<Conflict> FindLeftovers(const ConflictInput& input);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_CONFLICTS_H_
