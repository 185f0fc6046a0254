#include "django/canonical_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "python/lexer.h"
#include "python/source.h"

namespace migext::django {
namespace {

using python::Kind;
using python::TokenKind;
using python::Value;

/// The parameters of what migrations call, in their order, and what is so when they are left out.
/// "*" stands for every field.
constexpr std::pair<std::string_view, std::string_view> kSignatures[] = {
    {"CreateModel", "name fields options={} bases=(Model,) managers=[]"},
    {"DeleteModel", "name"},
    {"RenameModel", "old_name new_name"},
    {"AlterModelTable", "name table"},
    {"AlterModelTableComment", "name table_comment"},
    {"AlterUniqueTogether", "name unique_together"},
    {"AlterIndexTogether", "name index_together"},
    {"AlterOrderWithRespectTo", "name order_with_respect_to"},
    {"AlterModelOptions", "name options"},
    {"AlterModelManagers", "name managers"},
    {"AddField", "model_name name field preserve_default=True"},
    {"RemoveField", "model_name name field"},
    {"AlterField", "model_name name field preserve_default=True"},
    {"RenameField", "model_name old_name new_name"},
    {"AddIndex", "model_name index"},
    {"RemoveIndex", "model_name name"},
    {"RenameIndex", "model_name new_name old_name=None old_fields=None"},
    {"AddConstraint", "model_name constraint"},
    {"RemoveConstraint", "model_name name"},
    {"AlterConstraint", "model_name name constraint"},
    {"RunSQL", "sql reverse_sql=None state_operations=None hints=None elidable=False"},
    {"RunPython", "code reverse_code=None atomic=None hints=None elidable=False"},
    {"SeparateDatabaseAndState", "database_operations=None state_operations=None"},
    {"ForeignKey", "to on_delete"},
    {"OneToOneField", "to on_delete"},
    {"ManyToManyField", "to"},
    {"*",
     "verbose_name=None name=None primary_key=False unique=False blank=False null=False "
     "editable=True choices=None help_text='' db_column=None"},
};

struct Parameter {
  std::string name;
  std::string left_out;  ///< Its text when it is left out; "" when it must be given.
};

std::vector<Parameter> ParametersOf(std::string_view callee) {
  std::vector<Parameter> parameters;
  const auto add = [&](std::string_view signature) {
    for (const std::string& word : Split(signature, ' ')) {
      const std::size_t sign = word.find('=');
      const bool has_default = sign != std::string::npos;
      parameters.push_back({word.substr(0, sign), has_default ? word.substr(sign + 1) : ""});
    }
  };
  for (const auto& [name, signature] : kSignatures) {
    if (name == callee || (name == "*" && callee.ends_with("Field")) ||
        (name == "*" && callee == "ForeignKey")) {
      add(signature);
    }
  }
  return parameters;
}

/// Django's own names are known by their last part, wherever they are imported from.
std::string ShortName(std::string_view dotted) {
  if (!dotted.starts_with("django.")) return std::string(dotted);
  const std::size_t dot = dotted.rfind('.');
  return std::string(dotted.substr(dot + 1));
}

std::string OneLine(std::string_view text) { return ReplaceAll(text, "\n", "\\n"); }

/// The top-level statements of a file that give a name something, as tokens.
class Definitions {
 public:
  explicit Definitions(const python::Source& source) : text_(source.text()) {
    const std::vector<python::Token> tokens = python::Tokenize(source).tokens;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].kind == TokenKind::kIndent) ++depth;
      if (tokens[i].kind == TokenKind::kDedent) --depth;
      const bool is_end = tokens[i].kind == TokenKind::kNewline ||
                          tokens[i].kind == TokenKind::kDedent || tokens[i].kind == TokenKind::kEnd;
      const bool goes_on = i + 1 < tokens.size() && tokens[i + 1].kind == TokenKind::kIndent;
      if (!is_end || depth > 0 || goes_on) continue;
      const bool closes = tokens[i].kind == TokenKind::kDedent;
      Add(std::span(tokens).subspan(begin, i - begin + (closes ? 1 : 0)));
      begin = i + 1;
    }
  }

  /// The tokens of what the name stands for, and of what that uses in turn.
  std::string TextOf(std::string_view name) const {
    std::set<std::string, std::less<>> taken;
    std::vector<std::string> open = {std::string(name)};
    std::string text;
    while (!open.empty()) {
      const std::string next = std::move(open.back());
      open.pop_back();
      const auto found = by_name_.find(next);
      if (found == by_name_.end() || !taken.insert(next).second) continue;
      for (const std::string& token : found->second) {
        text += (text.empty() ? "" : " ") + token;
        if (by_name_.contains(token)) open.push_back(token);
      }
    }
    return text;
  }

 private:
  std::string TextOf(const python::Token& token) const {
    switch (token.kind) {
      case TokenKind::kNewline:
        return ";";
      case TokenKind::kIndent:
        return "{";
      case TokenKind::kDedent:
        return "}";
      case TokenKind::kString:
        return Quoted(text_.substr(token.begin, token.end - token.begin));
      default:
        return OneLine(text_.substr(token.begin, token.end - token.begin));
    }
  }

  /// 'text' for "text", where that is the same.
  static std::string Quoted(std::string_view literal) {
    const bool is_plain = literal.size() >= 2 && literal.front() == '"' && literal.back() == '"' &&
                          literal.find_first_of("'\\\n") == std::string_view::npos &&
                          std::count(literal.begin(), literal.end(), '"') == 2;
    if (!is_plain) return OneLine(literal);
    return "'" + std::string(literal.substr(1, literal.size() - 2)) + "'";
  }

  void Add(std::span<const python::Token> statement) {
    std::vector<std::string> words;
    for (const python::Token& token : statement) words.push_back(TextOf(token));
    const std::string name = NameGiven(statement, words);
    if (name.empty() || name == "Migration") return;
    std::vector<std::string>& text = by_name_[name];
    text.insert(text.end(), words.begin(), words.end());
  }

  /// "f" of "def f(…)", "class f" and "f = …", behind decorators.
  static std::string NameGiven(std::span<const python::Token> statement,
                               const std::vector<std::string>& words) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      const TokenKind kind = statement[i].kind;
      if (kind == TokenKind::kDef || kind == TokenKind::kClass) return words[i + 1];
      if (kind == TokenKind::kIndent) break;
    }
    const bool is_assignment = words.size() > 1 && statement[0].kind == TokenKind::kName &&
                               (words[1] == "=" || words[1] == ":");
    return is_assignment ? words[0] : std::string();
  }

  std::string_view text_;
  std::map<std::string, std::vector<std::string>, std::less<>> by_name_;
};

/// Writes one value; keeps what is hostile from filling the memory.
class Writer {
 public:
  explicit Writer(const python::Source* home) : home_(home) {}

  std::string Text(Value value) {
    if (++depth_ > kMostDepth || ++values_ > kMostValues) {
      throw Error("it holds too much to be compared");
    }
    std::string text = Write(value);
    --depth_;
    return text;
  }

 private:
  static constexpr int kMostDepth = 100;
  static constexpr int kMostValues = 200'000;

  std::string Write(Value value) {
    switch (value.kind()) {
      case Kind::kList:
        return "[" + Join(Texts(value.Items()), ", ") + "]";
      case Kind::kTuple:
        return "(" + Join(Texts(value.Items()), ", ") + (value.Items().size() == 1 ? ",)" : ")");
      case Kind::kSet:
      case Kind::kFrozenSet: {
        std::vector<std::string> items = Texts(value.Items());
        std::sort(items.begin(), items.end());
        return "{" + Join(items, ", ") + "}";
      }
      case Kind::kDict:
        return Dict(python::Entries(value.AsDict()));
      case Kind::kSymbol: {
        const python::SymbolView symbol = View(value.AsSymbol());
        if (!symbol.dotted.empty()) return ShortName(symbol.dotted);
        return Text(symbol.owner) + "." + std::string(symbol.name);
      }
      case Kind::kCall: {
        const python::CallView call = View(value.AsCall());
        return Call(Text(call.callee), call.args, call.keywords);
      }
      case Kind::kInstance:
        return Instance(value);
      case Kind::kFunction:
        return Function(value);
      case Kind::kClass:
      case Kind::kModule:
      case Kind::kBuiltin:
      case Kind::kBoundMethod:
      case Kind::kDescriptor:
      case Kind::kIterator:
        return ShortName(python::DottedName(value)) + "<" + std::string(python::KindName(value)) +
               ">";
      default:
        return OneLine(python::Repr(value));
    }
  }

  std::vector<std::string> Texts(std::span<const Value> values) {
    std::vector<std::string> texts;
    for (const Value item : values) texts.push_back(Text(item));
    return texts;
  }

  /// Two dicts are equal in whatever order they were filled.
  std::string Dict(std::span<const python::Entry> entries) {
    std::vector<std::string> items;
    for (const python::Entry& entry : entries) {
      items.push_back(Text(entry.key) + ": " + Text(entry.value));
    }
    std::sort(items.begin(), items.end());
    return "{" + Join(items, ", ") + "}";
  }

  std::string Call(const std::string& callee, std::span<const Value> args,
                   std::span<const python::Keyword> keywords) {
    const std::vector<Parameter> parameters = ParametersOf(callee);
    std::vector<std::string> items;
    std::map<std::string, std::string> named;
    for (std::size_t i = 0; i < args.size(); ++i) {
      if (i < parameters.size()) {
        named[parameters[i].name] = Text(args[i]);
      } else {
        items.push_back(Text(args[i]));
      }
    }
    for (const python::Keyword& keyword : keywords) {
      // CheckConstraint's condition was called check before Django 5.1.
      const bool is_check = callee == "CheckConstraint" && keyword.name == "check";
      named[is_check ? "condition" : std::string(keyword.name)] = Text(keyword.value);
    }
    for (const Parameter& parameter : parameters) {
      auto given = named.extract(parameter.name);
      if (given.empty() || given.mapped() == parameter.left_out) continue;
      items.push_back(parameter.name + "=" + given.mapped());
    }
    for (const auto& [name, text] : named) items.push_back(name + "=" + text);
    return callee + "(" + Join(items, ", ") + ")";
  }

  /// Of a class of the project: its name, and what it was made with or holds.
  std::string Instance(Value value) {
    const python::InstanceView instance = View(value.AsInstance());
    const std::string type = python::DottedName(instance.type);
    if (!instance.args.empty() || !instance.keywords.empty()) {
      return Call(type, instance.args, instance.keywords);
    }
    return type + Dict(python::Entries(instance.attributes));
  }

  std::string Function(Value value) {
    const python::FunctionView function = View(value.AsFunction());
    const bool is_here = home_ != nullptr && python::PositionOf(value).source == home_;
    if (!is_here) {
      return std::string(function.module) + "." + std::string(function.qualname) + "<function>";
    }
    if (!definitions_) definitions_.emplace(*home_);
    const std::string text = definitions_->TextOf(function.name);
    return text.empty() ? OneLine(function.source) : text;
  }

  const python::Source* home_;
  std::optional<Definitions> definitions_;
  int depth_ = 0;
  int values_ = 0;
};

template <typename Keys>
std::string KeysText(const Keys& keys) {
  std::vector<std::string> names;
  for (const auto& key : keys) names.push_back(key.ToString());
  std::sort(names.begin(), names.end());
  return Join(names, ", ");
}

}  // namespace

std::string CanonicalText(Value value, const python::Source* home) {
  return Writer(home).Text(value);
}

std::vector<CanonicalPart> CanonicalParts(const Migration& migration) {
  std::vector<CanonicalPart> parts;
  std::vector<std::string> needs;
  for (const Dependency& dependency : migration.dependencies) {
    needs.push_back(dependency.key.ToString() + (dependency.swappable ? " (swappable)" : ""));
  }
  std::sort(needs.begin(), needs.end());
  parts.push_back({"dependencies", "dependencies: " + Join(needs, ", ")});
  if (!migration.run_before.empty()) {
    parts.push_back({"run_before", "run_before: " + KeysText(migration.run_before)});
  }
  if (!migration.replaces.empty()) {
    parts.push_back({"replaces", "replaces: " + KeysText(migration.replaces)});
  }
  if (!migration.atomic) parts.push_back({"atomic", "atomic: False"});
  for (const OperationPtr& operation : migration.operations) {
    parts.push_back({OneLine(operation->Describe()),
                     CanonicalText(operation->head().value, operation->position().source)});
  }
  return parts;
}

}  // namespace migext::django
