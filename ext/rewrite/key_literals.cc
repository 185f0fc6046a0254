#include "rewrite/key_literals.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "python/parser.h"

namespace migext::rewrite {
namespace {

namespace ast = python::ast;

bool IsKeyList(std::string_view name) {
  return name == "dependencies" || name == "run_before" || name == "replaces";
}

ast::Expressions ElementsOf(const ast::Expression& expression) {
  if (const auto* list = expression.If<ast::List>()) return list->elements;
  if (const auto* tuple = expression.If<ast::Tuple>()) return tuple->elements;
  return {};
}

const ast::Constant* TextConstant(const ast::Expression& expression) {
  const auto* constant = expression.If<ast::Constant>();
  return constant && constant->type == ast::Constant::Type::kStr ? constant : nullptr;
}

void AddKeys(std::string_view attribute, const ast::Expression& value,
             std::vector<KeyLiteral>& keys) {
  for (const ast::Expression* item : ElementsOf(value)) {
    const ast::Expressions pair = ElementsOf(*item);
    if (pair.size() != 2) continue;
    const ast::Constant* app = TextConstant(*pair[0]);
    const ast::Constant* name = TextConstant(*pair[1]);
    if (!app || !name) continue;
    keys.push_back({std::string(attribute),
                    {std::string(app->text), std::string(name->text)},
                    name->begin,
                    name->end});
  }
}

void AddKeysOfClass(const ast::ClassDef& type, std::vector<KeyLiteral>& keys) {
  for (const ast::Statement* statement : type.body) {
    const auto* assign = statement->If<ast::Assign>();
    if (!assign || assign->targets.size() != 1) continue;
    const auto* target = assign->targets[0]->If<ast::Name>();
    if (target && IsKeyList(target->id)) AddKeys(target->id, *assign->value, keys);
  }
}

}  // namespace

MigrationFile::MigrationFile(const std::string& path)
    : path_(path), text_(ReadFile(path, python::Source::kMaxBytes)) {
  const std::string bytes = text_;
  has_crlf_ = text_.find("\r\n") != std::string::npos;
  if (has_crlf_) text_ = ReplaceAll(text_, "\r\n", "\n");
  Find();
  if (Text() != bytes) {
    throw Error("'" + path + "' has mixed line ends; let an editor make them one kind first");
  }
}

void MigrationFile::Find() {
  const std::unique_ptr<const ast::Module> module = python::Parse(path_, text_);
  if (module->source.text() != text_) {
    throw Error("'" + path_ + "' is not plain UTF-8; let an editor save it so first");
  }
  keys_.clear();
  for (const ast::Statement* statement : module->body) {
    const auto* type = statement->If<ast::ClassDef>();
    if (type && type->name == "Migration") AddKeysOfClass(*type, keys_);
  }
}

std::vector<django::MigrationKey> MigrationFile::KeysOf(std::string_view attribute) const {
  std::vector<django::MigrationKey> keys;
  for (const KeyLiteral& literal : keys_) {
    if (literal.attribute == attribute) keys.push_back(literal.key);
  }
  return keys;
}

void MigrationFile::Rename(const std::map<django::MigrationKey, std::string>& names) {
  // From the end, so that the places before stay right.
  for (auto literal = keys_.rbegin(); literal != keys_.rend(); ++literal) {
    const auto name = names.find(literal->key);
    if (name != names.end()) Put(*literal, name->second);
  }
  Find();
}

void MigrationFile::RenameFirst(std::string_view attribute, const django::MigrationKey& from,
                                const std::string& to) {
  const auto found = std::ranges::find_if(keys_, [&](const KeyLiteral& literal) {
    return literal.attribute == attribute && literal.key == from;
  });
  if (found != keys_.end()) Put(*found, to);
  Find();
}

void MigrationFile::Put(const KeyLiteral& literal, const std::string& name) {
  const char quote = text_[literal.begin] == '"' ? '"' : '\'';
  text_.replace(literal.begin, literal.end - literal.begin, quote + name + quote);
}

std::string MigrationFile::Text() const {
  return has_crlf_ ? ReplaceAll(text_, "\n", "\r\n") : text_;
}

std::vector<django::MigrationKey> WrittenOut(const std::vector<django::Dependency>& dependencies) {
  std::vector<django::MigrationKey> keys;
  for (const django::Dependency& dependency : dependencies) {
    if (!dependency.swappable) keys.push_back(dependency.key);
  }
  return keys;
}

MigrationFile OpenToChange(const django::Project& project, const django::Migration& migration) {
  const django::App* app = project.FindApp(migration.key.app);
  if (!app || app->origin == django::AppOrigin::kBuiltIn ||
      app->origin == django::AppOrigin::kSearchPath) {
    throw Error("'" + migration.key.ToString() + "' is not a file of this project (" +
                migration.path + "), so it is not changed");
  }
  MigrationFile file(PathOnDisk(project, migration.path));
  const bool is_literal = file.KeysOf("dependencies") == WrittenOut(migration.dependencies) &&
                          file.KeysOf("run_before") == migration.run_before &&
                          file.KeysOf("replaces") == migration.replaces;
  if (is_literal) return file;
  throw Error("the dependencies of '" + migration.key.ToString() +
              "' are computed, so they cannot be changed here; change them in '" + migration.path +
              "' by hand");
}

std::string PathOnDisk(const django::Project& project, const std::string& path) {
  return path.starts_with('/') ? path : JoinPath(project.root(), path);
}

}  // namespace migext::rewrite
