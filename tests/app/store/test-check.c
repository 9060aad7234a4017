/* test-check.c: damage is found, mended where it can be, and never deleted. */
#include <string.h>

#include <glib/gstdio.h>

#include "store-fixture.h"
#include "store/check.h"
#include "store/embeddings.h"
#include "store/model-table.h"
#include "store/searches.h"

#define DIMS 64
#define PHOTOS 400
#define PAGE 4096

/* A library of some pages. */
static void
fill (const Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);
  InkModelRow row = {
      .name = (char *)"big",
      .weights = (char *)"w",
      .sha256 = (char *)"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      .stamp = (char *)"s",
      .added = (char *)"a",
  };

  g_assert_true (ink_store_begin (store, &error));
  for (guint i = 0; i < PHOTOS; i++) {
    g_autofree char *name = g_strdup_printf ("%u.jpg", i);
    fixture_put_axis (store, fixture_put (store, folder, name, 'a'), space, DIMS, i % DIMS);
  }
  g_assert_true (ink_store_put_model (store, &row, &error));
  g_assert_true (ink_store_commit (store, &error));
}

static GPtrArray *
check (InkStore *store, gboolean repair)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *problems = ink_store_check (store, repair, &error);

  g_assert_no_error (error);
  return problems;
}

static guint
count_problems (InkStore *store, gboolean repair)
{
  g_autoptr (GPtrArray) problems = check (store, repair);

  return problems->len;
}

static guint
count_photos (InkStore *store)
{
  InkPhotoCounts counts;

  g_assert_true (ink_store_count_photos (store, &counts, NULL));
  return counts.ok;
}

static void
test_sound (Fixture *fixture, gconstpointer unused)
{
  fill (fixture);
  g_autoptr (InkStore) reader = fixture_open_readonly (fixture);
  g_assert_cmpuint (count_problems (reader, FALSE), ==, 0);
  g_autoptr (InkStore) store = fixture_open (fixture);
  g_assert_cmpuint (count_problems (store, TRUE), ==, 0);
  g_assert_cmpuint (count_photos (store), ==, PHOTOS);
}

/* Rows that the program itself would never write. */
static void
test_rows (Fixture *fixture, gconstpointer unused)
{
  static const struct {
    const char *sql;
    const char *problem;
    guint photos;
    guint embeddings;
  } cases[] = {
      {"INSERT INTO photos (folder, path, size, mtime_ns, device, inode, state, clock)"
       " VALUES (77, x'61', 1, 1, 1, 1, 1, 1)",
       "1 photos belong to no folder", 0, 0},
      {"UPDATE photos SET path = CAST ('a/../../b' AS BLOB) WHERE id = 3", "1 photos have a name",
       1, 1},
      {"UPDATE photos SET path = CAST ('/etc/passwd' AS BLOB) WHERE id = 3", "1 photos have a name",
       1, 1},
      {"DELETE FROM photos WHERE id IN (3, 4)", "2 embeddings belong to no photo", 2, 2},
      {"UPDATE embeddings SET space = 77 WHERE photo = 3", "1 embeddings belong to no model", 0, 1},
      {"UPDATE embeddings SET vector = x'0000' WHERE photo = 3", "1 embeddings have a wrong length",
       0, 1},
      {"UPDATE embeddings SET vector = zeroblob (128) WHERE photo = 3", "1 embeddings are damaged",
       0, 1},
      {"UPDATE embeddings SET vector = x'ff7f' || zeroblob (126) WHERE photo = -1;"
       "UPDATE embeddings SET vector = CAST (x'ff7f' || zeroblob (126) AS BLOB) WHERE photo = 3",
       "1 embeddings are damaged", 0, 1},
      {"INSERT INTO queries (space, text, vector) VALUES (1, 'dog', x'00')",
       "1 cached queries have a wrong length", 0, 0},
      {"INSERT INTO meta (key, value) VALUES ('active-space', '77')", "1 settings name a model", 0,
       0},
      {"INSERT INTO meta (key, value) VALUES ('active-model', 'lost')", "1 settings name a model",
       0, 0},
      {"INSERT INTO meta (key, value) VALUES ('active-model', 'big')", NULL, 0, 0},
      {"INSERT INTO meta (key, value) VALUES ('previous-space', '77'), ('previous-model', 'lost')",
       "2 settings name a model", 0, 0},
      {"INSERT INTO missing (photo, since) VALUES (77777, 1)", "1 photos count as missing", 0, 0},
      {"INSERT INTO mounts (folder, path, volume) VALUES (77, x'', 'v')",
       "1 drives belong to no folder", 0, 0},
      {"UPDATE models SET name = '../../etc' WHERE name = 'big'", "1 models have no place", 0, 0},
      /* 2³² would be 0 in an unsigned int, and rows are cut by it. */
      {"INSERT INTO spaces (model, image_size, preprocessing, dims)"
       " VALUES (printf ('%064d', 1), 1, 'p', 4294967296)",
       "1 models have embeddings of an impossible length", 0, 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Fixture own;
    fixture_set_up (&own, NULL);
    fill (&own);
    fixture_run_sql (&own, cases[i].sql);
    g_autoptr (InkStore) store = fixture_open (&own);
    gint64 space = fixture_add_space (store, DIMS);
    g_autoptr (GPtrArray) problems = check (store, FALSE);
    g_assert_cmpuint (problems->len, ==, cases[i].problem != NULL ? 1 : 0);
    if (cases[i].problem != NULL) {
      g_test_message ("%s", (char *)problems->pdata[0]);
      g_assert_true (g_str_has_prefix (problems->pdata[0], cases[i].problem));
    }
    /* Looking alone changes nothing; mending takes out what is wrong, and only that. */
    g_assert_cmpuint (count_problems (store, TRUE), ==, problems->len);
    g_assert_cmpuint (count_problems (store, FALSE), ==, 0);
    g_assert_cmpuint (count_photos (store), ==, PHOTOS - cases[i].photos);
    g_assert_cmpint (ink_store_count_embeddings (store, space, NULL), ==,
                     PHOTOS - cases[i].embeddings);
    g_clear_pointer (&store, ink_store_unref);
    fixture_tear_down (&own, NULL);
  }
}

/* An index that lacks rows is made again. */
static void
test_index (Fixture *fixture, gconstpointer unused)
{
  fill (fixture);
  fixture_run_sql (fixture, "PRAGMA writable_schema = ON;"
                            "UPDATE sqlite_schema SET sql = 'CREATE INDEX photos_clock ON photos"
                            " (size)' WHERE name = 'photos_clock'");
  g_autoptr (InkStore) store = fixture_open (fixture);
  g_assert_cmpuint (count_problems (store, FALSE), >, 0);
  g_assert_cmpuint (count_problems (store, TRUE), >, 0);
  g_assert_cmpuint (count_problems (store, FALSE), ==, 0);
  g_assert_cmpuint (count_photos (store), ==, PHOTOS);
}

/* ---- Damaged files ----------------------------------------------------------------------- */

/* How many databases were set aside in the library. */
static guint
count_set_aside (const Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->library, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, "library.db.damaged-") && !g_str_has_suffix (name, "-shm") &&
         !g_str_has_suffix (name, "-wal");
  return n;
}

static void
expect_damaged (const Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ink_store_open_readonly (fixture->library, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED);
}

static InkStore *
open_with_notice (const Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *notice = NULL;
  InkStore *store = ink_store_open_writable (fixture->library, "test", &notice, &error);

  g_assert_no_error (error);
  g_assert_nonnull (notice);
  g_test_message ("%s", notice);
  g_assert_nonnull (strstr (notice, "library.db.damaged-"));
  return store;
}

static gboolean
mentions_set_aside (const GPtrArray *problems)
{
  for (guint i = 0; i < problems->len; i++)
    if (strstr (g_ptr_array_index (problems, i), "library.db.damaged-") != NULL)
      return TRUE;
  return FALSE;
}

/* No database at all any more. */
static void
test_no_database (Fixture *fixture, gconstpointer unused)
{
  fill (fixture);
  fixture_damage (fixture, 0, PAGE, 'x');
  expect_damaged (fixture);
  /* Nothing was touched by that. */
  g_assert_cmpuint (count_set_aside (fixture), ==, 0);
  g_autoptr (InkStore) store = open_with_notice (fixture);
  g_assert_cmpuint (count_set_aside (fixture), ==, 1);
  g_assert_cmpuint (count_photos (store), ==, 0);
  g_assert_cmpuint (count_problems (store, FALSE), ==, 0);
  fixture_add_folder (fixture, store);
}

/* Tables that are not there, or that would take what ours don't: nobody reads such a database. */
static void
test_tables (Fixture *fixture, gconstpointer unused)
{
  static const struct {
    const char *sql;
    guint photos; /* that can be kept */
  } cases[] = {
      {"DROP TABLE recent_queries", PHOTOS},
      {"DROP TABLE embeddings", PHOTOS},
      {"DROP TABLE photos", 0},
      {"DROP TABLE meta", PHOTOS},
      {"ALTER TABLE photos DROP COLUMN colour", PHOTOS},
      {"ALTER TABLE photos ADD COLUMN added TEXT NOT NULL DEFAULT 'a'", PHOTOS},
      {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql ="
       " replace (sql, ') STRICT', ')') WHERE name = 'photos'",
       PHOTOS},
      {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql ="
       " replace (sql, 'NOT NULL', '') WHERE name = 'embeddings'",
       PHOTOS},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Fixture own;
    fixture_set_up (&own, NULL);
    fill (&own);
    fixture_run_sql (&own, cases[i].sql);
    expect_damaged (&own);
    g_autoptr (InkStore) store = open_with_notice (&own);
    g_assert_cmpuint (count_set_aside (&own), ==, 1);
    g_assert_cmpuint (count_problems (store, FALSE), ==, 0);
    g_assert_cmpuint (count_photos (store), ==, cases[i].photos);
    g_clear_pointer (&store, ink_store_unref);
    fixture_tear_down (&own, NULL);
  }
  /* What somebody else keeps beside ours is his. */
  fill (fixture);
  fixture_run_sql (fixture, "CREATE TABLE notes (text); ANALYZE");
  ink_store_unref (fixture_open (fixture));
}

/* A file that ends early: at each page, and within one. */
static void
test_cut (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize size;
  guint set_aside = 0;

  fill (fixture);
  g_assert_true (g_file_get_contents (fixture->database, &bytes, &size, &error));
  for (gsize end = PAGE / 2; end < size; end += end < 4 * PAGE ? PAGE / 2 : 7 * PAGE) {
    g_autofree char *notice = NULL;
    g_assert_true (g_file_set_contents (fixture->database, bytes, (gssize)end, &error));
    g_autoptr (InkStore) store =
        ink_store_open_writable (fixture->library, "test", &notice, &error);
    g_assert_no_error (error);
    g_autoptr (GPtrArray) problems = check (store, TRUE);
    set_aside += notice != NULL || mentions_set_aside (problems);
    g_assert_cmpuint (count_set_aside (fixture), ==, set_aside);
    g_assert_cmpuint (count_problems (store, FALSE), ==, 0);
    fixture_add_folder (fixture, store);
  }
  g_assert_cmpuint (set_aside, >, 0);
}

/* Some pages in the middle: most photos can be kept. */
static void
test_pages (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize size;

  fill (fixture);
  g_assert_true (g_file_get_contents (fixture->database, &bytes, &size, &error));
  /* The last page holds photos or embeddings, since those were written last. */
  fixture_damage (fixture, size - PAGE, PAGE, 0x5a);
  fixture_damage (fixture, size / PAGE / 2 * PAGE, PAGE, 0x5a);
  g_autoptr (InkStore) store = fixture_open (fixture);
  g_assert_cmpuint (count_problems (store, FALSE), >, 0);
  g_assert_cmpuint (count_problems (store, TRUE), >, 1);
  g_assert_cmpuint (count_set_aside (fixture), ==, 1);
  g_assert_cmpuint (count_problems (store, FALSE), ==, 0);
  g_assert_cmpuint (count_photos (store), >, PHOTOS / 2);
  g_autoptr (InkModelRow) row = ink_store_get_model (store, "big", &error);
  g_assert_nonnull (row);
  g_autoptr (GPtrArray) folders = ink_store_get_folders (store, &error);
  g_assert_cmpuint (folders->len, ==, 1);
  /* It goes on as the library that it was. */
  fixture_put (store, fixture_add_folder (fixture, store), "new.jpg", 'n');
}

/* A damaged library of an older version: what it has in common with this one is brought over. */
static void
test_older_version (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("INKLING_TEST_DATA"), "store", "version-1.sql", NULL);
  g_autofree char *lock = g_build_filename (fixture->library, "library.lock", NULL);
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;
  float vector[2];

  g_assert_true (g_file_get_contents (path, &sql, NULL, &error));
  g_assert_cmpint (g_mkdir (fixture->library, 0700), ==, 0);
  fixture_run_sql (fixture, sql);
  /* An index that is not what it says, and a machine that went down meanwhile. */
  fixture_run_sql (fixture, "PRAGMA writable_schema = ON;"
                            "UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'photos_clock'");
  g_assert_true (g_file_set_contents (lock, "1 test host another-boot\n", -1, &error));
  g_autoptr (InkStore) store = open_with_notice (fixture);
  g_assert_cmpuint (count_set_aside (fixture), ==, 1);
  g_assert_cmpuint (count_problems (store, FALSE), ==, 0);
  g_assert_cmpuint (count_photos (store), ==, 1);
  g_assert_true (ink_store_get_embedding (store, 7, 3, vector, 2, &error));
  g_autoptr (GPtrArray) searches = ink_store_get_saved (store, &error);
  g_assert_cmpuint (searches->len, ==, 1);
}

/* A page anywhere, each in turn: opening and mending never end the program and never lose the
 * file, and a reader gets an answer or an error. */
static void
test_any_page (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize size;
  guint set_aside = 0;

  fill (fixture);
  g_assert_true (g_file_get_contents (fixture->database, &bytes, &size, &error));
  for (gsize page = 0; page < size / PAGE; page++) {
    for (guint kind = 0; kind < 2; kind++) {
      g_autofree char *notice = NULL;
      g_assert_true (g_file_set_contents (fixture->database, bytes, (gssize)size, &error));
      fixture_damage (fixture, page * PAGE + (page == 0 ? 100 : 0), 200, kind == 0 ? 0 : 0xff);
      g_autoptr (InkStore) reader = ink_store_open_readonly (fixture->library, NULL);
      if (reader != NULL) {
        g_autoptr (GPtrArray) folders = ink_store_get_folders (reader, NULL);
        g_autoptr (GPtrArray) problems = ink_store_check (reader, FALSE, NULL);
        g_assert_nonnull (problems);
      }
      g_clear_pointer (&reader, ink_store_unref);
      g_autoptr (InkStore) store =
          ink_store_open_writable (fixture->library, "test", &notice, &error);
      g_assert_no_error (error);
      g_autoptr (GPtrArray) problems = ink_store_check (store, TRUE, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (count_problems (store, FALSE), ==, 0);
      fixture_add_folder (fixture, store);
      /* What was damaged beyond mending is kept, each time under another name. */
      set_aside += notice != NULL || mentions_set_aside (problems);
      g_assert_cmpuint (count_set_aside (fixture), ==, set_aside);
    }
  }
  g_assert_cmpuint (set_aside, >, size / PAGE);
}

/* After a power loss the whole file is looked through before it is used. */
static void
test_power_loss (Fixture *fixture, gconstpointer unused)
{
  static const char holder[] = "1 inkling host another-boot\n";
  g_autoptr (GError) error = NULL;
  g_autofree char *lock = g_build_filename (fixture->library, "library.lock", NULL);
  g_autofree char *bytes = NULL;
  gsize size;

  fill (fixture);
  g_assert_true (g_file_set_contents (lock, holder, -1, &error));
  ink_store_unref (fixture_open (fixture));

  g_assert_true (g_file_get_contents (fixture->database, &bytes, &size, &error));
  fixture_damage (fixture, size - PAGE, PAGE, 0x5a);
  /* Nobody looks without a reason. */
  ink_store_unref (fixture_open (fixture));
  g_assert_true (g_file_set_contents (lock, holder, -1, &error));
  g_autoptr (InkStore) store = open_with_notice (fixture);
  g_assert_cmpuint (count_problems (store, FALSE), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_test ("/store/check/sound", test_sound);
  fixture_test ("/store/check/rows", test_rows);
  fixture_test ("/store/check/index", test_index);
  fixture_test ("/store/check/no-database", test_no_database);
  fixture_test ("/store/check/tables", test_tables);
  fixture_test ("/store/check/cut", test_cut);
  fixture_test ("/store/check/pages", test_pages);
  fixture_test ("/store/check/older-version", test_older_version);
  fixture_test ("/store/check/any-page", test_any_page);
  fixture_test ("/store/check/power-loss", test_power_loss);
  return g_test_run ();
}
