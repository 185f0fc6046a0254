// Rules that an operation alone is enough to judge.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "django/operations/postgres.h"
#include "django/operations/special.h"
#include "lint/lint.h"
#include "lint/parts.h"
#include "lint/raw_sql.h"

namespace migext::lint {
namespace {

using django::Operation;
using django::OperationPtr;

bool IsPostgresClass(python::Value value) {
  return python::DottedName(value).starts_with("django.contrib.postgres.");
}

class OperationLint {
 public:
  explicit OperationLint(Findings& findings) : findings_(findings) {}

  void Look(const Subject& subject) {
    subject_ = &subject;
    for (const OperationPtr& operation : subject.migration->operations) {
      position_ = static_cast<int>(&operation - subject.migration->operations.data());
      ForEachPart(*operation, [&](const Operation& part) { Part(part); });
    }
  }

  /// One row for an app: a project that is made for PostgreSQL has them everywhere.
  void Finish() {
    for (const auto& [app, found] : postgres_) {
      std::string message = found.what;
      if (found.count > 1) {
        message += ", and " + std::to_string(found.count - 1) + " more in the app " + app;
      }
      Finding& finding = findings_.Add(
          "postgresql-only", found.subject, found.position, message,
          found.stops ? "Django on SQLite stops at it: leave it out where "
                        "schema_editor.connection.vendor is not 'postgresql'"
                      : "it does nothing on SQLite, or makes what SQLite has in its place");
      if (!found.stops) finding.severity = Severity::kInfo;
    }
  }

 private:
  struct Postgres {
    Subject subject;
    int position = 0;
    std::string what;
    int count = 0;
    bool stops = false;
  };

  void Part(const Operation& operation) {
    Reverse(operation);
    Transactions(operation);
    Indexes(operation);
    PostgresOnly(operation);
  }

  void Reverse(const Operation& operation) {
    if (operation.Reversible()) return;
    if (dynamic_cast<const django::RunPython*>(&operation) != nullptr) {
      findings_.Add("python-without-reverse", *subject_, position_,
                    "the RunPython has no reverse_code: no migrate goes back beyond it",
                    "add reverse_code, migrations.RunPython.noop where nothing is to be undone");
    } else if (dynamic_cast<const django::RunSql*>(&operation) != nullptr) {
      findings_.Add("sql-without-reverse", *subject_, position_,
                    "the RunSQL has no reverse_sql: no migrate goes back beyond it",
                    "add reverse_sql, migrations.RunSQL.noop where nothing is to be undone");
    } else {
      findings_.Add("operation-without-reverse", *subject_, position_,
                    operation.ClassName() + " cannot be taken back: no migrate goes back beyond it",
                    "give the class reversible = True and a database_backwards()");
    }
  }

  /// Django begins the transaction of a migration, and so does migext: SQLite refuses these in it.
  void Transactions(const Operation& operation) {
    const auto* sql = dynamic_cast<const django::RunSql*>(&operation);
    if (sql == nullptr || subject_->applied || !subject_->migration->atomic) return;
    const std::vector<SqlAct> acts = ActsOf(sql->sql());
    const auto refused = std::find_if(acts.begin(), acts.end(), [](const SqlAct& act) {
      return act.kind == SqlActKind::kTransaction || act.kind == SqlActKind::kVacuum;
    });
    if (refused != acts.end()) {
      findings_.Add("transaction-in-sql", *subject_, position_,
                    refused->verb + " stands in the transaction of the migration",
                    refused->kind == SqlActKind::kVacuum
                        ? "say atomic = False in the class Migration"
                        : "take it out: the migration is one transaction anyhow");
      return;
    }
    const bool sets_keys = std::any_of(acts.begin(), acts.end(), [](const SqlAct& act) {
      return act.kind == SqlActKind::kForeignKeys;
    });
    if (!sets_keys) return;
    Finding& finding =
        findings_.Add("transaction-in-sql", *subject_, position_,
                      "PRAGMA foreign_keys does nothing in the transaction of the migration",
                      "take it out: foreign keys are off while a migration runs");
    finding.severity = Severity::kInfo;
  }

  // ---- Names of indexes

  void Indexes(const Operation& operation) {
    if (const auto* add = dynamic_cast<const django::AddIndex*>(&operation)) {
      IndexName(add->index.name, add->index.value);
    } else if (const auto* rename = dynamic_cast<const django::RenameIndex*>(&operation)) {
      IndexName(rename->new_name, {});
    } else if (const auto* create = dynamic_cast<const django::CreateModel*>(&operation)) {
      for (const django::NamedIndex& index : create->model.indexes) {
        IndexName(index.name, index.value);
      }
    }
  }

  /// models.E033 and E034; those of django.contrib.postgres may be longer (max_name_length).
  void IndexName(const std::string& name, python::Value index) {
    constexpr std::size_t kMost = 30;
    if (name.empty() || IsPostgresClass(index)) return;
    std::string why;
    if (name.size() > kMost) {
      why =
          "has " + std::to_string(name.size()) + " characters, and Django allows 30 (models.E034)";
    } else if (name.front() == '_' || (name.front() >= '0' && name.front() <= '9')) {
      why = "begins with an underscore or a number (models.E033)";
    }
    if (why.empty()) return;
    findings_.Add("long-index-name", *subject_, position_,
                  "the name of the index " + name + " " + why,
                  "give it another name in models.py, and let makemigrations rename it");
  }

  // ---- PostgreSQL

  void PostgresOnly(const Operation& operation) {
    if (dynamic_cast<const django::PostgresOperation*>(&operation) != nullptr) {
      const bool is_extension = operation.ClassName().ends_with("Extension");
      return AddPostgres(operation.ClassName() + ": " + operation.Describe(), !is_extension);
    }
    if (const auto* add = dynamic_cast<const django::AddField*>(&operation)) {
      PostgresField(add->model_name, add->name, *add->field);
    } else if (const auto* alter = dynamic_cast<const django::AlterField*>(&operation)) {
      PostgresField(alter->model_name, alter->name, *alter->field);
    } else if (const auto* create = dynamic_cast<const django::CreateModel*>(&operation)) {
      for (const django::NamedField& field : create->model.fields) {
        PostgresField(create->model.name, field.name, *field.field);
      }
    }
  }

  void PostgresField(const std::string& model, const std::string& name,
                     const django::Field& field) {
    // JSONField of contrib.postgres has become the ordinary one.
    if (!field.class_path.starts_with("django.contrib.postgres.") ||
        field.class_name == "JSONField") {
      return;
    }
    AddPostgres("the field " + model + "." + name + " is a " + field.class_name +
                    " of django.contrib.postgres",
                true);
  }

  void AddPostgres(std::string what, bool stops) {
    Postgres& found = postgres_[subject_->migration->key.app];
    const bool is_worse = stops && !found.stops;
    const bool is_newer = stops == found.stops && found.subject.applied && !subject_->applied;
    if (found.count++ > 0 && !is_worse && !is_newer) return;
    found = {*subject_, position_, std::move(what), found.count, stops};
  }

  Findings& findings_;
  const Subject* subject_ = nullptr;
  int position_ = 0;
  std::map<std::string, Postgres> postgres_;  // by app
};

}  // namespace

void LintOperations(std::span<const Subject> subjects, Findings& findings) {
  OperationLint lint(findings);
  for (const Subject& subject : subjects) {
    if (subject.own) lint.Look(subject);
  }
  lint.Finish();
}

}  // namespace migext::lint
