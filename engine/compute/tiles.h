/* tiles.h: the inner part of a product of matrices, as one table of functions.
 *
 * Weights lie in panels of CLIP_PANEL columns, [out / 32][in][32], and rows of activations in
 * blocks of CLIP_BLOCK values, [in / 16][rows][16], both padded with zeros to whole panels and
 * blocks: the sixteen values of a row fill a line of the cache, all rows of a tile are at constant
 * displacements from one pointer, and each step along the sum reads the panel on.
 *
 * Every sum is one chain of fused multiply-adds from the first value to the last, so that it does
 * not depend on how a matrix is cut into tiles.
 */
#pragma once

#include "compute/gemm.h"

G_BEGIN_DECLS

#define CLIP_PANEL 32
#define CLIP_BLOCK 16
#define CLIP_TILE_MAX_ROWS 12

/* What is done to the sums: as ClipEpilogue, with @bias and @scale from the first column on and
 * @residual from the first result on, its rows as far apart as those of the result. */
typedef struct {
  const float *bias;     /* nullable */
  const float *scale;    /* nullable */
  const float *residual; /* nullable */
  ClipActivation activation;
} ClipFinish;

typedef struct {
  gsize tile_rows; /* most rows of a tile, at most CLIP_TILE_MAX_ROWS */

  /* sums[r][c] = Σ a[r][k] · panel[k][c] for @rows rows, CLIP_PANEL columns and k < @n.
   * @a is the first row's place in the first block, @block_step floats lie between blocks, and
   * @next is what will be read next, to be fetched meanwhile (as much as the panel is long). */
  void (*multiply) (gsize rows, gsize n, const float *a, gsize block_step, const float *panel,
                    const float *next, float *sums);

  /* @rows × @columns sums, whose rows are @sums_step apart, to results whose rows are @y_step
   * apart. @sums may be @y. */
  void (*finish) (float *y, gsize y_step, const float *sums, gsize sums_step, gsize rows,
                  gsize columns, const ClipFinish *finish);
} ClipTiles;

/* The table for this processor and INKLING_CPU_MASK, made at the first call. */
const ClipTiles *clip_tiles (void);

/* The table with the given flags of cpu.h only, for tests. */
void clip_tiles_init (ClipTiles *tiles, guint cpu_flags);

G_END_DECLS
