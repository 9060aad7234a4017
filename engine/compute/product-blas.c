/* product-blas.c: products by OpenBLAS, of which this file is the only caller.
 *
 * OpenBLAS is held to one thread, and rows and columns are split over the engine's pool in blocks
 * whose size depends on the problem alone: so does then the result. */
#include <cblas.h>

#include "compute/product.h"

/* The sizes of a block: enough work that handing it out costs nothing, few enough rows that its
 * result is still in the cache when the finish comes. With few rows (a text) the columns alone
 * have to give every thread its share. */
#define BLOCK_ROWS 128
#define BLOCK_COLUMNS 512
#define FEW_ROWS 48
#define FEW_ROWS_COLUMNS 128

G_STATIC_ASSERT (BLOCK_ROWS *BLOCK_COLUMNS * sizeof (float) <= CLIP_SCRATCH_SIZE);

typedef struct {
  const ClipProduct *product;
  gsize block_columns, column_blocks;
} Loop;

/* OpenBLAS's own threads would fight with ours, and serialise calls that come at once. */
static void
hold_openblas_to_one_thread (void)
{
  static gsize done;
  if (g_once_init_enter (&done)) {
    openblas_set_num_threads (1);
    g_once_init_leave (&done, 1);
  }
}

static void
multiply_block (gpointer data, gsize index, guint slot)
{
  const Loop *loop = data;
  const ClipProduct *product = loop->product;
  const ClipLinear *linear = product->linear;
  gsize in = linear->in, out = linear->out;
  gsize row = index / loop->column_blocks * BLOCK_ROWS;
  gsize column = index % loop->column_blocks * loop->block_columns;
  gsize rows = MIN (product->rows - row, BLOCK_ROWS);
  gsize columns = MIN (out - column, loop->block_columns);

  /* The residual may be y itself, so the sums go elsewhere first. */
  float *sums = clip_run_scratch (product->run, slot);
  const float *weight = linear->weight + (linear->transposed ? column : column * in);
  cblas_sgemm (CblasRowMajor, CblasNoTrans, linear->transposed ? CblasNoTrans : CblasTrans,
               (blasint)rows, (blasint)columns, (blasint)in, 1.0f, product->x + row * in,
               (blasint)in, weight, (blasint)(linear->transposed ? out : in), 0.0f, sums,
               (blasint)columns);
  ClipFinish finish = clip_product_finish (product, row, column);
  clip_tiles (CLIP_PRECISION_F32)
      ->finish (product->y + row * out + column, out, sums, columns, rows, columns, &finish);
}

void
clip_product_by_blas (const ClipProduct *product)
{
  Loop loop = {.product = product};
  loop.block_columns = product->rows < FEW_ROWS ? FEW_ROWS_COLUMNS : BLOCK_COLUMNS;
  loop.column_blocks = (product->linear->out + loop.block_columns - 1) / loop.block_columns;
  hold_openblas_to_one_thread ();
  gsize row_blocks = (product->rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
  clip_pool_run (product->run->pool, row_blocks * loop.column_blocks, multiply_block, &loop);
}
