// Comment trees: what path and level should be, what is wrong, and the repair.
//
//   SELECT * FROM comment_tree_check;
//   SELECT comment_tree_rebuild();
//   SELECT line FROM comment_tree('forum_reply', 'id', 'answers_to');
#ifndef MIGEXT_SURFACE_COMMENT_TREE_H_
#define MIGEXT_SURFACE_COMMENT_TREE_H_

#include "sqlite/function.h"
#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function CommentTreePath(const SessionPtr& session);
sqlite::Function CommentTreeLevel(const SessionPtr& session);
sqlite::Table CommentTree(const SessionPtr& session);
sqlite::Table CommentTreeCheck(const SessionPtr& session);
sqlite::Function CommentTreeRebuild(const SessionPtr& session);
sqlite::Function CommentTreeReset(const SessionPtr& session);

sqlite::Function TreeDepth(const SessionPtr& session);
sqlite::Function TreeParent(const SessionPtr& session);
sqlite::Function TreeRoot(const SessionPtr& session);
sqlite::Function TreeIsAncestor(const SessionPtr& session);
sqlite::Function TreeKey(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_COMMENT_TREE_H_
