#include "schema/naming.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace migext::schema {
namespace {

std::string Name(std::string_view table, const std::vector<std::string>& columns,
                 std::string_view suffix = "") {
  return IndexName(table, columns, suffix);
}

TEST(NamingTest, AnIndexIsNamedAfterTableColumnsAndTheirDigest) {
  EXPECT_EQ(Name("fk_basic_parent", {"boss_id"}), "fk_basic_parent_boss_id_1d0810b5");
  EXPECT_EQ(Name("mo_unique_together_listed", {"c", "a"}, "_uniq"),
            "mo_unique_together_listed_c_a_1bbaa2e2_uniq");
  EXPECT_EQ(Name("mo_index_together_a", {"a", "b"}, "_idx"),
            "mo_index_together_a_a_b_e96d72e4_idx");
}

TEST(NamingTest, QuotesOfTheTableDoNotCount) {
  EXPECT_EQ(Name("\"fk_basic_parent\"", {"boss_id"}), "fk_basic_parent_boss_id_1d0810b5");
}

TEST(NamingTest, ALongNameKeepsTheBeginningsOfBothParts) {
  const std::string name = Name(std::string(150, 't'), {std::string(150, 'c')}, "_uniq");

  EXPECT_EQ(name.size(), 199U);
  EXPECT_TRUE(name.starts_with(std::string(92, 't') + "_" + std::string(92, 'c') + "_"));
  EXPECT_TRUE(name.ends_with("_uniq"));
}

TEST(NamingTest, AShortenedNameDoesNotBeginWithADigitOrUnderscore) {
  EXPECT_TRUE(Name("1" + std::string(199, 't'), {"c"}).starts_with("D1t"));
  EXPECT_TRUE(Name("1short", {"c"}).starts_with("1short_c_"));
}

TEST(NamingTest, LengthsCountCharacters) {
  std::string table;
  for (int i = 0; i < 120; ++i) table += "\xC3\xA9";

  EXPECT_TRUE(Name(table, {"c"}).starts_with(table + "_c_"));
}

}  // namespace
}  // namespace migext::schema
