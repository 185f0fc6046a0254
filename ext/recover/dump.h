// dumpdata: the rows of a database as a Django fixture, without a model's code.
//
//   const DumpReport report = DumpData(db, {project, state, models}, options);
//   report.objects, report.models, report.lines
//
// Mirrors manage.py dumpdata, byte for byte, for json and jsonl.  Nothing is read as a whole:
// memory does not grow with the rows.
#ifndef MIGEXT_RECOVER_DUMP_H_
#define MIGEXT_RECOVER_DUMP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "recover/dump_options.h"
#include "recover/dump_selection.h"
#include "sqlite/connection.h"

namespace migext::recover {

struct DumpReport {
  std::int64_t objects = 0;
  std::int64_t models = 0;         ///< Of which there are objects.
  std::vector<std::string> lines;  ///< What a person should know, and how many of each model.
};

/// REQUIRES: a transaction, so that all tables are of one moment.  Throws Error, with no file left
/// behind.
DumpReport DumpData(const sqlite::Connection& db, const DumpSource& source,
                    const DumpOptions& options);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_DUMP_H_
