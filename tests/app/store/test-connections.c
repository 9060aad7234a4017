/* test-connections.c: what the connections to a database are like: settings that were read back, a
 * rollback journal where there can be no log, readers that can't write. */
#include "base/error.h"
#include "store-fixture.h"
#include "store/database.h"
#include "store/journal.h"

static InkDatabase *
open_database (const char *path, InkDatabaseMode mode)
{
  g_autoptr (GError) error = NULL;
  InkDatabase *database = ink_database_open (path, mode, &error);

  g_assert_no_error (error);
  return database;
}

static void
run (InkDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ink_database_run (database, sql, &error));
  g_assert_no_error (error);
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

static char *
get_mode (InkDatabase *database)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (database, "PRAGMA journal_mode", NULL);

  g_assert_cmpint (ink_database_step (database, statement, NULL), ==, SQLITE_ROW);
  return ink_statement_get_text (statement, 0);
}

/* A reader is refused by SQLite itself, whatever the store above it checks. */
static void
test_readers_cannot_write (Fixture *fixture, gconstpointer unused)
{
  static const char *const writes[] = {
      "INSERT INTO meta (key, value) VALUES ('a', 'b')",
      "DELETE FROM photos",
      "CREATE TABLE t (a)",
      "PRAGMA user_version = 7",
      "DROP TABLE meta",
      "VACUUM",
  };
  g_autoptr (InkStore) store = fixture_open (fixture);
  g_autoptr (InkDatabase) reader = open_database (fixture->database, INK_DATABASE_READONLY);
  gint64 version = get_int (reader, "PRAGMA user_version");

  for (guint i = 0; i < G_N_ELEMENTS (writes); i++) {
    g_autoptr (GError) error = NULL;

    if (ink_database_run (reader, writes[i], &error))
      g_test_message ("accepted, to no effect: %s", writes[i]);
    else
      g_assert_error (error, INK_ERROR, INK_ERROR_READ_ONLY);
  }
  g_assert_cmpint (get_int (reader, "PRAGMA user_version"), ==, version);
  g_assert_cmpint (get_int (reader, "SELECT count(*) FROM sqlite_schema WHERE name = 't'"), ==, 0);
  /* Nor does it bring the log into the database. */
  g_autofree char *before = NULL, *after = NULL;
  gsize before_size, after_size;
  g_assert_true (ink_store_set_meta (store, "key", "value", NULL));
  g_assert_true (g_file_get_contents (fixture->database, &before, &before_size, NULL));
  ink_database_run (reader, "PRAGMA wal_checkpoint (TRUNCATE)", NULL);
  g_clear_pointer (&reader, ink_database_close);
  g_assert_true (g_file_get_contents (fixture->database, &after, &after_size, NULL));
  g_assert_cmpmem (before, before_size, after, after_size);
}

/* What opening for writing leaves behind in the file. */
static void
test_settings (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (InkStore) store = fixture_open (fixture);
  g_autoptr (InkDatabase) reader = open_database (fixture->database, INK_DATABASE_READONLY);
  g_autofree char *mode = get_mode (reader);

  g_assert_cmpstr (mode, ==, ink_journal_can_share (fixture->library) ? "wal" : "truncate");
  g_assert_cmpint (get_int (reader, "PRAGMA application_id"), ==, 0x496e6b6c);
  g_assert_cmpint (get_int (reader,
                            "SELECT count(*) FROM pragma_table_list WHERE schema = 'main'"
                            " AND type = 'table' AND name NOT LIKE 'sqlite%' AND NOT strict"),
                   ==, 0);
}

typedef struct {
  const char *path;
  gint64 rows;
} Reading;

static gpointer
read_rows (gpointer data)
{
  Reading *reading = data;
  g_autoptr (InkDatabase) reader = open_database (reading->path, INK_DATABASE_READONLY);

  reading->rows = get_int (reader, "SELECT count(*) FROM t");
  return NULL;
}

/* Where memory can't be shared: a rollback journal, and whoever finds the other at it waits. */
static void
test_rollback_journal (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (fixture->directory, "network.db", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autoptr (InkDatabase) writer = open_database (path, INK_DATABASE_WRITABLE);
  g_autoptr (GError) error = NULL;
  Reading reading = {path, -1};

  g_assert_true (ink_journal_begin (writer, FALSE, &error));
  g_assert_true (ink_journal_choose (writer, FALSE, &error));
  g_assert_no_error (error);
  g_autofree char *mode = get_mode (writer);
  g_assert_cmpstr (mode, ==, "truncate");
  run (writer, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));

  /* The writer holds the file for as long as a commit takes; the reader asks again until it ends.
   */
  run (writer, "BEGIN EXCLUSIVE; INSERT INTO t VALUES (2)");
  GThread *thread = g_thread_new ("reader", read_rows, &reading);
  g_usleep (100000);
  run (writer, "COMMIT");
  g_thread_join (thread);
  g_assert_cmpint (reading.rows, ==, 2);
}

/* A database that was in WAL mode, and comes to a place where that does not work. */
static void
test_from_log_to_journal (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (fixture->directory, "moved.db", NULL);
  g_autoptr (InkDatabase) database = open_database (path, INK_DATABASE_WRITABLE);
  g_autoptr (GError) error = NULL;

  if (!ink_journal_can_share (fixture->directory)) {
    g_test_skip ("WAL does not work on this file system");
    return;
  }
  g_assert_true (ink_journal_choose (database, TRUE, &error));
  run (database, "CREATE TABLE t (a)");
  g_clear_pointer (&database, ink_database_close);
  database = open_database (path, INK_DATABASE_WRITABLE);
  g_assert_true (ink_journal_begin (database, FALSE, &error));
  g_assert_true (ink_journal_choose (database, FALSE, &error));
  g_assert_no_error (error);
  g_autofree char *mode = get_mode (database);
  g_assert_cmpstr (mode, ==, "truncate");
  g_assert_cmpint (get_int (database, "SELECT count(*) FROM t"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_test ("/store/connections/readers-cannot-write", test_readers_cannot_write);
  fixture_test ("/store/connections/settings", test_settings);
  fixture_test ("/store/connections/rollback-journal", test_rollback_journal);
  fixture_test ("/store/connections/from-log-to-journal", test_from_log_to_journal);
  return g_test_run ();
}
