#include "migrate/run_code.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/special.h"
#include "migrate/contrib_code.h"
#include "migrate/remedies.h"
#include "schema/table.h"
#include "sqlite/sql_tokens.h"

namespace migext::migrate {
namespace {

using django::MigrationKey;
using python::Value;
using schema::StatementKind;

bool NeedsTwin(const Value& code) {
  if (django::IsNoop(code)) return false;
  return !code.Is(python::Kind::kFunction) || !python::View(code.AsFunction()).is_empty;
}

/// True for a word that begins or ends a transaction.
bool ControlsTransaction(std::string_view sql) {
  const std::vector<sqlite::SqlToken> tokens = sqlite::Tokenize(sql);
  if (tokens.empty()) return false;
  static constexpr std::string_view kWords[] = {"BEGIN",    "COMMIT",    "END",
                                                "ROLLBACK", "SAVEPOINT", "RELEASE"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return tokens.front().Is(word); });
}

int OperationsWithTwin(const PreparedMigration& prepared) {
  return static_cast<int>(
      std::count_if(prepared.operations.begin(), prepared.operations.end(),
                    [](const PreparedOperation& operation) {
                      return std::any_of(operation.statements.begin(), operation.statements.end(),
                                         [](const schema::Statement& statement) {
                                           return statement.kind == StatementKind::kPython &&
                                                  NeedsTwin(statement.code);
                                         });
                    }));
}

/// Of the operations of a file whose code needs a twin.
std::vector<int> PositionsWithCode(const django::Migration& migration, bool backwards) {
  std::vector<int> positions;
  for (std::size_t i = 0; i < migration.operations.size(); ++i) {
    const auto* run = dynamic_cast<const django::RunPython*>(migration.operations[i].get());
    if (run == nullptr || !NeedsTwin(backwards ? run->reverse_code() : run->code())) continue;
    positions.push_back(static_cast<int>(i));
  }
  return positions;
}

bool IsSameSource(const Value& a, const Value& b) {
  return a.Is(python::Kind::kFunction) && b.Is(python::Kind::kFunction) &&
         python::View(a.AsFunction()).source == python::View(b.AsFunction()).source;
}

std::string HeadOf(const PreparedMigration& prepared, const PreparedOperation& operation) {
  std::string head = prepared.backwards ? "-- backwards" : "-- forwards";
  if (OperationsWithTwin(prepared) > 1) head += " " + std::to_string(operation.position);
  return head;
}

std::string SourceOf(const Value& code) {
  if (!code.Is(python::Kind::kFunction)) return "    " + python::Repr(code) + "\n";
  std::string shown;
  for (const std::string& line : Split(python::View(code.AsFunction()).source, '\n')) {
    shown += "    " + line + "\n";
  }
  return shown;
}

}  // namespace

struct CodeRunner::Known {
  std::string_view app;
  std::string_view name;
  void (*run)(const sqlite::Connection& db, const PreparedMigration& prepared,
              const django::ProjectState& state);
};

const CodeRunner::Known* CodeRunner::FindKnown(const MigrationKey& key) {
  static constexpr Known kKnown[] = {
      {"auth", "0011_update_proxy_permissions",
       [](const sqlite::Connection& db, const PreparedMigration& prepared,
          const django::ProjectState& state) {
         UpdateProxyPermissions(db, state, prepared.backwards);
       }},
      {"contenttypes", "0002_remove_content_type_name",
       [](const sqlite::Connection& db, const PreparedMigration& /*prepared*/,
          const django::ProjectState& state) { AddLegacyNames(db, state); }},
  };
  for (const Known& known : kKnown) {
    if (key.app == known.app && key.name == known.name) return &known;
  }
  return nullptr;
}

const std::optional<SqlTwin>& CodeRunner::TwinOf(const django::Migration& migration) {
  const auto [it, is_new] = twins_.try_emplace(migration.key);
  if (is_new) it->second = folders_.Find(migration);
  return it->second;
}

CodeRunner::Part CodeRunner::FindPart(const PreparedMigration& prepared,
                                      const PreparedOperation& operation, const Value& code) {
  const std::optional<SqlTwin>& twin = TwinOf(*prepared.migration);
  if (!twin) return FindPartOfReplaced(prepared, code);
  return {&*twin,
          twin->Find(prepared.backwards, operation.position, OperationsWithTwin(prepared) == 1)};
}

CodeRunner::Part CodeRunner::FindPartOfReplaced(const PreparedMigration& prepared,
                                                const Value& code) {
  for (const MigrationKey& key : prepared.migration->replaces) {
    const django::Migration* replaced = project_.FindMigration(key);
    if (replaced == nullptr) continue;
    const std::vector<int> positions = PositionsWithCode(*replaced, prepared.backwards);
    for (const int position : positions) {
      const auto& run = static_cast<const django::RunPython&>(
          *replaced->operations[static_cast<std::size_t>(position)]);
      if (!IsSameSource(code, prepared.backwards ? run.reverse_code() : run.code())) continue;
      const std::optional<SqlTwin>& twin = TwinOf(*replaced);
      if (!twin) continue;
      return {&*twin, twin->Find(prepared.backwards, position, positions.size() == 1)};
    }
  }
  return {};
}

std::string CodeRunner::Describe(const PreparedMigration& prepared,
                                 const PreparedOperation& operation) {
  for (const schema::Statement& statement : operation.statements) {
    if (statement.kind != StatementKind::kPython) continue;
    if (django::IsNoop(statement.code)) return "runs Python that does nothing";
    if (FindKnown(prepared.migration->key) != nullptr) return "runs Python of Django's own, as SQL";
    if (!NeedsTwin(statement.code)) return "runs Python that does nothing";
    const Part found = FindPart(prepared, operation, statement.code);
    if (found.part == nullptr) {
      return "runs Python and has no SQL twin: migrate() will stop here";
    }
    std::string_view path = found.twin->path;
    const std::string root = project_.root() + "/";
    if (path.starts_with(root)) path.remove_prefix(root.size());
    return "runs Python: SQL twin " + std::string(path);
  }
  return {};
}

void CodeRunner::RequireAll(const PreparedMigration& prepared) {
  if (FindKnown(prepared.migration->key) != nullptr) return;
  for (const PreparedOperation& operation : prepared.operations) {
    for (const schema::Statement& statement : operation.statements) {
      if (statement.kind != StatementKind::kPython || !NeedsTwin(statement.code)) continue;
      if (FindPart(prepared, operation, statement.code).part == nullptr) {
        FailWithout(prepared, operation, statement.code);
      }
    }
  }
}

void CodeRunner::FailWithout(const PreparedMigration& prepared, const PreparedOperation& operation,
                             const Value& code) {
  const MigrationKey& key = prepared.migration->key;
  std::vector<std::string> paths = folders_.PathsFor(*prepared.migration);
  std::string message = key.ToString() + ": operation " + std::to_string(operation.position) +
                        " runs Python, and there is no SQL in its place";
  if (operation.operation->Elidable()) {
    message += "; it is elidable: it only mends rows from before, and a new database needs none";
  }
  message += "\n" + SourceOf(code);
  if (const auto& twin = TwinOf(*prepared.migration)) {
    message += twin->path + " has no part for it: write it there behind a line '" +
               HeadOf(prepared, operation) + "'";
  } else {
    message += "write SQL that does the same, behind a line '" + HeadOf(prepared, operation) +
               "', into " + Join(paths, " or ");
  }
  message += "; a part without statements means that there is nothing to do";
  message += prepared.backwards
                 ? "\nor remove the record alone: " + VerbCall("fake_unapply", key)
                 : "\nor record it without running it: " + VerbCall("fake_apply", key, ", 'force'");
  throw Error(operation.operation->position().ToPlace(), message);
}

void CodeRunner::Run(const PreparedMigration& prepared, const PreparedOperation& operation,
                     const Value& code) {
  if (django::IsNoop(code)) return;
  // The functions of our own notation have no body.
  if (const Known* known = FindKnown(prepared.migration->key)) {
    known->run(db_, prepared, prepared.before);
    return;
  }
  if (!NeedsTwin(code)) return;
  const auto [twin, part] = FindPart(prepared, operation, code);
  if (part == nullptr) FailWithout(prepared, operation, code);
  RunProjectSql(db_, part->sql, twin->path + ", the part in line " + std::to_string(part->line));
}

void RunProjectSql(const sqlite::Connection& db, std::string_view sql, const std::string& where) {
  try {
    db.ForEach(sql, [&](sqlite::Statement& statement, std::string_view text) {
      if (ControlsTransaction(text)) {
        throw Error("'" + std::string(Trim(text)) +
                    "' would end the transaction of the migration; leave it out");
      }
      while (statement.Step()) {
      }
    });
  } catch (const Error& error) {
    throw Error(where + ": " + error.message());
  }
}

}  // namespace migext::migrate
