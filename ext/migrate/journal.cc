#include "migrate/journal.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "migrate/checksums.h"
#include "migrate/history.h"

namespace migext::migrate {
namespace {

constexpr std::string_view kCreateTable =
    "CREATE TABLE \"main\".\"migext_journal\" (\"id\" integer NOT NULL PRIMARY KEY, \"at\" text "
    "NOT "
    "NULL, \"verb\" text NOT NULL, \"target\" text NOT NULL, \"detail\" text NOT NULL, \"undo\" "
    "text)";

constexpr std::string_view kUndoVerb = "undo_last";
constexpr std::string_view kRestoreVerb = "restore_database";

/// Takes a quoted text with doubled quotes off the front; false when it does not end.
bool TakeQuoted(std::string_view& text, char quote) {
  std::size_t at = 1;
  while (at < text.size()) {
    if (text[at] != quote) {
      ++at;
    } else if (at + 1 < text.size() && text[at + 1] == quote) {
      at += 2;
    } else {
      text.remove_prefix(at + 1);
      return true;
    }
  }
  return false;
}

bool IsWordCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '-' || c == '+';
}

bool IsNumber(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
  });
}

/// Takes one literal, column or sign off the front.
bool TakeToken(std::string_view& text) {
  const char first = text.front();
  if (first == '\'') return TakeQuoted(text, '\'');
  if ((first == 'x' || first == 'X') && text.size() > 1 && text[1] == '\'') {
    text.remove_prefix(1);
    return TakeQuoted(text, '\'');
  }
  constexpr std::string_view kSigns = " (),=";
  if (kSigns.find(first) != std::string_view::npos) {
    text.remove_prefix(1);
    return true;
  }
  constexpr std::array<std::string_view, 6> kColumns = {"\"id\"",      "\"app\"",      "\"name\"",
                                                        "\"applied\"", "\"checksum\"", "\"parts\""};
  for (const std::string_view column : kColumns) {
    if (!text.starts_with(column)) continue;
    text.remove_prefix(column.size());
    return true;
  }
  const auto end = std::find_if_not(text.begin(), text.end(), IsWordCharacter);
  const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  constexpr std::array<std::string_view, 4> kWords = {"AND", "VALUES", "NULL", "WHERE"};
  if (std::ranges::find(kWords, word) == kWords.end() && !IsNumber(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

/// The statements of an undo text.  A semicolon in a literal ends nothing.
std::vector<std::string> Statements(std::string_view text) {
  std::vector<std::string> statements;
  std::string_view rest = text;
  while (!(rest = Trim(rest)).empty()) {
    const std::string_view statement = rest;
    while (!rest.empty() && rest.front() != ';') {
      if (rest.front() != '\'' || !TakeQuoted(rest, '\'')) rest.remove_prefix(1);
    }
    if (!rest.empty()) rest.remove_prefix(1);
    statements.emplace_back(statement.substr(0, statement.size() - rest.size()));
  }
  return statements;
}

/// Migrations with more than one record.
std::int64_t RecordedTwice(const sqlite::Connection& connection) {
  return *connection
              .Value(
                  "SELECT count(*) FROM (SELECT 1 FROM \"main\".\"django_migrations\" GROUP BY "
                  "\"app\", \"name\" HAVING count(*) > 1)")
              .Integer();
}

/// What migrations did to the schema is not in the records: with them run since, the history is no
/// more the one that the entry belongs to.
void RequireNoRunSince(const sqlite::Connection& connection, const JournalEntry& last) {
  sqlite::Statement runs = connection.Prepare(
      "SELECT target, sum(detail = 'applied') - sum(detail = 'taken back') AS net "
      "FROM \"main\".\"migext_journal\" WHERE id > ? AND verb = 'migrate' "
      "GROUP BY target HAVING net <> 0 ORDER BY max(id) DESC LIMIT 1");
  runs.Bind({last.id});
  if (!runs.Step()) return;
  const std::string target = runs.row().Text(0);
  const bool taken_back = runs.row().Int(1) < 0;
  throw Error(target + (taken_back ? " was taken back" : " was applied") + " since the " +
              last.verb + " of " + last.target +
              ", and undo_last() takes back records alone; go back over it first, with SELECT "
              "migrate(app, name)");
}

}  // namespace

bool IsUndoStatement(std::string_view sql) {
  constexpr std::string_view kInsert = R"(INSERT INTO "main"."django_migrations" )";
  constexpr std::string_view kDelete = R"(DELETE FROM "main"."django_migrations" WHERE )";
  std::string_view rest = sql;
  const std::array<std::string_view, 3> beginnings = {kInsert, kDelete, kChecksumUpdate};
  const auto beginning = std::ranges::find_if(
      beginnings, [&](std::string_view known) { return rest.starts_with(known); });
  if (beginning == beginnings.end()) return false;
  rest.remove_prefix(beginning->size());
  if (!rest.ends_with(';')) return false;
  rest.remove_suffix(1);
  while (!rest.empty()) {
    if (!TakeToken(rest)) return false;
  }
  return true;
}

void Journal::Write(const JournalEntry& entry) const {
  if (!connection_.HasTable(kJournalTable)) connection_.Run(kCreateTable);
  connection_.Run(
      "INSERT INTO \"main\".\"migext_journal\" (\"at\", \"verb\", \"target\", \"detail\", "
      "\"undo\") "
      "VALUES (?, ?, ?, ?, ?)",
      {FormatApplied(std::chrono::system_clock::now()), entry.verb, entry.target, entry.detail,
       sqlite::TextOrNull(entry.undo)});
}

std::optional<JournalEntry> Journal::LastUndoable() const {
  if (!connection_.HasTable(kJournalTable)) return std::nullopt;
  sqlite::Statement select = connection_.Prepare(
      "SELECT id, verb, target, detail, undo FROM \"main\".\"migext_journal\" AS entry "
      "WHERE undo IS NOT NULL AND NOT EXISTS (SELECT 1 FROM \"main\".\"migext_journal\" AS later "
      "WHERE later.verb = 'undo_last' AND later.target = 'entry ' || entry.id) "
      "ORDER BY id DESC LIMIT 1");
  if (!select.Step()) return std::nullopt;
  const sqlite::Row row = select.row();
  return JournalEntry{row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Int(0)};
}

JournalEntry Journal::UndoLast() const {
  const std::optional<JournalEntry> last = LastUndoable();
  if (!last) {
    throw Error(
        "nothing to undo: no verb has changed the history of this database, or all of it "
        "is taken back; look at SELECT * FROM migext_journal");
  }
  if (last->verb == kRestoreVerb) {
    throw Error(
        "the last thing done was restore_database(), and undo_last() takes back records "
        "alone; what was there before is put back by\n" +
        last->undo);
  }
  RequireNoRunSince(connection_, *last);
  const std::string entry = "entry " + std::to_string(last->id) + " of migext_journal, " +
                            last->verb + " " + last->target;
  const std::int64_t twice = RecordedTwice(connection_);
  for (const std::string& statement : Statements(last->undo)) {
    if (!IsUndoStatement(statement)) {
      throw Error(entry +
                  ": its undo is not what migext writes, so it is not run; read it with "
                  "SELECT undo FROM migext_journal WHERE id = " +
                  std::to_string(last->id));
    }
    const bool is_checksum = statement.starts_with(kChecksumUpdate);
    if (is_checksum && !connection_.HasTable(kChecksumTable)) continue;
    connection_.Run(statement);
    if (!is_checksum && connection_.Changes() != 1) {
      throw Error(entry +
                  ": the record that it wrote is gone, so the history has been changed "
                  "since; nothing was undone");
    }
  }
  if (RecordedTwice(connection_) > twice) {
    throw Error(entry +
                ": a migration that it would record again has been recorded since; nothing was "
                "undone");
  }
  Write({std::string(kUndoVerb), "entry " + std::to_string(last->id),
         "took back " + last->verb + " " + last->target, ""});
  return *last;
}

}  // namespace migext::migrate
