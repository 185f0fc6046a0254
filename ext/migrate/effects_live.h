// Which version of each object of a timeline the live schema shows.
//
//   const LiveMatch& match = LiveMatches(timeline, live)[column];
//   match.versions   // {1, 3}: looks as after the first change, and as after the third
//
// What is found by name and looks like none of its versions matches those of that name and is
// marked as different.
#ifndef MIGEXT_MIGRATE_EFFECTS_LIVE_H_
#define MIGEXT_MIGRATE_EFFECTS_LIVE_H_

#include <set>
#include <string>
#include <vector>

#include "migrate/effects_timeline.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

struct LiveMatch {
  std::set<std::size_t> versions;
  bool exists = false;
  bool different = false;
  std::string name;   ///< As it is called in the database; "" when it is not there.
  std::string found;  ///< What is there, for a message: "varchar(80) NOT NULL", "(post_id, path)".
};

/// One per object, in their order.
std::vector<LiveMatch> LiveMatches(const Timeline& timeline, const sqlite::LiveSchema& live);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_EFFECTS_LIVE_H_
