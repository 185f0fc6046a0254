// The migration graph in letters, as `git log --graph` draws one: newest first, app by app.
//
//   blog
//     * [ ] 0003_merge_tags_views
//     |\     two branches are joined
//     | * [ ] 0002_views
//     * | [X] 0002_tags  <- auth.0001_initial
//     |/
//     * [X] 0001_initial
#ifndef MIGEXT_MIGRATE_GRAPH_TEXT_H_
#define MIGEXT_MIGRATE_GRAPH_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "django/graph.h"

namespace migext::migrate {

/// Line by line.  Lines between apps are written behind the migration: <- what it needs, and with
/// one `app` alone also -> what needs it.
std::vector<std::string> DrawGraphAsText(const django::Graph& graph, std::string_view app);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_GRAPH_TEXT_H_
