// The migration graph as a picture: text for a terminal, Mermaid for a web page, DOT for Graphviz.
//
//   blog
//     [X] 0001_initial
//     [ ] 0002_tags  <- 0001_initial, auth.0001_initial
#ifndef MIGEXT_MIGRATE_GRAPH_DRAWING_H_
#define MIGEXT_MIGRATE_GRAPH_DRAWING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "django/graph.h"

namespace migext::migrate {

enum class DrawingFormat : std::uint8_t { kText, kMermaid, kDot };

/// 'text', 'mermaid' or 'dot'; throws Error for another word.
DrawingFormat ParseDrawingFormat(std::string_view word);

/// Line by line.  With an app: its migrations, and those of others that they need or that need
/// them.
std::vector<std::string> DrawGraph(const django::Graph& graph, DrawingFormat format,
                                   std::string_view app = {});

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_GRAPH_DRAWING_H_
