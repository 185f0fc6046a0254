// What became of a table's rows, in words.
#ifndef MIGEXT_RECOVER_SALVAGE_REPORT_H_
#define MIGEXT_RECOVER_SALVAGE_REPORT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "recover/salvage_rows.h"

namespace migext::recover {

/// "1 row", "12 rows"
std::string Counted(std::size_t count, std::string_view what);
/// "120 of 120 rows", "95 of at least 107 rows"
std::string SavedOfKnown(std::size_t saved, std::size_t known, bool is_exact);
/// The line of a table, and what there is to say below it.
std::vector<std::string> DescribeTable(const TableTally& tally);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_REPORT_H_
