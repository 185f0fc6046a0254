#include "migrate/drift_repair.h"

#include <algorithm>
#include <cstdint>

#include "base/error.h"
#include "base/text.h"
#include "migrate/drift_evidence.h"
#include "migrate/drift_table.h"
#include "migrate/table_repair.h"

namespace migext::migrate {
namespace {

/// Columns and indexes that no migration makes.
bool StaysInARebuild(const Difference& difference) {
  return difference.kind == DifferenceKind::kUnknown &&
         (difference.property == Property::kColumn || difference.is_index);
}

std::string ChangeOf(const Difference& difference) {
  if (difference.expected.empty()) return difference.actual + " is gone";
  return difference.expected + ", was " +
         (difference.actual.empty() ? "not there" : difference.actual);
}

std::string WhatIsLeft(const Difference& difference) {
  if (difference.expected.empty()) return difference.actual + " is there still";
  if (difference.actual.empty()) return difference.expected + " is missing";
  return difference.actual + " instead of " + difference.expected;
}

/// Throws Error when the table is still not what the migrations make.
void RequireMended(DriftEvidence& evidence, const PromisedTable& promised) {
  const auto now = sqlite::LiveSchema::ReadTable(evidence.input.db, promised.name);
  std::vector<std::string> left;
  for (const Difference& difference :
       evidence.DifferencesOf(promised, *now.FindTable(promised.name))) {
    if (StaysInARebuild(difference)) continue;
    left.push_back(difference.object + ": " + WhatIsLeft(difference));
  }
  if (left.empty()) return;
  throw Error("a rebuild of \"" + promised.name +
              "\" does not make it what the migrations make, so nothing was changed; what would be "
              "left: " +
              Join(left, "; "));
}

/// Throws Error for what is wrong and no rebuild can mend.
RepairedTable WithoutRebuild(const PromisedTable& promised, const std::vector<Drift>& rows) {
  for (const Drift& row : rows) {
    if (row.kind == DriftKind::kForeign) continue;
    throw Error(row.object + ": " + row.detail + (row.remedy.empty() ? "" : ": " + row.remedy));
  }
  return {promised.name + " is as the migrations make it; nothing to do", {}};
}

}  // namespace

RepairedTable RepairTable(const DriftInput& input, std::string_view table) {
  DriftEvidence evidence(input);
  const PromisedTable* promised = evidence.promised.Find(table);
  if (promised == nullptr) {
    throw Error("no applied migration makes a table \"" + std::string(table) + "\"");
  }
  std::vector<Drift> rows = DriftOfTable(evidence, *promised);
  const std::string rebuild = RebuildSql(promised->name);
  if (std::ranges::find(rows, rebuild, &Drift::remedy) == rows.end()) {
    MentionEdits(evidence.reasons, rows);
    return WithoutRebuild(*promised, rows);
  }
  const sqlite::LiveTable& live = *input.live.FindTable(promised->name);
  const auto differences = evidence.DifferencesOf(*promised, live);
  const TableRepair repair(input.db, *promised, *LiveShape(live), differences, input.context);
  const std::int64_t count = repair.Run([&] { RequireMended(evidence, *promised); });
  RepairedTable done = {"rebuilt " + promised->name + " with its " + Grouped(count) +
                            (count == 1 ? " row" : " rows") + "; undo_last() cannot take it back",
                        {}};
  for (const Difference& difference : differences) {
    if (StaysInARebuild(difference)) continue;
    done.report.push_back("  " + difference.object + ": " + ChangeOf(difference));
  }
  return done;
}

}  // namespace migext::migrate
