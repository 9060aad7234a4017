/* gemm.c: chooses how a product is computed. */
#include <stdlib.h>

#include "compute/cpu.h"
#include "compute/product.h"

ClipFinish
clip_product_finish (const ClipProduct *product, gsize row, gsize column)
{
  const ClipEpilogue *epilogue = product->epilogue;
  const float *bias = product->linear->bias;
  gsize offset = row * product->linear->out + column;
  return (ClipFinish){
      .bias = bias ? bias + column : NULL,
      .scale = epilogue->scale ? epilogue->scale + column : NULL,
      .residual = epilogue->residual ? epilogue->residual + offset : NULL,
      .residual_step = product->linear->out,
      .activation = epilogue->activation,
  };
}

gboolean
clip_linear_rows_are_apart (void)
{
  return (clip_cpu_flags () & CLIP_CPU_VECTORS) != 0;
}

/* Our tiles where they are made of vectors: there they were faster for every shape measured. Less
 * precise products have no other way. A tile's rows have to fit into a thread's scratch. */
gboolean
clip_linear_has_tiles (const ClipLinear *linear)
{
  if (!clip_linear_rows_are_apart () && clip_word_values (linear->precision) == 1)
    return FALSE;
  return clip_rows_size (linear->precision, 1, linear->in) <=
         CLIP_SCRATCH_SIZE / clip_tiles (linear->precision)->tile_rows;
}

/* What has no tiles, or no memory for panels, OpenBLAS computes in f32. */
void
clip_linear (const ClipRun *run, ClipLinear *linear, gsize rows, const float *x, float *y,
             const ClipEpilogue *epilogue)
{
  static const ClipEpilogue plain = {.activation = CLIP_ACTIVATION_NONE};
  const ClipProduct product = {
      .run = run,
      .tiles = clip_tiles (linear->precision),
      .linear = linear,
      .rows = rows,
      .x = x,
      .y = y,
      .epilogue = epilogue ? epilogue : &plain,
  };
  if (!clip_linear_has_tiles (linear) || !clip_product_by_tiles (&product, linear))
    clip_product_by_blas (&product);
}

void
clip_linear_drop_weight (ClipLinear *linear)
{
  if (!linear->owned)
    return;
  g_free ((gpointer)linear->weight);
  linear->weight = NULL;
  linear->owned = FALSE;
}

gsize
clip_linear_weight_size (const ClipLinear *linear)
{
  return linear->in * linear->out * clip_dtype_size (linear->dtype);
}

void
clip_linear_clear (ClipLinear *linear)
{
  clip_linear_drop_weight (linear);
  if (!linear->panels_borrowed)
    free ((gpointer)linear->panels);
  *linear = (ClipLinear){0};
}
