// CreateModel.reduce(): the model is created as later operations leave it.
#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "django/operations/postgres.h"
#include "django/operations/special.h"
#include "django/together.h"
#include "python/objects.h"
#include "rewrite/reduce.h"

namespace migext::rewrite {
namespace {

using django::ModelState;
using python::Value;

constexpr std::string_view kOrderOption = "order_with_respect_to";

/// A key to 'self' follows the model's name.
void PointSelfAt(const std::string& new_name, django::NamedField& named) {
  const std::optional<Value> to = named.field->Option("to");
  if (!named.field->relation || !to || !to->IsStr() || to->AsStr() != "self") return;
  auto field = std::make_shared<django::Field>(*named.field);
  field->relation->to.model = LowerUtf8(new_name);
  field->relation->to_as_written = field->relation->to.app + "." + new_name;
  named.field = std::move(field);
}

void EraseByName(std::vector<django::NamedIndex>& indexes, std::string_view name) {
  std::erase_if(indexes, [&](const django::NamedIndex& index) { return index.name == name; });
}

/// Works on a copy of the model.
class ModelEditor final : public django::OperationVisitor {
 public:
  ModelEditor(const ModelState& model, const ReduceContext& context)
      : model_(model), context_(context) {}

  /// Nothing when the operation stays beside the model.
  std::optional<ModelState> After(const django::Operation& operation) {
    operation.Accept(*this);
    if (!is_taken_) return std::nullopt;
    return std::move(model_);
  }

  void Visit(const django::RenameModel& rename) override {
    if (!Take(rename.name)) return;
    model_.name = rename.new_name;
    for (django::NamedField& named : model_.fields) PointSelfAt(rename.new_name, named);
  }
  void Visit(const django::AlterModelOptions& alter) override {
    if (!Take(alter.name)) return;
    alter.options.ApplyTo(model_);
    for (const std::string_view key : django::AlterOptionKeys()) {
      if (!alter.options.Has(key)) model_.DropOption(key);
    }
  }
  void Visit(const django::AlterModelManagers& alter) override {
    if (context_.rules.managers && Take(alter.name)) model_.managers = alter.managers;
  }
  void Visit(const django::AlterModelTable& alter) override {
    if (context_.rules.tables && Take(alter.name)) model_.SetOption("db_table", alter.table);
  }
  void Visit(const django::AlterModelTableComment& alter) override {
    if (!context_.rules.tables || !Take(alter.name)) return;
    model_.SetOption("db_table_comment", alter.table_comment);
  }
  void Visit(const django::AlterTogether& alter) override {
    if (!Take(alter.name)) return;
    (alter.unique ? model_.unique_together : model_.index_together) = alter.option;
    model_.AddToOrder(alter.unique ? "unique_together" : "index_together");
  }
  void Visit(const django::AlterOrderWithRespectTo& alter) override {
    if (Take(alter.name)) model_.SetOption(kOrderOption, alter.order_with_respect_to);
  }

  void Visit(const django::AddField& add) override {
    if (!Take(add.model_name)) return;
    RequireNoField(add.name, add);
    model_.fields.push_back({add.name, add.field});
  }
  /// A name in other letters is lost, as in Django.
  void Visit(const django::AlterField& alter) override {
    if (!Take(alter.model_name)) return;
    for (django::NamedField& named : model_.fields) {
      if (named.name == alter.name) named.field = alter.field;
    }
  }
  void Visit(const django::RemoveField& remove) override {
    if (!Take(remove.model_name)) return;
    const std::string name = LowerUtf8(remove.name);
    RemoveFromTogether(model_.unique_together, "unique_together", name);
    RemoveFromTogether(model_.index_together, "index_together", name);
    if (IsOrderedBy(name)) model_.DropOption(kOrderOption);
    std::erase_if(model_.fields, [&](const auto& named) { return LowerUtf8(named.name) == name; });
  }
  void Visit(const django::RenameField& rename) override {
    if (!Take(rename.model_name)) return;
    RenameInTogether(model_.unique_together, rename);
    RenameInTogether(model_.index_together, rename);
    if (IsOrderedBy(rename.name)) {
      model_.SetOption(kOrderOption,
                       Value::Of(python::Kind::kStr, context_.heap.NewStr(rename.new_name)));
    }
    for (django::NamedField& named : model_.fields) {
      if (named.name != rename.name || rename.name == rename.new_name) continue;
      RequireNoField(rename.new_name, rename);
      named.name = rename.new_name;
    }
  }

  void Visit(const django::AddIndex& add) override {
    if (!context_.rules.indexes || !Take(add.model_name)) return;
    model_.AddToOrder("indexes");
    model_.indexes.push_back(add.index);
  }
  void Visit(const django::RemoveIndex& remove) override {
    if (!context_.rules.indexes || !Take(remove.model_name)) return;
    model_.AddToOrder("indexes");
    EraseByName(model_.indexes, remove.name);
  }
  void Visit(const django::RenameIndex& rename) override {
    if (!context_.rules.unnamed_indexes || rename.old_fields.empty() || !Take(rename.model_name)) {
      return;
    }
    if (model_.index_together) {
      std::erase(model_.index_together->groups, rename.old_fields);
      django::MakeSet(*model_.index_together);
    }
    if (!model_.index_together || model_.index_together->groups.empty()) {
      model_.index_together.reset();
      std::erase(model_.option_order, "index_together");
    }
    model_.AddToOrder("indexes");
    model_.indexes.push_back({.name = rename.new_name, .value = {}, .fields = rename.old_fields});
  }
  void Visit(const django::AddConstraint& add) override {
    if (!context_.rules.constraints || !Take(add.model_name)) return;
    model_.AddToOrder("constraints");
    model_.constraints.push_back(add.constraint);
  }
  void Visit(const django::RemoveConstraint& remove) override {
    if (!context_.rules.constraints || !Take(remove.model_name)) return;
    model_.AddToOrder("constraints");
    EraseByName(model_.constraints, remove.name);
  }
  void Visit(const django::AlterConstraint& alter) override {
    if (!context_.rules.altered_constraints || !Take(alter.model_name)) return;
    model_.AddToOrder("constraints");
    EraseByName(model_.constraints, alter.name);
    model_.constraints.push_back(alter.constraint);
  }

  void Visit(const django::CreateModel& /*operation*/) override {}
  void Visit(const django::DeleteModel& /*operation*/) override {}
  void Visit(const django::RunSql& /*operation*/) override {}
  void Visit(const django::RunPython& /*operation*/) override {}
  void Visit(const django::SeparateDatabaseAndState& /*operation*/) override {}
  void Visit(const django::PostgresOperation& /*operation*/) override {}
  void Visit(const django::CustomOperation& /*operation*/) override {}

 private:
  /// True, and the operation is used up, if it is one on this model.
  bool Take(std::string_view model) {
    is_taken_ = LowerUtf8(model) == LowerUtf8(model_.name);
    return is_taken_;
  }

  /// _check_for_duplicates()
  void RequireNoField(const std::string& name, const django::Operation& operation) const {
    if (!model_.FindField(name)) return;
    throw Error(operation.position().ToPlace(),
                "ValueError: Found duplicate value " + name + " in CreateModel fields argument.");
  }

  bool IsOrderedBy(std::string_view field) const {
    const std::optional<Value> order = model_.Option(kOrderOption);
    return order && order->IsStr() && order->AsStr() == field;
  }

  /// `options.pop()`, and what is left of the groups at the end of the options.
  void RemoveFromTogether(std::optional<django::Together>& together, std::string_view option,
                          const std::string& field) {
    std::erase(model_.option_order, option);
    if (!together) return;
    for (auto& group : together->groups) std::erase(group, field);
    std::erase_if(together->groups, [](const auto& group) { return group.empty(); });
    django::MakeSet(*together);
    if (together->groups.empty()) {
      together.reset();
    } else {
      model_.AddToOrder(option);
    }
  }

  static void RenameInTogether(std::optional<django::Together>& together,
                               const django::RenameField& rename) {
    if (!together || together->groups.empty()) return;
    for (auto& group : together->groups) {
      std::ranges::replace(group, rename.name, rename.new_name);
    }
    django::MakeSet(*together);
  }

  ModelState model_;
  const ReduceContext& context_;
  bool is_taken_ = false;
};

}  // namespace

std::optional<Operations> TakeIn(const django::CreateModel& create, const django::Operation& other,
                                 const ReduceContext& context) {
  std::optional<ModelState> model = ModelEditor(create.model, context).After(other);
  if (!model) return std::nullopt;
  return Operations{
      std::make_shared<django::CreateModel>(HeadOf("CreateModel", create), std::move(*model))};
}

}  // namespace migext::rewrite
