-- What the Python of blog.0004_populate_comment_nesting_fields does, as SQL: migrate() runs this
-- file in its place, forwards and backwards.  No comment has a parent yet, so each is the root of a
-- tree of its own: level 0, and its id as path.

-- forwards
UPDATE blog_comment SET level = 0, path = CAST(id AS text);

-- backwards
UPDATE blog_comment SET level = 0, path = '';
