/* product.h: the two ways to compute a product of matrices that clip_linear() chooses from. */
#pragma once

#include "compute/gemm.h"
#include "compute/tiles.h"

G_BEGIN_DECLS

/* A product as it is handed to the pool's threads. */
typedef struct {
  const ClipRun *run;
  const ClipTiles *tiles;
  const ClipLinear *linear;
  gsize rows;
  const float *x;
  float *y;
  const ClipEpilogue *epilogue;
} ClipProduct;

/* The finish of a part of the product that begins at @row and @column. */
ClipFinish clip_product_finish (const ClipProduct *product, gsize row, gsize column);

/* By OpenBLAS, with the weights as they are. */
void clip_product_by_blas (const ClipProduct *product);

/* By our own tiles. Makes the panels of @linear where it has none yet; FALSE where there is no
 * memory for them, or where a row is too long for a thread's scratch: nothing is computed then. */
gboolean clip_product_by_tiles (const ClipProduct *product, ClipLinear *linear);

G_END_DECLS
