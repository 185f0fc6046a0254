#include "django/natural_key_reader.h"

#include <string>
#include <utility>
#include <vector>

namespace migext::django {
namespace {

namespace ast = python::ast;
using Part = WrittenNaturalKey::Part;

/// A chain longer than this is no chain of relations.
constexpr std::size_t kMaxChain = 16;

/// `self.a.b` as {"a", "b"}; nothing for any other expression.
std::optional<std::vector<std::string>> ChainOf(const ast::Expression& expression,
                                                std::string_view self) {
  std::vector<std::string> chain;
  const ast::Expression* node = &expression;
  while (const auto* attribute = node->If<ast::Attribute>()) {
    if (chain.size() == kMaxChain) return std::nullopt;
    chain.insert(chain.begin(), std::string(attribute->attribute));
    node = attribute->value;
  }
  const auto* name = node->If<ast::Name>();
  if (name == nullptr || name->id != self || chain.empty()) return std::nullopt;
  return chain;
}

class PartReader {
 public:
  PartReader(std::string_view self, std::string_view username_field)
      : self_(self), username_field_(username_field) {}

  /// Appends the parts of a tuple, of a sum of tuples, or of a related natural_key().
  bool ReadTuple(const ast::Expression& expression) {
    if (const auto* tuple = expression.If<ast::Tuple>()) return ReadItems(tuple->elements);
    if (const auto* list = expression.If<ast::List>()) return ReadItems(list->elements);
    if (const auto* sum = expression.If<ast::BinOp>()) {
      if (++depth_ > kMaxChain || sum->op != ast::BinaryOperator::kAdd) return false;
      return ReadTuple(*sum->left) && ReadTuple(*sum->right);
    }
    const auto* call = expression.If<ast::Call>();
    return call != nullptr && ReadNested(*call);
  }

  std::vector<Part> Take() { return std::move(parts_); }

 private:
  bool ReadItems(ast::Expressions items) {
    for (const ast::Expression* item : items) {
      if (const auto* starred = item->If<ast::Starred>()) {
        if (++depth_ > kMaxChain || !ReadTuple(*starred->value)) return false;
        continue;
      }
      if (!ReadItem(*item)) return false;
    }
    return true;
  }

  bool ReadItem(const ast::Expression& item) {
    if (const auto* call = item.If<ast::Call>()) {
      const std::optional<std::vector<std::string>> chain = ChainOf(*call->function, self_);
      if (!chain || *chain != std::vector<std::string>{"get_username"}) return false;
      parts_.push_back({{std::string(username_field_)}});
      return true;
    }
    std::optional<std::vector<std::string>> chain = ChainOf(item, self_);
    if (!chain) return false;
    parts_.push_back({*std::move(chain)});
    return true;
  }

  /// self.content_type.natural_key()
  bool ReadNested(const ast::Call& call) {
    std::optional<std::vector<std::string>> chain = ChainOf(*call.function, self_);
    if (!chain || chain->size() < 2 || chain->back() != "natural_key") return false;
    if (!call.args.empty() || !call.keywords.empty()) return false;
    chain->pop_back();
    parts_.push_back({*std::move(chain), true});
    return true;
  }

  std::string_view self_;
  std::string_view username_field_;
  std::vector<Part> parts_;
  std::size_t depth_ = 0;
};

/// The expression of a body that does nothing but return it; nullptr otherwise.
const ast::Expression* OnlyReturn(const ast::FunctionDef& method) {
  ast::Statements body = method.body;
  if (method.docstring && !body.empty()) body = body.subspan(1);
  if (body.size() != 1) return nullptr;
  const auto* result = body.front()->If<ast::Return>();
  return result == nullptr ? nullptr : result->value;
}

std::string_view SelfOf(const ast::FunctionDef& method) {
  const auto& positional = method.parameters->positional;
  return positional.empty() ? std::string_view("self") : positional.front().name;
}

}  // namespace

WrittenNaturalKey ReadNaturalKey(const ast::FunctionDef& method, const python::Source& source,
                                 std::string_view username_field) {
  WrittenNaturalKey key;
  const ast::Expression* result = OnlyReturn(method);
  PartReader reader(SelfOf(method), username_field);
  if (result != nullptr && reader.ReadTuple(*result)) {
    key.parts = reader.Take();
    return key;
  }
  key.trouble = source.file() + ":" + std::to_string(source.LineAt(method.begin)) +
                ": natural_key() is more than a tuple of fields";
  return key;
}

}  // namespace migext::django
