#include "migrate/checksums.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/sha.h"
#include "base/text.h"
#include "django/canonical_text.h"

namespace migext::migrate {
namespace {

using django::CanonicalPart;
using django::Migration;
using django::MigrationKey;

constexpr std::string_view kCreateTable =
    "CREATE TABLE IF NOT EXISTS \"main\".\"migext_checksums\" (\"app\" text NOT NULL, \"name\" "
    "text "
    "NOT NULL, \"checksum\" text NOT NULL, \"applied\" text, \"parts\" text NOT NULL, PRIMARY KEY "
    "(\"app\", \"name\"))";

/// One line for each part: the label, a tab, the text.
std::string LinesOf(const std::vector<CanonicalPart>& parts) {
  std::string lines;
  for (const CanonicalPart& part : parts) {
    lines += ReplaceAll(part.label, "\t", " ") + "\t" + part.text + "\n";
  }
  return lines;
}

std::vector<CanonicalPart> PartsOf(std::string_view lines) {
  std::vector<CanonicalPart> parts;
  for (const std::string& line : Split(lines, '\n')) {
    const std::size_t tab = line.find('\t');
    if (tab != std::string::npos) parts.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  return parts;
}

/// What migext knows of a contrib app without its files says what they do, and not in their words.
bool IsBuiltIn(const Migration& migration) { return migration.path == "(built-in)"; }

std::string ChecksumOf(const std::vector<CanonicalPart>& parts) {
  std::string text;
  for (const CanonicalPart& part : parts) text += part.text + "\n";
  return Sha256Hex(text);
}

std::string Shortened(const std::string& text) {
  constexpr std::size_t kLongest = 200;
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  while (end > 0 && IsUtf8Continuation(text[end])) --end;
  return text.substr(0, end) + "…";
}

/// Those of `parts` whose text is none of the others', one for one.
std::vector<CanonicalPart> Without(std::vector<CanonicalPart> parts,
                                   const std::vector<CanonicalPart>& others) {
  std::multiset<std::string> left;
  for (const CanonicalPart& other : others) left.insert(other.text);
  std::erase_if(parts, [&](const CanonicalPart& part) {
    const auto found = left.find(part.text);
    if (found == left.end()) return false;
    left.erase(found);
    return true;
  });
  return parts;
}

std::vector<std::string> WithoutDependencies(const std::vector<CanonicalPart>& parts) {
  std::vector<std::string> texts;
  for (const CanonicalPart& part : parts) {
    if (part.label != "dependencies") texts.push_back(part.text);
  }
  return texts;
}

/// "Add field level to comment: was AddField(…), is AddField(…)"
std::string DifferenceOf(const std::vector<CanonicalPart>& recorded,
                         const std::vector<CanonicalPart>& now) {
  const std::vector<CanonicalPart> gone = Without(recorded, now);
  std::vector<CanonicalPart> come = Without(now, recorded);
  if (gone.empty() && come.empty()) return "the same operations in another order";
  std::vector<std::string> sentences;
  for (const CanonicalPart& was : gone) {
    const auto is = std::find_if(come.begin(), come.end(), [&](const CanonicalPart& part) {
      return part.label == was.label;
    });
    if (is == come.end()) {
      sentences.push_back(was.label + ": gone, was " + Shortened(was.text));
    } else {
      sentences.push_back(was.label + ": was " + Shortened(was.text) + ", is " +
                          Shortened(is->text));
      come.erase(is);
    }
  }
  for (const CanonicalPart& is : come) {
    sentences.push_back(is.label + ": new, " + Shortened(is.text));
  }
  return Join(sentences, "; ");
}

struct Stored {
  std::string checksum;
  std::string applied;
  std::string parts;
};

std::map<MigrationKey, Stored> ReadTable(const sqlite::Connection& db) {
  std::map<MigrationKey, Stored> stored;
  if (!db.HasTable(kChecksumTable)) return stored;
  sqlite::Statement rows = db.Prepare(
      R"(SELECT "app", "name", "checksum", "applied", "parts" FROM "main"."migext_checksums")");
  for (const sqlite::Row row : rows) {
    stored[{row.Text(0), row.Text(1)}] = {row.Text(2), row.Text(3), row.Text(4)};
  }
  return stored;
}

class Comparison {
 public:
  Comparison(const sqlite::Connection& db, const django::Graph& graph, const History& history)
      : source_(graph.source()), history_(history), stored_(ReadTable(db)) {}

  std::vector<ChecksumRow> Run() const {
    std::set<MigrationKey> keys;
    for (const auto& [key, migration] : *source_.migrations) keys.insert(key);
    if (source_.unreadable != nullptr) {
      for (const auto& [key, unreadable] : *source_.unreadable) keys.insert(key);
    }
    for (const Record& record : history_.records()) keys.insert(record.key);
    std::vector<ChecksumRow> rows;
    for (const MigrationKey& key : keys) rows.push_back(RowOf(key));
    return rows;
  }

 private:
  ChecksumRow RowOf(const MigrationKey& key) const {
    ChecksumRow row;
    row.key = key;
    const Record* record = history_.Find(key);
    const auto stored = stored_.find(key);
    const bool is_known = record != nullptr && stored != stored_.end() &&
                          stored->second.applied == record->applied.ToString();
    if (is_known) row.recorded = stored->second.checksum;
    const Migration* migration = source_.Find(key);
    if (migration == nullptr) {
      const bool is_unreadable = source_.unreadable != nullptr && source_.unreadable->contains(key);
      row.status = is_unreadable ? ChecksumStatus::kUnreadable : ChecksumStatus::kGhost;
      if (is_unreadable) row.detail = source_.unreadable->at(key).error;
      return row;
    }
    try {
      Compare(*migration, record, is_known ? &stored->second : nullptr, row);
    } catch (const Error& error) {
      row.status = ChecksumStatus::kUnreadable;
      row.detail = error.message();
    }
    return row;
  }

  static void Compare(const Migration& migration, const Record* record, const Stored* stored,
                      ChecksumRow& row) {
    const std::vector<CanonicalPart> now = CanonicalParts(migration);
    row.checksum = ChecksumOf(now);
    if (record == nullptr) {
      row.status = ChecksumStatus::kPending;
    } else if (stored == nullptr || IsBuiltIn(migration)) {
      row.status = ChecksumStatus::kNotRecorded;
      row.recorded.clear();
      row.detail = IsBuiltIn(migration)
                       ? "its file is not here"
                       : "recorded by others than migext, or while the setting journal was off";
    } else if (row.checksum == row.recorded) {
      row.status = ChecksumStatus::kUnchanged;
    } else {
      row.status = ChecksumStatus::kChanged;
      const std::vector<CanonicalPart> then = PartsOf(stored->parts);
      row.detail = DifferenceOf(then, now);
      row.same_operations = WithoutDependencies(then) == WithoutDependencies(now);
    }
  }

  const django::MigrationSource& source_;
  const History& history_;
  std::map<MigrationKey, Stored> stored_;
};

}  // namespace

void ChecksumBook::Write(const MigrationKey& key) const {
  const Migration* migration = source_.Find(key);
  if (!writes_ || migration == nullptr || IsBuiltIn(*migration)) return;
  std::vector<CanonicalPart> parts;
  try {
    parts = CanonicalParts(*migration);
  } catch (const Error&) {
    return;  // It holds too much to be compared: no reason not to record it.
  }
  db_.Run(kCreateTable);
  db_.Run(
      R"(INSERT OR REPLACE INTO "main"."migext_checksums" ("app", "name", "checksum", "applied", )"
      R"("parts") SELECT ?1, ?2, ?3, (SELECT "applied" FROM "main"."django_migrations" WHERE )"
      R"("app" = ?1 AND "name" = ?2 ORDER BY rowid LIMIT 1), ?4)",
      {key.app, key.name, ChecksumOf(parts), LinesOf(parts)});
}

std::string ChecksumBook::Renew(const MigrationKey& key) const {
  if (!writes_) return {};
  const auto before = ReadTable(db_);
  Write(key);
  const auto after = ReadTable(db_);
  const auto was = before.find(key);
  const auto is = after.find(key);
  if (was == before.end() || is == after.end()) return {};
  // Not over one that has been written since.
  return std::string(kChecksumUpdate) + "\"checksum\" = " + SqlLiteral(was->second.checksum) +
         ", \"parts\" = " + SqlLiteral(was->second.parts) +
         " WHERE \"app\" = " + SqlLiteral(key.app) + " AND \"name\" = " + SqlLiteral(key.name) +
         " AND \"checksum\" = " + SqlLiteral(is->second.checksum) + ";";
}

void ChecksumBook::Remove(const MigrationKey& key) const {
  if (!db_.HasTable(kChecksumTable)) return;
  db_.Run(R"(DELETE FROM "main"."migext_checksums" WHERE "app" = ? AND "name" = ?)",
          {key.app, key.name});
}

void ChecksumBook::Follow(const History& before, const History& after) const {
  for (const Record& record : before.records()) {
    if (after.Find(record.key) == nullptr) Remove(record.key);
  }
  for (const Record& record : after.records()) {
    if (before.Find(record.key) == nullptr) Write(record.key);
  }
}

std::string_view ChecksumStatusName(ChecksumStatus status) {
  switch (status) {
    case ChecksumStatus::kUnchanged:
      return "unchanged";
    case ChecksumStatus::kChanged:
      return "changed";
    case ChecksumStatus::kNotRecorded:
      return "not-recorded";
    case ChecksumStatus::kPending:
      return "pending";
    case ChecksumStatus::kUnreadable:
      return "unreadable";
    case ChecksumStatus::kGhost:
      break;
  }
  return "ghost";
}

std::vector<ChecksumRow> CompareChecksums(const sqlite::Connection& db, const django::Graph& graph,
                                          const History& history) {
  return Comparison(db, graph, history).Run();
}

}  // namespace migext::migrate
