// The pages that a database holds for later use: what is on them was deleted.
#ifndef MIGEXT_RECOVER_SALVAGE_FREE_H_
#define MIGEXT_RECOVER_SALVAGE_FREE_H_

#include <set>

#include "recover/salvage_pages.h"

namespace migext::recover {

struct FreePages {
  std::set<PageNumber> pages;
  /// False when the list is cut off: then a page that no tree leads to may be a free one.
  bool is_whole = false;

  /// https://sqlite.org/fileformat2.html#the_freelist
  static FreePages Read(const PageStore& store);
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_FREE_H_
