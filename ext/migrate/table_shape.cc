#include "migrate/table_shape.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "sqlite/index_definition.h"
#include "sqlite/sql_tokens.h"
#include "sqlite/table_definition.h"

namespace migext::migrate {
namespace {

using sqlite::Clause;
using sqlite::ClauseKind;
using sqlite::ColumnDefinition;
using sqlite::SqlToken;
using sqlite::TableDefinition;

std::string Normalized(std::string_view sql) {
  const std::vector<SqlToken> tokens = sqlite::Tokenize(sql);
  return sqlite::NormalizedSql(tokens, sql);
}

/// The names in lower case, apart however they are written.
std::string KeyOf(const std::vector<std::string>& columns) {
  std::string key;
  for (const std::string& column : columns) key += (key.empty() ? "" : ", ") + Lower(column);
  return key;
}

std::string Shown(const std::vector<std::string>& columns) {
  return "(" + Join(columns, ", ") + ")";
}

/// What stands behind the word, without it: "nocase" of "COLLATE nocase".
std::string Behind(std::string_view word, const Clause& clause) {
  const std::vector<SqlToken> tokens = sqlite::Tokenize(clause.text);
  for (const SqlToken& token : tokens) {
    if (token.Is(word)) return std::string(Trim(std::string_view(clause.text).substr(token.end)));
  }
  return clause.text;
}

/// " ON CONFLICT REPLACE": rows go or stay away without an error.  Django writes no such clause,
/// and ABORT is what SQLite does without one.
std::string ResolutionOf(const Clause& clause) {
  const std::vector<SqlToken> tokens = sqlite::Tokenize(clause.text);
  const auto found = std::find_if(tokens.begin(), tokens.end(),
                                  [](const SqlToken& token) { return token.Is("CONFLICT"); });
  if (found == tokens.end() || found + 1 == tokens.end() || (found + 1)->Is("ABORT")) return {};
  return " ON CONFLICT " + (found + 1)->text;
}

/// REFERENCES as it works: what SQLite does anyway is left out
/// (https://sqlite.org/foreignkeys.html#fk_actions).
Trait ReferenceOf(const Clause& clause) {
  const std::vector<SqlToken> all = sqlite::Tokenize(clause.text);
  const auto start = std::find_if(all.begin(), all.end(),
                                  [](const SqlToken& token) { return token.Is("REFERENCES"); });
  if (start == all.end() || start + 1 == all.end()) return {};
  const std::span<const SqlToken> tokens(start + 1, all.end());
  Trait trait;
  trait.key = Lower(tokens[0].text) + " (";
  trait.shown = clause.text.substr(start->begin);
  bool in_columns = false;
  bool is_deferred = false;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    const auto is = [&](std::size_t ahead, std::string_view word) {
      return i + ahead < tokens.size() && tokens[i + ahead].Is(word);
    };
    if (is(0, "(") || is(0, ")")) {
      in_columns = is(0, "(");
    } else if (in_columns) {
      trait.key += Lower(tokens[i].text) + " ";
    } else if (is(0, "ON") && i + 2 < tokens.size() && !is(2, "NO")) {
      trait.key += " on " + Lower(tokens[i + 1].text) + " " + Lower(tokens[i + 2].text);
      if (is(2, "SET") && i + 3 < tokens.size()) trait.key += " " + Lower(tokens[i + 3].text);
    } else if (is(0, "INITIALLY") && is(1, "DEFERRED")) {
      is_deferred = true;
    }
  }
  if (is_deferred) trait.key += " deferred";
  return trait;
}

/// Of an index over nothing but columns, without a condition; nothing for any other.
std::optional<std::vector<std::string>> PlainColumns(const sqlite::IndexDefinition& index) {
  const std::vector<SqlToken> tokens = sqlite::Tokenize(index.tail);
  std::vector<std::string> columns;
  bool expect_name = true;
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    if (tokens[i].Is(",")) {
      expect_name = true;
    } else if (expect_name && tokens[i].kind != sqlite::TokenKind::kSymbol) {
      columns.push_back(tokens[i].text);
      expect_name = false;
    } else if (!tokens[i].Is("ASC") && !tokens[i].Is("DESC")) {
      return std::nullopt;
    }
  }
  if (tokens.empty() || !tokens.back().Is(")")) return std::nullopt;
  return columns;
}

class ShapeReader {
 public:
  explicit ShapeReader(const TableDefinition& table) : table_(table) {
    shape_.name = table.name;
    shape_.strict = table.strict;
    shape_.without_rowid = table.without_rowid;
  }

  TableShape Run(const std::vector<std::string>& create_indexes) {
    for (const ColumnDefinition& column : table_.columns) AddColumn(column);
    for (const Clause& clause : table_.constraints) AddConstraint(clause);
    for (const std::string& sql : create_indexes) AddIndex(sql);
    return std::move(shape_);
  }

 private:
  void AddColumn(const ColumnDefinition& column) {
    ColumnShape shape;
    shape.name = column.name;
    shape.definition =
        Trim(std::string_view(column.text).substr(column.type_span.begin - column.span.begin));
    shape.traits[Property::kType] = {Normalized(column.type), column.type};
    const bool generated = column.Find(ClauseKind::kGenerated) != nullptr;
    if (!generated) shape.traits[Property::kNull] = {"null", "NULL"};
    for (const Clause& clause : column.clauses) AddClause(column, clause, shape);
    shape_.columns.push_back(std::move(shape));
  }

  void AddClause(const ColumnDefinition& column, const Clause& clause, ColumnShape& shape) {
    switch (clause.kind) {
      case ClauseKind::kNull:
        if (!clause.HasWord("not")) return;
        shape.traits[Property::kNull] = {"not null" + Lower(ResolutionOf(clause)),
                                         "NOT NULL" + ResolutionOf(clause)};
        return;
      case ClauseKind::kDefault:
        AddDefault(Behind("DEFAULT", clause), shape);
        return;
      case ClauseKind::kCollate: {
        std::string collation = Behind("COLLATE", clause);
        shape.traits[Property::kCollation] = {Normalized(collation), collation};
        return;
      }
      case ClauseKind::kGenerated:
        shape.traits[Property::kGenerated] = {clause.key, clause.text};
        return;
      case ClauseKind::kReferences:
        shape.traits[Property::kForeignKey] = ReferenceOf(clause);
        return;
      case ClauseKind::kPrimaryKey:
        AddPrimaryKey({column.name}, clause);
        return;
      case ClauseKind::kUnique:
        AddUnique({column.name}, clause.name, ResolutionOf(clause), false);
        shape_.parts.back().of_column = column.name;
        return;
      case ClauseKind::kCheck:
        AddCheck(clause);
        shape_.parts.back().of_column = column.name;
        return;
      case ClauseKind::kForeignKey:
        return;
    }
  }

  /// DEFAULT NULL is what a column without one does.
  static void AddDefault(std::string value, ColumnShape& shape) {
    std::string key = Normalized(value);
    if (key != "null") shape.traits[Property::kDefault] = {std::move(key), std::move(value)};
  }

  void AddPrimaryKey(const std::vector<std::string>& columns, const Clause& clause) {
    shape_.primary_key = {KeyOf(columns) + Lower(ResolutionOf(clause)),
                          "PRIMARY KEY " + Shown(columns) + ResolutionOf(clause)};
    shape_.key_columns = columns;
    if (clause.HasWord("autoincrement")) shape_.autoincrement = true;
  }

  void AddUnique(const std::vector<std::string>& columns, std::string name,
                 const std::string& resolution, bool is_index) {
    PartShape part;
    part.property = Property::kUnique;
    part.name = std::move(name);
    part.columns = columns;
    part.key = KeyOf(columns) + Lower(resolution);
    part.id = "unique " + part.key;
    part.shown = "UNIQUE " + Shown(columns) + resolution;
    part.is_index = is_index;
    shape_.parts.push_back(std::move(part));
  }

  void AddCheck(const Clause& clause) {
    PartShape part;
    part.property = Property::kCheck;
    part.name = clause.name;
    part.key = clause.key;
    part.id = "check " + (clause.name.empty() ? clause.key : Lower(clause.name));
    part.shown = clause.text;
    shape_.parts.push_back(std::move(part));
  }

  void AddConstraint(const Clause& clause) {
    shape_.constraints.push_back(clause.text);
    if (clause.kind == ClauseKind::kPrimaryKey) AddPrimaryKey(clause.columns, clause);
    if (clause.kind == ClauseKind::kUnique) {
      AddUnique(clause.columns, clause.name, ResolutionOf(clause), false);
    }
    if (clause.kind == ClauseKind::kCheck) AddCheck(clause);
    if (clause.kind != ClauseKind::kForeignKey) return;
    // SQLite compares one column at a time; Django makes no key over several.
    for (ColumnShape& column : shape_.columns) {
      const bool is_it =
          clause.columns.size() == 1 && EqualsIgnoringCase(clause.columns.front(), column.name);
      if (is_it) column.traits[Property::kForeignKey] = ReferenceOf(clause);
    }
  }

  void AddIndex(const std::string& sql) {
    const auto index = sqlite::ReadIndexDefinition(sql);
    if (!index) return;
    const auto columns = PlainColumns(*index);
    if (index->unique && columns) return AddUnique(*columns, index->name, {}, true);
    PartShape part;
    part.property = Property::kIndex;
    part.name = index->name;
    part.key = (index->unique ? "unique " : "") + ReplaceAll(index->shape, " asc ", " ");
    part.id = "index " + (columns ? part.key : Lower(part.name));
    part.shown = (index->unique ? "UNIQUE INDEX " : "INDEX ") + index->tail;
    part.is_index = true;
    shape_.parts.push_back(std::move(part));
  }

  const TableDefinition& table_;
  TableShape shape_;
};

/// Compares two shapes of one table.
class Comparer {
 public:
  Comparer(const TableShape& promised, const TableShape& live) : promised_(promised), live_(live) {}

  std::vector<Difference> Run() {
    for (const ColumnShape& column : promised_.columns) CompareColumn(column);
    for (const ColumnShape& column : live_.columns) {
      if (promised_.FindColumn(column.name)) continue;
      Add(DifferenceKind::kUnknown, Property::kColumn, column.name, {}, column.definition);
    }
    CompareKey();
    MatchParts();
    return std::move(differences_);
  }

 private:
  void Add(DifferenceKind kind, Property property, const std::string& column, std::string expected,
           std::string actual) {
    Difference difference;
    difference.kind = kind;
    difference.property = property;
    difference.object = column.empty() ? live_.name : live_.name + "." + column;
    difference.column = column;
    difference.id = std::string(PropertyName(property)) + " " + Lower(column);
    difference.expected = std::move(expected);
    difference.actual = std::move(actual);
    differences_.push_back(std::move(difference));
  }

  void CompareColumn(const ColumnShape& promised) {
    const ColumnShape* live = live_.FindColumn(promised.name);
    if (live == nullptr) {
      Add(DifferenceKind::kMissing, Property::kColumn, promised.name, promised.definition, {});
      return;
    }
    for (const Property property :
         {Property::kType, Property::kNull, Property::kDefault, Property::kCollation,
          Property::kGenerated, Property::kForeignKey}) {
      const Trait& expected = promised.Of(property);
      const Trait& actual = live->Of(property);
      if (expected.key == actual.key || Overlooks(property, *live, expected)) continue;
      Add(DifferenceKind::kDifferent, property, live->name, expected.shown, actual.shown);
    }
  }

  /// A type that is not known, and the NULL of a column that stands for the rowid.
  bool Overlooks(Property property, const ColumnShape& live, const Trait& expected) const {
    if (property == Property::kType) return expected.key.empty();
    if (property != Property::kNull) return false;
    return expected.key.empty() ||
           (live_.primary_key.key == Lower(live.name) && live.Of(Property::kType).key == "integer");
  }

  void CompareKey() {
    if (promised_.primary_key.key != live_.primary_key.key) {
      Add(DifferenceKind::kDifferent, Property::kPrimaryKey, {}, promised_.primary_key.shown,
          live_.primary_key.shown);
      differences_.back().columns = promised_.key_columns;
    } else {
      CompareOption(Property::kAutoincrement, "AUTOINCREMENT", promised_.autoincrement,
                    live_.autoincrement);
    }
    CompareOption(Property::kStrict, "STRICT", promised_.strict, live_.strict);
    CompareOption(Property::kWithoutRowid, "WITHOUT ROWID", promised_.without_rowid,
                  live_.without_rowid);
  }

  void CompareOption(Property property, const std::string& word, bool promised, bool live) {
    if (promised == live) return;
    Add(DifferenceKind::kDifferent, property, {}, promised ? word : "", live ? word : "");
  }

  void MatchParts() {
    std::vector<const PartShape*> missing;
    for (const PartShape& part : live_.parts) left_.push_back(&part);
    for (const bool by_name : {true, false}) {
      std::vector<const PartShape*> open;
      if (by_name) {
        for (const PartShape& part : promised_.parts) open.push_back(&part);
      } else {
        open.swap(missing);
      }
      for (const PartShape* part : open) {
        if (!Take(*part, by_name)) missing.push_back(part);
      }
    }
    // What goes with a column is told with it.
    for (const PartShape* part : missing) {
      if (HasColumnOf(*part, live_)) AddMissing(*part);
    }
    for (const PartShape* part : left_) {
      if (!HasColumnOf(*part, promised_)) continue;
      AddPart(DifferenceKind::kUnknown, *part, {}, part->shown);
    }
  }

  static bool HasColumnOf(const PartShape& part, const TableShape& other) {
    return part.of_column.empty() || other.FindColumn(part.of_column) != nullptr;
  }

  /// The live part that does the same, and is called the same where that is asked for.
  bool Take(const PartShape& promised, bool by_name) {
    const auto found = std::find_if(left_.begin(), left_.end(), [&](const PartShape* live) {
      return live->property == promised.property && live->key == promised.key &&
             (!by_name || EqualsIgnoringCase(live->name, promised.name));
    });
    if (found == left_.end()) return false;
    left_.erase(found);
    return true;
  }

  void AddMissing(const PartShape& promised) {
    const auto same = std::find_if(left_.begin(), left_.end(), [&](const PartShape* live) {
      const bool same_name =
          !promised.name.empty() && EqualsIgnoringCase(live->name, promised.name);
      const bool same_columns = !promised.columns.empty() && live->property == promised.property &&
                                KeyOf(live->columns) == KeyOf(promised.columns);
      return same_name || same_columns;
    });
    if (same == left_.end()) {
      AddPart(DifferenceKind::kMissing, promised, promised.shown, {});
      return;
    }
    AddPart(DifferenceKind::kDifferent, promised, promised.shown, (*same)->shown);
    left_.erase(same);
  }

  void AddPart(DifferenceKind kind, const PartShape& part, std::string expected,
               std::string actual) {
    Add(kind, part.property, {}, std::move(expected), std::move(actual));
    Difference& added = differences_.back();
    added.id = part.id;
    added.columns = part.columns;
    added.is_index = part.is_index;
    if (!part.name.empty()) {
      added.object = part.name;
    } else {
      added.object += " " + part.shown;
    }
  }

  const TableShape& promised_;
  const TableShape& live_;
  std::vector<const PartShape*> left_;  ///< Live parts that nothing has claimed.
  std::vector<Difference> differences_;
};

}  // namespace

std::string_view PropertyName(Property property) {
  switch (property) {
    case Property::kTable:
      return "table";
    case Property::kColumn:
      return "column";
    case Property::kType:
      return "type";
    case Property::kNull:
      return "null";
    case Property::kDefault:
      return "default";
    case Property::kCollation:
      return "collation";
    case Property::kGenerated:
      return "generated";
    case Property::kForeignKey:
      return "foreign key";
    case Property::kPrimaryKey:
      return "primary key";
    case Property::kAutoincrement:
      return "autoincrement";
    case Property::kStrict:
      return "strict";
    case Property::kWithoutRowid:
      return "without rowid";
    case Property::kUnique:
      return "unique";
    case Property::kCheck:
      return "check";
    case Property::kIndex:
      return "index";
    case Property::kTrigger:
      return "trigger";
    case Property::kView:
      break;
  }
  return "view";
}

const Trait& ColumnShape::Of(Property property) const {
  static const Trait kNone;
  const auto found = traits.find(property);
  return found == traits.end() ? kNone : found->second;
}

const ColumnShape* TableShape::FindColumn(std::string_view column) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const ColumnShape& shape) {
    return EqualsIgnoringCase(shape.name, column);
  });
  return found == columns.end() ? nullptr : &*found;
}

std::optional<TableShape> ShapeOf(std::string_view create_table,
                                  const std::vector<std::string>& create_indexes) {
  const auto table = sqlite::ReadTableDefinition(create_table);
  if (!table) return std::nullopt;
  return ShapeReader(*table).Run(create_indexes);
}

std::vector<Difference> Differences(const TableShape& promised, const TableShape& live) {
  return Comparer(promised, live).Run();
}

}  // namespace migext::migrate
