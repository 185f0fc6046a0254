#include "recover/load_keys.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/text.h"
#include "recover/natural_lookup.h"
#include "schema/column.h"

namespace migext::recover {
namespace {

using sqlite::Row;
using sqlite::Statement;

class KeyGiver {
 public:
  KeyGiver(const Staging& staging, const StagedModel& staged)
      : staging_(staging),
        db_(staging.db()),
        staged_(staged),
        key_(*staged.model->pk.front()),
        column_(SqlIdentifier(key_.column)),
        is_integer_(schema::IsIntegerType(key_.ValueField().type) && !key_.IsRelation()) {}

  /// True if one was given.
  bool Run() {
    const std::string table = staged_.table;
    if (db_.Value("SELECT 1 FROM " + table + " WHERE migext_given = 0 LIMIT 1").IsNull()) {
      return false;
    }
    PrepareLookups();
    set_.emplace(db_.Prepare("UPDATE " + table + " SET " + column_ +
                             " = ?1, migext_given = 2 WHERE migext_row = ?2"));
    if (is_integer_) last_ = LastKeyOfDatabase();
    const std::string pending =
        KnowsNaturalKey(*staged_.model) ? HasPendingPart(staged_, "s") : "0";
    Statement rows = db_.Prepare("SELECT s.migext_row, s.migext_given, s." + column_ + ", " +
                                 pending + " FROM " + table + " AS s ORDER BY s.migext_row");
    bool any = false;
    for (const Row row : rows) {
      const bool waits = row.Int(1) == 0;
      if (waits && row.Int(3) == 0) any = Give(row.Int(0), row.Get(2)) || any;
      if (!waits && is_integer_) last_ = std::max(last_, row.Int(2));
    }
    return any;
  }

 private:
  void PrepareLookups() {
    if (!KnowsNaturalKey(*staged_.model)) return;
    const FixtureModel& model = *staged_.model;
    const std::string from_row = " JOIN " + staged_.table + " AS s WHERE s.migext_row = ?1 AND ";
    find_staged_.emplace(db_.Prepare(
        "SELECT o." + column_ + " FROM " + staged_.table + " AS o" + from_row +
        SameNaturalKey(staging_, model, "o", "s") +
        " AND o.migext_row < ?1 AND o.migext_given > 0 ORDER BY o.migext_row DESC LIMIT 1"));
    find_live_.emplace(db_.Prepare("SELECT l." + column_ + " FROM " + staged_.LiveTable() +
                                   " AS l" + from_row + SameNaturalKey(staging_, model, "l", "s") +
                                   " AND NOT EXISTS (SELECT 1 FROM " + staged_.table +
                                   " AS g WHERE g." + column_ + " = l." + column_ +
                                   " AND g.migext_given = 1) LIMIT 1"));
  }

  std::int64_t LastKeyOfDatabase() const {
    const sqlite::Cell highest =
        db_.Value("SELECT max(" + column_ + ") FROM " + staged_.LiveTable());
    std::int64_t last = highest.Integer() == nullptr ? 0 : *highest.Integer();
    if (db_.HasTable("sqlite_sequence")) {
      const sqlite::Cell sequence =
          db_.Value("SELECT seq FROM main.sqlite_sequence WHERE name = ?", {staged_.model->table});
      if (sequence.Integer() != nullptr) last = std::max(last, *sequence.Integer());
    }
    return last;
  }

  static sqlite::Cell Found(std::optional<Statement>& find, std::int64_t row) {
    if (!find) return {};
    find->Bind({row});
    sqlite::Cell key = find->Step() ? find->row().Get(0) : sqlite::Cell();
    find->Reset();
    return key;
  }

  bool IsTaken(std::int64_t key) {
    if (!taken_) {
      taken_.emplace(db_.Prepare("SELECT 1 FROM " + staged_.table + " WHERE " + column_ +
                                 " = ?1 AND migext_given > 0"));
    }
    taken_->Bind({key});
    const bool is_taken = taken_->Step();
    taken_->Reset();
    return is_taken;
  }

  bool Give(std::int64_t row, const sqlite::Cell& own) {
    sqlite::Cell key = Found(find_staged_, row);
    if (key.IsNull()) key = Found(find_live_, row);
    if (key.IsNull()) key = own;
    if (key.IsNull() && is_integer_) {
      // An object further down may name the key that would come next.
      do {
        ++last_;
      } while (IsTaken(last_));
      key = last_;
    }
    if (key.IsNull()) {
      throw Error(staging_.PlaceOf(staged_, row),
                  "Could not load " + staged_.model->label +
                      "(pk=None): the object has no \"pk\", and this key is not made up by the "
                      "database; add it to the fixture");
    }
    set_->Bind({key, row});
    set_->Step();
    set_->Reset();
    return true;
  }

  const Staging& staging_;
  const sqlite::Connection& db_;
  const StagedModel& staged_;
  const FixtureField& key_;
  std::string column_;
  bool is_integer_;
  std::int64_t last_ = 0;
  std::optional<Statement> find_staged_;
  std::optional<Statement> find_live_;
  std::optional<Statement> taken_;
  std::optional<Statement> set_;
};

}  // namespace

bool GiveMissingKeys(const Staging& staging, const StagedModel& staged) {
  return staged.model->pk.size() == 1 && KeyGiver(staging, staged).Run();
}

}  // namespace migext::recover
