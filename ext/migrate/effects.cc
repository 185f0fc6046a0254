#include "migrate/effects.h"

#include <algorithm>
#include <set>
#include <utility>

#include "migrate/effects_evidence.h"
#include "migrate/effects_plan.h"

namespace migext::migrate {

std::string_view EffectName(Effect effect) {
  switch (effect) {
    case Effect::kPresent:
      return "present";
    case Effect::kAbsent:
      return "absent";
    case Effect::kPartial:
      return "partial";
    case Effect::kDifferent:
      return "different";
    case Effect::kUnknown:
      break;
  }
  return "unknown";
}

bool OperationEffect::IsProof() const {
  return std::any_of(facts.begin(), facts.end(),
                     [](const JudgedFact& fact) { return fact.effect != Effect::kUnknown; });
}

/// Judges the facts of all steps; see effects.h for the order of the evidence.
class EffectsJudge {
 public:
  EffectsJudge(Effects& effects, std::vector<PlannedStep> steps, const EffectsInput& input)
      : effects_(effects), steps_(std::move(steps)), graph_(input.graph) {}

  void Run() {
    FindGhosts();
    for (const PlannedStep& step : steps_) {
      OperationEffect effect;
      effect.migration = step.migration;
      effect.position = step.position;
      effect.operation = step.operation;
      effects_.operations_.push_back(std::move(effect));
    }
    for (std::size_t step = 0; step < steps_.size(); ++step) JudgeAlone(step);
    WeighMigrations();
    for (std::size_t step = 0; step < steps_.size(); ++step) {
      JudgeOpen(step);
      Conclude(step);
    }
    for (std::size_t step = 0; step < steps_.size(); ++step) {
      effects_.by_migration_[steps_[step].migration].push_back(step);
    }
  }

 private:
  using Versions = std::set<std::size_t>;

  const Version& VersionOf(const Fact& fact) const {
    return effects_.timeline_.objects()[fact.object].versions[fact.version];
  }

  /// Present or absent when all versions that fit say so; otherwise unknown.
  Effect Decide(const Fact& fact, const Versions& fitting) const {
    if (fitting.empty()) return Effect::kAbsent;
    if (*fitting.begin() >= fact.version) return Effect::kPresent;
    if (*fitting.rbegin() < fact.version) return Effect::kAbsent;
    return Effect::kUnknown;
  }

  /// AddField of a column that an earlier operation has made: it finds what it would leave.
  bool ChangesNothing(const Fact& fact) const {
    if (fact.version == 0) return true;
    const auto& versions = effects_.timeline_.objects()[fact.object].versions;
    const auto& shape = versions[fact.version].shape;
    const auto& before = versions[fact.version - 1].shape;
    if (!shape || !before) return false;
    return shape->name == before->name && shape->type == before->type &&
           shape->null == before->null && shape->columns == before->columns &&
           shape->unique == before->unique && shape->partial == before->partial;
  }

  void JudgeAlone(std::size_t step) {
    OperationEffect& effect = effects_.operations_[step];
    std::set<std::pair<ObjectId, std::size_t>> seen;
    for (const Fact& fact : effects_.timeline_.Facts(static_cast<int>(step))) {
      if (!seen.emplace(fact.object, fact.version).second) continue;
      JudgedFact judged{fact};
      const LiveMatch& match = effects_.matches_[fact.object];
      if (match.different && match.versions.contains(fact.version)) {
        judged.effect = Effect::kDifferent;
      } else if (match.versions.contains(fact.version) && ChangesNothing(fact)) {
        judged.effect = Effect::kPresent;
      } else {
        judged.effect = Decide(fact, match.versions);
      }
      CastDoubt(effect.migration, judged);
      effect.facts.push_back(judged);
    }
  }

  /// What is not as it should be proves nothing of an object in doubt.
  void CastDoubt(const django::MigrationKey& key, JudgedFact& judged) const {
    if (judged.effect == Effect::kPresent) return;
    const TimelineObject& object = effects_.timeline_.objects()[judged.fact.object];
    if (object.doubt == Doubt::kRebuilt) judged.overwritten_by = object.doubted_at;
    judged.doubt = object.doubt;
    if (!object.IsLost() && judged.effect != Effect::kUnknown && HasNewerGhost(key)) {
      judged.doubt = Doubt::kGhost;
    }
    if (judged.doubt != Doubt::kNone) judged.effect = Effect::kUnknown;
  }

  /// Recorded migrations whose operations cannot be read, by app.
  void FindGhosts() {
    for (const django::MigrationKey& key : graph_.applied()) {
      if (graph_.source().Find(key) == nullptr) ghosts_[key.app].push_back(key.name);
    }
  }

  /// True if a ghost may have run after this recorded migration, as far as their numbers tell.
  bool HasNewerGhost(const django::MigrationKey& key) const {
    const auto found = ghosts_.find(key.app);
    if (found == ghosts_.end() || !graph_.applied().contains(key)) return false;
    const std::string_view number = NumberOf(key.name);
    return std::any_of(found->second.begin(), found->second.end(), [&](const std::string& ghost) {
      const std::string_view other = NumberOf(ghost);
      return number.empty() || other.size() != number.size() || other >= number;
    });
  }

  static std::string_view NumberOf(std::string_view name) {
    return name.substr(0, std::min(name.size(), name.find_first_not_of("0123456789")));
  }

  /// Which migrations the schema shows to be done, or not to be done.
  void WeighMigrations() {
    std::set<django::MigrationKey> present;
    std::set<django::MigrationKey> absent;
    for (const OperationEffect& effect : effects_.operations_) {
      for (const JudgedFact& fact : effect.facts) {
        if (fact.effect == Effect::kPresent && !ChangesNothing(fact.fact)) {
          present.insert(effect.migration);
        }
        if (fact.effect == Effect::kAbsent) absent.insert(effect.migration);
      }
    }
    for (const django::MigrationKey& key : present) {
      if (!absent.contains(key)) MarkDone(key);
    }
    for (const django::MigrationKey& key : absent) {
      if (!present.contains(key)) not_done_.insert(key);
    }
  }

  /// With all that it needs.
  void MarkDone(const django::MigrationKey& key) {
    std::vector<django::MigrationKey> open = {key};
    while (!open.empty()) {
      const django::MigrationKey next = std::move(open.back());
      open.pop_back();
      if (!done_.insert(next).second) continue;
      for (django::MigrationKey& parent : graph_.Parents(next)) open.push_back(std::move(parent));
    }
  }

  /// Leaves the versions that fit what is known of the migrations at whose steps they begin.
  Versions Filter(const Fact& fact, const Versions& fitting, bool by_record) const {
    const auto& versions = effects_.timeline_.objects()[fact.object].versions;
    Versions left = fitting;
    for (std::size_t begin = 0; begin < versions.size(); ++begin) {
      if (versions[begin].step < 0) continue;
      const django::MigrationKey& key =
          steps_[static_cast<std::size_t>(versions[begin].step)].migration;
      bool is_done = done_.contains(key);
      bool is_not_done = !is_done && not_done_.contains(key);
      if (by_record && !is_done && !is_not_done) {
        is_done = graph_.applied().contains(key);
        is_not_done = !is_done;
      }
      std::erase_if(left, [&](std::size_t version) {
        return (is_done && version < begin) || (is_not_done && version >= begin);
      });
    }
    return left.empty() ? fitting : left;
  }

  void JudgeOpen(std::size_t step) {
    for (JudgedFact& judged : effects_.operations_[step].facts) {
      if (judged.effect != Effect::kUnknown || judged.doubt != Doubt::kNone) continue;
      Versions fitting = Filter(judged.fact, effects_.matches_[judged.fact.object].versions, false);
      if (Decide(judged.fact, fitting) == Effect::kUnknown) {
        fitting = Filter(judged.fact, fitting, true);
      }
      const Effect effect = Decide(judged.fact, fitting);
      if (effect == Effect::kPresent && !fitting.contains(judged.fact.version)) {
        // It was done, and nothing of it is left to be seen.
        judged.overwritten_by = VersionOf({judged.fact.object, *fitting.begin()}).step;
      } else {
        judged.effect = effect;
        CastDoubt(effects_.operations_[step].migration, judged);
      }
    }
  }

  void Conclude(std::size_t step) {
    OperationEffect& effect = effects_.operations_[step];
    if (effect.facts.empty()) return ConcludeWithoutFacts(step);
    std::size_t present = 0;
    std::size_t absent = 0;
    std::size_t different = 0;
    for (const JudgedFact& fact : effect.facts) {
      present += fact.effect == Effect::kPresent ? 1 : 0;
      absent += fact.effect == Effect::kAbsent ? 1 : 0;
      different += fact.effect == Effect::kDifferent ? 1 : 0;
    }
    if (present + absent + different == 0) {
      effect.effect = Effect::kUnknown;
    } else if (absent > 0) {
      effect.effect = present + different > 0 ? Effect::kPartial : Effect::kAbsent;
    } else {
      effect.effect = different > 0 ? Effect::kDifferent : Effect::kPresent;
    }
    effect.object = ObjectName(effects_, effect.facts.front().fact);
    effect.evidence = Summary(effects_, effect);
  }

  void ConcludeWithoutFacts(std::size_t step) {
    OperationEffect& effect = effects_.operations_[step];
    const PlannedStep& planned = steps_[step];
    effect.object = planned.table;
    if (!planned.opaque.empty()) {
      effect.effect = Effect::kUnknown;
      effect.evidence = planned.opaque;
      return;
    }
    const auto table = effects_.timeline_.FindTable(planned.table);
    if (table && !effects_.matches_[*table].exists) {
      effect.effect = Effect::kAbsent;
      effect.evidence = "leaves nothing in the database, and table " + planned.table + " missing";
      return;
    }
    effect.effect = Effect::kPresent;
    effect.evidence = effect.operation->Kind() == django::OperationKind::kState
                          ? "state only: leaves nothing in the database"
                          : "leaves nothing in the database";
  }

  Effects& effects_;
  std::vector<PlannedStep> steps_;
  const django::Graph& graph_;
  std::set<django::MigrationKey> done_;
  std::set<django::MigrationKey> not_done_;
  std::map<std::string, std::vector<std::string>> ghosts_;  // names by app
};

Effects Effects::Judge(const EffectsInput& input) {
  PlannedSteps planned = FollowPlan(input.graph, input.context);
  Effects effects;
  effects.timeline_ = std::move(planned.timeline);
  effects.matches_ = LiveMatches(effects.timeline_, input.live);
  EffectsJudge(effects, std::move(planned.steps), input).Run();
  return effects;
}

MigrationEvidence Effects::Of(const django::MigrationKey& migration) const {
  MigrationEvidence evidence;
  for (const OperationEffect* operation : OperationsOf(migration)) {
    if (!operation->IsProof()) {
      ++evidence.open;
    } else if (operation->effect == Effect::kPresent) {
      ++evidence.present;
    } else if (operation->effect == Effect::kAbsent) {
      ++evidence.absent;
    } else {
      ++evidence.mixed;
    }
  }
  return evidence;
}

std::vector<const OperationEffect*> Effects::OperationsOf(
    const django::MigrationKey& migration) const {
  std::vector<const OperationEffect*> operations;
  const auto found = by_migration_.find(migration);
  if (found == by_migration_.end()) return operations;
  for (const std::size_t step : found->second) operations.push_back(&operations_[step]);
  return operations;
}

std::string Effects::MigrationOf(int step) const {
  return operations_[static_cast<std::size_t>(step)].migration.ToString();
}

}  // namespace migext::migrate
