// The part of Python's standard library that migrations, settings and models use.
#include "python/native.h"

namespace migext::python {

void AddLibrary(Runtime&) {}
void AddNativeModules(Runtime&) {}

}  // namespace migext::python
