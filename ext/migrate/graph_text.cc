#include "migrate/graph_text.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "migrate/graph_lanes.h"

namespace migext::migrate {
namespace {

using django::Graph;
using django::MigrationKey;

/// A picture of more lanes is cut off on the right.
constexpr std::size_t kMostLanes = 16;
/// Behind a migration; the others are counted.
constexpr std::size_t kMostNeighbours = 3;

void Put(std::string& row, std::size_t at, char c) {
  if (row.size() <= at) row.resize(at + 1, ' ');
  if (row[at] == ' ') row[at] = c;
}

/// Where a line goes from here.
struct Moving {
  std::size_t at;
  std::size_t to;
};

/// Each parent beyond the first opens a lane beside the migration's own: one row each.
void DrawOpening(const LaneRow& row, std::vector<Moving>& lines, std::vector<std::string>& rows) {
  const auto parents = static_cast<std::size_t>(
      std::count_if(row.links.begin(), row.links.end(),
                    [&](const LaneLink& link) { return link.from == row.column; }));
  std::size_t nth = 0;
  for (const LaneLink& link : row.links) {
    const bool is_parent = link.from == row.column;
    const std::size_t opened = parents > 1 ? parents - 1 : 0;
    lines.push_back(
        {is_parent ? row.column + nth++ : link.from + (link.from > row.column ? opened : 0),
         link.to});
  }
  for (std::size_t i = 1; i < parents; ++i) {
    std::string drawn;
    for (std::size_t lane = 0; lane <= row.column; ++lane) Put(drawn, 2 * lane, '|');
    for (std::size_t lane = row.column; lane + 1 < row.width + i; ++lane) {
      Put(drawn, 2 * lane + 1, '\\');
    }
    rows.push_back(std::move(drawn));
  }
}

/// Lines that lead further left do so in rows of their own, a long one along a stroke.
void DrawClosing(std::vector<Moving> lines, std::vector<std::string>& rows) {
  const auto is_there = [](const Moving& line) { return line.at == line.to; };
  while (!std::all_of(lines.begin(), lines.end(), is_there)) {
    std::string drawn;
    bool has_stroke = false;
    for (Moving& line : lines) {
      if (is_there(line)) {
        Put(drawn, 2 * line.at, '|');
        continue;
      }
      Put(drawn, 2 * line.at - 1, '/');
      --line.at;
      if (line.at <= line.to + 1 || has_stroke) continue;
      has_stroke = true;
      for (; line.at > line.to + 1; --line.at) Put(drawn, 2 * line.at - 1, '_');
    }
    rows.push_back(std::move(drawn));
  }
}

std::string CutOff(std::string drawn) {
  if (drawn.size() > 2 * kMostLanes) drawn = drawn.substr(0, 2 * kMostLanes) + "…";
  return drawn;
}

std::string DrawMigration(const LaneRow& row) {
  std::string drawn;
  for (std::size_t lane = 0; lane < std::min(row.width, kMostLanes); ++lane) {
    Put(drawn, 2 * lane, lane == row.column ? '*' : '|');
  }
  if (row.width <= kMostLanes) return drawn;
  return drawn + (row.column < kMostLanes ? " …" : " … *");
}

class Text {
 public:
  Text(const Graph& graph, std::string_view app) : graph_(graph), only_(app) {}

  std::vector<std::string> Draw() {
    std::map<std::string, std::vector<MigrationKey>> apps;
    for (const MigrationKey& key : graph_.Nodes()) {
      if (only_.empty() || key.app == only_) apps[key.app].push_back(key);
    }
    for (const auto& [app, keys] : apps) DrawApp(app, keys);
    return std::move(lines_);
  }

 private:
  void DrawApp(const std::string& app, const std::vector<MigrationKey>& keys) {
    lines_.push_back(app);
    const std::vector<MigrationKey> leaves = graph_.LeafNodes(app);
    placed_.clear();
    for (const LaneRow& row : ArrangeLanes(graph_, keys)) {
      placed_.insert(row.key);
      const bool is_one_of_several =
          leaves.size() > 1 && std::find(leaves.begin(), leaves.end(), row.key) != leaves.end();
      lines_.push_back("  " + DrawMigration(row) + " " + Label(row.key) +
                       (is_one_of_several ? "  (leaf)" : ""));
      std::vector<Moving> lines;
      std::vector<std::string> between;
      DrawOpening(row, lines, between);
      DrawClosing(std::move(lines), between);
      for (std::string& drawn : between) lines_.push_back("  " + CutOff(std::move(drawn)));
    }
  }

  std::string Label(const MigrationKey& key) const {
    std::string label = graph_.applied().contains(key) ? "[X] " : "[ ] ";
    label += key.name;
    if (graph_.Find(key) == nullptr) label += "  (no file)";
    std::vector<std::string> needs;
    for (const MigrationKey& parent : graph_.Parents(key)) {
      // One that is drawn above already leads into a circle.
      if (parent.app != key.app || placed_.contains(parent)) needs.push_back(parent.ToString());
    }
    label += Neighbours("  <- ", needs);
    if (only_.empty()) return label;
    std::vector<std::string> needed_by;
    for (const MigrationKey& child : graph_.Children(key)) {
      if (child.app != key.app) needed_by.push_back(child.ToString());
    }
    return label + Neighbours("  -> ", needed_by);
  }

  static std::string Neighbours(std::string_view arrow, std::vector<std::string> names) {
    if (names.empty()) return {};
    const std::size_t more = names.size() > kMostNeighbours ? names.size() - kMostNeighbours : 0;
    names.resize(names.size() - more);
    return std::string(arrow) + Join(names, ", ") +
           (more == 0 ? "" : ", and " + std::to_string(more) + " more");
  }

  const Graph& graph_;
  std::string only_;
  std::set<MigrationKey> placed_;  ///< Of the app that is drawn.
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> DrawGraphAsText(const Graph& graph, std::string_view app) {
  return Text(graph, app).Draw();
}

}  // namespace migext::migrate
