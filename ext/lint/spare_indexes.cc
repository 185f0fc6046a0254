#include "lint/spare_indexes.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "django/operations/special.h"

namespace migext::lint {
namespace {

using django::ModelState;
using schema::Index;
using schema::IndexOrigin;
using schema::IndexPart;

std::string KeyOf(const std::string& app, const std::string& model) {
  return app + "." + LowerUtf8(model);
}

bool IsPrefix(const std::vector<IndexPart>& shorter, const std::vector<IndexPart>& longer) {
  return shorter.size() <= longer.size() &&
         std::equal(shorter.begin(), shorter.end(), longer.begin());
}

bool HasExpressions(const Index& index) {
  return std::any_of(index.parts.begin(), index.parts.end(),
                     [](const IndexPart& part) { return part.column.empty(); });
}

/// An index with a purpose of its own: of a kind or with operators that only PostgreSQL has, or
/// with columns beside those that it is sorted by.
bool IsSpecial(const ModelState& model, const Index& index) {
  const auto named = std::find_if(model.indexes.begin(), model.indexes.end(),
                                  [&](const auto& one) { return one.name == index.name; });
  if (named == model.indexes.end() || !named->value.Is(python::Kind::kCall)) return false;
  const python::CallView call = python::View(named->value.AsCall());
  return python::DottedName(named->value).starts_with("django.contrib.postgres.") ||
         std::any_of(call.keywords.begin(), call.keywords.end(), [](const auto& keyword) {
           return keyword.name == "opclasses" || keyword.name == "include";
         });
}

/// db_index=True that is written, of a field for which Django makes none by itself.
bool IsWritten(const ModelState& model, const Index& index) {
  if (index.origin != IndexOrigin::kField) return index.origin != IndexOrigin::kManyToMany;
  if (index.fields.empty()) return false;
  const django::Field* field = model.FindField(index.fields.front());
  return field != nullptr && !field->IsForeignKey() && field->Option("db_index").has_value();
}

}  // namespace

void SpareIndexes::Remember(const std::string& app, const std::string& model,
                            const std::string& what, const Origin& origin) {
  auto& of_model = origins_[KeyOf(app, model)];
  of_model.insert_or_assign(what, origin);
}

void SpareIndexes::Follow(const Subject& subject, int position,
                          const django::Operation& operation) {
  const std::string& app = subject.migration->key.app;
  const Origin origin{subject, position};
  if (const auto* both = dynamic_cast<const django::SeparateDatabaseAndState*>(&operation)) {
    for (const auto& part : both->state_operations) Follow(subject, position, *part);
  } else if (const auto* create = dynamic_cast<const django::CreateModel*>(&operation)) {
    origins_[KeyOf(app, create->model.name)].clear();
    Remember(app, create->model.name, "", origin);
  } else if (const auto* rename = dynamic_cast<const django::RenameModel*>(&operation)) {
    origins_[KeyOf(app, rename->new_name)] = std::move(origins_[KeyOf(app, rename->name)]);
  } else if (const auto* add = dynamic_cast<const django::AddIndex*>(&operation)) {
    Remember(app, add->model_name, add->index.name, origin);
  } else if (const auto* renamed = dynamic_cast<const django::RenameIndex*>(&operation)) {
    Remember(app, renamed->model_name, renamed->new_name, origin);
  } else if (const auto* constraint = dynamic_cast<const django::AddConstraint*>(&operation)) {
    Remember(app, constraint->model_name, constraint->constraint.name, origin);
  } else if (!operation.FieldName().empty()) {
    const auto* field = dynamic_cast<const django::RenameField*>(&operation);
    Remember(app, operation.ModelName(), field != nullptr ? field->new_name : operation.FieldName(),
             origin);
  } else if (!operation.ModelName().empty()) {
    Remember(app, operation.ModelName(), "together", origin);
  }
}

void SpareIndexes::Finish(const django::ProjectState& state) {
  for (const auto& model : state.models()) {
    if (!origins_.contains(KeyOf(model->app, model->name))) continue;
    try {
      LookAt(state, *model);
    } catch (const Error&) {
      continue;  // A field that migext does not know: others say so.
    }
  }
}

void SpareIndexes::LookAt(const django::ProjectState& state, const ModelState& model) {
  // Most models have one index at most; their tables need not be made.
  const std::optional<schema::Table> table = schema::TableOf(state, model.key(), context_);
  if (!table) return;
  std::vector<Cover> covers;
  for (const schema::Column& column : table->columns) {
    if (!column.unique && !column.primary_key) continue;
    covers.push_back({"that of " + column.name, {{column.name, false}}, true, false, {}});
  }
  for (const schema::Constraint& constraint : table->constraints) {
    if (constraint.check || constraint.columns.empty()) continue;
    Cover cover{constraint.name, {}, true, true, {}};
    for (const std::string& column : constraint.columns) cover.parts.push_back({column, false});
    covers.push_back(std::move(cover));
  }
  for (const Index& index : table->indexes) {
    if (index.partial || index.parts.empty() || HasExpressions(index)) continue;
    if (IsSpecial(model, index)) continue;
    covers.push_back({index.name, index.parts, index.unique, IsWritten(model, index),
                      index.origin == IndexOrigin::kField && !index.fields.empty()
                          ? index.fields.front()
                          : std::string()});
  }
  for (std::size_t spare = 0; spare < covers.size(); ++spare) {
    if (!covers[spare].written) continue;
    for (std::size_t other = 0; other < covers.size(); ++other) {
      if (other == spare || !IsPrefix(covers[spare].parts, covers[other].parts)) continue;
      const bool is_same = covers[spare].parts.size() == covers[other].parts.size();
      // What is unique stays so only by an index of its own; of two alike the later one goes.
      if (covers[spare].unique && (!is_same || !covers[other].unique)) continue;
      const bool is_later = spare > other || !covers[other].written;
      if (is_same && covers[spare].unique == covers[other].unique && !is_later) continue;
      Tell(model, covers[spare], covers[other]);
      break;
    }
  }
}

const SpareIndexes::Origin* SpareIndexes::OriginOf(const ModelState& model,
                                                   const Cover& cover) const {
  const auto& of_model = origins_.at(KeyOf(model.app, model.name));
  for (const std::string& what :
       {cover.name, cover.field, std::string("together"), std::string()}) {
    const auto found = of_model.find(what);
    if (found != of_model.end()) return &found->second;
  }
  return nullptr;
}

void SpareIndexes::Tell(const ModelState& model, const Cover& spare, const Cover& other) {
  const Origin* origin = OriginOf(model, spare);
  if (origin == nullptr) return;
  const bool is_same = spare.parts.size() == other.parts.size();
  const std::string table = model.DbTable();
  const std::string what = spare.field.empty() ? spare.name : "of db_index=True on " + spare.field;
  findings_.Add(is_same ? "duplicate-index" : "prefix-index", origin->subject, origin->position,
                "the index " + what + " of " + table + " covers " +
                    (is_same ? "the same columns as " : "the first columns of ") + other.name,
                "leave it out: each write pays for both, and queries can use the other one");
}

}  // namespace migext::lint
