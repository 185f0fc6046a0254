// Python modules of our own that stand for parts of Django and for packages that settings are
// written with: just what their values depend on.
#ifndef MIGEXT_DJANGO_LIBRARIES_H_
#define MIGEXT_DJANGO_LIBRARIES_H_

#include <span>
#include <string_view>

namespace migext::django {

struct Library {
  std::string_view module;  ///< Dotted name.
  std::string_view source;
};

/// Names that a library does not define stay symbols of the real module.
std::span<const Library> Libraries();

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_LIBRARIES_H_
