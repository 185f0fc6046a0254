// The truth table: what each operation should have left in this database, and what is there.
//
//   const Effects effects = Effects::Judge({graph, context, live});
//   effects.Of({"blog", "0003_x"}).IsProven()   // its columns are all there
//
// An operation's effect is the difference between the tables before and after it.  Later operations
// may have overwritten it; then what is there is compared with what they leave.  When the schema
// fits both, the rest of the evidence decides: other operations of the same migration and of those
// that need it, and at last the records; what then is still open is 'unknown'.
//
// What leaves nothing in the database (AlterModelOptions, a choice added to a field) is 'present'
// as soon as its table is, and proves nothing.
#ifndef MIGEXT_MIGRATE_EFFECTS_H_
#define MIGEXT_MIGRATE_EFFECTS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "django/graph.h"
#include "django/migration.h"
#include "django/project.h"
#include "migrate/effects_live.h"
#include "migrate/effects_timeline.h"
#include "schema/table.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

enum class Effect : std::uint8_t { kPresent, kAbsent, kPartial, kDifferent, kUnknown };
std::string_view EffectName(Effect effect);  ///< 'present', 'absent', …

struct JudgedFact {
  Fact fact;
  Effect effect = Effect::kUnknown;  ///< Never kPartial.
  int overwritten_by = -1;           ///< The later step that hides it, when it is unknown.
  Doubt doubt = Doubt::kNone;        ///< Why it is unknown, when no step hides it.
};

struct OperationEffect {
  django::MigrationKey migration;
  std::size_t position = 0;
  django::OperationPtr operation;
  std::string object;  ///< "blog_comment.level"; "" when it is about none.
  Effect effect = Effect::kUnknown;
  std::string evidence;
  std::vector<JudgedFact> facts;

  /// The schema itself shows it.
  bool IsProof() const;
};

/// All operations of one migration together.
struct MigrationEvidence {
  std::size_t present = 0;  ///< Operations that the schema shows to be done,
  std::size_t absent = 0;   ///< not to be done,
  std::size_t mixed = 0;    ///< to be done in part, or differently.
  std::size_t open = 0;     ///< Operations of which it shows nothing.

  bool IsProven() const { return present > 0 && absent == 0 && mixed == 0; }
  bool IsDisproven() const { return absent > 0 && present == 0 && mixed == 0; }
  bool IsPartial() const { return mixed > 0 || (present > 0 && absent > 0); }
  /// Nothing that the schema could show: data, state, no operations at all.
  bool IsOpen() const { return present + absent + mixed == 0; }
};

struct EffectsInput {
  const django::Graph& graph;
  const schema::SchemaContext& context;
  const sqlite::LiveSchema& live;
};

class Effects {
 public:
  static Effects Judge(const EffectsInput& input);

  /// In the order of the full plan, and after it those that no leaf node leads to.
  const std::vector<OperationEffect>& operations() const { return operations_; }
  MigrationEvidence Of(const django::MigrationKey& migration) const;
  std::vector<const OperationEffect*> OperationsOf(const django::MigrationKey& migration) const;

  const Timeline& timeline() const { return timeline_; }
  const std::vector<LiveMatch>& matches() const { return matches_; }
  /// The migration that a step belongs to: "blog.0008_rename".
  std::string MigrationOf(int step) const;

 private:
  friend class EffectsJudge;
  Timeline timeline_;
  std::vector<LiveMatch> matches_;
  std::vector<OperationEffect> operations_;                                // by step
  std::map<django::MigrationKey, std::vector<std::size_t>> by_migration_;  // steps
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_EFFECTS_H_
