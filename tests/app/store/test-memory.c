/* test-memory.c: each of SQLite's allocations in turn fails, while a library is opened, written and
 * read. There is an error or all is right; nothing that was committed is lost, and no memory
 * either.
 */
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "search/catalogue.h"
#include "store-fixture.h"
#include "store/check.h"
#include "store/embeddings.h"
#include "store/queries.h"
#include "store/searches.h"

#define DIMS 64
#define BATCH 3
#define FAULTS_MAX 100000

/* From the first failure on: one, or all that follow. */
typedef enum { ONCE, FOR_EVER } Kind;

static struct {
  sqlite3_mem_methods real;
  int left; /* allocations that go well; negative: all do */
  Kind kind;
  gboolean failed;
} state;

static gboolean
fails (void)
{
  if (state.left < 0 || state.left-- > 0)
    return FALSE;
  state.left = state.kind == ONCE ? -1 : 0;
  state.failed = TRUE;
  return TRUE;
}

static void *
allocate (int size)
{
  return fails () ? NULL : state.real.xMalloc (size);
}

static void *
reallocate (void *memory, int size)
{
  return fails () ? NULL : state.real.xRealloc (memory, size);
}

static void
arm (int after, Kind kind)
{
  state.left = after;
  state.kind = kind;
  state.failed = FALSE;
}

/* Before SQLite is used. */
static void
configure (void)
{
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_GETMALLOC, &state.real), ==, SQLITE_OK);
  sqlite3_mem_methods methods = state.real;
  methods.xMalloc = allocate;
  methods.xRealloc = reallocate;
  state.left = -1;
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_MALLOC, &methods), ==, SQLITE_OK);
  /* Each allocation is to be one of these. */
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_LOOKASIDE, 0, 0), ==, SQLITE_OK);
}

static gboolean
write_batch (const Fixture *fixture, InkStore *store, gint64 folder, gint64 space, guint first,
             GError **error)
{
  float vector[DIMS] = {1};

  if (!ink_store_begin (store, error))
    return FALSE;
  for (guint i = first; i < first + BATCH; i++) {
    g_autofree char *name = g_strdup_printf ("%u.jpg", i);
    InkPhoto photo = fixture_photo (folder, name, (char)('a' + i % 26));
    gint64 id;
    if (!ink_store_put_photo (store, &photo, &id, error) ||
        !ink_store_put_embedding (store, id, space, vector, DIMS, "f32", error)) {
      ink_store_rollback (store);
      return FALSE;
    }
  }
  return ink_store_commit (store, error);
}

static gboolean
see_photo (const InkPhoto *photo, gpointer data)
{
  /* What is read is what was written, or there is an error. */
  g_assert_true (g_str_has_suffix (photo->path, ".jpg"));
  g_assert_cmpstr (photo->type, ==, "jpeg");
  g_assert_nonnull (photo->content_key);
  ++*(guint *)data;
  return TRUE;
}

static gboolean
read_all (const Fixture *fixture, guint photos, gint64 space, GError **error)
{
  g_autoptr (InkStore) reader = ink_store_open_readonly (fixture->library, error);
  guint n = 0;

  if (reader == NULL || !ink_store_for_each_photo (reader, 0, 0, see_photo, &n, error))
    return FALSE;
  g_assert_cmpuint (n, ==, photos);
  g_autoptr (InkCatalogue) catalogue = ink_catalogue_load (reader, error);
  g_autoptr (InkEmbeddings) embeddings =
      catalogue ? ink_store_load_embeddings (reader, space, 0, error) : NULL;
  g_autoptr (GPtrArray) folders = embeddings ? ink_store_get_folders (reader, error) : NULL;
  g_autoptr (GPtrArray) saved = folders ? ink_store_get_saved (reader, error) : NULL;
  g_autoptr (GPtrArray) problems = saved ? ink_store_check (reader, FALSE, error) : NULL;
  if (problems == NULL)
    return FALSE;
  g_assert_cmpuint (catalogue->entries->len, ==, photos);
  g_assert_cmpuint (embeddings->n, ==, photos);
  g_assert_cmpuint (folders->len, ==, 1);
  g_assert_cmpuint (saved->len, ==, 1);
  return TRUE;
}

/* Fails the allocation after @n good ones. Returns: whether there were as many */
static gboolean
fail_allocation (const Fixture *fixture, int n, Kind kind, guint *photos, gint64 folder,
                 gint64 space)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *notice = NULL;
  InkPhotoCounts counts = {0};

  arm (n, kind);
  g_autoptr (InkStore) store = ink_store_open_writable (fixture->library, "test", &notice, &error);
  gboolean written = store != NULL && write_batch (fixture, store, folder, space, *photos, &error);
  gboolean right = written && read_all (fixture, *photos + BATCH, space, &error);
  gboolean failed = state.failed;
  g_clear_pointer (&store, ink_store_unref);
  arm (-1, ONCE);
  g_assert_true (right == (error == NULL));
  g_assert_true (right || failed);
  /* It is not the library that is damaged. */
  g_assert_null (notice);
  g_assert_false (g_error_matches (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED));
  g_assert_cmpint (sqlite3_memory_used (), ==, 0);

  g_clear_error (&error);
  store = fixture_open (fixture);
  g_assert_true (ink_store_count_photos (store, &counts, NULL));
  g_assert_true (counts.ok == *photos + BATCH || (!written && counts.ok == *photos));
  for (guint i = *photos; i < counts.ok; i++) {
    g_autofree char *name = g_strdup_printf ("%s/%u.jpg", fixture->photos, i);
    g_autoptr (InkPhoto) photo = ink_store_find_photo (store, name, NULL);
    g_assert_true (photo != NULL && ink_store_remove_photo (store, photo->id, NULL));
  }
  return failed;
}

static void
fail_each (const Fixture *fixture, Kind kind)
{
  int n;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);
  guint photos = 0;

  g_assert_true (ink_store_put_saved (store, "dogs", "dog", NULL, NULL));
  g_assert_true (write_batch (fixture, store, folder, space, 0, NULL));
  photos = BATCH;
  g_clear_pointer (&store, ink_store_unref);
  for (n = kind; n < FAULTS_MAX && fail_allocation (fixture, n, kind, &photos, folder, space);
       n += g_test_slow () ? 1 : 1 + n / 16) /* the first ones, and ever fewer */
    continue;
  g_test_message ("%d allocations", n);
  g_assert_cmpint (n, >, 100);
  g_assert_cmpint (n, <, FAULTS_MAX);
}

static void
test_once (Fixture *fixture, gconstpointer unused)
{
  fail_each (fixture, ONCE);
}

static void
test_for_ever (Fixture *fixture, gconstpointer unused)
{
  fail_each (fixture, FOR_EVER);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Where syncs cost nothing. */
  if (g_access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", TRUE);
  configure ();
  fixture_test ("/store/memory/once", test_once);
  fixture_test ("/store/memory/for-ever", test_for_ever);
  return g_test_run ();
}
