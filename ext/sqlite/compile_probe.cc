#include "sqlite/compile_probe.h"

#include "base/text.h"
#include "sqlite/sql_tokens.h"

namespace migext::sqlite {
namespace {

/// What a trigger fires on.
struct Event {
  std::string verb;                  ///< "INSERT", "UPDATE" or "DELETE".
  std::vector<std::string> columns;  ///< UPDATE OF these.
};

Event EventOf(const std::string& sql) {
  Event event;
  const std::vector<SqlToken> tokens = Tokenize(sql);
  for (std::size_t i = 1; i < tokens.size() && !tokens[i].Is("ON"); ++i) {
    const SqlToken& token = tokens[i];
    const bool follows_of = tokens[i - 1].Is("OF") || tokens[i - 1].Is(",");
    if (!event.verb.empty() && follows_of) event.columns.push_back(token.text);
    for (const char* verb : {"INSERT", "UPDATE", "DELETE"}) {
      if (event.verb.empty() && token.Is(verb)) event.verb = verb;
    }
  }
  return event;
}

/// Statements that make SQLite compile the object.
std::vector<std::string> ProbesOf(const Connection& connection, const SchemaCode& code) {
  if (code.is_view) {
    return {"SELECT * FROM " + SqlIdentifier(code.schema) + "." + SqlIdentifier(code.name)};
  }
  const std::string table = SqlIdentifier(code.table);
  const Event event = EventOf(code.sql);
  if (event.verb == "DELETE") return {"DELETE FROM " + table};
  if (event.verb == "INSERT") return {"INSERT INTO " + table + " DEFAULT VALUES"};
  std::vector<std::string> probes;
  std::vector<std::string> columns = event.columns;
  if (columns.empty()) {
    // A generated column can't be set.
    const Cell first = connection.Value(
        "SELECT name FROM pragma_table_xinfo(?) WHERE hidden IN (0, 1) LIMIT 1", {code.table});
    columns.push_back(first.ToString());
  }
  for (const std::string& column : columns) {
    const std::string name = SqlIdentifier(column);
    probes.push_back("UPDATE " + table + " SET " + name + " = " + table + "." + name);
  }
  return probes;
}

}  // namespace

std::vector<SchemaCode> ReadSchemaCode(const Connection& connection, const std::string& schema) {
  std::vector<SchemaCode> found;
  Statement rows =
      connection.Prepare("SELECT type = 'view', name, tbl_name, sql FROM " + SqlIdentifier(schema) +
                         ".sqlite_master WHERE type IN ('view', 'trigger')");
  for (const Row row : rows) {
    found.push_back({row.Int(0) != 0, schema, row.Text(1), row.Text(2), row.Text(3)});
  }
  return found;
}

std::string CompileError(const Connection& connection, const SchemaCode& code) {
  try {
    for (const std::string& sql : ProbesOf(connection, code)) connection.Prepare(sql);
  } catch (const DatabaseError& error) {
    return error.message();
  }
  return {};
}

}  // namespace migext::sqlite
