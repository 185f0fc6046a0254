#include "rewrite/reduce.h"

#include <memory>
#include <utility>

#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "django/operations/postgres.h"
#include "django/operations/special.h"
#include "rewrite/references.h"

namespace migext::rewrite {
namespace {

using django::ModelKey;
using django::Operation;
using django::OperationPtr;

bool SameName(std::string_view a, std::string_view b) { return LowerUtf8(a) == LowerUtf8(b); }

bool SameField(const django::FieldOperation& a, const django::FieldOperation& b) {
  return SameName(a.model_name, b.model_name) && SameName(a.name, b.name);
}

/// Operation.reduce(), which all others end in: one that may be left out goes.
std::optional<Operations> WithoutElidable(const OperationPtr& operation,
                                          const OperationPtr& other) {
  if (operation->Elidable()) return Operations{other};
  if (other->Elidable()) return Operations{operation};
  return std::nullopt;
}

/// "Create collation german" and "Remove collation german".
bool UndoesCollation(const Operation& create, const Operation& remove) {
  constexpr std::string_view kCreate = "Create collation ";
  constexpr std::string_view kRemove = "Remove collation ";
  const std::string created = create.Describe();
  const std::string removed = remove.Describe();
  return created.starts_with(kCreate) && removed.starts_with(kRemove) &&
         std::string_view(created).substr(kCreate.size()) ==
             std::string_view(removed).substr(kRemove.size());
}

/// reduce() of the operation's type: each Visit sets what the two become and whether they pass.
class Reducer final : public django::OperationVisitor {
 public:
  Reducer(const OperationPtr& operation, const OperationPtr& other, const ReduceContext& context)
      : operation_(operation), other_(other), other_as_(AsBuiltIn(*other)), context_(context) {}

  Reduction Run() {
    operation_->Accept(*this);
    if (merged_) return {std::move(merged_), false};
    if (auto kept = WithoutElidable(operation_, other_)) return {std::move(kept), false};
    return {std::nullopt, passes_};
  }

  void Visit(const django::CreateModel& create) override {
    const auto* deleted = As<django::DeleteModel>();
    if (deleted && SameName(deleted->name, create.model.name) && !create.model.IsProxy()) {
      merged_.emplace();
      return;
    }
    merged_ = TakeIn(create, other_as_, context_);
    PassesModel(create.model.name);
  }
  void Visit(const django::DeleteModel& deletion) override { PassesModel(deletion.name); }
  void Visit(const django::RenameModel& rename) override {
    const auto* next = As<django::RenameModel>();
    if (next && SameName(rename.new_name, next->name)) {
      Become(std::make_shared<django::RenameModel>(HeadOf("RenameModel", rename), rename.name,
                                                   next->new_name));
    }
    PassesModel(rename.new_name);
  }
  void Visit(const django::AlterModelTable& alter) override { ReduceOption(alter); }
  void Visit(const django::AlterModelTableComment& alter) override { ReduceOption(alter); }
  void Visit(const django::AlterOrderWithRespectTo& alter) override { ReduceOption(alter); }
  void Visit(const django::AlterModelOptions& alter) override { ReduceOption(alter); }
  void Visit(const django::AlterModelManagers& alter) override { ReduceOption(alter); }
  void Visit(const django::AlterTogether& alter) override {
    const auto* next = As<django::AlterTogether>();
    const bool is_same_option = next && next->unique == alter.unique;
    if ((is_same_option && SameName(next->name, alter.name)) || IsDeleted(alter.name))
      BecomeOther();
    PassesModel(alter.name);
    const bool is_other_option = next && next->unique != alter.unique;
    if (is_other_option && context_.rules.together_pass_each_other) passes_ = true;
  }

  void Visit(const django::AddField& add) override {
    const auto* next = As<django::FieldOperation>();
    if (next && SameField(add, *next)) ReduceAdded(add);
    PassesField(add.model_name, add.name);
  }
  void Visit(const django::RemoveField& remove) override {
    if (IsDeleted(remove.model_name)) BecomeOther();
    PassesField(remove.model_name, remove.name);
  }
  void Visit(const django::AlterField& alter) override {
    const auto* next = As<django::FieldOperation>();
    if (next && SameField(alter, *next)) ReduceAltered(alter);
    PassesField(alter.model_name, alter.name);
  }
  void Visit(const django::RenameField& rename) override {
    const auto* next = As<django::RenameField>();
    if (next && SameName(rename.model_name, next->model_name) &&
        SameName(rename.new_name, next->name)) {
      Become(std::make_shared<django::RenameField>(HeadOf("RenameField", rename), rename.model_name,
                                                   rename.name, next->new_name));
    }
    PassesField(rename.model_name, rename.new_name);
    if (context_.rules.renames_guard_old_names) {
      passes_ = passes_ && DoesNotReference(rename.model_name, rename.name);
    }
  }

  void Visit(const django::AddIndex& add) override {
    if (!context_.rules.repeated) return;
    const auto* remove = As<django::RemoveIndex>();
    if (remove && remove->name == add.index.name) merged_.emplace();
    const auto* rename = As<django::RenameIndex>();
    if (!rename || rename->old_name != add.index.name) return;
    django::NamedIndex renamed = add.index;
    renamed.name = rename->new_name;
    Become(std::make_shared<django::AddIndex>(HeadOf("AddIndex", add), add.model_name,
                                              std::move(renamed)));
  }
  void Visit(const django::RemoveIndex& /*remove*/) override {}
  void Visit(const django::RenameIndex& rename) override {
    const auto* next = As<django::RenameIndex>();
    if (!next || !SameName(rename.model_name, next->model_name) || next->old_name.empty() ||
        !SameName(rename.new_name, next->old_name)) {
      return;
    }
    Become(rename.To(HeadOf("RenameIndex", rename), next->new_name));
  }
  void Visit(const django::AddConstraint& add) override {
    const auto* remove = As<django::RemoveConstraint>();
    if (context_.rules.repeated && remove && remove->name == add.constraint.name &&
        SameName(remove->model_name, add.model_name)) {
      merged_.emplace();
    }
    const auto* alter = As<django::AlterConstraint>();
    if (!alter || alter->name != add.constraint.name ||
        !SameName(alter->model_name, add.model_name)) {
      return;
    }
    Become(std::make_shared<django::AddConstraint>(HeadOf("AddConstraint", add), add.model_name,
                                                   alter->constraint));
  }
  void Visit(const django::RemoveConstraint& /*remove*/) override {}
  void Visit(const django::AlterConstraint& alter) override {
    const auto* next = As<django::AlterConstraint>();
    const auto* remove = As<django::RemoveConstraint>();
    const bool is_altered =
        next && next->name == alter.name && SameName(next->model_name, alter.model_name);
    const bool is_removed =
        remove && remove->name == alter.name && SameName(remove->model_name, alter.model_name);
    if (is_altered || is_removed) BecomeOther();
  }

  void Visit(const django::RunSql& /*run*/) override {}
  void Visit(const django::RunPython& /*run*/) override {}
  void Visit(const django::SeparateDatabaseAndState& /*separate*/) override {}
  void Visit(const django::CustomOperation& /*custom*/) override {}
  /// AddIndexConcurrently is an AddIndex, and AddConstraintNotValid an AddConstraint: undone, they
  /// are nothing; everything else would need one of their own class.
  void Visit(const django::PostgresOperation& operation) override {
    if (UndoesCollation(operation, *other_)) merged_.emplace();
    if (!operation.ChangesState()) return;
    operation.state_operation()->Accept(*this);
    if (merged_ && !merged_->empty()) merged_.reset();
    passes_ = false;
  }

 private:
  template <typename Type>
  const Type* As() const {
    return dynamic_cast<const Type*>(&other_as_);
  }

  void Become(OperationPtr operation) { merged_ = Operations{std::move(operation)}; }
  void BecomeOther() { merged_ = Operations{other_}; }

  bool IsDeleted(std::string_view model) const {
    const auto* deletion = As<django::DeleteModel>();
    return deletion && SameName(deletion->name, model);
  }
  ModelKey Key(std::string_view model) const { return {context_.app, LowerUtf8(model)}; }
  bool DoesNotReference(std::string_view model, std::string_view field) const {
    return !ReferencesField(*other_, Key(model), field, context_.rules);
  }
  void PassesModel(std::string_view model) {
    if (!merged_) passes_ = !ReferencesModel(*other_, Key(model));
  }
  void PassesField(std::string_view model, std::string_view field) {
    if (!merged_) passes_ = DoesNotReference(model, field);
  }

  /// ModelOptionOperation.reduce(): the later one of the same kind counts.
  template <typename Option>
  void ReduceOption(const Option& alter) {
    const auto* next = As<Option>();
    if ((next && SameName(next->name, alter.name)) || IsDeleted(alter.name)) BecomeOther();
    PassesModel(alter.name);
  }

  void ReduceAdded(const django::AddField& add) {
    if (As<django::RemoveField>()) {
      merged_.emplace();
      return;
    }
    std::string name = add.name;
    django::FieldPtr field = add.field;
    bool preserve = true;
    if (const auto* alter = As<django::AlterField>()) {
      name = alter->name;
      field = alter->field;
    } else if (const auto* rename = As<django::RenameField>()) {
      name = rename->new_name;
    } else {
      return;
    }
    if (context_.rules.preserve_default_stays) preserve = add.preserve_default;
    Become(std::make_shared<django::AddField>(HeadOf("AddField", add), add.model_name,
                                              std::move(name), std::move(field), preserve));
  }

  void ReduceAltered(const django::AlterField& alter) {
    const bool is_repeated = As<django::AlterField>() && context_.rules.repeated;
    if (is_repeated || As<django::RemoveField>()) BecomeOther();
    const auto* rename = As<django::RenameField>();
    if (!rename || (context_.rules.renames_keep_columns && !alter.field->db_column.empty())) return;
    const bool preserve = !context_.rules.preserve_default_stays || alter.preserve_default;
    merged_ = Operations{
        other_, std::make_shared<django::AlterField>(HeadOf("AlterField", alter), alter.model_name,
                                                     rename->new_name, alter.field, preserve)};
  }

  const OperationPtr& operation_;
  const OperationPtr& other_;
  const Operation& other_as_;
  const ReduceContext& context_;
  std::optional<Operations> merged_;
  bool passes_ = false;
};

}  // namespace

Reduction Reduce(const OperationPtr& operation, const OperationPtr& other,
                 const ReduceContext& context) {
  if (IsOpaque(*operation) || IsOpaque(*other)) return {WithoutElidable(operation, other), false};
  return Reducer(operation, other, context).Run();
}

django::OperationHead HeadOf(std::string_view class_name, const Operation& replaced) {
  django::OperationHead head;
  head.class_name = class_name;
  head.position = replaced.position();
  return head;
}

const Operation& AsBuiltIn(const Operation& operation) {
  const auto* postgres = dynamic_cast<const django::PostgresOperation*>(&operation);
  return postgres && postgres->ChangesState() ? *postgres->state_operation() : operation;
}

}  // namespace migext::rewrite
