// datetime, decimal and uuid, as Python modules.
#include "python/library.h"

namespace migext::python {

const std::string_view kDatetimeLibrary = R"py(
MINYEAR = 1
MAXYEAR = 9999
_DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_in(year, month):
    return 29 if month == 2 and _is_leap(year) else _DAYS[month]


def _ordinal(year, month, day):
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400
    for other in range(1, month):
        days += _days_in(year, other)
    return days + day


def _from_ordinal(number):
    if not 1 <= number <= 3652059:
        raise OverflowError("date value out of range")
    year = max(1, number // 366)
    while _ordinal(year + 1, 1, 1) <= number:
        year += 1
    month = 1
    rest = number - _ordinal(year, 1, 1) + 1
    while rest > _days_in(year, month):
        rest -= _days_in(year, month)
        month += 1
    return year, month, rest


class timedelta:
    def __init__(self, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0):
        total = days * 86400000000 + weeks * 604800000000 + hours * 3600000000 + minutes * 60000000
        total += seconds * 1000000 + milliseconds * 1000 + microseconds
        self._total = round(total)
        seconds, self.microseconds = divmod(self._total, 1000000)
        self.days, self.seconds = divmod(seconds, 86400)

    def total_seconds(self):
        return self._total / 1000000

    def __repr__(self):
        parts = []
        if self.days:
            parts.append("days=%d" % self.days)
        if self.seconds:
            parts.append("seconds=%d" % self.seconds)
        if self.microseconds:
            parts.append("microseconds=%d" % self.microseconds)
        return "datetime.timedelta(%s)" % (", ".join(parts) or "0")

    def __str__(self):
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        text = "%d:%02d:%02d" % (hours, minutes, seconds)
        if self.days:
            text = "%d day%s, %s" % (self.days, "" if abs(self.days) == 1 else "s", text)
        return text + (".%06d" % self.microseconds if self.microseconds else "")

    def __add__(self, other):
        return timedelta(microseconds=self._total + other._total) if isinstance(other, timedelta) else NotImplemented

    def __sub__(self, other):
        return timedelta(microseconds=self._total - other._total) if isinstance(other, timedelta) else NotImplemented

    def __mul__(self, factor):
        return timedelta(microseconds=self._total * factor)

    __rmul__ = __mul__

    def __truediv__(self, other):
        if isinstance(other, timedelta):
            return self._total / other._total
        return timedelta(microseconds=self._total / other)

    def __floordiv__(self, other):
        if isinstance(other, timedelta):
            return self._total // other._total
        return timedelta(microseconds=self._total // other)

    def __neg__(self):
        return timedelta(microseconds=-self._total)

    def __abs__(self):
        return timedelta(microseconds=abs(self._total))

    def __bool__(self):
        return self._total != 0

    def __eq__(self, other):
        return isinstance(other, timedelta) and self._total == other._total

    def __lt__(self, other):
        return self._total < other._total

    def __le__(self, other):
        return self._total <= other._total

    def __gt__(self, other):
        return self._total > other._total

    def __ge__(self, other):
        return self._total >= other._total

    def __hash__(self):
        return hash(self._total)


timedelta.min = timedelta(days=-999999999)
timedelta.max = timedelta(days=999999999, hours=23, minutes=59, seconds=59, microseconds=999999)
timedelta.resolution = timedelta(microseconds=1)


class tzinfo:
    pass


class timezone(tzinfo):
    def __init__(self, offset, name=None):
        self._offset = offset
        self._name = name

    def utcoffset(self, when):
        return self._offset

    def tzname(self, when):
        return self._name or ("UTC" if not self._offset else "UTC" + _offset_text(self._offset))

    def __repr__(self):
        if not self._offset and self._name is None:
            return "datetime.timezone.utc"
        if self._name is None:
            return "datetime.timezone(%r)" % self._offset
        return "datetime.timezone(%r, %r)" % (self._offset, self._name)

    def __str__(self):
        return self.tzname(None)

    def __eq__(self, other):
        return isinstance(other, timezone) and self._offset == other._offset

    def __hash__(self):
        return hash(self._offset)


timezone.utc = timezone(timedelta(0))
UTC = timezone.utc


def _offset_text(offset):
    sign = "-" if offset < timedelta(0) else "+"
    minutes = abs(offset)._total // 60000000
    return "%s%02d:%02d" % (sign, minutes // 60, minutes % 60)


class _Ordered:
    def _other(self, other):
        return other._key() if type(other) is type(self) else None

    def __eq__(self, other):
        key = self._other(other)
        return NotImplemented if key is None else self._key() == key

    def __lt__(self, other):
        key = self._other(other)
        return NotImplemented if key is None else self._key() < key

    def __le__(self, other):
        key = self._other(other)
        return NotImplemented if key is None else self._key() <= key

    def __gt__(self, other):
        key = self._other(other)
        return NotImplemented if key is None else self._key() > key

    def __ge__(self, other):
        key = self._other(other)
        return NotImplemented if key is None else self._key() >= key

    def __hash__(self):
        return hash(self._key())


class date(_Ordered):
    def __init__(self, year, month, day):
        if not MINYEAR <= year <= MAXYEAR:
            raise ValueError("year %i is out of range" % year)
        if not 1 <= month <= 12:
            raise ValueError("month must be in 1..12")
        if not 1 <= day <= _days_in(year, month):
            raise ValueError("day is out of range for month")
        self.year, self.month, self.day = year, month, day

    @classmethod
    def fromisoformat(cls, text):
        return cls(int(text[0:4]), int(text[5:7]), int(text[8:10]))

    @classmethod
    def fromordinal(cls, number):
        return cls(*_from_ordinal(number))

    def toordinal(self):
        return _ordinal(self.year, self.month, self.day)

    def weekday(self):
        return (self.toordinal() + 6) % 7

    def isoweekday(self):
        return self.weekday() + 1

    def isoformat(self):
        return "%04d-%02d-%02d" % (self.year, self.month, self.day)

    def replace(self, year=None, month=None, day=None):
        return type(self)(year or self.year, month or self.month, day or self.day)

    def _key(self):
        return (self.year, self.month, self.day)

    def __str__(self):
        return self.isoformat()

    def __repr__(self):
        return "datetime.date(%d, %d, %d)" % (self.year, self.month, self.day)

    def __add__(self, other):
        return date.fromordinal(self.toordinal() + other.days) if isinstance(other, timedelta) else NotImplemented

    __radd__ = __add__

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return self + timedelta(days=-other.days)
        return timedelta(days=self.toordinal() - other.toordinal()) if isinstance(other, date) else NotImplemented


class time(_Ordered):
    def __init__(self, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0):
        _check_time(hour, minute, second, microsecond)
        self.hour, self.minute, self.second, self.microsecond = hour, minute, second, microsecond
        self.tzinfo, self.fold = tzinfo, fold

    @classmethod
    def fromisoformat(cls, text):
        parts = text.split(":")
        second, _, fraction = (parts[2] if len(parts) > 2 else "0").partition(".")
        return cls(int(parts[0]), int(parts[1]), int(second), int((fraction or "0").ljust(6, "0")))

    def isoformat(self):
        return _time_text(self) + ("" if self.tzinfo is None else _offset_text(self.tzinfo.utcoffset(None)))

    def _key(self):
        return (self.hour, self.minute, self.second, self.microsecond)

    def __str__(self):
        return self.isoformat()

    def __repr__(self):
        return "datetime.time(%s)" % _time_args(self, [self.hour, self.minute])


def _check_time(hour, minute, second, microsecond):
    if not 0 <= hour <= 23:
        raise ValueError("hour must be in 0..23")
    if not 0 <= minute <= 59:
        raise ValueError("minute must be in 0..59")
    if not 0 <= second <= 59:
        raise ValueError("second must be in 0..59")
    if not 0 <= microsecond <= 999999:
        raise ValueError("microsecond must be in 0..999999")


def _time_text(when):
    text = "%02d:%02d:%02d" % (when.hour, when.minute, when.second)
    return text + (".%06d" % when.microsecond if when.microsecond else "")


def _time_args(when, parts):
    if when.second or when.microsecond:
        parts = parts + [when.second]
    if when.microsecond:
        parts = parts + [when.microsecond]
    text = ", ".join([str(part) for part in parts])
    if when.tzinfo is not None:
        text = "%s, tzinfo=%r" % (text, when.tzinfo)
    return text + ", fold=1" if when.fold else text


class datetime(date):
    def __init__(self, year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0):
        super().__init__(year, month, day)
        _check_time(hour, minute, second, microsecond)
        self.hour, self.minute, self.second, self.microsecond = hour, minute, second, microsecond
        self.tzinfo, self.fold = tzinfo, fold

    @classmethod
    def combine(cls, day, when, tzinfo=None):
        return cls(day.year, day.month, day.day, when.hour, when.minute, when.second, when.microsecond, tzinfo or when.tzinfo)

    @classmethod
    def fromisoformat(cls, text):
        zone = None
        if text.endswith("Z"):
            text, zone = text[:-1], timezone.utc
        for sign in "+-":
            head, found, tail = text[10:].partition(sign)
            if found:
                offset = timedelta(hours=int(tail[0:2]), minutes=int(tail[-2:]) if len(tail) > 2 else 0)
                zone = timezone(-offset if sign == "-" else offset)
                text = text[:10] + head
        when = time.fromisoformat(text[11:]) if len(text) > 10 else time()
        return cls.combine(date.fromisoformat(text[:10]), when, zone)

    def date(self):
        return date(self.year, self.month, self.day)

    def time(self):
        return time(self.hour, self.minute, self.second, self.microsecond)

    def utcoffset(self):
        return None if self.tzinfo is None else self.tzinfo.utcoffset(self)

    def replace(self, **changes):
        names = ("year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo")
        return type(self)(*[changes.get(name, getattr(self, name)) for name in names])

    def isoformat(self, sep="T"):
        text = date.isoformat(self) + sep + _time_text(self)
        return text if self.tzinfo is None else text + _offset_text(self.tzinfo.utcoffset(self))

    def _micros(self):
        seconds = self.toordinal() * 86400 + self.hour * 3600 + self.minute * 60 + self.second
        return seconds * 1000000 + self.microsecond

    def _key(self):
        offset = self.utcoffset()
        return (self._micros() - (offset._total if offset is not None else 0),)

    def __str__(self):
        return self.isoformat(" ")

    def __repr__(self):
        return "datetime.datetime(%s)" % _time_args(self, [self.year, self.month, self.day, self.hour, self.minute])

    def __add__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        days, rest = divmod(self._micros() + other._total, 86400000000)
        seconds, micros = divmod(rest, 1000000)
        year, month, day = _from_ordinal(days)
        return type(self)(year, month, day, seconds // 3600, seconds // 60 % 60, seconds % 60, micros, self.tzinfo)

    __radd__ = __add__

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return self + (-other)
        return timedelta(microseconds=self._key()[0] - other._key()[0])


date.today = __symbol__("datetime.date.today")
datetime.now = __symbol__("datetime.datetime.now")
datetime.today = __symbol__("datetime.datetime.today")
datetime.utcnow = __symbol__("datetime.datetime.utcnow")
time.min, time.max = time(), time(23, 59, 59, 999999)
time.resolution = datetime.resolution = timedelta(microseconds=1)
date.resolution = timedelta(days=1)
date.min, date.max = date(1, 1, 1), date(9999, 12, 31)
datetime.min, datetime.max = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)
)py";

const std::string_view kDecimalLibrary = R"py(
ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN, ROUND_UP = "ROUND_HALF_UP", "ROUND_HALF_EVEN", "ROUND_DOWN", "ROUND_UP"


class DecimalException(ArithmeticError):
    pass


class InvalidOperation(DecimalException):
    pass


class Decimal:
    def __init__(self, value="0"):
        if isinstance(value, Decimal):
            self._sign, self._digits, self._exponent = value._sign, value._digits, value._exponent
            return
        if isinstance(value, float):
            top, bottom = value.as_integer_ratio()
            places = 0
            while bottom > 1:
                top, bottom, places = top * 5, bottom // 2, places + 1
            value = "%de-%d" % (top, places)
        if isinstance(value, (tuple, list)):
            sign, digits, power = value
            value = "%s%se%d" % ("-" if sign else "", "".join([str(digit) for digit in digits]), power)
        text = str(value).strip().replace("_", "").upper()
        self._sign = -1 if text.startswith("-") else 1
        text = text.lstrip("+-")
        if text in ("NAN", "SNAN", "INF", "INFINITY"):
            names = {"NAN": "NaN", "SNAN": "sNaN"}
            self._digits, self._exponent = None, names.get(text, "Infinity")
            return
        text, _, power = text.partition("E")
        whole, _, fraction = text.partition(".")
        if not (whole + fraction).isdigit():
            raise InvalidOperation("[<class 'decimal.ConversionSyntax'>]")
        self._digits = int(whole + fraction)
        self._exponent = int(power or "0") - len(fraction)

    def __str__(self):
        sign = "-" if self._sign < 0 else ""
        if self._digits is None:
            return sign + self._exponent
        digits = str(self._digits)
        left = self._exponent + len(digits)
        if self._exponent <= 0 and left > -6:
            if self._exponent == 0:
                return sign + digits
            if left <= 0:
                return sign + "0." + "0" * -left + digits
            return sign + digits[:left] + "." + digits[left:]
        text = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        return "%s%sE%+d" % (sign, text, left - 1)

    def __repr__(self):
        return "Decimal('%s')" % self

    def __format__(self, spec):
        return format(float(self), spec) if spec else str(self)

    def _scaled(self, exponent):
        return self._sign * self._digits * 10 ** (self._exponent - exponent)

    @classmethod
    def _made(cls, number, exponent):
        return cls("%de%d" % (number, exponent))

    def _pair(self, other):
        if isinstance(other, int):
            other = Decimal(other)
        if not isinstance(other, Decimal):
            return None
        exponent = min(self._exponent, other._exponent)
        return self._scaled(exponent), other._scaled(exponent), exponent

    def __add__(self, other):
        pair = self._pair(other)
        return NotImplemented if pair is None else Decimal._made(pair[0] + pair[1], pair[2])

    __radd__ = __add__

    def __sub__(self, other):
        pair = self._pair(other)
        return NotImplemented if pair is None else Decimal._made(pair[0] - pair[1], pair[2])

    def __rsub__(self, other):
        return Decimal(other) - self

    def __mul__(self, other):
        other = Decimal(other)
        number = self._sign * self._digits * other._sign * other._digits
        return Decimal._made(number, self._exponent + other._exponent)

    __rmul__ = __mul__

    def __truediv__(self, other):
        other = Decimal(other)
        if not other._digits:
            raise ZeroDivisionError("[<class 'decimal.DivisionByZero'>]")
        number, exponent = self._digits * 10 ** 28 // other._digits, self._exponent - other._exponent - 28
        while number and number % 10 == 0 and exponent < 0:
            number, exponent = number // 10, exponent + 1
        return Decimal._made(self._sign * other._sign * number, exponent)

    def __rtruediv__(self, other):
        return Decimal(other) / self

    def __neg__(self):
        return Decimal._made(-self._sign * self._digits, self._exponent)

    def __abs__(self):
        return Decimal._made(self._digits, self._exponent)

    def __int__(self):
        whole = self._digits * 10 ** self._exponent if self._exponent >= 0 else self._digits // 10 ** -self._exponent
        return self._sign * whole

    def __float__(self):
        return float(str(self))

    def __bool__(self):
        return self._digits != 0

    def __eq__(self, other):
        if isinstance(other, float):
            return float(self) == other
        pair = self._pair(other)
        return NotImplemented if pair is None else pair[0] == pair[1]

    def __lt__(self, other):
        pair = self._pair(other)
        return pair[0] < pair[1]

    def __le__(self, other):
        pair = self._pair(other)
        return pair[0] <= pair[1]

    def __gt__(self, other):
        pair = self._pair(other)
        return pair[0] > pair[1]

    def __ge__(self, other):
        pair = self._pair(other)
        return pair[0] >= pair[1]

    def __hash__(self):
        return hash(float(self))

    def quantize(self, other, rounding=ROUND_HALF_EVEN):
        other = Decimal(other)
        if self._exponent >= other._exponent:
            return Decimal._made(self._scaled(other._exponent), other._exponent)
        unit = 10 ** (other._exponent - self._exponent)
        whole, rest = divmod(self._digits, unit)
        up = rest * 2 > unit or (rest * 2 == unit and (rounding == ROUND_HALF_UP or whole % 2 == 1))
        if rounding in (ROUND_UP, ROUND_DOWN):
            up = rest > 0 and rounding == ROUND_UP
        return Decimal._made(self._sign * (whole + (1 if up else 0)), other._exponent)
)py";

const std::string_view kUuidLibrary = R"py(
class UUID:
    def __init__(self, hex=None, bytes=None, bytes_le=None, fields=None, int=None, version=None):
        if int is None and bytes is not None:
            int = type(0).from_bytes(bytes, "big")
        if int is None:
            digits = hex.replace("urn:", "").replace("uuid:", "").strip("{}").replace("-", "")
            if len(digits) != 32:
                raise ValueError("badly formed hexadecimal UUID string")
            int = type(0)(digits, 16)
        self.int = int

    @property
    def hex(self):
        return "%032x" % self.int

    @property
    def bytes(self):
        return self.int.to_bytes(16, "big")

    @property
    def version(self):
        return self.int >> 76 & 15

    def __str__(self):
        text = self.hex
        return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])

    def __repr__(self):
        return "UUID('%s')" % self

    def __eq__(self, other):
        return isinstance(other, UUID) and self.int == other.int

    def __lt__(self, other):
        return self.int < other.int

    def __hash__(self):
        return hash(self.int)


NAMESPACE_DNS = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
NAMESPACE_URL = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
)py";

}  // namespace migext::python
