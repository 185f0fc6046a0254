// The migration graph as a picture: text for a terminal (graph_text.h), Mermaid for a web page, DOT
// for Graphviz.
//
//   for (const std::string& line : DrawGraph(graph, DrawingFormat::kText, "blog")) …
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
/// them; in all formats what is applied is marked.
std::vector<std::string> DrawGraph(const django::Graph& graph, DrawingFormat format,
                                   std::string_view app = {});

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_GRAPH_DRAWING_H_
