// The parts of a regular expression: what its parser makes and its compiler reads.
#ifndef MIGEXT_PYTHON_REGEX_TREE_H_
#define MIGEXT_PYTHON_REGEX_TREE_H_

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace migext::python {

enum class CharacterClass : std::uint8_t { kDigit, kSpace, kWord };

/// "[a-z\d]", or one character or class alone.
struct CharacterSet {
  struct Class {
    CharacterClass name = CharacterClass::kDigit;
    bool negated = false;
  };

  std::vector<std::pair<char32_t, char32_t>> ranges;
  std::vector<Class> classes;
  bool negated = false;
  bool ignores_case = false;
  bool ascii = false;  ///< Classes and case are those of ASCII (?a).

  bool Has(char32_t c) const;
};

enum class Assertion : std::uint8_t {
  kTextBegin,       // \A, and ^ of one line
  kLineBegin,       // ^ with (?m)
  kTextEnd,         // \Z
  kTextEndOrBreak,  // $ of one line: a line feed may follow
  kLineEnd,         // $ with (?m)
  kWordEdge,
  kNoWordEdge,
};

enum class Repetition : std::uint8_t { kGreedy, kLazy, kPossessive };

struct RegexNode;
using RegexNodePtr = std::unique_ptr<RegexNode>;

struct RegexNode {
  enum class Kind : std::uint8_t {
    kSet,
    kAssertion,
    kSequence,
    kChoice,
    kRepeat,
    kGroup,
    kBackReference,
    kLook,         // (?=…) and its kin
    kAtomic,       // (?>…)
    kConditional,  // (?(1)…|…): two children
  };
  static constexpr int kUnbounded = std::numeric_limits<int>::max();

  Kind kind = Kind::kSequence;
  std::vector<RegexNodePtr> children;
  CharacterSet set;
  Assertion assertion = Assertion::kTextBegin;
  int group = 0;  ///< kGroup's number, 0 for (?:…); what kBackReference and kConditional look at.
  int min = 0;
  int max = 0;
  Repetition repetition = Repetition::kGreedy;
  bool negated = false;  ///< kLook's.
  bool behind = false;
  bool ignores_case = false;  ///< kBackReference's.
  bool ascii = false;         ///< kAssertion's and kBackReference's.
};

struct RegexTree {
  RegexNodePtr root;
  int groups = 0;  ///< Without that of the whole match.
  std::map<std::string, int, std::less<>> names;
};

/// Throws Error in the words of re.error.
RegexTree ParseRegex(std::string_view pattern);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_REGEX_TREE_H_
