// What `manage.py makemigrations --merge` makes of an app with several ends: an empty migration
// that depends on them all.  Before it, whether the branches get in each other's way.
//
//   const Merge merge = PlanMerge(graph, "blog", NameStamp());
//   merge.migration.key.name   // "0005_merge_0003_b_0004_a"
//   merge.report               // "Merging blog", "  Branch 0003_b", "    + Add field b to post"
//   merge.overlaps             // blog.comment.parent: added by 0003_comment_parent and by 0005_…
#ifndef MIGEXT_REWRITE_MERGE_H_
#define MIGEXT_REWRITE_MERGE_H_

#include <string>
#include <vector>

#include "django/graph.h"

namespace migext::rewrite {

/// One thing that two or more branches change.
struct Overlap {
  struct Change {
    django::MigrationKey migration;
    std::string description;
  };

  std::string object;  ///< "blog.comment.parent", "blog.comment" or "index blog_post_title"
  std::vector<Change> changes;
  /// Every branch makes the same new thing: one of them is enough.
  bool is_made_twice = false;
};

struct Merge {
  django::Migration migration;      ///< Without a path.
  std::vector<std::string> report;  ///< Django's lines, up to its question.
  /// Fields, indexes and constraints first, then whole models; the same model without a thing of
  /// it in common is none.
  std::vector<Overlap> overlaps;
  /// Migrations that do nothing but what another branch does too: to be recorded, not run, where
  /// that branch is applied.
  std::vector<django::MigrationKey> redundant;

  /// "The branches touch the same things:", then each with who changes it.
  std::vector<std::string> OverlapLines() const;
};

/// Without a name when the app has one end.  Throws Error, in Django's words, when its ends have no
/// ancestor in common.
Merge PlanMerge(const django::Graph& graph, const std::string& app, const std::string& stamp);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_MERGE_H_
