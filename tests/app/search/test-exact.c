/* test-exact.c: every search gives what scoring each row would give, match for match and bit for
 * bit: on data that bounds have a hard time with, for any number of threads, however the rows came.
 */
#include <math.h>
#include <string.h>

#include "search/dot.h"
#include "search/top.h"
#include "search/vectors.h"
#include "store/half.h"

typedef enum {
  RANDOM,
  CONE,       /* far from zero and near to each other, as CLIP's are */
  CLUSTERS,   /* with a few numbers that are much greater than the rest */
  DUPLICATES, /* of a few rows */
  ZERO,
  NEARLY_EQUAL, /* but for the last bit of one number */
  MIXED_LENGTHS,
  N_KINDS
} Kind;

typedef struct {
  guint dims;
  gsize n;
  gint64 *photos;
  guint16 *rows;
  float *query;
} Data;

static double
random_normal (GRand *rand)
{
  double sum = -6;

  for (guint i = 0; i < 12; i++)
    sum += g_rand_double (rand);
  return sum;
}

static double
choose_value (GRand *rand, Kind kind, gsize row, guint d)
{
  switch (kind) {
  case CONE:
    return 1 + (d % 5) + 0.2 * random_normal (rand);
  case CLUSTERS:
    return (double)((row % 7) * (d % 3)) + random_normal (rand) * (d % 97 == 13 ? 50 : 1);
  case ZERO:
    return 0;
  case NEARLY_EQUAL:
    return 1 + (row % 64 == d ? 0x1p-10 : 0);
  case MIXED_LENGTHS:
    return random_normal (rand) * pow (10, (double)(row % 9) - 6);
  default:
    return random_normal (rand);
  }
}

/* @most: rows a photo */
static Data *
data_new (guint32 seed, Kind kind, gsize n, guint dims, gint most)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Data *data = g_new0 (Data, 1);
  gint64 photo = -5;
  gint left = 0;

  *data = (Data){dims, n, g_new (gint64, n), g_new (guint16, n * dims), g_new (float, dims)};
  for (gsize row = 0; row < n; row++) {
    guint16 *halves = data->rows + row * dims;

    if (left-- == 0) {
      photo += g_rand_int_range (rand, 1, 4);
      left = g_rand_int_range (rand, 0, most);
    }
    data->photos[row] = photo;
    for (guint d = 0; d < dims; d++) {
      float value = (float)choose_value (rand, kind, row, d);

      ink_half_from_float (&halves[d], &value, 1);
    }
    if (kind == DUPLICATES && row >= 5)
      memcpy (halves, data->rows + row % 5 * dims, dims * sizeof *halves);
  }
  for (guint d = 0; d < dims; d++)
    data->query[d] = (float)random_normal (rand);
  return data;
}

static void
data_free (Data *data)
{
  g_free (data->photos);
  g_free (data->rows);
  g_free (data->query);
  g_free (data);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Data, data_free)

/* ---- What must come out ------------------------------------------------------------------ */

static gboolean
is_wanted (const GArray *photos, gint64 photo)
{
  for (guint i = 0; photos && i < photos->len; i++)
    if (g_array_index (photos, gint64, i) == photo)
      return TRUE;
  return !photos;
}

static GArray *
score_all (const Data *data, const GArray *photos)
{
  GArray *matches = g_array_new (FALSE, FALSE, sizeof (InkMatch));

  for (gsize row = 0; row < data->n; row++) {
    InkMatch match = {data->photos[row],
                      ink_dot (data->query, data->rows + row * data->dims, data->dims)};
    InkMatch *last = matches->len ? &g_array_index (matches, InkMatch, matches->len - 1) : NULL;

    if (last && last->photo == match.photo)
      last->score = MAX (last->score, match.score);
    else if (is_wanted (photos, match.photo))
      g_array_append_val (matches, match);
  }
  g_array_sort (matches, ink_match_compare);
  return matches;
}

/* @all: every match, best first */
static void
expect_top (InkVectors *vectors, const Data *data, const InkScope *scope, const GArray *all)
{
  InkScanCost cost;
  g_autoptr (GArray) got = ink_vectors_top_with_cost (vectors, data->query, scope, &cost);
  guint n = 0;

  for (guint i = 0; i < all->len && n < scope->k; i++, n++) {
    const InkMatch *expected = &g_array_index (all, InkMatch, i);
    const InkMatch *match = &g_array_index (got, InkMatch, n);

    if (expected->score < scope->least)
      break;
    g_assert_cmpuint (n, <, got->len);
    g_assert_cmpint (match->photo, ==, expected->photo);
    g_assert_cmpfloat (match->score, ==, expected->score);
  }
  g_assert_cmpuint (got->len, ==, n);
  g_assert_cmpuint (cost.candidates, <=, cost.rows);
  g_assert_cmpuint (cost.rows, <=, data->n);
}

static void
check_scope (InkVectors *vectors, const Data *data, const GArray *photos)
{
  const gsize ks[] = {0, 1, 3, 50, data->n, data->n + 10, G_MAXSIZE};
  g_autoptr (GArray) all = score_all (data, photos);

  for (guint i = 0; i < G_N_ELEMENTS (ks); i++) {
    InkScope scope = {photos, ks[i], -INFINITY};

    expect_top (vectors, data, &scope, all);
    if (all->len == 0)
      continue;
    scope.least = g_array_index (all, InkMatch, all->len / 2).score;
    expect_top (vectors, data, &scope, all);
  }
}

/* ---- How the rows come ------------------------------------------------------------------- */

static void
set_rows (InkVectors *vectors, const Data *data, gsize first, gsize n)
{
  g_autoptr (GError) error = NULL;

  ink_vectors_set (vectors, data->photos + first, data->rows + first * data->dims, n, &error);
  g_assert_no_error (error);
}

/* The end of the photo that the row before @row belongs to. */
static gsize
end_photo (const Data *data, gsize row)
{
  while (row > 0 && row < data->n && data->photos[row] == data->photos[row - 1])
    row++;
  return MIN (row, data->n);
}

typedef void (*Fill) (InkVectors *vectors, const Data *data);

static void
fill_at_once (InkVectors *vectors, const Data *data)
{
  set_rows (vectors, data, 0, data->n);
}

/* In pieces of different lengths, the last first, and some again. */
static void
fill_in_pieces (InkVectors *vectors, const Data *data)
{
  for (gint piece = 6; piece >= 0; piece--) {
    gsize first = end_photo (data, data->n * (gsize)piece * (gsize)piece / 49);
    gsize end = end_photo (data, data->n * (gsize)(piece + 1) * (gsize)(piece + 1) / 49);

    set_rows (vectors, data, first, end - first);
    if (piece % 2)
      set_rows (vectors, data, first, end_photo (data, first + 1) - first);
  }
}

/* Over others, with some that go again. */
static void
fill_over_others (InkVectors *vectors, const Data *data)
{
  g_autoptr (Data) other = data_new (99, RANDOM, data->n / 2, data->dims, 3);
  gint64 gone[] = {-6, G_MAXINT64};

  set_rows (vectors, other, 0, other->n);
  ink_vectors_remove (vectors, other->photos, other->n);
  ink_vectors_remove (vectors, gone, G_N_ELEMENTS (gone));
  fill_in_pieces (vectors, data);
}

static const Fill fills[] = {fill_at_once, fill_in_pieces, fill_over_others};

/* ---- Tests ------------------------------------------------------------------------------- */

static GArray *
choose_photos (const Data *data, gsize every)
{
  GArray *photos = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (gsize row = every / 2; row < data->n; row += every)
    if (photos->len == 0 || g_array_index (photos, gint64, photos->len - 1) != data->photos[row])
      g_array_append_val (photos, data->photos[row]);
  return photos;
}

static void
check_data (const Data *data, Fill fill, guint threads)
{
  g_autoptr (InkVectors) vectors = ink_vectors_new (data->dims);
  g_autoptr (GArray) half = choose_photos (data, 2);
  g_autoptr (GArray) few = choose_photos (data, MAX (data->n / 3, 1));
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (gint64));

  ink_vectors_set_threads (vectors, threads);
  fill (vectors, data);
  g_assert_cmpuint (ink_vectors_get_count (vectors), ==, data->n);
  check_scope (vectors, data, NULL);
  check_scope (vectors, data, few);
  check_scope (vectors, data, none);
  if (data->n < 1000)
    check_scope (vectors, data, half);
}

static void
test_kind (gconstpointer user_data)
{
  Kind kind = GPOINTER_TO_UINT (user_data);
  const gsize sizes[] = {1, 2, 70, 300};
  const guint dims[] = {1, 8, 65};

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (guint d = 0; d < G_N_ELEMENTS (dims); d++)
      for (guint f = 0; f < G_N_ELEMENTS (fills); f++)
        for (gint most = 1; most <= 4; most += 3) {
          g_autoptr (Data) data = data_new (s, kind, sizes[s], dims[d], most);

          check_data (data, fills[f], 1);
        }
}

/* Enough rows for several blocks and threads. */
static void
test_kind_of_many (gconstpointer user_data)
{
  Kind kind = GPOINTER_TO_UINT (user_data);
  const guint threads[] = {1, 2, 5};

  for (guint t = 0; t < G_N_ELEMENTS (threads); t++) {
    g_autoptr (Data) data = data_new (t, kind, 13000, 48, t == 0 ? 1 : 3);

    check_data (data, fills[t], threads[t]);
  }
}

/* A photo with more rows than a block. */
static void
test_long_photo (void)
{
  g_autoptr (Data) data = data_new (3, RANDOM, 15000, 16, 1);

  for (gsize row = 3000; row < 13500; row++)
    data->photos[row] = data->photos[3000];
  check_data (data, fill_at_once, 3);
}

/* What it is for: of rows like CLIP's, one in hundreds is scored. */
static void
test_rules_out (void)
{
  g_autoptr (Data) data = data_new (4, CONE, 20000, 640, 1);
  g_autoptr (InkVectors) vectors = ink_vectors_new (data->dims);
  InkScope scope = {NULL, 50, -INFINITY};
  InkScanCost cost;

  fill_at_once (vectors, data);
  g_array_unref (ink_vectors_top_with_cost (vectors, data->query, &scope, &cost));
  g_assert_cmpuint (cost.rows, ==, 20000);
  g_assert_cmpuint (cost.candidates, <, 200);
}

int
main (int argc, char **argv)
{
  const char *const names[N_KINDS] = {"random", "cone",         "clusters",     "duplicates",
                                      "zero",   "nearly-equal", "mixed-lengths"};

  g_test_init (&argc, &argv, NULL);
  for (guint kind = 0; kind < N_KINDS; kind++) {
    g_autofree char *path = g_strdup_printf ("/exact/%s", names[kind]);
    g_autofree char *many = g_strdup_printf ("/exact/many-%s", names[kind]);

    g_test_add_data_func (path, GUINT_TO_POINTER (kind), test_kind);
    g_test_add_data_func (many, GUINT_TO_POINTER (kind), test_kind_of_many);
  }
  g_test_add_func ("/exact/long-photo", test_long_photo);
  g_test_add_func ("/exact/rules-out", test_rules_out);
  return g_test_run ();
}
