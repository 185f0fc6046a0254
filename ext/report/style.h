// How the report looks: light or dark as the reader's system is, readable on a telephone.
#ifndef MIGEXT_REPORT_STYLE_H_
#define MIGEXT_REPORT_STYLE_H_

#include <string>

namespace migext::report {

/// The text of a <style> element.
std::string Style();

}  // namespace migext::report

#endif  // MIGEXT_REPORT_STYLE_H_
