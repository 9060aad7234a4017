/* test-power-cut.c: the power goes at any sync of writing, emptying the log, migrating and closing.
 * What was committed is there, whole, and the library is sound; without syncs it would not be,
 * which the test has to notice.
 */
#include <glib/gstdio.h>
#include <sqlite3.h>

#include "fault-vfs.h"
#include "power-cut.h"
#include "store-fixture.h"
#include "store/check.h"
#include "store/embeddings.h"
#include "store/store-private.h"

#define DIMS 256
#define BATCH 20

/* How much is tried at each moment: in the slow set, thoroughly. */
#define VARIANTS (g_test_slow () ? 16 : 5)
#define BATCHES (g_test_slow () ? 30u : 12u)

typedef struct {
  guint committed; /* photos whose commit has been reported */
  guint bad;       /* remains in which something is wrong */
  char *first;     /* what was, at first */
} Verdict;

/* Returns: (transfer full) (nullable): what is wrong with a library */
static char *
find_fault (const char *directory, guint committed)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *notice = NULL;
  g_autoptr (InkStore) store = ink_store_open_writable (directory, "test", &notice, &error);
  InkPhotoCounts counts;

  if (store == NULL)
    return g_strdup (error->message);
  if (notice != NULL)
    return g_steal_pointer (&notice);
  g_autoptr (GPtrArray) problems = ink_store_check (store, FALSE, &error);
  if (problems == NULL || problems->len > 0)
    return g_strdup (problems == NULL ? error->message : problems->pdata[0]);
  g_autoptr (GArray) spaces = ink_store_get_spaces (store, &error);
  gint64 embeddings =
      spaces->len == 0
          ? 0
          : ink_store_count_embeddings (store, g_array_index (spaces, gint64, 0), &error);
  if (!ink_store_count_photos (store, &counts, &error))
    return g_strdup (error->message);
  if (counts.ok < committed || counts.ok % BATCH != 0 || embeddings != counts.ok)
    return g_strdup_printf ("%u committed photos, %u there with %d embeddings", committed,
                            counts.ok, (int)embeddings);
  return NULL;
}

static void
judge (const char *directory, gpointer data)
{
  Verdict *verdict = data;
  g_autofree char *fault = find_fault (directory, verdict->committed);

  if (fault == NULL)
    return;
  if (verdict->bad++ == 0)
    verdict->first = g_steal_pointer (&fault);
}

static void
put_batch (InkStore *store, gint64 folder, gint64 space, guint batch)
{
  g_assert_true (ink_store_begin (store, NULL));
  for (guint i = 0; i < BATCH; i++) {
    g_autofree char *name = g_strdup_printf ("%u-%u.jpg", batch, i);
    fixture_put_axis (store, fixture_put (store, folder, name, 'a'), space, DIMS, i);
  }
  g_assert_true (ink_store_commit (store, NULL));
}

/* Writes batches with a log that is brought into the database every few commits, and closes.
 * @pragma: (nullable): run on the connection before */
static Verdict
write_and_judge (const Fixture *fixture, const char *pragma)
{
  Verdict verdict = {0};
  g_autoptr (InkStore) store = NULL;

  power_cut_begin (fixture->library, VARIANTS, judge, &verdict);
  store = fixture_open (fixture);
  sqlite3 *handle = ink_database_get_handle (store->database);
  sqlite3_wal_autocheckpoint (handle, 30);
  g_assert_true (pragma == NULL || ink_database_run (store->database, pragma, NULL));
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);
  for (guint batch = 0; batch < BATCHES; batch++) {
    put_batch (store, folder, space, batch);
    verdict.committed += BATCH;
    power_cut_now ();
    if (batch % 10 == 9)
      ink_store_empty_log (store);
  }
  g_clear_pointer (&store, ink_store_unref);
  power_cut_now ();
  g_test_message ("%u remains, %u of them bad: %s", power_cut_end (), verdict.bad,
                  verdict.first ? verdict.first : "none");
  return verdict;
}

static void
test_writing (Fixture *fixture, gconstpointer unused)
{
  Verdict verdict = write_and_judge (fixture, NULL);

  g_assert_cmpstr (verdict.first, ==, NULL);
}

static void
test_without_log (Fixture *fixture, gconstpointer unused)
{
  fault_vfs_set_memory (FAULT_VFS_UNSHARED);
  Verdict verdict = write_and_judge (fixture, NULL);
  fault_vfs_set_memory (FAULT_VFS_SHARED);
  g_assert_cmpstr (verdict.first, ==, NULL);
}

/* The test of the test: with less than synchronous = FULL things are lost. */
static void
test_unsynced (Fixture *fixture, gconstpointer unused)
{
  static const char *const pragmas[] = {"PRAGMA synchronous = OFF", "PRAGMA synchronous = NORMAL"};

  for (guint i = 0; i < G_N_ELEMENTS (pragmas); i++) {
    Fixture own;
    fixture_set_up (&own, NULL);
    Verdict verdict = write_and_judge (&own, pragmas[i]);
    g_assert_cmpuint (verdict.bad, >, 0);
    g_free (verdict.first);
    fixture_tear_down (&own, NULL);
  }
}

/* ---- Migrating ---------------------------------------------------------------------------- */

/* A library of an older version has the photo that it had, whether it is still that or not. */
static void
judge_migrated (const char *directory, gpointer data)
{
  Verdict *verdict = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *notice = NULL;
  g_autoptr (InkStore) store = ink_store_open_writable (directory, "test", &notice, &error);
  g_autoptr (GPtrArray) problems = store ? ink_store_check (store, FALSE, &error) : NULL;
  g_autoptr (InkPhoto) photo = store ? ink_store_get_photo (store, 7, &error) : NULL;

  if (notice == NULL && problems != NULL && problems->len == 0 && photo != NULL)
    return;
  if (verdict->bad++ == 0)
    verdict->first = g_strdup (error != NULL ? error->message : notice ? notice : "problems");
}

static void
migrate_and_judge (const char *name)
{
  g_autofree char *script = g_build_filename (g_getenv ("INKLING_TEST_DATA"), "store", name, NULL);
  g_autofree char *sql = NULL;
  Verdict verdict = {0};
  Fixture own;

  g_assert_true (g_file_get_contents (script, &sql, NULL, NULL));
  fixture_set_up (&own, NULL);
  g_assert_cmpint (g_mkdir (own.library, 0700), ==, 0);
  fixture_run_sql (&own, sql);
  power_cut_begin (own.library, VARIANTS, judge_migrated, &verdict);
  ink_store_unref (fixture_open (&own));
  power_cut_now ();
  guint remains = power_cut_end ();
  g_test_message ("%s: %u remains", name, remains);
  g_assert_cmpuint (remains, >, 10);
  g_assert_cmpstr (verdict.first, ==, NULL);
  fixture_tear_down (&own, NULL);
}

static void
test_migration (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (g_getenv ("INKLING_TEST_DATA"), "store", NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    migrate_and_judge (name);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_register ();
  fixture_test ("/store/power-cut/writing", test_writing);
  fixture_test ("/store/power-cut/without-log", test_without_log);
  fixture_test ("/store/power-cut/unsynced", test_unsynced);
  fixture_test ("/store/power-cut/migration", test_migration);
  return g_test_run ();
}
