#include "sqlite/flag.h"

#include "sqlite/api.h"

namespace migext::sqlite {
namespace {

int CodeOf(Flag flag) {
  return flag == Flag::kLegacyAlterTable ? SQLITE_DBCONFIG_LEGACY_ALTER_TABLE
                                         : SQLITE_DBCONFIG_DQS_DML;
}

}  // namespace

ScopedFlag::ScopedFlag(const Connection& connection, Flag flag, bool value)
    : connection_(connection), code_(CodeOf(flag)), value_(value ? 1 : 0), before_(value_) {
  sqlite3_db_config(connection_.handle(), code_, -1, &before_);
  if (before_ != value_) sqlite3_db_config(connection_.handle(), code_, value_, nullptr);
}

ScopedFlag::~ScopedFlag() {
  if (before_ != value_) sqlite3_db_config(connection_.handle(), code_, before_, nullptr);
}

}  // namespace migext::sqlite
