#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "django/operation.h"
#include "django/operation_class.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "django/operations/postgres.h"
#include "django/operations/reader.h"
#include "django/operations/special.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

// ---- Finding the class

constexpr std::string_view kMigrations = "django.db.migrations.";
constexpr std::string_view kPostgres = "django.contrib.postgres.operations.";

/// The families of Django's own operations, and the modules they are defined in.
const std::array<std::span<const OperationReader>, 4> kFamilies = {
    ModelOperations(), FieldOperations(), IndexOperations(), SpecialOperations()};

const OperationReader* FindIn(std::span<const OperationReader> family, std::string_view name) {
  const auto found = std::ranges::find(family, name, &OperationReader::class_name);
  return found == family.end() ? nullptr : &*found;
}

/// What a dotted name means: django.db.migrations.X, .operations.X and .operations.models.X are the
/// same class.
struct KnownClass {
  std::string_view module;  ///< With a dot at its end; "" when the name is not in Django's modules.
  std::string_view name;
  const OperationReader* reader = nullptr;
};

KnownClass FindClass(std::string_view dotted) {
  const auto split = dotted.rfind('.');
  if (split == std::string_view::npos) return {};
  KnownClass known = {dotted.substr(0, split + 1), dotted.substr(split + 1)};
  if (known.module == kPostgres) {
    known.reader = FindIn(PostgresOperations(), known.name);
    return known;
  }
  static constexpr std::string_view kModules[] = {"",
                                                  "operations.",
                                                  "operations.base.",
                                                  "operations.fields.",
                                                  "operations.models.",
                                                  "operations.special."};
  if (!known.module.starts_with(kMigrations) ||
      std::ranges::find(kModules, known.module.substr(kMigrations.size())) == std::end(kModules)) {
    return {};
  }
  for (const auto& family : kFamilies) {
    if (!known.reader) known.reader = FindIn(family, known.name);
  }
  return known;
}

/// Operations that Django got after 3.2.
bool HasOperation(const Dialect* dialect, std::string_view name) {
  if (!dialect) return true;
  if (name == "RenameIndex") return dialect->rename_index;
  if (name == "AlterModelTableComment") return dialect->table_comments;
  if (name == "AlterConstraint") return dialect->alter_constraint;
  return true;
}

// ---- Reading

/// "%s: %s" % (class, (args, kwargs)), Operation.describe().
std::string DefaultDescription(const std::string& class_name, std::span<const Value> args,
                               std::span<const python::Keyword> keywords) {
  std::vector<std::string> positional;
  for (const Value arg : args) positional.push_back(python::Repr(arg));
  std::vector<std::string> named;
  for (const python::Keyword& keyword : keywords) {
    named.push_back("'" + std::string(keyword.name) + "': " + python::Repr(keyword.value));
  }
  return class_name + ": ((" + Join(positional, ", ") +
         (positional.size() == 1 ? ",), {" : "), {") + Join(named, ", ") + "})";
}

OperationPtr ReadCustom(OperationHead head, std::span<const Value> args,
                        std::span<const python::Keyword> keywords) {
  std::string description = DefaultDescription(head.class_name, args, keywords);
  return std::make_shared<CustomOperation>(std::move(head), std::move(description));
}

OperationPtr ReadBuiltIn(const OperationReader& reader, OperationHead head,
                         std::span<const Value> args, std::span<const python::Keyword> keywords,
                         const FieldContext& context) {
  CallArguments arguments = BindCall(reader.signature, args, keywords, head.position);
  if (head.value.Is(Kind::kInstance)) {
    head.description = OwnDescription(head.value, arguments, context);
  }
  return reader.read({std::move(head), std::move(arguments), context});
}

OperationPtr ReadCall(Value value, const FieldContext& context) {
  const python::CallView call = python::View(value.AsCall());
  const std::string dotted = python::DottedName(call.callee);
  const KnownClass known = FindClass(dotted);
  OperationHead head;
  head.class_name = known.name;
  head.value = value;
  head.position = call.position;
  if (known.reader && HasOperation(context.dialect, known.name)) {
    return ReadBuiltIn(*known.reader, std::move(head), call.args, call.keywords, context);
  }
  if (!known.module.empty() && known.name != "Operation") {
    std::string module(known.module.substr(0, known.module.size() - 1));
    throw Error(call.position.ToPlace(), "AttributeError: module '" + module +
                                             "' has no attribute '" + head.class_name + "'");
  }
  head.class_name = dotted.substr(dotted.rfind('.') + 1);
  if (head.class_name.empty()) head.class_name = python::Repr(call.callee);
  return ReadCustom(std::move(head), call.args, call.keywords);
}

OperationPtr ReadInstance(Value value, const FieldContext& context) {
  const python::InstanceView instance = python::View(value.AsInstance());
  OperationHead head = HeadOfInstance(value, context);
  for (const Value base : python::View(instance.type.AsClass()).mro) {
    const KnownClass known = FindClass(python::DottedName(base));
    if (!known.reader) continue;
    return ReadBuiltIn(*known.reader, std::move(head), instance.args, instance.keywords, context);
  }
  head.description = OwnDescription(value, CallArguments({}), context);
  return ReadCustom(std::move(head), instance.args, instance.keywords);
}

}  // namespace

// ---- Reading

OperationPtr ReadOperation(Value value, const FieldContext& context) {
  if (context.budget && --context.budget->operations < 0) {
    throw Error(python::PositionOf(value).ToPlace(), "more operations than one migration may hold");
  }
  if (value.Is(Kind::kCall)) return ReadCall(value, context);
  if (value.Is(Kind::kInstance)) return ReadInstance(value, context);
  std::string message =
      "expected an operation such as migrations.AddField(...), got " + Shown(value);
  if (FindClass(python::DottedName(value)).reader) message += ", which is not called";
  throw Error(python::PositionOf(value).ToPlace(), message);
}

std::vector<OperationPtr> ReadOperations(Value value, std::string_view what,
                                         const FieldContext& context) {
  if (value.IsNone()) return {};
  if (!value.IsSequence()) {
    throw Error(python::PositionOf(value).ToPlace(),
                std::string(what) + " must be a list of operations, got " + Shown(value));
  }
  FieldContext inner = context;
  OperationBudget own;
  if (!inner.budget) inner.budget = &own;
  if (--inner.budget->nesting < 0) {
    throw Error(python::PositionOf(value).ToPlace(), "operations stand too deep in each other");
  }
  std::vector<OperationPtr> operations;
  for (const Value item : value.Items()) operations.push_back(ReadOperation(item, inner));
  ++inner.budget->nesting;
  return operations;
}

}  // namespace migext::django
