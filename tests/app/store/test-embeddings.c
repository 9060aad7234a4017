/* test-embeddings.c: float16, spaces, embeddings and cached queries. */
#include <math.h>
#include <string.h>

#include "store-fixture.h"
#include "store/embeddings.h"
#include "store/half.h"
#include "store/queries.h"

#define DIMS 4

/* ---- float16 ----------------------------------------------------------------------------- */

static guint16
to_half (float value)
{
  guint16 half;

  ink_half_from_float (&half, &value, 1);
  return half;
}

static float
to_float (guint16 half)
{
  float value;

  ink_half_to_float (&value, &half, 1);
  return value;
}

static void
test_half_values (void)
{
  static const struct {
    float value;
    guint16 half;
  } cases[] = {
      {0.0f, 0x0000},          {-0.0f, 0x8000},        {1.0f, 0x3c00},     {-2.0f, 0xc000},
      {0x1p-14f, 0x0400},      {0x1p-24f, 0x0001},     {65504.0f, 0x7bff}, {65519.0f, 0x7bff},
      {65520.0f, 0x7c00},      {1e30f, 0x7c00},        {INFINITY, 0x7c00}, {-INFINITY, 0xfc00},
      {0x1p-25f, 0x0000},      {0x1.8p-24f, 0x0002}, /* halfway: to even */
      {0x1.002p0f, 0x3c00},    {0x1.006p0f, 0x3c02}, /* halfway: to even */
      {0x1.002002p0f, 0x3c01}, {0x1.ffep-15f, 0x0400}, {1e-30f, 0x0000},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmphex (to_half (cases[i].value), ==, cases[i].half);
  g_assert_true (isnan (to_float (to_half (NAN))));
}

static void
test_half_all (void)
{
  for (guint bits = 0; bits < 0x7c00; bits++) {
    float value = to_float ((guint16)bits), next = to_float ((guint16)(bits + 1));
    g_assert_cmphex (to_half (value), ==, bits);
    g_assert_cmphex (to_half (-value), ==, bits | 0x8000);
    if (bits == 0x7bff)
      break;
    /* What lies between two neighbours becomes the nearer one. */
    g_assert_cmpfloat (value, <, next);
    float middle = value + (next - value) / 2;
    g_assert_cmphex (to_half (nextafterf (middle, 0)), ==, bits);
    g_assert_cmphex (to_half (nextafterf (middle, 1e9f)), ==, bits + 1);
    g_assert_cmphex (to_half (middle), ==, bits % 2 == 0 ? bits : bits + 1);
  }
}

/* ---- Spaces ------------------------------------------------------------------------------ */

static void
test_spaces (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 id = fixture_add_space (store, DIMS);
  InkSpace other = {
      .model = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      .image_size = 320,
      .preprocessing = "reference-1",
      .dims = DIMS,
  };

  g_assert_cmpint (fixture_add_space (store, DIMS), ==, id);
  g_assert_cmpint (ink_store_find_space (store, &other, &error), ==, 0);
  g_assert_no_error (error);
  gint64 other_id = ink_store_put_space (store, &other, &error);
  g_assert_cmpint (other_id, !=, id);
  g_assert_cmpint (ink_store_find_space (store, &other, &error), ==, other_id);

  /* One space goes, the other stays. */
  gint64 photo = fixture_put (store, folder, "a.jpg", 'a');
  fixture_put_axis (store, photo, id, DIMS, 0);
  fixture_put_axis (store, photo, other_id, DIMS, 1);
  g_assert_true (ink_store_remove_space (store, id, &error));
  g_assert_cmpint (ink_store_count_embeddings (store, id, &error), ==, 0);
  g_assert_cmpint (ink_store_count_embeddings (store, other_id, &error), ==, 1);
}

/* ---- Embeddings -------------------------------------------------------------------------- */

static void
test_round_trip (Fixture *fixture, gconstpointer unused)
{
  static const float vector[DIMS] = {0.1f, -0.7f, 0.5f, 0x1p-20f};
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);
  gint64 photo = fixture_put (store, folder, "a.jpg", 'a');
  float read[DIMS];

  g_assert_false (ink_store_get_embedding (store, photo, space, read, DIMS, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (ink_store_put_embedding (store, photo, space, vector, DIMS, "bf16", &error));
  g_assert_no_error (error);
  g_assert_true (ink_store_get_embedding (store, photo, space, read, DIMS, &error));
  for (guint i = 0; i < DIMS; i++)
    g_assert_cmpfloat (read[i], ==, to_float (to_half (vector[i])));

  /* Another length, no such photo, no such space. */
  g_assert_false (ink_store_put_embedding (store, photo, space, vector, DIMS - 1, "f32", &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (ink_store_put_embedding (store, 99, space, vector, DIMS, "f32", &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (ink_store_put_embedding (store, photo, 99, vector, DIMS, "f32", &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
}

/* More rows than one slice has. */
#define MANY 9000

static void
test_load (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);
  g_autofree gint64 *photos = g_new (gint64, MANY);
  const guint16 one = to_half (1);

  g_autoptr (InkEmbeddings) none = ink_store_load_embeddings (store, space, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->n, ==, 0);
  g_assert_true (ink_store_begin (store, &error));
  for (guint i = 0; i < MANY; i++) {
    g_autofree char *name = g_strdup_printf ("%u.jpg", i);
    photos[i] = fixture_put (store, folder, name, 'a');
    fixture_put_axis (store, photos[i], space, DIMS, i % DIMS);
  }
  g_assert_true (ink_store_commit (store, &error));

  g_autoptr (InkStore) reader = fixture_open_readonly (fixture);
  g_autoptr (InkEmbeddings) all = ink_store_load_embeddings (reader, space, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->n, ==, MANY);
  g_assert_cmpuint (all->dims, ==, DIMS);
  for (guint i = 0; i < MANY; i++) {
    g_assert_cmpint (all->photos[i], ==, photos[i]);
    for (guint j = 0; j < DIMS; j++)
      g_assert_cmphex (all->rows[i * DIMS + j], ==, j == i % DIMS ? one : 0);
  }

  /* Afterwards only what is new or was replaced. */
  fixture_put_axis (store, photos[5], space, DIMS, 3);
  g_autoptr (InkEmbeddings) rest = ink_store_load_embeddings (reader, space, all->last, &error);
  g_assert_cmpuint (rest->n, ==, 1);
  g_assert_cmpint (rest->photos[0], ==, photos[5]);
  g_assert_cmphex (rest->rows[3], ==, one);
  g_assert_cmpint (rest->last, >, all->last);
  g_autoptr (InkEmbeddings) nothing = ink_store_load_embeddings (reader, space, rest->last, &error);
  g_assert_cmpuint (nothing->n, ==, 0);
  g_assert_cmpint (nothing->last, ==, rest->last);
}

/* The embeddings of several tiles stay together, and are replaced together. */
static void
test_tiles (Fixture *fixture, gconstpointer unused)
{
  static const float tiles[3 * DIMS] = {[0] = 1, [DIMS + 1] = 1, [2 * DIMS + 2] = 1};
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);
  gint64 a = fixture_put (store, folder, "a.jpg", 'a'),
         b = fixture_put (store, folder, "b.jpg", 'b');
  float first[DIMS];
  guint n;

  g_assert_true (ink_store_put_embeddings (store, a, space, tiles, 3, DIMS, "f32", &error));
  fixture_put_axis (store, b, space, DIMS, 3);
  g_autofree float *read = ink_store_get_embeddings (store, a, space, &n, DIMS, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpmem (read, n * DIMS * sizeof (float), tiles, sizeof tiles);
  g_assert_true (ink_store_get_embedding (store, a, space, first, DIMS, &error));
  g_assert_cmpmem (first, sizeof first, tiles, sizeof first);

  g_assert_true (ink_store_put_embeddings (store, a, space, tiles, 2, DIMS, "f32", &error));
  g_autoptr (InkEmbeddings) all = ink_store_load_embeddings (store, space, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->n, ==, 3);
  const gint64 photos[] = {b, a, a};
  const guint8 numbers[] = {0, 0, 1};
  g_assert_cmpmem (all->photos, sizeof photos, photos, sizeof photos);
  g_assert_cmpmem (all->tiles, sizeof numbers, numbers, sizeof numbers);
  g_assert_cmphex (all->rows[3], ==, to_half (1));
  g_assert_cmphex (all->rows[DIMS], ==, to_half (1));
  g_assert_cmphex (all->rows[2 * DIMS + 1], ==, to_half (1));
}

/* ---- Queries ----------------------------------------------------------------------------- */

static void
test_queries (Fixture *fixture, gconstpointer unused)
{
  static const float vector[DIMS] = {0.1f, 0.2f, 0.3f, 0x1.234566p-3f};
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 space = fixture_add_space (store, DIMS);
  float read[DIMS + 1];

  g_assert_false (ink_store_get_query (store, space, "a dog", read, DIMS, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    g_assert_true (ink_store_put_query (store, space, "a dog", vector, DIMS, &error));
  g_assert_true (ink_store_get_query (store, space, "a dog", read, DIMS, &error));
  g_assert_cmpmem (read, sizeof vector, vector, sizeof vector);
  g_assert_false (ink_store_get_query (store, space + 1, "a dog", read, DIMS, &error));
  g_assert_false (ink_store_get_query (store, space, "a dog", read, DIMS + 1, &error));

  /* The oldest one goes when there are too many. */
  g_assert_true (ink_store_begin (store, &error));
  for (guint i = 1; i < INK_QUERIES_MAX; i++) {
    g_autofree char *text = g_strdup_printf ("dog %u", i);
    g_assert_true (ink_store_put_query (store, space, text, vector, DIMS, &error));
  }
  g_assert_true (ink_store_commit (store, &error));
  g_assert_true (ink_store_get_query (store, space, "a dog", read, DIMS, &error));
  g_assert_true (ink_store_put_query (store, space, "one more", vector, DIMS, &error));
  g_assert_false (ink_store_get_query (store, space, "a dog", read, DIMS, &error));
  g_assert_true (ink_store_get_query (store, space, "dog 1", read, DIMS, &error));
  g_assert_true (ink_store_clear_queries (store, &error));
  g_assert_false (ink_store_get_query (store, space, "dog 1", read, DIMS, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/half/values", test_half_values);
  g_test_add_func ("/store/half/all", test_half_all);
  fixture_test ("/store/embeddings/spaces", test_spaces);
  fixture_test ("/store/embeddings/round-trip", test_round_trip);
  fixture_test ("/store/embeddings/load", test_load);
  fixture_test ("/store/embeddings/tiles", test_tiles);
  fixture_test ("/store/embeddings/queries", test_queries);
  return g_test_run ();
}
