// The SQL functions that Django registers on its SQLite connections and that its schemas may use.
//
//   CREATE TABLE t (code text CHECK (code REGEXP '^[A-Z]{3}-\d+$'));
//
// Without them a table with such a constraint can neither be made nor written to.  The list of
// them, with what they do, is DjangoFunctions() of surface/registry.h.
#ifndef MIGEXT_SURFACE_DJANGO_FUNCTIONS_H_
#define MIGEXT_SURFACE_DJANGO_FUNCTIONS_H_

#include "sqlite/connection.h"
#include "sqlite/function.h"

namespace migext::surface {

/// True if the connection's regexp() is re.search() of Python, as on a connection of Django.
bool SearchesAsPython(const sqlite::Connection& connection);

/// A function whose result is NULL as soon as an argument is.
sqlite::Function Strict(const char* name, int arguments,
                        sqlite::Cell (*body)(const sqlite::Arguments&));

/// An argument as Python gets it.  Throw Error for one of another type.
double Number(const sqlite::Arguments& given, int index);

// ---- Mathematics, where SQLite was compiled without

sqlite::Cell Cotangent(const sqlite::Arguments& given);
sqlite::Cell Sign(const sqlite::Arguments& given);
sqlite::Cell ArcCosine(const sqlite::Arguments& given);
sqlite::Cell ArcSine(const sqlite::Arguments& given);
sqlite::Cell ArcTangent(const sqlite::Arguments& given);
sqlite::Cell ArcTangentOfTwo(const sqlite::Arguments& given);
sqlite::Cell Ceiling(const sqlite::Arguments& given);
sqlite::Cell Cosine(const sqlite::Arguments& given);
sqlite::Cell Degrees(const sqlite::Arguments& given);
sqlite::Cell Exponential(const sqlite::Arguments& given);
sqlite::Cell Floor(const sqlite::Arguments& given);
sqlite::Cell NaturalLogarithm(const sqlite::Arguments& given);
sqlite::Cell Logarithm(const sqlite::Arguments& given);
sqlite::Cell Modulo(const sqlite::Arguments& given);
sqlite::Cell Pi(const sqlite::Arguments& given);
sqlite::Cell Power(const sqlite::Arguments& given);
sqlite::Cell Radians(const sqlite::Arguments& given);
sqlite::Cell Sine(const sqlite::Arguments& given);
sqlite::Cell SquareRoot(const sqlite::Arguments& given);
sqlite::Cell Tangent(const sqlite::Arguments& given);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_DJANGO_FUNCTIONS_H_
