// What PRAGMA integrity_check finds, sorted by what mends it.
#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "recover/health_checks.h"

namespace migext::recover {
namespace {

constexpr std::int64_t kLargestInFull = std::int64_t{1} << 30;
constexpr int kMostFindings = 1000;
constexpr std::size_t kShown = 3;

/// What is wrong with one index.
struct IndexFault {
  std::int64_t missing = 0;       ///< Rows that are not in it.
  bool has_duplicates = false;    ///< A UNIQUE index with equal entries.
  std::vector<std::string> said;  ///< The other findings.
};

struct Findings {
  std::map<std::string, IndexFault> indexes;
  std::map<std::string, std::int64_t> values;  ///< "NULL value in t.c" and how often.
  std::vector<std::string> pages;              ///< Broken pages, and what else has no remedy.
  std::int64_t count = 0;

  bool Any() const { return count > 0; }
};

/// What stands behind the words, in a finding that has them.
std::optional<std::string> Behind(const std::string& line, std::string_view words) {
  const std::size_t at = line.find(words);
  if (at == std::string::npos) return {};
  return line.substr(at + words.size());
}

bool IsAboutValues(const std::string& line) {
  if (line.starts_with("CHECK constraint failed in ")) return true;
  return line.find(" value in ") != std::string::npos && line.find('.') != std::string::npos;
}

void Sort(const std::string& line, Findings& findings) {
  if (line.empty() || line == "ok" || line.starts_with("***")) return;
  ++findings.count;
  if (const auto index = Behind(line, " missing from index ")) {
    ++findings.indexes[*index].missing;
  } else if (const auto index_of_count = Behind(line, "wrong # of entries in index ")) {
    findings.indexes[*index_of_count].said.push_back("it has a wrong number of entries");
  } else if (const auto unique = Behind(line, "non-unique entry in index ")) {
    findings.indexes[*unique].has_duplicates = true;
  } else if (const auto differs = Behind(line, " values differ from index ")) {
    ++findings.indexes[*differs].missing;
  } else if (const auto misplaced = Behind(line, " rowid not at end-of-record for row ")) {
    const auto of_index = Behind(line, " of index ");
    findings.indexes[of_index.value_or(*misplaced)].said.push_back(line);
  } else if (IsAboutValues(line)) {
    ++findings.values[line];
  } else {
    findings.pages.push_back(line);
  }
}

Findings Ask(const sqlite::Connection& db, const std::string& pragma) {
  Findings findings;
  sqlite::Statement statement = db.Prepare(pragma);
  try {
    while (statement.Step()) {
      for (const std::string& line : Split(statement.row().TextView(0), '\n')) Sort(line, findings);
    }
  } catch (const sqlite::DatabaseError& error) {
    if (!error.IsDamage()) throw;
    ++findings.count;
    findings.pages.push_back(error.words());
  }
  return findings;
}

std::string First(const std::vector<std::string>& lines) {
  const std::span<const std::string> shown(lines.data(), std::min(lines.size(), kShown));
  std::string text = Join(shown, "; ");
  const auto rest = static_cast<std::int64_t>(lines.size() - shown.size());
  return rest == 0 ? text : text + "; and " + Grouped(rest) + " more";
}

/// The tables in which something is broken, each checked by itself.
std::vector<std::string> BrokenTables(const sqlite::Connection& db) {
  std::vector<std::string> names;
  std::vector<std::string> broken;
  try {
    sqlite::Statement tables = db.Prepare(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE "
        "VIRTUAL%'");
    for (const sqlite::Row row : tables) names.push_back(row.Text(0));
  } catch (const sqlite::DatabaseError&) {
    return {};
  }
  for (const std::string& name : names) {
    try {
      const Findings findings = Ask(db, "PRAGMA main.quick_check(" + SqlIdentifier(name) + ")");
      if (!findings.pages.empty()) broken.push_back(name);
    } catch (const sqlite::DatabaseError&) {
      broken.push_back(name);
    }
  }
  return broken;
}

std::string TableOf(const sqlite::Connection& db, const std::string& index) {
  const sqlite::Cell table = db.Value(
      "SELECT tbl_name FROM main.sqlite_master WHERE type = 'index' AND name = ?", {index});
  return table.ToString();
}

/// A SELECT of the values that a UNIQUE index must not have twice.
std::string ShowDuplicates(const sqlite::Connection& db, const std::string& index,
                           const std::string& table) {
  std::vector<std::string> columns;
  sqlite::Statement parts = db.Prepare("SELECT name FROM pragma_index_info(?) ORDER BY seqno");
  parts.Bind({index});
  for (const sqlite::Row row : parts) {
    if (row.IsNull(0)) return {};  // an expression
    columns.push_back(SqlIdentifier(row.TextView(0)));
  }
  const std::string list = Join(columns, ", ");
  return "SELECT " + list + ", count(*), group_concat(rowid) FROM " + SqlIdentifier(table) +
         " NOT INDEXED GROUP BY " + list + " HAVING count(*) > 1;";
}

void AddIndex(const HealthCase& subject, const std::string& index, const IndexFault& fault,
              bool is_table_broken, HealthRows& rows) {
  const std::string table = TableOf(subject.db, index);
  std::string detail = SqlIdentifier(index);
  if (!table.empty()) detail += " of " + table;
  if (fault.missing > 0) {
    detail += ": " + Counted(fault.missing, "row") + (fault.missing == 1 ? " is" : " are") +
              " missing from it, so queries that use it miss " +
              (fault.missing == 1 ? "it" : "them");
  }
  if (fault.has_duplicates) {
    return rows.Fail("index",
                     detail +
                         ": rows are equal that must not be; delete or change all but one of "
                         "each, then REINDEX " +
                         SqlIdentifier(index),
                     ShowDuplicates(subject.db, index, table));
  }
  if (!fault.said.empty()) detail += ": " + fault.said.front();
  if (is_table_broken) return rows.Damaged("index", detail + "; its table is broken too");
  rows.Fail("index", detail, "REINDEX " + SqlIdentifier(index) + ";");
}

/// "NULL value in t.c": the rows of which it is said.
std::string ShowNulls(const std::string& finding) {
  const auto place = Behind(finding, "NULL value in ");
  if (!place || !finding.starts_with("NULL")) return {};
  const std::size_t dot = place->rfind('.');
  if (dot == std::string::npos) return {};
  return "SELECT rowid, * FROM " + SqlIdentifier(place->substr(0, dot)) + " WHERE " +
         SqlIdentifier(place->substr(dot + 1)) + " IS NULL;";
}

void AddFindings(const HealthCase& subject, const Findings& findings, const std::string& how,
                 HealthRows& rows) {
  const std::vector<std::string> broken =
      findings.pages.empty() ? std::vector<std::string>() : BrokenTables(subject.db);
  if (!findings.pages.empty()) {
    std::string detail = how + ": " + First(findings.pages);
    if (!broken.empty()) detail += "; broken: " + Join(broken, ", ");
    rows.Damaged("integrity", detail);
  } else if (!findings.indexes.empty()) {
    const auto count = static_cast<std::int64_t>(findings.indexes.size());
    std::string remedy;
    for (const auto& [index, fault] : findings.indexes) {
      if (!fault.has_duplicates) remedy += "REINDEX " + SqlIdentifier(index) + "; ";
    }
    rows.Fail("integrity",
              how + ": no page is broken, " +
                  (count == 1 ? "1 index is" : Grouped(count) + " indexes are") +
                  " out of step with the table; see 'index'",
              std::string(Trim(remedy)));
  } else {
    rows.Fail("integrity", how +
                               ": no page is broken, but rows break the rules of their tables; see "
                               "'values'");
  }
  for (const auto& [index, fault] : findings.indexes) {
    const bool is_table_broken =
        std::find(broken.begin(), broken.end(), TableOf(subject.db, index)) != broken.end();
    AddIndex(subject, index, fault, is_table_broken, rows);
  }
  for (const auto& [finding, count] : findings.values) {
    rows.Fail("values", finding + (count == 1 ? "" : ", " + Grouped(count) + " times"),
              ShowNulls(finding));
  }
}

}  // namespace

void CheckIntegrity(const HealthCase& subject, HealthRows& rows) {
  const bool is_quick = subject.depth == HealthDepth::kQuick ||
                        (subject.depth == HealthDepth::kAsFits && subject.size > kLargestInFull);
  const std::string how = is_quick ? "quick check" : "full check";
  const Findings findings =
      Ask(subject.db, std::string("PRAGMA main.") + (is_quick ? "quick" : "integrity") + "_check(" +
                          std::to_string(kMostFindings) + ")");
  if (findings.Any()) return AddFindings(subject, findings, how, rows);
  rows.Ok("integrity",
          how + ": all pages, rows and " +
              (is_quick ? "their types are sound; indexes were not compared with their "
                          "tables (database_health('full') does)"
                        : "indexes are sound"));
}

}  // namespace migext::recover
