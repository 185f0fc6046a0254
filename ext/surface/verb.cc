#include "surface/verb.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "rewrite/file_transaction.h"
#include "sqlite/despite_header.h"
#include "sqlite/transaction.h"

namespace migext::surface {
namespace {

// SQL of a project (RunSQL) may call our functions; a verb inside a verb would report and journal
// into the one around it.
class OneAtATime {
 public:
  OneAtATime(Session& session, std::string_view verb) : session_(session) {
    if (session.in_verb) {
      throw Error(std::string(verb) + "() cannot run inside another verb; call it by itself");
    }
    session.in_verb = true;
  }
  ~OneAtATime() { session_.in_verb = false; }
  OneAtATime(const OneAtATime&) = delete;
  OneAtATime& operator=(const OneAtATime&) = delete;

 private:
  Session& session_;
};

std::string Run(Session& session, const std::string& name, const sqlite::Arguments& given,
                const std::function<std::string(Verb&)>& body, Lock lock) {
  const OneAtATime guard(session, name);
  sqlite::RequireAlone(session.db(), name);
  session.output().clear();
  Verb verb{session, given};
  try {
    if (lock == Lock::kWrite) sqlite::RequireOwnHeader(session.db());
    const sqlite::ScopedTrueFile file(session.db());
    if (lock != Lock::kWrite) return body(verb);
    sqlite::Transaction transaction(session.db());
    sqlite::RequireNoneHidden(session.db());
    std::string done = body(verb);
    transaction.Commit();
    return done;
  } catch (const std::exception& error) {
    const bool is_undone = dynamic_cast<const rewrite::NotTakenBack*>(&error) == nullptr;
    if (lock != Lock::kOwn && is_undone) verb.Report("nothing was changed by " + name + "():");
    for (std::string& line : Split(error.what(), '\n')) verb.Report(std::move(line));
    throw;
  }
}

}  // namespace

std::string Verb::Required(int index, std::string_view what) const {
  std::string text = given.Text(index);
  if (text.empty()) throw Error("give " + std::string(what) + "; it is missing here");
  return text;
}

sqlite::Function MakeVerb(SessionPtr session, std::string name, int min_arguments,
                          int max_arguments, std::function<std::string(Verb&)> body, Lock lock) {
  auto call = [session = std::move(session), name, lock,
               body = std::move(body)](const sqlite::Arguments& given) -> sqlite::Cell {
    return Run(*session, name, given, body, lock);
  };
  return {std::move(name), min_arguments, max_arguments, sqlite::Safety::kDirectOnly,
          std::move(call)};
}

}  // namespace migext::surface
