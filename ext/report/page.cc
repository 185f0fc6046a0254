#include "report/page.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string_view>

#include "base/files.h"
#include "base/text.h"
#include "report/graph_svg.h"
#include "report/html.h"
#include "report/style.h"

namespace migext::report {
namespace {

using django::MigrationKey;
using migrate::MigrationStatus;
using migrate::Severity;

/// Of one kind; the others are counted.
constexpr std::size_t kMostFindings = 300;
constexpr std::size_t kMostEvents = 500;
/// Of a longer list only what is to be done is seen at once.
constexpr std::size_t kMostUnfolded = 15;

std::string Counted(std::size_t count, std::string_view what) {
  return Grouped(static_cast<std::int64_t>(count)) + " " + std::string(what) +
         (count == 1 ? "" : "s");
}

struct AppStatus {
  std::string label;
  std::vector<const MigrationStatus*> migrations;
  std::size_t applied = 0;
  bool is_built_in = false;

  bool IsDone() const { return applied == migrations.size(); }
};

/// Those with something to do first, those of Django itself last.
std::vector<AppStatus> AppsOf(const Report& report) {
  std::vector<AppStatus> apps;
  std::map<std::string, std::size_t> places;
  for (const MigrationStatus& row : report.status) {
    const auto [place, is_new] = places.emplace(row.key.app, apps.size());
    if (is_new) {
      const django::App* app = report.project.FindApp(row.key.app);
      const bool is_built_in = app != nullptr && app->origin == django::AppOrigin::kBuiltIn;
      apps.push_back({row.key.app, {}, 0, is_built_in});
    }
    AppStatus& app = apps[place->second];
    app.migrations.push_back(&row);
    if (row.mark == "[X]") ++app.applied;
  }
  std::stable_sort(apps.begin(), apps.end(), [](const AppStatus& a, const AppStatus& b) {
    return std::pair(a.IsDone(), a.is_built_in) < std::pair(b.IsDone(), b.is_built_in);
  });
  return apps;
}

class Writer {
 public:
  explicit Writer(const Report& report) : report_(report), apps_(AppsOf(report)) {
    for (const Findings& kind : report_.findings) {
      for (const Finding& finding : kind.found) {
        if (finding.severity == Severity::kError) ++errors_;
        if (finding.severity == Severity::kWarning) ++warnings_;
      }
      if (!kind.failure.empty()) ++errors_;
    }
    pending_ = static_cast<std::size_t>(
        std::count_if(report_.status.begin(), report_.status.end(),
                      [](const MigrationStatus& row) { return row.state == "pending"; }));
  }

  std::string Write() && {
    const std::string title = "Migrations of " + BaseName(report_.project.root());
    html_.Markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html_.Markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html_.Element("title", "", title);
    html_.Open("style").Markup(Style()).Close("style");
    html_.Markup("</head>\n<body>\n");
    Head(title);
    html_.Open("main");
    Status();
    Graph();
    for (const Findings& kind : report_.findings) Section(kind);
    History();
    html_.Close("main");
    html_.Element("footer", "", report_.made);
    html_.Markup("</body>\n</html>\n");
    return std::move(html_).Take();
  }

 private:
  void Head(const std::string& title) {
    html_.Open("header").Element("h1", "", title);
    html_.Open("div", ClassOf("facts"));
    html_.Element("span", "", report_.project.root());
    html_.Element("span", "", report_.database.empty() ? "in memory" : report_.database);
    html_.Element("span", "", "Django " + report_.project.django_version());
    html_.Close("div");
    Verdict();
    html_.Open("nav");
    Anchor("status", "Status", {});
    Anchor("graph", "Graph", {});
    for (const Findings& kind : report_.findings) {
      Anchor(kind.id, kind.title, std::to_string(kind.found.size()));
    }
    Anchor("history", "History", {});
    html_.Close("nav").Close("header");
  }

  void Anchor(const std::string& id, const std::string& title, const std::string& count) {
    html_.Open("a", "href=\"#" + Escaped(id) + "\"").Text(title);
    if (!count.empty()) html_.Text(" ").Open("b").Text(count).Close("b");
    html_.Close("a");
  }

  void Verdict() {
    const std::string_view kind = errors_ > 0     ? "error"
                                  : warnings_ > 0 ? "warning"
                                  : pending_ > 0  ? "info"
                                                  : "ok";
    std::vector<std::string> parts;
    if (errors_ > 0) parts.push_back(Counted(errors_, "error"));
    if (warnings_ > 0) parts.push_back(Counted(warnings_, "warning"));
    parts.push_back(pending_ == 0 ? "every migration is applied"
                                  : Counted(pending_, "migration") + " not applied");
    html_.Element("p", ClassOf("verdict " + std::string(kind)), Join(parts, ", "));
  }

  void Title(const std::string& id, const std::string& title) {
    html_.Element("h2", "id=\"" + Escaped(id) + "\"", title);
  }

  void Status() {
    Title("status", "Status");
    if (apps_.empty()) html_.Element("p", ClassOf("muted"), "The project has no migrations.");
    html_.Open("div", ClassOf("grid"));
    for (const AppStatus& app : apps_) AppCard(app);
    html_.Close("div");
  }

  void AppCard(const AppStatus& app) {
    const bool has_notes =
        std::any_of(app.migrations.begin(), app.migrations.end(),
                    [](const MigrationStatus* row) { return !row->note.empty(); });
    const std::size_t total = app.migrations.size();
    html_.Open("details", app.IsDone() && !has_notes ? ClassOf("card") : "class=\"card\" open");
    html_.Open("summary").Text(app.label + " ");
    html_.Element("span", ClassOf("muted"),
                  std::to_string(app.applied) + " of " + std::to_string(total) + " applied");
    html_.Open("div", ClassOf("bar"));
    html_.Open("span", "style=\"width: " + std::to_string(100 * app.applied / total) + "%\"");
    html_.Close("span").Close("div").Close("summary");
    const auto needs_no_look = [](const MigrationStatus* row) {
      return row->state == "applied" && row->note.empty();
    };
    std::vector<const MigrationStatus*> rows = app.migrations;
    const auto folded =
        rows.size() <= kMostUnfolded || app.IsDone()
            ? rows.end()
            : std::stable_partition(rows.begin(), rows.end(), std::not_fn(needs_no_look));
    StatusLines({rows.begin(), folded});
    if (folded != rows.end()) {
      html_.Open("details", ClassOf("more"));
      html_.Element("summary", "", std::to_string(rows.end() - folded) + " applied");
      StatusLines({folded, rows.end()});
      html_.Close("details");
    }
    html_.Close("details");
  }

  void StatusLines(std::span<const MigrationStatus* const> rows) {
    html_.Open("ol", ClassOf("steps"));
    for (const MigrationStatus* row : rows) StatusLine(*row);
    html_.Close("ol");
  }

  void StatusLine(const MigrationStatus& row) {
    const bool is_plain = row.state == "applied" || row.state == "pending";
    html_.Open("li", ClassOf(is_plain ? row.state : "attention"));
    html_.Element("code", ClassOf("mark"), row.mark);
    html_.Open("div").Element("code", "", row.key.name);
    if (!row.applied_at.empty()) html_.Text(" ").Element("span", ClassOf("time"), row.applied_at);
    if (!is_plain) html_.Text(" ").Element("span", ClassOf("badge error"), row.state);
    if (!row.note.empty()) html_.Element("p", ClassOf("muted"), row.note);
    html_.Close("div").Close("li");
  }

  void Graph() {
    Title("graph", "Graph");
    html_.Element("p", ClassOf("muted"),
                  "Newest first. A full dot is applied, an empty one is not.");
    std::map<std::string, std::vector<MigrationKey>> keys;
    for (const MigrationKey& key : report_.graph.Nodes()) keys[key.app].push_back(key);
    const bool has_djangos = std::any_of(apps_.begin(), apps_.end(), IsDjangosAndDone);
    Figures(keys, false);
    if (!has_djangos) return;
    html_.Open("details", ClassOf("more")).Element("summary", "", "Django's own apps");
    Figures(keys, true);
    html_.Close("details");
  }

  static bool IsDjangosAndDone(const AppStatus& app) { return app.is_built_in && app.IsDone(); }

  void Figures(const std::map<std::string, std::vector<MigrationKey>>& keys, bool djangos) {
    html_.Open("div", ClassOf("grid"));
    for (const AppStatus& app : apps_) {
      const auto found = keys.find(app.label);
      if (IsDjangosAndDone(app) != djangos || found == keys.end()) continue;
      html_.Open("figure", ClassOf("card")).Element("figcaption", "", app.label);
      html_.Markup(GraphSvg(report_.graph, app.label, found->second));
      html_.Close("figure");
    }
    html_.Close("div");
  }

  void Section(const Findings& kind) {
    Title(kind.id, kind.title);
    if (!kind.failure.empty()) {
      html_.Element("p", ClassOf("verdict error"), "could not be looked for: " + kind.failure);
      return;
    }
    if (kind.found.empty()) {
      html_.Element("p", ClassOf("none"), kind.none);
      return;
    }
    const auto is_info = [](const Finding& finding) { return finding.severity == Severity::kInfo; };
    const auto infos =
        static_cast<std::size_t>(std::count_if(kind.found.begin(), kind.found.end(), is_info));
    const std::size_t shown = std::min(kind.found.size(), kMostFindings);
    for (std::size_t i = 0; i < shown; ++i) {
      if (!is_info(kind.found[i])) Card(kind.found[i]);
    }
    if (infos > 0) {
      html_.Open("details", infos == kind.found.size() ? "open" : "");
      html_.Element("summary", "", Counted(infos, "piece") + " of information");
      html_.Open("div", ClassOf("more"));
      for (std::size_t i = 0; i < shown; ++i) {
        if (is_info(kind.found[i])) Card(kind.found[i]);
      }
      html_.Close("div").Close("details");
    }
    if (shown == kind.found.size()) return;
    html_.Open("p", ClassOf("muted"))
        .Text("and " + std::to_string(kind.found.size() - shown) + " more: ")
        .Element("code", "", kind.query)
        .Close("p");
  }

  void Card(const Finding& finding) {
    const std::string severity(SeverityName(finding.severity));
    html_.Open("article", ClassOf("card finding " + severity)).Open("h3");
    html_.Element("span", ClassOf("badge " + severity), severity);
    html_.Element("code", "", finding.code);
    if (!finding.where.empty()) html_.Text(" ").Element("code", ClassOf("muted"), finding.where);
    html_.Close("h3");
    if (!finding.detail.empty()) html_.Element("p", "", finding.detail);
    if (!finding.facts.empty()) {
      html_.Open("dl");
      for (const auto& [name, value] : finding.facts) {
        html_.Element("dt", "", name).Open("dd").Element("code", "", value).Close("dd");
      }
      html_.Close("dl");
    }
    if (!finding.advice.empty()) html_.Element("p", ClassOf("muted"), finding.advice);
    if (!finding.remedy.empty()) html_.Element("pre", "", finding.remedy);
    html_.Close("article");
  }

  void History() {
    Title("history", "History");
    html_.Open("div", ClassOf("card"));
    Table("django_migrations", {"recorded", "migration"}, report_.history);
    html_.Close("div");
    if (report_.journal.empty()) return;
    html_.Open("div", ClassOf("card more"));
    Table("migext_journal", {"at", "what was done", "detail"}, report_.journal);
    html_.Close("div");
  }

  void Table(const std::string& title, const std::vector<std::string>& heads,
             const std::vector<Event>& events) {
    html_.Open("h3").Element("code", "", title).Close("h3");
    if (events.empty()) {
      html_.Element("p", ClassOf("muted"), "Nothing is recorded.");
      return;
    }
    html_.Open("table").Open("thead").Open("tr");
    for (const std::string& head : heads) html_.Element("th", "", head);
    html_.Close("tr").Close("thead").Open("tbody");
    const std::size_t shown = std::min(events.size(), kMostEvents);
    for (std::size_t i = 0; i < shown; ++i) {
      html_.Open("tr").Element("td", ClassOf("time"), events[i].at);
      html_.Open("td").Element("code", "", events[i].what).Close("td");
      if (heads.size() > 2) html_.Element("td", "", events[i].detail);
      html_.Close("tr");
    }
    html_.Close("tbody").Close("table");
    if (shown == events.size()) return;
    html_.Element("p", ClassOf("muted"), "and " + std::to_string(events.size() - shown) + " more");
  }

  const Report& report_;
  std::vector<AppStatus> apps_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::size_t pending_ = 0;
  Html html_;
};

}  // namespace

std::string Page(const Report& report) { return Writer(report).Write(); }

}  // namespace migext::report
