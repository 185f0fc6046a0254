// enum, as a Python module.
#include "python/library.h"

namespace migext::python {

const std::string_view kEnumLibrary = R"py(
class auto:
    def __init__(self, value=None):
        self.value = value

    def __or__(self, other):
        return self

    __ror__ = __or__


class nonmember:
    def __init__(self, value):
        self.value = value


class member(nonmember):
    pass


def _is_member(name, value, ignore):
    if name.startswith("_") and name.endswith("_") or name in ignore:
        return False
    if isinstance(value, (nonmember, property, classmethod, staticmethod)) and not isinstance(value, member):
        return False
    if type(value).__name__ in ("function", "builtin_function_or_method", "property", "classmethod", "staticmethod"):
        return False
    return not hasattr(type(value), "__get__") and not isinstance(value, type)


class EnumType(type):
    @classmethod
    def __prepare__(metacls, name, bases, **kwds):
        space = _Space()
        for base in bases:
            for parent in getattr(base, "__mro__", ()):
                if "_generate_next_value_" in getattr(parent, "__dict__", {}):
                    space.generate = parent.__dict__["_generate_next_value_"]
                    break
            if space.generate is not None:
                break
        return space

    def __new__(metacls, name, bases, space, **kwds):
        ignore = space.get("_ignore_", ())
        if isinstance(ignore, str):
            ignore = ignore.replace(",", " ").split()
        members = {}
        plain = {}
        for key, value in dict(space).items():
            if _is_member(key, value, list(ignore) + ["_ignore_"]):
                members[key] = value.value if isinstance(value, member) else value
            else:
                plain[key] = value.value if isinstance(value, nonmember) else value
        cls = super().__new__(metacls, name, bases, plain, **kwds)
        cls._member_map_ = {}
        cls._value2member_map_ = {}
        cls._member_names_ = []
        cls._member_type_ = _member_type(bases)
        for key, value in members.items():
            _add(cls, key, value)
        return cls

    def __call__(cls, value, *args, **kwds):
        if args or (not cls._member_map_ and kwds) or (isinstance(value, str) and not cls._member_map_ and kwds):
            return _functional(cls, value, *args, **kwds)
        if isinstance(value, cls):
            return value
        for one in cls._member_map_.values():
            if one._value_ == value:
                return one
        missing = cls._missing_(value)
        if missing is not None:
            return missing
        raise ValueError("%r is not a valid %s" % (value, cls.__qualname__))

    def __iter__(cls):
        return iter([cls._member_map_[name] for name in cls._member_names_])

    def __reversed__(cls):
        return reversed([cls._member_map_[name] for name in cls._member_names_])

    def __len__(cls):
        return len(cls._member_names_)

    def __bool__(cls):
        return True

    def __getitem__(cls, name):
        return cls._member_map_[name]

    def __contains__(cls, value):
        if isinstance(value, cls):
            return True
        return any(one._value_ == value for one in cls._member_map_.values())

    def __getattr__(cls, name):
        if name.startswith("_"):
            raise AttributeError("type object '%s' has no attribute '%s'" % (cls.__name__, name))
        members = cls.__dict__.get("_member_map_", {})
        if name in members:
            return members[name]
        raise AttributeError("type object '%s' has no attribute '%s'" % (cls.__name__, name))

    def __repr__(cls):
        return "<enum %r>" % cls.__name__

    @property
    def __members__(cls):
        return dict(cls._member_map_)


EnumMeta = EnumType


class _Space(dict):
    generate = None

    def __init__(self):
        super().__init__()
        self._member_names = []
        self.values_seen = []

    def __setitem__(self, key, value):
        if key == "_generate_next_value_":
            self.generate = value
        elif _is_member(key, value, ["_ignore_"]):
            value = self.resolved(key, value)
            self._member_names.append(key)
            self.values_seen.append(value)
        super().__setitem__(key, value)

    def resolved(self, key, value):
        if isinstance(value, auto):
            return self.next_value(key)
        if isinstance(value, tuple) and any(isinstance(part, auto) for part in value):
            return tuple(self.next_value(key) if isinstance(part, auto) else part for part in value)
        return value

    def next_value(self, key):
        generate = self.generate
        if isinstance(generate, staticmethod):
            generate = generate.__func__
        if generate is None:
            generate = _next_number
        return generate(key, 1, len(self._member_names), list(self.values_seen))


def _next_number(name, start, count, last_values):
    numbers = [value for value in last_values if isinstance(value, int)]
    return max(numbers) + 1 if numbers else start


def _member_type(bases):
    for base in bases:
        for parent in getattr(base, "__mro__", ()):
            if parent in (int, str, float, bytes, tuple):
                return parent
            if parent is object or isinstance(parent, EnumType):
                continue
            if "__new__" in parent.__dict__ or "__init__" in parent.__dict__:
                return parent
    return object


def _add(cls, name, value):
    args = value if isinstance(value, tuple) else (value,)
    maker = None
    for parent in cls.__mro__:
        if "__new__" in getattr(parent, "__dict__", {}) and not (parent in (Enum, object)):
            maker = parent.__dict__["__new__"]
            break
    if isinstance(maker, staticmethod):
        maker = maker.__func__
    kind = cls._member_type_
    if maker is not None and not isinstance(maker, type(len)):
        one = maker(cls, *args)
    elif kind is object:
        one = object.__new__(cls)
    elif kind is tuple:
        one = tuple.__new__(cls, args)
    else:
        one = kind.__new__(cls, *args)
    if "_value_" not in one.__dict__:
        if kind in (int, str, float, bytes):
            one._value_ = kind(*args)
        else:
            one._value_ = value
    for known in cls._member_map_.values():
        if known._value_ == one._value_ and type(known._value_) is type(one._value_):
            cls._member_map_[name] = known
            type.__setattr__(cls, name, known)
            return
    one._name_ = name
    one.__objclass__ = cls
    one._sort_order_ = len(cls._member_names_)
    if "__init__" in dir(cls):
        one.__init__(*args)
    single = not any(parent.__name__ == "Flag" for parent in cls.__mro__) or (one._value_ > 0 and one._value_ & (one._value_ - 1) == 0)
    if single:
        cls._member_names_.append(name)
    cls._member_map_[name] = one
    type.__setattr__(cls, name, one)


def _functional(cls, name, names=(), *args, **kwds):
    if isinstance(names, str):
        names = names.replace(",", " ").split()
    if isinstance(names, dict):
        names = list(names.items())
    space = EnumType.__prepare__(name, (cls,))
    for index, one in enumerate(names):
        if isinstance(one, str):
            space[one] = auto()
        else:
            space[one[0]] = one[1]
    return type(cls)(name, (cls,), space)


class Enum(metaclass=EnumType):
    @property
    def name(self):
        return self._name_

    @property
    def value(self):
        return self._value_

    @classmethod
    def _missing_(cls, value):
        return None

    def __repr__(self):
        return "<%s.%s: %r>" % (type(self).__name__, self._name_, self._value_)

    def __str__(self):
        return "%s.%s" % (type(self).__name__, self._name_)

    def __format__(self, spec):
        return format(str(self), spec)

    def __hash__(self):
        return hash(self._name_)

    def __reduce_ex__(self, protocol):
        return (type(self), (self._value_,))


class ReprEnum(Enum):
    pass


class IntEnum(int, ReprEnum):
    def __str__(self):
        return str(self._value_)

    def __format__(self, spec):
        return format(self._value_, spec)

    def __hash__(self):
        return hash(self._value_)


class StrEnum(str, ReprEnum):
    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        return name.lower()

    def __str__(self):
        return self._value_

    def __format__(self, spec):
        return format(self._value_, spec)

    def __hash__(self):
        return hash(self._value_)


class Flag(Enum):
    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        if not last_values:
            return 1
        highest = max(last_values)
        bit = 1
        while bit <= highest:
            bit = bit << 1
        return bit

    @classmethod
    def _missing_(cls, value):
        if not isinstance(value, int):
            return None
        known = 0
        for one in cls._member_map_.values():
            known = known | one._value_
        if value < 0:
            value = known & value
        if value & ~known:
            return None
        made = object.__new__(cls) if cls._member_type_ is object else int.__new__(cls, value)
        made._value_ = value
        parts = [one._name_ for one in cls._member_map_.values() if one._value_ and value & one._value_ == one._value_]
        made._name_ = "|".join(parts) if parts else None
        return made

    def __or__(self, other):
        return type(self)(self._value_ | (other._value_ if isinstance(other, Enum) else other))

    def __and__(self, other):
        return type(self)(self._value_ & (other._value_ if isinstance(other, Enum) else other))

    def __xor__(self, other):
        return type(self)(self._value_ ^ (other._value_ if isinstance(other, Enum) else other))

    def __invert__(self):
        return type(self)(~self._value_)

    __ror__ = __or__
    __rand__ = __and__
    __rxor__ = __xor__

    def __contains__(self, other):
        return other._value_ & self._value_ == other._value_

    def __iter__(self):
        return iter([one for one in type(self) if one._value_ and one._value_ & self._value_ == one._value_])

    def __bool__(self):
        return bool(self._value_)

    def __eq__(self, other):
        if isinstance(other, Flag):
            return type(self) is type(other) and self._value_ == other._value_
        if isinstance(self, int):
            return self._value_ == other
        return NotImplemented

    def __hash__(self):
        return hash(self._value_)


class IntFlag(int, Flag):
    def __str__(self):
        return str(self._value_)


def unique(enumeration):
    repeated = [(name, one._name_) for name, one in enumeration._member_map_.items() if name != one._name_]
    if repeated:
        text = ", ".join("%s -> %s" % pair for pair in repeated)
        raise ValueError("duplicate values found in %r: %s" % (enumeration, text))
    return enumeration


def verify(*checks):
    return lambda enumeration: enumeration


def global_enum(enumeration):
    return enumeration


property = property
DynamicClassAttribute = property
)py";

}  // namespace migext::python
