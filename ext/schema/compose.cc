#include "schema/compose.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "schema/statement.h"

namespace migext::schema {
namespace {

using ColumnPart = TableText::ColumnPart;

enum class Affinity : std::uint8_t { kInteger, kText, kBlob, kReal, kNumeric };

/// https://sqlite.org/datatype3.html#determination_of_column_affinity
Affinity AffinityOf(const Column& column) {
  const std::string type = Lower(column.type);
  const auto has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
  if (has("int")) return Affinity::kInteger;
  if (has("char") || has("clob") || has("text")) return Affinity::kText;
  if (type.empty() || has("blob")) return Affinity::kBlob;
  if (has("real") || has("floa") || has("doub")) return Affinity::kReal;
  return Affinity::kNumeric;
}

/// Values are stored and compared alike.
bool AreAlike(const Column& a, const Column& b) {
  return AffinityOf(a) == AffinityOf(b) && EqualsIgnoringCase(a.collation, b.collation);
}

bool HasOddName(const TableText& text) {
  return std::any_of(text.columns.begin(), text.columns.end(), [](const ColumnPart& part) {
    return part.column.name.find('"') != std::string::npos;
  });
}

const CopiedColumn* FindCopied(const std::vector<CopiedColumn>& copy, std::string_view column) {
  const auto found = std::find_if(copy.begin(), copy.end(), [&](const CopiedColumn& copied) {
    return copied.column == column;
  });
  return found == copy.end() ? nullptr : &*found;
}

constexpr std::string_view kCoalesce = "coalesce(";

/// Makes the composition, or finds out that there is none.
class Composer {
 public:
  Composer(const TableRemake& first, const TableRemake& second)
      : first_(first),
        second_(second),
        before_(first.before),
        middle_(first.after),
        after_(second.after) {}

  std::optional<TableRemake> Run(const std::vector<std::string>& indexes) {
    const bool is_fit = !HasOddName(before_) && !HasOddName(middle_) && !HasOddName(after_) &&
                        IsTakenAsItIs() && KeepsKey();
    if (!is_fit) return std::nullopt;
    const auto demand_holds = [this](const auto& part) { return HoldsAnyway(part); };
    const bool fails_alike =
        std::all_of(middle_.columns.begin(), middle_.columns.end(), demand_holds) &&
        std::all_of(middle_.constraints.begin(), middle_.constraints.end(),
                    [this](const std::string& sql) { return IsDemandedElsewhere(sql); }) &&
        std::all_of(indexes.begin(), indexes.end(),
                    [this](const std::string& sql) { return IsIndexHarmless(sql); });
    if (!fails_alike) return std::nullopt;
    TableRemake result = {first_.table,          before_, after_, first_.indexes_before,
                          second_.indexes_after, {}};
    for (const CopiedColumn& copied : second_.copy) {
      if (!Append(copied, result.copy)) return std::nullopt;
    }
    return result;
  }

 private:
  std::string Settled(const std::string& sql) const {
    return ReplaceAll(sql, QuoteName(first_.NewTable()), QuoteName(first_.table));
  }

  /// The second remake starts from what the first one has made.
  bool IsTakenAsItIs() const {
    const TableText& taken = second_.before;
    if (taken.columns.size() != middle_.columns.size()) return false;
    for (const ColumnPart& part : middle_.columns) {
      const ColumnPart* known = taken.FindColumn(part.column.name);
      if (!known || part.definition.empty()) return false;
      if (Settled(known->definition) != Settled(part.definition)) return false;
    }
    return std::is_permutation(taken.constraints.begin(), taken.constraints.end(),
                               middle_.constraints.begin(), middle_.constraints.end());
  }

  const ColumnPart* PlainSource(const std::string& column) const {
    const CopiedColumn* copied = FindCopied(first_.copy, column);
    return copied && copied->IsPlain() ? before_.FindColumn(copied->source) : nullptr;
  }

  const ColumnPart* PlainTarget(const std::string& column) const {
    for (const CopiedColumn& copied : second_.copy) {
      if (copied.source == column && copied.IsPlain()) return after_.FindColumn(copied.column);
    }
    return nullptr;
  }

  /// The same column of the same values, under its name, in the table before or behind.
  bool IsSame(const ColumnPart* other, const ColumnPart& part) const {
    return other && other->column.name == part.column.name && AreAlike(other->column, part.column);
  }

  /// Rows are read in the order of their keys.
  bool KeepsKey() const {
    const auto is_kept = [](const ColumnPart* other, const ColumnPart& part) {
      return other && other->definition == part.definition &&
             other->column.name == part.column.name;
    };
    for (const ColumnPart& part : middle_.columns) {
      if (!part.column.primary_key) continue;
      if (!is_kept(PlainSource(part.column.name), part)) return false;
      if (!is_kept(PlainTarget(part.column.name), part)) return false;
    }
    return KeysOf(before_) == KeysOf(middle_) && KeysOf(middle_) == KeysOf(after_);
  }

  static std::vector<std::string> KeysOf(const TableText& text) {
    std::vector<std::string> keys;
    for (const ColumnPart& part : text.columns) {
      if (part.column.primary_key) keys.push_back(part.column.name);
    }
    for (const std::string& sql : text.constraints) {
      if (sql.starts_with("PRIMARY KEY")) keys.push_back(sql);
    }
    return keys;
  }

  bool IsNeverNull(const std::string& column) const {
    const CopiedColumn* copied = FindCopied(first_.copy, column);
    if (!copied) return false;
    if (copied->source.empty()) return copied->value != "NULL";
    return copied->value.starts_with(kCoalesce) && !copied->value.ends_with(", NULL)");
  }

  bool HoldsAnyway(const ColumnPart& part) const {
    const ColumnPart* source = PlainSource(part.column.name);
    const ColumnPart* target = PlainTarget(part.column.name);
    if (part.column.generated) return IsGeneratedElsewhere(part);
    if (!part.column.null && !IsNeverNull(part.column.name)) {
      const bool holds = (source && !source->column.null) || (target && !target->column.null);
      if (!holds) return false;
    }
    const auto is_unique = [&](const ColumnPart* other) {
      return other && (other->column.unique || other->column.primary_key) &&
             AreAlike(other->column, part.column);
    };
    if (part.column.unique && !is_unique(source) && !is_unique(target)) return false;
    const auto has_check = [&](const ColumnPart* other) {
      return IsSame(other, part) && other->column.check == part.column.check;
    };
    return part.column.check.empty() || has_check(source) || has_check(target);
  }

  /// Its expression may fail.
  bool IsGeneratedElsewhere(const ColumnPart& part) const {
    const auto makes_it = [&](const TableText& text) {
      const ColumnPart* other = text.FindColumn(part.column.name);
      return other && other->definition == part.definition;
    };
    return (makes_it(before_) && UsesOnly(part.definition, true)) ||
           (makes_it(after_) && UsesOnly(part.definition, false));
  }

  /// Every column of the middle that the text names has the same values before it, or behind.
  bool UsesOnly(const std::string& sql, bool before) const {
    return std::all_of(middle_.columns.begin(), middle_.columns.end(), [&](const ColumnPart& part) {
      if (sql.find(QuoteName(part.column.name)) == std::string::npos) return true;
      if (part.column.generated) {
        const ColumnPart* other = (before ? before_ : after_).FindColumn(part.column.name);
        return other && other->definition == part.definition;
      }
      return IsSame(before ? PlainSource(part.column.name) : PlainTarget(part.column.name), part);
    });
  }

  bool IsDemandedElsewhere(const std::string& sql) const {
    const auto has = [&](const TableText& text) {
      return std::find(text.constraints.begin(), text.constraints.end(), sql) !=
             text.constraints.end();
    };
    return (has(before_) && UsesOnly(sql, true)) || (has(after_) && UsesOnly(sql, false));
  }

  /// Making an index fails where it is unique, or where an expression does.
  bool IsIndexHarmless(const std::string& sql) const {
    const bool can_fail = sql.starts_with("CREATE UNIQUE") ||
                          std::count(sql.begin(), sql.end(), '(') != 1 ||
                          sql.find(" WHERE ") != std::string::npos;
    if (!can_fail) return true;
    const auto has = [&](const std::vector<IndexStatement>& indexes) {
      return std::any_of(indexes.begin(), indexes.end(),
                         [&](const IndexStatement& index) { return index.Sql() == sql; });
    };
    return (has(first_.indexes_before) && UsesOnly(sql, true)) ||
           (has(second_.indexes_after) && UsesOnly(sql, false));
  }

  /// False when the value can't be had from the table before.
  bool Append(const CopiedColumn& copied, std::vector<CopiedColumn>& copy) const {
    if (copied.source.empty()) {
      copy.push_back(copied);
      return true;
    }
    const ColumnPart* middle = middle_.FindColumn(copied.source);
    const ColumnPart* after = after_.FindColumn(copied.column);
    if (!middle || !after) return false;
    const CopiedColumn* origin = FindCopied(first_.copy, copied.source);
    if (!origin) {
      // The database's default fills it, here or there.
      return copied.IsPlain() && middle->has_default && after->has_default &&
             middle->definition == after->definition && copied.source == copied.column;
    }
    if (!PassesUnchanged(*origin, *middle, *after)) return false;
    const std::string name = QuoteName(copied.source);
    const std::string head = std::string(kCoalesce) + name + ", ";
    std::string value = origin->value;
    if (!copied.IsPlain()) {
      if (!copied.value.starts_with(head)) return false;
      value = std::string(kCoalesce) + value + copied.value.substr(head.size() - 2);
    }
    copy.push_back({copied.column, std::move(value), origin->source});
    return true;
  }

  bool PassesUnchanged(const CopiedColumn& origin, const ColumnPart& middle,
                       const ColumnPart& after) const {
    const Affinity affinity = AffinityOf(middle.column);
    if (affinity == AffinityOf(after.column)) return true;
    const ColumnPart* source = origin.IsPlain() ? before_.FindColumn(origin.source) : nullptr;
    return source && AffinityOf(source->column) == affinity;
  }

  const TableRemake& first_;
  const TableRemake& second_;
  const TableText& before_;
  const TableText& middle_;
  const TableText& after_;
};

}  // namespace

std::optional<TableRemake> Compose(const TableRemake& first, const TableRemake& second,
                                   const std::vector<std::string>& indexes) {
  return Composer(first, second).Run(indexes);
}

}  // namespace migext::schema
