/* pack.h: laying rows out in blocks of floats or of bytes, written once in vector operations (see
 * functions.h for what must be included before).
 */
#pragma once

#include "compute/bytes.h"
#include "compute/tiles.h"

static void
pack_floats (gpointer blocks, gsize block_step, ClipRowScale *row_scales, const float *x,
             gsize x_step, gsize rows, gsize n)
{
  for (gsize k = 0; k < n; k += CLIP_BLOCK) {
    float *y = (float *)blocks + k / CLIP_BLOCK * block_step;
    for (gsize r = 0; r < rows; r++, y += CLIP_BLOCK)
      for (gsize i = 0; i < MIN (CLIP_BLOCK, n - k); i += LANES) {
        gsize left = n - k - i;
        if (left >= LANES)
          vec_store (y + i, vec_load (x + r * x_step + k + i));
        else
          vec_store_part (y + i, vec_load_part (x + r * x_step + k + i, left, vec_set1 (0)), left);
      }
  }
}

/* The least and the greatest of a row and zero; what is not finite shows in the sum of x · 0. */
VEC_INLINE ClipByteRange
pack_measure (const float *x, gsize n)
{
  Vec zero = vec_set1 (0), low = zero, high = zero, rest = zero;
  for (gsize i = 0; i < n; i += LANES) {
    Vec v = vec_load_up_to (x + i, n - i, zero);
    low = vec_min (low, v);
    high = vec_max (high, v);
    rest = vec_fma (v, zero, rest);
  }
  low = vec_sub (zero, low);
  return clip_byte_range (-vec_highest (low), vec_highest (high), vec_sum (rest));
}

static void
pack_bytes (gpointer blocks, gsize block_step, ClipRowScale *row_scales, const float *x,
            gsize x_step, gsize rows, gsize n)
{
  const gsize values = CLIP_BLOCK * sizeof (guint32);
  for (gsize r = 0; r < rows; r++) {
    const float *row = x + r * x_step;
    guint8 *y = (guint8 *)blocks + r * values;
    ClipByteRange range = pack_measure (row, n);
    Vec factor = vec_set1 (range.factor), zero = vec_set1 ((float)range.scale.zero);
    row_scales[r] = range.scale;
    /* Whole vectors also at the end: a block has room for them, and the weights there are zero. */
    for (gsize i = 0; i < n; i += LANES) {
      Vec v = vec_fma (vec_load_up_to (row + i, n - i, vec_set1 (0)), factor, zero);
      vec_store_bytes (y + i / values * block_step * sizeof (guint32) + i % values, v);
    }
  }
}
