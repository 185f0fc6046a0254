// Writing HTML: whatever is not markup of ours goes through Text().
//
//   Html html;
//   html.Open("p", "class=\"note\"").Text(name).Close("p");
//   html.Element("code", "", name);        // <code>…</code>
//
// Names, paths and messages come from files and databases that anybody may have written.
#ifndef MIGEXT_REPORT_HTML_H_
#define MIGEXT_REPORT_HTML_H_

#include <string>
#include <string_view>
#include <utility>

namespace migext::report {

/// For an element's text and for an attribute between double quotes: what has a meaning in HTML is
/// escaped, what is no UTF-8 or a control character becomes U+FFFD.
std::string Escaped(std::string_view text);

/// The text, and "…" behind its first `most` characters where it is longer.
std::string Shortened(std::string_view text, std::size_t most);

class Html {
 public:
  Html& Open(std::string_view tag, std::string_view attributes = {});
  Html& Close(std::string_view tag);
  Html& Text(std::string_view text);
  Html& Element(std::string_view tag, std::string_view attributes, std::string_view text);
  /// Markup as it is.
  Html& Markup(std::string_view markup);

  std::string Take() && { return std::move(text_); }

 private:
  std::string text_;
};

/// class="…"
std::string ClassOf(std::string_view name);

}  // namespace migext::report

#endif  // MIGEXT_REPORT_HTML_H_
