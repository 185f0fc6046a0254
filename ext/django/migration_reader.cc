#include "django/migration_reader.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "django/operations/reader.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

constexpr std::size_t kMostEntries = 100'000;

bool IsIterable(Value value) {
  return value.IsSequence() || value.Is(Kind::kSet) || value.Is(Kind::kFrozenSet);
}

/// Reads the attributes of one class.
class MigrationClass {
 public:
  MigrationClass(Value type, const MigrationKey& key, const FieldContext& context)
      : type_(type), key_(key), context_(context), place_(python::PositionOf(type).ToPlace()) {}

  std::optional<bool> Initial() const {
    const Value initial = Attribute("initial");
    return initial.IsNone() ? std::nullopt : python::Truth(initial);
  }

  bool Atomic() const {
    const std::optional<Value> atomic = python::FindAttribute(type_, "atomic");
    return !atomic || python::Truth(*atomic).value_or(true);
  }

  std::vector<Dependency> Dependencies(std::string_view attribute) const {
    std::vector<Dependency> dependencies;
    for (const Value item : List(attribute)) dependencies.push_back(ReadItem(item, attribute));
    return dependencies;
  }

  std::vector<MigrationKey> Keys(std::string_view attribute) const {
    std::vector<MigrationKey> keys;
    for (Dependency& dependency : Dependencies(attribute))
      keys.push_back(std::move(dependency.key));
    return keys;
  }

  std::vector<OperationPtr> Operations() const {
    std::vector<OperationPtr> operations;
    for (const Value item : List("operations")) {
      operations.push_back(ReadOneOperation(item, operations.size()));
    }
    return operations;
  }

 private:
  Value Attribute(std::string_view name) const {
    const std::optional<Value> value = python::FindAttribute(type_, name);
    // What comes from Django's own Migration is as good as not given.
    if (!value || value->Is(Kind::kSymbol)) return {};
    return *value;
  }

  /// list(attribute), which the Migration's constructor makes.
  std::span<const Value> List(std::string_view attribute) const {
    const Value value = Attribute(attribute);
    if (value.IsNone()) return {};
    if (!IsIterable(value)) {
      Fail(std::string(attribute) + " of Migration must be a list, got " + Shown(value));
    }
    if (value.Items().size() > kMostEntries) Fail(std::string(attribute) + " is too long");
    return value.Items();
  }

  Dependency ReadItem(Value item, std::string_view attribute) const {
    if (std::optional<Dependency> swappable = ReadSwappable(item)) return *swappable;
    if (!item.IsSequence() || item.Items().size() != 2 || !item.Items()[0].IsStr() ||
        !item.Items()[1].IsStr()) {
      Fail(std::string(attribute) +
           " of Migration must be a list of ('app', 'name') pairs, got the entry " + Shown(item));
    }
    const python::Position position = python::PositionOf(type_);
    return {{NameText(item.Items()[0], attribute, position),
             NameText(item.Items()[1], attribute, position)},
            false};
  }

  /// swappable_dependency(settings.AUTH_USER_MODEL) is the first migration of the model's app.
  std::optional<Dependency> ReadSwappable(Value item) const {
    if (!item.Is(Kind::kCall)) return std::nullopt;
    const python::CallView call = python::View(item.AsCall());
    const std::string callee = python::DottedName(call.callee);
    if (callee != "django.db.migrations.swappable_dependency" &&
        callee != "django.db.migrations.migration.swappable_dependency") {
      return std::nullopt;
    }
    if (call.args.size() + call.keywords.size() != 1) {
      Fail("swappable_dependency() takes one setting, got " + Shown(item));
    }
    const Value setting = call.args.empty() ? call.keywords[0].value : call.args[0];
    const std::optional<ModelReference> model =
        ReadModelReference(setting, context_, call.position);
    if (!model) {
      Fail("swappable_dependency() needs the value of " + Shown(setting) + ", which is not known");
    }
    return Dependency{{model->key.app, "__first__"}, true};
  }

  OperationPtr ReadOneOperation(Value item, std::size_t place) const {
    try {
      return ReadOperation(item, context_);
    } catch (const Error& error) {
      if (error.place().line > 0) throw;
      // What is no operation at all has no place of its own.
      throw Error(place_, error.message() + " (entry " + std::to_string(place) + " of operations)");
    }
  }

  [[noreturn]] void Fail(const std::string& message) const { throw Error(place_, message); }

  Value type_;
  const MigrationKey& key_;
  const FieldContext& context_;
  Place place_;
};

bool IsDjangosMigration(Value value) {
  const std::string name = python::DottedName(value);
  return name == "django.db.migrations.Migration" ||
         name == "django.db.migrations.migration.Migration";
}

}  // namespace

Migration ReadMigration(Value module, const MigrationKey& key, const FieldContext& context) {
  Migration migration;
  migration.key = key;
  Place place;
  if (module.Is(Kind::kModule)) {
    migration.path = python::View(module.AsModule()).file;
    place.file = migration.path;
  }
  const std::optional<Value> type = python::FindAttribute(module, "Migration");
  if (!type) {
    throw Error(place, "BadMigrationError: Migration " + key.name + " in app " + key.app +
                           " has no Migration class");
  }
  if (type->Is(Kind::kSymbol) && IsDjangosMigration(*type)) return migration;
  if (!type->Is(Kind::kClass)) {
    throw Error(place, "Migration of " + key.ToString() + " must be a class of the project, got " +
                           Shown(*type));
  }

  FieldContext own_context = context;
  own_context.app = key.app;
  OperationBudget budget;
  own_context.budget = &budget;
  const MigrationClass reader(*type, key, own_context);
  migration.initial = reader.Initial();
  migration.atomic = reader.Atomic();
  migration.dependencies = reader.Dependencies("dependencies");
  migration.run_before = reader.Keys("run_before");
  migration.replaces = reader.Keys("replaces");
  migration.operations = reader.Operations();
  return migration;
}

std::string GeneratedBy(std::string_view source_text) {
  constexpr std::string_view kMarks[] = {"# Generated by Django ", "# Generated by migext "};
  // makemigrations writes it in the first line; people put an encoding or a licence above it.
  constexpr std::size_t kFarEnough = 4096;
  source_text = source_text.substr(0, kFarEnough);
  for (std::size_t line = 0; line < source_text.size();) {
    const std::size_t end = std::min(source_text.find('\n', line), source_text.size());
    for (const std::string_view mark : kMarks) {
      std::string_view text = source_text.substr(line, end - line);
      if (!text.starts_with(mark)) continue;
      text.remove_prefix(mark.size());
      // "migext 0.1.0 for Django 5.2.10 on …"
      const std::size_t django = text.find("for Django ");
      if (mark != kMarks[0]) {
        if (django == std::string_view::npos) continue;
        text.remove_prefix(django + std::string_view("for Django ").size());
      }
      return std::string(text.substr(0, text.find_first_of(" \t\r")));
    }
    line = end + 1;
  }
  return {};
}

}  // namespace migext::django
