// The migrations of one app as an SVG image: lanes as in graph_lanes.h, a dot for each migration,
// full where it is applied, with its name and what it needs in other apps beside it.
//
//   html.Markup(GraphSvg(graph, "blog", keys));
//
// Its colours are those of the page it stands in (style.h).
#ifndef MIGEXT_REPORT_GRAPH_SVG_H_
#define MIGEXT_REPORT_GRAPH_SVG_H_

#include <span>
#include <string>

#include "django/graph.h"

namespace migext::report {

std::string GraphSvg(const django::Graph& graph, const std::string& app,
                     std::span<const django::MigrationKey> keys);

}  // namespace migext::report

#endif  // MIGEXT_REPORT_GRAPH_SVG_H_
