#include "python/regex.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "python/letters.h"
#include "python/regex_program.h"
#include "python/word_characters.h"

namespace migext::python {
namespace {

using Instruction = RegexInstruction;
using Op = RegexInstruction::Op;

constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();
/// What a search may do, and for each character of its text.
constexpr std::uint64_t kSteps = 5'000'000;
constexpr std::uint64_t kStepsPerCharacter = 50;
constexpr std::size_t kMostChoices = 2'000'000;

bool IsAscii(char32_t c) { return c < 0x80; }

bool IsWord(char32_t c, bool ascii) {
  return c == '_' || ((!ascii || IsAscii(c)) && IsAlphanumeric(c));
}

bool IsOf(CharacterClass name, char32_t c, bool ascii) {
  switch (name) {
    case CharacterClass::kDigit:
      return ascii ? IsDigit(c) : IsDecimal(c);
    case CharacterClass::kSpace:
      // str.isspace() knows four separators that ASCII's \s does not.
      return ascii ? c == ' ' || (c >= '\t' && c <= '\r') : IsSpace(c);
    case CharacterClass::kWord:
      return IsWord(c, ascii);
  }
  return false;
}

/// One try from one place of the text.
class Machine {
 public:
  Machine(const RegexProgram& program, const std::u32string& text)
      : program_(program),
        text_(text),
        slots_(2 * (static_cast<std::size_t>(program.groups) + 1), kNowhere),
        marks_(static_cast<std::size_t>(program.marks), kNowhere),
        steps_left_(kSteps + kStepsPerCharacter * text.size()) {}

  bool MatchAt(std::size_t place) {
    std::fill(slots_.begin(), slots_.end(), kNowhere);
    trail_.clear();
    return Run(0, place);
  }

  RegexGroups Groups() const {
    RegexGroups groups;
    for (std::size_t i = 0; i + 1 < slots_.size(); i += 2) {
      const bool took_part = slots_[i] != kNowhere && slots_[i + 1] != kNowhere;
      groups.push_back(took_part ? std::optional(RegexSpan{slots_[i], slots_[i + 1]})
                                 : std::nullopt);
    }
    return groups;
  }

 private:
  /// What to do on the way back.
  struct Step {
    enum class Kind : std::uint8_t { kTry, kShorter, kLonger, kSlot, kMark };
    Kind kind;
    int code;           // where to go on; the slot or mark to restore
    std::size_t place;  // of the text; what the slot held
    std::size_t limit;  // kShorter: the nearest place; kLonger: the farthest
  };

  const Instruction& At(int code) const { return program_.code[static_cast<std::size_t>(code)]; }
  const CharacterSet& SetOf(const Instruction& one) const {
    return program_.sets[static_cast<std::size_t>(one.a)];
  }

  void Push(Step step) {
    if (trail_.size() >= kMostChoices) GiveUp();
    trail_.push_back(step);
  }

  [[noreturn]] static void GiveUp() {
    throw Error(
        "the regular expression takes too long on this text; make its repetitions exclude "
        "each other");
  }

  void CountStep() {
    if (steps_left_-- == 0) GiveUp();
  }

  /// Runs from an instruction to its kEnd.  On success `end_` is where it stopped, and what it may
  /// still try is on the trail; on failure all is as before.
  bool Run(int code, std::size_t place) {
    const std::size_t base = trail_.size();
    while (true) {
      CountStep();
      const Instruction& now = At(code);
      if (now.op == Op::kEnd) {
        end_ = place;
        return true;
      }
      if (Advance(now, code, place)) continue;
      if (!GoBack(base, code, place)) return false;
    }
  }

  /// False when the instruction does not match.
  bool Advance(const Instruction& now, int& code, std::size_t& place) {
    switch (now.op) {
      case Op::kSet:
        if (place >= text_.size() || !SetOf(now).Has(text_[place])) return false;
        ++place;
        break;
      case Op::kRepeatSet:
        return RepeatSet(now, code, place);
      case Op::kAssert:
        if (!Holds(now, place)) return false;
        break;
      case Op::kSplit:
        Push({Step::Kind::kTry, now.a, place, 0});
        break;
      case Op::kSplitLazy:
        Push({Step::Kind::kTry, code + 1, place, 0});
        code = now.a;
        return true;
      case Op::kJump:
        code = now.a;
        return true;
      case Op::kSave:
        Set(Step::Kind::kSlot, slots_, now.a, place);
        break;
      case Op::kMark:
        Set(Step::Kind::kMark, marks_, now.a, place);
        break;
      case Op::kLoop:
        if (marks_[static_cast<std::size_t>(now.a)] == place) break;
        code = now.b;
        return true;
      case Op::kBackReference:
        if (!Repeats(now, place)) return false;
        break;
      case Op::kLook:
      case Op::kAtomic:
        if (!RunInner(now, code, place)) return false;
        code = now.a;
        return true;
      case Op::kIfGroup:
        code = slots_[2 * static_cast<std::size_t>(now.a) + 1] != kNowhere ? code + 1 : now.b;
        return true;
      case Op::kEnd:
        break;
    }
    ++code;
    return true;
  }

  void Set(Step::Kind kind, std::vector<std::size_t>& values, int number, std::size_t value) {
    std::size_t& held = values[static_cast<std::size_t>(number)];
    Push({kind, number, held, 0});
    held = value;
  }

  bool RepeatSet(const Instruction& now, int& code, std::size_t& place) {
    const CharacterSet& set = SetOf(now);
    const bool is_lazy = now.repetition == Repetition::kLazy;
    const std::size_t room = text_.size() - place;
    const auto wanted = static_cast<std::size_t>(is_lazy ? now.min : now.max);
    std::size_t count = 0;
    while (count < std::min(wanted, room) && set.Has(text_[place + count])) {
      CountStep();
      ++count;
    }
    const auto least = static_cast<std::size_t>(now.min);
    if (count < least) return false;
    if (is_lazy) {
      const auto most = std::min(static_cast<std::size_t>(now.max), room);
      if (most > least) Push({Step::Kind::kLonger, code, place + least, place + most});
    } else if (now.repetition == Repetition::kGreedy && count > least) {
      Push({Step::Kind::kShorter, code, place + count, place + least});
    }
    place += count;
    ++code;
    return true;
  }

  bool GoBack(std::size_t base, int& code, std::size_t& place) {
    while (trail_.size() > base) {
      CountStep();
      Step& step = trail_.back();
      switch (step.kind) {
        case Step::Kind::kSlot:
          slots_[static_cast<std::size_t>(step.code)] = step.place;
          trail_.pop_back();
          continue;
        case Step::Kind::kMark:
          marks_[static_cast<std::size_t>(step.code)] = step.place;
          trail_.pop_back();
          continue;
        case Step::Kind::kTry:
          code = step.code;
          place = step.place;
          trail_.pop_back();
          return true;
        case Step::Kind::kShorter:
          place = --step.place;
          code = step.code + 1;
          if (step.place == step.limit) trail_.pop_back();
          return true;
        case Step::Kind::kLonger: {
          if (!SetOf(At(step.code)).Has(text_[step.place])) {
            trail_.pop_back();
            continue;
          }
          place = ++step.place;
          code = step.code + 1;
          if (step.place == step.limit) trail_.pop_back();
          return true;
        }
      }
    }
    return false;
  }

  /// (?=…), (?>…): what is inside is tried once.  Nested as deep as the pattern's parentheses.
  bool RunInner(const Instruction& now, int code, std::size_t& place) {
    const bool is_look = now.op == Op::kLook;
    const auto width = static_cast<std::size_t>(is_look ? now.b : 0);
    const std::size_t base = trail_.size();
    const bool found = width <= place && Run(code + 1, place - width);
    if (is_look && now.negated) {
      Undo(base);
      return !found;
    }
    if (!found) return false;
    ForgetChoices(base);
    if (!is_look) place = end_;
    return true;
  }

  void Undo(std::size_t base) {
    for (; trail_.size() > base; trail_.pop_back()) {
      const Step& step = trail_.back();
      if (step.kind == Step::Kind::kSlot) slots_[static_cast<std::size_t>(step.code)] = step.place;
      if (step.kind == Step::Kind::kMark) marks_[static_cast<std::size_t>(step.code)] = step.place;
    }
  }

  /// What restores slots stays for whoever goes back further.
  void ForgetChoices(std::size_t base) {
    const auto first = trail_.begin() + static_cast<std::ptrdiff_t>(base);
    trail_.erase(std::remove_if(first, trail_.end(),
                                [](const Step& step) {
                                  return step.kind != Step::Kind::kSlot &&
                                         step.kind != Step::Kind::kMark;
                                }),
                 trail_.end());
  }

  bool Repeats(const Instruction& now, std::size_t& place) {
    const std::size_t begin = slots_[2 * static_cast<std::size_t>(now.a)];
    const std::size_t end = slots_[2 * static_cast<std::size_t>(now.a) + 1];
    if (begin == kNowhere || end == kNowhere) return false;
    if (text_.size() - place < end - begin) return false;
    for (std::size_t i = begin; i < end; ++i, ++place) {
      CountStep();
      const char32_t a = text_[i];
      const char32_t b = text_[place];
      const bool is_same =
          a == b || (now.ignores_case && FoldCase(a, now.ascii) == FoldCase(b, now.ascii));
      if (!is_same) return false;
    }
    return true;
  }

  bool Holds(const Instruction& now, std::size_t place) const {
    const bool at_begin = place == 0;
    const bool at_end = place == text_.size();
    switch (now.assertion) {
      case Assertion::kTextBegin:
        return at_begin;
      case Assertion::kLineBegin:
        return at_begin || text_[place - 1] == '\n';
      case Assertion::kTextEnd:
        return at_end;
      case Assertion::kTextEndOrBreak:
        return at_end || (place + 1 == text_.size() && text_[place] == '\n');
      case Assertion::kLineEnd:
        return at_end || text_[place] == '\n';
      case Assertion::kWordEdge:
      case Assertion::kNoWordEdge: {
        const bool before = !at_begin && IsWord(text_[place - 1], now.ascii);
        const bool after = !at_end && IsWord(text_[place], now.ascii);
        // Python 3.12 finds no \B in an empty text.
        if (now.assertion == Assertion::kNoWordEdge) return before == after && !text_.empty();
        return before != after;
      }
    }
    return false;
  }

  const RegexProgram& program_;
  const std::u32string& text_;
  std::vector<std::size_t> slots_;
  std::vector<std::size_t> marks_;
  std::vector<Step> trail_;
  std::size_t end_ = 0;
  std::uint64_t steps_left_;
};

}  // namespace

char32_t FoldCase(char32_t c, bool ascii) { return ascii && !IsAscii(c) ? c : LowerOf(c); }

bool CharacterSet::Has(char32_t c) const {
  const auto is_in = [&](char32_t one) {
    return std::any_of(ranges.begin(), ranges.end(), [one](const auto& range) {
      return range.first <= one && one <= range.second;
    });
  };
  bool found = is_in(c);
  if (!found && ignores_case && !(ascii && !IsAscii(c))) {
    found = is_in(LowerOf(c)) || is_in(UpperOf(c));
  }
  for (const Class& one : classes) found = found || IsOf(one.name, c, ascii) != one.negated;
  return found != negated;
}

Regex Regex::Compile(std::string_view pattern) {
  return Regex(std::make_shared<const RegexProgram>(CompileRegex(ParseRegex(pattern))));
}

std::optional<RegexGroups> Regex::Search(std::string_view text) const {
  std::u32string characters;
  for (std::size_t i = 0; i < text.size();) characters += NextUtf8(text, i);
  Machine machine(*program_, characters);
  const std::size_t last = program_->is_anchored ? 0 : characters.size();
  for (std::size_t place = 0; place <= last; ++place) {
    if (machine.MatchAt(place)) return machine.Groups();
  }
  return std::nullopt;
}

const std::map<std::string, int, std::less<>>& Regex::names() const { return program_->names; }

}  // namespace migext::python
