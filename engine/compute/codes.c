/* codes.c: rows as bytes, and what a query's dot product with a row can be at most and at least.
 *
 * With the mean m, the rotation R, a row x = m + c and a query q:
 *
 *   q·x = q·m + Rq·Rc
 *   Rq·Rc = q″·b + (Rq − q″)·b + Rq·(Rc − b)
 *
 * where b is what the bytes say and q″ is the rotated query in whole steps, so that q″·b is a sum
 * of integers. By Cauchy and Schwarz the second term is at most |Rq − q″| |b| and the third |q| |Rc
 * − b|: the row's norm and radius. What rounding adds is a small share of the lengths.
 */
#include "compute/codes.h"

#include <math.h>
#include <string.h>

#include "compute/rotation.h"
#include "compute/scan.h"

#define BYTE_MAX 127

/* More than what a few operations on floats round off. */
#define ROUND_UP (1 + 0x1p-20)

struct _ClipCodec {
  guint dims;
  ClipRotation *rotation;
  float *mean;
  double mean_norm;
};

static double
norm_of (const float *vector, gsize n)
{
  double squares = 0;
  for (gsize i = 0; i < n; i++)
    squares += (double)vector[i] * (double)vector[i];
  return sqrt (squares);
}

ClipCodec *
clip_codec_new (guint dims, const float *mean)
{
  ClipCodec *codec = g_new0 (ClipCodec, 1);
  codec->dims = dims;
  codec->rotation = clip_rotation_new (dims);
  codec->mean = g_new0 (float, dims);
  if (mean)
    memcpy (codec->mean, mean, dims * sizeof *mean);
  codec->mean_norm = norm_of (codec->mean, dims);
  return codec;
}

void
clip_codec_free (ClipCodec *codec)
{
  if (!codec)
    return;
  clip_rotation_free (codec->rotation);
  g_free (codec->mean);
  g_free (codec);
}

gsize
clip_codec_get_size (guint dims)
{
  return ((gsize)dims + CLIP_SCAN_STEP - 1) / CLIP_SCAN_STEP * CLIP_SCAN_STEP;
}

/* ---- Rows -------------------------------------------------------------------------------- */

/* GNU C's vectors: each compiles to what the target has. */
#define LANES 8
typedef float Lanes __attribute__ ((vector_size (LANES * sizeof (float)), aligned (4), may_alias));
typedef gint32 IntLanes __attribute__ ((vector_size (LANES * sizeof (gint32))));
typedef guint8 ByteLanes __attribute__ ((vector_size (LANES), aligned (1), may_alias));

/* Added to a float below 2^22 it rounds it to a whole number, which its lower bits then are. */
#define ROUNDER 0x1.8p23f

static float
greatest_of (const float *vector, gsize n)
{
  float greatest = 0;
  for (gsize i = 0; i < n; i++)
    greatest = MAX (greatest, fabsf (vector[i]));
  return greatest;
}

/* What quantise() leaves of a row whose numbers are as good as nothing. */
#define NOTHING 0x1p-50f

/* @vector: of @n numbers, a multiple of LANES */
static void
quantise (const float *vector, gsize n, guint8 *bytes, ClipCode *code)
{
  float greatest = greatest_of (vector, n), scale = greatest / BYTE_MAX;
  float inverse = BYTE_MAX / greatest;
  Lanes rests = {0}, squares = {0};
  if (greatest < NOTHING) {
    memset (bytes, 128, n);
    *code = (ClipCode){0, (float)(norm_of (vector, n) * ROUND_UP), 0};
    return;
  }
  for (gsize i = 0; i < n; i += LANES) {
    Lanes value = *(const Lanes *)(gconstpointer)(vector + i), rounded, rest;
    IntLanes bits;
    rounded = value * inverse + ROUNDER;
    memcpy (&bits, &rounded, sizeof bits);
    *(ByteLanes *)(gpointer)(bytes + i) = __builtin_convertvector(bits + 128, ByteLanes);
    rounded = (rounded - ROUNDER) * scale;
    rest = value - rounded;
    rests += rest * rest;
    squares += rounded * rounded;
  }
  double rest = 0, square = 0;
  for (gsize lane = 0; lane < LANES; lane++) {
    rest += (double)rests[lane];
    square += (double)squares[lane];
  }
  /* Sums of floats that are all positive are short by a rounding for each at most. */
  double slack = 1 + (double)n * 0x1p-24;
  double norm = sqrt (square) * slack, radius = sqrt (rest) * slack;
  radius += 2 * CLIP_ROTATION_ERROR * (norm + radius);
  *code = (ClipCode){scale, (float)(radius * ROUND_UP), (float)(norm * ROUND_UP)};
}

void
clip_codec_encode (const ClipCodec *codec, const float *row, float *scratch, guint8 *bytes,
                   ClipCode *code)
{
  const gsize n = codec->dims, size = clip_codec_get_size (codec->dims);
  for (gsize i = 0; i < n; i++)
    scratch[i] = row[i] - codec->mean[i];
  clip_rotation_apply (codec->rotation, scratch, scratch + size);
  memset (scratch + n, 0, (size - n) * sizeof *scratch);
  quantise (scratch, size, bytes, code);
}

/* ---- Queries ----------------------------------------------------------------------------- */

struct _ClipCodeQuery {
  ClipScanQuery scan;
  double step;   /* what one of its whole numbers is worth */
  double middle; /* its product with the mean */
  /* How much its product with a row can differ from the product with the bytes. */
  double by_radius, by_norm, by_rounding;
};

/* The nearest whole numbers to the query's, and their planes. */
static void
set_numbers (ClipCodeQuery *query, const float *rotated, gsize n)
{
  gsize size = query->scan.n;
  gint16 *wide = g_new0 (gint16, size);
  gint8 *planes = g_new0 (gint8, 2 * size);
  query->scan.wide = wide;
  query->scan.high = planes;
  query->scan.low = planes + size;
  for (gsize i = 0; i < n && query->step > 0; i++) {
    double steps = (double)rotated[i] / query->step;
    gint number = (gint)lrint (CLAMP (steps, -CLIP_SCAN_QUERY_MAX, CLIP_SCAN_QUERY_MAX));
    gint low = ((number + 128) & 255) - 128;
    wide[i] = (gint16)number;
    planes[i] = (gint8)((number - low) / 256);
    planes[size + i] = (gint8)low;
    query->scan.offset += 128 * number;
  }
}

static void
set_bounds (ClipCodeQuery *query, const ClipCodec *codec, const float *plain, const float *rotated)
{
  const gsize n = codec->dims;
  double norm = norm_of (plain, n), lost = 0;
  for (gsize i = 0; i < n; i++) {
    double rest = (double)rotated[i] - query->step * query->scan.wide[i];
    lost += rest * rest;
    query->middle += (double)plain[i] * (double)codec->mean[i];
  }
  /* Sums of n products of float64, of vectors of these lengths, and a few operations more. */
  double rounding = norm * (double)(n + 8) * 0x1p-51;
  query->by_radius = norm * ROUND_UP;
  query->by_norm = (sqrt (lost) + norm * CLIP_ROTATION_ERROR) * ROUND_UP + rounding;
  query->by_rounding = rounding * codec->mean_norm;
}

ClipCodeQuery *
clip_code_query_new (const ClipCodec *codec, const float *query)
{
  const gsize n = codec->dims;
  g_autofree float *rotated = g_new (float, 2 * n);
  ClipCodeQuery *ready = g_new0 (ClipCodeQuery, 1);
  memcpy (rotated, query, n * sizeof *query);
  clip_rotation_apply (codec->rotation, rotated, rotated + n);
  ready->scan.n = clip_codec_get_size (codec->dims);
  ready->step = (double)greatest_of (rotated, n) / CLIP_SCAN_QUERY_MAX;
  set_numbers (ready, rotated, n);
  set_bounds (ready, codec, query, rotated);
  return ready;
}

void
clip_code_query_free (ClipCodeQuery *query)
{
  if (!query)
    return;
  g_free ((gpointer)query->scan.wide);
  g_free ((gpointer)query->scan.high);
  g_free (query);
}

/* Rows whose bounds are made of their sums at a time: few, so that the next ones are asked for from
 * memory without a pause. */
#define STRIDE 2

void
clip_code_query_bound (const ClipCodeQuery *query, const guint8 *bytes, const ClipCode *codes,
                       gsize n, ClipInterval *intervals)
{
  const ClipScan *scan = clip_scan ();
  gint64 sums[STRIDE];
  for (gsize first = 0; first < n; first += STRIDE) {
    gsize rows = MIN (STRIDE, n - first);
    scan->multiply (sums, bytes + first * query->scan.n, rows, &query->scan);
    for (gsize i = 0; i < rows; i++) {
      const ClipCode code = codes[first + i];
      double middle = query->middle + query->step * (double)code.scale * (double)sums[i];
      double error = query->by_radius * (double)code.radius + query->by_norm * (double)code.norm +
                     query->by_rounding;
      intervals[first + i] = (ClipInterval){middle - error, middle + error};
    }
  }
}
