/* multiply.h: tiles of a product of matrices, written once for every precision and instruction set.
 *
 * A tile's sums stay in registers while the sum runs: two vectors of columns for each of up to
 * TILE_ROWS rows. They go to memory once, and from there, still in the first-level cache, through
 * what is to be done to them: so the inner loop needs no registers for that.
 *
 * What is included before this defines TILE_ROWS, TILE_LANES (the sums of a vector), and
 *   TileSum     a vector of sums; all its bits zero is the sum of nothing
 *   TileWeight  a vector of words of weights
 *   TileValue   a word of a row, once for each lane
 *   TileWeight tile_weight (const guint8 *panel)
 *   TileValue tile_value (const guint8 *word)
 *   TileSum tile_zero (void)
 *   TileSum tile_add (TileSum sum, TileValue value, TileWeight weight)
 *   void tile_store (guint8 *sums, TileSum sum)
 */
#pragma once

#include "compute/tiles.h"

#define TILE_WORD sizeof (guint32)
#define TILE_VECTOR (TILE_LANES * TILE_WORD)
#define TILE_BLOCK (CLIP_BLOCK * TILE_WORD)

/* One step along the sum. @panel has this step's weights of two vectors of columns; row r's
 * activations are at @a + r · TILE_BLOCK. */
VEC_INLINE void
tile_step (TileSum sums[TILE_ROWS][2], const gsize rows, const guint8 *a, const guint8 *panel)
{
  TileWeight left = tile_weight (panel), right = tile_weight (panel + TILE_VECTOR);
  VEC_UNROLL
  for (gsize r = 0; r < rows; r++) {
    TileValue x = tile_value (a + r * TILE_BLOCK);
    sums[r][0] = tile_add (sums[r][0], x, left);
    sums[r][1] = tile_add (sums[r][1], x, right);
  }
}

/* Two vectors of columns. What is fetched is asked for from the first level of the cache; what that
 * has not the room for until it is read, some tiles later, the second one has. */
VEC_INLINE void
tile_columns (const gsize rows, gsize n, const guint8 *a, gsize block_step, const guint8 *panel,
              const guint8 *next, gsize fetch, guint8 *out)
{
  TileSum sums[TILE_ROWS][2];
  VEC_UNROLL
  for (gsize r = 0; r < rows; r++)
    sums[r][0] = sums[r][1] = tile_zero ();
  for (; n >= CLIP_BLOCK; n -= CLIP_BLOCK, a += block_step)
    for (gsize k = 0; k < CLIP_BLOCK; k += CLIP_FETCH_WORDS) {
      for (gsize line = 0; line < fetch; line++, next += 64)
        __builtin_prefetch (next, 0, 3);
      VEC_UNROLL
      for (gsize u = 0; u < CLIP_FETCH_WORDS; u++) {
        tile_step (sums, rows, a + (k + u) * TILE_WORD, panel);
        panel += CLIP_PANEL_STEP;
      }
    }
  for (gsize k = 0; k < n; k++, panel += CLIP_PANEL_STEP)
    tile_step (sums, rows, a + k * TILE_WORD, panel);
  VEC_UNROLL
  for (gsize r = 0; r < rows; r++) {
    tile_store (out + r * CLIP_PANEL_STEP, sums[r][0]);
    tile_store (out + r * CLIP_PANEL_STEP + TILE_VECTOR, sums[r][1]);
  }
}

VEC_INLINE void
tile (const gsize rows, gsize n, const guint8 *a, gsize block_step, const guint8 *panel,
      const guint8 *next, gsize fetch, guint8 *sums)
{
  for (gsize c = 0; c < CLIP_PANEL_STEP; c += 2 * TILE_VECTOR)
    tile_columns (rows, n, a, block_step * TILE_WORD, panel + c, next, c ? 0 : fetch, sums + c);
}

/* The number of rows is known when a tile is compiled, so that its sums are registers. */
static void
multiply_tile (gsize rows, gsize n, gconstpointer a, gsize block_step, gconstpointer panel,
               gconstpointer next, gsize fetch, gpointer sums)
{
  switch (rows) {
#define TILE_CASE(ROWS)                                                                            \
  case ROWS:                                                                                       \
    tile (ROWS, n, a, block_step, panel, next, fetch, sums);                                       \
    break;
    TILE_CASE (1)
    TILE_CASE (2)
#if TILE_ROWS > 2
    TILE_CASE (3)
    TILE_CASE (4)
    TILE_CASE (5)
    TILE_CASE (6)
#endif
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
