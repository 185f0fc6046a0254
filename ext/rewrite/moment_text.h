// A datetime as migrations write it: DatetimeDatetimeSerializer, which turns every zone into UTC.
//
//   InUtc(value of `datetime(2020, 7, 1, 12, tzinfo=ZoneInfo("Europe/Prague"))`)
//   // "datetime.datetime(2020, 7, 1, 10, 0, tzinfo=datetime.timezone.utc)"
#ifndef MIGEXT_REWRITE_MOMENT_TEXT_H_
#define MIGEXT_REWRITE_MOMENT_TEXT_H_

#include <optional>
#include <string>

#include "python/value.h"

namespace migext::rewrite {

/// repr(when.astimezone(datetime.timezone.utc)).  Nothing for a datetime without a zone, for one in
/// UTC, and for a zone that the source does not tell.  Throws Error for a zone that this machine
/// has no file of.
std::optional<std::string> InUtc(python::Value when);

/// The same for what django.utils.timezone.make_aware(naive, zone) gives.
std::optional<std::string> InUtc(python::Value naive, python::Value zone);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_MOMENT_TEXT_H_
