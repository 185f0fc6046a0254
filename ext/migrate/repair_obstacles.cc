#include "migrate/repair_obstacles.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "migrate/offending_rows.h"
#include "sqlite/sql_tokens.h"

namespace migext::migrate {
namespace {

/// The affinity of a declared type makes numbers of texts that look like some
/// (https://sqlite.org/datatype3.html#determination_of_column_affinity).
bool IsNumeric(std::string_view type) {
  const std::string lower = Lower(type);
  const auto has = [&](std::string_view part) { return lower.find(part) != std::string::npos; };
  if (has("int")) return true;
  return !has("char") && !has("clob") && !has("text") && !has("blob") && !lower.empty();
}

/// The parentheses behind the word: "(a > 0)" of "CONSTRAINT c CHECK (a > 0)"; "" without any.
std::string ParenthesesBehind(std::string_view word, const std::string& sql) {
  for (const sqlite::SqlToken& token : sqlite::Tokenize(sql)) {
    if (!token.Is(word)) continue;
    const std::size_t close = sql.rfind(')');
    if (close == std::string::npos || close < token.end) return {};
    return std::string(Trim(std::string_view(sql).substr(token.end, close + 1 - token.end)));
  }
  return {};
}

struct Target {
  std::string table;
  std::string column;
};

/// That of REFERENCES "table" ("column"), as Django writes it.
std::optional<Target> TargetOf(const std::string& references) {
  const std::vector<sqlite::SqlToken> words = sqlite::Tokenize(references);
  constexpr std::size_t kTable = 1;
  constexpr std::size_t kColumn = 3;
  if (words.size() <= kColumn) return {};
  return Target{words[kTable].text, words[kColumn].text};
}

class Search {
 public:
  Search(const sqlite::Connection& db, const TableShape& promised, const TableShape& live)
      : db_(db),
        promised_(promised),
        live_(live),
        differences_(Differences(promised, live)),
        rows_(db, live) {}

  std::vector<std::string> Run() {
    for (const Difference& difference : differences_) LookAt(difference);
    return std::move(found_);
  }

 private:
  void Add(std::string obstacle) {
    if (!obstacle.empty()) found_.push_back(std::move(obstacle));
  }

  void LookAt(const Difference& difference) {
    if (difference.kind == DifferenceKind::kUnknown || difference.expected.empty()) return;
    switch (difference.property) {
      case Property::kColumn:
        return LookAtMissing(difference.column);
      case Property::kNull:
        if (difference.expected != "NOT NULL") return;
        return Add(rows_.Tell(SqlIdentifier(difference.column) + " IS NULL",
                              {"has no " + difference.column, "have no " + difference.column}));
      case Property::kType:
        return LookAtType(difference);
      case Property::kForeignKey:
        return LookAtForeignKey(difference);
      case Property::kGenerated:
        return LookAtGenerated(difference);
      case Property::kCheck:
        return LookAtCheck(difference.expected);
      case Property::kUnique:
        return Add(rows_.TellRepeated(UniqueColumns(difference.columns)));
      case Property::kIndex:
        return Add(rows_.TellRepeated(UniqueRuleOf("CREATE " + difference.expected)));
      case Property::kPrimaryKey:
        Add(rows_.TellRepeated(UniqueColumns(difference.columns)));
        return LookAtKey();
      case Property::kWithoutRowid:
      case Property::kAutoincrement:
        return LookAtKey();
      default:
        return;
    }
  }

  void LookAtMissing(const std::string& column) {
    const ColumnShape* shape = promised_.FindColumn(column);
    const bool is_unique =
        shape != nullptr && Lower(shape->definition).find("unique") != std::string::npos;
    const bool are_several =
        db_.Value("SELECT count(*) > 1 FROM main." + SqlIdentifier(live_.name)) == sqlite::Cell(1);
    if (is_unique && are_several) {
      Add("the rows would all have the same " + column + ", which is unique");
    }
  }

  /// A text that an affinity makes a number, and that the number does not give back: '007'.
  /// The first comparison converts it by the rules of the affinity, CAST by its own.
  void LookAtType(const Difference& difference) {
    if (!IsNumeric(difference.expected)) return;
    const std::string column = SqlIdentifier(difference.column);
    const std::string rest =
        " a " + difference.column + " that is no number as SQLite writes it and could change";
    Add(rows_.Tell("typeof(" + column + ") = 'text' AND CAST(" + column + " AS NUMERIC) = " +
                       column + " AND CAST(CAST(" + column + " AS NUMERIC) AS TEXT) <> " + column,
                   {"has" + rest, "have" + rest}));
  }

  /// Values that somebody wrote; what another expression computes is computed anew.
  void LookAtGenerated(const Difference& difference) {
    const std::string expression = ParenthesesBehind("AS", difference.expected);
    if (expression.empty() || !difference.actual.empty()) return;
    const std::string rest = " another " + difference.column + " than the migrations compute";
    Add(rows_.Tell(SqlIdentifier(difference.column) + " IS NOT " + expression,
                   {"has" + rest, "have" + rest}));
  }

  void LookAtCheck(const std::string& check) {
    const std::string condition = ParenthesesBehind("CHECK", check);
    if (condition.empty() || ComparesOtherwise(condition)) return;
    Add(rows_.Tell("NOT " + condition, {"does not pass " + check, "do not pass " + check}));
  }

  /// '50' <= '100' is true of numbers alone: what a condition says before the rebuild counts only
  /// where its columns compare as they will.  Else the copy itself finds out.
  bool ComparesOtherwise(const std::string& condition) const {
    return std::ranges::any_of(live_.columns, [&](const ColumnShape& column) {
      const ColumnShape* promised = promised_.FindColumn(column.name);
      if (promised == nullptr || !sqlite::MentionsName(condition, column.name)) return false;
      const std::string& type = column.Of(Property::kType).key;
      const bool is_numeric = IsNumeric(type) && !(live_.strict && type == "any");
      return is_numeric != IsNumeric(promised->Of(Property::kType).key);
    });
  }

  void LookAtForeignKey(const Difference& difference) {
    const std::optional<Target> target = TargetOf(difference.expected);
    const std::optional<Target> now = TargetOf(difference.actual);
    if (!target || !db_.HasTable(target->table)) return;
    // What points nowhere already is none of the rebuild's.
    if (now && EqualsIgnoringCase(now->table, target->table) &&
        EqualsIgnoringCase(now->column, target->column)) {
      return;
    }
    const std::string column = SqlIdentifier(difference.column);
    Add(rows_.Tell(column + " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM " +
                       SqlIdentifier(target->table) + " AS parent WHERE parent." +
                       SqlIdentifier(target->column) + " = " + SqlIdentifier(live_.name) + "." +
                       column + ")",
                   {"points at no row of " + target->table + " by " + difference.column,
                    "point at no row of " + target->table + " by " + difference.column}));
  }

  /// What stands for the rowid holds integers alone
  /// (https://sqlite.org/lang_createtable.html#rowid).
  void LookAtKey() {
    if (promised_.key_columns.size() != 1) return;
    const ColumnShape* column = promised_.FindColumn(promised_.key_columns.front());
    if (column == nullptr || column->Of(Property::kType).key != "integer") return;
    const bool tells_null = std::ranges::any_of(differences_, [&](const Difference& other) {
      return other.property == Property::kNull && EqualsIgnoringCase(other.column, column->name);
    });
    const std::string name = SqlIdentifier(column->name);
    Add(rows_.Tell((tells_null ? "" : name + " IS NULL OR ") + "typeof(" + name +
                       ") <> 'integer' AND CAST(CAST(" + name + " AS INTEGER) AS TEXT) <> " + name,
                   {"has no integer for a key", "have no integer for a key"}));
  }

  const sqlite::Connection& db_;
  const TableShape& promised_;
  const TableShape& live_;
  const std::vector<Difference> differences_;
  OffendingRows rows_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> RepairObstacles(const sqlite::Connection& db,
                                         const PromisedTable& promised, const TableShape& live) {
  const auto shape = promised.Shape();
  if (!shape) return {};
  return Search(db, *shape, live).Run();
}

}  // namespace migext::migrate
