#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "django/graph_checks.h"
#include "django/operations/fields.h"
#include "django/operations/models.h"
#include "migrate/conflicts.h"
#include "migrate/fake.h"
#include "migrate/remedies.h"

namespace migext::migrate {
namespace {

using django::MigrationKey;
using Keys = std::vector<MigrationKey>;
using KeySet = std::set<MigrationKey>;

/// What the operations of a migration show, wanted effects first: at most a few sentences.
std::string Evidence(const Effects& effects, const MigrationKey& key, bool present) {
  constexpr std::size_t kMost = 4;
  std::vector<std::string> sentences;
  for (const OperationEffect* operation : effects.OperationsOf(key)) {
    if (!operation->IsProof()) continue;
    if ((operation->effect == Effect::kPresent) == present)
      sentences.push_back(operation->evidence);
  }
  const std::size_t all = sentences.size();
  if (all > kMost) {
    sentences.resize(kMost);
    sentences.push_back("and " + std::to_string(all - kMost) + " more");
  }
  return Join(sentences, "; ");
}

/// A column of this migration that Django would fill with the default again, or nothing.
std::string WipedColumn(const Effects& effects, const MigrationKey& key) {
  for (const OperationEffect* operation : effects.OperationsOf(key)) {
    const auto* add = dynamic_cast<const django::AddField*>(operation->operation.get());
    if (add == nullptr || operation->effect == Effect::kAbsent || operation->facts.empty())
      continue;
    // SQLite's editor rebuilds the table for these, and copies the default over the column;
    // ALTER TABLE ADD COLUMN, which fails, is left for the others (DatabaseSchemaEditor.add_field).
    const django::Field& field = *add->field;
    if (!field.null || field.unique || field.has_default) return operation->object;
  }
  return {};
}

bool Makes(const Effects& effects, const MigrationKey& key, bool table) {
  for (const OperationEffect* operation : effects.OperationsOf(key)) {
    if (operation->effect == Effect::kAbsent) continue;
    const django::Operation* made = operation->operation.get();
    if (table ? dynamic_cast<const django::CreateModel*>(made) != nullptr
              : dynamic_cast<const django::AddField*>(made) != nullptr) {
      return true;
    }
  }
  return false;
}

/// A table of the app that is to hold a tree of rows, so that its check can be named.
std::string TreeTable(const Effects& effects, std::string_view app) {
  const auto& objects = effects.timeline().objects();
  std::map<ObjectId, std::set<std::string>> columns;
  for (const OperationEffect& operation : effects.operations()) {
    if (operation.migration.app != app) continue;
    for (const JudgedFact& fact : operation.facts) {
      const TimelineObject& object = objects[fact.fact.object];
      if (object.kind == ObjectKind::kColumn) {
        columns[object.table].insert(object.LastShape().name);
      }
    }
  }
  for (const auto& [table, names] : columns) {
    const bool is_tree = names.contains("id") && names.contains("parent_id") &&
                         names.contains("level") && names.contains("path");
    const std::string& name = effects.matches()[table].name;
    if (is_tree) return name.empty() ? objects[table].LastShape().name : name;
  }
  return {};
}

class SchemaConflicts {
 public:
  explicit SchemaConflicts(const ConflictInput& input)
      : graph_(input.graph), effects_(input.effects) {
    for (MigrationKey& key : graph_.FullPlan()) {
      if (graph_.Find(key) != nullptr) plan_.push_back(std::move(key));
    }
    Keys recorded;
    for (const Record& record : input.history.records()) recorded.push_back(record.key);
    recorded_.insert(recorded.begin(), recorded.end());
    renamed_away_ = TablesRenamedAway(input);
    edges_ = django::InconsistentHistory(graph_, recorded);
  }

  std::vector<Conflict> Find() {
    FindPhantoms();
    FindWanted();
    AddPhantoms();
    AddRecordedInPart();
    AddEdges();
    AddWanted();
    return std::move(conflicts_);
  }

 private:
  bool IsApplied(const MigrationKey& key) const { return graph_.applied().contains(key); }

  /// True if it is about a table of which a copy is left under another name.
  bool IsOfTableRenamedAway(const MigrationKey& key) const {
    for (const OperationEffect* operation : effects_.OperationsOf(key)) {
      for (const JudgedFact& fact : operation->facts) {
        const ObjectId table = effects_.timeline().objects()[fact.fact.object].table;
        for (const Version& version : effects_.timeline().objects()[table].versions) {
          if (version.shape && renamed_away_.contains(Lower(version.shape->name))) return true;
        }
      }
    }
    return false;
  }

  Keys PendingNeeds(const MigrationKey& key) const {
    Keys needs;
    for (MigrationKey& need : graph_.ForwardsPlan(key)) {
      if (need != key && !IsApplied(need) && graph_.Find(need) != nullptr) {
        needs.push_back(std::move(need));
      }
    }
    return needs;
  }

  /// True if a file that it needs is not applied and cannot be read, so that nothing is known of
  /// it.
  bool NeedsUnreadable(const MigrationKey& key) const {
    const Keys needs = graph_.ForwardsPlan(key);
    return std::any_of(needs.begin(), needs.end(), [&](const MigrationKey& need) {
      if (IsApplied(need) || graph_.Find(need) != nullptr) return false;
      const django::App* app = graph_.source().FindApp(need.app);
      return app != nullptr && app->origin != django::AppOrigin::kMissing;
    });
  }

  /// True if the schema shows a migration that needs this one.
  bool IsStoodUpon(const MigrationKey& key) const {
    const Keys dependents = graph_.BackwardsPlan(key);
    return std::any_of(dependents.begin(), dependents.end(), [&](const MigrationKey& other) {
      const MigrationEvidence evidence = effects_.Of(other);
      return other != key && (evidence.present > 0 || evidence.mixed > 0);
    });
  }

  /// Recorded, with nothing of it there; and the data migrations recorded on top of that.
  void FindPhantoms() {
    for (const MigrationKey& key : plan_) {
      if (!IsApplied(key) || IsOfTableRenamedAway(key)) continue;
      const MigrationEvidence evidence = effects_.Of(key);
      if (evidence.IsDisproven() && !IsStoodUpon(key)) {
        phantoms_.insert(key);
      } else if (evidence.IsOpen()) {
        const Keys parents = graph_.Parents(key);
        const bool hollow = std::any_of(parents.begin(), parents.end(),
                                        [&](const auto& one) { return phantoms_.contains(one); });
        if (hollow && !IsStoodUpon(key)) phantoms_.insert(key);
      }
    }
  }

  void Want(const MigrationKey& key) {
    for (MigrationKey& need : PendingNeeds(key)) wanted_.insert(std::move(need));
    if (!IsApplied(key)) wanted_.insert(key);
  }

  /// Pending migrations that ought to be recorded: those that the schema shows, and those that such
  /// a one, or a recorded one, needs.
  void FindWanted() {
    for (const MigrationKey& key : plan_) {
      if (IsApplied(key) || OnlyRepeats(graph_, effects_, key)) continue;
      const MigrationEvidence evidence = effects_.Of(key);
      if (evidence.IsProven() || evidence.IsPartial()) Want(key);
    }
    for (const django::InconsistentEdge& edge : edges_) {
      if (!phantoms_.contains(edge.child) && graph_.Find(edge.parent) != nullptr) Want(edge.parent);
    }
    for (const MigrationKey& key : plan_) {
      if (!IsApplied(key) && LeavesNothing(key) && FollowsWanted(key)) wanted_.insert(key);
    }
  }

  bool LeavesNothing(const MigrationKey& key) const {
    const auto operations = effects_.OperationsOf(key);
    return effects_.Of(key).IsOpen() &&
           std::all_of(operations.begin(), operations.end(), [](const OperationEffect* operation) {
             return operation->effect == Effect::kPresent;
           });
  }

  /// While others are put right: all that it needs is wanted or recorded.
  bool FollowsWanted(const MigrationKey& key) const {
    if (wanted_.empty()) return false;
    const Keys parents = graph_.Parents(key);
    return std::all_of(parents.begin(), parents.end(), [&](const MigrationKey& parent) {
      return wanted_.contains(parent) || IsApplied(parent);
    });
  }

  Conflict Row(std::string code, const MigrationKey& key, Stage stage) const {
    Conflict conflict;
    conflict.stage = stage;
    conflict.code = std::move(code);
    conflict.app = key.app;
    conflict.name = key.name;
    const auto operations = effects_.OperationsOf(key);
    if (!operations.empty()) conflict.object = operations.front()->object;
    return conflict;
  }

  void AddPhantoms() {
    for (auto key = plan_.rbegin(); key != plan_.rend(); ++key) {
      if (!phantoms_.contains(*key)) continue;
      const bool open = effects_.Of(*key).IsOpen();
      Conflict row =
          Row(open ? "recorded-over-absent" : "recorded-but-absent", *key, Stage::kPhantoms);
      row.detail = key->ToString() + " is recorded as applied, but ";
      row.detail += open ? "what it needs is not there" : Evidence(effects_, *key, false);
      row.advice =
          "takes the record away, so that migrate runs the migration; if the database is "
          "an old copy, look for the right one first";
      if (const auto above = UnreadableAbove(graph_.source(), recorded_, *key)) {
        row.advice = "mend " + above->ToString() + " first: it may need this one";
      } else {
        row.remedy = VerbCall("fake_unapply", *key);
      }
      conflicts_.push_back(std::move(row));
    }
  }

  /// Recorded and stood upon, with something missing or different.
  void AddRecordedInPart() {
    for (const MigrationKey& key : plan_) {
      const MigrationEvidence evidence = effects_.Of(key);
      if (!IsApplied(key) || phantoms_.contains(key) || evidence.absent + evidence.mixed == 0) {
        continue;
      }
      if (IsOfTableRenamedAway(key)) continue;
      Conflict row = Row("recorded-but-incomplete", key, Stage::kUnrecorded);
      row.detail =
          key.ToString() + " is recorded as applied, but " + Evidence(effects_, key, false);
      const std::optional<std::string> completion = CompletionSql(effects_, key);
      row.remedy = completion.value_or("");
      row.advice = completion
                       ? "adds what is missing"
                       : "compare with " + EffectsQuery(key) + " and mend the schema by hand";
      conflicts_.push_back(std::move(row));
    }
  }

  static std::string EffectsQuery(const MigrationKey& key) {
    return "SELECT object, effect, evidence FROM migration_effects WHERE app = " +
           SqlLiteral(key.app) + " AND name = " + SqlLiteral(key.name);
  }

  /// The statements that get a wanted migration recorded; nothing when they are beyond us.
  std::optional<std::string> RecordingSql(const MigrationKey& key) {
    const Keys needs = PendingNeeds(key);
    const bool blocked = std::any_of(needs.begin(), needs.end(), [&](const MigrationKey& need) {
      return blocked_.contains(need);
    });
    if (blocked || NeedsUnreadable(key)) {
      blocked_.insert(key);
      return std::nullopt;
    }
    const MigrationEvidence evidence = effects_.Of(key);
    std::string sql;
    if (evidence.absent + evidence.mixed > 0) {
      const std::optional<std::string> completion = CompletionSql(effects_, key);
      if (!completion) {
        blocked_.insert(key);
        return std::nullopt;
      }
      sql = *completion + " ";
    }
    return sql + VerbCall("fake_apply", key);
  }

  void AddEdges() {
    for (const django::InconsistentEdge& edge : edges_) {
      Conflict row = Row("inconsistent-history", edge.child, Stage::kUnrecorded);
      row.object = edge.parent.ToString();
      row.detail = edge.Message();
      if (phantoms_.contains(edge.child)) {
        row.stage = Stage::kPhantoms;
        row.remedy = UnrecordingSql(edge.child);
        row.advice = "what is recorded is not there; its record goes";
      } else if (graph_.Find(edge.parent) == nullptr) {
        row.advice = "the file of " + edge.parent.ToString() + " is missing or cannot be read";
      } else {
        FillEdge(edge, row);
      }
      conflicts_.push_back(std::move(row));
    }
  }

  std::string UnrecordingSql(const MigrationKey& key) const {
    std::vector<std::string> calls;
    for (const MigrationKey& other : graph_.BackwardsPlan(key)) {
      if (IsApplied(other)) calls.push_back(VerbCall("fake_unapply", other));
    }
    return Join(calls, " ");
  }

  void FillEdge(const django::InconsistentEdge& edge, Conflict& row) {
    Keys chain = PendingNeeds(edge.parent);
    chain.push_back(edge.parent);
    std::vector<std::string> steps;
    for (const MigrationKey& key : chain) {
      const std::optional<std::string> sql = RecordingSql(key);
      if (!sql) {
        row.advice = "Django refuses every migrate until this is mended: " + key.ToString() +
                     " has to be done by hand first (" + Evidence(effects_, key, false) +
                     "), then SELECT fake_apply('" + key.app + "', '" + key.name + "')";
        return;
      }
      steps.push_back(*sql);
    }
    for (const MigrationKey& key : chain) covered_.insert(key);
    row.remedy = Join(steps, " ");
    row.advice = "Django refuses every migrate until the record is there, with --fake too";
  }

  void AddWanted() {
    for (const MigrationKey& key : plan_) {
      if (!wanted_.contains(key) || covered_.contains(key)) continue;
      conflicts_.push_back(WantedRow(key));
    }
  }

  Conflict WantedRow(const MigrationKey& key) {
    const MigrationEvidence evidence = effects_.Of(key);
    Conflict row;
    if (evidence.IsProven()) {
      row = ProvenRow(key);
    } else if (evidence.IsPartial()) {
      row = Row("partly-applied", key, Stage::kUnrecorded);
      row.detail = key.ToString() +
                   " is done in part and not recorded: " + Evidence(effects_, key, true) +
                   "; but " + Evidence(effects_, key, false);
      row.advice = "adds what is missing and records the migration; " + DataAdvice(key);
    } else if (evidence.IsDisproven()) {
      row = Row("needed-but-absent", key, Stage::kUnrecorded);
      row.detail = key.ToString() +
                   " is not done, but later migrations are: " + Evidence(effects_, key, false);
      row.advice =
          "adds what is missing and records the migration; Django would rebuild the table "
          "and drop what it does not know yet";
    } else if (LeavesNothing(key)) {
      row = Row("state-not-recorded", key, Stage::kUnrecorded);
      row.detail = key.ToString() +
                   " is not recorded; it leaves nothing in the database, and the "
                   "migrations around it are done";
      row.advice = "records it with the others";
    } else {
      row = Row("data-not-recorded", key, Stage::kUnrecorded);
      row.detail = key.ToString() +
                   " is not recorded, but later migrations are done; nothing that "
                   "it does can be seen in the schema";
      row.advice = "what it did to the rows cannot be proved; " + DataAdvice(key);
    }
    const std::optional<std::string> remedy = RecordingSql(key);
    if (remedy) {
      row.remedy = *remedy;
    } else {
      row.advice = "compare with " + EffectsQuery(key) +
                   ", finish or undo it by hand, then SELECT fake_apply(" + SqlLiteral(key.app) +
                   ", " + SqlLiteral(key.name) + ")";
    }
    return row;
  }

  Conflict ProvenRow(const MigrationKey& key) const {
    const std::string wiped = WipedColumn(effects_, key);
    std::string code = "schema-exists";
    std::string then = "Django would make it again and fail";
    if (Makes(effects_, key, true)) {
      code = "table-exists";
    } else if (!wiped.empty()) {
      code = "column-would-be-wiped";
      then =
          "Django would rebuild the table and overwrite " + wiped + " in every row, without a word";
    } else if (Makes(effects_, key, false)) {
      code = "column-exists";
    }
    Conflict row = Row(std::move(code), key, Stage::kUnrecorded);
    row.detail = key.ToString() + " is done and not recorded: " + Evidence(effects_, key, true);
    row.advice = then + "; record it instead";
    return row;
  }

  std::string DataAdvice(const MigrationKey& key) const {
    const std::string table = TreeTable(effects_, key.app);
    if (table.empty()) return "look at the rows before you go on";
    const std::string arguments =
        table == "blog_comment" ? "" : "(" + SqlLiteral(table) + ", 'id', 'parent_id')";
    return "look at the rows: SELECT * FROM comment_tree_check" + arguments +
           ", and SELECT comment_tree_rebuild" + (arguments.empty() ? "()" : arguments) +
           " puts level and path right";
  }

  const django::Graph& graph_;
  const Effects& effects_;
  Keys plan_;
  std::vector<django::InconsistentEdge> edges_;
  KeySet recorded_;
  std::set<std::string> renamed_away_;
  KeySet phantoms_;
  KeySet wanted_;
  KeySet blocked_;
  KeySet covered_;  // by the remedy of an edge
  std::vector<Conflict> conflicts_;
};

}  // namespace

std::vector<Conflict> FindSchemaConflicts(const ConflictInput& input) {
  return SchemaConflicts(input).Find();
}

}  // namespace migext::migrate
