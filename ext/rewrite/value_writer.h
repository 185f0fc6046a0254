// Values as migrations write them: django/db/migrations/serializer.py.
//
//   ValueWriter writer(project.field_context());
//   writer.Write(value of `MinValueValidator(1)`)  // "django.core.validators.MinValueValidator(1)"
//   writer.imports()                               // {"import django.core.validators"}
//
// A name that Django passes on is written by where it is defined (models.CASCADE becomes
// django.db.models.deletion.CASCADE), a call by its arguments, sorted by name.
#ifndef MIGEXT_REWRITE_VALUE_WRITER_H_
#define MIGEXT_REWRITE_VALUE_WRITER_H_

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "django/field.h"
#include "django/state.h"
#include "python/value.h"
#include "rewrite/field_parts.h"

namespace migext::rewrite {

struct Deconstructed;  // rewrite/own_deconstruct.h
struct QNode;          // rewrite/q_node.h

/// Arguments by name, each already text.
using WrittenArguments = std::vector<std::pair<std::string, std::string>>;

class ValueWriter {
 public:
  /// `context` must outlive the writer.
  explicit ValueWriter(const django::FieldContext& context) : context_(context) {}

  /// Throws Error for what cannot be written, and for what is nested or grows without end.
  std::string Write(python::Value value);
  std::string WriteField(const django::Field& field);
  std::string WriteIndex(const django::NamedIndex& index);
  std::string WriteConstraint(const django::NamedIndex& constraint);
  /// "models.F('title')", and what it must import.  The name is a path of module and class.
  std::string WriteCall(std::string_view path, std::span<const std::string> arguments,
                        WrittenArguments keywords);
  /// A dotted path as it is used in the file.
  std::string UsePath(std::string_view path);
  /// repr() of a text.
  static std::string QuoteText(std::string_view text);

  const django::FieldContext& context() const { return context_; }
  const django::Dialect& dialect() const { return *context_.dialect; }
  std::set<std::string>& imports() { return imports_; }

 private:
  std::string WriteByKind(python::Value value);
  std::string WriteSequence(python::Value value);
  std::string WriteSet(python::Value value);
  std::string WriteDict(const python::DictObject& dict);
  std::string WriteFunction(python::Value value);
  std::string WriteMethod(python::Value value);
  std::string WriteClass(python::Value value);
  std::string WriteSymbol(python::Value value);
  std::string WriteMadeCall(python::Value value);
  std::string WriteMade(std::string_view path, std::span<const python::Value> arguments,
                        std::span<const python::Keyword> keywords);
  std::string WriteInstance(python::Value value);
  std::string WriteDeconstructed(const Deconstructed& parts);
  std::string WriteLibraryInstance(python::Value value, std::string_view path);
  std::string WritePartial(python::Value value, std::string_view path);
  std::string WriteMember(python::Value value, const python::ClassView& type);
  std::string WritePattern(const python::CallView& call);
  std::string WriteNamed(const django::NamedIndex& named, bool is_constraint);
  std::string WriteNames(python::Value names, bool as_tuple);
  std::string WriteExpressionArgument(python::Value value);
  std::string WriteQ(const QNode& node);
  std::string WriteFieldArgument(const FieldParts::Argument& argument);
  std::string WriteChoices(python::Value choices, int depth);
  std::string WriteOperand(python::Value value);
  std::string WriteCombined(std::string left, std::string_view connector, std::string right);
  std::string WriteOperator(std::string_view path, const python::CallView& call);
  std::string WriteMethodCall(python::Value receiver, std::string_view method,
                              const python::CallView& call);
  std::string WriteItems(std::span<const python::Value> items);
  bool IsField(python::Value value) const;

  const django::FieldContext& context_;
  std::set<std::string> imports_;
  int depth_ = 0;
  std::size_t written_ = 0;
};

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_VALUE_WRITER_H_
