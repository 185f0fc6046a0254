#include "django/operations/special.h"

#include "base/text.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

bool EndsWithAttribute(Value value, std::string_view owner_and_name) {
  return value.Is(Kind::kSymbol) && python::DottedName(value).ends_with(owner_and_name);
}

// ---- RunSQL

/// Adds an item of a list: a text, or a list of a text and its parameters.
void AddStatement(Value item, SqlArgument& argument) {
  Value sql = item;
  SqlArgument::Statement statement;
  if (item.IsSequence()) {
    if (item.Items().size() != 2) {
      argument.failure =
          "ValueError: Expected a 2-tuple but got " + std::to_string(item.Items().size());
      return;
    }
    sql = item.Items()[0];
    if (!item.Items()[1].IsNone()) statement.params = item.Items()[1];
  }
  if (sql.IsStr()) {
    statement.sql = sql.AsStr();
  } else {
    argument.known = false;
  }
  argument.statements.push_back(statement);
}

SqlArgument ReadSql(Value value) {
  SqlArgument argument;
  if (EndsWithAttribute(value, ".RunSQL.noop")) {
    argument.script = "";
    return argument;
  }
  argument.value = value;
  if (value.IsStr()) {
    argument.script = value.AsStr();
  } else if (value.IsSequence()) {
    for (const Value item : value.Items()) {
      if (argument.failure.empty()) AddStatement(item, argument);
    }
  } else {
    argument.known = false;
  }
  return argument;
}

bool Flag(const OperationSource& source, std::string_view parameter) {
  return python::Truth(source.arguments.Get(parameter)).value_or(false);
}

OperationPtr ReadRunSql(OperationSource source) {
  RunSql::Parts parts;
  parts.sql = ReadSql(source.arguments.Get("sql"));
  const Value reverse = source.arguments.Get("reverse_sql");
  if (!reverse.IsNone()) parts.reverse_sql = ReadSql(reverse);
  parts.state_operations = ReadOperations(source.arguments.Get("state_operations"),
                                          "state_operations of RunSQL", source.context);
  parts.hints = source.arguments.Get("hints");
  parts.elidable = Flag(source, "elidable");
  return std::make_shared<RunSql>(std::move(source.head), std::move(parts));
}

// ---- RunPython

/// callable(), taking for callable what is not known.
bool IsCallable(Value value) {
  switch (value.kind()) {
    case Kind::kFunction:
    case Kind::kBuiltin:
    case Kind::kBoundMethod:
    case Kind::kClass:
    case Kind::kDescriptor:
    case Kind::kSymbol:
    case Kind::kCall:
      return true;
    case Kind::kInstance:
      if (python::FindAttribute(value, "__call__")) return true;
      for (const Value base : python::View(python::View(value.AsInstance()).type.AsClass()).mro) {
        if (base.Is(Kind::kSymbol)) return true;
      }
      return false;
    default:
      return false;
  }
}

OperationPtr ReadRunPython(OperationSource source) {
  RunPython::Parts parts;
  parts.code = source.arguments.Get("code");
  if (!IsCallable(parts.code)) {
    throw Error(source.head.position.ToPlace(),
                "ValueError: RunPython must be supplied with a callable");
  }
  parts.reverse_code = source.arguments.Get("reverse_code");
  if (!parts.reverse_code.IsNone() && !IsCallable(parts.reverse_code)) {
    throw Error(source.head.position.ToPlace(),
                "ValueError: RunPython must be supplied with callable arguments");
  }
  const Value atomic = source.arguments.Get("atomic");
  if (!atomic.IsNone()) parts.atomic = python::Truth(atomic);
  parts.hints = source.arguments.Get("hints");
  parts.elidable = Flag(source, "elidable");
  return std::make_shared<RunPython>(std::move(source.head), std::move(parts));
}

// ---- SeparateDatabaseAndState

OperationPtr ReadSeparate(OperationSource source) {
  std::vector<OperationPtr> database =
      ReadOperations(source.arguments.Get("database_operations"),
                     "database_operations of SeparateDatabaseAndState", source.context);
  std::vector<OperationPtr> state =
      ReadOperations(source.arguments.Get("state_operations"),
                     "state_operations of SeparateDatabaseAndState", source.context);
  return std::make_shared<SeparateDatabaseAndState>(std::move(source.head), std::move(database),
                                                    std::move(state));
}

constexpr Parameter kRunSql[] = {{"sql"},
                                 {"reverse_sql", Parameter::kOptional},
                                 {"state_operations", Parameter::kOptional},
                                 {"hints", Parameter::kOptional},
                                 {"elidable", Parameter::kOptional}};
constexpr Parameter kRunPython[] = {{"code"},
                                    {"reverse_code", Parameter::kOptional},
                                    {"atomic", Parameter::kOptional},
                                    {"hints", Parameter::kOptional},
                                    {"elidable", Parameter::kOptional}};
constexpr Parameter kSeparate[] = {{"database_operations", Parameter::kOptional},
                                   {"state_operations", Parameter::kOptional}};

constexpr OperationReader kReaders[] = {
    {"RunSQL", {"RunSQL.__init__", kRunSql}, ReadRunSql},
    {"RunPython", {"RunPython.__init__", kRunPython}, ReadRunPython},
    {"SeparateDatabaseAndState", {"SeparateDatabaseAndState.__init__", kSeparate}, ReadSeparate},
};

}  // namespace

std::span<const OperationReader> SpecialOperations() { return kReaders; }

std::string SqlArgument::ToString() const {
  return script ? std::string(*script) : python::Str(value);
}

void RunSql::StateForwards(std::string_view app, ProjectState& state) const {
  for (const OperationPtr& operation : parts_.state_operations) {
    operation->StateForwards(app, state);
  }
}

void RunPython::StateForwards(std::string_view /*app*/, ProjectState& /*state*/) const {}

bool IsNoop(Value code) { return EndsWithAttribute(code, ".RunPython.noop"); }

std::string DocString(Value code) {
  if (code.Is(Kind::kFunction)) {
    return std::string(python::View(code.AsFunction()).docstring.value_or(std::string_view()));
  }
  const std::optional<Value> doc = python::FindAttribute(code, "__doc__");
  return doc && doc->IsStr() ? std::string(doc->AsStr()) : std::string();
}

OperationKind SeparateDatabaseAndState::BuiltInKind() const {
  if (database_operations.empty()) return OperationKind::kState;
  const OperationKind kind = database_operations.front()->Kind();
  for (const OperationPtr& operation : database_operations) {
    if (operation->Kind() != kind) return OperationKind::kSchema;
  }
  return kind;
}

std::string SeparateDatabaseAndState::BuiltInDescription() const {
  return "Custom state/database change combination";
}

void SeparateDatabaseAndState::StateForwards(std::string_view app, ProjectState& state) const {
  for (const OperationPtr& operation : state_operations) operation->StateForwards(app, state);
}

void CustomOperation::StateForwards(std::string_view /*app*/, ProjectState& /*state*/) const {}

}  // namespace migext::django
