#include "surface/writing_verb.h"

#include <utility>

#include "base/error.h"
#include "rewrite/file_transaction.h"
#include "rewrite/unfinished_files.h"

namespace migext::surface {
namespace {

/// "" where no call was cut short.
std::string WayOut(Session& session) {
  std::string lines;
  try {
    for (const auto& write : rewrite::FindUnfinishedWrites(session.Project()->apps())) {
      lines += "\n" + write.What() + "\n" + write.Advice("\n");
    }
  } catch (const Error&) {
    return {};  // Without a project there is nothing to find, and the first error says so.
  }
  return lines;
}

std::string Run(Verb& verb, const std::function<std::string(Verb&)>& body) {
  try {
    return body(verb);
  } catch (const rewrite::NotTakenBack&) {
    throw;  // It names what it has left.
  } catch (const Error& error) {
    const std::string way_out = WayOut(verb.session);
    if (way_out.empty()) throw;
    throw Error(error.place(), error.message() + way_out);
  }
}

}  // namespace

sqlite::Function MakeWritingVerb(SessionPtr session, std::string name, int min_arguments,
                                 int max_arguments, std::function<std::string(Verb&)> body) {
  return MakeVerb(
      std::move(session), std::move(name), min_arguments, max_arguments,
      [body = std::move(body)](Verb& verb) { return Run(verb, body); }, Lock::kNone);
}

}  // namespace migext::surface
