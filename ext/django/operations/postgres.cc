#include "django/operations/postgres.h"

#include "base/text.h"
#include "django/index.h"
#include "django/operations/indexes.h"

namespace migext::django {
namespace {

using python::Value;

OperationPtr Make(OperationSource source, PostgresOperation::Parts parts) {
  return std::make_shared<PostgresOperation>(std::move(source.head), std::move(parts));
}

/// One that leaves the state alone.
OperationPtr Describe(OperationSource source, std::string description, std::string name_fragment,
                      char category = '+') {
  PostgresOperation::Parts parts;
  parts.name_fragment = std::move(name_fragment);
  parts.description = std::move(description);
  parts.category = category;
  return Make(std::move(source), std::move(parts));
}

std::string Text(const OperationSource& source, std::string_view parameter) {
  return python::Str(source.arguments.Get(parameter));
}

// ---- Extensions and collations

/// The class says which extension it is, as in TrigramExtension.
OperationPtr ReadExtension(OperationSource source, std::string_view extension) {
  return Describe(std::move(source), "Creates extension " + std::string(extension),
                  "create_extension_" + std::string(extension));
}

OperationPtr ReadCreateExtension(OperationSource source) {
  const std::string name = Text(source, "name");
  return ReadExtension(std::move(source), name);
}

OperationPtr ReadCreateCollation(OperationSource source) {
  const std::string name = Text(source, "name");
  return Describe(std::move(source), "Create collation " + name,
                  "create_collation_" + LowerUtf8(name));
}

OperationPtr ReadRemoveCollation(OperationSource source) {
  const std::string name = Text(source, "name");
  return Describe(std::move(source), "Remove collation " + name,
                  "remove_collation_" + LowerUtf8(name), '-');
}

// ---- Indexes and constraints

OperationPtr ReadAddIndexConcurrently(OperationSource source) {
  std::string model = NameArgument(source, "model_name");
  NamedIndex index = ReadIndex(source.arguments.Get("index"), source.context, source.head.position);
  if (index.name.empty()) {
    throw Error(source.head.position.ToPlace(),
                "ValueError: Indexes passed to AddIndex operations require a name argument. " +
                    IndexRepr(index) + " doesn't have one.");
  }
  PostgresOperation::Parts parts;
  parts.description = "Concurrently create index " + index.name + " on field(s) " +
                      Join(index.fields, ", ") + " of model " + model;
  parts.model_name = model;
  parts.state_operation = std::make_shared<AddIndex>(source.head, model, std::move(index));
  return Make(std::move(source), std::move(parts));
}

OperationPtr ReadRemoveIndexConcurrently(OperationSource source) {
  std::string model = NameArgument(source, "model_name");
  std::string name = NameArgument(source, "name");
  PostgresOperation::Parts parts;
  parts.description = "Concurrently remove index " + name + " from " + model;
  parts.category = '-';
  parts.model_name = model;
  parts.state_operation = std::make_shared<RemoveIndex>(source.head, model, name);
  return Make(std::move(source), std::move(parts));
}

OperationPtr ReadAddConstraintNotValid(OperationSource source) {
  std::string model = NameArgument(source, "model_name");
  const Value value = source.arguments.Get("constraint");
  NamedIndex constraint = ReadConstraint(value, source.context, source.head.position);
  if (python::DottedName(value).ends_with("UniqueConstraint")) {
    throw Error(source.head.position.ToPlace(),
                "TypeError: AddConstraintNotValid.constraint must be a check constraint.");
  }
  PostgresOperation::Parts parts;
  parts.description = "Create not valid constraint " + constraint.name + " on model " + model;
  parts.model_name = model;
  parts.name_fragment = LowerUtf8(model + "_" + constraint.name) + "_not_valid";
  parts.state_operation =
      std::make_shared<AddConstraint>(source.head, model, std::move(constraint));
  return Make(std::move(source), std::move(parts));
}

OperationPtr ReadValidateConstraint(OperationSource source) {
  PostgresOperation::Parts parts;
  parts.model_name = NameArgument(source, "model_name");
  parts.name_fragment = LowerUtf8(parts.model_name + "_validate_" + Text(source, "name"));
  parts.description =
      "Validate constraint " + Text(source, "name") + " on model " + parts.model_name;
  parts.category = '~';
  return Make(std::move(source), std::move(parts));
}

constexpr Parameter kName[] = {{"name"}};
constexpr Parameter kCollation[] = {{"name"},
                                    {"locale"},
                                    {"provider", Parameter::kKeywordOnly},
                                    {"deterministic", Parameter::kKeywordOnly}};
constexpr Parameter kIndex[] = {{"model_name"}, {"index"}};
constexpr Parameter kNamed[] = {{"model_name"}, {"name"}};
constexpr Parameter kConstraint[] = {{"model_name"}, {"constraint"}};

constexpr OperationReader kReaders[] = {
    {"CreateExtension", {"CreateExtension.__init__", kName}, ReadCreateExtension},
    {"BloomExtension",
     {"BloomExtension.__init__", {}},
     [](OperationSource source) { return ReadExtension(std::move(source), "bloom"); }},
    {"BtreeGinExtension",
     {"BtreeGinExtension.__init__", {}},
     [](OperationSource source) { return ReadExtension(std::move(source), "btree_gin"); }},
    {"BtreeGistExtension",
     {"BtreeGistExtension.__init__", {}},
     [](OperationSource source) { return ReadExtension(std::move(source), "btree_gist"); }},
    {"CITextExtension",
     {"CITextExtension.__init__", {}},
     [](OperationSource source) { return ReadExtension(std::move(source), "citext"); }},
    {"CryptoExtension",
     {"CryptoExtension.__init__", {}},
     [](OperationSource source) { return ReadExtension(std::move(source), "pgcrypto"); }},
    {"HStoreExtension",
     {"HStoreExtension.__init__", {}},
     [](OperationSource source) { return ReadExtension(std::move(source), "hstore"); }},
    {"TrigramExtension",
     {"TrigramExtension.__init__", {}},
     [](OperationSource source) { return ReadExtension(std::move(source), "pg_trgm"); }},
    {"UnaccentExtension",
     {"UnaccentExtension.__init__", {}},
     [](OperationSource source) { return ReadExtension(std::move(source), "unaccent"); }},
    {"CreateCollation", {"CollationOperation.__init__", kCollation}, ReadCreateCollation},
    {"RemoveCollation", {"CollationOperation.__init__", kCollation}, ReadRemoveCollation},
    {"AddIndexConcurrently", {"AddIndex.__init__", kIndex}, ReadAddIndexConcurrently},
    {"RemoveIndexConcurrently", {"RemoveIndex.__init__", kNamed}, ReadRemoveIndexConcurrently},
    {"AddConstraintNotValid",
     {"AddConstraintNotValid.__init__", kConstraint},
     ReadAddConstraintNotValid},
    {"ValidateConstraint", {"ValidateConstraint.__init__", kNamed}, ReadValidateConstraint},
};

}  // namespace

std::span<const OperationReader> PostgresOperations() { return kReaders; }

void PostgresOperation::StateForwards(std::string_view app, ProjectState& state) const {
  if (parts_.state_operation) parts_.state_operation->StateForwards(app, state);
}

}  // namespace migext::django
