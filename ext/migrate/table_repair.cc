#include "migrate/table_repair.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "migrate/compiled_objects.h"
#include "migrate/foreign_keys.h"
#include "migrate/remake.h"
#include "schema/default_value.h"
#include "schema/statement.h"
#include "sqlite/sql_tokens.h"
#include "sqlite/transaction.h"

namespace migext::migrate {
namespace {

using schema::TableText;

/// Names that Django, SQLite and a statement with parameters read in the same way.
bool IsPlain(std::string_view name) { return name.find_first_of("\"%") == std::string_view::npos; }

/// The affinity of a declared type makes numbers of texts that look like some
/// (https://sqlite.org/datatype3.html#determination_of_column_affinity).
bool IsNumeric(std::string_view type) {
  const std::string lower = Lower(type);
  const auto has = [&](std::string_view part) { return lower.find(part) != std::string::npos; };
  if (has("int")) return true;
  return !has("char") && !has("clob") && !has("text") && !has("blob") && !lower.empty();
}

std::string Counted(std::int64_t count, const std::string& table) {
  return std::to_string(count) + (count == 1 ? " row of " : " rows of ") + table;
}

}  // namespace

std::string DuplicatesIn(const sqlite::Connection& db, std::string_view table,
                         const std::vector<std::string>& columns) {
  if (columns.empty()) return {};
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(SqlIdentifier(column));
  const sqlite::Cell found =
      db.Value("SELECT count(*) FROM (SELECT 1 FROM main." + SqlIdentifier(table) + " WHERE " +
               Join(names, " IS NOT NULL AND ") + " IS NOT NULL GROUP BY " + Join(names, ", ") +
               " HAVING count(*) > 1)");
  const std::int64_t count = found.Integer() == nullptr ? 0 : *found.Integer();
  if (count == 0) return {};
  return std::to_string(count) + (count == 1 ? " value of (" : " values of (") +
         Join(columns, ", ") + (count == 1 ? ") stands" : ") stand") + " in several rows";
}

TableRepair::TableRepair(const sqlite::Connection& db, const PromisedTable& promised,
                         const TableShape& live, const schema::SchemaContext& context)
    : db_(db), promised_(promised), table_("main." + SqlIdentifier(promised.name)) {
  LookAtNames(live);
  if (!obstacle_.empty()) return;
  remake_.table = promised.model.table;
  remake_.after = promised.text;
  remake_.indexes_before = promised.indexes;
  remake_.indexes_after = promised.indexes;
  // As it is, but for columns that Django does not know: what is not named here is kept.
  remake_.before.constraints = live.constraints;
  PlanColumns(live, context);
  KeepOrder(live);
  if (obstacle_.empty()) LookAtRows(live);
}

void TableRepair::LookAtNames(const TableShape& live) {
  if (!promised_.trouble.empty()) {
    Hinder("the migrations could not be read in full: " + promised_.trouble);
  }
  bool is_plain = IsPlain(promised_.name);
  for (const auto& part : promised_.text.columns) is_plain = is_plain && IsPlain(part.column.name);
  for (const ColumnShape& column : live.columns) is_plain = is_plain && IsPlain(column.name);
  if (!is_plain) Hinder("a name has a quote or a percent sign in it");
}

void TableRepair::Hinder(std::string why) {
  if (obstacle_.empty()) obstacle_ = std::move(why);
}

bool TableRepair::HasRows() const {
  return db_.Value("SELECT EXISTS (SELECT 1 FROM " + table_ + ")") != sqlite::Cell(0);
}

std::int64_t TableRepair::Count(const std::string& sql) const {
  const sqlite::Cell count = db_.Value(sql);
  return count.Integer() == nullptr ? 0 : *count.Integer();
}

void TableRepair::PlanColumns(const TableShape& live, const schema::SchemaContext& context) {
  for (const TableText::ColumnPart& part : promised_.text.columns) {
    const std::string& name = part.column.name;
    const ColumnShape* column = live.FindColumn(name);
    if (column == nullptr) {
      PlanMissing(part, context);
      continue;
    }
    TableText::ColumnPart before;
    before.column.name = name;
    before.definition = column->definition;
    remake_.before.columns.push_back(std::move(before));
    if (part.column.generated || !column->Of(Property::kGenerated).key.empty()) continue;
    remake_.copy.push_back({name, schema::QuoteName(name), name});
  }
}

/// Whoever selects all columns gets them as before; new ones stand behind.
void TableRepair::KeepOrder(const TableShape& live) {
  const auto place = [&](const TableText::ColumnPart& part) {
    return std::find_if(live.columns.begin(), live.columns.end(), [&](const ColumnShape& column) {
      return EqualsIgnoringCase(column.name, part.column.name);
    });
  };
  std::stable_sort(remake_.after.columns.begin(), remake_.after.columns.end(),
                   [&](const TableText::ColumnPart& a, const TableText::ColumnPart& b) {
                     return place(a) < place(b);
                   });
}

void TableRepair::PlanMissing(const TableText::ColumnPart& part,
                              const schema::SchemaContext& context) {
  if (part.column.generated || part.has_default || !HasRows()) return;
  const auto field =
      std::find_if(promised_.model.fields.begin(), promised_.model.fields.end(),
                   [&](const schema::EditedField& one) { return one.column == part.column.name; });
  std::optional<std::string> value;
  try {
    if (field != promised_.model.fields.end()) value = EffectiveDefault(*field, context);
  } catch (const Error& error) {
    return Hinder("the default of " + part.column.name + " is not known: " + error.message());
  }
  if (!value && part.column.null) return;
  if (!value) {
    return Hinder("the rows have no value for " + part.column.name +
                  ", which is NOT NULL and has no default");
  }
  remake_.copy.push_back({part.column.name, ReplaceAll(*value, "%", "%%"), {}});
}

void TableRepair::LookAtRows(const TableShape& live) {
  const auto promised = promised_.Shape();
  if (!promised || !HasRows()) return;
  for (const Difference& difference : Differences(*promised, live)) {
    if (difference.kind == DifferenceKind::kUnknown || difference.expected.empty()) continue;
    if (difference.property == Property::kColumn) {
      const ColumnShape* column = promised->FindColumn(difference.column);
      const bool is_unique =
          column != nullptr && Lower(column->definition).find("unique") != std::string::npos;
      if (is_unique && Count("SELECT count(*) FROM " + table_) > 1) {
        Hinder("the rows would all have the same " + difference.column + ", which is unique");
      }
    } else if (!difference.column.empty()) {
      LookAtColumn(difference);
    } else {
      LookAtPart(difference);
    }
  }
}

void TableRepair::LookAtColumn(const Difference& difference) {
  const std::string column = SqlIdentifier(difference.column);
  const std::string count = "SELECT count(*) FROM " + table_ + " WHERE ";
  std::int64_t bad = 0;
  switch (difference.property) {
    case Property::kNull:
      if (difference.expected != "NOT NULL") return;
      bad = Count(count + column + " IS NULL");
      if (bad > 0) Hinder(Counted(bad, promised_.name) + " have no " + difference.column);
      return;
    case Property::kType:
      if (!IsNumeric(difference.expected)) return;
      bad = Count(count + "typeof(" + column + ") = 'text' AND CAST(CAST(" + column +
                  " AS NUMERIC) AS TEXT) <> " + column);
      if (bad > 0) {
        Hinder(Counted(bad, promised_.name) + " have a " + difference.column +
               " that is no number as SQLite writes it and could change");
      }
      return;
    case Property::kForeignKey: {
      const std::vector<sqlite::SqlToken> words = sqlite::Tokenize(difference.expected);
      if (words.size() < 4 || !difference.actual.empty()) return;
      const std::string target = "main." + SqlIdentifier(words[1].text);
      if (!db_.HasTable(words[1].text)) return;
      bad = Count(count + column + " IS NOT NULL AND " + column + " NOT IN (SELECT " +
                  SqlIdentifier(words[3].text) + " FROM " + target + ")");
      if (bad > 0) Hinder(Counted(bad, promised_.name) + " point at no row of " + words[1].text);
      return;
    }
    default:
      return;
  }
}

void TableRepair::LookAtPart(const Difference& difference) {
  if (difference.property == Property::kCheck) {
    const std::size_t open = difference.expected.find('(');
    if (open == std::string::npos) return;
    const std::int64_t bad =
        Count("SELECT count(*) FROM " + table_ + " WHERE NOT " + difference.expected.substr(open));
    if (bad > 0) Hinder(Counted(bad, promised_.name) + " do not pass " + difference.expected);
  }
  if (difference.property == Property::kUnique || difference.property == Property::kPrimaryKey) {
    Hinder(DuplicatesIn(db_, promised_.name, difference.columns));
  }
}

std::int64_t TableRepair::Run() const {
  if (!obstacle_.empty()) throw Error(obstacle_);
  const std::int64_t rows = Count("SELECT count(*) FROM " + table_);
  const sqlite::ScopedForeignKeysOff foreign_keys(db_);
  sqlite::Transaction transaction(db_);
  ForeignKeyWatch watch(db_);
  CompiledObjects objects(db_);
  objects.Note();
  Remake remake(db_, remake_);
  remake.CreateTable();
  remake.CopyRows();
  if (rows > 0) RequireSameValues();
  db_.Run("DROP TABLE " + table_);
  remake.TakePlace("ALTER TABLE " + schema::QuoteName(remake_.NewTable()) + " RENAME TO " +
                   schema::QuoteName(remake_.table));
  for (const schema::IndexStatement& index : promised_.indexes) db_.Run(index.Sql());
  objects.RequireAsBefore({}, {});
  watch.RequireNoNewIn({promised_.name});
  if (Count("SELECT count(*) FROM " + table_) != rows) {
    throw Error("the table \"" + promised_.name + "\" would lose rows; nothing was changed");
  }
  transaction.Commit();
  return rows;
}

/// A type may give a value another form, as 5 and '5'; one that would not come back is another
/// value.  The plus keeps the comparison from converting.
void TableRepair::RequireSameValues() const {
  for (const schema::CopiedColumn& copied : remake_.copy) {
    if (copied.source.empty()) continue;
    const std::string column = SqlIdentifier(copied.column);
    const std::string form = "SELECT CASE typeof(" + column + ") WHEN 'blob' THEN quote(" + column +
                             ") WHEN 'null' THEN " + "NULL WHEN 'real' THEN " + column +
                             " + 0.0 ELSE CAST(" + column + " AS TEXT) END FROM ";
    const std::string made = "main." + SqlIdentifier("new__" + promised_.name);
    if (Count("SELECT EXISTS (" + form + table_ + " EXCEPT " + form + made + ")") == 0) continue;
    throw Error("the values of \"" + promised_.name + "\".\"" + copied.column +
                "\" would change with its type; nothing was changed");
  }
}

}  // namespace migext::migrate
