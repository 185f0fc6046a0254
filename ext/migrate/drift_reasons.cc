#include "migrate/drift_reasons.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "migrate/checksums.h"
#include "migrate/effects_plan.h"
#include "migrate/history.h"

namespace migext::migrate {

using django::MigrationKey;

std::optional<MigrationKey> DriftReasons::Doer(Deed deed, std::string_view table,
                                               std::string_view part, bool is_applied) {
  const Deeds& deeds = AllDeeds();
  const auto found = deeds.find({deed, Lower(table), Lower(part)});
  if (found == deeds.end()) return std::nullopt;
  for (const MigrationKey& key : found->second) {
    if (graph_.applied().contains(key) == is_applied) return key;
  }
  return std::nullopt;
}

const DriftReasons::Deeds& DriftReasons::AllDeeds() {
  if (deeds_) return *deeds_;
  deeds_.emplace();
  const PlannedSteps planned = FollowPlan(graph_, context_);
  const auto& objects = planned.timeline.objects();
  for (const TimelineObject& object : objects) {
    const bool is_table = object.kind == ObjectKind::kTable;
    if (object.kind == ObjectKind::kUnique || object.kind == ObjectKind::kReference) continue;
    const Shape* before = nullptr;
    for (const Version& version : object.versions) {
      const Shape* shape = version.shape ? &*version.shape : before;
      if (version.step >= 0 && shape != nullptr) {
        const Deed deed = version.shape ? Deed::kMakes : Deed::kTakesAway;
        const MigrationKey& key = planned.steps[static_cast<std::size_t>(version.step)].migration;
        const std::string name = Lower(shape->name);
        for (const Version& of_table : objects[object.table].versions) {
          if (!of_table.shape) continue;
          const std::string table = is_table ? name : Lower(of_table.shape->name);
          (*deeds_)[{deed, table, is_table ? std::string() : name}].push_back(key);
        }
        const bool is_renamed = before != nullptr && version.shape && before->name != name;
        if (is_renamed && !is_table) {
          const std::string table = Lower(objects[object.table].LastShape().name);
          (*deeds_)[{Deed::kTakesAway, table, Lower(before->name)}].push_back(key);
        }
      }
      if (version.shape) before = &*version.shape;
    }
  }
  return *deeds_;
}

bool DriftReasons::IsAbsent(const MigrationKey& migration, const sqlite::LiveSchema& live) {
  return std::ranges::none_of(AllDeeds(), [&](const auto& entry) {
    const auto& [deed, table_name, part] = entry.first;
    if (deed != Deed::kMakes) return false;
    if (std::ranges::find(entry.second, migration) == entry.second.end()) return false;
    const sqlite::LiveTable* table = live.FindTable(table_name);
    if (table == nullptr) return false;
    return part.empty() || table->FindColumn(part) != nullptr ||
           table->FindIndex(part) != nullptr || table->FindConstraint(part) != nullptr;
  });
}

bool DriftReasons::IsAsLater(const Difference& difference, std::string_view table,
                             const TableShape& live) {
  if (!later_) {
    later_ = std::make_unique<PromisedSchema>(StateOf(graph_, WholePlan(graph_)), context_);
  }
  const PromisedTable* promised = later_->Find(table);
  const auto shape = promised == nullptr ? std::nullopt : promised->Shape();
  if (!shape) return false;
  const std::vector<Difference> left = Differences(*shape, live);
  return std::none_of(left.begin(), left.end(), [&](const Difference& other) {
    return other.kind == difference.kind && other.id == difference.id;
  });
}

std::vector<std::string> DriftReasons::Ghosts(std::string_view app) const {
  // A squash stands for the files that it has made superfluous.
  std::set<MigrationKey> replaced;
  for (const auto& [key, migration] : *graph_.source().migrations) {
    if (!graph_.applied().contains(key)) continue;
    replaced.insert(migration->replaces.begin(), migration->replaces.end());
  }
  std::vector<std::string> names;
  for (const MigrationKey& key : graph_.applied()) {
    if (key.app != app || replaced.contains(key)) continue;
    if (graph_.source().Find(key) == nullptr) names.push_back(key.ToString());
  }
  return names;
}

std::vector<std::string> DriftReasons::Edited(std::string_view app) {
  if (!edited_) {
    edited_.emplace();
    if (db_.HasTable(kChecksumTable)) {
      for (const ChecksumRow& row : CompareChecksums(db_, graph_, History::Read(db_))) {
        if (row.status == ChecksumStatus::kChanged) edited_->push_back(row.key);
      }
    }
  }
  std::vector<std::string> names;
  for (const MigrationKey& key : *edited_) {
    if (key.app == app) names.push_back(key.ToString());
  }
  return names;
}

}  // namespace migext::migrate
