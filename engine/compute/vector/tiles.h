/* tiles.h: tiles of a product of matrices, written once in vector operations (see functions.h for
 * what must be included before).
 *
 * A tile's sums stay in registers while the sum runs: two vectors of columns for each of up to
 * TILE_ROWS rows. They go to memory once, and from there, still in the first-level cache, through
 * what is to be done to them: so the inner loop needs no registers for that.
 */
#pragma once

#include "compute/tiles.h"
#include "compute/vector/functions.h"

/* One step along the sum. @panel has this step's weights of two vectors of columns; row r's
 * activation is a[r · CLIP_BLOCK]. */
VEC_INLINE void
tile_step (Vec sums[TILE_ROWS][2], const gsize rows, const float *a, const float *panel)
{
  Vec left = vec_load (panel), right = vec_load (panel + LANES);
  VEC_UNROLL
  for (gsize r = 0; r < rows; r++) {
    Vec x = vec_set1 (a[r * CLIP_BLOCK]);
    sums[r][0] = vec_fma (x, left, sums[r][0]);
    sums[r][1] = vec_fma (x, right, sums[r][1]);
  }
}

/* Two vectors of columns. The next panel is fetched into the second-level cache: it is read a
 * tile later, and from there fast enough. */
VEC_INLINE void
tile_columns (const gsize rows, gsize n, const float *a, gsize block_step, const float *panel,
              const char *next, float *out)
{
  Vec sums[TILE_ROWS][2];
  VEC_UNROLL
  for (gsize r = 0; r < rows; r++)
    sums[r][0] = sums[r][1] = vec_set1 (0);
  for (; n >= CLIP_BLOCK; n -= CLIP_BLOCK, a += block_step)
    for (gsize k = 0; k < CLIP_BLOCK; k += 4) {
      VEC_UNROLL
      for (gsize u = 0; u < 4; u++) {
        for (gsize line = 0; line < 2 * LANES * sizeof (float); line += 64)
          vec_prefetch (next + line);
        tile_step (sums, rows, a + k + u, panel);
        panel += CLIP_PANEL;
        next += CLIP_PANEL * sizeof (float);
      }
    }
  for (gsize k = 0; k < n; k++, panel += CLIP_PANEL)
    tile_step (sums, rows, a + k, panel);
  VEC_UNROLL
  for (gsize r = 0; r < rows; r++) {
    vec_store (out + r * CLIP_PANEL, sums[r][0]);
    vec_store (out + r * CLIP_PANEL + LANES, sums[r][1]);
  }
}

VEC_INLINE void
tile (const gsize rows, gsize n, const float *a, gsize block_step, const float *panel,
      const float *next, float *sums)
{
  for (gsize c = 0; c < CLIP_PANEL; c += 2 * LANES)
    tile_columns (rows, n, a, block_step, panel + c, (const char *)(next + c), sums + c);
}

/* The number of rows is known when a tile is compiled, so that its sums are registers. */
static void
multiply_tile (gsize rows, gsize n, const float *a, gsize block_step, const float *panel,
               const float *next, float *sums)
{
  switch (rows) {
#define TILE_CASE(ROWS)                                                                            \
  case ROWS:                                                                                       \
    tile (ROWS, n, a, block_step, panel, next, sums);                                              \
    break;
    TILE_CASE (1)
    TILE_CASE (2)
    TILE_CASE (3)
    TILE_CASE (4)
    TILE_CASE (5)
    TILE_CASE (6)
#if TILE_ROWS > 6
    TILE_CASE (7)
    TILE_CASE (8)
    TILE_CASE (9)
    TILE_CASE (10)
    TILE_CASE (11)
    TILE_CASE (12)
#endif
#undef TILE_CASE
  }
}

/* ---- What is done to the sums ------------------------------------------------------------ */

VEC_INLINE Vec
finish_load (const float *x, gsize lanes, const gboolean whole)
{
  return whole ? vec_load (x) : vec_load_part (x, lanes, vec_set1 (0));
}

/* One vector of columns, all rows. */
VEC_INLINE void
finish_columns (float *y, gsize y_step, const float *sums, gsize sums_step, gsize rows, gsize lanes,
                const ClipFinish *finish, gsize column, Vec (*activation) (Vec),
                const gboolean whole)
{
  Vec bias = finish->bias ? finish_load (finish->bias + column, lanes, whole) : vec_set1 (0);
  Vec scale = finish->scale ? finish_load (finish->scale + column, lanes, whole) : vec_set1 (1);
  for (gsize r = 0; r < rows; r++) {
    Vec v = vec_add (finish_load (sums + r * sums_step + column, lanes, whole), bias);
    if (activation)
      v = activation (v);
    if (finish->residual)
      v = vec_fma (v, scale, finish_load (finish->residual + r * y_step + column, lanes, whole));
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
             const ClipFinish *finish, Vec (*activation) (Vec))
{
  gsize c = 0;
  for (; c + LANES <= columns; c += LANES)
    finish_columns (y, y_step, sums, sums_step, rows, LANES, finish, c, activation, TRUE);
  if (c < columns)
    finish_columns (y, y_step, sums, sums_step, rows, columns - c, finish, c, activation, FALSE);
}

static void
finish_sums (float *y, gsize y_step, const float *sums, gsize sums_step, gsize rows, gsize columns,
             const ClipFinish *finish)
{
  switch (finish->activation) {
  case CLIP_ACTIVATION_GELU:
    finish_with (y, y_step, sums, sums_step, rows, columns, finish, vec_gelu);
    break;
  case CLIP_ACTIVATION_QUICK_GELU:
    finish_with (y, y_step, sums, sums_step, rows, columns, finish, vec_quick_gelu);
    break;
  case CLIP_ACTIVATION_RELU6:
    finish_with (y, y_step, sums, sums_step, rows, columns, finish, vec_relu6);
    break;
  case CLIP_ACTIVATION_NONE:
    finish_with (y, y_step, sums, sums_step, rows, columns, finish, NULL);
    break;
  }
}
