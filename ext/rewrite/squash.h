// What `manage.py squashmigrations` makes of a run of migrations: one that replaces them all.
//
//   const Squash squash = PlanSquash(graph, {.app = "blog", .to = "0005"});
//   squash.migration.key.name   // "0001_squashed_0005_comment_parent_and_more"
//   squash.report               // "Will squash the following migrations:", " - 0001_initial", …
//
// Nothing is written here.
#ifndef MIGEXT_REWRITE_SQUASH_H_
#define MIGEXT_REWRITE_SQUASH_H_

#include <memory>
#include <string>
#include <vector>

#include "django/graph.h"
#include "python/heap.h"

namespace migext::rewrite {

struct SquashRequest {
  std::string app;
  std::string from = {};  ///< "" for the app's first.
  std::string to;
  std::string name = {};  ///< --squashed-name
  bool optimize = true;   ///< Not --no-optimize.
  /// Label of the app that AUTH_USER_MODEL names.
  std::string user_app = "auth";
};

/// A migration that no file holds yet, with the values that only it has.
struct NewMigration {
  std::shared_ptr<python::Heap> heap;
  django::Migration migration;      ///< Its path is empty.
  std::vector<std::string> report;  ///< Django's lines, up to the writing of the file.
  std::vector<std::string> notes;   ///< What is lost on the way, which Django does not say.
};

/// `graph` is that of the version's loader: with the database before 6.0, without it from then on.
/// Throws Error in Django's words for what it refuses.
NewMigration PlanSquash(const django::Graph& graph, const SquashRequest& request);

/// What `manage.py optimizemigration` makes of one migration: the same one, with fewer operations
/// where there is a way.
NewMigration PlanOptimized(const django::Graph& graph, const std::string& app,
                           const std::string& name);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_SQUASH_H_
