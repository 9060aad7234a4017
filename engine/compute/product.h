/* product.h: the two ways to compute a product of matrices that clip_linear() chooses from, and
 * the parts of the second that others build on. */
#pragma once

#include "compute/gemm.h"
#include "compute/tiles.h"

G_BEGIN_DECLS

/* a / b, rounded up. */
static inline gsize
clip_divide_up (gsize a, gsize b)
{
  return a / b + (a % b > 0);
}

/* ---- Whole products ---------------------------------------------------------------------- */

/* A product as it is handed to the pool's threads. */
typedef struct {
  const ClipRun *run;
  const ClipTiles *tiles; /* of the precision that it is computed in */
  const ClipLinear *linear;
  gsize rows;
  const float *x;
  float *y;
  const ClipEpilogue *epilogue;
} ClipProduct;

/* The finish of a part of the product that begins at @row and @column. */
ClipFinish clip_product_finish (const ClipProduct *product, gsize row, gsize column);

/* By OpenBLAS, with the weights as they are, in f32. */
void clip_product_by_blas (const ClipProduct *product);

/* By our own tiles, if clip_linear_has_tiles(). Makes the panels of @linear where it has none yet;
 * FALSE where there is no memory for them: nothing is computed then. */
gboolean clip_product_by_tiles (const ClipProduct *product, ClipLinear *linear);

/* ---- Rows in blocks ---------------------------------------------------------------------- */

/* Rows as tiles read them (tiles.h). */
typedef struct {
  gpointer blocks;
  gsize step; /* words from one block to the next */
  gsize rows;
  ClipRowScale *scales; /* by row, of bytes only */
} ClipRows;

/* Bytes that @rows rows of @n values take at @precision: a multiple of 64. */
gsize clip_rows_size (ClipPrecision precision, gsize rows, gsize n);

/* Puts @rows rows of @n values into @memory, which has clip_rows_size() bytes at a multiple of 64.
 * They are to be filled by clip_rows_pack(). */
ClipRows clip_rows_in (gpointer memory, ClipPrecision precision, gsize rows, gsize n);

/* @n_rows dense rows of @n floats become those from @first on. */
void clip_rows_pack (const ClipRows *rows, const ClipTiles *tiles, gsize first, gsize n_rows,
                     const float *x, gsize n);

/* Told of each tile, in the cache's first level: @sums, whose rows are CLIP_PANEL apart, are those
 * of rows @row … and columns @column … of the result. @finish has the scales of @sums, and is
 * for the function to complete and pass on to ClipTiles.finish(). */
typedef void (*ClipTileDone) (gpointer data, gpointer sums, gsize row, gsize rows, gsize column,
                              gsize columns, ClipFinish *finish);

/* @panel_index's columns of all @rows times @linear, tile by tile. Meanwhile as much as a panel is
 * fetched from @next (nullable), which is read after it. */
void clip_rows_multiply (const ClipRows *rows, const ClipTiles *tiles, const ClipLinear *linear,
                         gconstpointer panels, gsize panel_index, gconstpointer next,
                         ClipTileDone done, gpointer data);

G_END_DECLS
