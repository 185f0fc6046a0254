// The classes of the models modules of a project, found by reading their text along the imports.
//
//   ModelClasses classes(modules);
//   classes.Walk("blog.models");
//   for (const ModelClass& model : classes.all()) model.name, classes.BasesOf(model)
//
// Order is everything here: modules are walked at the statement that imports them, as Python would
// run them, and each assignment in a class gets the next number.
#ifndef MIGEXT_DJANGO_MODEL_CLASSES_H_
#define MIGEXT_DJANGO_MODEL_CLASSES_H_

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "django/module_finder.h"
#include "python/ast.h"

namespace migext::django {

/// A class statement of a module's top level.
struct ModelClass {
  std::string module;
  std::string_view name;
  const python::ast::ClassDef* node = nullptr;
  const python::Source* source = nullptr;
  std::vector<std::string> bases;  ///< Dotted, as far as imports tell: "django.db.models.Model".
  std::string app_label;           ///< Meta.app_label, "" without one.
  /// What is assigned in its body, with the moment.
  std::vector<std::pair<std::string_view, std::size_t>> attributes;
  std::set<std::string_view> symmetrical;  ///< Many-to-many fields that lead both ways.
  const python::ast::FunctionDef* natural_key = nullptr;
  std::vector<std::string> natural_key_dependencies;
  std::string_view username_field;  ///< USERNAME_FIELD = "email"
};

class ModelClasses {
 public:
  explicit ModelClasses(FolderModules& modules) : modules_(modules) {}

  /// Reads a module once, and what it imports from the same folders.  A module that is in no folder
  /// is passed over.
  void Walk(const std::string& module);

  /// In the order of their definition.
  const std::deque<ModelClass>& all() const { return classes_; }
  /// The class behind a dotted name, through imports; nullptr for one that was not read.
  const ModelClass* Find(std::string_view dotted) const;
  const std::vector<std::string>& troubles() const { return troubles_; }

 private:
  struct ModuleNames {
    bool is_package = false;
    std::map<std::string, const ModelClass*, std::less<>> classes;
    std::map<std::string, std::string, std::less<>> imports;  ///< Name here -> dotted name.
    std::vector<std::string> stars;                           ///< Modules of `import *`.
  };

  void ReadModule(const std::string& module);
  void WalkStatements(python::ast::Statements body, const std::string& module);
  void WalkImport(const python::ast::Import& import, const std::string& module);
  void WalkImportFrom(const python::ast::ImportFrom& import, const std::string& module);
  void AddClass(const python::ast::ClassDef& node, const std::string& module);
  void ReadBody(ModelClass& model);
  void ReadAssignment(ModelClass& model, const python::ast::Expression& target,
                      const python::ast::Expression* value);
  std::string Absolute(const python::ast::ImportFrom& import, const std::string& module) const;
  /// A name of a module with what the imports make of it; the name itself when it is not imported.
  std::string DottedOf(const python::ast::Expression& expression, const std::string& module) const;
  const ModelClass* FindIn(const std::string& module, std::string_view name, int depth) const;

  FolderModules& modules_;
  std::map<std::string, ModuleNames, std::less<>> names_;
  std::vector<std::unique_ptr<const python::ast::Module>> trees_;
  std::deque<ModelClass> classes_;
  std::vector<std::string> troubles_;
  const python::Source* source_ = nullptr;  // of the module being walked
  std::size_t moments_ = 0;
  int depth_ = 0;
};

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_MODEL_CLASSES_H_
