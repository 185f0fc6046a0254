// operator, as a Python module.
#include "python/library.h"

namespace migext::python {

const std::string_view kOperatorLibrary = R"py(
class attrgetter:
    def __init__(self, *names):
        self.names = names

    def __call__(self, value):
        found = []
        for name in self.names:
            one = value
            for part in name.split("."):
                one = getattr(one, part)
            found.append(one)
        return found[0] if len(found) == 1 else tuple(found)


class itemgetter:
    def __init__(self, *keys):
        self.keys = keys

    def __call__(self, value):
        found = [value[key] for key in self.keys]
        return found[0] if len(found) == 1 else tuple(found)


def methodcaller(name, *args, **kwargs):
    return lambda value: getattr(value, name)(*args, **kwargs)


def add(a, b):
    return a + b


def sub(a, b):
    return a - b


def mul(a, b):
    return a * b


def truediv(a, b):
    return a / b


def floordiv(a, b):
    return a // b


def mod(a, b):
    return a % b


def pow(a, b):
    return a ** b


def neg(a):
    return -a


def pos(a):
    return +a


def invert(a):
    return ~a


def and_(a, b):
    return a & b


def or_(a, b):
    return a | b


def xor(a, b):
    return a ^ b


def lshift(a, b):
    return a << b


def rshift(a, b):
    return a >> b


def not_(a):
    return not a


def truth(a):
    return bool(a)


def eq(a, b):
    return a == b


def ne(a, b):
    return a != b


def lt(a, b):
    return a < b


def le(a, b):
    return a <= b


def gt(a, b):
    return a > b


def ge(a, b):
    return a >= b


def is_(a, b):
    return a is b


def is_not(a, b):
    return a is not b


def contains(a, b):
    return b in a


def getitem(a, b):
    return a[b]


def setitem(a, b, c):
    a[b] = c


def delitem(a, b):
    del a[b]


concat, inv, abs = add, invert, abs
)py";

}  // namespace migext::python
