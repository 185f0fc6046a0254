#include "migrate/graph_drawing.h"

#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "migrate/graph_text.h"

namespace migext::migrate {
namespace {

using django::Graph;
using django::MigrationKey;

using NamesByApp = std::map<std::string, std::vector<MigrationKey>>;

std::set<MigrationKey> Shown(const Graph& graph, std::string_view app) {
  std::set<MigrationKey> shown;
  for (const MigrationKey& key : graph.Nodes()) {
    if (!app.empty() && key.app != app) continue;
    shown.insert(key);
    if (app.empty()) continue;
    for (const MigrationKey& near : graph.Parents(key)) shown.insert(near);
    for (const MigrationKey& near : graph.Children(key)) shown.insert(near);
  }
  return shown;
}

// Within an app parents come first wherever the graph has an order.
NamesByApp InOrder(const Graph& graph, const std::set<MigrationKey>& shown) {
  NamesByApp apps;
  std::set<MigrationKey> placed;
  if (graph.failures().empty()) {
    for (const MigrationKey& key : graph.FullPlan()) {
      if (shown.contains(key) && placed.insert(key).second) apps[key.app].push_back(key);
    }
  }
  for (const MigrationKey& key : shown) {
    if (!placed.contains(key)) apps[key.app].push_back(key);
  }
  return apps;
}

// Identifiers of both languages: letters, digits, underscores; names are kept in the label.
class Ids {
 public:
  std::string Of(const MigrationKey& key) {
    const auto [place, is_new] = ids_.try_emplace(key, "m" + std::to_string(ids_.size() + 1));
    return place->second;
  }

 private:
  std::map<MigrationKey, std::string> ids_;
};

std::string QuoteForMermaid(std::string_view text) {
  return "\"" + ReplaceAll(text, "\"", "#quot;") + "\"";
}

std::string QuoteForDot(std::string_view text) {
  return "\"" + ReplaceAll(ReplaceAll(text, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

std::vector<std::string> DrawMermaid(const Graph& graph, const NamesByApp& apps,
                                     const std::set<MigrationKey>& shown) {
  std::vector<std::string> lines = {"flowchart TD"};
  Ids ids;
  int group = 0;
  for (const auto& [app, keys] : apps) {
    lines.push_back("  subgraph g" + std::to_string(++group) + "[" + QuoteForMermaid(app) + "]");
    for (const MigrationKey& key : keys) {
      lines.push_back("    " + ids.Of(key) + "[" + QuoteForMermaid(key.name) + "]" +
                      (graph.applied().contains(key) ? ":::applied" : ""));
    }
    lines.emplace_back("  end");
  }
  for (const MigrationKey& key : shown) {
    for (const MigrationKey& parent : graph.Parents(key)) {
      if (shown.contains(parent)) lines.push_back("  " + ids.Of(parent) + " --> " + ids.Of(key));
    }
  }
  lines.emplace_back("  classDef applied fill:#cfc");
  return lines;
}

std::vector<std::string> DrawDot(const Graph& graph, const NamesByApp& apps,
                                 const std::set<MigrationKey>& shown) {
  std::vector<std::string> lines = {"digraph migrations {", "  node [shape=box];"};
  Ids ids;
  int group = 0;
  for (const auto& [app, keys] : apps) {
    lines.push_back("  subgraph cluster_" + std::to_string(++group) + " {");
    lines.push_back("    label=" + QuoteForDot(app) + ";");
    for (const MigrationKey& key : keys) {
      const bool applied = graph.applied().contains(key);
      lines.push_back("    " + ids.Of(key) + " [label=" + QuoteForDot(key.name) +
                      (applied ? ", style=filled" : "") + "];");
    }
    lines.emplace_back("  }");
  }
  for (const MigrationKey& key : shown) {
    for (const MigrationKey& parent : graph.Parents(key)) {
      if (shown.contains(parent)) {
        lines.push_back("  " + ids.Of(parent) + " -> " + ids.Of(key) + ";");
      }
    }
  }
  lines.emplace_back("}");
  return lines;
}

}  // namespace

DrawingFormat ParseDrawingFormat(std::string_view word) {
  if (word == "text") return DrawingFormat::kText;
  if (word == "mermaid") return DrawingFormat::kMermaid;
  if (word == "dot") return DrawingFormat::kDot;
  throw Error("'" + std::string(word) + "' is no format: give 'text', 'mermaid' or 'dot'");
}

std::vector<std::string> DrawGraph(const Graph& graph, DrawingFormat format, std::string_view app) {
  if (format == DrawingFormat::kText) return DrawGraphAsText(graph, app);
  const std::set<MigrationKey> shown = Shown(graph, app);
  const NamesByApp apps = InOrder(graph, shown);
  if (format == DrawingFormat::kMermaid) return DrawMermaid(graph, apps, shown);
  return DrawDot(graph, apps, shown);
}

}  // namespace migext::migrate
