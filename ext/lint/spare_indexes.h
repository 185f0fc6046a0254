// Indexes that another one of the same table makes superfluous.
//
//   SpareIndexes indexes(context, findings);
//   indexes.Follow(subject, position, operation);   // for each operation, in the order of the plan
//   indexes.Finish(state);                          // the state after all of them
//
// Only what somebody wrote counts: the index that Django makes for a foreign key does not.
#ifndef MIGEXT_LINT_SPARE_INDEXES_H_
#define MIGEXT_LINT_SPARE_INDEXES_H_

#include <map>
#include <string>
#include <vector>

#include "lint/finding.h"
#include "schema/table.h"

namespace migext::lint {

class SpareIndexes {
 public:
  SpareIndexes(const schema::SchemaContext& context, Findings& findings)
      : context_(context), findings_(findings) {}

  void Follow(const Subject& subject, int position, const django::Operation& operation);
  void Finish(const django::ProjectState& state);

 private:
  /// What serves queries on its columns: an index, a unique column or constraint, a key.
  struct Cover {
    std::string name;
    std::vector<schema::IndexPart> parts;
    bool unique = false;
    bool written = false;  ///< By somebody, and not only by Django.
    std::string field;     ///< Of db_index=True.
  };
  struct Origin {
    Subject subject;
    int position = 0;
  };

  void Remember(const std::string& app, const std::string& model, const std::string& what,
                const Origin& origin);
  void LookAt(const django::ProjectState& state, const django::ModelState& model);
  void Tell(const django::ModelState& model, const Cover& spare, const Cover& other);
  const Origin* OriginOf(const django::ModelState& model, const Cover& cover) const;

  const schema::SchemaContext& context_;
  Findings& findings_;
  /// By "app.model" in lower case, and the name of an index or field; "" for the model.
  std::map<std::string, std::map<std::string, Origin>> origins_;
};

}  // namespace migext::lint

#endif  // MIGEXT_LINT_SPARE_INDEXES_H_
