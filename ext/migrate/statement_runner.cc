#include "migrate/statement_runner.h"

namespace migext::migrate {

void StatementRunner::Run(const schema::Statement& statement) {
  db_.Run(schema::SentSql(statement));
}

}  // namespace migext::migrate
