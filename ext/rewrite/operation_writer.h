// One operation as lines of a migration file: Django's OperationWriter.
//
//   WriteOperation(*remove_slug, 2, writer)
//   //         migrations.RemoveField(
//   //             model_name='post',
//   //             name='slug',
//   //         ),
#ifndef MIGEXT_REWRITE_OPERATION_WRITER_H_
#define MIGEXT_REWRITE_OPERATION_WRITER_H_

#include <string>

#include "django/operation.h"
#include "rewrite/value_writer.h"

namespace migext::rewrite {

/// Without a line feed at the end; `indentation` counts levels of four spaces.  What must be
/// imported is added to the writer's imports.
std::string WriteOperation(const django::Operation& operation, int indentation,
                           ValueWriter& writer);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_OPERATION_WRITER_H_
