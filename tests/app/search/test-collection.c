/* test-collection.c: what is in memory follows the store. */
#include "search/collection.h"

#include "base/error.h"
#include "search-fixture.h"
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  search_test ("/collection/follows", test_follows);
  search_test ("/collection/any-order", test_any_order);
  search_test ("/collection/other-space", test_other_space);
  search_test ("/collection/wrong-dims", test_wrong_dims);
  return g_test_run ();
}
