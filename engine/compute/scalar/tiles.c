/* tiles.c: tiles of a product of matrices in portable C. */
#include <string.h>

#include "compute/bytes.h"
#include "compute/scalar/functions.h"
#include "compute/scalar/scalar.h"

#define BLOCK_SIZE (CLIP_BLOCK * sizeof (guint32))

/* ---- Rows to blocks ---------------------------------------------------------------------- */

/* Where value @k of row @row lies, of which @word_values make a word. */
static gpointer
place (gpointer blocks, gsize block_step, gsize row, gsize k, gsize word_values)
{
  gsize values = CLIP_BLOCK * word_values;
  return (guint8 *)blocks + k / values * block_step * sizeof (guint32) + row * BLOCK_SIZE +
         k % values * (sizeof (guint32) / word_values);
}

static void
pack_floats (gpointer blocks, gsize block_step, ClipRowScale *row_scales, const float *x,
             gsize x_step, gsize rows, gsize n)
{
  for (gsize r = 0; r < rows; r++)
    for (gsize k = 0; k < n; k += CLIP_BLOCK)
      memcpy (place (blocks, block_step, r, k, 1), x + r * x_step + k,
              MIN (CLIP_BLOCK, n - k) * sizeof (float));
}

static void
pack_bf16 (gpointer blocks, gsize block_step, ClipRowScale *row_scales, const float *x,
           gsize x_step, gsize rows, gsize n)
{
  for (gsize r = 0; r < rows; r++)
    for (gsize k = 0; k < n; k += 2) {
      const float *pair = x + r * x_step + k;
      guint16 *y = place (blocks, block_step, r, k, 2);
      y[0] = clip_to_bf16 (pair[0]);
      y[1] = k + 1 < n ? clip_to_bf16 (pair[1]) : 0;
    }
}

static ClipByteRange
measure (const float *x, gsize n)
{
  float low = 0, high = 0, rest = 0;
  for (gsize i = 0; i < n; i++) {
    low = MIN (low, x[i]);
    high = MAX (high, x[i]);
    rest += x[i] * 0;
  }
  return clip_byte_range (low, high, rest);
}

static void
pack_bytes (gpointer blocks, gsize block_step, ClipRowScale *row_scales, const float *x,
            gsize x_step, gsize rows, gsize n)
{
  for (gsize r = 0; r < rows; r++) {
    const float *row = x + r * x_step;
    ClipByteRange range = measure (row, n);
    row_scales[r] = range.scale;
    for (gsize k = 0; k < (n + 3) / 4 * 4; k++) {
      float v = k < n ? fmaf (row[k], range.factor, (float)range.scale.zero) : 0;
      *(guint8 *)place (blocks, block_step, r, k, 4) =
          (guint8)clip_round (v > 0 ? MIN (v, 255) : 0);
    }
  }
}

/* ---- Products ---------------------------------------------------------------------------- */

static float
add_floats (float sum, const guint8 *value, const guint8 *weight)
{
  return fmaf (*(const float *)value, *(const float *)weight, sum);
}

/* The second of a pair first, as the processors' instruction. */
static float
add_bf16 (float sum, const guint8 *value, const guint8 *weight)
{
  const guint16 *a = (const guint16 *)value, *b = (const guint16 *)weight;
  sum += clip_from_bf16 (a[1]) * clip_from_bf16 (b[1]);
  return sum + clip_from_bf16 (a[0]) * clip_from_bf16 (b[0]);
}

static gint32
add_bytes (gint32 sum, const guint8 *value, const guint8 *weight)
{
  for (guint i = 0; i < 4; i++)
    sum += value[i] * (gint8)weight[i];
  return sum;
}

#define MULTIPLY(NAME, TYPE, ADD)                                                                  \
  static void NAME (gsize rows, gsize n, gconstpointer a, gsize block_step, gconstpointer panel,   \
                    gconstpointer next, gsize fetch, gpointer sums)                                \
  {                                                                                                \
    TYPE *s = sums;                                                                                \
    memset (s, 0, rows *CLIP_PANEL_STEP);                                                          \
    for (gsize k = 0; k < n; k++)                                                                  \
      for (gsize r = 0; r < rows; r++)                                                             \
        for (gsize c = 0; c < CLIP_PANEL; c++)                                                     \
          s[r * CLIP_PANEL + c] =                                                                  \
              ADD (s[r * CLIP_PANEL + c],                                                          \
                   (const guint8 *)a + k / CLIP_BLOCK * block_step * sizeof (guint32) +            \
                       r * BLOCK_SIZE + k % CLIP_BLOCK * sizeof (guint32),                         \
                   (const guint8 *)panel + k * CLIP_PANEL_STEP + c * sizeof (guint32));            \
  }

MULTIPLY (multiply_floats, float, add_floats)
MULTIPLY (multiply_bf16, float, add_bf16)
MULTIPLY (multiply_bytes, gint32, add_bytes)

/* ---- What is done to the sums ------------------------------------------------------------ */

static inline float
activate (float x, ClipActivation activation)
{
  switch (activation) {
  case CLIP_ACTIVATION_GELU:
    return clip_gelu (x);
  case CLIP_ACTIVATION_QUICK_GELU:
    return clip_quick_gelu (x);
  case CLIP_ACTIVATION_RELU6:
    return clip_relu6 (x);
  case CLIP_ACTIVATION_NONE:
    break;
  }
  return x;
}

static float
finish_sum (float sum, const float *residual, gsize column, const ClipFinish *finish)
{
  float v = sum + (finish->bias ? finish->bias[column] : 0);
  v = activate (v, finish->activation) * (finish->scale ? finish->scale[column] : 1);
  return residual ? *residual + v : v;
}

static void
finish_floats (float *y, gsize y_step, gconstpointer sums, gsize sums_step, gsize rows,
               gsize columns, const ClipFinish *finish)
{
  const float *s = sums;
  for (gsize r = 0; r < rows; r++)
    for (gsize c = 0; c < columns; c++)
      y[r * y_step + c] = finish_sum (
          s[r * sums_step + c],
          finish->residual ? finish->residual + r * finish->residual_step + c : NULL, c, finish);
}

static void
finish_bytes (float *y, gsize y_step, gconstpointer sums, gsize sums_step, gsize rows,
              gsize columns, const ClipFinish *finish)
{
  const gint32 *s = sums;
  for (gsize r = 0; r < rows; r++) {
    const ClipRowScale *scale = &finish->row_scales[r];
    for (gsize c = 0; c < columns; c++) {
      gint32 sum = s[r * sums_step + c] - scale->zero * finish->column_sums[c];
      y[r * y_step + c] = finish_sum (
          (float)sum * (scale->scale * finish->column_scales[c]),
          finish->residual ? finish->residual + r * finish->residual_step + c : NULL, c, finish);
    }
  }
}

void
clip_tiles_init_scalar (ClipTiles *tiles, ClipPrecision precision)
{
  *tiles = (ClipTiles){
      .tile_rows = 4, .pack = pack_floats, .multiply = multiply_floats, .finish = finish_floats};
  if (precision == CLIP_PRECISION_BF16) {
    tiles->pack = pack_bf16;
    tiles->multiply = multiply_bf16;
  } else if (precision == CLIP_PRECISION_INT8) {
    tiles->pack = pack_bytes;
    tiles->multiply = multiply_bytes;
    tiles->finish = finish_bytes;
  }
}
