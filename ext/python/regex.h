// Regular expressions as Python's `re` reads them, for SQL and later for the module itself.
//
//   const Regex code = Regex::Compile("^[A-Z]{3}-(?P<number>\\d+)$");
//   code.Search("ABC-12")->at(1)  // {4, 6}: where group 1 begins and ends, in characters
//
// All of the syntax of Python 3.12 but (?L): groups, named ones, look-around, back references,
// lazy and possessive quantifiers, flags.  A search that would take too long or too much memory
// ends in an Error and never hangs.
#ifndef MIGEXT_PYTHON_REGEX_H_
#define MIGEXT_PYTHON_REGEX_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migext::python {

struct RegexProgram;

struct RegexSpan {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool operator==(const RegexSpan&) const = default;
};

/// By group, that of the whole match first; nothing for a group that took no part.
using RegexGroups = std::vector<std::optional<RegexSpan>>;

class Regex {
 public:
  /// Throws Error for what is no pattern, in the words of re.error.
  static Regex Compile(std::string_view pattern);

  /// re.search(): the leftmost match.  Throws Error when it gives up.
  std::optional<RegexGroups> Search(std::string_view text) const;

  /// Numbers of the groups that have names.
  const std::map<std::string, int, std::less<>>& names() const;

 private:
  explicit Regex(std::shared_ptr<const RegexProgram> program) : program_(std::move(program)) {}

  std::shared_ptr<const RegexProgram> program_;
};

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_REGEX_H_
