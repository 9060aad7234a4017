/* test-open.c: what a library's folder may hold, and what opening makes of it. */
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "store-fixture.h"
#include "store/migrate.h"
#include "store/places.h"
#include "store/model-table.h"
#include "store/searches.h"

/* ---- Absent, new, strange ---------------------------------------------------------------- */

static void
expect_readonly_error (const Fixture *fixture, InkError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ink_store_open_readonly (fixture->library, &error));
  g_assert_error (error, INK_ERROR, (int)code);
}

static void
expect_writable_error (const Fixture *fixture, InkError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ink_store_open_writable (fixture->library, "test", NULL, &error));
  g_assert_error (error, INK_ERROR, (int)code);
}

static void
test_absent (Fixture *fixture, gconstpointer unused)
{
  struct stat status;

  expect_readonly_error (fixture, INK_ERROR_NO_LIBRARY);
  g_assert_false (g_file_test (fixture->library, G_FILE_TEST_EXISTS));
  ink_store_unref (fixture_open (fixture));
  g_assert_cmpint (g_stat (fixture->library, &status), ==, 0);
  g_assert_cmphex (status.st_mode & 0777, ==, 0700);
  ink_store_unref (fixture_open_readonly (fixture));

  /* An empty file is what is left of a library that was never committed. */
  g_assert_cmpint (truncate (fixture->database, 0), ==, 0);
  expect_readonly_error (fixture, INK_ERROR_NO_LIBRARY);
  ink_store_unref (fixture_open (fixture));
}

/* A library may be in any folder. */
static void
test_strange_place (Fixture *fixture, gconstpointer unused)
{
  Fixture strange = *fixture;
  strange.library = g_build_filename (fixture->directory, "a?b#c&d%41\n\xff", NULL);
  g_autofree char *library = strange.library;
  g_autofree char *database = g_build_filename (library, "library.db", NULL);
  struct stat status;

  ink_store_unref (fixture_open (&strange));
  ink_store_unref (fixture_open_readonly (&strange));
  g_assert_cmpint (g_stat (database, &status), ==, 0);
  g_assert_cmphex (status.st_mode & 0777, ==, 0600);
}

static void
test_readonly (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) writer = fixture_open (fixture);
  g_autoptr (InkStore) reader = fixture_open_readonly (fixture);

  g_assert_true (ink_store_is_writable (writer));
  g_assert_false (ink_store_is_writable (reader));
  g_assert_false (ink_store_set_meta (reader, "key", "value", &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (ink_store_begin (reader, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_READ_ONLY);
}

static void
test_foreign (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *before = NULL, *after = NULL;
  gsize before_length, after_length;

  g_assert_cmpint (g_mkdir (fixture->library, 0700), ==, 0);
  fixture_run_sql (fixture, "CREATE TABLE recipes (name); INSERT INTO recipes VALUES ('soup')");
  g_assert_true (g_file_get_contents (fixture->database, &before, &before_length, NULL));
  expect_readonly_error (fixture, INK_ERROR_LIBRARY_FOREIGN);
  expect_writable_error (fixture, INK_ERROR_LIBRARY_FOREIGN);
  g_assert_true (g_file_get_contents (fixture->database, &after, &after_length, NULL));
  g_assert_cmpmem (before, before_length, after, after_length);
}

static void
test_newer (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  gsize before_length, after_length;

  ink_store_unref (fixture_open (fixture));
  fixture_run_sql (fixture, "PRAGMA user_version = 1000");
  g_assert_true (g_file_get_contents (fixture->database, &before, &before_length, NULL));
  expect_readonly_error (fixture, INK_ERROR_LIBRARY_NEWER);
  expect_writable_error (fixture, INK_ERROR_LIBRARY_NEWER);
  /* It says which versions, and what to do; and touches nothing. */
  g_assert_null (ink_store_open_writable (fixture->library, "test", NULL, &error));
  g_assert_nonnull (strstr (error->message, "1000"));
  g_assert_nonnull (strstr (error->message, "update Inkling"));
  g_assert_true (g_file_get_contents (fixture->database, &after, &after_length, NULL));
  g_assert_cmpmem (before, before_length, after, after_length);
}

/* What somebody else sees of a library that is his to read only. */
static void
expect_unwritable (const Fixture *fixture)
{
  InkPhotoCounts counts;
  g_autoptr (InkStore) reader = fixture_open_readonly (fixture);

  g_assert_true (ink_store_count_photos (reader, &counts, NULL));
  g_assert_cmpuint (counts.ok, ==, 1);
  expect_writable_error (fixture, INK_ERROR_READ_ONLY);
}

static void
test_unwritable (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *lock = g_build_filename (fixture->library, "library.lock", NULL);
  g_autoptr (InkStore) store = fixture_open (fixture);

  fixture_put (store, fixture_add_folder (fixture, store), "a.jpg", 'a');
  g_clear_pointer (&store, ink_store_unref);
  g_assert_cmpint (g_chmod (fixture->directory, 0755), ==, 0);
  g_assert_cmpint (g_chmod (fixture->library, 0555), ==, 0);
  g_assert_cmpint (g_chmod (fixture->database, 0444), ==, 0);
  g_assert_cmpint (g_chmod (lock, 0444), ==, 0);
  if (geteuid () != 0) {
    expect_unwritable (fixture);
  } else {
    /* Permissions do not hold for root. */
    pid_t child = fork ();
    int status;
    if (child == 0) {
      g_assert_cmpint (setresuid (65534, 65534, 65534), ==, 0);
      expect_unwritable (fixture);
      _exit (0);
    }
    g_assert_cmpint (waitpid (child, &status, 0), ==, child);
    g_assert_cmpint (status, ==, 0);
  }
  g_assert_cmpint (g_chmod (fixture->library, 0700), ==, 0);
}

/* ---- Settings ---------------------------------------------------------------------------- */

static void
test_journal (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (InkStore) store = fixture_open (fixture);
  g_autofree char *log = g_strconcat (fixture->database, "-wal", NULL);

  if (!g_file_test (log, G_FILE_TEST_EXISTS)) {
    g_test_skip ("WAL does not work on this file system");
    return;
  }
  fixture_add_folder (fixture, store);
  g_assert_cmpuint (ink_store_get_size (store), >, 4096);
  /* The log goes with its writer, after all of it has come into the database. */
  g_clear_pointer (&store, ink_store_unref);
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
}

static void
test_generation (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) writer = fixture_open (fixture);
  g_autoptr (InkStore) reader = fixture_open_readonly (fixture);
  gint64 first = ink_store_get_generation (reader, &error);

  g_assert_cmpint (first, >=, 0);
  gint64 folder = fixture_add_folder (fixture, writer);
  gint64 second = ink_store_get_generation (reader, &error);
  g_assert_cmpint (second, >, first);
  g_assert_cmpint (ink_store_get_generation (writer, &error), ==, second);
  /* What readers do not load changes nothing; nor does what is undone. */
  g_assert_true (ink_store_set_meta (writer, "key", "value", &error));
  g_assert_true (ink_store_begin (writer, &error));
  fixture_put (writer, folder, "a.jpg", 'a');
  ink_store_rollback (writer);
  g_assert_cmpint (ink_store_get_generation (reader, &error), ==, second);
  fixture_put (writer, folder, "a.jpg", 'a');
  g_assert_cmpint (ink_store_get_generation (reader, &error), ==, second + 1);
}

static void
test_meta (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);

  g_assert_null (ink_store_get_meta (store, INK_META_LAST_RUN, &error));
  g_assert_no_error (error);
  g_assert_true (ink_store_set_meta (store, INK_META_LAST_RUN, "once", &error));
  g_assert_true (ink_store_set_meta (store, INK_META_LAST_RUN, "", &error));
  g_autofree char *value = ink_store_get_meta (store, INK_META_LAST_RUN, &error);
  g_assert_cmpstr (value, ==, "");
  g_assert_true (ink_store_set_meta (store, INK_META_LAST_RUN, NULL, &error));
  g_assert_null (ink_store_get_meta (store, INK_META_LAST_RUN, &error));
  g_assert_no_error (error);
}

static void
assert_same_model (const InkModelRow *a, const InkModelRow *b)
{
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->weights, ==, b->weights);
  g_assert_cmpstr (a->sha256, ==, b->sha256);
  g_assert_cmpstr (a->stamp, ==, b->stamp);
  g_assert_cmpuint (a->bytes, ==, b->bytes);
  g_assert_cmpuint (a->dims, ==, b->dims);
  g_assert_cmpuint (a->image_size, ==, b->image_size);
  g_assert_cmpstr (a->licence, ==, b->licence);
  g_assert_cmpstr (a->added, ==, b->added);
}

static void
test_models (Fixture *fixture, gconstpointer unused)
{
  InkModelRow row = {
      .name = (char *)"b",
      .weights = (char *)"weights.bin",
      .sha256 = (char *)"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      .stamp = (char *)"stamp\n",
      .bytes = 1ull << 40,
      .dims = 640,
      .image_size = 320,
      .added = (char *)"2024-01-02T03:04:05+01:00",
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);

  g_assert_null (ink_store_get_model (store, "b", &error));
  g_assert_no_error (error);
  g_assert_true (ink_store_put_model (store, &row, &error));
  row.licence = (char *)"mit";
  g_assert_true (ink_store_put_model (store, &row, &error));
  g_autoptr (InkModelRow) stored = ink_store_get_model (store, "b", &error);
  assert_same_model (stored, &row);
  row.name = (char *)"a";
  g_assert_true (ink_store_put_model (store, &row, &error));
  g_autoptr (GPtrArray) rows = ink_store_get_models (store, &error);
  g_assert_cmpuint (rows->len, ==, 2);
  assert_same_model (g_ptr_array_index (rows, 0), &row);
  g_assert_true (ink_store_remove_model (store, "b", &error));
  g_assert_null (ink_store_get_model (store, "b", &error));
  g_assert_no_error (error);
}

/* ---- Batches ----------------------------------------------------------------------------- */

static void
test_batch (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) writer = fixture_open (fixture);
  g_autoptr (InkStore) reader = fixture_open_readonly (fixture);
  gint64 folder = fixture_add_folder (fixture, writer);
  InkPhotoCounts counts;

  g_assert_true (ink_store_begin (writer, &error));
  for (guint i = 0; i < 10; i++) {
    g_autofree char *name = g_strdup_printf ("%u.jpg", i);
    fixture_put (writer, folder, name, 'a');
    /* A reader neither waits nor sees any of it before the end. */
    g_assert_true (ink_store_count_photos (reader, &counts, &error));
    g_assert_cmpuint (counts.ok, ==, 0);
  }
  g_assert_true (ink_store_commit (writer, &error));
  g_assert_true (ink_store_count_photos (reader, &counts, &error));
  g_assert_cmpuint (counts.ok, ==, 10);

  /* A batch in which something failed is undone as a whole. */
  InkPhoto stray = fixture_photo (folder + 100, "stray.jpg", 'a');
  g_assert_true (ink_store_begin (writer, &error));
  fixture_put (writer, folder, "last.jpg", 'a');
  g_assert_false (ink_store_put_photo (writer, &stray, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_clear_error (&error);
  /* Nothing more is accepted. */
  InkPhoto late = fixture_photo (folder, "late.jpg", 'a');
  g_assert_false (ink_store_put_photo (writer, &late, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (ink_store_commit (writer, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_true (ink_store_count_photos (writer, &counts, &error));
  g_assert_cmpuint (counts.ok, ==, 10);
}

/* ---- Versions ---------------------------------------------------------------------------- */

/* Brings the fixture of a version up to date. */
static InkStore *
open_version (const Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("INKLING_TEST_DATA"), "store", name, NULL);
  g_autofree char *sql = NULL;

  g_assert_true (g_file_get_contents (path, &sql, NULL, NULL));
  g_assert_cmpint (g_mkdir (fixture->library, 0700), ==, 0);
  fixture_run_sql (fixture, sql);
  return fixture_open (fixture);
}

/* The version-1 fixture holds a row or more of each table. */
static void
test_version_1 (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = open_version (fixture, "version-1.sql");
  g_autoptr (GPtrArray) folders = ink_store_get_folders (store, &error);
  g_assert_cmpuint (folders->len, ==, 1);
  InkStoreFolder *folder = g_ptr_array_index (folders, 0);
  g_assert_cmpstr (folder->path, ==, "/home/ada/Pictures");
  g_assert_cmpuint (folder->photos, ==, 1);
  g_assert_cmpuint (folder->failed, ==, 1);
  g_autoptr (InkPhoto) photo =
      ink_store_find_photo (store, "/home/ada/Pictures/2021/caf\xe9.jpg", &error);
  g_assert_no_error (error);
  g_assert_cmpint (photo->id, ==, 7);
  g_assert_cmpstr (photo->taken, ==, "2021-05-06T07:08:09+02:00");
  g_assert_cmpmem (photo->content_key, INK_CONTENT_KEY_SIZE, "0123456789abcdef", 16);
  g_autoptr (GPtrArray) searches = ink_store_get_saved (store, &error);
  g_assert_cmpuint (searches->len, ==, 1);
  const InkSavedRow *saved = g_ptr_array_index (searches, 0);
  g_assert_cmpint (saved->id, ==, 1);
  g_assert_cmpstr (saved->name, ==, "Dogs");
  g_assert_cmpint (saved->matches, ==, -1);
}

/* What version 2 added: counted searches and what was typed. */
static void
test_version_2 (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = open_version (fixture, "version-2.sql");
  g_autoptr (GPtrArray) searches = ink_store_get_saved (store, &error);
  g_autoptr (GPtrArray) recent = ink_store_get_recent (store, 10, &error);
  g_autoptr (GPtrArray) mounts = ink_store_get_mounts (store, 2, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (searches->len, ==, 1);
  const InkSavedRow *saved = g_ptr_array_index (searches, 0);
  g_assert_cmpstr (saved->query, ==, "a dog -cat");
  g_assert_cmpint (saved->matches, ==, 5);
  g_assert_cmpint (saved->generation, ==, 42);
  g_assert_cmpint (saved->space, ==, 3);
  g_assert_cmpuint (recent->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (recent, 0), ==, "a cat");
  /* What later versions brought is there, and empty. */
  g_assert_cmpuint (mounts->len, ==, 0);
  g_assert_cmpint (ink_store_count_missing (store, 2, &error), ==, 0);
}

/* What version 3 added, with a row or more of each. */
static void
test_version_3 (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = open_version (fixture, "version-3.sql");
  g_autoptr (GPtrArray) mounts = ink_store_get_mounts (store, 2, &error);
  g_auto (GStrv) patterns = ink_store_get_exclusions (store, 2, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (mounts->len, ==, 2);
  const InkMount *mount = g_ptr_array_index (mounts, 1);
  g_assert_cmpstr (mount->path, ==, "usb");
  g_assert_cmpstr (mount->volume, ==, "uuid:0123-ABCD");
  g_assert_cmpuint (g_strv_length (patterns), ==, 2);
  g_assert_cmpstr (patterns[0], ==, "*.gif");
  g_assert_cmpint (ink_store_count_missing (store, 2, &error), ==, 1);
  g_autoptr (InkPhoto) photo =
      ink_store_find_photo (store, "/home/ada/Pictures/2021/caf\xe9.jpg", &error);
  g_assert_no_error (error);
  g_assert_cmpint (photo->id, ==, 7);
}

static gboolean
fail (InkDatabase *database, GError **error)
{
  g_set_error (error, INK_ERROR, INK_ERROR_DISK_FULL, "planted");
  return FALSE;
}

static gboolean
add_table (InkDatabase *database, GError **error)
{
  return ink_database_run (database, "CREATE TABLE added (id)", error);
}

static gint64
get_int (InkDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 value;

  g_assert_true (ink_database_get_int (database, sql, &value, &error));
  g_assert_no_error (error);
  return value;
}

static void
test_steps (Fixture *fixture, gconstpointer unused)
{
  static const InkMigration broken[] = {{"version-1.sql", NULL}, {NULL, add_table}, {NULL, fail}};
  static const InkMigration absent[] = {{"no-such-script.sql", NULL}};
  static const char count[] = "SELECT count(*) FROM sqlite_schema WHERE name = 'added'";
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (fixture->library, 0700), ==, 0);
  g_autoptr (InkDatabase) database =
      ink_database_open (fixture->database, INK_DATABASE_WRITABLE, &error);
  g_assert_no_error (error);
  g_assert_false (ink_migrate (database, absent, 1, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpint (get_int (database, "PRAGMA user_version"), ==, 0);

  /* Steps are kept one by one, up to the one that fails; that one leaves nothing. */
  g_assert_false (ink_migrate (database, broken, 3, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_DISK_FULL);
  g_clear_error (&error);
  g_assert_cmpint (get_int (database, "PRAGMA user_version"), ==, 2);
  g_assert_cmpint (get_int (database, "PRAGMA application_id"), ==, INK_APPLICATION_ID);
  g_assert_cmpint (get_int (database, count), ==, 1);
  /* What was done is not done again. */
  g_assert_true (ink_migrate (database, broken, 2, &error));
  g_assert_no_error (error);
  /* An older program refuses it now. */
  g_assert_false (ink_migrate (database, broken, 1, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_LIBRARY_NEWER);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_test ("/store/open/absent", test_absent);
  fixture_test ("/store/open/strange-place", test_strange_place);
  fixture_test ("/store/open/readonly", test_readonly);
  fixture_test ("/store/open/foreign", test_foreign);
  fixture_test ("/store/open/newer", test_newer);
  fixture_test ("/store/open/unwritable", test_unwritable);
  fixture_test ("/store/open/journal", test_journal);
  fixture_test ("/store/open/generation", test_generation);
  fixture_test ("/store/open/meta", test_meta);
  fixture_test ("/store/open/models", test_models);
  fixture_test ("/store/open/batch", test_batch);
  fixture_test ("/store/open/version-1", test_version_1);
  fixture_test ("/store/open/version-2", test_version_2);
  fixture_test ("/store/open/version-3", test_version_3);
  fixture_test ("/store/open/steps", test_steps);
  return g_test_run ();
}
