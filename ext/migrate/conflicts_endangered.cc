#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "migrate/conflicts.h"
#include "migrate/strangers.h"

namespace migext::migrate {
namespace {

/// By lower-case name of a live table: the first pending migration that changes more of it than an
/// index.
std::map<std::string, std::string> PendingTables(const ConflictInput& input) {
  std::map<std::string, std::string> pending;
  for (const OperationEffect& operation : input.effects.operations()) {
    if (input.graph.applied().contains(operation.migration)) continue;
    for (const JudgedFact& fact : operation.facts) {
      const TimelineObject& object = input.effects.timeline().objects()[fact.fact.object];
      const LiveMatch& table = input.effects.matches()[object.table];
      if (!table.exists || fact.effect == Effect::kPresent) continue;
      if (object.kind == ObjectKind::kIndex) continue;
      pending.emplace(Lower(table.name), operation.migration.ToString());
    }
  }
  return pending;
}

bool IsNamePart(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// True if the text has the word, whatever its case; it may be quoted.
bool HasWord(const std::string& text, const std::string& word) {
  const std::string lower = Lower(text);
  for (std::size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !IsNamePart(lower[at - 1]);
    if (begins && (end == lower.size() || !IsNamePart(lower[end]))) return true;
  }
  return false;
}

class Endangered {
 public:
  explicit Endangered(const ConflictInput& input) : input_(input), pending_(PendingTables(input)) {}

  std::vector<Conflict> Find() {
    for (const sqlite::LiveText& view : input_.live.views()) AddView(view);
    for (const sqlite::LiveText& trigger : input_.live.triggers()) {
      Add("trigger", trigger.table, trigger.name,
          "keep its SQL: SELECT sql FROM sqlite_master WHERE name = " + SqlLiteral(trigger.name) +
              "; run it again afterwards");
    }
    for (const Stranger& stranger : StrangersIn(input_.effects, input_.live)) AddStranger(stranger);
    return std::move(conflicts_);
  }

 private:
  void AddView(const sqlite::LiveText& view) {
    for (const auto& [table, migration] : pending_) {
      if (!HasWord(view.sql, table)) continue;
      Conflict row = Row(view.name);
      row.detail = "the view " + view.name + " reads " + table + ", which " + migration +
                   " is to change: Django stops where it rebuilds the table";
      row.advice =
          "keep its SQL: SELECT sql FROM sqlite_master WHERE name = " + SqlLiteral(view.name) +
          "; drop the view, migrate, and run the SQL again";
      conflicts_.push_back(std::move(row));
      return;
    }
  }

  void AddStranger(const Stranger& stranger) {
    if (stranger.kind == ObjectKind::kIndex) {
      Add("index", stranger.table, stranger.name,
          "keep its SQL and run it again afterwards: " + stranger.sql);
    } else {
      Add("column", stranger.table, stranger.table + "." + stranger.name,
          "keep its values before you migrate: CREATE TABLE kept AS SELECT rowid AS row, " +
              SqlIdentifier(stranger.name) + " FROM " + SqlIdentifier(stranger.table));
    }
  }

  void Add(const std::string& kind, const std::string& table, const std::string& object,
           const std::string& advice) {
    const auto pending = pending_.find(Lower(table));
    if (pending == pending_.end()) return;
    Conflict row = Row(object);
    row.detail = "no migration makes the " + kind + " " + object + ", and " + pending->second +
                 " is to change " + table +
                 ": where Django rebuilds the table it is dropped without a word";
    row.advice = advice;
    conflicts_.push_back(std::move(row));
  }

  static Conflict Row(const std::string& object) {
    Conflict row;
    row.severity = Severity::kWarning;
    row.stage = Stage::kRows;
    row.code = "object-django-would-drop";
    row.object = object;
    return row;
  }

  const ConflictInput& input_;
  std::map<std::string, std::string> pending_;
  std::vector<Conflict> conflicts_;
};

}  // namespace

std::vector<Conflict> FindEndangered(const ConflictInput& input) {
  return Endangered(input).Find();
}

}  // namespace migext::migrate
