-- A library as version 2 of the schema wrote it, with something in each table. Never changed: what
-- later versions make of it is tested.
PRAGMA application_id = 1231973228;
PRAGMA user_version = 2;

CREATE TABLE meta (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE folders (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  path  BLOB    NOT NULL UNIQUE,
  added TEXT    NOT NULL
) STRICT;

CREATE TABLE photos (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  folder         INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
  path           BLOB    NOT NULL,
  size           INTEGER NOT NULL,
  mtime_ns       INTEGER NOT NULL,
  device         INTEGER NOT NULL,
  inode          INTEGER NOT NULL,
  state          INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
  failure_code   TEXT,
  failure_reason TEXT,
  content_key    BLOB    CHECK (length (content_key) = 16),
  width          INTEGER NOT NULL DEFAULT 0,
  height         INTEGER NOT NULL DEFAULT 0,
  orientation    INTEGER NOT NULL DEFAULT 1,
  type           TEXT,
  taken          TEXT,
  clock          INTEGER NOT NULL,
  phash          INTEGER NOT NULL DEFAULT 0,
  colour         INTEGER NOT NULL DEFAULT 0,
  UNIQUE (folder, path)
) STRICT;
CREATE INDEX photos_content_key ON photos (content_key) WHERE content_key IS NOT NULL;
CREATE INDEX photos_clock ON photos (clock);
CREATE INDEX photos_state ON photos (state);

CREATE TABLE spaces (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  model         TEXT    NOT NULL CHECK (length (model) = 64),
  image_size    INTEGER NOT NULL CHECK (image_size > 0),
  preprocessing TEXT    NOT NULL,
  dims          INTEGER NOT NULL CHECK (dims > 0),
  UNIQUE (model, image_size, preprocessing)
) STRICT;

CREATE TABLE embeddings (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  photo     INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
  space     INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
  precision TEXT    NOT NULL,
  vector    BLOB    NOT NULL,
  UNIQUE (photo, space)
) STRICT;
CREATE INDEX embeddings_space ON embeddings (space);

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

CREATE TABLE "saved_searches" (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT    NOT NULL UNIQUE,
  query      TEXT    NOT NULL,
  added      TEXT    NOT NULL,
  matches    INTEGER,
  generation INTEGER,
  space      INTEGER
) STRICT;

CREATE TABLE recent_queries (
  id   INTEGER PRIMARY KEY,
  text TEXT    NOT NULL UNIQUE
) STRICT;

INSERT INTO meta (key, value) VALUES
  ('generation', '42'), ('active-model', 'big'), ('active-space', '3'),
  ('last-run', '2024-01-02T03:04:05+01:00');
INSERT INTO folders (id, path, added) VALUES
  (2, CAST ('/home/ada/Pictures' AS BLOB), '2024-01-01T00:00:00+01:00');
INSERT INTO photos (id, folder, path, size, mtime_ns, device, inode, state, content_key, width,
  height, orientation, type, taken, clock, phash, colour) VALUES
  (7, 2, x'323032312f636166e92e6a7067', 4321, 1700000000123456789, 64769, 99, 1,
   CAST ('0123456789abcdef' AS BLOB), 640, 480, 6, 'jpeg', '2021-05-06T07:08:09+02:00', 1620284889,
   -81985529216486896, 8453889);
INSERT INTO photos (id, folder, path, size, mtime_ns, device, inode, state, failure_code,
  failure_reason, clock) VALUES
  (8, 2, CAST ('broken.png' AS BLOB), 12, 1700000001000000000, 64769, 100, 2, 'damaged',
   'The file ends too early', 1700003601);
INSERT INTO spaces (id, model, image_size, preprocessing, dims) VALUES
  (3, '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 224, 'reference-1', 2);
INSERT INTO embeddings (id, photo, space, precision, vector) VALUES (11, 7, 3, 'f32', x'003c0000');
INSERT INTO queries (id, space, text, vector) VALUES (1, 3, 'a dog', x'0000803f00000000');
INSERT INTO models (name, weights, sha256, stamp, bytes, dims, image_size, licence, added) VALUES
  ('big', 'open_clip_model.safetensors',
   '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'stamp', 1000, 2, 224, 'mit',
   '2024-01-01T00:00:00+01:00');
INSERT INTO saved_searches (id, name, query, added, matches, generation, space) VALUES
  (1, 'Dogs', 'a dog -cat', '2024-01-01T00:00:00+01:00', 5, 42, 3);
INSERT INTO recent_queries (id, text) VALUES (1, 'a cat');
