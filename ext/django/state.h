// The project state: every model as it is after some migration.  A value: copying is cheap (models
// are shared), and a change copies only the model it changes.
#ifndef MIGEXT_DJANGO_STATE_H_
#define MIGEXT_DJANGO_STATE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "django/field.h"
#include "python/value.h"

namespace migext::django {

struct NamedField {
  std::string name;
  FieldPtr field;
};

/// An index or a constraint of a model.
struct NamedIndex {
  std::string name;     ///< As it is now: RenameIndex changes it and leaves `value` alone.
  python::Value value;  ///< As written (kCall, kInstance); None for what RenameIndex made of
                        ///< index_together, a plain index on `fields`.
  std::vector<std::string> fields;  ///< fields= as written, "-created" included.
};

/// unique_together or index_together, normalised: one list of field names per index.
struct Together {
  std::vector<std::vector<std::string>> groups;
  /// Written as one flat list of names.  Django keeps it so in the state, and RenameField then
  /// takes each name for a group of letters.
  bool flat = false;
  /// The option in its own shape, for as long as no operation has made another of it: what an
  /// operation makes is a set of tuples.
  std::optional<python::Value> written = {};
};

/// Mirrors ModelState.
struct ModelState {
  std::string app;
  std::string name;  ///< As written, "LogEntry".
  std::vector<NamedField> fields;
  /// Meta options in the order given, without the four that follow, which operations change.
  std::vector<std::pair<std::string, python::Value>> options;
  std::vector<NamedIndex> indexes;
  std::vector<NamedIndex> constraints;
  std::optional<Together> unique_together;  ///< Nothing: the option was not given.
  std::optional<Together> index_together;
  /// The names of all Meta options, those four included, in the order of the dict that a
  /// CreateModel writes; one that later operations add comes last.
  std::vector<std::string> option_order;
  /// Keys of models ("blog.post") or dotted names of mixins, as written; empty means models.Model.
  std::vector<python::Value> bases;
  std::vector<std::pair<std::string, python::Value>> managers;

  ModelKey key() const;
  const Field* FindField(std::string_view field_name) const;
  std::optional<python::Value> Option(std::string_view option) const;
  void SetOption(std::string_view option, python::Value value);
  void DropOption(std::string_view option);
  /// Puts a name that `option_order` lacks at its end.
  void AddToOrder(std::string_view option);
  /// Meta.db_table, or app_model.
  std::string DbTable() const;
  bool IsManaged() const;
  bool IsProxy() const;
};

/// The name= of an index or constraint, "" when it has none.
std::string NameOfIndex(python::Value index_or_constraint);

class ProjectState {
 public:
  ProjectState();

  /// Models in the order they were added (Django's dict order).
  const std::vector<std::shared_ptr<const ModelState>>& models() const;
  const ModelState* Find(const ModelKey& key) const;
  const ModelState* Find(std::string_view app, std::string_view model_any_case) const;

  void Add(ModelState model);        ///< Replaces one of the same key, in its place.
  void Remove(const ModelKey& key);  ///< Nothing happens when it is not there.
  /// Calls change(ModelState&) on a copy of the model and puts the copy in its place.  REQUIRES: it
  /// exists.
  template <typename Change>
  void Update(const ModelKey& key, Change change) {
    ModelState copy = *Find(key);
    change(copy);
    Add(std::move(copy));
  }

 private:
  struct Data;  // The models, and the place of each key among them.

  /// The data, not shared with another state any more.
  Data& Own();

  std::shared_ptr<Data> data_;
};

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_STATE_H_
