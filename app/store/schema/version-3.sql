-- Version 3 of the library's schema: drives, exclusions, and photos that are missing.

-- The file systems that a folder's photos were on when it was last scanned: its own, and those that
-- are mounted below it. What lies on one that is not there at present is away, not gone.
CREATE TABLE mounts (
  folder INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
  path   BLOB    NOT NULL, -- relative to the folder; empty for the folder's own
  volume TEXT    NOT NULL, -- as index/volumes.h names it
  PRIMARY KEY (folder, path)
) STRICT, WITHOUT ROWID;

-- Patterns of names that are left out of a folder.
CREATE TABLE exclusions (
  id      INTEGER PRIMARY KEY,
  folder  INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
  pattern BLOB    NOT NULL,
  UNIQUE (folder, pattern)
) STRICT;

-- Photos that were not found any more, so many at once that they may come back: they are kept for
-- some time.
CREATE TABLE missing (
  photo INTEGER NOT NULL PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
  since INTEGER NOT NULL  -- seconds since 1970, UTC
) STRICT;

-- A file of a size that no photo has can't be one that moved.
CREATE INDEX photos_size ON photos (size);
