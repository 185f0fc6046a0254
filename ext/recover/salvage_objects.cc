#include "recover/salvage_objects.h"

#include "base/text.h"

namespace migext::recover {
namespace {

bool IsVirtual(const SchemaObject& object) {
  return object.type == "table" && Lower(object.sql).starts_with("create virtual");
}

}  // namespace

bool IsInternal(const SchemaObject& object) { return Lower(object.name).starts_with("sqlite_"); }

bool SchemaWriter::Try(const std::string& sql, const std::string& what) {
  try {
    db_.Run(sql);
    return true;
  } catch (const sqlite::DatabaseError& error) {
    if (!error.IsOfStatement()) throw;
    report_.push_back(what + " could not be made: " + error.message() + ": " + sql);
    return false;
  }
}

void SchemaWriter::Make(const SchemaObject& object) {
  if (made_.insert(object.name).second) Try(object.sql, "the " + object.type + " " + object.name);
}

void SchemaWriter::MakeAll(std::string_view type) {
  for (const SchemaObject& object : schema_.objects) {
    if (object.type == type && !object.sql.empty() && !IsInternal(object)) Make(object);
  }
}

std::vector<const SchemaObject*> SchemaWriter::MakeTables() {
  std::vector<const SchemaObject*> tables;
  for (const SchemaObject& object : schema_.objects) {
    if (object.type != "table" || IsInternal(object) || IsVirtual(object)) continue;
    // The text was found in a damaged file: it may be of anything.
    const bool is_its_own = Lower(object.sql).starts_with("create table");
    if (!is_its_own || !Try(object.sql, "the table " + object.name)) continue;
    if (db_.HasTable(object.name)) tables.push_back(&object);
  }
  for (const SchemaObject& object : schema_.objects) {
    if (object.type == "index" && Lower(object.sql).starts_with("create unique")) Make(object);
  }
  return tables;
}

void SchemaWriter::MakeVirtualTables() {
  for (const SchemaObject& object : schema_.objects) {
    if (!IsVirtual(object)) continue;
    db_.Run("PRAGMA writable_schema = ON");
    db_.Run(
        "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) "
        "VALUES ('table', ?, ?, 0, ?)",
        {object.name, object.table, object.sql});
    db_.Run("PRAGMA writable_schema = RESET");
  }
}

void SchemaWriter::MakeTheRest() {
  MakeVirtualTables();
  MakeAll("view");
  MakeAll("trigger");
  if (schema_.Find("sqlite_stat1") != nullptr) Try("ANALYZE", "the statistics of the planner");
}

void SchemaWriter::RestoreSequence(const Fields& row) {
  if (row.size() != 2 || row[0].Text() == nullptr || row[1].Integer() == nullptr) return;
  if (!db_.HasTable("sqlite_sequence") || !db_.HasTable(*row[0].Text())) return;
  db_.Run("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", {row[1], row[0]});
  if (db_.Changes() > 0) return;
  db_.Run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", {row[0], row[1]});
}

}  // namespace migext::recover
