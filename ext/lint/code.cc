#include "lint/code.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace migext::lint {
namespace {

using django::ModelState;
using django::ProjectState;

std::string InLine(const FunctionFacts& facts, int line) {
  return facts.name + "() in line " + std::to_string(line);
}

/// The model that a variable of the function stands for.
const ModelCall* FindModel(const FunctionFacts& facts, const std::string& variable) {
  const auto found = std::find_if(facts.models.begin(), facts.models.end(),
                                  [&](const auto& call) { return call.variable == variable; });
  return found == facts.models.end() ? nullptr : &*found;
}

std::string Letters(std::string_view name) {
  std::string letters = Lower(name);
  std::erase(letters, '_');
  return letters;
}

bool IsCalled(const std::string& parameter, std::string_view wanted) {
  const std::size_t first = parameter.find_first_not_of('_');
  return first == std::string::npos || parameter.substr(first) == wanted;
}

}  // namespace

void CodeLint::Look(const Subject& subject, int position, const django::RunPython& operation,
                    const ProjectState& before) {
  const Place place{subject, position};
  if (const FunctionFacts* facts = functions_.Of(operation.code())) {
    if (subject.own) LookAtFunction(place, *facts);
    if (!subject.applied) {
      LookAtModels(place, *facts, before);
      if (run_ != nullptr) {
        LookAtRows(place, *facts, before);
        LookAtValues(place, *facts, before);
      }
    }
  }
  const FunctionFacts* reverse = functions_.Of(operation.reverse_code());
  if (reverse != nullptr && subject.own) LookAtFunction(place, *reverse);
  if (!subject.applied && !django::IsNoop(operation.code())) has_code_run_ = true;
}

void CodeLint::LookAtFunction(const Place& place, const FunctionFacts& facts) {
  LookAtArguments(place, facts);
  LookAtImports(place, facts);
  for (const ModelCall& call : facts.models) {
    if (call.variable.empty() || !facts.queried.contains(call.variable)) continue;
    if (Letters(call.variable).find(Letters(call.model)) != std::string::npos) continue;
    findings_.Add("model-variable", place.subject, place.position,
                  InLine(facts, call.line) + " calls the model " + call.model + " " + call.variable,
                  "call the variable " + call.model);
  }
}

void CodeLint::LookAtImports(const Place& place, const FunctionFacts& facts) {
  if (facts.imported_uses.empty()) return;
  const ImportedUse& first = facts.imported_uses.front();
  std::string names = first.name + " of " + first.from;
  for (std::size_t i = 1; i < facts.imported_uses.size(); ++i) {
    names += ", " + facts.imported_uses[i].name;
  }
  findings_.Add("model-import", place.subject, place.position,
                InLine(facts, first.line) + " uses " + names +
                    ", as the newest code has it and not as it is at this migration",
                "ask for it: apps.get_model('app', '" + first.name + "')");
}

void CodeLint::LookAtArguments(const Place& place, const FunctionFacts& facts) {
  constexpr std::array<std::string_view, 2> kUsual = {"apps", "schema_editor"};
  const std::vector<std::string>& parameters = facts.parameters;
  bool is_usual =
      facts.required <= kUsual.size() && (parameters.size() >= kUsual.size() || facts.takes_more);
  for (std::size_t i = 0; i < std::min(kUsual.size(), parameters.size()); ++i) {
    is_usual = is_usual && IsCalled(parameters[i], kUsual[i]);
  }
  if (is_usual || parameters.empty() || parameters.front() == "self") return;
  findings_.Add("python-arguments", place.subject, place.position,
                facts.name + "(" + Join(parameters, ", ") +
                    ") is called with apps and "
                    "schema_editor",
                "call its arguments so");
}

/// Whether the state holds all models of an app: it has migrations, and all of them could be read.
bool CodeLint::KnowsModelsOf(const std::string& app) const {
  const django::App* found = input_.project.FindApp(app);
  return found != nullptr && found->has_migrations &&
         found->origin != django::AppOrigin::kMissing && input_.graph.failures().empty();
}

void CodeLint::LookAtModels(const Place& place, const FunctionFacts& facts,
                            const ProjectState& before) {
  for (const ModelCall& call : facts.models) {
    if (call.guarded || !KnowsModelsOf(call.app)) continue;
    if (before.Find(call.app, call.model) != nullptr) continue;
    findings_.Add("model-not-in-state", place.subject, place.position,
                  InLine(facts, call.line) + " asks for " + call.app + "." + call.model +
                      ", which is not there at this migration: LookupError",
                  "add the migration that makes it to dependencies, or mend the name");
  }
}

void CodeLint::LookAtRows(const Place& place, const FunctionFacts& facts,
                          const ProjectState& before) {
  // What ran before may have made the rows.
  if (has_code_run_) return;
  for (const RowUse& use : facts.row_uses) {
    const ModelCall* call = FindModel(facts, use.variable);
    if (call == nullptr || facts.made.contains(use.variable)) continue;
    const ModelState* model = before.Find(call->app, call->model);
    if (model == nullptr) continue;
    const std::string table = model->DbTable();
    if (run_->live.FindTable(table) == nullptr || run_->rows.Of(table) > 0) continue;
    findings_.Add("code-needs-rows", place.subject, place.position,
                  InLine(facts, use.line) + " takes a row of " + table + " with " + use.what +
                      ", and the table is empty",
                  "let it do nothing where there is no row");
  }
}

void CodeLint::LookAtValues(const Place& place, const FunctionFacts& facts,
                            const ProjectState& before) {
  if (has_code_run_) return;
  for (const ValueUse& use : facts.value_uses) {
    const ModelCall* call = FindModel(facts, use.variable);
    const ModelState* model = call == nullptr ? nullptr : before.Find(call->app, call->model);
    const django::Field* field = model == nullptr ? nullptr : model->FindField(use.field);
    if (field == nullptr || !field->null) continue;
    const std::string table = model->DbTable();
    const std::string column =
        schema::ColumnName({use.field, std::make_shared<const django::Field>(*field)});
    const sqlite::LiveTable* live = run_->live.FindTable(table);
    if (live == nullptr || column.empty() || live->FindColumn(column) == nullptr) continue;
    const std::int64_t nulls = run_->rows.Where(table, SqlIdentifier(column) + " IS NULL");
    if (nulls == 0) continue;
    findings_.Add("code-needs-values", place.subject, place.position,
                  InLine(facts, use.line) + " uses " + use.field +
                      " without asking whether there "
                      "is one, and " +
                      table + "." + column + " is NULL in " + Rows(nulls),
                  "leave these rows out: filter(" + use.field + "__isnull=False)");
  }
}

}  // namespace migext::lint
