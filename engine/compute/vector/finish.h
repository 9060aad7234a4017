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

/* Sums of a row, of bytes where there is a @scale. */
VEC_INLINE Vec
finish_load_sums (const float *sums, gsize lanes, const ClipRowScale *scale,
                  const gint32 *column_sums, Vec column_scale, const gboolean bytes,
                  const gboolean whole)
{
  if (!bytes)
    return finish_load (sums, lanes, whole);
  Vec v = vec_less_zero ((const gint32 *)sums, scale->zero, column_sums, whole ? LANES : lanes);
  return vec_mul (v, vec_mul (vec_set1 (scale->scale), column_scale));
}

/* One vector of columns, all rows. @finish is read once: for all the compiler knows, @y might lie
 * in it. @plain: no scale and no residual */
VEC_INLINE void
finish_columns (float *y, gsize y_step, const float *sums, gsize sums_step, gsize rows, gsize lanes,
                const ClipFinish *finish, gsize column, Vec (*activation) (Vec),
                const gboolean bytes, const gboolean plain, const gboolean whole)
{
  const ClipRowScale *row_scales = finish->row_scales;
  const float *residual = finish->residual;
  gsize residual_step = finish->residual_step;
  Vec bias = finish->bias ? finish_load (finish->bias + column, lanes, whole) : vec_set1 (0);
  Vec scale = finish->scale ? finish_load (finish->scale + column, lanes, whole) : vec_set1 (1);
  Vec column_scale = bytes ? finish_load (finish->column_scales + column, lanes, whole) : bias;
  const gint32 *column_sums = bytes ? finish->column_sums + column : NULL;
  for (gsize r = 0; r < rows; r++) {
    Vec v = finish_load_sums (sums + r * sums_step + column, lanes, bytes ? &row_scales[r] : NULL,
                              column_sums, column_scale, bytes, whole);
    v = vec_add (v, bias);
    if (activation)
      v = activation (v);
    if (!plain && residual)
      v = vec_fma (v, scale, finish_load (residual + r * residual_step + column, lanes, whole));
    else if (!plain)
      v = vec_mul (v, scale);
    if (whole)
      vec_store (y + r * y_step + column, v);
    else
      vec_store_part (y + r * y_step + column, v, lanes);
  }
}

VEC_INLINE void
finish_all (float *y, gsize y_step, const float *sums, gsize sums_step, gsize rows, gsize columns,
            const ClipFinish *finish, Vec (*activation) (Vec), const gboolean bytes,
            const gboolean plain)
{
  gsize c = 0;
  for (; c + LANES <= columns; c += LANES)
    finish_columns (y, y_step, sums, sums_step, rows, LANES, finish, c, activation, bytes, plain,
                    TRUE);
  if (c < columns)
    finish_columns (y, y_step, sums, sums_step, rows, columns - c, finish, c, activation, bytes,
                    plain, FALSE);
}

VEC_INLINE void
finish_with (float *y, gsize y_step, const float *sums, gsize sums_step, gsize rows, gsize columns,
             const ClipFinish *finish, Vec (*activation) (Vec), const gboolean bytes)
{
  if (finish->scale || finish->residual)
    finish_all (y, y_step, sums, sums_step, rows, columns, finish, activation, bytes, FALSE);
  else
    finish_all (y, y_step, sums, sums_step, rows, columns, finish, activation, bytes, TRUE);
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
