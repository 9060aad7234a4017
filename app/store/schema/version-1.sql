-- Version 1 of the library's schema. Never changed once released: what comes later is a step of
-- its own (migrate.c).

-- Small values, among them "generation", which grows with each change.
CREATE TABLE meta (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- File names are any bytes, so they are blobs. None ends in a slash but the root folder.
CREATE TABLE folders (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  path  BLOB    NOT NULL UNIQUE,
  added TEXT    NOT NULL
) STRICT;

-- AUTOINCREMENT: an id is never given to another photo, since caches and windows hold on to it.
CREATE TABLE photos (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  folder         INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
  path           BLOB    NOT NULL,                -- relative to the folder
  size           INTEGER NOT NULL,
  mtime_ns       INTEGER NOT NULL,
  device         INTEGER NOT NULL,
  inode          INTEGER NOT NULL,
  state          INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3), -- ok, failed, unsupported
  failure_code   TEXT,
  failure_reason TEXT,
  content_key    BLOB    CHECK (length (content_key) = 16),
  width          INTEGER NOT NULL DEFAULT 0,
  height         INTEGER NOT NULL DEFAULT 0,
  orientation    INTEGER NOT NULL DEFAULT 1,
  type           TEXT,
  taken          TEXT,
  clock          INTEGER NOT NULL,                -- local seconds, to sort and to choose by
  phash          INTEGER NOT NULL DEFAULT 0,
  colour         INTEGER NOT NULL DEFAULT 0,      -- 0xRRGGBB
  UNIQUE (folder, path)
) STRICT;
CREATE INDEX photos_content_key ON photos (content_key) WHERE content_key IS NOT NULL;
CREATE INDEX photos_clock ON photos (clock);
CREATE INDEX photos_state ON photos (state);

CREATE TABLE spaces (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  model         TEXT    NOT NULL CHECK (length (model) = 64), -- SHA-256
  image_size    INTEGER NOT NULL CHECK (image_size > 0),
  preprocessing TEXT    NOT NULL,
  dims          INTEGER NOT NULL CHECK (dims > 0),
  UNIQUE (model, image_size, preprocessing)
) STRICT;

-- AUTOINCREMENT: a replaced row gets a new, greater id, so that readers can load what is new.
CREATE TABLE embeddings (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  photo     INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
  space     INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
  precision TEXT    NOT NULL,
  vector    BLOB    NOT NULL,                     -- float16, little-endian
  UNIQUE (photo, space)
) STRICT;
CREATE INDEX embeddings_space ON embeddings (space);

-- Texts that were searched for, with their float32 embeddings.
CREATE TABLE queries (
  id     INTEGER PRIMARY KEY,
  space  INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
  text   TEXT    NOT NULL,
  vector BLOB    NOT NULL,
  UNIQUE (space, text)
) STRICT;

CREATE TABLE models (
  name       TEXT    NOT NULL PRIMARY KEY,
  weights    TEXT    NOT NULL,
  sha256     TEXT    NOT NULL CHECK (length (sha256) = 64),
  stamp      TEXT    NOT NULL,
  bytes      INTEGER NOT NULL,
  dims       INTEGER NOT NULL,
  image_size INTEGER NOT NULL,
  licence    TEXT,
  added      TEXT    NOT NULL
) STRICT;

CREATE TABLE saved_searches (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  name  TEXT NOT NULL,
  query TEXT NOT NULL,
  added TEXT NOT NULL
) STRICT;

INSERT INTO meta (key, value) VALUES ('generation', '0');
