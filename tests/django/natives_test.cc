#include "django/natives.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace migext::django {
namespace {

class NoModules : public python::ModuleFinder {
 public:
  std::optional<python::FoundModule> FindModule(const std::string&) override {
    return std::nullopt;
  }
  bool IsProjectPackage(std::string_view) override { return false; }
};

class NativesTest : public testing::Test {
 protected:
  NativesTest() { DefineDjango(python, {5, 2, "5.2.10"}); }

  /// repr(x) after running the text.
  std::string Run(const std::string& text) {
    try {
      const python::Value module = python.Run("m", {"m.py", text});
      return python::Repr(*python::FindAttribute(module, "x"));
    } catch (const Error& error) {
      return error.message();
    }
  }

  NoModules finder;
  python::Interpreter python{finder};
};

TEST_F(NativesTest, VersionCanBeAskedFor) {
  EXPECT_EQ(Run("import django\nx = django.VERSION >= (5, 0)"), "True");
  EXPECT_EQ(Run("from django import VERSION\nx = VERSION[:2]"), "(5, 2)");
  EXPECT_EQ(Run("import django\nx = django.get_version()"), "'5.2.10'");
}

TEST_F(NativesTest, TranslatedTextsAreTheirText) {
  EXPECT_EQ(Run("from django.utils.translation import gettext_lazy as _\nx = _('Author').lower()"),
            "'author'");
  EXPECT_EQ(Run("from django.utils import translation\nx = translation.pgettext('a', 'b')"), "'b'");
  EXPECT_EQ(Run("from django.utils.translation import ngettext\nx = ngettext('a', 'b', 2)"), "'b'");
  EXPECT_EQ(Run("from django.utils.translation import get_language\nx = get_language"),
            "django.utils.translation.get_language");
}

TEST_F(NativesTest, ChoicesHaveLabels) {
  const std::string status =
      "from django.db import models\n"
      "class Status(models.TextChoices):\n    DRAFT = 'd', 'A draft'\n    IN_REVIEW = 'r'\n";

  EXPECT_EQ(Run(status + "x = Status.choices"), "[('d', 'A draft'), ('r', 'In Review')]");
  EXPECT_EQ(Run(status + "x = Status.labels, Status.values, Status.names"),
            "(['A draft', 'In Review'], ['d', 'r'], ['DRAFT', 'IN_REVIEW'])");
  EXPECT_EQ(Run(status + "x = Status.DRAFT.label, Status.DRAFT == 'd', str(Status.DRAFT)"),
            "('A draft', True, 'd')");
}

TEST_F(NativesTest, IntegerChoicesMayHaveAnEmptyLabel) {
  const std::string size =
      "from django.db.models import IntegerChoices\n"
      "class Size(IntegerChoices):\n    S = 1\n    XL = 2, 'Extra'\n    __empty__ = '(none)'\n";

  EXPECT_EQ(Run(size + "x = Size.choices"), "[(None, '(none)'), (1, 'S'), (2, 'Extra')]");
  EXPECT_EQ(Run(size + "x = Size.XL + 1"), "3");
}

TEST_F(NativesTest, ANameThatDjangoLacksIsAnErrorInPythonsWords) {
  EXPECT_EQ(Run("from django.db import models\nx = models.NoSuchField()"),
            "AttributeError: module 'django.db.models' has no attribute 'NoSuchField'");
  EXPECT_EQ(
      Run("from django.db.models import NoSuchField\nx = 1"),
      "ImportError: cannot import name 'NoSuchField' from 'django.db.models' (unknown location)");
  EXPECT_EQ(Run("from django.utils.translation import ugettext_lazy\nx = 1"),
            "ImportError: cannot import name 'ugettext_lazy' from 'django.utils.translation' "
            "(unknown location)");
}

TEST_F(NativesTest, AMigrationMayCatchWhatDjangoLacks) {
  EXPECT_EQ(Run("try:\n    from django.db.models import NoSuchField as F\n"
                "except ImportError:\n    from django.db.models import TextField as F\nx = F"),
            "django.db.models.TextField");
  EXPECT_EQ(
      Run("from django.db import models\nx = hasattr(models, 'JSONField'), hasattr(models, 'No')"),
      "(True, False)");
}

TEST_F(NativesTest, SettingsAreValuesButSwappableOnesStaySymbols) {
  Settings settings;
  settings.values = {{"DEBUG", python::Value::Bool(true)},
                     {"AUTH_USER_MODEL", python.MakeStr("shop.Customer")},
                     {"CART_MODEL", python.MakeStr("shop.Cart")}};
  DefineSettings(python, settings);

  EXPECT_EQ(Run("from django.conf import settings\nx = settings.DEBUG"), "True");
  EXPECT_EQ(Run("from django.conf import settings\nx = settings.AUTH_USER_MODEL"),
            "django.conf.settings.AUTH_USER_MODEL");
  EXPECT_EQ(Run("from django.conf import settings\nx = settings.CART_MODEL"),
            "django.conf.settings.CART_MODEL");
  EXPECT_EQ(Run("from django.contrib.auth import get_user_model\nx = get_user_model()"),
            "django.conf.settings.AUTH_USER_MODEL");
}

TEST_F(NativesTest, SettingsLeftOutHaveDjangosDefaults) {
  Settings settings;
  settings.module = "site.settings";
  settings.values = {{"MEDIA_ROOT", python.MakeStr("/srv/media")}};
  DefineSettings(python, settings);

  EXPECT_EQ(Run("from django.conf import settings\n"
                "x = settings.LANGUAGE_CODE, settings.MEDIA_ROOT, settings.STATIC_URL"),
            "('en-us', '/srv/media', None)");
  EXPECT_EQ(Run("from django.conf import settings\nx = settings.SHOP_CURRENCY"),
            "django.conf.settings.SHOP_CURRENCY");
}

TEST_F(NativesTest, AFieldOfTheProjectReachesTheMethodsOfDjangosClass) {
  EXPECT_EQ(Run("from django.db import models\n"
                "class Upper(models.CharField):\n"
                "    def get_prep_value(self, value):\n"
                "        return super().get_prep_value(value).upper()\n"
                "x = Upper().get_prep_value('abc'), Upper().get_prep_value(1.5)"),
            "('ABC', '1.5')");
}

TEST_F(NativesTest, SettingsThatCouldNotBeReadHaveNoDefaults) {
  DefineSettings(python, {});

  EXPECT_EQ(Run("from django.conf import settings\nx = settings.LANGUAGE_CODE"),
            "django.conf.settings.LANGUAGE_CODE");
}

TEST_F(NativesTest, DeconstructibleLeavesTheClassAsItIs) {
  EXPECT_EQ(Run("from django.utils.deconstruct import deconstructible\n"
                "@deconstructible\nclass A:\n    b = 1\n"
                "@deconstructible(path='m.C')\nclass C:\n    b = 2\nx = A().b, C().b"),
            "(1, 2)");
}

}  // namespace
}  // namespace migext::django
