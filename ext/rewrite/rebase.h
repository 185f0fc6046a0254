// One of two branches put behind the other: renumbered, and made to depend on the other's end.
//
//   const Rebase rebase = PlanRebase(project, graph, "blog", "0004_b");
//   rebase.behind      // blog.0004_a, the end of the branch that stays
//   rebase.moves       // blog.0004_b becomes 0005_b, blog.0005_c becomes 0006_c
//   FileTransaction files(rebase.changes);
//
// Only names are changed in the files, those of other apps that depend on them included, and the
// max_migration.txt of django-linear-migrations where there is one.
#ifndef MIGEXT_REWRITE_REBASE_H_
#define MIGEXT_REWRITE_REBASE_H_

#include <string>
#include <vector>

#include "django/graph.h"
#include "django/project.h"
#include "rewrite/file_transaction.h"

namespace migext::rewrite {

struct Rebase {
  struct Move {
    django::MigrationKey from;
    std::string to;  ///< The new name; the old one where it has no number.
  };

  django::MigrationKey behind;
  std::vector<Move> moves;  ///< In the order of the plan.
  std::vector<FileChange> changes;
  std::vector<std::string> report;

  const std::string& end() const { return moves.back().to; }
  /// The statement for a database where the old names are recorded; "" when no name changes.
  std::string Mend() const;
};

/// Throws Error when the app has one end, or when a file would have to change in a way that is
/// not a name.
Rebase PlanRebase(const django::Project& project, const django::Graph& graph,
                  const std::string& app, const std::string& name);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_REBASE_H_
