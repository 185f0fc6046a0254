#include "support/transcript.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "base/text.h"

namespace migext::test {
namespace {

class TranscriptReader {
 public:
  explicit TranscriptReader(std::string path) : path_(std::move(path)) {}

  std::vector<Session> Read() {
    std::ifstream in(path_, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path_);
    std::string line;
    while (std::getline(in, line)) {
      ++number_;
      const std::size_t space = line.find(' ');
      const std::string mark = line.substr(0, space);
      ReadLine(mark, space == std::string::npos ? "" : line.substr(space + 1));
    }
    if (sessions_.empty()) Refuse("no session");
    return std::move(sessions_);
  }

 private:
  void ReadLine(const std::string& mark, const std::string& rest) {
    if (mark == "==") return BeginSession(rest);
    if (mark == "$") return BeginCommand(rest);
    if (mark == ">") {
      NewStep().sql = rest;
      return;
    }
    if (mark == "exit") {
      Last().exit_status = std::stoi(rest);
      return;
    }
    if (mark == "|") return Append(Last().output, rest);
    if (mark == "!") return Append(Last().errors, rest);
    if (mark == "+++") {
      text_ = &Last().files.emplace_back(rest, "").second;
      return;
    }
    if (mark == "+" && text_ != nullptr) return Append(*text_, rest);
    if (mark == "\\" && text_ != nullptr && !text_->empty()) return text_->pop_back();
    if (mark == "=") {
      Last().changes = Json::Parse(rest);
      return;
    }
    if (!mark.empty()) Refuse("unknown mark '" + mark + "'");
  }

  void BeginSession(const std::string& rest) {
    const std::size_t bracket = rest.rfind(" [");
    if (bracket == std::string::npos || rest.back() != ']') Refuse("no [database]");
    Session& session = sessions_.emplace_back();
    session.title = rest.substr(0, bracket);
    session.database = rest.substr(bracket + 2, rest.size() - bracket - 3);
  }

  void BeginCommand(const std::string& rest) {
    std::vector<std::string> words = Split(rest, ' ');
    if (words.size() < 2 || words.front() != "manage.py") Refuse("not a command of manage.py");
    words.erase(words.begin());
    NewStep().command = std::move(words);
  }

  void Append(std::string& text, const std::string& line) {
    text += line;
    text += '\n';
    text_ = &text;
  }

  Step& NewStep() {
    if (sessions_.empty()) Refuse("a step outside of a session");
    text_ = nullptr;
    return sessions_.back().steps.emplace_back();
  }

  Step& Last() {
    if (sessions_.empty() || sessions_.back().steps.empty()) Refuse("a line before any step");
    return sessions_.back().steps.back();
  }

  [[noreturn]] void Refuse(const std::string& why) const {
    throw std::runtime_error(path_ + ":" + std::to_string(number_) + ": " + why);
  }

  std::string path_;
  int number_ = 0;
  std::vector<Session> sessions_;
  std::string* text_ = nullptr;  // What a following "\" or "+" belongs to.
};

}  // namespace

bool Step::IsCommand(const std::vector<std::string>& words) const {
  return words.size() <= command.size() && std::equal(words.begin(), words.end(), command.begin());
}

bool Step::HasOption(std::string_view option) const {
  return std::find(command.begin(), command.end(), option) != command.end();
}

std::vector<std::string> Step::OutputLines() const {
  if (output.empty()) return {};
  std::string_view text = output;
  if (text.back() == '\n') text.remove_suffix(1);
  return Split(text, '\n');
}

std::string Step::Text() const { return command.empty() ? sql : "manage.py " + Join(command, " "); }

std::vector<Session> ReadTranscript(const std::string& path) {
  return TranscriptReader(path).Read();
}

}  // namespace migext::test
