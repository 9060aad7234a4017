/* test-faults.c: each write and sync in turn fails: a full disk, a broken disk. Nothing that was
 * committed is lost, what was not is undone, and the program can go on. */
#include <sqlite3.h>

#include "fault-vfs.h"
#include "store-fixture.h"
#include "store/check.h"
#include "store/embeddings.h"
#include "store/journal.h"

#define DIMS 512
#define BATCH 40
#define FAULTS_MAX 1000

static guint
count_photos (InkStore *store)
{
  InkPhotoCounts counts = {0};

  g_assert_true (ink_store_count_photos (store, &counts, NULL));
  return counts.ok;
}

/* Stores a batch. Returns: whether it was committed */
static gboolean
put_batch (InkStore *store, gint64 folder, gint64 space, guint first, GError **error)
{
  g_autofree float *vector = g_new0 (float, DIMS);

  vector[0] = 1;
  if (!ink_store_begin (store, error))
    return FALSE;
  for (guint i = first; i < first + BATCH; i++) {
    g_autofree char *name = g_strdup_printf ("%u.jpg", i);
    InkPhoto photo = fixture_photo (folder, name, 'a');
    gint64 id;
    if (!ink_store_put_photo (store, &photo, &id, error) ||
        !ink_store_put_embedding (store, id, space, vector, DIMS, "f32", error)) {
      ink_store_rollback (store);
      return FALSE;
    }
  }
  return ink_store_commit (store, error);
}

static void
assert_sound (InkStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = ink_store_check (store, FALSE, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (problems->len, ==, 0);
}

/* Fails the write after @n good ones. Returns: whether there were as many */
static gboolean
fail_write (const Fixture *fixture, int n, int result, InkError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);
  guint before = count_photos (store);

  fault_vfs_arm (n, result);
  gboolean ok = put_batch (store, folder, space, before, &error);
  gboolean failed = fault_vfs_has_failed ();
  if (ok)
    g_assert_no_error (error);
  else
    g_assert_error (error, INK_ERROR, (int)code);
  g_assert_true (ok || failed);

  /* Once there is room again the same connection goes on. */
  fault_vfs_arm (-1, 0);
  guint after = count_photos (store);
  /* Without a log the last sync comes after the point of commit: a batch that it reports as failed
   * is there all the same, whole. */
  if (ok || (after != before && fault_vfs_get_memory () != FAULT_VFS_SHARED))
    g_assert_cmpuint (after, ==, before + BATCH);
  else
    g_assert_cmpuint (after, ==, before);
  before = after;
  g_clear_error (&error);
  g_assert_true (put_batch (store, folder, space, before, &error));
  g_assert_no_error (error);
  g_clear_pointer (&store, ink_store_unref);

  g_autoptr (InkStore) again = fixture_open (fixture);
  g_assert_cmpuint (count_photos (again), ==, before + BATCH);
  assert_sound (again);
  return failed;
}

static void
fail_each_write (const Fixture *fixture, int result, InkError code)
{
  int n = 0;

  while (n < FAULTS_MAX && fail_write (fixture, n, result, code))
    n++;
  g_test_message ("%d writes and syncs", n);
  g_assert_cmpint (n, >, 10);
  g_assert_cmpint (n, <, FAULTS_MAX);
}

static void
test_full (Fixture *fixture, gconstpointer unused)
{
  fail_each_write (fixture, SQLITE_FULL, INK_ERROR_DISK_FULL);
}

static void
test_broken (Fixture *fixture, gconstpointer unused)
{
  fail_each_write (fixture, SQLITE_IOERR_WRITE, INK_ERROR_FAILED);
}

/* A file system that has no shared memory. */
static void
test_without_log (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *log = g_strconcat (fixture->database, "-wal", NULL);
  g_autofree char *journal = g_strconcat (fixture->database, "-journal", NULL);

  fault_vfs_set_memory (FAULT_VFS_UNSHARED);
  g_autoptr (InkStore) store = fixture_open (fixture);
  g_autoptr (InkStore) reader = fixture_open_readonly (fixture);
  fixture_put (store, fixture_add_folder (fixture, store), "first.jpg", 'a');
  g_assert_cmpuint (count_photos (reader), ==, 1);
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (journal, G_FILE_TEST_EXISTS));
  g_clear_pointer (&reader, ink_store_unref);
  g_clear_pointer (&store, ink_store_unref);

  fail_each_write (fixture, SQLITE_FULL, INK_ERROR_DISK_FULL);
  fault_vfs_set_memory (FAULT_VFS_SHARED);
}

static void
copy_file (const char *from, const char *to)
{
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (from, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (to, bytes, (gssize)length, NULL));
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

/* A library that was written elsewhere, with a log that nobody brought into it, comes to such a
 * file system. */
static void
test_foreign_log (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->directory, "moved.db", NULL);
  g_autofree char *log = g_strconcat (fixture->database, "-wal", NULL);
  g_autofree char *moved_log = g_strconcat (path, "-wal", NULL);
  g_autoptr (InkStore) store = fixture_open (fixture);

  fixture_put (store, fixture_add_folder (fixture, store), "a.jpg", 'a');
  copy_file (fixture->database, path);
  copy_file (log, moved_log);
  fault_vfs_set_memory (FAULT_VFS_BROKEN);
  g_autoptr (InkDatabase) database = ink_database_open (path, INK_DATABASE_WRITABLE, &error);
  g_assert_true (ink_journal_begin (database, FALSE, &error));
  g_assert_cmpint (get_int (database, "SELECT count (*) FROM photos"), ==, 1);
  g_assert_true (ink_journal_choose (database, FALSE, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (moved_log, G_FILE_TEST_EXISTS));
  g_assert_cmpint (get_int (database, "SELECT count (*) FROM photos"), ==, 1);
  /* And is open to readers again. */
  g_autoptr (InkDatabase) reader = ink_database_open (path, INK_DATABASE_READONLY, &error);
  g_assert_cmpint (get_int (reader, "SELECT count (*) FROM photos"), ==, 1);
  fault_vfs_set_memory (FAULT_VFS_SHARED);
}

/* Each read in turn fails while a library is opened and read. It is an error, but no reason to take
 * the library for damaged: the next program finds it as it was. */
static void
test_unreadable (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);
  gboolean failed = TRUE;
  int n;

  g_assert_true (put_batch (store, folder, space, 0, NULL));
  g_clear_pointer (&store, ink_store_unref);
  for (n = 0; failed && n < FAULTS_MAX; n++) {
    for (guint writable = 0; writable < 2; writable++) {
      g_autoptr (GError) error = NULL;
      g_autofree char *notice = NULL;
      InkPhotoCounts counts = {0};
      fault_vfs_arm_reads (n, SQLITE_IOERR_READ);
      g_autoptr (InkStore) opened =
          writable ? ink_store_open_writable (fixture->library, "test", &notice, &error)
                   : ink_store_open_readonly (fixture->library, &error);
      gboolean read = opened && ink_store_count_photos (opened, &counts, &error);
      failed = fault_vfs_has_failed ();
      fault_vfs_arm_reads (-1, 0);
      g_assert_true (read == (error == NULL));
      g_assert_null (notice);
      g_assert_true (!read || counts.ok == BATCH);
      g_assert_true (read || failed);
    }
    store = fixture_open (fixture);
    g_assert_cmpuint (count_photos (store), ==, BATCH);
    g_clear_pointer (&store, ink_store_unref);
  }
  g_test_message ("%d reads", n);
  g_assert_cmpint (n, >, 5);
  g_assert_cmpint (n, <, FAULTS_MAX);
}

/* A new library that can't be written whole is begun again by the next program. */
static void
test_new (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  int n = 0;

  for (gboolean failed = TRUE; failed && n < FAULTS_MAX; n++) {
    Fixture own;
    fixture_set_up (&own, NULL);
    fault_vfs_arm (n, SQLITE_FULL);
    g_autoptr (InkStore) store = ink_store_open_writable (own.library, "test", NULL, &error);
    failed = fault_vfs_has_failed ();
    if (store == NULL)
      g_assert_error (error, INK_ERROR, INK_ERROR_DISK_FULL);
    g_assert_true (store != NULL || failed);
    g_clear_error (&error);
    g_clear_pointer (&store, ink_store_unref);
    fault_vfs_arm (-1, 0);
    store = fixture_open (&own);
    assert_sound (store);
    fixture_add_folder (&own, store);
    g_clear_pointer (&store, ink_store_unref);
    fixture_tear_down (&own, NULL);
  }
  g_test_message ("%d writes and syncs", n);
  g_assert_cmpint (n, >, 10);
  g_assert_cmpint (n, <, FAULTS_MAX);
}

/* The log is brought into the database when its writer closes; that may fail at any point too. */
static void
test_close (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  gboolean failed = TRUE;
  guint photos = 0;
  int n;

  for (n = 0; failed && n < FAULTS_MAX; n++) {
    g_autoptr (InkStore) store = fixture_open (fixture);
    gint64 folder = fixture_add_folder (fixture, store);
    gint64 space = fixture_add_space (store, DIMS);
    g_assert_cmpuint (count_photos (store), ==, photos);
    assert_sound (store);
    g_assert_true (put_batch (store, folder, space, photos, &error));
    photos += BATCH;
    fault_vfs_arm (n, SQLITE_FULL);
    g_clear_pointer (&store, ink_store_unref);
    failed = fault_vfs_has_failed ();
    fault_vfs_arm (-1, 0);
  }
  g_test_message ("%d writes and syncs", n);
  g_assert_cmpint (n, >, 10);
  g_assert_cmpint (n, <, FAULTS_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_register ();
  fixture_test ("/store/faults/full", test_full);
  fixture_test ("/store/faults/broken", test_broken);
  fixture_test ("/store/faults/unreadable", test_unreadable);
  fixture_test ("/store/faults/without-log", test_without_log);
  fixture_test ("/store/faults/foreign-log", test_foreign_log);
  fixture_test ("/store/faults/new", test_new);
  fixture_test ("/store/faults/close", test_close);
  return g_test_run ();
}
