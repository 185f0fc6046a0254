// Which constructors of Django make which expression.  Part of expression.h's work.
#ifndef MIGEXT_DJANGO_EXPRESSION_READER_H_
#define MIGEXT_DJANGO_EXPRESSION_READER_H_

#include <string_view>

namespace migext::django {

/// True for a keyword argument that a function keeps in `extra` and so shows: not for those that
/// its __init__ takes by name.
bool ShowsInRepr(std::string_view option);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_EXPRESSION_READER_H_
