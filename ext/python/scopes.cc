// Which names a function binds, and so are its local variables.
#include <algorithm>
#include <string_view>

#include "python/code.h"

namespace migext::python {
namespace {

class Collector {
 public:
  explicit Collector(Code& code) : code_(code) {}

  void Bind(std::string_view name) {
    if (name.empty() || Contains(code_.declared_global, name) ||
        Contains(code_.declared_nonlocal, name) || code_.FindLocal(name) != nullptr) {
      return;
    }
    code_.locals.push_back({name, code_.slot_count++});
  }

  void Bind(const ast::Parameters& parameters) {
    for (const auto& parameter : parameters.positional_only) Bind(parameter.name);
    for (const auto& parameter : parameters.positional) Bind(parameter.name);
    for (const auto& parameter : parameters.keyword_only) Bind(parameter.name);
    if (parameters.vararg != nullptr) Bind(parameters.vararg->name);
    if (parameters.kwarg != nullptr) Bind(parameters.kwarg->name);
  }

  void Declarations(ast::Statements body);
  void Block(ast::Statements body);
  void Walk(const ast::Expression* expression);

 private:
  static bool Contains(const std::vector<std::string_view>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  void Target(const ast::Expression& target);
  void Visit(const ast::Statement& statement);
  void VisitCompound(const ast::Statement& statement);
  void VisitPattern(const ast::Pattern& pattern);
  void WalkComprehensions(std::span<const ast::Comprehension> generators);
  const ast::Expression* WalkChain(const ast::Expression& expression);
  void WalkLeaf(const ast::Expression& expression);

  Code& code_;
};

// global and nonlocal hold for the whole function, also for what stands before them.
void Collector::Declarations(ast::Statements body) {
  for (const ast::Statement* statement : body) {
    if (const auto* global = statement->If<ast::Global>()) {
      code_.declared_global.insert(code_.declared_global.end(), global->names.begin(),
                                   global->names.end());
    } else if (const auto* nonlocal = statement->If<ast::Nonlocal>()) {
      code_.declared_nonlocal.insert(code_.declared_nonlocal.end(), nonlocal->names.begin(),
                                     nonlocal->names.end());
    } else if (const auto* loop = statement->If<ast::For>()) {
      Declarations(loop->body);
      Declarations(loop->orelse);
    } else if (const auto* repeat = statement->If<ast::While>()) {
      Declarations(repeat->body);
      Declarations(repeat->orelse);
    } else if (const auto* branch = statement->If<ast::If>()) {
      Declarations(branch->body);
      Declarations(branch->orelse);
    } else if (const auto* with = statement->If<ast::With>()) {
      Declarations(with->body);
    } else if (const auto* attempt = statement->If<ast::Try>()) {
      Declarations(attempt->body);
      for (const auto& handler : attempt->handlers) Declarations(handler.body);
      Declarations(attempt->orelse);
      Declarations(attempt->finalbody);
    } else if (const auto* match = statement->If<ast::Match>()) {
      for (const auto& one : match->cases) Declarations(one.body);
    }
  }
}

void Collector::Block(ast::Statements body) {
  for (const ast::Statement* statement : body) Visit(*statement);
}

void Collector::Target(const ast::Expression& target) {
  if (const auto* name = target.If<ast::Name>()) {
    Bind(name->id);
  } else if (const auto* starred = target.If<ast::Starred>()) {
    Target(*starred->value);
  } else if (const auto* tuple = target.If<ast::Tuple>()) {
    for (const auto* element : tuple->elements) Target(*element);
  } else if (const auto* list = target.If<ast::List>()) {
    for (const auto* element : list->elements) Target(*element);
  } else {
    Walk(&target);
  }
}

void Collector::Visit(const ast::Statement& statement) {
  switch (statement.kind) {
    case ast::StatementKind::kFunctionDef:
      for (const auto* decorator : statement.As<ast::FunctionDef>().decorators) Walk(decorator);
      return Bind(statement.As<ast::FunctionDef>().name);
    case ast::StatementKind::kClassDef:
      return Bind(statement.As<ast::ClassDef>().name);
    case ast::StatementKind::kReturn:
      return Walk(statement.As<ast::Return>().value);
    case ast::StatementKind::kDelete:
      for (const auto* target : statement.As<ast::Delete>().targets) Target(*target);
      return;
    case ast::StatementKind::kAssign:
      for (const auto* target : statement.As<ast::Assign>().targets) Target(*target);
      return Walk(statement.As<ast::Assign>().value);
    case ast::StatementKind::kTypeAlias:
      return Bind(statement.As<ast::TypeAlias>().name);
    case ast::StatementKind::kAugAssign:
      Target(*statement.As<ast::AugAssign>().target);
      return Walk(statement.As<ast::AugAssign>().value);
    case ast::StatementKind::kAnnAssign:
      Target(*statement.As<ast::AnnAssign>().target);
      return Walk(statement.As<ast::AnnAssign>().value);
    case ast::StatementKind::kAssert:
      Walk(statement.As<ast::Assert>().test);
      return Walk(statement.As<ast::Assert>().message);
    case ast::StatementKind::kRaise:
      return Walk(statement.As<ast::Raise>().exception);
    case ast::StatementKind::kImport:
      for (const auto& alias : statement.As<ast::Import>().names) {
        Bind(alias.asname.empty() ? alias.name.substr(0, alias.name.find('.')) : alias.asname);
      }
      return;
    case ast::StatementKind::kImportFrom:
      for (const auto& alias : statement.As<ast::ImportFrom>().names) {
        if (alias.name != "*") Bind(alias.asname.empty() ? alias.name : alias.asname);
      }
      return;
    case ast::StatementKind::kExpr:
      return Walk(statement.As<ast::Expr>().value);
    default:
      return VisitCompound(statement);
  }
}

void Collector::VisitCompound(const ast::Statement& statement) {
  if (const auto* loop = statement.If<ast::For>()) {
    Target(*loop->target);
    Walk(loop->iterable);
    Block(loop->body);
    Block(loop->orelse);
  } else if (const auto* repeat = statement.If<ast::While>()) {
    Walk(repeat->test);
    Block(repeat->body);
    Block(repeat->orelse);
  } else if (const auto* branch = statement.If<ast::If>()) {
    // A loop, since an elif chain may be thousands long.
    while (true) {
      Walk(branch->test);
      Block(branch->body);
      const bool is_elif = branch->orelse.size() == 1 && branch->orelse[0]->Is<ast::If>();
      if (!is_elif) break;
      branch = branch->orelse[0]->If<ast::If>();
    }
    Block(branch->orelse);
  } else if (const auto* with = statement.If<ast::With>()) {
    for (const auto& item : with->items) {
      Walk(item.context);
      if (item.target != nullptr) Target(*item.target);
    }
    Block(with->body);
  } else if (const auto* attempt = statement.If<ast::Try>()) {
    Block(attempt->body);
    for (const auto& handler : attempt->handlers) {
      Bind(handler.name);
      Block(handler.body);
    }
    Block(attempt->orelse);
    Block(attempt->finalbody);
  } else if (const auto* match = statement.If<ast::Match>()) {
    Walk(match->subject);
    for (const auto& one : match->cases) {
      VisitPattern(*one.pattern);
      Walk(one.guard);
      Block(one.body);
    }
  }
}

void Collector::VisitPattern(const ast::Pattern& pattern) {
  if (const auto* as = pattern.If<ast::MatchAs>()) {
    Bind(as->name);
    if (as->pattern != nullptr) VisitPattern(*as->pattern);
  } else if (const auto* star = pattern.If<ast::MatchStar>()) {
    Bind(star->name);
  } else if (const auto* sequence = pattern.If<ast::MatchSequence>()) {
    for (const auto* part : sequence->patterns) VisitPattern(*part);
  } else if (const auto* mapping = pattern.If<ast::MatchMapping>()) {
    for (const auto* part : mapping->patterns) VisitPattern(*part);
    Bind(mapping->rest);
  } else if (const auto* type = pattern.If<ast::MatchClass>()) {
    for (const auto* part : type->patterns) VisitPattern(*part);
    for (const auto* part : type->keyword_patterns) VisitPattern(*part);
  } else if (const auto* either = pattern.If<ast::MatchOr>()) {
    for (const auto* part : either->patterns) VisitPattern(*part);
  }
}

void Collector::WalkComprehensions(std::span<const ast::Comprehension> generators) {
  for (const auto& generator : generators) {
    Walk(generator.iterable);
    for (const auto* condition : generator.conditions) Walk(condition);
  }
}

// Expressions bind only by `name := value`, which may hide anywhere, comprehensions included.
void Collector::Walk(const ast::Expression* expression) {
  while (expression != nullptr) expression = WalkChain(*expression);
}

// The operand that may be thousands deep is returned instead of walked.
const ast::Expression* Collector::WalkChain(const ast::Expression& expression) {
  switch (expression.kind) {
    case ast::ExpressionKind::kBinOp:
      Walk(expression.As<ast::BinOp>().right);
      return expression.As<ast::BinOp>().left;
    case ast::ExpressionKind::kAttribute:
      return expression.As<ast::Attribute>().value;
    case ast::ExpressionKind::kSubscript:
      Walk(expression.As<ast::Subscript>().index);
      return expression.As<ast::Subscript>().value;
    case ast::ExpressionKind::kCall:
      for (const auto* argument : expression.As<ast::Call>().args) Walk(argument);
      for (const auto& keyword : expression.As<ast::Call>().keywords) Walk(keyword.value);
      return expression.As<ast::Call>().function;
    case ast::ExpressionKind::kNamedExpr:
      Bind(expression.As<ast::NamedExpr>().target->id);
      return expression.As<ast::NamedExpr>().value;
    case ast::ExpressionKind::kUnaryOp:
      return expression.As<ast::UnaryOp>().operand;
    case ast::ExpressionKind::kStarred:
      return expression.As<ast::Starred>().value;
    case ast::ExpressionKind::kAwait:
      return expression.As<ast::Await>().value;
    case ast::ExpressionKind::kYield:
      return expression.As<ast::Yield>().value;
    case ast::ExpressionKind::kYieldFrom:
      return expression.As<ast::YieldFrom>().value;
    case ast::ExpressionKind::kFormattedValue:
      return expression.As<ast::FormattedValue>().value;
    default:
      WalkLeaf(expression);
      return nullptr;
  }
}

void Collector::WalkLeaf(const ast::Expression& expression) {
  const auto walk_all = [this](ast::Expressions parts) {
    for (const auto* part : parts) Walk(part);
  };
  if (const auto* both = expression.If<ast::BoolOp>()) return walk_all(both->values);
  if (const auto* list = expression.If<ast::List>()) return walk_all(list->elements);
  if (const auto* tuple = expression.If<ast::Tuple>()) return walk_all(tuple->elements);
  if (const auto* set = expression.If<ast::Set>()) return walk_all(set->elements);
  if (const auto* text = expression.If<ast::JoinedStr>()) return walk_all(text->values);
  if (const auto* choice = expression.If<ast::IfExp>()) {
    Walk(choice->test);
    Walk(choice->body);
    Walk(choice->orelse);
  } else if (const auto* compare = expression.If<ast::Compare>()) {
    Walk(compare->left);
    for (const auto& one : compare->comparisons) Walk(one.right);
  } else if (const auto* dict = expression.If<ast::Dict>()) {
    for (const auto& item : dict->items) {
      Walk(item.key);
      Walk(item.value);
    }
  } else if (const auto* list_comp = expression.If<ast::ListComp>()) {
    Walk(list_comp->element);
    WalkComprehensions(list_comp->generators);
  } else if (const auto* set_comp = expression.If<ast::SetComp>()) {
    Walk(set_comp->element);
    WalkComprehensions(set_comp->generators);
  } else if (const auto* dict_comp = expression.If<ast::DictComp>()) {
    Walk(dict_comp->key);
    Walk(dict_comp->value);
    WalkComprehensions(dict_comp->generators);
  } else if (const auto* generator = expression.If<ast::GeneratorExp>()) {
    Walk(generator->element);
    WalkComprehensions(generator->generators);
  }
}

}  // namespace

const Local* Code::FindLocal(std::string_view wanted) const {
  for (const Local& local : locals) {
    if (local.name == wanted) return &local;
  }
  return nullptr;
}

void CollectLocals(Code& code) {
  Collector collector(code);
  if (code.type == Code::Type::kModule) return;
  if (code.class_def != nullptr) {
    // A class's names live in its namespace; its methods see `__class__` alone.
    code.locals.push_back({"__class__", code.slot_count++});
    collector.Declarations(code.class_def->body);
    return;
  }
  if (code.generator_expression != nullptr) {
    code.locals.push_back({".0", code.slot_count++});
    return;
  }
  if (code.lambda != nullptr) {
    collector.Bind(*code.lambda->parameters);
    return collector.Walk(code.lambda->body);
  }
  collector.Declarations(code.function->body);
  collector.Bind(*code.function->parameters);
  collector.Block(code.function->body);
}

}  // namespace migext::python
