#include "migrate/resume.h"

#include "base/error.h"
#include "base/text.h"
#include "migrate/effects.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

ResumePoint FindResumePoint(const ResumeInput& input, const std::set<int>& journal) {
  const sqlite::LiveSchema live = sqlite::LiveSchema::Read(input.db);
  const Effects effects = Effects::Judge({input.graph, input.context, live});
  const auto operations = effects.OperationsOf(input.key);
  int last_done = -1;
  for (const OperationEffect* operation : operations) {
    const int position = static_cast<int>(operation->position);
    const bool proven = operation->IsProof() && operation->effect == Effect::kPresent;
    if (proven || journal.contains(position)) last_done = position;
  }
  ResumePoint point;
  for (const OperationEffect* operation : operations) {
    const int position = static_cast<int>(operation->position);
    const std::string line =
        "  Operation " + std::to_string(position) + ", " + operation->operation->Describe() + ": ";
    if (journal.contains(position)) {
      point.done.insert(position);
      point.report.push_back(line + "done, as the journal says");
    } else if (operation->IsProof() && operation->effect == Effect::kPresent) {
      point.done.insert(position);
      point.report.push_back(line + "done, " + operation->evidence);
    } else if (operation->IsProof() && operation->effect == Effect::kAbsent) {
      point.report.push_back(line + "to be run, " + operation->evidence);
    } else if (operation->IsProof() && operation->effect != Effect::kUnknown) {
      throw Error(operation->operation->position().ToPlace(),
                  input.key.ToString() + ", operation " + std::to_string(position) + " (" +
                      operation->operation->Describe() +
                      ") is done in part: " + operation->evidence +
                      "; complete it or take it away by hand, then call again; its SQL: SELECT "
                      "line FROM sqlmigrate(" +
                      SqlLiteral(input.key.app) + ", " + SqlLiteral(input.key.name) + ")");
    } else if (position < last_done) {
      point.done.insert(position);
      point.report.push_back(line + "leaves no trace; taken for done, as a later one is");
    } else {
      point.report.push_back(line + "leaves no trace; to be run");
    }
  }
  return point;
}

}  // namespace migext::migrate
