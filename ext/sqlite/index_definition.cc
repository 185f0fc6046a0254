#include "sqlite/index_definition.h"

#include <span>
#include <vector>

#include "sqlite/sql_tokens.h"

namespace migext::sqlite {

std::optional<IndexDefinition> ReadIndexDefinition(std::string_view sql) {
  const std::vector<SqlToken> tokens = Tokenize(sql);
  if (tokens.size() < 6 || !tokens[0].Is("CREATE")) return std::nullopt;
  IndexDefinition index;
  index.unique = tokens[1].Is("UNIQUE");
  if (!tokens[index.unique ? 2 : 1].Is("INDEX")) return std::nullopt;
  for (std::size_t i = 2; i + 2 < tokens.size(); ++i) {
    if (!tokens[i].Is("ON") || !tokens[i + 2].Is("(")) continue;
    index.name = tokens[i - 1].text;
    index.table = tokens[i + 1].text;
    index.tail = sql.substr(tokens[i + 2].begin);
    index.shape = NormalizedSql(std::span(tokens).subspan(i + 2), sql);
    return index;
  }
  return std::nullopt;
}

}  // namespace migext::sqlite
