#include "recover/load_levels.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/models.h"
#include "django/operations/special.h"
#include "django/state.h"

namespace migext::recover {

/// Follows every model and field from migration to migration.
class LevelWalk {
 public:
  explicit LevelWalk(FixtureLevels& levels) : levels_(levels) {}

  void Take(const django::Migration& migration, bool is_ahead) {
    touched_.clear();
    for (const django::OperationPtr& operation : migration.operations) {
      Take(migration.key.app, *operation);
    }
    for (const std::string& label : touched_) Record(label, migration.key.ToString(), is_ahead);
  }

  /// What the database has: the names that others are translated to.
  void StandHere() {
    for (const auto& [label, track] : tracks_) {
      levels_.labels_[track.model] = label;
      for (const auto& [name, id] : track.fields) levels_.fields_[id] = name;
    }
  }

 private:
  struct Track {
    int model = 0;
    FixtureLevels::Names fields;
  };

  static std::string Label(std::string_view app, std::string_view model) {
    return std::string(app) + "." + Lower(model);
  }

  void Take(const std::string& app, const django::Operation& operation) {
    if (const auto* both = dynamic_cast<const django::SeparateDatabaseAndState*>(&operation)) {
      for (const django::OperationPtr& inner : both->state_operations) Take(app, *inner);
      return;
    }
    const std::string label = Label(app, operation.ModelName());
    operation.StateForwards(app, state_);
    if (const auto* rename = dynamic_cast<const django::RenameModel*>(&operation)) {
      auto track = tracks_.extract(label);
      touched_.insert(label);
      if (!track.empty()) {
        track.key() = Label(app, rename->new_name);
        tracks_.insert(std::move(track));
      }
      return Compare(app, rename->new_name);
    }
    if (const auto* rename = dynamic_cast<const django::RenameField*>(&operation)) {
      auto field = tracks_[label].fields.extract(rename->name);
      if (!field.empty()) {
        field.key() = rename->new_name;
        tracks_[label].fields.insert(std::move(field));
      }
    }
    if (!operation.ModelName().empty()) Compare(app, operation.ModelName());
  }

  /// Brings the track of a model up to its state.
  void Compare(const std::string& app, const std::string& model) {
    const std::string label = Label(app, model);
    touched_.insert(label);
    const django::ModelState* state = state_.Find(app, model);
    if (state == nullptr) {
      tracks_.erase(label);
      return;
    }
    Track& track = tracks_[label];
    if (track.model == 0) track.model = ++last_id_;
    std::erase_if(track.fields,
                  [&](const auto& field) { return state->FindField(field.first) == nullptr; });
    for (const django::NamedField& field : state->fields) {
      const auto [place, is_new] = track.fields.emplace(field.name, 0);
      if (is_new) place->second = ++last_id_;
    }
  }

  void Record(const std::string& label, const std::string& migration, bool is_ahead) {
    std::vector<FixtureLevels::Epoch>& epochs = levels_.epochs_[label];
    const auto track = tracks_.find(label);
    const bool is_there = track != tracks_.end();
    if (!epochs.empty() && epochs.back().until.empty()) {
      const FixtureLevels::Epoch& last = epochs.back();
      const bool is_same =
          is_there && last.model == track->second.model && last.fields == track->second.fields;
      if (is_same) return;
      epochs.back().until = migration;
    }
    if (!is_there) return;
    epochs.push_back({track->second.model, track->second.fields, is_ahead, migration, ""});
  }

  FixtureLevels& levels_;
  django::ProjectState state_;
  std::map<std::string, Track> tracks_;
  std::set<std::string> touched_;
  int last_id_ = 0;
};

FixtureLevels::FixtureLevels(const django::Graph& graph, const django::AppliedSet& applied) {
  LevelWalk walk(*this);
  const std::vector<django::MigrationKey> plan = graph.FullPlan();
  const auto take = [&](bool is_ahead) {
    for (const django::MigrationKey& key : plan) {
      const django::Migration* migration = graph.Find(key);
      if (migration != nullptr && applied.contains(key) != is_ahead) {
        walk.Take(*migration, is_ahead);
      }
    }
  };
  // What is applied has all its ancestors, so it may be walked first.
  take(false);
  walk.StandHere();
  try {
    take(true);
  } catch (const Error&) {
    // Levels ahead that Django could not reach either; those before it are known.
  }
}

LevelMatch FixtureLevels::MatchOf(const Epoch& epoch, const std::set<std::string>& names) const {
  LevelMatch match;
  const auto label = labels_.find(epoch.model);
  if (label != labels_.end()) match.label = label->second;
  for (const std::string& name : names) {
    const auto here = fields_.find(epoch.fields.find(name)->second);
    match.fields.emplace(name, here == fields_.end() ? "" : here->second);
  }
  match.level =
      epoch.is_ahead || epoch.until.empty() ? "since " + epoch.since : "before " + epoch.until;
  return match;
}

std::optional<LevelMatch> FixtureLevels::Match(std::string_view label,
                                               const std::set<std::string>& names) const {
  const std::size_t dot = label.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto found =
      epochs_.find(std::string(label.substr(0, dot + 1)) + Lower(label.substr(dot + 1)));
  if (found == epochs_.end()) return std::nullopt;
  std::optional<LevelMatch> best;
  std::size_t fewest = 0;
  bool agree = true;
  for (const Epoch& epoch : found->second) {
    const bool has_all = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
      return epoch.fields.contains(name);
    });
    if (!has_all) continue;
    // A dump names all fields, so the level that has the fewest others is the likeliest; equally
    // likely ones must say the same.
    const std::size_t others = epoch.fields.size() - names.size();
    LevelMatch match = MatchOf(epoch, names);
    if (!best || others < fewest) {
      best = std::move(match);
      fewest = others;
      agree = true;
    } else if (others == fewest && !best->Agrees(match)) {
      agree = false;
    }
  }
  return agree ? best : std::nullopt;
}

}  // namespace migext::recover
