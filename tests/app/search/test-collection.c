/* test-collection.c: what is in memory follows the store. */
#include "search/collection.h"

#include <glib/gstdio.h>

#include "base/error.h"
#include "search-fixture.h"
#include "search/save.h"
#include "store/embeddings.h"

#define DIMS 4

/* A collection with what it loads from; the store's own space is of other dimensions. */
typedef struct {
  SearchFixture *fixture;
  InkCollection *collection;
  gint64 space;
} Loaded;

static gint64
put (Loaded *loaded, const char *path, guint axis)
{
  InkPhoto photo = search_fixture_photo (loaded->fixture, path, NULL);
  gint64 id = search_fixture_add (loaded->fixture, &photo);

  fixture_put_axis (loaded->fixture->store, id, loaded->space, DIMS, axis);
  return id;
}

static Loaded
load (SearchFixture *fixture)
{
  InkSpace space = {.model = "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                    .image_size = 96,
                    .preprocessing = "reference-1",
                    .dims = DIMS};
  g_autoptr (GError) error = NULL;
  Loaded loaded = {fixture, ink_collection_new (),
                   ink_store_put_space (fixture->store, &space, &error)};

  g_assert_no_error (error);
  return loaded;
}

static InkVectors *
get_vectors (Loaded *loaded)
{
  g_autoptr (GError) error = NULL;
  InkVectors *vectors = ink_collection_get_vectors (loaded->collection, loaded->fixture->store,
                                                    loaded->space, DIMS, &error);

  g_assert_no_error (error);
  return vectors;
}

static void
expect_row (Loaded *loaded, gint64 photo, guint axis)
{
  g_autoptr (InkVectors) vectors = get_vectors (loaded);
  float row[DIMS];

  g_assert_true (ink_vectors_get_row (vectors, photo, row));
  for (guint i = 0; i < DIMS; i++)
    g_assert_cmpfloat (row[i], ==, i == axis ? 1 : 0);
}

static gsize
count_rows (Loaded *loaded)
{
  g_autoptr (InkVectors) vectors = get_vectors (loaded);

  return ink_vectors_get_count (vectors);
}

static guint
count_photos (Loaded *loaded)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkCatalogue) catalogue =
      ink_collection_get_catalogue (loaded->collection, loaded->fixture->store, &error);

  g_assert_no_error (error);
  return catalogue->entries->len;
}

static void
test_follows (SearchFixture *fixture, gconstpointer unused)
{
  Loaded loaded = load (fixture);
  gint64 a, b, c;

  g_assert_cmpuint (count_rows (&loaded) + count_photos (&loaded), ==, 0);
  a = put (&loaded, "a", 0);
  b = put (&loaded, "b", 1);
  g_assert_cmpuint (count_rows (&loaded), ==, 2);
  g_assert_cmpuint (count_photos (&loaded), ==, 2);

  /* A new one, and an old one with another embedding, which comes after the new one. */
  c = put (&loaded, "c", 2);
  fixture_put_axis (fixture->store, a, loaded.space, DIMS, 3);
  g_assert_cmpuint (count_rows (&loaded), ==, 3);
  expect_row (&loaded, a, 3);
  expect_row (&loaded, b, 1);
  expect_row (&loaded, c, 2);

  ink_store_remove_photo (fixture->store, b, NULL);
  g_assert_cmpuint (count_photos (&loaded), ==, 2);
  ink_collection_free (loaded.collection);
}

/* Photos get their embeddings in another order than their ids, some of them twice. */
static void
test_any_order (SearchFixture *fixture, gconstpointer unused)
{
  Loaded loaded = load (fixture);
  gint64 ids[40];

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);
    InkPhoto photo = search_fixture_photo (fixture, name, NULL);

    ids[i] = search_fixture_add (fixture, &photo);
  }
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    fixture_put_axis (fixture->store, ids[i * 7 % G_N_ELEMENTS (ids)], loaded.space, DIMS, 0);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i += 2)
    fixture_put_axis (fixture->store, ids[G_N_ELEMENTS (ids) - 1 - i], loaded.space, DIMS, 1);
  g_assert_cmpuint (count_rows (&loaded), ==, G_N_ELEMENTS (ids));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    expect_row (&loaded, ids[i], i % 2);
  ink_collection_free (loaded.collection);
}

static void
test_other_space (SearchFixture *fixture, gconstpointer unused)
{
  Loaded loaded = load (fixture);
  gint64 other = fixture->space; /* of the starter model */
  g_autoptr (InkVectors) vectors = NULL;
  g_autoptr (GError) error = NULL;

  put (&loaded, "a", 0);
  g_assert_cmpuint (count_rows (&loaded), ==, 1);
  vectors = ink_collection_get_vectors (loaded.collection, fixture->store, other, 512, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ink_vectors_get_count (vectors), ==, 0);
  g_assert_cmpuint (count_rows (&loaded), ==, 1);
  ink_collection_free (loaded.collection);
}

static void
test_wrong_dims (SearchFixture *fixture, gconstpointer unused)
{
  Loaded loaded = load (fixture);
  g_autoptr (GError) error = NULL;

  put (&loaded, "a", 0);
  g_assert_null (
      ink_collection_get_vectors (loaded.collection, fixture->store, loaded.space, 8, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED);
  ink_collection_free (loaded.collection);
}

/* ---- The file ---------------------------------------------------------------------------- */

#define MANY 4200 /* enough for a file */

static gint64
put_many (Loaded *loaded, guint first, guint n)
{
  gint64 id = 0;

  g_assert_true (ink_store_begin (loaded->fixture->store, NULL));
  for (guint i = first; i < first + n; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);

    id = put (loaded, name, i % DIMS);
  }
  g_assert_true (ink_store_commit (loaded->fixture->store, NULL));
  return id;
}

typedef struct {
  guint n;
  gsize done, total; /* of the last one */
} Calls;

static void
count_calls (gsize done, gsize total, gpointer data)
{
  Calls *calls = data;

  g_assert_cmpuint (done, <=, total);
  g_assert_cmpuint (done, >=, calls->done);
  *calls = (Calls){calls->n + 1, done, total};
}

/* Begins like another process. Returns: how often it was told of progress: 0 where the rows did not
 * have to come from the store. @unsaved: rows that are not in a file */
static guint
reload (Loaded *loaded, gsize *unsaved)
{
  Calls calls = {0};

  ink_collection_free (loaded->collection);
  loaded->collection = ink_collection_new ();
  ink_collection_set_progress (loaded->collection, count_calls, &calls);
  g_autoptr (InkVectors) vectors = get_vectors (loaded);
  *unsaved = ink_vectors_count_unsaved (vectors);
  ink_collection_set_progress (loaded->collection, NULL, NULL);
  g_assert_cmpuint (calls.done, ==, calls.total);
  return calls.n;
}

static char *
find_file (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "inkling", "search", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = dir ? g_dir_read_name (dir) : NULL;

  g_assert_nonnull (name);
  g_assert_null (g_dir_read_name (dir)); /* it is alone */
  return g_build_filename (folder, name, NULL);
}

static void
expect_all (Loaded *loaded, gint64 last, guint n)
{
  g_assert_cmpuint (count_rows (loaded), ==, n);
  for (guint i = 0; i < n; i += 97)
    expect_row (loaded, last - (n - 1) + i, i % DIMS);
  expect_row (loaded, last, (n - 1) % DIMS);
}

static void
test_file (SearchFixture *fixture, gconstpointer unused)
{
  Loaded loaded = load (fixture);
  gint64 last = put_many (&loaded, 0, MANY);
  g_autofree char *path = NULL;
  gsize unsaved;

  g_assert_cmpuint (reload (&loaded, &unsaved), >, 0);
  g_assert_cmpuint (unsaved, ==, 0);
  expect_all (&loaded, last, MANY);
  path = find_file ();

  g_assert_cmpuint (reload (&loaded, &unsaved), ==, 0);
  expect_all (&loaded, last, MANY);

  /* What is new comes from the store, the rest from the file. */
  last = put_many (&loaded, MANY, 3);
  g_assert_cmpuint (reload (&loaded, &unsaved), ==, 0);
  g_assert_cmpuint (unsaved, ==, 3);
  expect_all (&loaded, last, MANY + 3);

  /* What is cut is made again. */
  g_assert_true (g_file_set_contents (path, "cut", -1, NULL));
  g_assert_cmpuint (reload (&loaded, &unsaved), >, 0);
  g_assert_cmpuint (unsaved, ==, 0);
  expect_all (&loaded, last, MANY + 3);
  ink_collection_free (loaded.collection);
}

/* A row in the file is not what was written: who finds it begins anew. */
static void
test_damaged_file (SearchFixture *fixture, gconstpointer unused)
{
  Loaded loaded = load (fixture);
  gint64 last = put_many (&loaded, 0, MANY);
  g_autofree char *data = NULL;
  float row[DIMS];
  gsize size, unsaved;

  reload (&loaded, &unsaved);
  g_autofree char *path = find_file ();
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  data[4096 + 8 * 1000 + 1] ^= 1; /* in the 1,000th row, which no sample meets */
  g_assert_true (g_file_set_contents (path, data, (gssize)size, NULL));
  g_assert_cmpuint (reload (&loaded, &unsaved), ==, 0);
  {
    g_autoptr (InkVectors) vectors = get_vectors (&loaded);

    g_assert_false (ink_vectors_get_row (vectors, last - MANY + 1001, row));
  }
  expect_all (&loaded, last, MANY);
  expect_row (&loaded, last - MANY + 1001, 1000 % DIMS);
  g_assert_cmpuint (reload (&loaded, &unsaved), ==, 0);
  expect_row (&loaded, last - MANY + 1001, 1000 % DIMS);
  ink_collection_free (loaded.collection);
}

/* The library was brought back from a copy: the same ids, another embedding. */
static void
test_other_library (SearchFixture *fixture, gconstpointer unused)
{
  Loaded loaded = load (fixture);
  gint64 last = put_many (&loaded, 0, MANY);
  gsize unsaved;

  reload (&loaded, &unsaved);
  fixture_run_sql (&fixture->base, "UPDATE embeddings SET vector = x'0000003c00000000' "
                                   "WHERE id = (SELECT max(id) FROM embeddings)");
  g_assert_cmpuint (reload (&loaded, &unsaved), >, 0);
  expect_row (&loaded, last, 1);

  fixture_run_sql (&fixture->base, "UPDATE meta SET value = '1' WHERE key = 'generation'");
  g_assert_cmpuint (reload (&loaded, &unsaved), >, 0);
  ink_collection_free (loaded.collection);
}

/* A library that has grown by much gets a new file, in the background. */
static void
test_growth (SearchFixture *fixture, gconstpointer unused)
{
  Loaded loaded = load (fixture);
  gsize unsaved;
  gint64 last;

  put_many (&loaded, 0, MANY);
  reload (&loaded, &unsaved);
  last = put_many (&loaded, MANY, MANY + 500);
  g_assert_cmpuint (reload (&loaded, &unsaved), ==, 0);
  expect_all (&loaded, last, 2 * MANY + 500);
  g_assert_cmpuint (reload (&loaded, &unsaved), ==, 0); /* it ends what was begun */
  g_assert_cmpuint (unsaved, ==, 0);
  expect_all (&loaded, last, 2 * MANY + 500);
  ink_collection_free (loaded.collection);
}

/* Where no file can be written all rows are in memory. */
static void
test_no_cache (SearchFixture *fixture, gconstpointer unused)
{
  Loaded loaded = load (fixture);
  gint64 last = put_many (&loaded, 0, MANY);
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "inkling", NULL);
  g_autofree char *in_the_way = g_build_filename (cache, "search", NULL);
  gsize unsaved;

  g_assert_cmpint (g_mkdir_with_parents (cache, 0700), ==, 0);
  g_assert_true (g_file_set_contents (in_the_way, "", -1, NULL));
  reload (&loaded, &unsaved);
  g_assert_cmpuint (unsaved, ==, MANY);
  expect_all (&loaded, last, MANY);
  ink_collection_free (loaded.collection);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  search_test ("/collection/follows", test_follows);
  search_test ("/collection/any-order", test_any_order);
  search_test ("/collection/other-space", test_other_space);
  search_test ("/collection/wrong-dims", test_wrong_dims);
  search_test ("/collection/file", test_file);
  search_test ("/collection/damaged-file", test_damaged_file);
  search_test ("/collection/other-library", test_other_library);
  search_test ("/collection/growth", test_growth);
  search_test ("/collection/no-cache", test_no_cache);
  return g_test_run ();
}
