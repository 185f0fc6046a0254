// The models of a state as Django's serializers see them: in the order of apps.get_models(), with
// the order of their fields, their keys, and where each value stands in the database.
//
//   const FixtureModels models(project, state);
//   for (const FixtureModel& model : models.all()) model.label, model.table, model.fields
//   models.Find("blog.comment")->pk.front()->column
//
// What a field is comes from the migrations' state.  The order of models and fields, and natural
// keys, stand in models.py alone: they are read off its text (django/model_files.h), and where that
// cannot be read the order is that of the state, which notes() tells.
#ifndef MIGEXT_RECOVER_FIXTURE_MODELS_H_
#define MIGEXT_RECOVER_FIXTURE_MODELS_H_

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "django/field.h"
#include "django/model_files.h"
#include "django/project.h"
#include "django/state.h"

namespace migext::recover {

struct FixtureModel;

/// A column of the model's own table.
struct FixtureField {
  std::string name;    ///< "author"
  std::string column;  ///< "author_id"
  django::FieldPtr field;
  /// Stands in "fields"; false for the primary key and for what Django computes.
  bool is_serialized = true;
  /// Of a relation: the model it leads to and the field of it that the column repeats; nullptr
  /// where that model is not in the state.
  const FixtureModel* target = nullptr;
  const FixtureField* target_field = nullptr;

  bool IsRelation() const { return field->IsForeignKey(); }
  /// The field whose kind of value the column holds: a relation's is that of what it points at, to
  /// the end of the chain.
  const django::Field& ValueField() const;
};

/// A many-to-many field whose table Django made by itself.  One with a through model is not
/// serialized: that model is.
struct FixtureManyToMany {
  std::string name;
  std::string table;
  std::string own_column;    ///< "post_id"
  std::string other_column;  ///< "tag_id"
  const FixtureModel* target = nullptr;
  /// A row leads both ways (a field to 'self' in models.py).
  bool is_symmetrical = false;
};

/// One value of a natural key: the column at the end of a chain of relations.
/// {content_type, app_label} is self.content_type.app_label.
struct NaturalKeyPart {
  std::vector<const FixtureField*> path;
};

/// What the model's natural_key() gives, and get_by_natural_key() looks for.
struct NaturalKey {
  std::vector<NaturalKeyPart> parts;
  /// natural_key.dependencies
  std::vector<const FixtureModel*> dependencies;
  /// Why its parts are not known ("blog/models.py:12: natural_key() is no tuple of fields"), else
  /// "".
  std::string trouble;
};

struct FixtureModel {
  django::ModelKey key;
  std::string label;  ///< "blog.comment", as fixtures name it
  std::string table;
  const django::ModelState* state = nullptr;
  /// The concrete fields of its own table, in Django's order (local_fields).
  std::deque<FixtureField> fields;
  std::vector<FixtureManyToMany> many_to_many;
  /// One field, or those of a CompositePrimaryKey.
  std::vector<const FixtureField*> pk;
  bool has_composite_key = false;
  /// Models whose rows it extends (multi-table inheritance), nearest first.
  std::vector<const FixtureModel*> parents;
  std::optional<NaturalKey> natural_key;

  /// A field of its own table, else of a parent's; nullptr.
  const FixtureField* FindField(std::string_view name) const;
  const FixtureManyToMany* FindManyToMany(std::string_view name) const;
};

/// Immutable; the pointers in it live as long as it does.
class FixtureModels {
 public:
  /// `state` is kept (it is cheap to copy); `project` must outlive this.
  FixtureModels(const django::Project& project, const django::ProjectState& state);
  FixtureModels(const FixtureModels&) = delete;
  FixtureModels& operator=(const FixtureModels&) = delete;

  /// Concrete models that are not swapped out: apps as in INSTALLED_APPS, each in the order in
  /// which its models are defined.
  const std::deque<FixtureModel>& all() const { return models_; }
  /// By label in any case: "blog.Comment".
  const FixtureModel* Find(std::string_view label) const;
  /// Labels of proxy models: Django warns that they are not serialized.
  const std::vector<std::string>& proxies() const { return proxies_; }
  /// What a person should know: models.py that could not be read, apps with models and without
  /// migrations.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  void AddModels(const django::Project& project, const django::ModelFiles& files);
  void NoteUnmigrated(const django::Project& project);
  void Link(const django::ModelFiles& files);
  void LinkFields(FixtureModel& model);
  /// The concrete model that a relation leads to, also through a proxy.
  const FixtureModel* TargetOf(const django::ModelKey& key) const;

  django::ProjectState state_;
  std::deque<FixtureModel> models_;
  std::map<std::string, FixtureModel*, std::less<>> by_label_;
  std::vector<std::string> proxies_;
  std::vector<std::string> notes_;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_FIXTURE_MODELS_H_
