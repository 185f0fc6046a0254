// Operations and states from the text of a migration, without a project on disk.
//
//   MigrationText given;
//   given.Operation("migrations.DeleteModel('Post')")->Describe()   // "Delete model Post"
//   given.State({"migrations.CreateModel('Post', [...])"}).Find("shop", "post")
//
// The text is evaluated as the file of app `shop`, with `migrations` and `models` imported.
#ifndef MIGEXT_TESTS_SUPPORT_MIGRATION_TEXT_H_
#define MIGEXT_TESTS_SUPPORT_MIGRATION_TEXT_H_

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "django/dialect.h"
#include "django/migration_reader.h"
#include "django/operation.h"
#include "django/state.h"
#include "python/interpreter.h"

namespace migext::test {

class MigrationText {
 public:
  explicit MigrationText(std::string_view django_version = "5.2")
      : dialect_(django::DialectFor(django_version)), python_(nothing_else_) {
    context_.dialect = &dialect_;
    context_.app = "shop";
    context_.python = &python_;
  }

  /// Lines that stand between the imports and what is evaluated.
  MigrationText& Before(std::string_view lines) {
    before_ = std::string(lines) + "\n";
    return *this;
  }

  /// A module that ends with `value = <expression>`; the expression begins at line 3, column 9,
  /// when nothing stands before it.
  python::Value Eval(std::string_view expression) {
    const python::Value module = Module("value = " + std::string(expression) + "\n");
    const std::optional<python::Value> value = python::FindAttribute(module, "value");
    if (!value) throw std::logic_error("the module has no value");
    return *value;
  }

  python::Value Module(const std::string& body) {
    const std::string name = "shop.migrations.m" + std::to_string(++modules_);
    return python_.Run(name, {"shop/migrations/0001_initial.py",
                              "from django.conf import settings\n"
                              "from django.db import migrations, models\n" +
                                  before_ + body,
                              false});
  }

  django::OperationPtr Operation(std::string_view expression) {
    return django::ReadOperation(Eval(expression), context_);
  }

  std::string Describe(std::string_view expression) { return Operation(expression)->Describe(); }

  django::Migration Migration(const std::string& body,
                              const django::MigrationKey& key = {"shop", "0001_initial"}) {
    return django::ReadMigration(Module(body), key, context_);
  }

  /// The state after these operations.
  django::ProjectState State(const std::vector<std::string>& operations) {
    django::ProjectState state;
    for (const std::string& operation : operations) {
      Operation(operation)->StateForwards("shop", state);
    }
    return state;
  }

  django::FieldContext& context() { return context_; }

 private:
  class NothingElse final : public python::ModuleFinder {
    std::optional<python::FoundModule> FindModule(const std::string& /*dotted_name*/) override {
      return std::nullopt;
    }
    bool IsProjectPackage(std::string_view name) override { return name == "shop"; }
  };

  NothingElse nothing_else_;
  django::Dialect dialect_;
  python::Interpreter python_;
  django::FieldContext context_;
  std::string before_;
  int modules_ = 0;
};

/// The message of the Error that `act` throws, without place; "" when it throws none.
template <typename Act>
std::string MessageOf(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

}  // namespace migext::test

#endif  // MIGEXT_TESTS_SUPPORT_MIGRATION_TEXT_H_
