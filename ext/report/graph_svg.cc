#include "report/graph_svg.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/text.h"
#include "migrate/graph_lanes.h"
#include "report/html.h"

namespace migext::report {
namespace {

using django::Graph;
using django::MigrationKey;
using migrate::LaneRow;

// In the image's own units: pixels where it need not shrink.
constexpr std::size_t kMargin = 12;
constexpr std::size_t kRowHeight = 26;
constexpr std::size_t kSecondLine = 15;
constexpr std::size_t kRadius = 5;
constexpr std::size_t kLaneWidth = 18;
constexpr std::size_t kMostOfLanes = 220;  // all of them together
// As many of the large ones as of the small ones fill a line.
constexpr std::size_t kMostCharacters = 46;
constexpr std::size_t kMostSmallCharacters = 55;
// Of the two sizes of type in style.cc: six tenths, as in every common monospaced type.
constexpr double kCharacter = 7.3;
constexpr double kSmallCharacter = 6.1;
constexpr std::size_t kHues = 6;

std::string Number(std::size_t number) { return std::to_string(number); }

class Image {
 public:
  Image(const Graph& graph, std::string app, std::vector<LaneRow> rows)
      : graph_(graph), app_(std::move(app)), rows_(std::move(rows)) {
    for (const LaneRow& row : rows_) lanes_ = std::max(lanes_, row.width);
    spacing_ = std::min(kLaneWidth, std::max<std::size_t>(kMostOfLanes / lanes_, 2));
    std::size_t y = kMargin;
    for (const LaneRow& row : rows_) {
      needs_.push_back(NeedsOf(row.key));
      middles_.push_back(y + kRowHeight / 2 - 2);
      y += kRowHeight + (needs_.back().empty() ? 0 : kSecondLine);
      Measure(Shortened(row.key.name, kMostCharacters), kCharacter);
      Measure(Shortened(needs_.back(), kMostSmallCharacters), kSmallCharacter);
    }
    height_ = y + kMargin / 2;
  }

  std::string Draw() && {
    const std::size_t width = LabelX() + text_width_ + kMargin;
    html_.Open("svg", "role=\"img\" viewBox=\"0 0 " + Number(width) + " " + Number(height_) +
                          "\" width=\"" + Number(width) + "\" height=\"" + Number(height_) + "\"");
    html_.Element("title", "", "the migrations of " + app_ + ", newest first");
    for (std::size_t i = 0; i + 1 < rows_.size(); ++i) DrawLinks(i);
    for (std::size_t i = 0; i < rows_.size(); ++i) DrawMigration(i);
    html_.Close("svg");
    return std::move(html_).Take();
  }

 private:
  std::size_t LaneX(std::size_t lane) const { return kMargin + kRadius + lane * spacing_; }
  std::size_t LabelX() const { return LaneX(lanes_ - 1) + 2 * kRadius + 4; }

  void Measure(const std::string& text, double character) {
    std::size_t characters = 0;
    for (std::size_t offset = 0; offset < text.size(); ++characters) NextUtf8(text, offset);
    text_width_ = std::max(
        text_width_, static_cast<std::size_t>(static_cast<double>(characters) * character) + 1);
  }

  /// "needs auth.0001_initial"
  std::string NeedsOf(const MigrationKey& key) const {
    std::vector<std::string> needs;
    for (const MigrationKey& parent : graph_.Parents(key)) {
      if (parent.app != key.app) needs.push_back(parent.ToString());
    }
    return needs.empty() ? "" : "needs " + Join(needs, ", ");
  }

  void DrawLinks(std::size_t i) {
    const std::string top = Number(middles_[i]);
    const std::string bottom = Number(middles_[i + 1]);
    const std::string half = Number((middles_[i] + middles_[i + 1]) / 2);
    for (const migrate::LaneLink& link : rows_[i].links) {
      const std::string from = Number(LaneX(link.from));
      const std::string to = Number(LaneX(link.to));
      // The colour is that of the lane on the outside.
      const std::string hue = Number(std::max(link.from, link.to) % kHues);
      html_.Open("path", "class=\"lane hue" + hue + "\" d=\"M" + from + " " + top + "C" + from +
                             " " + half + " " + to + " " + half + " " + to + " " + bottom + "\"/");
    }
    html_.Markup("\n");
  }

  void DrawMigration(std::size_t i) {
    const MigrationKey& key = rows_[i].key;
    const bool has_file = graph_.Find(key) != nullptr;
    const bool is_applied = graph_.applied().contains(key);
    const std::string state = !has_file ? "missing" : is_applied ? "applied" : "pending";
    html_.Open("g");
    html_.Element("title", "",
                  key.ToString() + (has_file ? ", " : ", a file that is ") + state +
                      (needs_[i].empty() ? "" : ", " + needs_[i]));
    html_.Open("circle", "class=\"dot " + state + " hue" + Number(rows_[i].column % kHues) +
                             "\" cx=\"" + Number(LaneX(rows_[i].column)) + "\" cy=\"" +
                             Number(middles_[i]) + "\" r=\"" + Number(kRadius) + "\"/");
    DrawText("name " + state, middles_[i] + 4, Shortened(key.name, kMostCharacters));
    if (!needs_[i].empty()) {
      DrawText("needs", middles_[i] + 4 + kSecondLine, Shortened(needs_[i], kMostSmallCharacters));
    }
    html_.Close("g");
  }

  void DrawText(const std::string& kind, std::size_t y, const std::string& text) {
    html_.Element("text", ClassOf(kind) + " x=\"" + Number(LabelX()) + "\" y=\"" + Number(y) + "\"",
                  text);
  }

  const Graph& graph_;
  std::string app_;
  std::vector<LaneRow> rows_;
  std::vector<std::string> needs_;    ///< By row; "" for none.
  std::vector<std::size_t> middles_;  ///< Of the rows.
  std::size_t lanes_ = 1;
  std::size_t spacing_ = kLaneWidth;
  std::size_t text_width_ = 0;
  std::size_t height_ = 0;
  Html html_;
};

}  // namespace

std::string GraphSvg(const Graph& graph, const std::string& app,
                     std::span<const MigrationKey> keys) {
  return Image(graph, app, migrate::ArrangeLanes(graph, keys)).Draw();
}

}  // namespace migext::report
