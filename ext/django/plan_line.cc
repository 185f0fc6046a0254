#include "base/text.h"
#include "django/operation.h"
#include "django/operations/special.h"

namespace migext::django {
namespace {

constexpr std::size_t kMostCharacters = 40;

/// unicodedata.combining() for the blocks of combining marks: they do not count as characters.
bool IsCombining(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F && c != 0x034F) || (c >= 0x1AB0 && c <= 0x1AFF) ||
         (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20DC) ||
         (c >= 0xFE20 && c <= 0xFE2F);
}

/// Truncator(text).chars(40), without its NFC normalisation.
std::string Truncated(const std::string& text) {
  std::size_t count = 0;
  std::size_t end = 0;
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t begin = offset;
    if (IsCombining(NextUtf8(text, offset))) continue;
    ++count;
    if (count == kMostCharacters) end = begin;
    if (count > kMostCharacters) return text.substr(0, end) + "…";
  }
  return text;
}

/// The text behind the arrow; nothing when there is no way back.
std::optional<std::string> ActionOf(const Operation& operation, bool backwards) {
  if (const auto* run = dynamic_cast<const RunPython*>(&operation)) {
    const python::Value code = backwards ? run->reverse_code() : run->code();
    return code.IsNone() ? std::nullopt : std::optional(DocString(code));
  }
  if (const auto* run = dynamic_cast<const RunSql*>(&operation)) {
    if (!backwards) return run->sql().ToString();
    return run->reverse_sql() ? std::optional(run->reverse_sql()->ToString()) : std::nullopt;
  }
  return std::string();
}

bool RunsText(const Operation& operation) {
  return dynamic_cast<const RunPython*>(&operation) != nullptr ||
         dynamic_cast<const RunSql*>(&operation) != nullptr;
}

}  // namespace

std::string PlanLine(const Operation& operation, bool backwards) {
  const std::string prefix = backwards && !RunsText(operation) ? "Undo " : "";
  std::string action = ActionOf(operation, backwards).value_or("IRREVERSIBLE");
  action = ReplaceAll(action, "\n", "");
  if (!action.empty()) action = " -> " + action;
  return prefix + operation.Describe() + Truncated(action);
}

}  // namespace migext::django
