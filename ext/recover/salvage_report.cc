#include "recover/salvage_report.h"

#include "base/text.h"

namespace migext::recover {
namespace {

std::string Pages(const std::vector<PageNumber>& pages) {
  constexpr std::size_t kMost = 8;
  std::string text = pages.size() == 1 ? "page " : "pages ";
  for (std::size_t i = 0; i < pages.size() && i < kMost; ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(pages[i]);
  }
  return pages.size() > kMost ? text + ", …" : text;
}

std::string DescribeOdd(const TableTally& tally) {
  std::string ids;
  for (const std::int64_t id : tally.odd_rows)
    ids += (ids.empty() ? "" : ", ") + std::to_string(id);
  return "  " + Counted(tally.odd, "row") +
         " may hold damaged values (text that is not UTF-8 or has zeros, pages of zeros): rowid " +
         ids + (tally.odd > tally.odd_rows.size() ? ", …" : "");
}

}  // namespace

std::string Counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

std::string SavedOfKnown(std::size_t saved, std::size_t known, bool is_exact) {
  if (known == 0 && !is_exact) return "0 rows, and how many there were is not known";
  return std::to_string(saved) + " of " + (is_exact ? "" : "at least ") + Counted(known, "row");
}

std::vector<std::string> DescribeTable(const TableTally& tally) {
  std::vector<std::string> lines;
  lines.push_back(tally.table + ": " + SavedOfKnown(tally.saved, tally.known, tally.is_exact));
  const auto add = [&](std::size_t count, const std::string& text) {
    if (count > 0) lines.push_back("  " + Counted(count, "row") + " " + text);
  };
  if (!tally.bad_pages.empty()) lines.push_back("  cannot be read: " + Pages(tally.bad_pages));
  add(tally.stray, tally.is_unsure
                       ? "from pages that nothing leads to any more; deleted ones may be among them"
                       : "from pages that nothing leads to any more");
  add(tally.carved, "found on broken pages and confirmed by the indexes");
  add(tally.rebuilt, "put together from the indexes, which hold all columns");
  add(tally.hinted, "lost but for the columns that indexes hold: in migext_lost_" + tally.table);
  add(tally.aside, "put aside, with the reason, in migext_salvaged_" + tally.table);
  if (tally.odd > 0) lines.push_back(DescribeOdd(tally));
  return lines;
}

}  // namespace migext::recover
