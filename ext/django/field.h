// A model field as a migration writes it: its class, its arguments, and what Django makes of both.
//
//   models.CharField(max_length=80, unique=True)
//
// becomes {class_name "CharField", type CharField, max_length 80, unique}.  A class of the project
// is followed to the Django field it derives from; where that fails `type` is kUnknown and the
// field still has its options.
#ifndef MIGEXT_DJANGO_FIELD_H_
#define MIGEXT_DJANGO_FIELD_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "django/dialect.h"
#include "python/value.h"

namespace migext::python {
class Interpreter;
}

namespace migext::django {

enum class FieldType : std::uint8_t {
  kUnknown,
  kAuto,
  kBigAuto,
  kSmallAuto,
  kBigInteger,
  kBinary,
  kBoolean,
  kNullBoolean,
  kChar,
  kCommaSeparatedInteger,
  kCompositePrimaryKey,
  kDate,
  kDateTime,
  kDecimal,
  kDuration,
  kEmail,
  kFile,
  kFilePath,
  kFloat,
  kForeignKey,
  kGenerated,
  kGenericIPAddress,
  kImage,
  kInteger,
  kIPAddress,
  kJson,
  kManyToMany,
  kOneToOne,
  kPositiveBigInteger,
  kPositiveInteger,
  kPositiveSmallInteger,
  kSlug,
  kSmallInteger,
  kText,
  kTime,
  kUrl,
  kUuid,
};

/// app label and model name as a state keys them: the name in lower case.
struct ModelKey {
  std::string app;
  std::string model;

  auto operator<=>(const ModelKey&) const = default;
  std::string ToString() const { return app + "." + model; }
};

/// What relation fields add.
struct Relation {
  /// Resolved against the app that holds the field: 'self' is the model itself,
  /// settings.AUTH_USER_MODEL what the project's settings say.
  ModelKey to;
  std::string to_as_written;        ///< "blog.Category": what an error should show.
  std::optional<ModelKey> through;  ///< Only a through= given by hand.
  std::string to_field;             ///< "" means the primary key.
  std::string on_delete;            ///< "CASCADE", "SET_NULL", "DB_CASCADE", …
  std::string related_name;
  std::string swappable_setting;  ///< "AUTH_USER_MODEL" when written as settings.X; else "".
  bool db_constraint = true;
  bool parent_link = false;
};

struct Field {
  FieldType type = FieldType::kUnknown;
  std::string class_name;  ///< "CharField": the class's own __name__.
  std::string class_path;  ///< "django.db.models.CharField", "blog.fields.PathField".
  /// The column type by the class's own db_type().
  std::optional<std::string> custom_db_type;

  bool null = false;
  bool blank = false;
  bool primary_key = false;
  bool unique = false;    ///< primary_key and one-to-one included.
  bool db_index = false;  ///< With the class's own default (SlugField, ForeignKey).
  bool auto_created = false;
  bool auto_now = false;
  bool auto_now_add = false;
  bool concrete = true;   ///< Has a column.
  std::string db_column;  ///< "" unless given.
  std::string db_table;   ///< ManyToManyField's.
  std::string db_collation;
  std::string db_tablespace;
  std::optional<std::int64_t> max_length;
  std::optional<std::int64_t> max_digits;
  std::optional<std::int64_t> decimal_places;
  bool has_default = false;
  python::Value default_value;  ///< As written: a constant, or something callable.
  std::optional<python::Value> db_default;
  std::optional<Relation> relation;
  std::shared_ptr<const Field> output_field;  ///< GeneratedField's.
  std::optional<python::Value> expression;    ///< GeneratedField's.
  bool db_persist = true;                     ///< GeneratedField's: STORED.
  std::vector<std::string> composite_names;   ///< CompositePrimaryKey's arguments.

  /// The arguments by the names of their parameters, in the order written; values keep their source
  /// form.
  std::vector<std::pair<std::string, python::Value>> kwargs;
  /// Positional arguments that have no such name: all of an unresolved class's, and
  /// CompositePrimaryKey's.
  std::vector<python::Value> args;
  /// The object itself, of a class of the project.
  std::optional<python::Value> instance;
  python::Position position;

  bool IsRelation() const { return relation.has_value(); }
  bool IsManyToMany() const { return type == FieldType::kManyToMany; }
  bool IsForeignKey() const {
    return type == FieldType::kForeignKey || type == FieldType::kOneToOne;
  }
  /// An argument by its name, as written.
  std::optional<python::Value> Option(std::string_view name) const;
};

using FieldPtr = std::shared_ptr<const Field>;

struct OperationBudget;  // django/operation.h

/// What is needed to read a field: settings and mappings of the project.
struct FieldContext {
  const Dialect* dialect = nullptr;
  std::string app;    ///< Label of the app whose migration is read.
  std::string model;  ///< Lower case, for 'self'; may be empty.
  std::string auth_user_model = "auth.User";
  /// Values of other swappable settings: ("SHOP_CART_MODEL", "shop.Cart").
  std::vector<std::pair<std::string, std::string>> swappable;
  /// What people mapped by hand: ("taggit.managers.TaggableManager", "ManyToManyField").
  std::vector<std::pair<std::string, std::string>> field_types;
  /// Labels of the project's apps by package, for relations that name a class:
  /// ("shop.orders", "orders").  A package that is not listed is labelled by its last part.
  std::vector<std::pair<std::string, std::string>> app_labels;
  /// Runs db_type() and get_internal_type() of the project's field classes; without it a class that
  /// has its own stays kUnknown.  Must outlive the call.
  python::Interpreter* python = nullptr;
  /// What reading operations may still use; each migration has its own.
  OperationBudget* budget = nullptr;
};

/// Reads a field from what the evaluator made of it.  Throws Error with a place for what is no
/// field at all, and, in Django's words, for arguments that Django refuses (an unknown keyword of a
/// built-in field, a foreign key without on_delete).
FieldPtr ReadField(python::Value value, const FieldContext& context);

/// The internal type's name: "CharField" for kChar, "" for kUnknown.
std::string_view FieldTypeName(FieldType type);

/// A model as a relation names it: 'self', 'Model', 'app.Model', settings.X, or the class itself.
struct ModelReference {
  ModelKey key;
  std::string as_written;         ///< "blog.Category"
  std::string swappable_setting;  ///< "AUTH_USER_MODEL" when written as settings.X; else "".
};

/// Mirrors resolve_relation().  Nothing for a value that can be no model.  Throws Error in Django's
/// words for a text with more than one dot.
std::optional<ModelReference> ReadModelReference(python::Value value, const FieldContext& context,
                                                 python::Position position);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_FIELD_H_
