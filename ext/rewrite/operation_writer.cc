#include "rewrite/operation_writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "django/operations/postgres.h"
#include "django/operations/special.h"
#include "rewrite/django_paths.h"

namespace migext::rewrite {
namespace {

using python::Kind;
using python::Value;

constexpr std::size_t kIndent = 4;

std::string Tuple(const std::vector<std::string>& parts) {
  return "(" + Join(parts, ", ") + (parts.size() == 1 ? ",)" : ")");
}

class Writer final : public django::OperationVisitor {
 public:
  Writer(ValueWriter& values, int indentation) : values_(values), indentation_(indentation) {}

  std::string Take() {
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
    AsGiven(operation);
  }
  void Visit(const django::CustomOperation& operation) override {
    OpenLibrary(operation);
    AsGiven(operation);
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
  void Line(std::string_view name, const std::string& text) {
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
  void AsGiven(const django::Operation& operation);

  ValueWriter& values_;
  int indentation_;
  std::vector<std::string> lines_;
};

std::string Writer::TogetherText(const django::Together& together) const {
  std::vector<std::string> groups;
  for (const std::vector<std::string>& names : together.groups) {
    std::vector<std::string> parts;
    for (const std::string& name : names) parts.push_back(ValueWriter::QuoteText(name));
    groups.push_back(Tuple(parts));
  }
  if (together.flat && groups.size() == 1) return groups.front();
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
  Feed("fields=[");
  ++indentation_;
  for (const django::NamedField& named : create.model.fields) {
    FeedValue("", "(" + ValueWriter::QuoteText(named.name) + ", " +
                      values_.WriteField(*named.field) + ")");
  }
  --indentation_;
  Feed("],");
  if (!create.model.option_order.empty()) {
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

/// The arguments of the call that made it.
void Writer::AsGiven(const django::Operation& operation) {
  const Value value = operation.head().value;
  std::span<const Value> args;
  std::span<const python::Keyword> keywords;
  if (value.Is(Kind::kCall)) {
    args = python::View(value.AsCall()).args;
    keywords = python::View(value.AsCall()).keywords;
  } else if (value.Is(Kind::kInstance)) {
    args = python::View(value.AsInstance()).args;
    keywords = python::View(value.AsInstance()).keywords;
  }
  for (const Value argument : args) FeedValue("", values_.Write(argument));
  for (const python::Keyword& keyword : keywords) Argument(keyword.name, keyword.value);
}

}  // namespace

std::string WriteOperation(const django::Operation& operation, int indentation,
                           ValueWriter& writer) {
  Writer lines(writer, indentation);
  operation.Accept(lines);
  return lines.Take();
}

}  // namespace migext::rewrite
