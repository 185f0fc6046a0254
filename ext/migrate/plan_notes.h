// What one should know of a step before it is run: what is lost by it, and how its code is run.
//
//   PlanNotes notes({db, project, context, plan});
//   notes.Of({"blog", "0003_x"}, 0)
//   // drops column blog_comment.level with 1,950 values in it; they are kept in migext_kept_…
#ifndef MIGEXT_MIGRATE_PLAN_NOTES_H_
#define MIGEXT_MIGRATE_PLAN_NOTES_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "django/names.h"
#include "django/project.h"
#include "migrate/dropped_data.h"
#include "migrate/plan.h"
#include "schema/table.h"
#include "sqlite/connection.h"

namespace migext::migrate {

struct PlanNotesInput {
  const sqlite::Connection& db;
  const django::Project& project;
  const schema::SchemaContext& context;
  const Plan& plan;
  bool keep_dropped = true;
};

class PlanNotes {
 public:
  /// Counts the rows of what is dropped.
  explicit PlanNotes(const PlanNotesInput& input);

  /// "" where there is nothing to say.  `position`: of the operation in its file.
  std::string Of(const django::MigrationKey& migration, int position) const;

 private:
  void Add(const django::MigrationKey& migration, int position, const std::string& note);
  void AddDrops(const PlanNotesInput& input, const std::vector<PreparedMigration>& steps);

  std::map<std::pair<django::MigrationKey, int>, std::string> notes_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_PLAN_NOTES_H_
