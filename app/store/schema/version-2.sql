-- Version 2: the names of saved searches are unique and their counts are kept; recent queries.

CREATE TABLE named_searches (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT    NOT NULL UNIQUE,
  query      TEXT    NOT NULL,                    -- as typed into the search box
  added      TEXT    NOT NULL,
  matches    INTEGER,                             -- strong ones, when they were last counted …
  generation INTEGER,                             -- … in this state of the library …
  space      INTEGER                              -- … with these embeddings
) STRICT;
INSERT OR IGNORE INTO named_searches (id, name, query, added)
  SELECT id, name, query, added FROM saved_searches ORDER BY id;
DROP TABLE saved_searches;
ALTER TABLE named_searches RENAME TO saved_searches;

-- What was typed, for suggestions; the greatest id is the newest.
CREATE TABLE recent_queries (
  id   INTEGER PRIMARY KEY,
  text TEXT    NOT NULL UNIQUE
) STRICT;
