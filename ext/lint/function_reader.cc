#include "lint/function_reader.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "lint/query_expression.h"
#include "lint/tree_walk.h"

namespace migext::lint {
namespace {

namespace ast = python::ast;

constexpr std::string_view kMakers[] = {"create", "bulk_create", "get_or_create",
                                        "update_or_create"};
constexpr std::string_view kTakers[] = {"get", "latest", "earliest"};

/// Methods of a query that give values of its rows.
constexpr std::string_view kFetchers[] = {"values", "values_list", "iterator", "get",    "first",
                                          "last",   "latest",      "earliest", "in_bulk"};
/// Those whose result is no row.
constexpr std::string_view kChangers[] = {"delete", "update", "count",
                                          "exists", "create", "bulk_create"};
/// Those whose keywords are conditions.
constexpr std::string_view kFilters[] = {"filter", "exclude", "get", "Q"};
/// Functions that are given names of fields and take no values from them.
constexpr std::string_view kNamers[] = {"save",     "bulk_update", "setattr",  "defer",
                                        "order_by", "get_model",   "get_field"};

template <std::size_t kSize>
bool IsOneOf(std::string_view name, const std::string_view (&names)[kSize]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool IsModelsModule(std::string_view module) {
  const std::vector<std::string> parts = Split(module, '.');
  // django.db.models has no models of anybody.
  return std::find(parts.begin(), parts.end(), "models") != parts.end() &&
         !module.starts_with("django.db");
}

/// What one function, and those it calls, are read into.
class Reader {
 public:
  Reader(const ast::Module& module, FunctionFacts& facts) : module_(module), facts_(facts) {
    for (const ast::Statement* statement : module.body) Import(*statement);
  }

  void Read(const ast::FunctionDef& function) {
    if (!read_.insert(function.name).second) return;
    WalkTree(function.body, [&](const TreeNode& node) { Statement(node); });
    WalkTree(function.body, [&](const TreeNode& node) { Look(node); });
    std::erase_if(value_uses_, [&](const auto& use) {
      const std::string& field = use.second.field;
      return tested_.contains(field) || tested_.contains(field + "_id") || named_.contains(field) ||
             named_.contains(field + "_id");
    });
    for (auto& [row, use] : value_uses_) facts_.value_uses.push_back(std::move(use));
    value_uses_.clear();
    const std::vector<std::string_view> called = std::exchange(called_, {});
    for (const std::string_view name : called) {
      for (const ast::Statement* statement : module_.body) {
        const auto* other = statement->If<ast::FunctionDef>();
        // Each call is one level deeper; no file needs many.
        if (other != nullptr && other->name == name && read_.size() < kMostFunctions) Read(*other);
      }
    }
  }

 private:
  static constexpr std::size_t kMostFunctions = 50;

  int LineOf(const ast::Range& range) const { return module_.source.LineAt(range.begin); }

  // ---- Names

  void Import(const ast::Statement& statement) {
    if (const auto* from = statement.If<ast::ImportFrom>()) {
      for (const ast::Alias& alias : from->names) {
        const std::string_view name = alias.asname.empty() ? alias.name : alias.asname;
        if (IsModelsModule(from->module)) imported_[name] = from->module;
      }
    }
  }

  void Statement(const TreeNode& node) {
    if (node.statement != nullptr) Import(*node.statement);
    if (const auto* said = node.If<ast::Expr>()) {
      if (said->value->Is<ast::Constant>()) unread_.insert(said->value);
    } else if (const auto* augmented = node.If<ast::AugAssign>()) {
      unread_.insert(augmented->target);
    } else if (const auto* assign = node.If<ast::Assign>()) {
      Fetch(assign->value);
      for (const ast::Expression* target : assign->targets) {
        LeaveUnread(*target);
        const std::string_view name = NameOf(target);
        if (name.empty()) continue;
        imported_.erase(name);
        if (const auto* call = assign->value->If<ast::Call>()) Assign(name, *call);
      }
    } else if (const auto* loop = node.If<ast::For>()) {
      AddRow(loop->target, loop->iterable);
      Fetch(loop->iterable);
    }
  }

  void Assign(std::string_view name, const ast::Call& call) {
    if (NameOf(call.function) == "get_user_model") imported_[name] = "get_user_model()";
    variables_[&call] = name;
  }

  void AddRow(const ast::Expression* target, const ast::Expression* iterable) {
    const std::string_view row = NameOf(target);
    const std::string_view model = QueriedBy(iterable);
    if (!row.empty() && !model.empty()) rows_[row] = model;
  }

  // ---- What is done with them

  void Look(const TreeNode& node) {
    if (node.expression != nullptr) LookForReads(*node.expression);
    if (const auto* call = node.If<ast::Call>()) return LookAtCall(*call, node.guarded);
    if (const auto* attribute = node.If<ast::Attribute>()) return LookAtAttribute(*attribute, node);
    const auto* subscript = node.If<ast::Subscript>();
    if (subscript == nullptr || node.guarded) return;
    const auto* index = subscript->index->If<ast::Constant>();
    const std::string_view model = QueriedBy(subscript->value);
    if (index != nullptr && index->type == ast::Constant::Type::kInt && !model.empty()) {
      facts_.row_uses.push_back({std::string(model), "[0]", LineOf(*subscript)});
    }
  }

  void LookAtCall(const ast::Call& call, bool guarded) {
    for (const ast::KeywordArgument& keyword : call.keywords) {
      named_.emplace(keyword.name.substr(0, keyword.name.find("__")));
    }
    const std::string_view function = NameOf(call.function);
    if (!function.empty()) called_.push_back(function);
    const std::string_view method = MethodOf(call);
    if (method == "get_model") return AddModel(call, guarded);
    const std::string_view model = QueriedBy(&call);
    if (model.empty()) return;
    if (IsOneOf(method, kMakers)) facts_.made.emplace(model);
    if (guarded || !IsOneOf(method, kTakers)) return;
    facts_.row_uses.push_back({std::string(model), std::string(method) + "()", LineOf(call)});
  }

  void AddModel(const ast::Call& call, bool guarded) {
    std::optional<std::string> app;
    std::optional<std::string> model;
    if (!call.args.empty()) app = TextOf(call.args[0]);
    if (call.args.size() > 1) model = TextOf(call.args[1]);
    for (const ast::KeywordArgument& keyword : call.keywords) {
      if (keyword.name == "app_label") app = TextOf(keyword.value);
      if (keyword.name == "model_name") model = TextOf(keyword.value);
    }
    if (!app) return;
    const std::size_t dot = app->find('.');
    if (!model && call.args.size() == 1 && dot != std::string::npos) {
      model = app->substr(dot + 1);
      app = app->substr(0, dot);
    }
    if (!model) return;
    const auto variable = variables_.find(&call);
    facts_.models.push_back(
        {*app, *model, variable == variables_.end() ? std::string() : std::string(variable->second),
         LineOf(call), guarded});
  }

  void LookAtAttribute(const ast::Attribute& attribute, const TreeNode& node) {
    const std::string_view owner = NameOf(attribute.value);
    if (!owner.empty() && IsManager(attribute.attribute)) {
      facts_.queried.emplace(owner);
      const auto imported = imported_.find(owner);
      if (imported != imported_.end() && told_.insert(owner).second) {
        facts_.imported_uses.push_back(
            {std::string(owner), std::string(imported->second), LineOf(attribute)});
      }
    }
    if (rows_.contains(owner) && node.in_condition) tested_.emplace(attribute.attribute);
    if (attribute.value->Is<ast::Call>() && MethodOf(*attribute.value) == "first" &&
        !node.guarded && !QueriedBy(attribute.value).empty()) {
      facts_.row_uses.push_back(
          {std::string(QueriedBy(attribute.value)), "first()", LineOf(attribute)});
    }
    const auto* inner = attribute.value->If<ast::Attribute>();
    if (inner == nullptr || node.in_condition) return;
    const auto row = rows_.find(NameOf(inner->value));
    if (row == rows_.end()) return;
    value_uses_.emplace_back(
        row->first,
        ValueUse{std::string(row->second), std::string(inner->attribute), LineOf(attribute)});
  }

  // ---- What is read

  /// A query whose rows are looked at.
  void Fetch(const ast::Expression* query) {
    const std::string_view model = QueriedBy(query);
    if (!model.empty() && !IsOneOf(MethodOf(*query), kChangers)) facts_.fetched.emplace(model);
  }

  /// What is assigned to.
  void LeaveUnread(const ast::Expression& target) {
    unread_.insert(&target);
    const ast::Expressions elements = ElementsOf(target);
    unread_.insert(elements.begin(), elements.end());
  }

  /// Names of fields in quotes, alone or in a list.
  void LeaveNamesUnread(const ast::Expression& argument) {
    if (TextOf(&argument)) unread_.insert(&argument);
    for (const ast::Expression* element : ElementsOf(argument)) {
      if (TextOf(element)) unread_.insert(element);
    }
  }

  /// REQUIRES: an expression comes before its parts.
  void LookForReads(const ast::Expression& expression) {
    if (const auto* call = expression.If<ast::Call>()) return LookForReads(*call);
    if (const auto* dict = expression.If<ast::Dict>()) {
      for (const ast::DictItem& item : dict->items) unread_.insert(item.key);
    } else if (const auto* list = expression.If<ast::ListComp>()) {
      for (const ast::Comprehension& loop : list->generators) Fetch(loop.iterable);
    } else if (const auto* items = expression.If<ast::GeneratorExp>()) {
      for (const ast::Comprehension& loop : items->generators) Fetch(loop.iterable);
    }
    if (unread_.contains(&expression)) return;
    if (const auto* attribute = expression.If<ast::Attribute>()) {
      const auto row = rows_.find(NameOf(attribute->value));
      AddRead(row == rows_.end() ? std::string_view() : row->second, attribute->attribute);
    } else if (std::optional<std::string> text = TextOf(&expression)) {
      AddRead({}, *text);
      facts_.texts.push_back(std::move(*text));
    }
  }

  void LookForReads(const ast::Call& call) {
    unread_.insert(call.function);
    const std::string_view callee = CalleeOf(call);
    const std::string_view model = QueriedBy(&call);
    if (!model.empty() && IsOneOf(callee, kFetchers)) facts_.fetched.emplace(model);
    if (IsOneOf(callee, kFilters)) {
      for (const ast::KeywordArgument& keyword : call.keywords) AddRead(model, keyword.name);
    }
    const bool is_namer = IsOneOf(callee, kNamers);
    for (const ast::Expression* argument : call.args) {
      const std::optional<std::string> name = model.empty() ? std::nullopt : TextOf(argument);
      if (is_namer || name) LeaveNamesUnread(*argument);
      if (!is_namer && name) AddRead(model, *name);
    }
    if (!is_namer) return;
    for (const ast::KeywordArgument& keyword : call.keywords) LeaveNamesUnread(*keyword.value);
  }

  void AddRead(std::string_view variable, std::string_view path) {
    facts_.field_reads.push_back(
        {std::string(variable), std::string(path.substr(0, path.find("__")))});
  }

  const ast::Module& module_;
  FunctionFacts& facts_;
  std::set<std::string_view> read_;
  std::map<std::string_view, std::string_view> imported_;  // name, module
  std::map<const ast::Call*, std::string_view> variables_;
  std::map<std::string_view, std::string_view> rows_;  // of a loop, with the model's variable
  std::set<std::string_view> told_;
  std::set<const ast::Expression*> unread_;    // what is assigned to, called, or only said
  std::set<std::string, std::less<>> tested_;  // fields that a condition asks for
  std::set<std::string, std::less<>> named_;   // and those that a query names
  std::vector<std::pair<std::string_view, ValueUse>> value_uses_;
  std::vector<std::string_view> called_;
};

}  // namespace

void ReadFunction(const ast::Module& module, const ast::FunctionDef& function,
                  FunctionFacts& facts) {
  Reader(module, facts).Read(function);
}

}  // namespace migext::lint
