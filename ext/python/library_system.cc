// os, os.path, pathlib, typing and small modules, as Python modules.
#include "python/library.h"

namespace migext::python {

const std::string_view kOsPathLibrary = R"py(
sep = "/"


def join(first, *parts):
    path = str(first)
    for part in parts:
        part = str(part)
        path = part if part.startswith("/") else path + part if not path or path.endswith("/") else path + "/" + part
    return path


def split(path):
    head, mark, tail = str(path).rpartition("/")
    return (head or mark, tail)


def dirname(path):
    return split(path)[0]


def basename(path):
    return split(path)[1]


def splitext(path):
    head, tail = split(path)
    stem, dot, extension = tail.rpartition(".")
    if not stem.strip("."):
        return (str(path), "")
    return (str(path)[:-len(extension) - 1], dot + extension)


def isabs(path):
    return str(path).startswith("/")


def normpath(path):
    path = str(path)
    parts = []
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", ".") and not (part == ".." and path.startswith("/")):
            parts.append(part)
    return ("/" if path.startswith("/") else "") + "/".join(parts) or "."


abspath = realpath = normpath


def expanduser(path):
    return path


expandvars = normcase = expanduser


def relpath(path, start="."):
    return str(path)


def exists(path):
    return False


isfile = isdir = islink = lexists = exists


def commonprefix(paths):
    low, high = min(paths), max(paths)
    for index, letter in enumerate(low):
        if letter != high[index]:
            return low[:index]
    return low
)py";

const std::string_view kOsLibrary = R"py(
import os.path as path

environ = {}
name = "posix"
sep = "/"
linesep = "\n"
pathsep = ":"
devnull = "/dev/null"


def getenv(key, default=None):
    return default


def putenv(key, value):
    pass


def getcwd():
    return "/"


def fspath(value):
    return str(value)


def listdir(path="."):
    raise FileNotFoundError("[Errno 2] No such file or directory: %r" % str(path))


scandir = listdir


def walk(top, *args, **kwargs):
    return iter([])


def makedirs(*args, **kwargs):
    pass


mkdir = chdir = makedirs


def cpu_count():
    return 1


def getpid():
    return 1
)py";

const std::string_view kPathlibLibrary = R"py(
import os.path


class PurePath:
    def __init__(self, *parts):
        text = os.path.join(*[str(part) for part in parts]) if parts else "."
        pieces = [piece for piece in text.split("/") if piece not in ("", ".")]
        self._text = ("/" if text.startswith("/") else "") + "/".join(pieces) or "."

    def _new(self, text):
        return type(self)(text)

    def __str__(self):
        return self._text

    def __fspath__(self):
        return self._text

    def __repr__(self):
        return "PosixPath(%r)" % self._text

    def __truediv__(self, other):
        return type(self)(self._text, other)

    def __rtruediv__(self, other):
        return type(self)(other, self._text)

    def __eq__(self, other):
        return isinstance(other, PurePath) and self._text == other._text

    def __lt__(self, other):
        return self._text < other._text

    def __hash__(self):
        return hash(self._text)

    @property
    def parts(self):
        head = ("/",) if self._text.startswith("/") else ()
        return head + tuple(piece for piece in self._text.split("/") if piece not in ("", "."))

    @property
    def name(self):
        return os.path.basename(self._text) if self._text != "." else ""

    @property
    def stem(self):
        return os.path.splitext(self.name)[0]

    @property
    def suffix(self):
        return os.path.splitext(self.name)[1]

    @property
    def parent(self):
        return self._new(os.path.dirname(self._text) or ("." if self._text != "/" else "/"))

    @property
    def parents(self):
        found, path = [], self
        while path.parent != path:
            path = path.parent
            found.append(path)
        return found

    def joinpath(self, *parts):
        return type(self)(self._text, *parts)

    def with_name(self, name):
        return self.parent / name

    def with_suffix(self, suffix):
        return self.parent / (self.stem + suffix)

    def is_absolute(self):
        return self._text.startswith("/")

    def as_posix(self):
        return self._text

    def relative_to(self, other):
        head = str(other).rstrip("/") + "/"
        if not self._text.startswith(head):
            raise ValueError("%r is not in the subpath of %r" % (self._text, str(other)))
        return self._new(self._text[len(head):])


class Path(PurePath):
    def resolve(self, strict=False):
        return self._new(os.path.normpath(self._text))

    def absolute(self):
        return self

    expanduser = absolute

    @classmethod
    def cwd(cls):
        return cls("/")

    home = cwd

    def exists(self):
        return False

    is_file = is_dir = exists

    def open(self, *args, **kwargs):
        raise FileNotFoundError("[Errno 2] No such file or directory: %r" % self._text)

    read_text = read_bytes = stat = open

    def mkdir(self, *args, **kwargs):
        pass

    def glob(self, pattern):
        return iter([])

    rglob = iterdir = glob


PurePosixPath = PurePath
PosixPath = Path
)py";

const std::string_view kTypingLibrary = R"py(
import collections

TYPE_CHECKING = False


class Generic:
    def __class_getitem__(cls, item):
        return cls


class Protocol(Generic):
    pass


class TypedDict(dict):
    pass


class _NamedTupleMeta(type):
    def __new__(metacls, name, bases, space):
        if not bases or bases == (tuple,):
            return super().__new__(metacls, name, bases, space)
        fields = list(space.get("__annotations__", {}))
        made = collections.namedtuple(name, fields, defaults=[space[one] for one in fields if one in space])
        for key, value in space.items():
            if key not in fields and key != "__annotations__":
                setattr(made, key, value)
        return made

    def __call__(cls, typename, fields=()):
        return collections.namedtuple(typename, [name for name, kind in fields])


class NamedTuple(tuple, metaclass=_NamedTupleMeta):
    pass


def cast(kind, value):
    return value


def overload(function):
    return function


final = override = runtime_checkable = no_type_check = overload


def NewType(name, kind):
    return kind


def get_type_hints(value, *args, **kwargs):
    return getattr(value, "__annotations__", {})
)py";

const std::string_view kSmallLibraries[] = {
    "abc", R"py(
class ABCMeta(type):
    def register(cls, other):
        return other


class ABC(metaclass=ABCMeta):
    pass


def abstractmethod(function):
    return function


abstractproperty = property
)py", "copy",     R"py(
def copy(value):
    if isinstance(value, (list, dict, set)) and type(value) in (list, dict, set):
        return value.copy()
    if hasattr(value, "__copy__"):
        return value.__copy__()
    return value


def deepcopy(value, memo=None):
    if type(value) is list:
        return [deepcopy(item) for item in value]
    if type(value) is tuple:
        return tuple([deepcopy(item) for item in value])
    if type(value) is dict:
        return {deepcopy(key): deepcopy(item) for key, item in value.items()}
    if type(value) is set:
        return set(value)
    return value
)py", "logging", R"py(
DEBUG, INFO, WARNING, ERROR, CRITICAL = 10, 20, 30, 40, 50


class Logger:
    def __init__(self, name="root"):
        self.name = name

    def info(self, *args, **kwargs):
        pass

    debug = warning = error = exception = critical = log = setLevel = addHandler = addFilter = info


def getLogger(name="root"):
    return Logger(name)


def info(*args, **kwargs):
    pass


debug = warning = error = exception = critical = basicConfig = captureWarnings = disable = info
)py", "math",     R"py(
pi, e, tau, inf, nan = 3.141592653589793, 2.718281828459045, 6.283185307179586, float("inf"), float("nan")


def floor(value):
    whole = int(value)
    return whole - 1 if value < whole else whole


def ceil(value):
    return -floor(-value)


def trunc(value):
    return int(value)


def sqrt(value):
    if value < 0:
        raise ValueError("math domain error")
    return float(value) ** 0.5


def gcd(*values):
    total = 0
    for value in values:
        value = abs(value)
        while value:
            total, value = value, total % value
    return total


def prod(values, *, start=1):
    for value in values:
        start = start * value
    return start


def factorial(number):
    return prod(range(1, number + 1))


def fabs(value):
    return abs(float(value))


def isnan(value):
    return value != value


def isinf(value):
    return value in (inf, -inf)


def pow(value, power):
    return float(value) ** power
)py", "string", R"py(
ascii_lowercase = "abcdefghijklmnopqrstuvwxyz"
ascii_uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ascii_letters = ascii_lowercase + ascii_uppercase
digits = "0123456789"
hexdigits = digits + "abcdefABCDEF"
octdigits = "01234567"
punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
whitespace = " \t\n\r\v\f"
printable = digits + ascii_letters + punctuation + whitespace


def capwords(text, sep=None):
    return (sep or " ").join([word.capitalize() for word in text.split(sep)])
)py",
    "sys", R"py(
import collections

version_info = collections.namedtuple("version_info", "major minor micro releaselevel serial")(3, 12, 0, "final", 0)
version = "3.12.0"
path = []
argv = [""]
modules = {}
platform = "linux"
maxsize = 9223372036854775807
executable = ""
byteorder = "little"


def getrecursionlimit():
    return 1000


def setrecursionlimit(limit):
    pass


def exit(code=None):
    raise SystemExit(code)


def intern(text):
    return text
)py", "textwrap", R"py(
def dedent(text):
    lines = [line if line.strip() else "" for line in text.split("\n")]
    margin = None
    for line in lines:
        if not line:
            continue
        indent = line[:len(line) - len(line.lstrip(" \t"))]
        if margin is None:
            margin = indent
        while not indent.startswith(margin):
            margin = margin[:-1]
    return "\n".join([line[len(margin or ""):] for line in lines])


def indent(text, prefix):
    return "".join([prefix + line if line.strip() else line for line in text.splitlines(True)])
)py", "types",   R"py(
class SimpleNamespace:
    def __init__(self, **kwargs):
        for name, value in kwargs.items():
            setattr(self, name, value)

    def __repr__(self):
        return "namespace(%s)" % ", ".join(["%s=%r" % pair for pair in self.__dict__.items()])


def MappingProxyType(mapping):
    return mapping


def _function():
    yield


FunctionType = LambdaType = type(_function)
GeneratorType = type(_function())
BuiltinFunctionType = type(len)
NoneType = type(None)
MethodType = type(SimpleNamespace().__init__)
DynamicClassAttribute = property
)py", "warnings", R"py(
def warn(*args, **kwargs):
    pass


filterwarnings = simplefilter = warn_explicit = resetwarnings = warn


class catch_warnings:
    def __init__(self, **kwargs):
        pass

    def __enter__(self):
        return []

    def __exit__(self, *args):
        return None
)py", "",       "",
};

}  // namespace migext::python
