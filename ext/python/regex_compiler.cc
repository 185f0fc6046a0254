#include <optional>

#include "base/error.h"
#include "python/regex_program.h"

namespace migext::python {
namespace {

using Instruction = RegexInstruction;
using Op = RegexInstruction::Op;
using Node = RegexNode;

constexpr std::size_t kMostInstructions = 100'000;
constexpr int kWidest = 1'000'000;

/// How many characters a part matches; nothing when that depends on the text.
std::optional<int> WidthOf(const Node& node) {
  int width = 0;
  switch (node.kind) {
    case Node::Kind::kSet:
      return 1;
    case Node::Kind::kAssertion:
    case Node::Kind::kLook:
      return 0;
    case Node::Kind::kSequence:
    case Node::Kind::kGroup:
    case Node::Kind::kAtomic:
      for (const RegexNodePtr& child : node.children) {
        const std::optional<int> inner = WidthOf(*child);
        if (!inner || width + *inner > kWidest) return std::nullopt;
        width += *inner;
      }
      return width;
    case Node::Kind::kChoice:
    case Node::Kind::kConditional: {
      const std::optional<int> first = WidthOf(*node.children.front());
      for (const RegexNodePtr& child : node.children) {
        if (WidthOf(*child) != first) return std::nullopt;
      }
      return first;
    }
    case Node::Kind::kRepeat: {
      const std::optional<int> inner = WidthOf(*node.children.front());
      if (inner == 0) return 0;
      if (!inner || node.min != node.max || std::int64_t{*inner} * node.min > kWidest) {
        return std::nullopt;
      }
      return *inner * node.min;
    }
    case Node::Kind::kBackReference:
      break;
  }
  return std::nullopt;
}

/// True if every match begins with `\A`, so that no other place needs a try.
bool IsAnchored(const Node& node) {
  if (node.kind == Node::Kind::kAssertion) return node.assertion == Assertion::kTextBegin;
  const bool passes_on = node.kind == Node::Kind::kSequence || node.kind == Node::Kind::kGroup;
  return passes_on && !node.children.empty() && IsAnchored(*node.children.front());
}

class Compiler {
 public:
  RegexProgram Compile(const RegexTree& tree) {
    program_.groups = tree.groups;
    program_.names = tree.names;
    program_.is_anchored = IsAnchored(*tree.root);
    Save(0);
    Add(*tree.root);
    Save(1);
    Emit(Op::kEnd);
    return std::move(program_);
  }

 private:
  int Here() const { return static_cast<int>(program_.code.size()); }

  Instruction& At(int place) { return program_.code[static_cast<std::size_t>(place)]; }

  int Emit(Op op, int a = 0, int b = 0) {
    if (program_.code.size() >= kMostInstructions) {
      throw Error("the regular expression is too large: its repetitions multiply");
    }
    Instruction& instruction = program_.code.emplace_back();
    instruction.op = op;
    instruction.a = a;
    instruction.b = b;
    return Here() - 1;
  }

  void Save(int slot) { Emit(Op::kSave, slot); }

  int SetNumber(const CharacterSet& set) {
    program_.sets.push_back(set);
    return static_cast<int>(program_.sets.size()) - 1;
  }

  void Add(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kSet:
        Emit(Op::kSet, SetNumber(node.set));
        return;
      case Node::Kind::kAssertion: {
        const int place = Emit(Op::kAssert);
        At(place).assertion = node.assertion;
        At(place).ascii = node.ascii;
        return;
      }
      case Node::Kind::kSequence:
        for (const RegexNodePtr& child : node.children) Add(*child);
        return;
      case Node::Kind::kChoice:
        return AddChoice(node);
      case Node::Kind::kRepeat:
        return AddRepeat(node);
      case Node::Kind::kGroup:
        if (node.group > 0) Save(2 * node.group);
        Add(*node.children.front());
        if (node.group > 0) Save(2 * node.group + 1);
        return;
      case Node::Kind::kBackReference: {
        const int place = Emit(Op::kBackReference, node.group);
        At(place).ignores_case = node.ignores_case;
        At(place).ascii = node.ascii;
        return;
      }
      case Node::Kind::kLook:
        return AddLook(node);
      case Node::Kind::kAtomic:
        return AddAtomic(*node.children.front());
      case Node::Kind::kConditional:
        return AddConditional(node);
    }
  }

  void AddChoice(const Node& node) {
    std::vector<int> ends;
    for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
      const int split = Emit(Op::kSplit);
      Add(*node.children[i]);
      ends.push_back(Emit(Op::kJump));
      At(split).a = Here();
    }
    Add(*node.children.back());
    for (const int end : ends) At(end).a = Here();
  }

  void AddRepeat(const Node& node) {
    const Node& child = *node.children.front();
    if (child.kind == Node::Kind::kSet) {
      const int place = Emit(Op::kRepeatSet, SetNumber(child.set));
      At(place).min = node.min;
      At(place).max = node.max;
      At(place).repetition = node.repetition;
    } else if (node.repetition == Repetition::kPossessive) {
      const int atomic = Emit(Op::kAtomic);
      AddLoop(node, child, Op::kSplit);
      Emit(Op::kEnd);
      At(atomic).a = Here();
    } else {
      AddLoop(node, child, node.repetition == Repetition::kLazy ? Op::kSplitLazy : Op::kSplit);
    }
  }

  void AddLoop(const Node& node, const Node& child, Op split) {
    for (int i = 0; i < node.min; ++i) Add(child);
    if (node.max != Node::kUnbounded) {
      std::vector<int> splits;
      for (int i = node.min; i < node.max; ++i) {
        splits.push_back(Emit(split));
        Add(child);
      }
      for (const int place : splits) At(place).a = Here();
      return;
    }
    // A round that consumes nothing ends the loop.
    const int mark = program_.marks++;
    const int begin = Emit(split);
    Emit(Op::kMark, mark);
    Add(child);
    Emit(Op::kLoop, mark, begin);
    At(begin).a = Here();
  }

  void AddLook(const Node& node) {
    const Node& child = *node.children.front();
    int width = 0;
    if (node.behind) {
      const std::optional<int> fixed = WidthOf(child);
      if (!fixed) throw Error("look-behind requires fixed-width pattern");
      width = *fixed;
    }
    const int look = Emit(Op::kLook, 0, width);
    At(look).negated = node.negated;
    Add(child);
    Emit(Op::kEnd);
    At(look).a = Here();
  }

  void AddAtomic(const Node& child) {
    const int atomic = Emit(Op::kAtomic);
    Add(child);
    Emit(Op::kEnd);
    At(atomic).a = Here();
  }

  void AddConditional(const Node& node) {
    const int test = Emit(Op::kIfGroup, node.group);
    Add(*node.children[0]);
    const int jump = Emit(Op::kJump);
    At(test).b = Here();
    Add(*node.children[1]);
    At(jump).a = Here();
  }

  RegexProgram program_;
};

}  // namespace

RegexProgram CompileRegex(const RegexTree& tree) { return Compiler().Compile(tree); }

}  // namespace migext::python
