#include "rewrite/suggested_name.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "django/operations/postgres.h"
#include "django/operations/special.h"
#include "python/interpreter.h"
#include "python/word_characters.h"

namespace migext::rewrite {
namespace {

using python::Kind;
using python::Value;

/// Operation.migration_name_fragment, "" for None.
class FragmentReader final : public django::OperationVisitor {
 public:
  std::string Read(const django::Operation& operation) {
    operation.Accept(*this);
    return std::move(fragment_);
  }

  void Visit(const django::CreateModel& operation) override { Set({operation.model.name}); }
  void Visit(const django::DeleteModel& operation) override { Set({"delete", operation.name}); }
  void Visit(const django::RenameModel& operation) override {
    Set({"rename", operation.name, operation.new_name});
  }
  void Visit(const django::AlterModelTable& operation) override {
    Set({"alter", operation.name, "table"});
  }
  void Visit(const django::AlterModelTableComment& operation) override {
    Set({"alter", operation.name, "table_comment"});
  }
  void Visit(const django::AlterTogether& operation) override {
    Set({"alter", operation.name, operation.unique ? "unique_together" : "index_together"});
  }
  void Visit(const django::AlterOrderWithRespectTo& operation) override {
    Set({"alter", operation.name, "order_with_respect_to"});
  }
  void Visit(const django::AlterModelOptions& operation) override {
    Set({"alter", operation.name, "options"});
  }
  void Visit(const django::AlterModelManagers& operation) override {
    Set({"alter", operation.name, "managers"});
  }
  void Visit(const django::AddField& operation) override {
    Set({operation.model_name, operation.name});
  }
  void Visit(const django::AlterField& operation) override {
    Set({"alter", operation.model_name, operation.name});
  }
  void Visit(const django::RemoveField& operation) override {
    Set({"remove", operation.model_name, operation.name});
  }
  void Visit(const django::RenameField& operation) override {
    Set({"rename", operation.name, operation.model_name, operation.new_name});
  }
  void Visit(const django::AddIndex& operation) override {
    Set({operation.model_name, operation.index.name});
  }
  void Visit(const django::RemoveIndex& operation) override {
    Set({"remove", operation.model_name, operation.name});
  }
  void Visit(const django::RenameIndex& operation) override {
    if (!operation.old_name.empty()) return Set({"rename", operation.old_name, operation.new_name});
    Set({"rename", operation.model_name, Join(operation.old_fields, "_"), operation.new_name});
  }
  void Visit(const django::AddConstraint& operation) override {
    Set({operation.model_name, operation.constraint.name});
  }
  void Visit(const django::RemoveConstraint& operation) override {
    Set({"remove", operation.model_name, operation.name});
  }
  void Visit(const django::AlterConstraint& operation) override {
    Set({"alter", operation.model_name, operation.constraint.name});
  }
  void Visit(const django::RunSql& /*operation*/) override {}
  void Visit(const django::RunPython& /*operation*/) override {}
  void Visit(const django::SeparateDatabaseAndState& /*operation*/) override {}
  void Visit(const django::PostgresOperation& operation) override {
    if (!operation.NameFragment().empty()) {
      fragment_ = operation.NameFragment();
    } else if (operation.state_operation()) {
      operation.state_operation()->Accept(*this);
    }
  }
  void Visit(const django::CustomOperation& /*operation*/) override {}

 private:
  void Set(const std::vector<std::string>& words) { fragment_ = LowerUtf8(Join(words, "_")); }

  std::string fragment_;
};

/// The property of a class of the project.
std::optional<std::string> OwnFragment(Value operation, const django::FieldContext& context) {
  if (!operation.Is(Kind::kInstance)) return std::nullopt;
  const Value type = python::View(operation.AsInstance()).type;
  const std::optional<Value> own = python::FindAttribute(type, "migration_name_fragment");
  if (!own || own->Is(Kind::kSymbol)) return std::nullopt;
  if (own->IsStr()) return std::string(own->AsStr());
  if (!context.python) return std::string();
  try {
    const auto text = context.python->GetAttribute(operation, "migration_name_fragment");
    return text && text->IsStr() ? std::string(text->AsStr()) : std::string();
  } catch (const Error&) {
    return std::string();
  }
}

/// re.sub(r"\W+", "_", text)
std::string WithoutPunctuation(std::string_view text) {
  std::string plain;
  bool was_word = true;
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t begin = offset;
    const char32_t letter = NextUtf8(text, offset);
    const bool is_word = letter == U'_' || python::IsAlphanumeric(letter);
    if (is_word) {
      plain += text.substr(begin, offset - begin);
    } else if (was_word) {
      plain += '_';
    }
    was_word = is_word;
  }
  return plain;
}

std::size_t Letters(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, IsUtf8Continuation));
}

/// "" when one of them says nothing.
std::string NameOfAll(const std::vector<std::string>& fragments) {
  constexpr std::size_t kLongest = 52;
  std::string name;
  for (const std::string& fragment : fragments) {
    if (fragment.empty()) return {};
  }
  for (const std::string& fragment : fragments) {
    const std::string longer = name.empty() ? fragment : name + "_" + fragment;
    if (!name.empty() && Letters(longer) > kLongest) return name + "_and_more";
    name = longer;
  }
  return name;
}

/// Before 4.0 only one operation has a name, and several that all create a model.
std::string NameOfFew(const django::Migration& migration, std::vector<std::string> fragments) {
  if (fragments.size() == 1) return fragments.front();
  const bool all_create = std::ranges::all_of(migration.operations, [](const auto& operation) {
    return dynamic_cast<const django::CreateModel*>(operation.get()) != nullptr;
  });
  if (!all_create) return {};
  std::ranges::sort(fragments);
  return Join(fragments, "_");
}

}  // namespace

std::string SuggestedName(const django::Migration& migration, const django::FieldContext& context,
                          const std::string& stamp) {
  const bool is_initial = migration.initial.value_or(false);
  const bool names_all = context.dialect->names_all_operations;
  if (names_all && is_initial) return "initial";
  std::vector<std::string> fragments;
  for (const django::OperationPtr& operation : migration.operations) {
    const auto own = OwnFragment(operation->head().value, context);
    const std::string fragment = own ? *own : FragmentReader().Read(*operation);
    fragments.push_back(names_all ? WithoutPunctuation(fragment) : fragment);
  }
  std::string name = names_all ? NameOfAll(fragments) : NameOfFew(migration, std::move(fragments));
  if (!name.empty()) return name;
  return is_initial ? "initial" : "auto_" + stamp;
}

}  // namespace migext::rewrite
