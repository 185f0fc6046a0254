#include "django/exports.h"

#include <algorithm>
#include <array>
#include <string>

namespace migext::django {
namespace {

/// A name that some supported versions have and others lack.
struct Changed {
  std::string_view module;
  std::string_view name;
  int since_major = 0;  ///< 0: always was.
  int since_minor = 0;
  int until_major = 0;  ///< The first version without it; 0: still is.
};

constexpr std::string_view kModels = "django.db.models";
constexpr std::string_view kMigrations = "django.db.migrations";

/// Of these two modules all names are known.
constexpr std::string_view kModelsNames =
    " Aggregate AutoField Avg BLANK_CHOICE_DASH BigAutoField BigIntegerField BinaryField "
    "BooleanField CASCADE Case CharField CheckConstraint Choices CommaSeparatedIntegerField Count "
    "DEFERRED DO_NOTHING DateField DateTimeField DecimalField Deferrable DurationField EmailField "
    "Empty Exists Expression ExpressionList ExpressionWrapper F Field FileField FilePathField "
    "FilteredRelation FloatField ForeignKey ForeignObject ForeignObjectRel Func "
    "GenericIPAddressField IPAddressField ImageField Index IntegerChoices IntegerField JSONField "
    "Lookup Manager ManyToManyField ManyToManyRel ManyToOneRel Max Min Model NOT_PROVIDED "
    "NullBooleanField ObjectDoesNotExist OneToOneField OneToOneRel OrderBy OrderWrt OuterRef "
    "PROTECT "
    "PositiveBigIntegerField PositiveIntegerField PositiveSmallIntegerField Prefetch "
    "ProtectedError "
    "Q QuerySet RESTRICT RestrictedError RowRange SET SET_DEFAULT SET_NULL SlugField "
    "SmallAutoField "
    "SmallIntegerField StdDev Subquery Sum TextChoices TextField TimeField Transform URLField "
    "UUIDField UniqueConstraint Value ValueRange Variance When Window WindowFrame aggregates base "
    "constants constraints deletion enums expressions fields functions indexes lookups manager "
    "options prefetch_related_objects query query_utils signals sql utils ";
constexpr std::string_view kMigrationsNames =
    " AddConstraint AddField AddIndex AlterField AlterIndexTogether AlterModelManagers "
    "AlterModelOptions AlterModelTable AlterOrderWithRespectTo AlterUniqueTogether CreateModel "
    "DeleteModel Migration RemoveConstraint RemoveField RemoveIndex RenameField RenameModel "
    "RunPython RunSQL SeparateDatabaseAndState autodetector exceptions executor graph loader "
    "migration operations optimizer questioner recorder serializer state swappable_dependency "
    "utils "
    "writer ";

constexpr std::string_view kTranslation = "django.utils.translation";
constexpr std::string_view kEncoding = "django.utils.encoding";

constexpr std::array<Changed, 33> kChanged = {{
    {kModels, "AnyValue", 6, 0, 0},
    {kModels, "BLANK_CHOICE_LABEL", 6, 1, 0},
    {kModels, "BaseConstraint", 4, 1, 0},
    {kModels, "BitAnd", 6, 1, 0},
    {kModels, "BitOr", 6, 1, 0},
    {kModels, "BitXor", 6, 1, 0},
    {kModels, "CompositePrimaryKey", 5, 2, 0},
    {kModels, "DB_CASCADE", 6, 1, 0},
    {kModels, "DB_SET_DEFAULT", 6, 1, 0},
    {kModels, "DB_SET_NULL", 6, 1, 0},
    {kModels, "FETCH_ONE", 6, 1, 0},
    {kModels, "FETCH_PEERS", 6, 1, 0},
    {kModels, "FETCH_RAISE", 6, 1, 0},
    {kModels, "GeneratedField", 5, 0, 0},
    {kModels, "JSONNull", 6, 1, 0},
    {kModels, "StringAgg", 6, 0, 0},
    {kModels, "WindowFrameExclusion", 5, 1, 0},
    {kModels, "aprefetch_related_objects", 5, 0, 0},
    {kModels, "fetch_modes", 6, 1, 0},
    {kMigrations, "AlterConstraint", 5, 2, 0},
    {kMigrations, "AlterModelTableComment", 4, 2, 0},
    {kMigrations, "RenameIndex", 4, 1, 0},
    {kTranslation, "ugettext", 0, 0, 4},
    {kTranslation, "ugettext_lazy", 0, 0, 4},
    {kTranslation, "ugettext_noop", 0, 0, 4},
    {kTranslation, "ungettext", 0, 0, 4},
    {kTranslation, "ungettext_lazy", 0, 0, 4},
    {kEncoding, "force_text", 0, 0, 4},
    {kEncoding, "smart_text", 0, 0, 4},
    // Gone before 3.2, but old migrations may still ask for them.
    {kEncoding, "python_2_unicode_compatible", 0, 0, 3},
    {"django.utils", "six", 0, 0, 3},
    {"django.utils.timezone", "utc", 0, 0, 5},
    {"django.db.models", "permalink", 0, 0, 3},
}};

bool IsListed(std::string_view names, std::string_view name) {
  return names.find(" " + std::string(name) + " ") != std::string_view::npos;
}

}  // namespace

bool LacksName(const Version& version, std::string_view module, std::string_view name) {
  if (name.starts_with('_')) return false;
  const auto changed = std::find_if(kChanged.begin(), kChanged.end(), [&](const Changed& entry) {
    return entry.module == module && entry.name == name;
  });
  if (changed != kChanged.end()) {
    const Version since{changed->since_major, changed->since_minor, {}};
    const bool is_gone = changed->until_major != 0 && version.major >= changed->until_major;
    return since.IsNewerThan(version) || is_gone;
  }
  if (module == kModels) return !IsListed(kModelsNames, name);
  if (module == kMigrations) return !IsListed(kMigrationsNames, name);
  return false;
}

}  // namespace migext::django
