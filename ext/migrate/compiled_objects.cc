#include "migrate/compiled_objects.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "sqlite/flag.h"
#include "sqlite/sql_tokens.h"

namespace migext::migrate {
namespace {

/// What a trigger fires on.
struct Event {
  std::string verb;                  ///< "INSERT", "UPDATE" or "DELETE".
  std::vector<std::string> columns;  ///< UPDATE OF these.
};

Event EventOf(const std::string& sql) {
  Event event;
  const std::vector<sqlite::SqlToken> tokens = sqlite::Tokenize(sql);
  for (std::size_t i = 1; i < tokens.size() && !tokens[i].Is("ON"); ++i) {
    const sqlite::SqlToken& token = tokens[i];
    const bool follows_of = tokens[i - 1].Is("OF") || tokens[i - 1].Is(",");
    if (!event.verb.empty() && follows_of) event.columns.push_back(token.text);
    for (const char* verb : {"INSERT", "UPDATE", "DELETE"}) {
      if (event.verb.empty() && token.Is(verb)) event.verb = verb;
    }
  }
  return event;
}

bool MentionsAny(const std::string& sql, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return sqlite::MentionsName(sql, name); });
}

}  // namespace

void CompiledObjects::Note() {
  for (Object& object : Read()) {
    const bool is_known = std::any_of(watched_.begin(), watched_.end(), [&](const Object& known) {
      return known.name == object.name && known.schema == object.schema;
    });
    if (is_known) continue;
    Compile(object);
    if (object.grade != Grade::kNot) watched_.push_back(std::move(object));
  }
}

void CompiledObjects::RequireAsBefore(const std::vector<std::string>& gone,
                                      const std::vector<std::string>& dropped) const {
  if (watched_.empty()) return;
  std::vector<Object> broken;
  for (Object& object : Read()) {
    const auto before = std::find_if(watched_.begin(), watched_.end(), [&](const Object& known) {
      return known.name == object.name && known.schema == object.schema;
    });
    if (before == watched_.end()) continue;
    Compile(object);
    if (object.grade >= before->grade) continue;
    const bool is_meant = object.error.starts_with("no such table") &&
                          std::any_of(dropped.begin(), dropped.end(), [&](const auto& table) {
                            return object.error.ends_with(table);
                          });
    if (!is_meant) broken.push_back(std::move(object));
  }
  if (broken.empty()) return;
  // A statement compiles all triggers of its kind, also those that are not to blame.
  auto culprit = std::find_if(broken.begin(), broken.end(),
                              [&](const Object& object) { return MentionsAny(object.sql, gone); });
  if (culprit == broken.end()) culprit = broken.begin();
  const std::string kind = culprit->is_view ? "view" : "trigger";
  throw Error(
      "the " + kind + " \"" + culprit->name +
      "\" no longer works after this migration: " + culprit->error + "; DROP " +
      (culprit->is_view ? "VIEW " : "TRIGGER ") + SqlIdentifier(culprit->name) +
      " first, and make it anew afterwards without what is missing; it reads: " + culprit->sql);
}

std::vector<CompiledObjects::Object> CompiledObjects::Read() const {
  std::vector<Object> objects;
  for (const char* schema : {"main", "temp"}) {
    sqlite::Statement rows =
        db_.Prepare("SELECT type = 'view', name, tbl_name, sql FROM " + std::string(schema) +
                    ".sqlite_master WHERE type IN ('view', 'trigger')");
    for (const sqlite::Row row : rows) {
      objects.push_back(
          {row.Int(0) != 0, schema, row.Text(1), row.Text(2), row.Text(3), Grade::kNot, {}});
    }
  }
  return objects;
}

void CompiledObjects::Compile(Object& object) const {
  {
    const sqlite::ScopedFlag names_only(db_, sqlite::Flag::kDoubleQuotedStrings, false);
    object.error = ErrorOf(object);
  }
  object.grade = Grade::kClean;
  if (object.error.empty()) return;
  const sqlite::ScopedFlag with_strings(db_, sqlite::Flag::kDoubleQuotedStrings, true);
  object.grade = ErrorOf(object).empty() ? Grade::kWithStrings : Grade::kNot;
}

std::string CompiledObjects::ErrorOf(const Object& object) const {
  try {
    for (const std::string& sql : Probes(object)) db_.Prepare(sql);
  } catch (const sqlite::DatabaseError& error) {
    return error.message();
  }
  return {};
}

/// Statements that make SQLite compile the object; none of them is run.
std::vector<std::string> CompiledObjects::Probes(const Object& object) const {
  if (object.is_view) {
    return {"SELECT * FROM " + SqlIdentifier(object.schema) + "." + SqlIdentifier(object.name)};
  }
  const std::string table = SqlIdentifier(object.table);
  const Event event = EventOf(object.sql);
  if (event.verb == "DELETE") return {"DELETE FROM " + table};
  if (event.verb == "INSERT") return {"INSERT INTO " + table + " DEFAULT VALUES"};
  std::vector<std::string> probes;
  std::vector<std::string> columns = event.columns;
  if (columns.empty()) {
    // A generated column can't be set.
    const sqlite::Cell first = db_.Value(
        "SELECT name FROM pragma_table_xinfo(?) WHERE hidden IN (0, 1) LIMIT 1", {object.table});
    columns.push_back(first.ToString());
  }
  for (const std::string& column : columns) {
    const std::string name = SqlIdentifier(column);
    probes.push_back("UPDATE " + table + " SET " + name + " = " + table + "." + name);
  }
  return probes;
}

}  // namespace migext::migrate
