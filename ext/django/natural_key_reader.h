// Reads a natural_key() method off its text.
//
//   def natural_key(self):
//       return (self.codename,) + self.content_type.natural_key()
//
// gives the parts {codename} and {content_type, nested}.
#ifndef MIGEXT_DJANGO_NATURAL_KEY_READER_H_
#define MIGEXT_DJANGO_NATURAL_KEY_READER_H_

#include <string_view>

#include "django/model_files.h"
#include "python/ast.h"

namespace migext::django {

/// `username_field` is what self.get_username() reads.  A method that does more than to return
/// fields has no parts and a `trouble`.
WrittenNaturalKey ReadNaturalKey(const python::ast::FunctionDef& method,
                                 const python::Source& source, std::string_view username_field);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_NATURAL_KEY_READER_H_
