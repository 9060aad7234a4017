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

typedef struct {
  Vec low, high, rest;
} PackRange;

VEC_INLINE void
pack_extend (PackRange *range, Vec v)
{
  range->low = vec_min (range->low, v);
  range->high = vec_max (range->high, v);
  range->rest = vec_fma (v, vec_set1 (0), range->rest);
}

/* The least and the greatest of a row and zero; what is not finite shows in the sum of x · 0. Four
 * vectors at once do not wait for each other. */
VEC_INLINE ClipByteRange
pack_measure (const float *x, gsize n)
{
  Vec zero = vec_set1 (0);
  PackRange all[4] = {
      {zero, zero, zero}, {zero, zero, zero}, {zero, zero, zero}, {zero, zero, zero}};
  gsize i = 0;
  for (; i + 4 * LANES <= n; i += 4 * LANES) {
    VEC_UNROLL
    for (guint k = 0; k < 4; k++)
      pack_extend (&all[k], vec_load (x + i + k * LANES));
  }
  for (; i < n; i += LANES)
    pack_extend (&all[0], vec_load_up_to (x + i, n - i, zero));
  for (guint k = 1; k < 4; k++) {
    all[0].low = vec_min (all[0].low, all[k].low);
    all[0].high = vec_max (all[0].high, all[k].high);
    all[0].rest = vec_add (all[0].rest, all[k].rest);
  }
  return clip_byte_range (-vec_highest (vec_sub (zero, all[0].low)), vec_highest (all[0].high),
                          vec_sum (all[0].rest));
}

/* @n floats, at most a line of bytes: the line's vectors are whole also at the end, where the
 * weights are zero. */
VEC_INLINE void
pack_line (guint8 *y, const float *x, gsize n, Vec factor, Vec zero)
{
  const gsize values = CLIP_BLOCK * sizeof (guint32);
  if (n >= values) {
    VEC_UNROLL
    for (gsize i = 0; i < values; i += 4 * LANES) {
      Vec v[4];
      VEC_UNROLL
      for (guint k = 0; k < 4; k++)
        v[k] = vec_fma (vec_load (x + i + k * LANES), factor, zero);
      vec_store_bytes4 (y + i, v);
    }
    return;
  }
  for (gsize i = 0; i < n; i += LANES)
    vec_store_bytes (y + i, vec_fma (vec_load_up_to (x + i, n - i, vec_set1 (0)), factor, zero));
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
    for (gsize i = 0; i < n; i += values, y += block_step * sizeof (guint32))
      pack_line (y, row + i, n - i, factor, zero);
  }
}
