/* hash.c: the perceptual hash and the mean colour (hash.h). */
#include "decoder/hash.h"

#include <math.h>
#include <stdlib.h>

#include "decoder/failure.h"
#include "image/preprocess.h"

#define SIDE 32
#define LOW 8

/* Coefficients smaller than this are rounding errors of a picture without structure: luminance
 * goes to 255 and one level of one pixel in 1,024 already makes a coefficient of some 1/32. */
#define NOISE 0.01

/* Coefficients (u, v) of the orthonormal DCT-II below LOW of a SIDE × SIDE picture:
 * C(u, v) = a(u) a(v) Σx Σy p(x, y) cos((2x+1)uπ / 2N) cos((2y+1)vπ / 2N),
 * a(0) = √(1/N), else √(2/N). Rows first, then columns. */
static void
transform (const double luminance[SIDE][SIDE], double coefficients[LOW][LOW])
{
  double base[LOW][SIDE];
  double rows[SIDE][LOW] = {{0}};

  for (guint u = 0; u < LOW; u++)
    for (guint x = 0; x < SIDE; x++)
      base[u][x] = sqrt ((u == 0 ? 1.0 : 2.0) / SIDE) * cos ((2 * x + 1) * u * G_PI / (2 * SIDE));

  for (guint y = 0; y < SIDE; y++)
    for (guint u = 0; u < LOW; u++)
      for (guint x = 0; x < SIDE; x++)
        rows[y][u] += luminance[y][x] * base[u][x];

  for (guint v = 0; v < LOW; v++)
    for (guint u = 0; u < LOW; u++) {
      coefficients[v][u] = 0;
      for (guint y = 0; y < SIDE; y++)
        coefficients[v][u] += rows[y][u] * base[v][y];
    }
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static guint64
hash_luminance (const double luminance[SIDE][SIDE])
{
  double coefficients[LOW][LOW], sorted[LOW * LOW];
  transform (luminance, coefficients);

  /* The mean tells of exposure, not of what the picture shows. */
  coefficients[0][0] = 0;
  for (guint i = 0; i < LOW * LOW; i++)
    sorted[i] = coefficients[i / LOW][i % LOW];
  qsort (sorted, G_N_ELEMENTS (sorted), sizeof *sorted, compare_doubles);
  double median = (sorted[LOW * LOW / 2 - 1] + sorted[LOW * LOW / 2]) / 2;

  guint64 hash = 0;
  for (guint i = 0; i < LOW * LOW; i++)
    if (coefficients[i / LOW][i % LOW] > median + NOISE)
      hash |= G_GUINT64_CONSTANT (1) << i;
  return hash;
}

gboolean
ink_hash_picture (const guint8 *rgb, guint width, guint height, guint64 *phash, guint32 *colour,
                  GError **error)
{
  ClipPicture picture = {rgb, width, height, (gsize)width * 3};
  guint8 small[SIDE][SIDE][3];
  double luminance[SIDE][SIDE];
  guint32 sums[3] = {0};

  g_autoptr (GError) cause = NULL;
  if (!clip_picture_resize (&picture, SIDE, SIDE, &small[0][0][0], &cause)) {
    g_set_error_literal (error, INK_WIRE_ERROR, INK_WIRE_FAILED, cause->message);
    return FALSE;
  }

  for (guint y = 0; y < SIDE; y++)
    for (guint x = 0; x < SIDE; x++) {
      const guint8 *pixel = small[y][x];
      /* ITU-R BT.601 luma */
      luminance[y][x] = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
      for (guint c = 0; c < 3; c++)
        sums[c] += pixel[c];
    }
  *phash = hash_luminance (luminance);
  *colour = 0;
  for (guint c = 0; c < 3; c++)
    *colour = *colour << 8 | (sums[c] + SIDE * SIDE / 2) / (SIDE * SIDE);
  return TRUE;
}
