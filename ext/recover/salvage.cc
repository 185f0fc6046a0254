#include "recover/salvage.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "recover/salvage_objects.h"
#include "recover/salvage_records.h"
#include "recover/salvage_report.h"

namespace migext::recover {
namespace {

using sqlite::Connection;
using sqlite::OverlayKind;

class Run {
 public:
  explicit Run(const SalvageInput& input)
      : definitions_(input.definitions),
        pages_(input.source, input.before_page),
        db_(input.target),
        target_(input.target),
        ledger_(pages_.size()),
        reader_(pages_, ledger_) {}

  SalvageResult Do() {
    FindSchema();
    free_ = FreePages::Read(pages_);
    DescribeFile();
    if (!schema_.is_whole) TakeDefinitions();
    SetUp();
    RowSalvage rows(reader_, schema_, free_, target_);
    SchemaWriter objects(schema_, db_, result_.report);
    db_.Run("BEGIN IMMEDIATE");
    std::set<const SchemaObject*> made;
    for (const SchemaObject* table : objects.MakeTables()) {
      rows.AddTable(table->name, table->root);
      made.insert(table);
    }
    rows.ReadTrees();
    std::vector<Fields> sequences;
    for (const SchemaObject& object : schema_.objects) {
      if (object.type == "table" && object.root != 0 && !made.contains(&object)) {
        ReadOther(object, sequences);
      }
    }
    objects.MakeIndexes();
    rows.ReadTheRest();
    for (const Fields& row : sequences) objects.RestoreSequence(row);
    objects.MakeTheRest();
    db_.Run("COMMIT");
    result_.tables = rows.tallies();
    for (const TableTally& tally : result_.tables) {
      for (std::string& line : DescribeTable(tally)) Report(std::move(line));
    }
    DescribeAside(rows);
    CheckForeignKeys();
    CheckIntegrity();
    return std::move(result_);
  }

 private:
  void Report(std::string line) { result_.report.push_back(std::move(line)); }

  /// The encoding stands in the header: without it, the one in which most of the schema reads.
  void FindSchema() {
    schema_ = ReadSchema(reader_);
    if (pages_.header().readable) return;
    for (const TextEncoding encoding : {TextEncoding::kUtf16le, TextEncoding::kUtf16be}) {
      const TextEncoding before = pages_.header().encoding;
      pages_.SetEncoding(encoding);
      PageLedger ledger(pages_.size());
      TreeReader reader(pages_, ledger);
      FoundSchema found = ReadSchema(reader);
      if (found.objects.size() > schema_.objects.size()) {
        schema_ = std::move(found);
        ledger_ = std::move(ledger);
      } else {
        pages_.SetEncoding(before);
      }
    }
  }

  void DescribeFile() {
    const FileHeader& header = pages_.header();
    const std::string size = std::to_string(header.page_size);
    if (!header.readable) {
      Report("the header of the file cannot be read: pages of " + size +
             " bytes, found by trying; user_version and application_id are lost");
    }
    if (header.pages > pages_.size() && pages_.overlay() != OverlayKind::kWal) {
      Report("the file is cut off: it has " + std::to_string(pages_.size()) + " of " +
             std::to_string(header.pages) + " pages of " + size + " bytes");
    }
    if (!schema_.is_whole) {
      Report("the schema cannot be read to its end: " + std::to_string(schema_.objects.size()) +
             " of its objects were found");
    }
    if (pages_.overlay() == OverlayKind::kWal) {
      Report("what is committed in the -wal is part of what was read");
    } else if (pages_.overlay() == OverlayKind::kJournal) {
      Report("read as it was before the transaction that the hot journal beside the file undoes");
    }
    result_.write_ahead_log = header.write_ahead_log;
  }

  /// What the file has lost of its schema, as the migrations make it.
  void TakeDefinitions() {
    if (!definitions_) return;
    const django::AppliedSet recorded = RecordsOnPages(reader_);
    // Tables of all migrations beside older ones would be a schema that never was.
    if (recorded.empty() && !schema_.objects.empty()) return;
    std::vector<std::string> names;
    for (SchemaObject& object : definitions_(recorded)) {
      if (schema_.Find(object.name) != nullptr) continue;
      names.push_back(object.name);
      schema_.objects.push_back(std::move(object));
    }
    if (names.empty()) return;
    Report("taken from the migrations, as the file has lost them: " + Join(names, ", "));
  }

  void SetUp() {
    const FileHeader& header = pages_.header();
    constexpr const char* kEncodings[] = {"", "UTF-8", "UTF-16le", "UTF-16be"};
    const char* vacuum = header.incremental_vacuum ? "INCREMENTAL" : "FULL";
    db_.Execute("PRAGMA page_size = " + std::to_string(header.page_size) +
                "; PRAGMA auto_vacuum = " + (header.auto_vacuum ? vacuum : "NONE") +
                "; PRAGMA encoding = '" + kEncodings[static_cast<int>(header.encoding)] +
                "'; PRAGMA foreign_keys = OFF; PRAGMA journal_mode = MEMORY; "
                "PRAGMA synchronous = OFF; PRAGMA user_version = " +
                std::to_string(header.user_version) +
                "; PRAGMA application_id = " + std::to_string(header.application_id));
  }

  /// A table that SQLite keeps itself, or one that could not be made: its pages are no strays.
  void ReadOther(const SchemaObject& object, std::vector<Fields>& sequences) {
    const auto accepts = [](const std::vector<StoredRow>& /*rows*/) { return true; };
    const TreeReader::Visit visit = [&](StoredRow& row) {
      if (object.name == "sqlite_sequence") {
        sequences.push_back(std::move(row.fields));
      } else if (!IsInternal(object)) {
        target_.PutStray(object.root, row, object.name);
      }
    };
    reader_.ReadTable(object.root, {accepts, visit, visit});
  }

  void DescribeAside(const RowSalvage& rows) {
    for (const auto& [table, count] : target_.side_tables()) {
      Report("see SELECT * FROM " + SqlIdentifier(table) + " (" + Counted(count, "row") + ")");
    }
    if (rows.stray_rows() > 0) {
      Report(Counted(rows.stray_rows(), "row") + " may be of one of several tables");
    }
  }

  void CheckForeignKeys() {
    std::map<std::string, std::size_t> broken;
    for (const sqlite::Row row : db_.Prepare("PRAGMA foreign_key_check")) {
      ++broken[row.Text(0) + " to " + row.Text(2)];
    }
    for (const auto& [pair, count] : broken) {
      Report("foreign keys: " + Counted(count, "row") + " of " + pair + " point nowhere");
    }
  }

  void CheckIntegrity() {
    const std::string first = db_.Value("PRAGMA integrity_check(1)").ToString();
    if (first != "ok") Report("the new database does not pass its check: " + first);
  }

  const std::function<std::vector<SchemaObject>(const django::AppliedSet&)> definitions_;
  PageStore pages_;
  const Connection& db_;
  SalvageTarget target_;
  PageLedger ledger_;
  TreeReader reader_;
  FoundSchema schema_;
  FreePages free_;
  SalvageResult result_;
};

}  // namespace

std::size_t SalvageResult::Saved() const {
  return std::accumulate(
      tables.begin(), tables.end(), std::size_t{0},
      [](std::size_t sum, const TableTally& tally) { return sum + tally.saved; });
}

std::size_t SalvageResult::Known() const {
  return std::accumulate(
      tables.begin(), tables.end(), std::size_t{0},
      [](std::size_t sum, const TableTally& tally) { return sum + tally.known; });
}

bool SalvageResult::IsExact() const {
  return std::all_of(tables.begin(), tables.end(),
                     [](const TableTally& tally) { return tally.is_exact; });
}

SalvageResult Salvage(const SalvageInput& input) { return Run(input).Do(); }

}  // namespace migext::recover
