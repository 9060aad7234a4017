/* product-blas.c: products by OpenBLAS, of which this file is the only caller.
 *
 * OpenBLAS is held to one thread, and rows and columns are split over the engine's pool in blocks
 * whose size depends on the problem alone: so does then the result. */
#include <cblas.h>

#include "compute/product.h"
#include "files/widen.h"

/* The sizes of a block: enough work that handing it out costs nothing, few enough rows that its
 * result is still in the cache when the finish comes. With few rows (a text) the columns alone
 * have to give every thread its share. */
#define BLOCK_ROWS 128
#define BLOCK_COLUMNS 512
#define FEW_ROWS 48
#define FEW_ROWS_COLUMNS 128

/* Inputs whose weights are widened at a time, where they are no floats. */
#define WIDE_INPUTS 128

G_STATIC_ASSERT ((BLOCK_ROWS + WIDE_INPUTS) * BLOCK_COLUMNS * sizeof (float) <= CLIP_SCRATCH_SIZE);

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

/* A part of a product: some inputs and outputs of the layer. */
typedef struct {
  gsize input, inputs, column, columns;
} Part;

/* The weights of @part, one after the other along its inputs (or outputs, where @transposed). */
static void
widen_part (const ClipLinear *linear, const Part *part, float *out)
{
  gsize lines = linear->transposed ? part->inputs : part->columns;
  gsize n = linear->transposed ? part->columns : part->inputs;
  gsize first = linear->transposed ? part->input * linear->out + part->column
                                   : part->column * linear->in + part->input;
  gsize step = linear->transposed ? linear->out : linear->in;
  for (gsize i = 0; i < lines; i++)
    clip_widen_run (linear->dtype, linear->weight, first + i * step, n, out + i * n);
}

/* sums = sums · @beta + x · weights, where rows of weights are @step floats apart. */
static void
multiply_part (const ClipLinear *linear, const Part *part, gsize rows, const float *x,
               const float *weights, gsize step, float beta, float *sums)
{
  cblas_sgemm (CblasRowMajor, CblasNoTrans, linear->transposed ? CblasNoTrans : CblasTrans,
               (blasint)rows, (blasint)part->columns, (blasint)part->inputs, 1.0f, x + part->input,
               (blasint)linear->in, weights, (blasint)step, beta, sums, (blasint)part->columns);
}

/* @scratch: room for the sums, which come first, and for weights */
static void
multiply (const ClipLinear *linear, gsize column, gsize columns, gsize rows, const float *x,
          float *scratch)
{
  Part part = {0, linear->in, column, columns};
  gboolean floats =
      linear->dtype == CLIP_DTYPE_F32 && (guintptr)linear->weight % G_ALIGNOF (float) == 0;
  if (floats) {
    const float *weights = linear->weight;
    multiply_part (linear, &part, rows, x,
                   weights + (linear->transposed ? column : column * linear->in),
                   linear->transposed ? linear->out : linear->in, 0, scratch);
    return;
  }
  float *wide = scratch + rows * columns;
  for (part.input = 0; part.input < linear->in; part.input += WIDE_INPUTS) {
    part.inputs = MIN (linear->in - part.input, WIDE_INPUTS);
    widen_part (linear, &part, wide);
    multiply_part (linear, &part, rows, x, wide, linear->transposed ? columns : part.inputs,
                   part.input > 0 ? 1 : 0, scratch);
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
  multiply (linear, column, columns, rows, product->x + row * in, sums);
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
