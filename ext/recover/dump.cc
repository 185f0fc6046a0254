#include "recover/dump.h"

#include <optional>

#include "base/text.h"
#include "base/time_zone.h"
#include "python/value.h"
#include "recover/dump_model.h"
#include "recover/fixture_file.h"

namespace migext::recover {
namespace {

/// DATABASES['default']['TIME_ZONE'].
std::optional<TimeZone> StoredZone(const django::Project& project) {
  std::optional<python::Value> value = project.Setting("DATABASES");
  for (const std::string_view key : {"default", "TIME_ZONE"}) {
    if (!value || !value->Is(python::Kind::kDict)) return std::nullopt;
    value = python::Find(value->AsDict(), key);
  }
  if (!value || !value->IsStr()) return std::nullopt;
  return TimeZone::Load(std::string(value->AsStr()));
}

DumpStyle StyleOf(const django::Project& project, const DumpOptions& options) {
  DumpStyle style;
  style.format.layout = LayoutOf(options);
  style.format.use_tz = project.use_tz();
  if (style.format.use_tz) style.format.stored_zone = StoredZone(project);
  style.format.dialect = project.dialect();
  style.natural_foreign = options.natural_foreign;
  style.natural_primary = options.natural_primary;
  style.primary_keys = options.primary_keys;
  return style;
}

}  // namespace

DumpReport DumpData(const sqlite::Connection& db, const DumpSource& source,
                    const DumpOptions& options) {
  DumpNotes notes;
  notes.lines = source.models.notes();
  const DumpStyle style = StyleOf(source.project, options);
  const std::vector<const FixtureModel*> models = SelectModels(source, options, notes.lines);
  FixtureFile file(options, source.project.dialect());
  DumpReport report;
  std::vector<std::string> counts;
  for (const FixtureModel* model : models) {
    const std::int64_t before = file.objects();
    ModelDump dump(db, source, *model, style, notes);
    while (dump.Next()) dump.Append(file.BeginObject());
    const std::int64_t count = file.objects() - before;
    if (count == 0) continue;
    ++report.models;
    counts.push_back(model->label + ": " + Grouped(count));
  }
  file.Finish();
  report.objects = file.objects();
  report.lines = notes.Report();
  report.lines.insert(report.lines.end(), counts.begin(), counts.end());
  return report;
}

}  // namespace migext::recover
