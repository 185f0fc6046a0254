#include "surface/history.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "migrate/checksums.h"
#include "migrate/fake.h"
#include "migrate/fresh_history.h"
#include "migrate/journal.h"
#include "schema/table.h"
#include "surface/verb.h"

namespace migext::surface {
namespace {

using migrate::Force;
using migrate::HistoryChange;
using migrate::HistoryEditor;
using sqlite::Arguments;
using sqlite::Cell;

Force ForceOf(const Verb& verb, int index) {
  if (!verb.given.Has(index)) return Force::kNo;
  const std::string word = verb.given.Text(index);
  if (word == "force") return Force::kYes;
  throw Error("the last argument can only be 'force', and is '" + word + "' here");
}

std::string Change(const Verb& verb,
                   const std::function<HistoryChange(const migrate::HistoryEditorInput&)>& change) {
  const SnapshotPtr now = verb.session.Look();
  const schema::SchemaContext context = schema::ContextOf(*now->project);
  HistoryChange done =
      change({verb.db(), now->graph, context, verb.session.settings().IsOn("journal")});
  for (std::string& line : done.report) verb.Report(std::move(line));
  return done.answer;
}

std::string Edit(const Verb& verb, const std::function<HistoryChange(HistoryEditor&)>& change) {
  return Change(verb, [&](const migrate::HistoryEditorInput& input) {
    HistoryEditor editor(input);
    return change(editor);
  });
}

}  // namespace

sqlite::Function FakeApply(const SessionPtr& session) {
  return MakeVerb(session, "fake_apply", 2, 3, [](Verb& verb) {
    const std::string app = verb.Required(0, "the app's label");
    const std::string name = verb.Required(1, "the migration's name");
    const Force force = ForceOf(verb, 2);
    return Edit(verb, [&](HistoryEditor& editor) { return editor.FakeApply(app, name, force); });
  });
}

sqlite::Function FakeUnapply(const SessionPtr& session) {
  return MakeVerb(session, "fake_unapply", 2, 3, [](Verb& verb) {
    const std::string app = verb.Required(0, "the app's label");
    const std::string name = verb.Required(1, "the migration's name");
    const Force force = ForceOf(verb, 2);
    return Edit(verb, [&](HistoryEditor& editor) { return editor.FakeUnapply(app, name, force); });
  });
}

sqlite::Function FakeInitial(const SessionPtr& session) {
  return MakeVerb(session, "fake_initial", 0, 1, [](Verb& verb) {
    const std::string app = verb.given.Text(0);
    return Edit(verb, [&](HistoryEditor& editor) { return editor.FakeInitial(app); });
  });
}

sqlite::Function PruneHistory(const SessionPtr& session) {
  return MakeVerb(session, "prune_history", 1, 2, [](Verb& verb) {
    const std::string app = verb.Required(0, "the app's label");
    const Force force = ForceOf(verb, 1);
    return Edit(verb, [&](HistoryEditor& editor) { return editor.Prune(app, force); });
  });
}

sqlite::Function FreshHistory(const SessionPtr& session) {
  return MakeVerb(session, "fresh_history", 1, -1, [](Verb& verb) {
    std::vector<std::string> apps;
    for (int index = 0; index < verb.given.size(); ++index) {
      apps.push_back(verb.Required(index, "the label of an app"));
    }
    return Change(verb, [&](const migrate::HistoryEditorInput& input) {
      return migrate::WriteFreshHistory(input, apps);
    });
  });
}

sqlite::Function UndoLast(const SessionPtr& session) {
  return MakeVerb(session, "undo_last", 0, 0, [](Verb& verb) {
    const SnapshotPtr now = verb.session.Look();
    const migrate::JournalEntry undone = migrate::Journal(verb.db()).UndoLast();
    const migrate::ChecksumBook checksums(verb.db(), now->graph.source(),
                                          verb.session.settings().IsOn("journal"));
    checksums.Follow(now->history, migrate::History::Read(verb.db()));
    verb.Report("took back " + undone.verb + " " + undone.target + ": " + undone.detail);
    return "took back " + undone.verb + " " + undone.target;
  });
}

sqlite::Function BackupHistory(const SessionPtr& session) {
  return MakeVerb(
      session, "backup_history", 1, 1,
      [](Verb& verb) {
        const std::string path = verb.Required(0, "the path of a new file");
        const migrate::History history = migrate::History::Read(verb.db());
        if (!history.damage().empty()) {
          throw Error("the history cannot be read to its end: " + history.damage());
        }
        const std::string text = migrate::HistoryScript(history);
        WriteNewFile(path, text);
        std::string answer = "wrote " + std::to_string(history.records().size()) +
                             (history.records().size() == 1 ? " record to " : " records to ") +
                             path;
        verb.Report(answer);
        return answer;
      },
      Lock::kNone);
}

sqlite::Table EmptyJournal(const SessionPtr& /*session*/) {
  sqlite::Table table{std::string(migrate::kJournalTable),
                      {"id", "at", "verb", "target", "detail", "undo"},
                      {},
                      {}};
  struct NoRows : sqlite::RowSet {
    std::size_t size() const override { return 0; }
    Cell At(std::size_t /*row*/, std::size_t /*column*/) const override { return {}; }
  };
  table.open = [](const Arguments&) { return std::make_unique<NoRows>(); };
  return table;
}

}  // namespace migext::surface
