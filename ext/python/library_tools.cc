// functools, itertools, collections, contextlib and dataclasses, as Python modules.
#include "python/library.h"

namespace migext::python {

const std::string_view kFunctoolsLibrary = R"py(
class partial:
    def __init__(self, func, *args, **keywords):
        self.func, self.args, self.keywords = func, args, keywords

    def __call__(self, *args, **keywords):
        return self.func(*self.args, *args, **{**self.keywords, **keywords})


class partialmethod(partial):
    def __get__(self, owner, cls=None):
        return self if owner is None else partial(self.func, owner, *self.args, **self.keywords)


class cached_property:
    def __init__(self, func):
        self.func = func
        self.name = func.__name__

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, owner, cls=None):
        if owner is None:
            return self
        value = self.func(owner)
        owner.__dict__[self.name] = value
        return value


def reduce(function, sequence, *initial):
    items = iter(sequence)
    if initial:
        total = initial[0]
    else:
        total = next(items, reduce)
        if total is reduce:
            raise TypeError("reduce() of empty iterable with no initial value")
    for item in items:
        total = function(total, item)
    return total


def update_wrapper(wrapper, wrapped, *args, **kwargs):
    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        if hasattr(wrapped, name):
            setattr(wrapper, name, getattr(wrapped, name))
    wrapper.__wrapped__ = wrapped
    return wrapper


def wraps(wrapped, *args, **kwargs):
    return lambda wrapper: update_wrapper(wrapper, wrapped)


def lru_cache(maxsize=128, typed=False):
    return maxsize if callable(maxsize) else lambda function: function


def cache(function):
    return function


singledispatch = cache


def cmp_to_key(compare):
    class Key:
        def __init__(self, value):
            self.value = value

        def __lt__(self, other):
            return compare(self.value, other.value) < 0

    return Key


def total_ordering(cls):
    if "__lt__" in cls.__dict__:
        cls.__gt__ = lambda self, other: not (self < other or self == other)
        cls.__le__ = lambda self, other: self < other or self == other
        cls.__ge__ = lambda self, other: not self < other
    return cls
)py";

const std::string_view kItertoolsLibrary = R"py(
class chain:
    def __init__(self, *iterables):
        self.items = (item for iterable in iterables for item in iterable)

    @classmethod
    def from_iterable(cls, iterables):
        return (item for iterable in iterables for item in iterable)

    def __iter__(self):
        return self.items

    def __next__(self):
        return next(self.items)


def count(start=0, step=1):
    while True:
        yield start
        start += step


def cycle(iterable):
    items = list(iterable)
    while items:
        yield from items


def repeat(value, times=None):
    while times is None or times > 0:
        yield value
        if times is not None:
            times -= 1


def islice(iterable, *bounds):
    window = slice(*bounds)
    start, stop, step = window.start or 0, window.stop, window.step or 1
    if stop is not None and stop <= start:
        return
    for index, item in enumerate(iterable):
        if index >= start and (index - start) % step == 0:
            yield item
        if stop is not None and index + 1 >= stop:
            return


def product(*iterables, repeat=1):
    pools = [list(iterable) for iterable in iterables] * repeat
    results = [()]
    for pool in pools:
        results = [head + (item,) for head in results for item in pool]
    return iter(results)


def _pick(items, length, ordered):
    if length == 0:
        yield ()
        return
    for index, item in enumerate(items):
        rest = items[index + 1:] if ordered else items[:index] + items[index + 1:]
        for tail in _pick(rest, length - 1, ordered):
            yield (item,) + tail


def combinations(iterable, length):
    return _pick(list(iterable), length, True)


def permutations(iterable, length=None):
    items = list(iterable)
    return _pick(items, len(items) if length is None else length, False)


def accumulate(iterable, function=None, *, initial=None):
    total = initial
    if initial is not None:
        yield total
    for item in iterable:
        total = item if total is None else function(total, item) if function else total + item
        yield total


def groupby(iterable, key=None):
    group, current = [], None
    for item in iterable:
        mark = key(item) if key else item
        if group and mark != current:
            yield current, iter(group)
            group = []
        current = mark
        group.append(item)
    if group:
        yield current, iter(group)


def takewhile(predicate, iterable):
    for item in iterable:
        if not predicate(item):
            return
        yield item


def dropwhile(predicate, iterable):
    dropping = True
    for item in iterable:
        dropping = dropping and predicate(item)
        if not dropping:
            yield item


def filterfalse(predicate, iterable):
    return (item for item in iterable if not (predicate(item) if predicate else item))


def starmap(function, iterable):
    return (function(*args) for args in iterable)


def pairwise(iterable):
    items = list(iterable)
    return zip(items, items[1:])


def zip_longest(*iterables, fillvalue=None):
    pools = [list(iterable) for iterable in iterables]
    for index in range(max([len(pool) for pool in pools], default=0)):
        yield tuple(pool[index] if index < len(pool) else fillvalue for pool in pools)


def batched(iterable, size):
    items = list(iterable)
    for start in range(0, len(items), size):
        yield tuple(items[start:start + size])
)py";

const std::string_view kCollectionsLibrary = R"py(
class OrderedDict(dict):
    def move_to_end(self, key, last=True):
        value = self.pop(key)
        rest = [] if last else list(self.items())
        if not last:
            self.clear()
        self[key] = value
        self.update(rest)

    def __repr__(self):
        return "OrderedDict(%r)" % dict(self) if self else "OrderedDict()"


class defaultdict(dict):
    def __init__(self, default_factory=None, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.default_factory = default_factory

    def __missing__(self, key):
        if self.default_factory is None:
            raise KeyError(key)
        self[key] = value = self.default_factory()
        return value

    def __repr__(self):
        return "defaultdict(%r, %r)" % (self.default_factory, dict(self))


class Counter(dict):
    def __init__(self, iterable=(), **kwargs):
        super().__init__()
        self.update(iterable, **kwargs)

    def update(self, iterable=(), **kwargs):
        if isinstance(iterable, dict):
            for key, count in iterable.items():
                self[key] = self.get(key, 0) + count
        else:
            for key in iterable:
                self[key] = self.get(key, 0) + 1
        for key, count in kwargs.items():
            self[key] = self.get(key, 0) + count

    def __missing__(self, key):
        return 0

    def most_common(self, n=None):
        ordered = sorted(self.items(), key=lambda item: item[1], reverse=True)
        return ordered if n is None else ordered[:n]

    def elements(self):
        return (key for key, count in self.items() for _ in range(count))


class deque(list):
    def __init__(self, iterable=(), maxlen=None):
        super().__init__()

    def appendleft(self, item):
        self.insert(0, item)

    def popleft(self):
        return self.pop(0)


class ChainMap(dict):
    def __init__(self, *maps):
        super().__init__()
        for one in reversed(maps):
            self.update(one)


class UserDict(dict):
    pass


class UserList(list):
    pass


def namedtuple(typename, field_names, *, rename=False, defaults=(), module=None):
    if isinstance(field_names, str):
        field_names = field_names.replace(",", " ").split()
    fields = tuple(field_names)
    defaults = tuple(defaults or ())
    first_default = len(fields) - len(defaults)

    def __new__(cls, *args, **kwargs):
        values = list(args)
        if len(values) > len(fields):
            raise TypeError("%s.__new__() takes %d positional arguments but %d were given" % (typename, len(fields) + 1, len(values) + 1))
        missing = []
        for index in range(len(values), len(fields)):
            name = fields[index]
            if name in kwargs:
                values.append(kwargs.pop(name))
            elif index >= first_default:
                values.append(defaults[index - first_default])
            else:
                missing.append(repr(name))
        if missing:
            raise TypeError("%s.__new__() missing %d required positional argument%s: %s" % (typename, len(missing), "s" if len(missing) > 1 else "", " and ".join(missing)))
        if kwargs:
            raise TypeError("%s.__new__() got an unexpected keyword argument %r" % (typename, list(kwargs)[0]))
        return tuple.__new__(cls, values)

    def __repr__(self):
        return type(self).__name__ + "(" + ", ".join(["%s=%r" % pair for pair in zip(fields, self)]) + ")"

    def _asdict(self):
        return dict(zip(fields, self))

    def _replace(self, **changes):
        return type(self)(**{**self._asdict(), **changes})

    space = {"__new__": __new__, "__repr__": __repr__, "_asdict": _asdict, "_replace": _replace, "_fields": fields, "__match_args__": fields}
    for index, name in enumerate(fields):
        space[name] = _item_property(index)
    return type(typename, (tuple,), space)


def _item_property(index):
    return property(lambda self: self[index])
)py";

const std::string_view kContextlibLibrary = R"py(
class _Manager:
    def __init__(self, generator):
        self.generator = generator

    def __enter__(self):
        return next(self.generator)

    def __exit__(self, kind, error, traceback):
        if error is None:
            next(self.generator, None)
            return False
        try:
            self.generator.throw(error)
        except StopIteration:
            return True
        except BaseException as raised:
            if raised is error:
                return False
            raise
        return False

    def __call__(self, function):
        return function


def contextmanager(function):
    def helper(*args, **kwargs):
        return _Manager(function(*args, **kwargs))

    helper.__name__ = function.__name__
    helper.__wrapped__ = function
    return helper


class ContextDecorator:
    def __call__(self, function):
        return function


class suppress:
    def __init__(self, *kinds):
        self.kinds = kinds

    def __enter__(self):
        return None

    def __exit__(self, kind, error, traceback):
        return error is not None and isinstance(error, self.kinds)


class nullcontext:
    def __init__(self, enter_result=None):
        self.enter_result = enter_result

    def __enter__(self):
        return self.enter_result

    def __exit__(self, *args):
        return None


class closing(nullcontext):
    pass
)py";

const std::string_view kDataclassesLibrary = R"py(
MISSING = object()


class FrozenInstanceError(AttributeError):
    pass


class Field:
    def __init__(self, default, default_factory, init, repr, compare, kw_only):
        self.default, self.default_factory = default, default_factory
        self.init, self.repr, self.compare, self.kw_only = init, repr, compare, kw_only
        self.name = self.type = None


class KW_ONLY:
    pass


def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True, hash=None, compare=True, metadata=None, kw_only=False):
    return Field(default, default_factory, init, repr, compare, kw_only)


def _collect(cls, kw_only):
    found = {}
    for base in reversed(cls.__mro__):
        found.update(getattr(base, "__dict__", {}).get("__dataclass_fields__", {}))
    for name, kind in cls.__dict__.get("__annotations__", {}).items():
        if "ClassVar" in kind:
            continue
        if "KW_ONLY" in kind:
            kw_only = True
            continue
        value = cls.__dict__.get(name, MISSING)
        if not isinstance(value, Field):
            value = field(default=value, kw_only=kw_only)
        elif value.default is not MISSING:
            setattr(cls, name, value.default)
        elif name in cls.__dict__:
            delattr(cls, name)
        value.name, value.type = name, kind
        found[name] = value
    return found


def _initialise(self, args, kwargs):
    known = [one for one in type(self).__dataclass_fields__.values() if one.init]
    positional = [one for one in known if not one.kw_only]
    name = type(self).__name__
    if len(args) > len(positional):
        raise TypeError("%s.__init__() takes %d positional arguments but %d were given" % (name, len(positional) + 1, len(args) + 1))
    given = dict(zip([one.name for one in positional], args))
    for key, value in kwargs.items():
        if key not in [one.name for one in known]:
            raise TypeError("%s.__init__() got an unexpected keyword argument %r" % (name, key))
        given[key] = value
    missing = []
    for one in type(self).__dataclass_fields__.values():
        if one.name in given:
            value = given[one.name]
        elif one.default is not MISSING:
            value = one.default
        elif one.default_factory is not MISSING:
            value = one.default_factory()
        elif one.init:
            missing.append(repr(one.name))
            continue
        else:
            continue
        object.__setattr__(self, one.name, value)
    if missing:
        raise TypeError("%s.__init__() missing %d required positional argument%s: %s" % (name, len(missing), "s" if len(missing) > 1 else "", " and ".join(missing)))
    if hasattr(self, "__post_init__"):
        self.__post_init__()


def _values(self):
    return tuple([getattr(self, one.name) for one in type(self).__dataclass_fields__.values() if one.compare])


def dataclass(cls=None, /, *, init=True, repr=True, eq=True, order=False, unsafe_hash=False, frozen=False, match_args=True, kw_only=False, slots=False, weakref_slot=False):
    def decorate(cls):
        cls.__dataclass_fields__ = _collect(cls, kw_only)
        names = [one.name for one in cls.__dataclass_fields__.values()]
        cls.__match_args__ = tuple(names)
        if init and "__init__" not in cls.__dict__:
            cls.__init__ = lambda self, *args, **kwargs: _initialise(self, args, kwargs)
        if repr and "__repr__" not in cls.__dict__:
            cls.__repr__ = _show
        if eq and "__eq__" not in cls.__dict__:
            cls.__eq__ = lambda self, other: _values(self) == _values(other) if type(other) is type(self) else NotImplemented
            cls.__hash__ = (lambda self: hash(_values(self))) if frozen or unsafe_hash else None
        if order:
            cls.__lt__ = lambda self, other: _values(self) < _values(other)
            cls.__le__ = lambda self, other: _values(self) <= _values(other)
            cls.__gt__ = lambda self, other: _values(self) > _values(other)
            cls.__ge__ = lambda self, other: _values(self) >= _values(other)
        if frozen:
            cls.__setattr__ = _refuse
        return cls

    return decorate if cls is None else decorate(cls)


def _refuse(self, name, value):
    raise FrozenInstanceError("cannot assign to field %r" % name)


def _show(self):
    shown = ["%s=%r" % (one.name, getattr(self, one.name)) for one in type(self).__dataclass_fields__.values() if one.repr]
    return "%s(%s)" % (type(self).__qualname__, ", ".join(shown))


def fields(cls):
    return tuple(cls.__dataclass_fields__.values())


def is_dataclass(value):
    return hasattr(value, "__dataclass_fields__")


def asdict(value):
    if is_dataclass(value):
        return {one.name: asdict(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, (list, tuple)):
        return type(value)([asdict(item) for item in value])
    return value


def replace(value, **changes):
    return type(value)(**{**{one.name: getattr(value, one.name) for one in fields(value)}, **changes})
)py";

}  // namespace migext::python
