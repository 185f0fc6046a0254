#include "migrate/compiled_objects.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "sqlite/flag.h"
#include "sqlite/sql_tokens.h"

namespace migext::migrate {
namespace {

bool MentionsAny(const std::string& sql, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return sqlite::MentionsName(sql, name); });
}

}  // namespace

void CompiledObjects::Note() {
  for (Object& object : Read()) {
    const bool is_known = std::any_of(watched_.begin(), watched_.end(), [&](const Object& known) {
      return known.code.name == object.code.name && known.code.schema == object.code.schema;
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
      return known.code.name == object.code.name && known.code.schema == object.code.schema;
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
  auto culprit = std::find_if(broken.begin(), broken.end(), [&](const Object& object) {
    return MentionsAny(object.code.sql, gone);
  });
  if (culprit == broken.end()) culprit = broken.begin();
  const std::string kind = culprit->code.is_view ? "view" : "trigger";
  throw Error("the " + kind + " \"" + culprit->code.name +
              "\" no longer works after this migration: " + culprit->error + "; DROP " +
              (culprit->code.is_view ? "VIEW " : "TRIGGER ") + SqlIdentifier(culprit->code.name) +
              " first, and make it anew afterwards without what is missing; it reads: " +
              culprit->code.sql);
}

std::vector<CompiledObjects::Object> CompiledObjects::Read() const {
  std::vector<Object> objects;
  for (const char* schema : {"main", "temp"}) {
    for (sqlite::SchemaCode& code : sqlite::ReadSchemaCode(db_, schema)) {
      objects.push_back({std::move(code), Grade::kNot, {}});
    }
  }
  return objects;
}

void CompiledObjects::Compile(Object& object) const {
  {
    const sqlite::ScopedFlag names_only(db_, sqlite::Flag::kDoubleQuotedStrings, false);
    object.error = sqlite::CompileError(db_, object.code);
  }
  object.grade = Grade::kClean;
  if (object.error.empty()) return;
  const sqlite::ScopedFlag with_strings(db_, sqlite::Flag::kDoubleQuotedStrings, true);
  object.grade = sqlite::CompileError(db_, object.code).empty() ? Grade::kWithStrings : Grade::kNot;
}

}  // namespace migext::migrate
