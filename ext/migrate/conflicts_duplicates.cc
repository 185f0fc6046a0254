#include <algorithm>

#include "django/operations/fields.h"
#include "django/operations/models.h"
#include "migrate/conflicts.h"
#include "migrate/remedies.h"

namespace migext::migrate {
namespace {

using django::Graph;
using django::MigrationKey;

/// The earlier step that has made what this operation makes, or -1.
int MadeBefore(const Effects& effects, const OperationEffect& operation) {
  const django::Operation* made = operation.operation.get();
  if (operation.facts.empty() || (dynamic_cast<const django::AddField*>(made) == nullptr &&
                                  dynamic_cast<const django::CreateModel*>(made) == nullptr)) {
    return -1;
  }
  const Fact& fact = operation.facts.front().fact;
  if (fact.version == 0) return -1;
  const TimelineObject& object = effects.timeline().objects()[fact.object];
  // RelyOn: the version belongs to another operation.
  const bool own = object.kind == ObjectKind::kTable
                       ? dynamic_cast<const django::CreateModel*>(made) != nullptr
                       : object.kind == ObjectKind::kColumn;
  const Version& before = object.versions[fact.version - 1];
  return own && before.shape && object.versions[fact.version].shape ? before.step : -1;
}

}  // namespace

bool OnlyRepeats(const Graph& graph, const Effects& effects, const MigrationKey& key) {
  bool repeats = false;
  for (const OperationEffect* operation : effects.OperationsOf(key)) {
    if (!operation->IsProof() || operation->effect == Effect::kAbsent) continue;
    if (MadeBefore(effects, *operation) < 0) return false;
    repeats = true;
  }
  if (!repeats) return false;
  const std::vector<MigrationKey> needs = graph.ForwardsPlan(key);
  return std::any_of(needs.begin(), needs.end(), [&](const MigrationKey& need) {
    if (need == key || graph.applied().contains(need) || graph.Find(need) == nullptr) return false;
    const MigrationEvidence evidence = effects.Of(need);
    return !evidence.IsProven() && !evidence.IsOpen();
  });
}

std::vector<Conflict> FindDuplicateWork(const Graph& graph, const Effects& effects) {
  std::vector<Conflict> conflicts;
  for (const OperationEffect& operation : effects.operations()) {
    const int step = MadeBefore(effects, operation);
    if (step < 0 || graph.applied().contains(operation.migration)) continue;
    // What is there already has a row that says so.
    if (operation.effect != Effect::kAbsent && !OnlyRepeats(graph, effects, operation.migration)) {
      continue;
    }
    const bool table = operation.operation->FieldName().empty();
    Conflict row;
    row.severity = Severity::kWarning;
    row.code = table ? "duplicate-table" : "duplicate-field";
    row.app = operation.migration.app;
    row.name = operation.migration.name;
    row.object = operation.object;
    row.detail = operation.object + " is made by " + effects.MigrationOf(step) + " and again by " +
                 operation.migration.ToString();
    row.advice =
        "take it out of one of the two files; or, once the first is applied, record the "
        "second: " +
        VerbCall("fake_apply", operation.migration);
    conflicts.push_back(std::move(row));
  }
  return conflicts;
}

}  // namespace migext::migrate
