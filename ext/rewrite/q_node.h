// A Q object as Django has put it together: `Q(a=1) & ~Q(b=2) | Q(c=3)` is one tree.
//
//   QNode::Read(value of `Q(a=1) & Q(b=2)`, dialect)  // AND: ("a", 1), ("b", 2)
//
// Mirrors Q.__init__, Q._combine() and Node.add() (django/utils/tree.py).
#ifndef MIGEXT_REWRITE_Q_NODE_H_
#define MIGEXT_REWRITE_Q_NODE_H_

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "django/dialect.h"
#include "python/value.h"

namespace migext::rewrite {

struct QNode {
  struct Child {
    std::string lookup;       ///< "a__gt", with `value`; else "".
    python::Value value;      ///< Also any other condition.
    std::vector<QNode> node;  ///< One, for a Q inside; else none.
  };

  std::string connector = "AND";
  bool negated = false;
  std::vector<Child> children;

  /// Nothing for a value that is no Q object.  Throws Error for one that is nested too deeply.
  static std::optional<QNode> Read(python::Value value, const django::Dialect& dialect,
                                   int depth = 0);

 private:
  void Add(QNode other);
};

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_Q_NODE_H_
