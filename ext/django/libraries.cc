#include "django/libraries.h"

#include <array>

namespace migext::django {
namespace {

// Choices: members with a label.  Mirrors django.db.models.enums.
constexpr std::string_view kEnums = R"py(
import enum


def _split(name, value):
    if isinstance(value, (list, tuple)) and len(value) > 1 and isinstance(value[-1], str):
        rest = value[:-1]
        return (rest[0] if len(rest) == 1 else tuple(rest)), value[-1]
    return value, name.replace("_", " ").title()


class ChoicesType(enum.EnumMeta):
    def __new__(metacls, name, bases, namespace, **options):
        labels = []
        for key in namespace._member_names:
            value, label = _split(key, namespace[key])
            labels.append(label)
            dict.__setitem__(namespace, key, value)
        cls = super().__new__(metacls, name, bases, namespace, **options)
        for member, label in zip(cls.__members__.values(), labels):
            member._label_ = label
        return cls

    @property
    def names(cls):
        empty = ["__empty__"] if hasattr(cls, "__empty__") else []
        return empty + [member.name for member in cls]

    @property
    def choices(cls):
        empty = [(None, cls.__empty__)] if hasattr(cls, "__empty__") else []
        return empty + [(member.value, member.label) for member in cls]

    @property
    def labels(cls):
        return [label for _, label in cls.choices]

    @property
    def values(cls):
        return [value for value, _ in cls.choices]


class Choices(enum.Enum, metaclass=ChoicesType):
    @property
    def label(self):
        return self._label_

    def __str__(self):
        return str(self.value)


class IntegerChoices(int, Choices):
    pass


class TextChoices(str, Choices):
    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        return name
)py";

constexpr std::string_view kDeconstruct = R"py(
def deconstructible(*args, path=None):
    return args[0] if args else lambda cls: cls
)py";

constexpr std::string_view kTranslation = R"py(
def gettext(message):
    return message


gettext_lazy = gettext_noop = gettext


def pgettext(context, message):
    return message


pgettext_lazy = pgettext


def ngettext(singular, plural, number=None):
    return singular if number == 1 else plural


ngettext_lazy = ngettext


def npgettext(context, singular, plural, number=None):
    return ngettext(singular, plural, number)


npgettext_lazy = npgettext
)py";

constexpr std::string_view kEncoding = R"py(
def force_str(s, *args, **kwargs):
    return s


smart_str = force_str
)py";

constexpr std::string_view kSafeString = R"py(
def mark_safe(s):
    return s
)py";

// What a setting is when the project does not set it: of those with a plain value that is the same
// in all versions, the ones that models and migrations are likely to ask for.
constexpr std::string_view kGlobalSettings = R"py(
ALLOWED_HOSTS = []
APPEND_SLASH = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2621440
DATETIME_FORMAT = "N j, Y, P"
DATE_FORMAT = "N j, Y"
DEBUG = False
DECIMAL_SEPARATOR = "."
DEFAULT_CHARSET = "utf-8"
DEFAULT_FROM_EMAIL = "webmaster@localhost"
DEFAULT_INDEX_TABLESPACE = ""
DEFAULT_TABLESPACE = ""
EMAIL_HOST = "localhost"
EMAIL_PORT = 25
FILE_UPLOAD_MAX_MEMORY_SIZE = 2621440
FILE_UPLOAD_PERMISSIONS = 0o644
FILE_UPLOAD_TEMP_DIR = None
FIRST_DAY_OF_WEEK = 0
FIXTURE_DIRS = []
LANGUAGE_CODE = "en-us"
LOCALE_PATHS = []
LOGIN_REDIRECT_URL = "/accounts/profile/"
LOGIN_URL = "/accounts/login/"
LOGOUT_REDIRECT_URL = None
MEDIA_ROOT = ""
MEDIA_URL = ""
NUMBER_GROUPING = 0
SECRET_KEY = ""
SERVER_EMAIL = "root@localhost"
SESSION_COOKIE_AGE = 1209600
SESSION_COOKIE_NAME = "sessionid"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
STATICFILES_DIRS = []
STATIC_ROOT = None
STATIC_URL = None
THOUSAND_SEPARATOR = ","
TIME_FORMAT = "P"
TIME_ZONE = "America/Chicago"
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
)py";

// What a name of the environment holds is unknown; only defaults can be told.
constexpr std::string_view kEnvironment = R"py(
import environment


NOTSET = object()


def value_of(name, default=NOTSET):
    return getattr(environment, name) if default is NOTSET else default


def database(url):
    if not isinstance(url, str):
        return url
    scheme, _, path = url.partition("://")
    engines = {"sqlite": "sqlite3", "postgres": "postgresql", "mysql": "mysql", "oracle": "oracle"}
    if scheme == "sqlite":
        name = path[1:] if path.startswith("/") else path or ":memory:"
    else:
        name = path.rpartition("/")[2].partition("?")[0]
    return {"ENGINE": "django.db.backends." + engines.get(scheme, scheme), "NAME": name}
)py";

// django-environ
constexpr std::string_view kEnviron = R"py(
from migext_environment import NOTSET, database, value_of


class Path:
    def __new__(cls, start="", *paths, **options):
        import os
        return os.path.join(start, *paths)


class Env:
    NOTSET = NOTSET

    def __init__(self, **scheme):
        self.scheme = scheme

    def __call__(self, var, cast=None, default=NOTSET, parse_default=False):
        if default is NOTSET and isinstance(self.scheme.get(var), tuple):
            default = self.scheme[var][-1]
        return value_of(var, default)

    def _typed(self, var, default=NOTSET, *args, **options):
        return self(var, default=default)

    str = bool = int = float = json = list = tuple = dict = url = path = bytes = _typed
    cache = cache_url = search_url = email = email_url = channels = channels_url = _typed

    def db(self, var="DATABASE_URL", default=NOTSET, engine=None):
        return database(self(var, default=default))

    db_url = db

    @classmethod
    def read_env(cls, *args, **options):
        pass


FileAwareEnv = Env
)py";

// python-decouple
constexpr std::string_view kDecouple = R"py(
from migext_environment import NOTSET, value_of


class Csv:
    def __init__(self, cast=str, delimiter=",", strip=" ", post_process=list):
        self.cast, self.delimiter, self.strip, self.finish = cast, delimiter, strip, post_process

    def __call__(self, value):
        if not isinstance(value, str):
            return value
        parts = [part.strip(self.strip) for part in value.split(self.delimiter)]
        return self.finish(self.cast(part) for part in parts if part)


class Choices:
    def __init__(self, *args, **options):
        pass

    def __call__(self, value):
        return value


class AutoConfig:
    def __init__(self, *args, **options):
        pass

    def __call__(self, option, default=NOTSET, cast=None):
        value = value_of(option, default)
        return cast(value) if isinstance(cast, Csv) else value


Config = RepositoryEnv = RepositoryIni = AutoConfig
config = AutoConfig()
)py";

constexpr std::string_view kDjDatabaseUrl = R"py(
from migext_environment import database, value_of


def parse(url, *args, **options):
    return database(url)


def config(env="DATABASE_URL", default=None, *args, **options):
    return database(default) if default else value_of(env)
)py";

constexpr std::array<Library, 10> kLibraries = {{{"django.conf.global_settings", kGlobalSettings},
                                                 {"django.db.models.enums", kEnums},
                                                 {"django.utils.deconstruct", kDeconstruct},
                                                 {"django.utils.translation", kTranslation},
                                                 {"django.utils.encoding", kEncoding},
                                                 {"django.utils.safestring", kSafeString},
                                                 {"migext_environment", kEnvironment},
                                                 {"environ", kEnviron},
                                                 {"decouple", kDecouple},
                                                 {"dj_database_url", kDjDatabaseUrl}}};

}  // namespace

std::span<const Library> Libraries() { return kLibraries; }

}  // namespace migext::django
