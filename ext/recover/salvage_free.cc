#include "recover/salvage_free.h"

#include <algorithm>
#include <string>

#include "recover/salvage_bytes.h"

namespace migext::recover {

FreePages FreePages::Read(const PageStore& store) {
  FreePages free;
  if (!store.header().readable) return free;
  PageNumber trunk = store.header().first_free;
  while (trunk != 0) {
    const std::string bytes = store.Read(trunk);
    if (bytes.size() < store.usable_size() || !free.pages.insert(trunk).second) return free;
    const std::size_t most = store.usable_size() / 4 - 2;
    const std::size_t leaves = std::min<std::size_t>(ReadUint32(bytes, 4), most);
    for (std::size_t i = 0; i < leaves; ++i) free.pages.insert(ReadUint32(bytes, 8 + 4 * i));
    trunk = ReadUint32(bytes, 0);
  }
  free.is_whole = free.pages.size() == store.header().free_pages;
  return free;
}

}  // namespace migext::recover
