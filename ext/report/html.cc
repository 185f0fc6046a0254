#include "report/html.h"

#include "base/text.h"

namespace migext::report {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// Those that HTML forbids in a text (surrogates, too), and those that turn the direction of
/// writing around and so could make a name look like another
/// (https://www.unicode.org/reports/tr9/).
bool IsControl(char32_t c) {
  if (c < 0x20) return c != '\n' && c != '\t';
  return (c >= 0x7F && c < 0xA0) || (c >= 0xD800 && c <= 0xDFFF) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || (c & 0xFFFEU) == 0xFFFEU;
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const char32_t c = NextUtf8(text, offset);
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        AppendUtf8(out, IsControl(c) ? kReplacement : c);
    }
  }
  return out;
}

std::string Shortened(std::string_view text, std::size_t most) {
  std::size_t offset = 0;
  for (std::size_t count = 0; offset < text.size(); ++count) {
    if (count == most) return std::string(text.substr(0, offset)) + "…";
    NextUtf8(text, offset);
  }
  return std::string(text);
}

Html& Html::Open(std::string_view tag, std::string_view attributes) {
  text_ += '<';
  text_ += tag;
  if (!attributes.empty()) text_ += ' ';
  text_ += attributes;
  text_ += '>';
  return *this;
}

Html& Html::Close(std::string_view tag) {
  text_ += "</";
  text_ += tag;
  text_ += ">\n";
  return *this;
}

Html& Html::Text(std::string_view text) { return Markup(Escaped(text)); }

Html& Html::Element(std::string_view tag, std::string_view attributes, std::string_view text) {
  return Open(tag, attributes).Text(text).Close(tag);
}

Html& Html::Markup(std::string_view markup) {
  text_ += markup;
  return *this;
}

std::string ClassOf(std::string_view name) { return "class=\"" + std::string(name) + "\""; }

}  // namespace migext::report
