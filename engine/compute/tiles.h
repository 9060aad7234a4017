/* tiles.h: the inner part of a product of matrices, as one table of functions a precision.
 *
 * Weights lie in panels (panels.h), and rows of activations in blocks of CLIP_BLOCK words of 32
 * bits, [in / values of a block][rows][CLIP_BLOCK], where a word holds one float, two bf16 or four
 * unsigned bytes: the words of a row fill a line of the cache, all rows of a tile are at constant
 * displacements from one pointer, and each step along the sum reads the panel on. What fills the
 * last word is zero.
 *
 * Every sum is one chain from the first word to the last, so that it does not depend on how a
 * matrix is cut into tiles; sums of bytes are exact.
 */
#pragma once

#include "compute/gemm.h"
#include "compute/panels.h"

G_BEGIN_DECLS

#define CLIP_BLOCK 16
#define CLIP_TILE_MAX_ROWS 12
#define CLIP_FETCH_WORDS 4

/* What a row of bytes stands for: (byte − zero) · scale. */
typedef struct {
  float scale;
  gint32 zero;
} ClipRowScale;

/* What is done to the sums: as ClipEpilogue, with @bias and @scale from the first column on and
 * @residual from the first result on, its rows @residual_step apart. Before that,
 * sums of bytes become (sum − zero · column sum) · row scale · column scale. */
typedef struct {
  const float *bias;     /* nullable */
  const float *scale;    /* nullable */
  const float *residual; /* nullable */
  gsize residual_step;
  ClipActivation activation;
  const ClipRowScale *row_scales; /* with bytes only, as are the next two */
  const float *column_scales;
  const gint32 *column_sums;
} ClipFinish;

typedef struct {
  gsize tile_rows; /* most rows of a tile, at most CLIP_TILE_MAX_ROWS */

  /* @rows rows of @n floats, @x_step apart, to blocks that are @block_step words apart. @blocks is
   * the first row's place in the first block. With bytes @row_scales gets the rows' scales. */
  void (*pack) (gpointer blocks, gsize block_step, ClipRowScale *row_scales, const float *x,
                gsize x_step, gsize rows, gsize n);

  /* sums[r][c] = Σ a[r][k] · panel[k][c] for @rows rows, CLIP_PANEL columns and k < @words words.
   * @a is the first row's place in the first block, and @block_step words lie between blocks.
   * Meanwhile what lies at @next is fetched, for it will be read soon: @fetch lines of the cache
   * with every CLIP_FETCH_WORDS words. Sums are floats, or gint32 with bytes. */
  void (*multiply) (gsize rows, gsize words, gconstpointer a, gsize block_step, gconstpointer panel,
                    gconstpointer next, gsize fetch, gpointer sums);

  /* @rows × @columns sums, whose rows are @sums_step apart, to results whose rows are @y_step
   * apart. @sums may be @y. */
  void (*finish) (float *y, gsize y_step, gconstpointer sums, gsize sums_step, gsize rows,
                  gsize columns, const ClipFinish *finish);
} ClipTiles;

/* The table for @precision on this processor and INKLING_CPU_MASK, made at the first call. */
const ClipTiles *clip_tiles (ClipPrecision precision);

/* The table with the given flags of cpu.h only, for tests. */
void clip_tiles_init (ClipTiles *tiles, ClipPrecision precision, guint cpu_flags);

G_END_DECLS
