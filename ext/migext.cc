// The entry point of the library, and the only symbol it exports.
//
//   sqlite> .load ./migext
//   sqlite> SELECT * FROM migext_help;
//
// How do I add …
//   a table or function: a Make function in its family's file in surface/, one line in
//     surface/registry.cc, a test beside the others in tests/surface/.
//   an operation: a class in django/operations/, its SQL in schema/, a case in tests/data/.
//   a field type: django/field.h and its readers, its column type in schema/, a case in
//   tests/data/.
#include "sqlite/load.h"
#include "surface/registry.h"

#if defined(_WIN32)
#define MIGEXT_EXPORT __declspec(dllexport)
#else
#define MIGEXT_EXPORT __attribute__((visibility("default")))
#endif

extern "C" MIGEXT_EXPORT int sqlite3_migext_init(sqlite3* connection, char** message,
                                                 const sqlite3_api_routines* api) {
  return migext::sqlite::Load(connection, message, api, migext::surface::RegisterAll);
}
