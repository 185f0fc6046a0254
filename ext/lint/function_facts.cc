#include "lint/function_facts.h"

#include <string>

#include "base/error.h"
#include "lint/function_reader.h"
#include "python/parser.h"

namespace migext::lint {

namespace ast = python::ast;

class Functions::File {
 public:
  explicit File(const python::Source& source) {
    try {
      module_ = python::Parse(source.file(), std::string(source.text()));
    } catch (const Error&) {
      module_ = nullptr;  // It was read once: only its encoding can be in the way.
    }
  }

  const ast::Module* module() const { return module_.get(); }

  const ast::FunctionDef* FunctionAt(std::uint32_t offset) const {
    if (module_ == nullptr) return nullptr;
    for (const ast::Statement* statement : module_->body) {
      const auto* function = statement->If<ast::FunctionDef>();
      if (function != nullptr && function->source_begin <= offset && offset < function->end) {
        return function;
      }
    }
    return nullptr;
  }

 private:
  std::unique_ptr<const ast::Module> module_;
};

Functions::Functions() = default;
Functions::~Functions() = default;

const FunctionFacts* Functions::Of(python::Value code) {
  if (!code.Is(python::Kind::kFunction)) return nullptr;
  const auto [known, is_new] = facts_.emplace(code.object(), nullptr);
  if (!is_new) return known->second.get();
  const python::FunctionView view = python::View(code.AsFunction());
  if (!view.position.known()) return nullptr;
  std::unique_ptr<File>& file = files_[view.position.source];
  if (file == nullptr) file = std::make_unique<File>(*view.position.source);
  const ast::FunctionDef* function = file->FunctionAt(view.position.offset);
  if (function == nullptr || function->name != view.name) return nullptr;
  auto facts = std::make_unique<FunctionFacts>();
  facts->name = function->name;
  const auto add = [&](const ast::Parameter& one) {
    facts->parameters.emplace_back(one.name);
    if (one.default_value == nullptr) facts->required = facts->parameters.size();
  };
  for (const ast::Parameter& one : function->parameters->positional_only) add(one);
  for (const ast::Parameter& one : function->parameters->positional) add(one);
  facts->takes_more = function->parameters->vararg != nullptr;
  ReadFunction(*file->module(), *function, *facts);
  known->second = std::move(facts);
  return known->second.get();
}

}  // namespace migext::lint
