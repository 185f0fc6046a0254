#include "rewrite/operation_writer.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "django/operations/postgres.h"
#include "django/operations/reader.h"
#include "django/operations/special.h"
#include "rewrite/django_paths.h"
#include "rewrite/own_deconstruct.h"

namespace migext::rewrite {
namespace {

using python::Kind;
using python::Value;

constexpr std::size_t kIndent = 4;

std::string Tuple(const std::vector<std::string>& parts) {
  return "(" + Join(parts, ", ") + (parts.size() == 1 ? ",)" : ")");
}

/// get_func_args(operation.__init__) of a class of the project that has its own; without *args.
std::optional<std::vector<std::string>> OwnParameters(Value value, const django::Dialect& dialect) {
  if (!value.Is(Kind::kInstance)) return std::nullopt;
  const Value type = python::View(value.AsInstance()).type;
  const std::optional<Value> init = python::FindAttribute(type, "__init__");
  if (!init || !init->Is(Kind::kFunction)) return std::nullopt;
  const python::ParameterNames names = python::ParametersOf(init->AsFunction());
  std::vector<std::string> own;
  for (std::size_t i = 1; i < names.positional.size(); ++i) own.emplace_back(names.positional[i]);
  if (dialect.writes_keyword_only) {
    own.insert(own.end(), names.keyword_only.begin(), names.keyword_only.end());
  }
  return own;
}

/// The same of an operation of django.contrib.postgres.
std::vector<std::string> LibraryParameters(const django::Operation& operation) {
  std::vector<std::string> names;
  for (const django::OperationReader& reader : django::PostgresOperations()) {
    if (reader.class_name != operation.ClassName()) continue;
    for (const django::Parameter& parameter : reader.signature.parameters) {
      names.emplace_back(parameter.name);
    }
  }
  return names;
}

class Writer final : public django::OperationVisitor {
 public:
  Writer(ValueWriter& values, int indentation)
      : values_(values), indentation_(indentation), imports_before_(values.imports()) {}

  std::string Take(const django::Operation& operation) {
    const auto own = OwnParameters(operation.head().value, values_.dialect());
    if (own && operation.Kind() != django::OperationKind::kCustom) KeepArguments(*own);
    --indentation_;
    Feed("),");
    return Join(lines_, "\n");
  }

  void Open(const django::Operation& operation) {
    const Value value = operation.head().value;
    const std::string path = value.Is(Kind::kInstance) ? python::DottedName(value) : std::string();
    if (!path.empty() && !path.starts_with("django.")) {
      Feed(values_.UsePath(path) + "(");
    } else {
      Feed("migrations." + operation.ClassName() + "(");
    }
    ++indentation_;
  }
  void OpenLibrary(const django::Operation& operation) {
    std::string path = python::DottedName(operation.head().value);
    if (path.empty()) path = operation.ClassName();
    Feed(values_.UsePath(path) + "(");
    ++indentation_;
  }

  void Visit(const django::CreateModel& create) override;
  void Visit(const django::DeleteModel& operation) override {
    Open(operation);
    Text("name", operation.name);
  }
  void Visit(const django::RenameModel& operation) override {
    Open(operation);
    Text("old_name", operation.name);
    Text("new_name", operation.new_name);
  }
  void Visit(const django::AlterModelTable& operation) override {
    Open(operation);
    Text("name", operation.name);
    Argument("table", operation.table);
  }
  void Visit(const django::AlterModelTableComment& operation) override {
    Open(operation);
    Text("name", operation.name);
    Argument("table_comment", operation.table_comment);
  }
  void Visit(const django::AlterTogether& operation) override {
    Open(operation);
    Text("name", operation.name);
    Line(operation.unique ? "unique_together" : "index_together", TogetherText(operation.option));
  }
  void Visit(const django::AlterOrderWithRespectTo& operation) override {
    Open(operation);
    Text("name", operation.name);
    Argument("order_with_respect_to", operation.order_with_respect_to);
  }
  void Visit(const django::AlterModelOptions& operation) override;
  void Visit(const django::AlterModelManagers& operation) override {
    Open(operation);
    Text("name", operation.name);
    Managers(operation.managers);
  }
  void Visit(const django::AddField& operation) override {
    Open(operation);
    FieldArguments(operation, operation.field, operation.preserve_default);
  }
  void Visit(const django::AlterField& operation) override {
    Open(operation);
    FieldArguments(operation, operation.field, operation.preserve_default);
  }
  void Visit(const django::RemoveField& operation) override {
    Open(operation);
    Text("model_name", operation.model_name);
    Text("name", operation.name);
  }
  void Visit(const django::RenameField& operation) override {
    Open(operation);
    Text("model_name", operation.model_name);
    Text("old_name", operation.name);
    Text("new_name", operation.new_name);
  }
  void Visit(const django::AddIndex& operation) override {
    Open(operation);
    Text("model_name", operation.model_name);
    Line("index", values_.WriteIndex(operation.index));
  }
  void Visit(const django::RemoveIndex& operation) override {
    Open(operation);
    Text("model_name", operation.model_name);
    Text("name", operation.name);
  }
  void Visit(const django::RenameIndex& operation) override;
  void Visit(const django::AddConstraint& operation) override {
    Open(operation);
    Text("model_name", operation.model_name);
    Line("constraint", values_.WriteConstraint(operation.constraint));
  }
  void Visit(const django::RemoveConstraint& operation) override {
    Open(operation);
    Text("model_name", operation.model_name);
    Text("name", operation.name);
  }
  void Visit(const django::AlterConstraint& operation) override {
    Open(operation);
    Text("model_name", operation.model_name);
    Text("name", operation.name);
    Line("constraint", values_.WriteConstraint(operation.constraint));
  }
  void Visit(const django::RunSql& operation) override;
  void Visit(const django::RunPython& operation) override;
  void Visit(const django::SeparateDatabaseAndState& operation) override {
    Open(operation);
    Operations("database_operations", operation.database_operations);
    Operations("state_operations", operation.state_operations);
  }
  void Visit(const django::PostgresOperation& operation) override {
    OpenLibrary(operation);
    AsGiven(operation, LibraryParameters(operation));
  }
  void Visit(const django::CustomOperation& operation) override {
    OpenLibrary(operation);
    AsGiven(operation, {});
  }

 private:
  void Feed(const std::string& line) {
    lines_.push_back(std::string(kIndent * static_cast<std::size_t>(indentation_), ' ') + line);
  }
  /// A value that spans lines (operations inside others) keeps its own lines.
  void FeedValue(const std::string& before, const std::string& text) {
    const std::vector<std::string> lines = Split(text, '\n');
    for (std::size_t i = 0; i < lines.size(); ++i) {
      Feed((i == 0 ? before : "") + lines[i] + (i + 1 == lines.size() ? "," : ""));
    }
  }
  /// The lines from here on are those of one argument.
  void Begin(std::string_view name) { begins_.emplace_back(name, lines_.size()); }
  void Line(std::string_view name, const std::string& text) {
    Begin(name);
    FeedValue(std::string(name) + "=", text);
  }
  void Text(std::string_view name, std::string_view text) {
    Line(name, ValueWriter::QuoteText(text));
  }
  void Argument(std::string_view name, Value value) { Line(name, values_.Write(value)); }

  void FieldArguments(const django::FieldOperation& operation, const django::FieldPtr& field,
                      bool preserve_default) {
    Text("model_name", operation.model_name);
    Text("name", operation.name);
    Line("field", values_.WriteField(*field));
    if (!preserve_default) Line("preserve_default", "False");
  }

  std::string TogetherText(const django::Together& together) const;
  template <typename Write>
  static std::string List(const std::vector<django::NamedIndex>& indexes, Write write);
  void Option(std::string_view name, const django::ModelState& model);
  void Managers(const std::vector<std::pair<std::string, Value>>& managers);
  bool HasDefaultManager(const django::ModelState& model) const;
  void Operations(std::string_view name, const std::vector<django::OperationPtr>& operations);
  void AsGiven(const django::Operation& operation, std::vector<std::string> parameters);
  void KeepArguments(const std::vector<std::string>& names);

  ValueWriter& values_;
  int indentation_;
  std::set<std::string> imports_before_;
  std::vector<std::string> lines_;
  std::vector<std::pair<std::string, std::size_t>> begins_;  // Where each argument's lines begin.
};

std::string Writer::TogetherText(const django::Together& together) const {
  if (together.written) return values_.Write(*together.written);
  std::vector<std::string> groups;
  for (const std::vector<std::string>& names : together.groups) {
    std::vector<std::string> parts;
    for (const std::string& name : names) parts.push_back(ValueWriter::QuoteText(name));
    groups.push_back(Tuple(parts));
  }
  if (groups.empty()) return "set()";
  if (values_.dialect().sorts_sets) std::ranges::sort(groups);
  return "{" + Join(groups, ", ") + "}";
}

template <typename Write>
std::string Writer::List(const std::vector<django::NamedIndex>& indexes, Write write) {
  std::vector<std::string> parts;
  for (const django::NamedIndex& index : indexes) parts.push_back(write(index));
  return "[" + Join(parts, ", ") + "]";
}

void Writer::Option(std::string_view name, const django::ModelState& model) {
  const std::string before = ValueWriter::QuoteText(name) + ": ";
  const auto index = [&](const django::NamedIndex& one) { return values_.WriteIndex(one); };
  const auto constraint = [&](const django::NamedIndex& one) {
    return values_.WriteConstraint(one);
  };
  if (name == "indexes") {
    FeedValue(before, List(model.indexes, index));
  } else if (name == "constraints") {
    FeedValue(before, List(model.constraints, constraint));
  } else if (name == "unique_together" && model.unique_together) {
    FeedValue(before, TogetherText(*model.unique_together));
  } else if (name == "index_together" && model.index_together) {
    FeedValue(before, TogetherText(*model.index_together));
  } else if (const std::optional<Value> value = model.Option(name)) {
    FeedValue(before, values_.Write(*value));
  }
}

void Writer::Visit(const django::CreateModel& create) {
  Open(create);
  Text("name", create.model.name);
  Begin("fields");
  Feed("fields=[");
  ++indentation_;
  for (const django::NamedField& named : create.model.fields) {
    FeedValue("", "(" + ValueWriter::QuoteText(named.name) + ", " +
                      values_.WriteField(*named.field) + ")");
  }
  --indentation_;
  Feed("],");
  if (!create.model.option_order.empty()) {
    Begin("options");
    Feed("options={");
    ++indentation_;
    for (const std::string& option : create.model.option_order) Option(option, create.model);
    --indentation_;
    Feed("},");
  }
  std::vector<std::string> bases;
  for (const Value base : create.model.bases) bases.push_back(values_.Write(base));
  if (!bases.empty() && bases != std::vector<std::string>{"models.Model"}) {
    Line("bases", Tuple(bases));
  }
  if (!create.model.managers.empty() && !HasDefaultManager(create.model)) {
    Managers(create.model.managers);
  }
}

/// The one that every model has is not written: [('objects', models.Manager())].
bool Writer::HasDefaultManager(const django::ModelState& model) const {
  if (model.managers.size() != 1 || model.managers[0].first != "objects") return false;
  ValueWriter apart(values_.context());  // What it imports is not needed.
  return apart.Write(model.managers[0].second) == "django.db.models.manager.Manager()";
}

void Writer::Managers(const std::vector<std::pair<std::string, Value>>& managers) {
  Begin("managers");
  Feed("managers=[");
  ++indentation_;
  for (const auto& [name, manager] : managers) {
    FeedValue("", "(" + ValueWriter::QuoteText(name) + ", " + values_.Write(manager) + ")");
  }
  --indentation_;
  Feed("],");
}

void Writer::Visit(const django::AlterModelOptions& operation) {
  Open(operation);
  Text("name", operation.name);
  std::vector<std::pair<std::string, std::string>> parts;
  for (const auto& [name, value] : operation.options.plain) {
    parts.emplace_back(name, values_.Write(value));
  }
  const auto index = [&](const django::NamedIndex& one) { return values_.WriteIndex(one); };
  const auto constraint = [&](const django::NamedIndex& one) {
    return values_.WriteConstraint(one);
  };
  const django::MetaOptions& options = operation.options;
  if (options.indexes) parts.emplace_back("indexes", List(*options.indexes, index));
  if (options.constraints)
    parts.emplace_back("constraints", List(*options.constraints, constraint));
  if (options.unique_together) {
    parts.emplace_back("unique_together", TogetherText(*options.unique_together));
  }
  if (options.index_together) {
    parts.emplace_back("index_together", TogetherText(*options.index_together));
  }
  std::ranges::sort(parts);
  std::vector<std::string> entries;
  for (const auto& [name, text] : parts) {
    entries.push_back(ValueWriter::QuoteText(name) + ": " + text);
  }
  Line("options", "{" + Join(entries, ", ") + "}");
}

void Writer::Visit(const django::RenameIndex& operation) {
  Open(operation);
  Text("model_name", operation.model_name);
  Text("new_name", operation.new_name);
  if (!operation.old_name.empty()) return Text("old_name", operation.old_name);
  std::vector<std::string> fields;
  for (const std::string& field : operation.old_fields) {
    fields.push_back(ValueWriter::QuoteText(field));
  }
  Line("old_fields", Tuple(fields));
}

void Writer::Visit(const django::RunSql& operation) {
  const auto text = [&](const django::SqlArgument& sql) {
    return sql.value.IsNone() ? std::string("''") : values_.Write(sql.value);
  };
  Open(operation);
  Line("sql", text(operation.sql()));
  if (operation.reverse_sql()) Line("reverse_sql", text(*operation.reverse_sql()));
  if (!operation.state_operations().empty()) {
    std::vector<std::string> inner;
    for (const django::OperationPtr& one : operation.state_operations()) {
      inner.push_back(WriteOperation(*one, 0, values_));
      inner.back().pop_back();
    }
    Line("state_operations", "[" + Join(inner, ", ") + "]");
  }
  if (python::Truth(operation.hints()).value_or(true)) Argument("hints", operation.hints());
  if (operation.Elidable() && values_.dialect().writes_elidable) Line("elidable", "True");
}

void Writer::Visit(const django::RunPython& operation) {
  Open(operation);
  Argument("code", operation.code());
  if (!operation.reverse_code().IsNone()) Argument("reverse_code", operation.reverse_code());
  if (const std::optional<bool> atomic = operation.Atomic()) {
    Line("atomic", *atomic ? "True" : "False");
  }
  if (python::Truth(operation.hints()).value_or(true)) Argument("hints", operation.hints());
  if (operation.Elidable() && values_.dialect().writes_elidable) Line("elidable", "True");
}

void Writer::Operations(std::string_view name,
                        const std::vector<django::OperationPtr>& operations) {
  if (operations.empty()) return;
  Begin(name);
  Feed(std::string(name) + "=[");
  ++indentation_;
  for (const django::OperationPtr& operation : operations) {
    std::string text = WriteOperation(*operation, 0, values_);
    text.pop_back();
    FeedValue("", text);
  }
  --indentation_;
  Feed("],");
}

/// What its own deconstruct() says, or Operation.deconstruct(): the arguments of the call that made
/// it, by the names of their parameters where those are known.
void Writer::AsGiven(const django::Operation& operation, std::vector<std::string> parameters) {
  const Value value = operation.head().value;
  Deconstructed parts;
  if (value.Is(Kind::kCall)) {
    const python::CallView call = python::View(value.AsCall());
    parts.args.assign(call.args.begin(), call.args.end());
    for (const python::Keyword& one : call.keywords) parts.kwargs.emplace_back(one.name, one.value);
  } else if (value.Is(Kind::kInstance)) {
    parameters = OwnParameters(value, values_.dialect()).value_or(std::move(parameters));
    if (auto own = OwnDeconstruct(value, values_.context())) {
      parts = *std::move(own);
    } else {
      const python::InstanceView made = python::View(value.AsInstance());
      parts.args.assign(made.call_args.begin(), made.call_args.end());
      for (const auto& one : made.call_keywords) parts.kwargs.emplace_back(one.name, one.value);
    }
  }
  const bool is_known = !parameters.empty();
  for (std::size_t i = 0; i < parts.args.size(); ++i) {
    const std::string text = values_.Write(parts.args[i]);
    FeedValue(i < parameters.size() ? parameters[i] + "=" : "", text);
  }
  parameters.erase(parameters.begin(),
                   parameters.begin() +
                       static_cast<std::ptrdiff_t>(std::min(parts.args.size(), parameters.size())));
  for (const auto& [name, argument] : parts.kwargs) Argument(name, argument);
  if (is_known) KeepArguments(parameters);
}

/// Of the arguments, those of these names, in their order.
void Writer::KeepArguments(const std::vector<std::string>& names) {
  if (begins_.empty()) return;
  std::vector<std::string> kept(lines_.begin(),
                                lines_.begin() + static_cast<std::ptrdiff_t>(begins_[0].second));
  for (const std::string& name : names) {
    const auto begin = std::ranges::find(begins_, name, &decltype(begins_)::value_type::first);
    if (begin == begins_.end()) continue;
    const std::size_t end = begin + 1 == begins_.end() ? lines_.size() : (begin + 1)->second;
    for (std::size_t i = begin->second; i < end; ++i) kept.push_back(lines_[i]);
  }
  lines_ = std::move(kept);
  // What only the other arguments have imported.
  const std::string text = Join(lines_, "\n");
  std::erase_if(values_.imports(), [&](const std::string& line) {
    const std::string name = line.substr(line.rfind(' ') + 1);
    return !imports_before_.contains(line) && text.find(name) == std::string::npos;
  });
}

}  // namespace

std::string WriteOperation(const django::Operation& operation, int indentation,
                           ValueWriter& writer) {
  Writer lines(writer, indentation);
  operation.Accept(lines);
  return lines.Take(operation);
}

}  // namespace migext::rewrite
