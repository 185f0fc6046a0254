#include "django/dialect.h"

#include <charconv>
#include <compare>
#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace migext::django {
namespace {

struct Release {
  int major = 0;
  int minor = 0;

  auto operator<=>(const Release&) const = default;
};

std::optional<int> TakeNumber(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// "5.1.4", "6.2a1", "5": what follows the second number does not matter.
std::optional<Release> ParseRelease(std::string_view text) {
  const std::optional<int> major = TakeNumber(text);
  if (!major || (!text.empty() && text.front() != '.')) return std::nullopt;
  if (text.empty()) return Release{*major, 0};
  text.remove_prefix(1);
  const std::optional<int> minor = TakeNumber(text);
  if (!minor) return std::nullopt;
  return Release{*major, *minor};
}

/// The long-term releases end a line; their references were compared with byte for byte.
std::string_view Line(const Release& release) {
  if (release < Release{4, 0}) return "3.2";
  if (release < Release{5, 0}) return "4.2";
  if (release < Release{6, 0}) return "5.2";
  return release < Release{6, 1} ? "6.0" : "6.1";
}

/// `since` tells whether the release is as new as one, by its numbers.
template <typename Since>
void SetSchemaEditor(Dialect& dialect, Since since) {
  dialect.adds_columns = since(4, 0);
  dialect.drops_columns = since(4, 1);
  dialect.converts_deferred_sql = !since(5, 0);
  dialect.converts_added_columns = !since(5, 0);
  dialect.removed_key_leaves_none = since(5, 2);
  dialect.forgets_removed_indexes = since(5, 0);
  dialect.takes_back_deferred_unique = since(6, 1);
  dialect.finds_indexes_of_renamed_tables = since(6, 1);
  dialect.remakes_hidden_dependents = since(6, 1);
  dialect.collation_reaches_dependents = since(4, 1);
  dialect.choices_change_the_table = !since(4, 1);
  dialect.on_delete_changes_the_table = since(6, 1);
  dialect.compares_tables_of_targets = since(5, 0);
  dialect.renames_from_new_state = since(5, 0);
  dialect.compares_written_together = since(5, 1);
  dialect.marks_no_ops = since(4, 1);
  dialect.warns_of_python_below = since(4, 1);
  dialect.alters_both_keys_of_throughs = since(4, 1);
  dialect.names_missing_tables = !since(4, 0);
  dialect.copies_renamed_throughs = since(4, 2);
  dialect.sorts_content_types = since(6, 0);
  dialect.warns_of_stale_content_types = since(6, 1);
  dialect.renames_permissions = since(6, 1);
  dialect.quantizes_decimals = !since(5, 0);
  dialect.compares_booleans = since(6, 1);
  dialect.decimal_cast = since(6, 1) ? "REAL" : "NUMERIC";
  dialect.wraps_values = !since(5, 0);
  dialect.nests_casts = since(5, 0);
  dialect.counts_exclusive_or = since(5, 0);
  dialect.right_has_length = since(5, 0);
  dialect.types_json_keys = since(4, 0);
  dialect.nests_concat = since(5, 0);
}

template <typename Since>
void SetFixtures(Dialect& dialect, Since since) {
  dialect.json_ends_with_line_feed = since(6, 0);
  dialect.empty_natural_keys_do_not_count = since(6, 1);
  dialect.reads_iso_formats = since(4, 0);
  dialect.reads_stored_decimals_exactly = since(6, 1);
}

template <typename Since>
void SetReductions(Reductions& reductions, Since since) {
  reductions.renames_guard_old_names = since(4, 0);
  reductions.renames_keep_columns = since(4, 1);
  reductions.together_pass_each_other = since(4, 1);
  reductions.managers = since(4, 1);
  reductions.indexes = since(4, 2);
  reductions.unnamed_indexes = since(4, 2) && !since(5, 1);
  reductions.constraints = since(5, 1);
  reductions.tables = since(5, 2);
  reductions.altered_constraints = since(6, 0);
  reductions.repeated = since(5, 0);
  reductions.generated_fields_count = since(6, 0);
  reductions.preserve_default_stays = since(6, 0);
}

template <typename Since>
void SetWriter(Dialect& dialect, Since since) {
  dialect.sorts_written_lines = since(5, 0);
  dialect.sorts_sets = since(5, 1);
  dialect.writes_elidable = since(6, 1);
  dialect.writes_partial_as_call = since(6, 0);
  dialect.writes_through_fields = since(5, 2);
  dialect.writes_bare_utc = !since(4, 0);
  dialect.writes_empty_fields = !since(4, 0);
  dialect.negation_wraps_q = !since(4, 2);
  dialect.json_functions_have_module = since(5, 2);
  dialect.names_all_operations = since(4, 0);
  dialect.writes_keyword_only = since(5, 2);
  dialect.normalizes_choices = since(5, 0);
  dialect.names_none_type = since(5, 0);
}

}  // namespace

Dialect DialectFor(std::string_view version) {
  const std::optional<Release> release = ParseRelease(Trim(version));
  if (!release) {
    throw Error("'" + std::string(version) + "' is no Django version; write it like '5.2'");
  }
  if (*release < Release{3, 2}) {
    throw Error("Django " + std::string(Trim(version)) +
                " is not supported; the oldest version that is known is 3.2");
  }
  const auto since = [&](int major, int minor) { return *release >= Release{major, minor}; };

  Dialect dialect;
  dialect.version = Line(*release);
  dialect.marks_unrecorded_squashes = since(4, 0);
  dialect.unique_expressions = since(4, 0);
  dialect.rename_index = since(4, 1);
  dialect.keys_inherit_collation = since(4, 1);
  dialect.table_comments = since(4, 2);
  dialect.use_tz_by_default = since(5, 0);
  dialect.db_default = since(5, 0);
  dialect.autodetector_sorts_with_graphlib = since(5, 0);
  dialect.nulls_distinct = since(5, 0);
  dialect.operation_categories = since(5, 1);
  dialect.condition_keyword = since(5, 1);
  dialect.index_together = !since(5, 1);
  dialect.alter_constraint = since(5, 2);
  dialect.composite_primary_key = since(5, 2);
  dialect.char_without_length = since(5, 2);
  dialect.big_auto_field_by_default = since(6, 0);
  dialect.nested_squashes = since(6, 0);
  dialect.records_squash_with_its_parts = since(6, 0);
  dialect.replaced_names_are_targets = since(6, 0);
  dialect.check_keyword = !since(6, 0);
  dialect.db_persist_in_signature = since(6, 0);
  dialect.database_on_delete = since(6, 1);
  SetSchemaEditor(dialect, since);
  SetFixtures(dialect, since);
  SetReductions(dialect.reductions, since);
  SetWriter(dialect, since);
  return dialect;
}

}  // namespace migext::django
