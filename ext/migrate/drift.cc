#include "migrate/drift.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/text.h"
#include "migrate/drift_evidence.h"
#include "migrate/drift_table.h"

namespace migext::migrate {
namespace {

using django::MigrationKey;
using sqlite::LiveTable;

constexpr std::string_view kNewPrefix = "new__";  // DatabaseSchemaEditor._remake_table()

/// Tables that no migration promises, triggers and views.
class Strangers {
 public:
  explicit Strangers(DriftEvidence& evidence) : evidence_(evidence) {}

  std::vector<Drift> Run() {
    const sqlite::LiveSchema& live = evidence_.input.live;
    for (const LiveTable& table : live.tables()) LookForStranger(table);
    for (const sqlite::LiveText& trigger : live.triggers()) AddTrigger(trigger);
    for (const sqlite::LiveText& view : live.views()) AddView(view);
    return std::move(rows_);
  }

 private:
  void LookForStranger(const LiveTable& table) {
    if (IsInternalTable(table.name) || evidence_.promised.Find(table.name) ||
        evidence_.promised.IsUnmanaged(table.name)) {
      return;
    }
    const auto maker = evidence_.reasons.Doer(DriftReasons::Deed::kMakes, table.name, {}, false);
    const std::string app = maker ? maker->app : AppOf(table.name);
    if (app.empty() || IsShadow(table.name)) return;
    if (evidence_.alternatives.Made().FindTable(table.name) != nullptr) return;
    const auto& left = evidence_.alternatives.Left();
    if (left && left->FindTable(table.name) != nullptr) return;
    Drift row = DriftRow(table.name, app);
    row.object = table.name;
    row.property = Property::kTable;
    row.kind = table.is_virtual ? DriftKind::kForeign : DriftKind::kUnknown;
    row.severity = SeverityOf(row.kind);
    row.actual = table.sql;
    row.detail = table.is_virtual ? std::string(kMadeByHand) : WhyUnknown(table, maker);
    rows_.push_back(std::move(row));
  }

  std::string WhyUnknown(const LiveTable& table, const std::optional<MigrationKey>& maker) const {
    const std::string app = AppOf(table.name);
    const std::vector<std::string> ghosts = evidence_.reasons.Ghosts(maker ? maker->app : app);
    if (maker) {
      return maker->ToString() + " makes it and is not recorded" + AndGhosts(ghosts) +
             std::string(kLookAtConflicts);
    }
    if (Lower(table.name).starts_with(kNewPrefix)) {
      return "left of a rebuild of a table" + std::string(kLookAtConflicts);
    }
    return "no migration makes it, though its name begins as those of the app \"" + app + "\" do" +
           AndGhosts(ghosts);
  }

  /// The app with migrations that tables of this name belong to: "blog" for "blog_comment", and for
  /// "new__blog_comment".
  std::string AppOf(std::string_view table) const {
    std::string name = Lower(table);
    if (name.starts_with(kNewPrefix)) name = name.substr(kNewPrefix.size());
    std::string best;
    for (const django::App& app : evidence_.input.graph.source().apps) {
      const bool is_its = app.has_migrations && name.starts_with(Lower(app.label) + "_");
      if (is_its && app.label.size() > best.size()) best = app.label;
    }
    return best;
  }

  /// A table that a virtual one keeps its data in (https://sqlite.org/vtab.html#xshadowname).
  bool IsShadow(std::string_view table) const {
    return std::any_of(evidence_.input.live.tables().begin(), evidence_.input.live.tables().end(),
                       [&](const LiveTable& other) {
                         return other.is_virtual &&
                                Lower(table).starts_with(Lower(other.name) + "_");
                       });
  }

  void AddTrigger(const sqlite::LiveText& trigger) {
    const PromisedTable* table = evidence_.promised.Find(trigger.table);
    if (table == nullptr) return;
    AddForeign(trigger, Property::kTrigger, DriftRow(table->name, table->app()),
               evidence_.alternatives.Made().triggers());
  }

  void AddView(const sqlite::LiveText& view) {
    AddForeign(view, Property::kView, DriftRow(view.name, {}),
               evidence_.alternatives.Made().views());
  }

  void AddForeign(const sqlite::LiveText& text, Property property, Drift row,
                  const std::vector<sqlite::LiveText>& made) {
    const bool is_made = std::any_of(made.begin(), made.end(), [&](const sqlite::LiveText& other) {
      return EqualsIgnoringCase(other.name, text.name);
    });
    if (is_made) return;
    row.object = text.name;
    row.property = property;
    row.kind = DriftKind::kForeign;
    row.severity = Severity::kInfo;
    row.actual = text.sql;
    row.detail =
        property == Property::kTrigger ? std::string(kKeptByHand) : std::string(kMadeByHand);
    rows_.push_back(std::move(row));
  }

  DriftEvidence& evidence_;
  std::vector<Drift> rows_;
};

}  // namespace

std::string_view DriftKindName(DriftKind kind) {
  switch (kind) {
    case DriftKind::kMissing:
      return "missing";
    case DriftKind::kDifferent:
      return "different";
    case DriftKind::kUnknown:
      return "unknown";
    case DriftKind::kForeign:
      break;
  }
  return "foreign";
}

std::vector<Drift> FindDrift(const DriftInput& input) {
  DriftEvidence evidence(input);
  std::vector<Drift> rows;
  const auto add = [&rows](std::vector<Drift> more) {
    std::move(more.begin(), more.end(), std::back_inserter(rows));
  };
  for (const PromisedTable& table : evidence.promised.tables()) add(DriftOfTable(evidence, table));
  add(Strangers(evidence).Run());
  MentionEdits(evidence.reasons, rows);
  return rows;
}

}  // namespace migext::migrate
