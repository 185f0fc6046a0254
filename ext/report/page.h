// The whole state of a project and its database as one HTML page that needs nothing else: no
// network, no script, no image beside it.
//
//   const std::string html = Page(report);
//
// Made to be sent to somebody, or kept: whatever stands in it is text (html.h).
#ifndef MIGEXT_REPORT_PAGE_H_
#define MIGEXT_REPORT_PAGE_H_

#include <string>
#include <utility>
#include <vector>

#include "django/graph.h"
#include "django/project.h"
#include "migrate/conflicts.h"
#include "migrate/status.h"

namespace migext::report {

/// A conflict, a drift, or what the lint says: all that may be "" is left out.
struct Finding {
  migrate::Severity severity = migrate::Severity::kInfo;
  std::string code;
  std::string where;  ///< "blog.0003_x", "blog_comment.level"
  std::string detail;
  std::string remedy;  ///< SQL
  std::string advice;
  std::vector<std::pair<std::string, std::string>> facts = {};  ///< "expected", "integer NOT NULL"
};

/// One kind of findings, worst first.
struct Findings {
  std::string id;     ///< The anchor: "conflicts".
  std::string title;  ///< "Conflicts"
  std::string none;   ///< What is said when there are none.
  std::string query;  ///< The statement that lists them.
  std::vector<Finding> found;
  std::string failure;  ///< Why they could not be looked for; mostly "".
};

/// One line of the history or the journal.
struct Event {
  std::string at;
  std::string what;
  std::string detail;
};

struct Report {
  const django::Project& project;
  const django::Graph& graph;
  std::string database;  ///< The path of its file.
  std::string made;      ///< By what, and when.
  std::vector<migrate::MigrationStatus> status;
  std::vector<Findings> findings;
  std::vector<Event> history;  ///< Newest first.
  std::vector<Event> journal;
};

std::string Page(const Report& report);

}  // namespace migext::report

#endif  // MIGEXT_REPORT_PAGE_H_
