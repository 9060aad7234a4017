/* gemm.c: splits a product into blocks, each computed and finished by one thread. */
#include <cblas.h>

#include "compute/gemm.h"
#include "compute/kernels.h"

/* The sizes of a block: enough work that handing it out costs nothing, few enough rows that its
 * result is still in the cache when the epilogue comes. With few rows (a text) the columns alone
 * have to give every thread its share. */
#define BLOCK_ROWS 128
#define BLOCK_COLUMNS 512
#define FEW_ROWS 48
#define FEW_ROWS_COLUMNS 128

G_STATIC_ASSERT (BLOCK_ROWS *BLOCK_COLUMNS * sizeof (float) <= CLIP_SCRATCH_SIZE);

typedef struct {
  const ClipRun *run;
  const ClipLinear *linear;
  gsize rows;
  const float *x;
  float *y;
  const ClipEpilogue *epilogue;
  gsize block_columns;
  gsize column_blocks;
} Product;

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
activate (ClipActivation activation, float *x, gsize n)
{
  const ClipKernels *kernels = clip_kernels ();
  switch (activation) {
  case CLIP_ACTIVATION_GELU:
    kernels->gelu (x, n);
    break;
  case CLIP_ACTIVATION_QUICK_GELU:
    kernels->quick_gelu (x, n);
    break;
  case CLIP_ACTIVATION_RELU6:
    kernels->relu6 (x, n);
    break;
  case CLIP_ACTIVATION_NONE:
    break;
  }
}

/* Makes @n results of one row, the first of which is in column @column, out of the sums in @t,
 * which is @y or a place of its own. */
static void
finish_row (const Product *product, float *y, float *t, gsize column, gsize n)
{
  const ClipKernels *kernels = clip_kernels ();
  const ClipEpilogue *epilogue = product->epilogue;
  if (product->linear->bias)
    kernels->add (t, product->linear->bias + column, n);
  activate (epilogue->activation, t, n);
  if (epilogue->residual)
    kernels->scale_add (y, epilogue->residual + (y - product->y), t,
                        epilogue->scale ? epilogue->scale + column : NULL, n);
  else if (epilogue->scale)
    for (gsize i = 0; i < n; i++)
      t[i] *= epilogue->scale[column + i];
}

static void
multiply_block (gpointer data, gsize index, guint slot)
{
  const Product *product = data;
  const ClipLinear *linear = product->linear;
  gsize in = linear->in, out = linear->out;
  gsize row = index / product->column_blocks * BLOCK_ROWS;
  gsize column = index % product->column_blocks * product->block_columns;
  gsize rows = MIN (product->rows - row, BLOCK_ROWS);
  gsize columns = MIN (out - column, product->block_columns);
  float *y = product->y + row * out + column;

  /* The residual may be y itself: the sums must not overwrite it. */
  gboolean aside = product->epilogue->residual != NULL;
  float *t = aside ? clip_run_scratch (product->run, slot) : y;
  gsize stride = aside ? columns : out;

  const float *weight = linear->weight + (linear->transposed ? column : column * in);
  cblas_sgemm (CblasRowMajor, CblasNoTrans, linear->transposed ? CblasNoTrans : CblasTrans,
               (blasint)rows, (blasint)columns, (blasint)in, 1.0f, product->x + row * in,
               (blasint)in, weight, (blasint)(linear->transposed ? out : in), 0.0f, t,
               (blasint)stride);
  for (gsize r = 0; r < rows; r++)
    finish_row (product, y + r * out, t + r * stride, column, columns);
}

void
clip_linear (const ClipRun *run, ClipLinear *linear, gsize rows, const float *x, float *y,
             const ClipEpilogue *epilogue)
{
  static const ClipEpilogue plain = {.activation = CLIP_ACTIVATION_NONE};
  Product product = {.run = run, .linear = linear, .rows = rows, .x = x, .y = y};
  hold_openblas_to_one_thread ();
  product.epilogue = epilogue ? epilogue : &plain;
  product.block_columns = rows < FEW_ROWS ? FEW_ROWS_COLUMNS : BLOCK_COLUMNS;
  product.column_blocks = (linear->out + product.block_columns - 1) / product.block_columns;
  gsize row_blocks = (rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
  clip_pool_run (run->pool, row_blocks * product.column_blocks, multiply_block, &product);
}

void
clip_linear_clear (ClipLinear *linear)
{
  *linear = (ClipLinear){0};
}
