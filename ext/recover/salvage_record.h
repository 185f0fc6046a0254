// One record of a table or an index: the values in the payload of a b-tree cell
// (https://sqlite.org/fileformat2.html#record_format).
//
//   DecodeRecord(payload, TextEncoding::kUtf8)  // {{NULL, 'blog', 7}, whole}, or nothing
#ifndef MIGEXT_RECOVER_SALVAGE_RECORD_H_
#define MIGEXT_RECOVER_SALVAGE_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sqlite/cell.h"

namespace migext::recover {

/// As in the header of the file.
enum class TextEncoding : std::uint8_t { kUtf8 = 1, kUtf16le = 2, kUtf16be = 3 };

using Fields = std::vector<sqlite::Cell>;

/// The most columns that a table can have (SQLITE_MAX_COLUMN at its highest).
inline constexpr std::size_t kMostFields = 32767;

/// Nothing when the record's header lies: about its length, a type, or sizes that the payload does
/// not have.  What follows the last value is passed over, as SQLite does.
std::optional<Fields> DecodeRecord(std::string_view payload, TextEncoding encoding);

/// How long the payload must be by its own header, which begins at the offset; nothing when there
/// can be no record.
std::optional<std::size_t> RecordLength(std::string_view bytes, std::size_t offset);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_RECORD_H_
