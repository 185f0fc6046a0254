#include "lint/rules.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace migext::lint {
namespace {

constexpr std::array<std::string_view, 3> kSeverities = {"error", "warning", "info"};

constexpr Severity kError = Severity::kError;
constexpr Severity kWarning = Severity::kWarning;
constexpr Severity kInfo = Severity::kInfo;

// clang-format off
constexpr std::array kRules = {
    // What will fail or lose data
    Rule{"cannot-load", kError, "", "Django refuses to load the migrations, or to choose between two ends of an app"},
    Rule{"operation-fails", kError, "", "Django refuses an operation before it reaches the database"},
    Rule{"already-exists", kError, "", "a table or column that is to be made is there already"},
    Rule{"null-in-not-null", kError, "NOT_NULL", "a column is to be NOT NULL, and rows hold NULL"},
    Rule{"duplicate-rows", kError, "ADD_UNIQUE", "columns are to be unique, and rows are alike"},
    Rule{"check-fails", kError, "", "a check is to hold, and rows break it"},
    Rule{"orphan-rows", kError, "", "rows point at a parent that is not there: Django's check after each migration stops at them"},
    Rule{"drop-table", kError, "DROP_TABLE", "a table that holds rows is dropped"},
    Rule{"drop-column", kError, "DROP_COLUMN", "a column that holds values is dropped"},
    Rule{"transaction-in-sql", kError, "", "a RunSQL that cannot run inside of the migration's transaction, or ends it"},
    Rule{"model-not-in-state", kError, "", "the code of a RunPython asks for a model that no dependency brings"},
    Rule{"disk-space", kError, "", "rebuilding the largest table needs more room than the disk has"},

    // What a person should have decided
    Rule{"too-long", kWarning, "ALTER_COLUMN", "a column is made shorter than the text in it"},
    Rule{"alter-column", kWarning, "ALTER_COLUMN", "a column with values changes to a type of another kind"},
    Rule{"rename-column", kWarning, "RENAME_COLUMN", "a column of a table with rows is renamed"},
    Rule{"rename-table", kWarning, "RENAME_TABLE", "a table with rows is renamed"},
    Rule{"several-rebuilds", kWarning, "", "a large table is rebuilt more than once in one run"},
    Rule{"sql-without-where", kWarning, "", "a RunSQL deletes all rows of a table, or overwrites a column in all of them"},
    Rule{"lost-object", kWarning, "", "Django's rebuild drops a trigger, an index or a column that no migration makes, or stops at a view"},
    Rule{"cascade-rebuild", kWarning, "", "a table is rebuilt to which others hold keys that the database cascades"},
    Rule{"code-needs-rows", kWarning, "", "the code of a RunPython takes a row for granted, and its table is empty"},
    Rule{"code-needs-values", kWarning, "", "the code of a RunPython uses a value that is NULL in some rows"},
    Rule{"python-without-reverse", kWarning, "RUNPYTHON_REVERSIBLE", "a RunPython without reverse_code: no way back beyond it"},
    Rule{"sql-without-reverse", kWarning, "RUNSQL_REVERSIBLE", "a RunSQL without reverse_sql: no way back beyond it"},
    Rule{"operation-without-reverse", kWarning, "", "an operation of the project's own that cannot be taken back"},
    Rule{"model-import", kWarning, "RUNPYTHON_MODEL_IMPORT", "the code of a RunPython imports a model instead of asking apps.get_model()"},
    Rule{"postgresql-only", kWarning, "", "an operation, field or index that only PostgreSQL has"},
    Rule{"index-dropped-later", kWarning, "", "an index is made that a later pending migration drops"},
    Rule{"long-index-name", kWarning, "", "the name of an index has more than 30 characters, or begins as none may"},
    Rule{"unknown-rule", kWarning, "", "a comment or baseline that silences a rule which does not exist"},

    // What is good to know
    Rule{"not-null-added", kInfo, "NOT_NULL", "a column is NOT NULL without a default of the database: older code cannot insert rows any more"},
    Rule{"unique-added", kInfo, "ADD_UNIQUE", "columns with rows become unique; no two rows are alike yet"},
    Rule{"rebuild", kInfo, "", "a table with rows is copied: how often, how many rows and bytes"},
    Rule{"create-index", kInfo, "CREATE_INDEX", "an index of a large table is built: nobody else can write meanwhile"},
    Rule{"create-index-exclusive", kInfo, "CREATE_INDEX_EXCLUSIVE", "an index of a large table is built in the transaction that has rebuilt it"},
    Rule{"drop-index", kInfo, "DROP_INDEX", "an index of a large table is dropped: what used it becomes slow"},
    Rule{"reindex", kInfo, "REINDEX", "a RunSQL builds indexes anew: nobody else can write meanwhile"},
    Rule{"data-and-schema", kInfo, "", "one migration changes both rows and schema"},
    Rule{"duplicate-index", kInfo, "", "two indexes of a table cover the same columns"},
    Rule{"prefix-index", kInfo, "", "an index covers the first columns of another one"},
    Rule{"python-arguments", kInfo, "RUNPYTHON_ARGS_NAMING_CONVENTION", "the function of a RunPython does not call its arguments apps and schema_editor"},
    Rule{"model-variable", kInfo, "RUNPYTHON_MODEL_VARIABLE_NAME", "a variable has another name than the model that apps.get_model() gives it"},
    Rule{"meaningless-name", kInfo, "", "the name of a migration does not say what it does"},
    Rule{"duplicate-number", kInfo, "", "two migrations of an app have one number"},
    Rule{"squash-leftover", kInfo, "", "a squash is applied, so the files that it replaces can go"},
};
// clang-format on

}  // namespace

std::string_view SeverityName(Severity severity) {
  return kSeverities[static_cast<std::size_t>(severity)];
}

std::span<const Rule> Rules() { return kRules; }

const Rule& RuleOf(std::string_view id) {
  return *std::find_if(kRules.begin(), kRules.end(),
                       [&](const Rule& rule) { return rule.id == id; });
}

bool IsNamed(const Rule& rule, std::string_view name) {
  return rule.id == name || (!rule.codes.empty() && rule.codes == name);
}

std::string AdviceOnUnknown(const std::string& name) {
  std::vector<std::string> names;
  for (const Rule& rule : kRules) {
    if (IsNamed(rule, name)) return {};
    names.emplace_back(rule.id);
    if (!rule.codes.empty()) names.emplace_back(rule.codes);
  }
  const std::string nearest = Nearest(name, names);
  return nearest.empty() ? "see SELECT rule, meaning FROM lint_rules"
                         : "did you mean '" + nearest + "'?";
}

void RequireRule(const std::string& name) {
  const std::string advice = AdviceOnUnknown(name);
  if (!advice.empty()) throw Error("there is no rule '" + name + "'; " + advice);
}

}  // namespace migext::lint
