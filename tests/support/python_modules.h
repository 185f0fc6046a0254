// Python modules written inline, and what running them gives.
//
//   PythonModules project;
//   project.File("shop", "x = 1", /*is_package=*/true).File("shop.models", "from . import x");
//   EXPECT_EQ(project.Global("shop.models", "x"), "1");
//   EXPECT_EQ(Evaluate("[1] * 2"), "[1, 1]");
#ifndef MIGEXT_TESTS_SUPPORT_PYTHON_MODULES_H_
#define MIGEXT_TESTS_SUPPORT_PYTHON_MODULES_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "python/interpreter.h"

namespace migext::python {

class PythonModules : public ModuleFinder {
 public:
  PythonModules& File(std::string dotted_name, std::string text, bool is_package = false) {
    std::string file = dotted_name;
    for (char& c : file) c = c == '.' ? '/' : c;
    file += is_package ? "/__init__.py" : ".py";
    files_[std::move(dotted_name)] = {std::move(file), std::move(text), is_package};
    return *this;
  }
  PythonModules& WithBudget(Budget budget) {
    budget_ = budget;
    return *this;
  }

  std::optional<FoundModule> FindModule(const std::string& dotted_name) override {
    const auto found = files_.find(dotted_name);
    if (found == files_.end()) return std::nullopt;
    return found->second;
  }
  bool IsProjectPackage(std::string_view top_level_name) override {
    return files_.contains(std::string(top_level_name));
  }

  Interpreter& python() {
    if (python_ == nullptr) python_ = std::make_unique<Interpreter>(*this, budget_);
    return *python_;
  }
  Value Module(const std::string& dotted_name) { return python().Import(dotted_name); }
  /// repr() of a global of a module, or the error that came of running it.
  std::string Global(const std::string& dotted_name, std::string_view name) {
    try {
      const auto value = FindAttribute(Module(dotted_name), name);
      return value.has_value() ? Repr(*value) : "<no " + std::string(name) + ">";
    } catch (const Error& error) {
      return Describe(error.place()) + ": " + error.message();
    }
  }

 private:
  std::map<std::string, FoundModule> files_;
  Budget budget_;
  std::unique_ptr<Interpreter> python_;
};

/// repr() of what the statements leave in `result`, or the error they end in.
inline std::string ResultOf(std::string statements) {
  PythonModules project;
  project.File("main", std::move(statements));
  return project.Global("main", "result");
}

inline std::string Evaluate(const std::string& expression) {
  return ResultOf("result = (" + expression + ")\n");
}

}  // namespace migext::python

#endif  // MIGEXT_TESTS_SUPPORT_PYTHON_MODULES_H_
