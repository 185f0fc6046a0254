#include "migrate/permission_checks.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "migrate/permissions.h"

namespace migext::migrate {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestCodename = 100;

/// len() of a Python string.
std::size_t Length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsUtf8Continuation(c); }));
}

class Checker {
 public:
  explicit Checker(const django::ModelState& model)
      : model_(model), label_("'" + model.app + "." + model.name + "'") {}

  std::vector<std::string> Take() {
    CheckDefaultOnes();
    std::set<std::string> codenames;
    for (const Permission& one : OwnPermissionsOf(model_)) {
      CheckLengths(one);
      if (defaults_.contains(one.codename)) {
        Add("auth.E005", "The permission codenamed '" + one.codename +
                             "' clashes with a builtin permission for model " + label_ + ".");
      } else if (codenames.contains(one.codename)) {
        Add("auth.E006", "The permission codenamed '" + one.codename +
                             "' is duplicated for model " + label_ + ".");
      }
      codenames.insert(one.codename);
    }
    return std::move(problems_);
  }

 private:
  void CheckDefaultOnes() {
    std::size_t name = 0;
    std::size_t codename = 0;
    for (const Permission& one : DefaultPermissionsOf(model_)) {
      name = std::max(name, Length(one.name));
      codename = std::max(codename, Length(one.codename));
      defaults_.insert(one.codename);
    }
    if (name > kLongestName) {
      Add("auth.E007", "The verbose_name of model " + label_ + " must be at most " +
                           Room(kLongestName, name - Length(VerboseName(model_))) +
                           " characters for its builtin permission names to be at most " +
                           std::to_string(kLongestName) + " characters.");
    }
    if (codename > kLongestCodename) {
      Add("auth.E011", "The name of model " + label_ + " must be at most " +
                           Room(kLongestCodename, codename - Length(model_.name)) +
                           " characters for its builtin permission codenames to be at most " +
                           std::to_string(kLongestCodename) + " characters.");
    }
  }

  void CheckLengths(const Permission& one) {
    if (Length(one.name) > kLongestName) {
      Add("auth.E008", "The permission named '" + one.name + "' of model " + label_ +
                           " is longer than " + std::to_string(kLongestName) + " characters.");
    }
    if (Length(one.codename) > kLongestCodename) {
      Add("auth.E012", "The permission codenamed '" + one.codename + "' of model " + label_ +
                           " is longer than " + std::to_string(kLongestCodename) + " characters.");
    }
  }

  /// What the longest action leaves of the limit; below zero for an action longer than that.
  static std::string Room(std::size_t limit, std::size_t taken) {
    return std::to_string(static_cast<std::int64_t>(limit) - static_cast<std::int64_t>(taken));
  }

  void Add(const std::string& id, const std::string& message) {
    problems_.push_back("(" + id + ") " + message);
  }

  const django::ModelState& model_;
  std::string label_;
  std::set<std::string> defaults_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> PermissionProblems(const django::ModelState& model) {
  return Checker(model).Take();
}

}  // namespace migext::migrate
