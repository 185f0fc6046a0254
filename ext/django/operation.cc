#include "django/operation.h"

#include "base/text.h"

namespace migext::django {

std::string_view KindName(OperationKind kind) {
  switch (kind) {
    case OperationKind::kSchema:
      return "schema";
    case OperationKind::kData:
      return "data";
    case OperationKind::kState:
      return "state";
    case OperationKind::kSql:
      return "sql";
    case OperationKind::kPython:
      return "python";
    case OperationKind::kCustom:
      break;
  }
  return "custom";
}

int Operation::Line() const { return position().known() ? position().ToPlace().line : 0; }

OperationKind Operation::Kind() const {
  return head_.own_database ? OperationKind::kCustom : BuiltInKind();
}

std::string Operation::Describe() const {
  return head_.description ? *head_.description : BuiltInDescription();
}

std::string Operation::FormattedDescription() const {
  return std::string(1, Category()) + " " + Describe();
}

std::optional<bool> Operation::Atomic() const {
  return head_.atomic ? head_.atomic : BuiltInAtomic();
}

Error Operation::Failure(const std::string& message) const {
  return {position().ToPlace(), message};
}

ModelKey Operation::RequireModel(std::string_view app, std::string_view model,
                                 const ProjectState& state) const {
  ModelKey key = {std::string(app), LowerUtf8(model)};
  if (!state.Find(key)) throw Failure("KeyError: ('" + key.app + "', '" + key.model + "')");
  return key;
}

}  // namespace migext::django
