#include "migrate/remedies.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "django/operations/fields.h"

namespace migext::migrate {
namespace {

/// A default that stands in the file as a constant.
std::optional<std::string> ConstantSql(python::Value value) {
  switch (value.kind()) {
    case python::Kind::kBool:
      return value.AsBool() ? "1" : "0";
    case python::Kind::kInt:
      return std::to_string(value.AsInt());
    case python::Kind::kFloat:
      return python::Repr(value);
    case python::Kind::kStr:
      return SqlLiteral(value.AsStr());
    default:
      return std::nullopt;
  }
}

/// What BaseDatabaseSchemaEditor._effective_default() gives for existing rows.
std::optional<std::string> DefaultSql(const django::Field& field) {
  if (field.has_default) return ConstantSql(field.default_value);
  const bool is_text =
      field.type == django::FieldType::kChar || field.type == django::FieldType::kText ||
      field.type == django::FieldType::kSlug || field.type == django::FieldType::kEmail ||
      field.type == django::FieldType::kUrl;
  if (field.blank && is_text) return "''";
  return std::nullopt;
}

class Completion {
 public:
  Completion(const Effects& effects, const OperationEffect& operation)
      : effects_(effects), operation_(operation) {}

  /// False when an operation cannot be finished.
  bool Run(std::vector<std::string>& statements) {
    for (const JudgedFact& fact : operation_.facts) {
      if (fact.effect == Effect::kPresent || fact.effect == Effect::kUnknown) continue;
      if (fact.effect != Effect::kAbsent || !Finish(fact.fact)) return false;
    }
    statements.insert(statements.end(), statements_.begin(), statements_.end());
    return true;
  }

 private:
  const TimelineObject& Object(ObjectId id) const { return effects_.timeline().objects()[id]; }
  const LiveMatch& Match(ObjectId id) const { return effects_.matches()[id]; }

  bool Finish(const Fact& fact) {
    const TimelineObject& object = Object(fact.object);
    const std::optional<Shape>& shape = object.versions[fact.version].shape;
    const LiveMatch& match = Match(fact.object);
    const bool has_table = Match(object.table).exists;
    if (!has_table) return false;
    table_ = SqlIdentifier(Match(object.table).name);
    switch (object.kind) {
      case ObjectKind::kTable:
        if (!shape || EqualsIgnoringCase(shape->name, match.name)) return false;
        Add("ALTER TABLE " + table_ + " RENAME TO " + SqlIdentifier(shape->name) + ";");
        return true;
      case ObjectKind::kColumn:
        return shape && FinishColumn(fact.object, *shape);
      case ObjectKind::kReference:
        return shape && added_column_ == object.column;
      case ObjectKind::kIndex:
        return FinishIndex(match, shape);
      default:
        return false;
    }
  }

  void Add(std::string statement) { statements_.push_back(std::move(statement)); }

  bool FinishColumn(ObjectId id, const Shape& shape) {
    const LiveMatch& match = Match(id);
    if (!match.exists) return AddColumn(id, shape);
    if (EqualsIgnoringCase(match.name, shape.name)) return false;
    Add("ALTER TABLE " + table_ + " RENAME COLUMN " + SqlIdentifier(match.name) + " TO " +
        SqlIdentifier(shape.name) + ";");
    return true;
  }

  bool AddColumn(ObjectId id, const Shape& shape) {
    const auto* add = dynamic_cast<const django::AddField*>(operation_.operation.get());
    if (add == nullptr || shape.primary_key || add->field->unique || shape.type.empty() ||
        add->field->type == django::FieldType::kGenerated) {
      return false;
    }
    std::string sql =
        "ALTER TABLE " + table_ + " ADD COLUMN " + SqlIdentifier(shape.name) + " " + shape.type;
    if (!shape.collation.empty()) sql += " COLLATE " + SqlIdentifier(shape.collation);
    const std::optional<std::string> value = DefaultSql(*add->field);
    if (!shape.null) {
      if (!value) return false;
      sql += " NOT NULL";
    }
    if (value) sql += " DEFAULT " + *value;
    if (!shape.column_check.empty()) sql += " CHECK (" + shape.column_check + ")";
    sql += ReferenceSql(id);
    Add(sql + ";");
    added_column_ = id;
    return true;
  }

  std::string ReferenceSql(ObjectId column) const {
    for (const JudgedFact& fact : operation_.facts) {
      const TimelineObject& object = Object(fact.fact.object);
      const std::optional<Shape>& shape = object.versions[fact.fact.version].shape;
      if (object.kind != ObjectKind::kReference || object.column != column || !shape) continue;
      const bool known = shape->target && Match(*shape->target).exists;
      return " REFERENCES " + SqlIdentifier(known ? Match(*shape->target).name : shape->name) +
             " (" + SqlIdentifier(shape->to_column) + ") DEFERRABLE INITIALLY DEFERRED";
    }
    return {};
  }

  bool FinishIndex(const LiveMatch& match, const std::optional<Shape>& shape) {
    if (!shape) {
      Add("DROP INDEX " + SqlIdentifier(match.name) + ";");
      return true;
    }
    if (shape->partial || shape->columns.empty()) return false;
    std::vector<std::string> columns;
    for (std::size_t place = 0; place < shape->columns.size(); ++place) {
      const ObjectId column = shape->columns[place];
      const std::string& live_name = Match(column).name;
      const std::string& name = live_name.empty() ? Object(column).LastShape().name : live_name;
      columns.push_back(SqlIdentifier(name) + (shape->descending[place] ? " DESC" : ""));
    }
    if (match.exists) Add("DROP INDEX " + SqlIdentifier(match.name) + ";");
    Add(std::string(shape->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") +
        SqlIdentifier(shape->name) + " ON " + table_ + " (" + Join(columns, ", ") + ");");
    return true;
  }

  const Effects& effects_;
  const OperationEffect& operation_;
  std::vector<std::string> statements_;
  std::string table_;
  std::optional<ObjectId> added_column_;
};

}  // namespace

std::optional<std::string> CompletionSql(const Effects& effects,
                                         const django::MigrationKey& migration) {
  std::vector<std::string> statements;
  for (const OperationEffect* operation : effects.OperationsOf(migration)) {
    if (!Completion(effects, *operation).Run(statements)) return std::nullopt;
  }
  return Join(statements, " ");
}

std::string VerbCall(std::string_view verb, const django::MigrationKey& migration,
                     std::string_view more) {
  return "SELECT " + std::string(verb) + "(" + SqlLiteral(migration.app) + ", " +
         SqlLiteral(migration.name) + std::string(more) + ");";
}

}  // namespace migext::migrate
