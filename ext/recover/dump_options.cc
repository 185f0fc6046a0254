#include "recover/dump_options.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "base/text.h"

namespace migext::recover {
namespace {

constexpr const char* kFormats = "json and jsonl can be had";

/// An option's name without dashes and with underscores, and what follows "=".
struct Option {
  std::string name;
  std::optional<std::string> value;
};

/// Nothing for the label of an app or model.
std::optional<Option> AsOption(const std::string& word) {
  const bool has_dash = word.starts_with('-');
  const std::size_t dashes = std::min(word.find_first_not_of('-'), word.size());
  const std::size_t end = word.find('=');
  Option option;
  option.name =
      ReplaceAll(word.substr(dashes, end == std::string::npos ? end : end - dashes), "-", "_");
  if (end != std::string::npos) option.value = word.substr(end + 1);
  const bool is_switch = option.name == "natural_foreign" || option.name == "natural_primary";
  if (!has_dash && !option.value && !is_switch) return std::nullopt;
  return option;
}

class Reader {
 public:
  Reader(DumpOptions& options, const std::vector<std::string>& words)
      : options_(options), words_(words) {}

  void Read() {
    while (at_ < words_.size()) {
      const std::string& word = words_[at_++];
      if (const std::optional<Option> option = AsOption(word)) {
        Take(*option, word);
      } else {
        options_.labels.push_back(word);
      }
    }
  }

  const std::optional<std::string>& format() const { return format_; }

 private:
  void Take(const Option& option, const std::string& word) {
    const auto is = [&](std::string_view name) { return option.name == name; };
    if (is("natural_foreign")) {
      options_.natural_foreign = IsOn(option);
    } else if (is("natural_primary")) {
      options_.natural_primary = IsOn(option);
    } else if (is("all") || is("a")) {
      // Managers are not known here: all rows are written in any case.
      IsOn(option);
    } else if (is("exclude") || is("e")) {
      options_.excludes.push_back(ValueOf(option, word));
    } else if (is("indent")) {
      options_.indent = Number(ValueOf(option, word));
    } else if (is("format")) {
      format_ = ValueOf(option, word);
    } else if (is("pks")) {
      const std::string keys = ValueOf(option, word);
      if (keys.empty()) return;
      for (const std::string& key : Split(keys, ',')) {
        options_.primary_keys.emplace_back(Trim(key));
      }
    } else {
      throw Error("unrecognized arguments: " + word +
                  "\ndumpdata() takes labels of apps and models, indent=N, format=json|jsonl, "
                  "exclude=LABEL, pks=KEY,KEY, natural_foreign, natural_primary");
    }
  }

  /// A switch has no value.
  static bool IsOn(const Option& option) {
    if (!option.value) return true;
    throw Error("argument --" + ReplaceAll(option.name, "_", "-") +
                ": ignored explicit argument '" + *option.value + "'");
  }

  std::string ValueOf(const Option& option, const std::string& word) {
    if (option.value) return *option.value;
    if (at_ < words_.size()) return words_[at_++];
    throw Error("argument " + word + ": expected one argument\nwrite it like '" + word + "=...'");
  }

  static int Number(const std::string& text) {
    constexpr int kMost = 1000;
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && number <= kMost) return number;
    throw Error("argument --indent: invalid int value: '" + text + "'");
  }

  DumpOptions& options_;
  const std::vector<std::string>& words_;
  std::size_t at_ = 0;
  std::optional<std::string> format_;
};

FixtureFormat FormatNamed(const std::string& name) {
  if (name == "json") return FixtureFormat::kJson;
  if (name == "jsonl") return FixtureFormat::kJsonLines;
  if (name == "xml" || name == "yaml") {
    throw Error("dumpdata() does not write " + name + "; " + kFormats);
  }
  throw Error("Unknown serialization format: " + name + "\n" + kFormats);
}

FixtureFormat FormatOfPath(const std::string& path) {
  constexpr std::array kRefused = {".xml", ".yaml", ".yml", ".gz", ".bz2", ".zip", ".lzma", ".xz"};
  for (const char* ending : kRefused) {
    if (!path.ends_with(ending)) continue;
    throw Error("dumpdata() does not write '" + std::string(ending) + "' files; " + kFormats +
                ", and gzip can pack them afterwards");
  }
  return path.ends_with(".jsonl") ? FixtureFormat::kJsonLines : FixtureFormat::kJson;
}

}  // namespace

DumpOptions ReadDumpOptions(const std::string& path, const std::vector<std::string>& words) {
  DumpOptions options;
  options.path = path;
  options.format = FormatOfPath(path);
  Reader reader(options, words);
  reader.Read();
  if (reader.format()) options.format = FormatNamed(*reader.format());
  return options;
}

}  // namespace migext::recover
