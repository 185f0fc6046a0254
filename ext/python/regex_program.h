// A regular expression as instructions for a machine that goes back where it went wrong.
#ifndef MIGEXT_PYTHON_REGEX_PROGRAM_H_
#define MIGEXT_PYTHON_REGEX_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "python/regex_tree.h"

namespace migext::python {

struct RegexInstruction {
  enum class Op : std::uint8_t {
    kSet,            // one character of set `a`
    kRepeatSet,      // set `a` from `min` to `max` times, as `repetition` says
    kAssert,         // `assertion`
    kSplit,          // tries the next instruction, then `a`
    kSplitLazy,      // tries `a`, then the next instruction
    kJump,           // to `a`
    kSave,           // the place goes into slot `a`
    kMark,           // the place goes into mark `a` …
    kLoop,           // … and to `b` unless nothing was consumed since mark `a`
    kBackReference,  // what group `a` holds, again
    kLook,           // runs what follows up to kEnd, then goes on at `a`; `b` characters back
    kAtomic,         // the same, but goes on from where that ended
    kIfGroup,        // the next instruction if group `a` took part, else `b`
    kEnd,
  };

  Op op = Op::kEnd;
  int a = 0;
  int b = 0;
  int min = 0;
  int max = 0;
  Repetition repetition = Repetition::kGreedy;
  Assertion assertion = Assertion::kTextBegin;
  bool negated = false;  ///< kLook's.
  bool ignores_case = false;
  bool ascii = false;
};

struct RegexProgram {
  std::vector<RegexInstruction> code;
  std::vector<CharacterSet> sets;
  int groups = 0;
  int marks = 0;
  /// Nothing can match but at the beginning of the text.
  bool is_anchored = false;
  std::map<std::string, int, std::less<>> names;
};

/// Throws Error for what cannot be matched: a look-behind of changing width, or a pattern that is
/// too large when its repetitions are written out.
RegexProgram CompileRegex(const RegexTree& tree);

/// Half of what re.IGNORECASE compares.
char32_t FoldCase(char32_t c, bool ascii);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_REGEX_PROGRAM_H_
