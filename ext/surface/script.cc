#include "surface/script.h"

#include <string>
#include <vector>

#include "base/text.h"
#include "migrate/portable_script.h"
#include "surface/migrate.h"
#include "surface/registry.h"

namespace migext::surface {
namespace {

std::vector<std::string> ScriptLines(const SessionPtr& session, const sqlite::Arguments& given) {
  const std::string app = given.Text(0);
  const std::string name = given.Text(1);
  std::string call = "migrate(";
  if (!app.empty()) call += SqlLiteral(app);
  if (!name.empty()) call += ", " + SqlLiteral(name);
  return migrate::PortableScript(session->db(), call + ")", [&](const sqlite::Connection& copy) {
    RegisterDjangoFunctions(copy.handle(), session);
    return MigrateCopy(*session, copy, app, name);
  });
}

}  // namespace

sqlite::Table MigrationScript(const SessionPtr& session) {
  return sqlite::MakeLines(
      "migration_script", {"for_app", "target"},
      [session](const sqlite::Arguments& given) { return ScriptLines(session, given); });
}

}  // namespace migext::surface
