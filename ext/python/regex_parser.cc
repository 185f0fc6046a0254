#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "python/regex_tree.h"

namespace migext::python {
namespace {

using Node = RegexNode;
using NodePtr = RegexNodePtr;

constexpr int kDeepest = 100;
constexpr int kMostRepeats = 65'535;

struct Flags {
  bool ignore_case = false;
  bool multiline = false;
  bool dot_all = false;
  bool verbose = false;
  bool ascii = false;
};

bool IsAsciiDigit(char32_t c) { return c >= '0' && c <= '9'; }
bool IsOctal(char32_t c) { return c >= '0' && c <= '7'; }
bool IsAsciiLetter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

int HexValue(char32_t c) {
  if (IsAsciiDigit(c)) return static_cast<int>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<int>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<int>(c - 'A') + 10;
  return -1;
}

NodePtr Make(Node::Kind kind) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  return node;
}

class Parser {
 public:
  explicit Parser(std::string_view pattern) : written_(pattern) {
    for (std::size_t i = 0; i < pattern.size();) text_ += NextUtf8(pattern, i);
  }

  RegexTree Parse() {
    ReadGlobalFlags();
    RegexTree tree;
    tree.root = Choice();
    if (!AtEnd()) Fail("unbalanced parenthesis", at_);
    if (largest_asked_ > groups_) {
      Fail("invalid group reference " + std::to_string(largest_asked_), asked_at_);
    }
    tree.groups = groups_;
    tree.names = std::move(names_);
    return tree;
  }

 private:
  [[noreturn]] void Fail(const std::string& what, std::size_t where) const {
    throw Error("'" + std::string(written_.substr(0, 200)) + "' is no regular expression: " + what +
                " at position " + std::to_string(where));
  }

  bool AtEnd() const { return at_ >= text_.size(); }
  bool NextIs(char32_t c) const { return !AtEnd() && text_[at_] == c; }
  bool Take(char32_t c) {
    if (!NextIs(c)) return false;
    ++at_;
    return true;
  }
  bool Take(std::u32string_view word) {
    if (!std::u32string_view(text_).substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  // ---- Structure

  NodePtr Choice() {
    NodePtr choice = Make(Node::Kind::kChoice);
    choice->children.push_back(Sequence());
    while (Take(U'|')) choice->children.push_back(Sequence());
    return choice->children.size() == 1 ? std::move(choice->children.front()) : std::move(choice);
  }

  NodePtr Sequence() {
    NodePtr sequence = Make(Node::Kind::kSequence);
    while (true) {
      SkipVerbose();
      if (AtEnd() || NextIs(U'|') || NextIs(U')')) return sequence;
      const std::size_t begin = at_;
      NodePtr item = Item();
      if (item) sequence->children.push_back(Repeated(std::move(item), begin));
    }
  }

  void SkipVerbose() {
    while (flags_.verbose && !AtEnd()) {
      const char32_t c = text_[at_];
      if (c == '#') {
        while (!AtEnd() && text_[at_] != '\n') ++at_;
      } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
        ++at_;
      } else {
        return;
      }
    }
  }

  /// Nothing for a comment or flags.
  NodePtr Item() {
    const char32_t c = text_[at_++];
    switch (c) {
      case '(': {
        if (++depth_ > kDeepest) Fail("too many nested groups", at_ - 1);
        NodePtr group = Group(at_ - 1);
        --depth_;
        return group;
      }
      case '[':
        return Set(at_ - 1);
      case '.':
        return Dot();
      case '^':
        return Assert(flags_.multiline ? Assertion::kLineBegin : Assertion::kTextBegin);
      case '$':
        return Assert(flags_.multiline ? Assertion::kLineEnd : Assertion::kTextEndOrBreak);
      case '\\':
        return Escape(at_ - 1);
      case '*':
      case '+':
      case '?':
        Fail("nothing to repeat", at_ - 1);
      case '{':
        --at_;
        if (Quantifier()) Fail("nothing to repeat", at_);
        ++at_;
        return Character(c);
      default:
        return Character(c);
    }
  }

  NodePtr Character(char32_t c) {
    NodePtr node = Make(Node::Kind::kSet);
    node->set.ranges = {{c, c}};
    node->set.ignores_case = flags_.ignore_case;
    node->set.ascii = flags_.ascii;
    return node;
  }

  NodePtr Dot() {
    NodePtr node = Make(Node::Kind::kSet);
    node->set.negated = true;
    if (!flags_.dot_all) node->set.ranges = {{U'\n', U'\n'}};
    return node;
  }

  NodePtr Assert(Assertion assertion) {
    NodePtr node = Make(Node::Kind::kAssertion);
    node->assertion = assertion;
    node->ascii = flags_.ascii;
    return node;
  }

  // ---- Quantifiers

  struct Bounds {
    int min;
    int max;
  };

  std::optional<int> Number() {
    std::optional<int> number;
    while (!AtEnd() && IsAsciiDigit(text_[at_])) {
      number =
          std::min(number.value_or(0) * 10 + static_cast<int>(text_[at_] - '0'), kMostRepeats * 10);
      ++at_;
    }
    return number;
  }

  std::optional<Bounds> Quantifier() {
    if (Take(U'*')) return Bounds{0, Node::kUnbounded};
    if (Take(U'+')) return Bounds{1, Node::kUnbounded};
    if (Take(U'?')) return Bounds{0, 1};
    const std::size_t begin = at_;
    if (!Take(U'{')) return std::nullopt;
    const std::optional<int> min = Number();
    const bool has_comma = Take(U',');
    const std::optional<int> max = has_comma ? Number() : min;
    if (!Take(U'}') || (!min && !has_comma)) {
      at_ = begin;  // "{" stands for itself
      return std::nullopt;
    }
    const Bounds bounds{min.value_or(0), max.value_or(Node::kUnbounded)};
    if (bounds.min > kMostRepeats || (max && *max > kMostRepeats)) {
      Fail("the repetition number is too large", begin);
    }
    if (bounds.max < bounds.min) Fail("min repeat greater than max repeat", begin);
    return bounds;
  }

  NodePtr Repeated(NodePtr item, std::size_t begin) {
    SkipVerbose();
    const std::size_t where = at_;
    const std::optional<Bounds> bounds = Quantifier();
    if (!bounds) return item;
    if (item->kind == Node::Kind::kAssertion) Fail("nothing to repeat", begin);
    NodePtr repeat = Make(Node::Kind::kRepeat);
    repeat->min = bounds->min;
    repeat->max = bounds->max;
    if (Take(U'?')) {
      repeat->repetition = Repetition::kLazy;
    } else if (Take(U'+')) {
      repeat->repetition = Repetition::kPossessive;
    }
    repeat->children.push_back(std::move(item));
    SkipVerbose();
    if (Quantifier()) Fail("multiple repeat", where);
    return repeat;
  }

  // ---- Groups

  void Close(std::size_t begin) {
    if (!Take(U')')) Fail("missing ), unterminated subpattern", begin);
  }

  NodePtr Group(std::size_t begin) {
    if (!Take(U'?')) return Captured(begin, {});
    if (Take(U':')) return Plain(begin, flags_);
    if (Take(U"P<")) return Captured(begin, Name(U'>'));
    if (Take(U"P=")) return NamedReference(begin);
    if (Take(U'#')) return Comment(begin);
    if (Take(U'=')) return Look(begin, false, false);
    if (Take(U'!')) return Look(begin, false, true);
    if (Take(U"<=")) return Look(begin, true, false);
    if (Take(U"<!")) return Look(begin, true, true);
    if (Take(U'>')) return Wrapped(begin, Node::Kind::kAtomic);
    if (Take(U'(')) return Conditional(begin);
    return WithFlags(begin);
  }

  NodePtr Captured(std::size_t begin, const std::string& name) {
    NodePtr group = Make(Node::Kind::kGroup);
    group->group = ++groups_;
    if (!name.empty() && !names_.emplace(name, group->group).second) {
      Fail("redefinition of group name '" + name + "'", begin);
    }
    open_.push_back(group->group);
    Fill(*group, begin, flags_);
    open_.pop_back();
    return group;
  }

  NodePtr Plain(std::size_t begin, const Flags& flags) {
    NodePtr group = Make(Node::Kind::kGroup);
    Fill(*group, begin, flags);
    return group;
  }

  NodePtr Wrapped(std::size_t begin, Node::Kind kind) {
    NodePtr node = Make(kind);
    Fill(*node, begin, flags_);
    return node;
  }

  NodePtr Look(std::size_t begin, bool behind, bool negated) {
    NodePtr node = Wrapped(begin, Node::Kind::kLook);
    node->behind = behind;
    node->negated = negated;
    return node;
  }

  void Fill(Node& node, std::size_t begin, const Flags& flags) {
    const Flags outer = flags_;
    flags_ = flags;
    node.children.push_back(Choice());
    flags_ = outer;
    Close(begin);
  }

  std::string Name(char32_t end) {
    const std::size_t begin = at_;
    std::string name;
    while (!AtEnd() && text_[at_] != end) AppendUtf8(name, text_[at_++]);
    if (AtEnd())
      Fail("missing " + std::string(1, static_cast<char>(end)) + ", unterminated name", begin);
    ++at_;
    if (name.empty()) Fail("missing group name", begin);
    return name;
  }

  NodePtr NamedReference(std::size_t begin) {
    const std::string name = Name(U')');
    const auto found = names_.find(name);
    if (found == names_.end()) Fail("unknown group name '" + name + "'", begin);
    return BackReference(found->second, begin);
  }

  NodePtr BackReference(int group, std::size_t where) {
    if (group > groups_) Fail("invalid group reference " + std::to_string(group), where);
    if (std::find(open_.begin(), open_.end(), group) != open_.end()) {
      Fail("cannot refer to an open group", where);
    }
    NodePtr node = Make(Node::Kind::kBackReference);
    node->group = group;
    node->ignores_case = flags_.ignore_case;
    node->ascii = flags_.ascii;
    return node;
  }

  NodePtr Comment(std::size_t begin) {
    while (!AtEnd() && text_[at_] != ')') ++at_;
    if (!Take(U')')) Fail("missing ), unterminated comment", begin);
    return nullptr;
  }

  NodePtr Conditional(std::size_t begin) {
    const std::size_t where = at_;
    const std::string name = Name(U')');
    NodePtr node = Make(Node::Kind::kConditional);
    const auto found = names_.find(name);
    if (found != names_.end()) {
      node->group = found->second;
    } else if (std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
               name.size() < 4) {
      node->group = std::stoi(name);
    }
    if (node->group == 0) Fail("unknown group name '" + name + "'", where);
    // The group may follow.
    if (node->group > largest_asked_) {
      largest_asked_ = node->group;
      asked_at_ = where;
    }
    node->children.push_back(Sequence());
    node->children.push_back(Take(U'|') ? Sequence() : Make(Node::Kind::kSequence));
    if (NextIs(U'|')) Fail("conditional backref with more than two branches", where);
    Close(begin);
    return node;
  }

  // ---- Flags

  bool SetFlag(Flags& flags, char32_t letter, bool value) {
    switch (letter) {
      case 'i':
        flags.ignore_case = value;
        return true;
      case 'm':
        flags.multiline = value;
        return true;
      case 's':
        flags.dot_all = value;
        return true;
      case 'x':
        flags.verbose = value;
        return true;
      case 'a':
        flags.ascii = value;
        return true;
      case 'u':
        flags.ascii = false;
        return true;
      default:
        return false;
    }
  }

  /// "(?i)" at the beginning of the pattern.
  void ReadGlobalFlags() {
    while (true) {
      SkipVerbose();
      const std::size_t begin = at_;
      Flags flags = flags_;
      if (!Take(U"(?")) return;
      std::size_t count = 0;
      while (!AtEnd() && SetFlag(flags, text_[at_], true)) {
        ++at_;
        ++count;
      }
      if (count == 0 || !Take(U')')) {
        at_ = begin;
        return;
      }
      flags_ = flags;
    }
  }

  /// "(?i:…)", "(?s-i:…)".
  NodePtr WithFlags(std::size_t begin) {
    Flags flags = flags_;
    const std::size_t first = at_;
    while (!AtEnd() && SetFlag(flags, text_[at_], true)) ++at_;
    if (at_ != first && NextIs(U')')) {
      Fail("global flags not at the start of the expression", begin);
    }
    if (Take(U'-')) {
      while (!AtEnd() && text_[at_] != 'a' && text_[at_] != 'u' &&
             SetFlag(flags, text_[at_], false)) {
        ++at_;
      }
    }
    if (!Take(U':')) Fail("unknown extension", begin);
    return Plain(begin, flags);
  }

  // ---- Escapes

  NodePtr Escape(std::size_t begin) {
    if (AtEnd()) Fail("bad escape (end of pattern)", begin);
    const char32_t c = text_[at_];
    switch (c) {
      case 'A':
        ++at_;
        return Assert(Assertion::kTextBegin);
      case 'Z':
        ++at_;
        return Assert(Assertion::kTextEnd);
      case 'b':
        ++at_;
        return Assert(Assertion::kWordEdge);
      case 'B':
        ++at_;
        return Assert(Assertion::kNoWordEdge);
      default:
        break;
    }
    if (const auto named = Class()) {
      NodePtr node = Make(Node::Kind::kSet);
      node->set.classes = {*named};
      node->set.ascii = flags_.ascii;
      return node;
    }
    if (c >= '1' && c <= '9') return NumberEscape(begin);
    return Character(EscapedCharacter(begin));
  }

  /// "\12" refers to a group; three octal digits are a character.
  NodePtr NumberEscape(std::size_t begin) {
    const auto digit = [&](std::size_t i) { return i < text_.size() ? text_[i] : U'\0'; };
    if (IsOctal(digit(at_)) && IsOctal(digit(at_ + 1)) && IsOctal(digit(at_ + 2))) {
      const char32_t value =
          (digit(at_) - '0') * 64 + (digit(at_ + 1) - '0') * 8 + (digit(at_ + 2) - '0');
      if (value > 0377) Fail("octal escape value outside of range 0-0o377", begin);
      at_ += 3;
      return Character(value);
    }
    int group = static_cast<int>(text_[at_++] - '0');
    if (!AtEnd() && IsAsciiDigit(text_[at_])) {
      group = group * 10 + static_cast<int>(text_[at_++] - '0');
    }
    return BackReference(group, begin);
  }

  /// REQUIRES: not AtEnd().
  std::optional<CharacterSet::Class> Class() {
    using Found = CharacterSet::Class;
    switch (text_[at_++]) {
      case 'd':
        return Found{CharacterClass::kDigit, false};
      case 'D':
        return Found{CharacterClass::kDigit, true};
      case 's':
        return Found{CharacterClass::kSpace, false};
      case 'S':
        return Found{CharacterClass::kSpace, true};
      case 'w':
        return Found{CharacterClass::kWord, false};
      case 'W':
        return Found{CharacterClass::kWord, true};
      default:
        --at_;
        return std::nullopt;
    }
  }

  char32_t Hex(std::size_t count, std::size_t begin) {
    char32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const int digit = AtEnd() ? -1 : HexValue(text_[at_]);
      if (digit < 0) Fail("incomplete escape", begin);
      value = value * 16 + static_cast<char32_t>(digit);
      ++at_;
    }
    if (value > 0x10FFFF) Fail("bad escape", begin);
    return value;
  }

  char32_t EscapedCharacter(std::size_t begin) {
    const char32_t c = text_[at_++];
    switch (c) {
      case 'a':
        return U'\a';
      case 'f':
        return U'\f';
      case 'n':
        return U'\n';
      case 'r':
        return U'\r';
      case 't':
        return U'\t';
      case 'v':
        return U'\v';
      case 'x':
        return Hex(2, begin);
      case 'u':
        return Hex(4, begin);
      case 'U':
        return Hex(8, begin);
      case '0': {
        char32_t value = 0;
        for (int i = 0; i < 2 && !AtEnd() && IsOctal(text_[at_]); ++i) {
          value = value * 8 + (text_[at_++] - '0');
        }
        return value;
      }
      default:
        break;
    }
    if (IsAsciiLetter(c) || IsAsciiDigit(c)) {
      std::string escape = "\\";
      AppendUtf8(escape, c);
      Fail("bad escape " + escape, begin);
    }
    return c;
  }

  // ---- Sets

  NodePtr Set(std::size_t begin) {
    NodePtr node = Make(Node::Kind::kSet);
    CharacterSet& set = node->set;
    set.ignores_case = flags_.ignore_case;
    set.ascii = flags_.ascii;
    set.negated = Take(U'^');
    const std::size_t first = at_;
    while (true) {
      if (AtEnd()) Fail("unterminated character set", begin);
      if (at_ != first && Take(U']')) return node;
      const std::size_t where = at_;
      const std::optional<char32_t> low = SetMember(set);
      const bool is_range = NextIs(U'-') && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
      if (!is_range) {
        if (low) set.ranges.emplace_back(*low, *low);
        continue;
      }
      ++at_;
      const std::optional<char32_t> high = SetMember(set);
      if (!low || !high || *high < *low) Fail("bad character range", where);
      set.ranges.emplace_back(*low, *high);
    }
  }

  /// One character; a class goes into the set at once.
  std::optional<char32_t> SetMember(CharacterSet& set) {
    const std::size_t begin = at_;
    const char32_t c = text_[at_++];
    if (c != '\\') return c;
    if (AtEnd()) Fail("bad escape (end of pattern)", begin);
    if (Take(U'b')) return U'\b';
    if (const auto named = Class()) {
      set.classes.push_back(*named);
      return std::nullopt;
    }
    if (text_[at_] >= '1' && text_[at_] <= '7') {
      char32_t value = 0;
      for (int i = 0; i < 3 && !AtEnd() && IsOctal(text_[at_]); ++i) {
        value = value * 8 + (text_[at_++] - '0');
      }
      if (value > 0377) Fail("octal escape value outside of range 0-0o377", begin);
      return value;
    }
    return EscapedCharacter(begin);
  }

  std::string_view written_;
  std::u32string text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int groups_ = 0;
  int largest_asked_ = 0;  // by (?(…)
  std::size_t asked_at_ = 0;
  Flags flags_;
  std::map<std::string, int, std::less<>> names_;
  std::vector<int> open_;  // groups that are being read
};

}  // namespace

RegexTree ParseRegex(std::string_view pattern) { return Parser(pattern).Parse(); }

}  // namespace migext::python
