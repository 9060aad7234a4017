/* test-codes.c: the rotation is orthogonal, and the bounds hold: for random rows and for those that
 * bytes serve worst. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "compute/codes.h"
#include "compute/rotation.h"

/* ---- The rotation ------------------------------------------------------------------------ */

static double
dot (const float *a, const float *b, gsize n)
{
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    sum += (double)a[i] * (double)b[i];
  return sum;
}

/* Its columns, which are the rotated axes, are of unit length and at right angles. */
static void
test_orthogonal (void)
{
  const gsize sizes[] = {1, 2, 31, 32, 33, 48, 63, 64, 100, 512, 513, 640, 768};
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    gsize n = sizes[s];
    g_autofree float *columns = g_new0 (float, n *n);
    g_autofree float *scratch = g_new (float, n);
    ClipRotation *rotation = clip_rotation_new (n);
    for (gsize i = 0; i < n; i++) {
      columns[i * n + i] = 1;
      clip_rotation_apply (rotation, columns + i * n, scratch);
    }
    for (gsize i = 0; i < n; i++)
      for (gsize j = 0; j <= i; j++)
        g_assert_cmpfloat_with_epsilon (dot (columns + i * n, columns + j * n, n), i == j, 1e-6);
    clip_rotation_free (rotation);
  }
}

/* What is in one number goes to all, none of which keeps much of it. */
static void
test_spreads (void)
{
  const gsize sizes[] = {512, 640, 768, 1024};
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    gsize n = sizes[s];
    g_autofree float *vector = g_new (float, n);
    g_autofree float *scratch = g_new (float, n);
    ClipRotation *rotation = clip_rotation_new (n);
    for (gsize axis = 0; axis < n; axis++) {
      memset (vector, 0, n * sizeof *vector);
      vector[axis] = 1;
      clip_rotation_apply (rotation, vector, scratch);
      for (gsize i = 0; i < n; i++)
        g_assert_cmpfloat (fabsf (vector[i]), <, 0.4);
    }
    clip_rotation_free (rotation);
  }
}

/* ---- The bounds -------------------------------------------------------------------------- */

typedef enum {
  UNIFORM,
  NORMAL,
  OUTLIERS, /* a few numbers are a hundred times greater */
  ONE_AXIS,
  ZERO,
  TINY,     /* float16's least numbers */
  GREATEST, /* and its greatest */
  EQUAL,    /* to the mean, but for rounding */
  N_KINDS
} Kind;

static double
random_normal (GRand *rand)
{
  double sum = -6;
  for (guint i = 0; i < 12; i++)
    sum += g_rand_double (rand);
  return sum;
}

static void
make_row (GRand *rand, Kind kind, const float *mean, float *row, guint dims)
{
  for (guint i = 0; i < dims; i++) {
    double value = random_normal (rand);
    switch (kind) {
    case UNIFORM:
      value = g_rand_double_range (rand, -1, 1);
      break;
    case OUTLIERS:
      value *= i % 97 == 3 ? 100 : 1;
      break;
    case ONE_AXIS:
      value = i == dims / 3 ? 1 : 0;
      break;
    case ZERO:
      value = 0;
      break;
    case TINY:
      value = g_rand_int_range (rand, -2, 3) * 0x1p-24;
      break;
    case GREATEST:
      value = g_rand_boolean (rand) ? 65504 : -65504;
      break;
    case EQUAL:
      value = mean ? (double)mean[i] : 0.25;
      break;
    default:
      break;
    }
    row[i] = (float)value;
  }
}

#define ROWS 9

typedef struct {
  guint8 *bytes;
  ClipCode codes[ROWS];
  float *rows;
} Encoded;

static void
expect_bounds (const ClipCodec *codec, const Encoded *encoded, const float *query, guint dims,
               double tightness)
{
  ClipInterval intervals[ROWS];
  ClipCodeQuery *ready = clip_code_query_new (codec, query);
  clip_code_query_bound (ready, encoded->bytes, encoded->codes, ROWS, intervals);
  for (guint r = 0; r < ROWS; r++) {
    const float *row = encoded->rows + (gsize)r * dims;
    double product = dot (query, row, dims);
    double lengths = sqrt (dot (query, query, dims) * dot (row, row, dims));
    g_assert_cmpfloat (intervals[r].low, <=, product);
    g_assert_cmpfloat (intervals[r].high, >=, product);
    if (tightness > 0)
      g_assert_cmpfloat (intervals[r].high - intervals[r].low, <, tightness * lengths);
  }
  clip_code_query_free (ready);
}

static void
check_bounds (GRand *rand, guint dims, Kind kind, gboolean centred)
{
  gsize size = clip_codec_get_size (dims);
  g_autofree float *mean = g_new (float, dims);
  g_autofree float *query = g_new (float, dims);
  g_autofree float *scratch = g_new (float, 2 * size);
  Encoded encoded = {g_new (guint8, ROWS * size), {{0}}, g_new (float, (gsize)ROWS *dims)};
  make_row (rand, NORMAL, NULL, mean, dims);
  g_autoptr (ClipCodec) codec = clip_codec_new (dims, centred ? mean : NULL);
  for (guint r = 0; r < ROWS; r++) {
    float *row = encoded.rows + (gsize)r * dims;
    make_row (rand, kind, centred ? mean : NULL, row, dims);
    clip_codec_encode (codec, row, scratch, encoded.bytes + r * size, &encoded.codes[r]);
  }
  for (Kind query_kind = 0; query_kind < N_KINDS; query_kind++) {
    make_row (rand, query_kind, NULL, query, dims);
    expect_bounds (codec, &encoded, query, dims, 0);
  }
  expect_bounds (codec, &encoded, encoded.rows, dims, 0);
  g_free (encoded.bytes);
  g_free (encoded.rows);
}

static void
test_bounds (void)
{
  const guint sizes[] = {1, 2, 7, 31, 32, 63, 64, 65, 100, 512, 640, 1000};
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (Kind kind = 0; kind < N_KINDS; kind++) {
      check_bounds (rand, sizes[i], kind, FALSE);
      check_bounds (rand, sizes[i], kind, TRUE);
    }
}

/* Bounds that hold are worth nothing where they are wide: a row with outliers does as well as one
 * without. */
static void
test_tight (void)
{
  const guint dims = 640;
  gsize size = clip_codec_get_size (dims);
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  g_autoptr (ClipCodec) codec = clip_codec_new (dims, NULL);
  g_autofree float *scratch = g_new (float, 2 * size);
  g_autofree float *query = g_new (float, dims);
  const Kind kinds[] = {NORMAL, OUTLIERS, UNIFORM};
  Encoded encoded = {g_new (guint8, ROWS * size), {{0}}, g_new (float, (gsize)ROWS *dims)};
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++) {
    for (guint r = 0; r < ROWS; r++) {
      make_row (rand, kinds[k], NULL, encoded.rows + (gsize)r * dims, dims);
      clip_codec_encode (codec, encoded.rows + (gsize)r * dims, scratch, encoded.bytes + r * size,
                         &encoded.codes[r]);
    }
    make_row (rand, NORMAL, NULL, query, dims);
    expect_bounds (codec, &encoded, query, dims, 0.025);
  }
  g_free (encoded.bytes);
  g_free (encoded.rows);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codes/orthogonal", test_orthogonal);
  g_test_add_func ("/codes/spreads", test_spreads);
  g_test_add_func ("/codes/bounds", test_bounds);
  g_test_add_func ("/codes/tight", test_tight);
  return g_test_run ();
}
