/* finish.h: what is done to the sums of a tile, written once in vector operations (see functions.h
 * for what must be included before).
 */
#pragma once

#include "compute/tiles.h"
#include "compute/vector/functions.h"

VEC_INLINE Vec
finish_load (const float *x, gsize lanes, const gboolean whole)
{
  return whole ? vec_load (x) : vec_load_part (x, lanes, vec_set1 (0));
}

/* Sums of a row, of bytes where @bytes. */
VEC_INLINE Vec
finish_load_sums (const float *sums, gsize row, gsize lanes, const ClipFinish *finish,
                  const gint32 *column_sums, Vec column_scale, const gboolean bytes,
                  const gboolean whole)
{
  if (!bytes)
    return finish_load (sums, lanes, whole);
  const ClipRowScale *scale = &finish->row_scales[row];
  Vec v = vec_less_zero ((const gint32 *)sums, scale->zero, column_sums, whole ? LANES : lanes);
  return vec_mul (v, vec_mul (vec_set1 (scale->scale), column_scale));
}

/* One vector of columns, all rows. */
VEC_INLINE void
finish_columns (float *y, gsize y_step, const float *sums, gsize sums_step, gsize rows, gsize lanes,
                const ClipFinish *finish, gsize column, Vec (*activation) (Vec),
                const gboolean bytes, const gboolean whole)
{
  Vec bias = finish->bias ? finish_load (finish->bias + column, lanes, whole) : vec_set1 (0);
  Vec scale = finish->scale ? finish_load (finish->scale + column, lanes, whole) : vec_set1 (1);
  Vec column_scale = bytes ? finish_load (finish->column_scales + column, lanes, whole) : bias;
  const gint32 *column_sums = bytes ? finish->column_sums + column : NULL;
  for (gsize r = 0; r < rows; r++) {
    Vec v = finish_load_sums (sums + r * sums_step + column, r, lanes, finish, column_sums,
                              column_scale, bytes, whole);
    v = vec_add (v, bias);
    if (activation)
      v = activation (v);
    if (finish->residual)
      v = vec_fma (
          v, scale,
          finish_load (finish->residual + r * finish->residual_step + column, lanes, whole));
    else
      v = vec_mul (v, scale);
    if (whole)
      vec_store (y + r * y_step + column, v);
    else
      vec_store_part (y + r * y_step + column, v, lanes);
  }
}

VEC_INLINE void
finish_with (float *y, gsize y_step, const float *sums, gsize sums_step, gsize rows, gsize columns,
             const ClipFinish *finish, Vec (*activation) (Vec), const gboolean bytes)
{
  gsize c = 0;
  for (; c + LANES <= columns; c += LANES)
    finish_columns (y, y_step, sums, sums_step, rows, LANES, finish, c, activation, bytes, TRUE);
  if (c < columns)
    finish_columns (y, y_step, sums, sums_step, rows, columns - c, finish, c, activation, bytes,
                    FALSE);
}

VEC_INLINE void
finish_any (float *y, gsize y_step, const float *sums, gsize sums_step, gsize rows, gsize columns,
            const ClipFinish *finish, Vec (*any_gelu) (Vec), const gboolean bytes)
{
  switch (finish->activation) {
  case CLIP_ACTIVATION_GELU:
    finish_with (y, y_step, sums, sums_step, rows, columns, finish, any_gelu, bytes);
    break;
  case CLIP_ACTIVATION_QUICK_GELU:
    finish_with (y, y_step, sums, sums_step, rows, columns, finish, vec_quick_gelu, bytes);
    break;
  case CLIP_ACTIVATION_RELU6:
    finish_with (y, y_step, sums, sums_step, rows, columns, finish, vec_relu6, bytes);
    break;
  case CLIP_ACTIVATION_NONE:
    finish_with (y, y_step, sums, sums_step, rows, columns, finish, NULL, bytes);
    break;
  }
}

static void
finish_floats (float *y, gsize y_step, gconstpointer sums, gsize sums_step, gsize rows,
               gsize columns, const ClipFinish *finish)
{
  finish_any (y, y_step, sums, sums_step, rows, columns, finish, vec_gelu, FALSE);
}

static void
finish_bf16 (float *y, gsize y_step, gconstpointer sums, gsize sums_step, gsize rows, gsize columns,
             const ClipFinish *finish)
{
  finish_any (y, y_step, sums, sums_step, rows, columns, finish, vec_gelu_coarse, FALSE);
}

static void
finish_bytes (float *y, gsize y_step, gconstpointer sums, gsize sums_step, gsize rows,
              gsize columns, const ClipFinish *finish)
{
  finish_any (y, y_step, sums, sums_step, rows, columns, finish, vec_gelu_coarse, TRUE);
}
