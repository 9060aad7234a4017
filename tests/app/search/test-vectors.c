/* test-vectors.c: the exact search against brute force, and how the matrix changes. */
#include "search/vectors.h"

#include <math.h>

#include "store/half.h"

static guint16
half (float value)
{
  guint16 result;

  ink_half_from_float (&result, &value, 1);
  return result;
}

static float
unhalf (guint16 value)
{
  float result;

  ink_half_to_float (&result, &value, 1);
  return result;
}

typedef struct {
  guint dims;
  gsize n;
  gint64 *photos;
  guint16 *rows;
  float *query;
} Data;

/* Random rows, some of them duplicates of earlier ones, some zero; ids with gaps. */
static Data *
make_data (guint32 seed, gsize n, guint dims)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  Data *data = g_new0 (Data, 1);
  gint64 photo = 0;

  data->dims = dims;
  data->n = n;
  data->photos = g_new (gint64, n);
  data->rows = g_new0 (guint16, n * dims);
  data->query = g_new (float, dims);
  for (gsize i = 0; i < n; i++) {
    guint16 *row = data->rows + i * dims;

    photo += g_rand_int_range (random, 1, 4);
    data->photos[i] = photo;
    if (i % 11 == 7)
      memcpy (row, data->rows + g_rand_int_range (random, 0, i) * dims, dims * sizeof *row);
    else if (i % 13 != 5)
      for (guint d = 0; d < dims; d++)
        row[d] = half ((float)g_rand_double_range (random, -1, 1));
  }
  for (guint d = 0; d < dims; d++)
    data->query[d] = (float)g_rand_double_range (random, -1, 1);
  return data;
}

static void
free_data (Data *data)
{
  g_free (data->photos);
  g_free (data->rows);
  g_free (data->query);
  g_free (data);
}

static InkVectors *
fill (const Data *data)
{
  InkVectors *vectors = ink_vectors_new (data->dims);
  g_autoptr (GError) error = NULL;

  ink_vectors_set (vectors, data->photos, data->rows, data->n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ink_vectors_get_count (vectors), ==, data->n);
  return vectors;
}

/* The score by plain arithmetic, in long double so that it is nearer to the truth than the
 * function under test. */
static double
score_of (const Data *data, gsize row)
{
  long double sum = 0;

  for (guint d = 0; d < data->dims; d++)
    sum += (long double)data->query[d] * (long double)unhalf (data->rows[row * data->dims + d]);
  return (double)sum;
}

static gint
compare_matches (gconstpointer a, gconstpointer b)
{
  const InkMatch *left = a, *right = b;

  if (left->score != right->score)
    return left->score < right->score ? 1 : -1;
  return left->photo < right->photo ? -1 : 1;
}

/* All rows in order, by brute force; @every: only the photos at multiples of it. */
static GArray *
brute_force (const Data *data, gsize every)
{
  GArray *matches = g_array_new (FALSE, FALSE, sizeof (InkMatch));

  for (gsize row = 0; row < data->n; row += every) {
    InkMatch match = {data->photos[row], score_of (data, row)};

    g_array_append_val (matches, match);
  }
  g_array_sort (matches, compare_matches);
  return matches;
}

/* Random real scores never come as near to each other as two orders of summing differ, unless
 * rows are equal: so the photos must agree, place by place. */
static void
expect_matches (GArray *got, GArray *expected, gsize k)
{
  g_assert_cmpuint (got->len, ==, MIN (k, expected->len));
  for (guint i = 0; i < got->len; i++) {
    const InkMatch *match = &g_array_index (got, InkMatch, i);
    const InkMatch *other = &g_array_index (expected, InkMatch, i);

    g_assert_cmpint (match->photo, ==, other->photo);
    g_assert_cmpfloat_with_epsilon (match->score, other->score, 1e-12);
  }
}

static void
check_top (guint32 seed, gsize n, guint dims)
{
  Data *data = make_data (seed, n, dims);
  g_autoptr (InkVectors) vectors = fill (data);
  g_autoptr (GArray) expected = brute_force (data, 1);
  const gsize ks[] = {0, 1, 10, 1000, n, n + 10};

  for (guint i = 0; i < G_N_ELEMENTS (ks); i++) {
    InkScope scope = {.k = ks[i], .least = -INFINITY};
    g_autoptr (GArray) got = ink_vectors_top (vectors, data->query, &scope);

    expect_matches (got, expected, ks[i]);
  }
  free_data (data);
}

static void
test_top (void)
{
  check_top (1, 1, 8);
  check_top (2, 2, 1);
  check_top (3, 500, 13);
  check_top (4, 5000, 64);
}

/* Enough rows for several threads, however many the machine has. */
static void
test_top_of_many (void)
{
  check_top (5, 40000, 16);
}

static void
test_empty (void)
{
  g_autoptr (InkVectors) vectors = ink_vectors_new (4);
  const float query[4] = {1, 2, 3, 4};
  InkScope scope = {.k = 10, .least = -INFINITY};
  g_autoptr (GArray) got = ink_vectors_top (vectors, query, &scope);
  InkDistribution distribution;

  g_assert_cmpuint (got->len, ==, 0);
  ink_vectors_describe (vectors, query, &distribution);
  g_assert_cmpfloat (distribution.deviation, ==, 0);
}

/* All rows equal: the order is that of the ids. */
static void
test_ties (void)
{
  Data *data = make_data (6, 9000, 8);
  g_autoptr (InkVectors) vectors = NULL;
  g_autoptr (GArray) got = NULL;
  InkScope scope = {.k = 5000, .least = -INFINITY};

  for (gsize i = 1; i < data->n; i++)
    memcpy (data->rows + i * data->dims, data->rows, data->dims * sizeof (guint16));
  vectors = fill (data);
  got = ink_vectors_top (vectors, data->query, &scope);
  g_assert_cmpuint (got->len, ==, 5000);
  for (guint i = 0; i < got->len; i++)
    g_assert_cmpint (g_array_index (got, InkMatch, i).photo, ==, data->photos[i]);
  free_data (data);
}

static void
test_scope (void)
{
  Data *data = make_data (7, 20000, 24);
  g_autoptr (InkVectors) vectors = fill (data);
  g_autoptr (GArray) expected = brute_force (data, 7);
  g_autoptr (GArray) photos = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) got = NULL;
  g_autoptr (GArray) none = NULL;
  InkScope scope = {.k = 300, .least = -INFINITY};
  gint64 unknown = data->photos[data->n - 1] + 5;

  for (gsize row = 0; row < data->n; row += 7)
    g_array_append_val (photos, data->photos[row]);
  g_array_append_val (photos, unknown);
  scope.photos = photos;
  got = ink_vectors_top (vectors, data->query, &scope);
  expect_matches (got, expected, 300);

  g_array_set_size (photos, 0); /* nothing is something else than everything */
  none = ink_vectors_top (vectors, data->query, &scope);
  g_assert_cmpuint (none->len, ==, 0);
  free_data (data);
}

static void
test_least (void)
{
  Data *data = make_data (8, 3000, 32);
  g_autoptr (InkVectors) vectors = fill (data);
  g_autoptr (GArray) expected = brute_force (data, 1);
  g_autoptr (GArray) got = NULL;
  InkScope scope = {.k = 3000};

  scope.least = g_array_index (expected, InkMatch, 100).score + 1e-9;
  got = ink_vectors_top (vectors, data->query, &scope);
  expect_matches (got, expected, 100);
  free_data (data);
}

static void
expect_row (InkVectors *vectors, gint64 photo, float value)
{
  float row[2];

  g_assert_true (ink_vectors_get_row (vectors, photo, row));
  g_assert_cmpfloat (row[0], ==, value);
  g_assert_cmpfloat (row[1], ==, -value);
}

static void
set_rows (InkVectors *vectors, const gint64 *photos, gsize n, float value)
{
  g_autofree guint16 *rows = g_new (guint16, 2 * n);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n; i++) {
    rows[2 * i] = half (value);
    rows[2 * i + 1] = half (-value);
  }
  ink_vectors_set (vectors, photos, rows, n, &error);
  g_assert_no_error (error);
}

/* New rows before, between and behind the old ones, old ones replaced, some removed. */
static void
test_changes (void)
{
  g_autoptr (InkVectors) vectors = ink_vectors_new (2);
  const gint64 first[] = {10, 20, 30}, mixed[] = {5, 20, 25, 40};
  const gint64 gone[] = {1, 10, 25, 41};
  const gint64 left[] = {5, 20, 30, 40};
  const float query[2] = {0, 0};
  InkScope scope = {.k = 10, .least = -INFINITY};
  g_autoptr (GArray) got = NULL;
  float row[2];

  set_rows (vectors, first, G_N_ELEMENTS (first), 1);
  set_rows (vectors, mixed, G_N_ELEMENTS (mixed), 2);
  ink_vectors_remove (vectors, gone, G_N_ELEMENTS (gone));
  ink_vectors_remove (vectors, NULL, 0);

  got = ink_vectors_top (vectors, query, &scope);
  g_assert_cmpuint (got->len, ==, G_N_ELEMENTS (left));
  for (guint i = 0; i < got->len; i++)
    g_assert_cmpint (g_array_index (got, InkMatch, i).photo, ==, left[i]);
  expect_row (vectors, 5, 2);
  expect_row (vectors, 20, 2);
  expect_row (vectors, 30, 1);
  expect_row (vectors, 40, 2);
  g_assert_false (ink_vectors_get_row (vectors, 10, row));
}

/* Random changes over several blocks end in the same matrix as one made at once. */
static void
test_many_changes (void)
{
  Data *data = make_data (9, 12000, 8);
  g_autoptr (InkVectors) vectors = ink_vectors_new (data->dims);
  g_autoptr (GArray) expected = brute_force (data, 2);
  g_autoptr (GArray) got = NULL;
  InkScope scope = {.k = 12000, .least = -INFINITY};

  /* Every third row first, then the rest in pieces, then the odd ones out again. */
  for (guint part = 0; part < 3; part++)
    for (gsize row = part; row < data->n; row += 3) {
      g_autoptr (GError) error = NULL;

      if (row % 300 < 3 || part == 0) {
        ink_vectors_set (vectors, data->photos + row, data->rows + row * data->dims, 1, &error);
        g_assert_no_error (error);
      }
    }
  g_assert_cmpuint (ink_vectors_get_count (vectors), >, 4000);
  ink_vectors_set (vectors, data->photos, data->rows, data->n, NULL);
  for (gsize row = 1; row < data->n; row += 2)
    if (row % 500 == 1)
      ink_vectors_remove (vectors, data->photos + row, 1);
  {
    g_autoptr (GArray) odd = g_array_new (FALSE, FALSE, sizeof (gint64));

    for (gsize row = 1; row < data->n; row += 2)
      g_array_append_val (odd, data->photos[row]);
    ink_vectors_remove (vectors, (const gint64 *)(gpointer)odd->data, odd->len);
  }
  got = ink_vectors_top (vectors, data->query, &scope);
  expect_matches (got, expected, 12000);
  free_data (data);
}

static void
test_distribution (void)
{
  g_autoptr (InkVectors) vectors = ink_vectors_new (2);
  const float query[2] = {1, 0};
  InkDistribution distribution;

  for (gint64 photo = 1; photo <= 5; photo++)
    set_rows (vectors, &photo, 1, photo == 5 ? 100 : (float)photo); /* 1 2 3 4 100 */
  ink_vectors_describe (vectors, query, &distribution);
  g_assert_cmpfloat_with_epsilon (distribution.mean, 22, 1e-12);
  g_assert_cmpfloat_with_epsilon (distribution.deviation, sqrt (7610.0 / 5), 1e-9);
  g_assert_cmpfloat (distribution.median, ==, 3);
  g_assert_cmpfloat (distribution.mad, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vectors/top", test_top);
  g_test_add_func ("/vectors/top-of-many", test_top_of_many);
  g_test_add_func ("/vectors/empty", test_empty);
  g_test_add_func ("/vectors/ties", test_ties);
  g_test_add_func ("/vectors/scope", test_scope);
  g_test_add_func ("/vectors/least", test_least);
  g_test_add_func ("/vectors/changes", test_changes);
  g_test_add_func ("/vectors/many-changes", test_many_changes);
  g_test_add_func ("/vectors/distribution", test_distribution);
  return g_test_run ();
}
