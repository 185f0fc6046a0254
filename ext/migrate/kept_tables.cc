#include "migrate/kept_tables.h"

#include <array>

#include "base/text.h"

namespace migext::migrate {
namespace {

constexpr std::string_view kPrefix = "migext_kept_";
constexpr std::array<std::string_view, 3> kStages = {"ahead", "dropped", "put back"};

std::string_view NameOf(KeptStage stage) { return kStages[static_cast<std::size_t>(stage)]; }

KeptStage StageOf(std::string_view name) {
  if (name == NameOf(KeptStage::kAhead)) return KeptStage::kAhead;
  return name == NameOf(KeptStage::kPutBack) ? KeptStage::kPutBack : KeptStage::kDropped;
}

std::vector<std::string> Lines(std::string_view text) {
  return text.empty() ? std::vector<std::string>() : Split(text, '\n');
}

}  // namespace

bool IsKeptTable(std::string_view table) {
  const std::string name = Lower(table);
  return name == kKeptCatalog || name.starts_with(kPrefix);
}

std::string KeptTableName(const django::MigrationKey& migration, std::string_view table) {
  return std::string(kPrefix) + migration.app + "_" + migration.name + "_" + std::string(table);
}

std::vector<KeptTable> KeptCatalog::Read() const {
  std::vector<KeptTable> found;
  sqlite::Statement rows = db_.Prepare(
      R"(SELECT "id", "kept_in", "app", "name", "table_name", "whole", "sequence", "stage", )"
      R"("waits_for" FROM "main"."migext_kept" ORDER BY "id")");
  for (const sqlite::Row row : rows) {
    KeptTable kept;
    int column = 0;
    kept.id = row.Int(column++);
    kept.name = row.Text(column++);
    kept.migration.app = row.Text(column++);
    kept.migration.name = row.Text(column++);
    kept.table = row.Text(column++);
    kept.whole = row.Int(column++) != 0;
    if (!row.IsNull(column)) kept.sequence = row.Int(column);
    kept.stage = StageOf(row.TextView(++column));
    kept.waits_for = Lines(row.TextView(++column));
    // The file may come from anybody: nothing but a quarantine table is ever dropped.
    if (IsKeptTable(kept.name) && db_.HasTable(kept.name)) found.push_back(std::move(kept));
  }
  return found;
}

void KeptCatalog::Add(KeptTable& kept) const {
  db_.Run(R"(CREATE TABLE IF NOT EXISTS "main"."migext_kept" ("id" integer PRIMARY KEY, )"
          R"("kept_in" text NOT NULL, "app" text NOT NULL, "name" text NOT NULL, )"
          R"("table_name" text NOT NULL, "whole" integer NOT NULL, "sequence" integer, )"
          R"("stage" text NOT NULL, "waits_for" text NOT NULL))");
  db_.Run(R"(INSERT INTO "main"."migext_kept" ("kept_in", "app", "name", "table_name", "whole", )"
          R"("sequence", "stage", "waits_for") VALUES (?, ?, ?, ?, ?, ?, ?, ?))",
          {kept.name, kept.migration.app, kept.migration.name, kept.table, kept.whole ? 1 : 0,
           kept.sequence, NameOf(kept.stage), Join(kept.waits_for, "\n")});
  kept.id = db_.LastInsertRowId();
}

void KeptCatalog::Update(const KeptTable& kept) const {
  db_.Run(R"(UPDATE "main"."migext_kept" SET "table_name" = ?, "sequence" = ?, "stage" = ?, )"
          R"("waits_for" = ? WHERE "id" = ?)",
          {kept.table, kept.sequence, NameOf(kept.stage), Join(kept.waits_for, "\n"), kept.id});
}

void KeptCatalog::Remove(const KeptTable& kept) const {
  db_.Run("DROP TABLE \"main\"." + SqlIdentifier(kept.name));
  db_.Run(R"(DELETE FROM "main"."migext_kept" WHERE "id" = ? OR "kept_in" NOT IN )"
          R"((SELECT "name" FROM "main"."sqlite_master"))",
          {kept.id});
  if (db_.Value(R"(SELECT 1 FROM "main"."migext_kept")").IsNull()) {
    db_.Run(R"(DROP TABLE "main"."migext_kept")");
  }
}

}  // namespace migext::migrate
