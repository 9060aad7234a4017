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
      .activation = epilogue->activation,
  };
}

/* Our tiles where they are made of vectors; there they were faster for every shape measured. */
void
clip_linear (const ClipRun *run, ClipLinear *linear, gsize rows, const float *x, float *y,
             const ClipEpilogue *epilogue)
{
  static const ClipEpilogue plain = {.activation = CLIP_ACTIVATION_NONE};
  const ClipProduct product = {
      .run = run,
      .tiles = clip_tiles (),
      .linear = linear,
      .rows = rows,
      .x = x,
      .y = y,
      .epilogue = epilogue ? epilogue : &plain,
  };
  gboolean vectors = clip_cpu_flags () & (CLIP_CPU_AVX2 | CLIP_CPU_AVX512);
  if (!vectors || !clip_product_by_tiles (&product, linear))
    clip_product_by_blas (&product);
}

void
clip_linear_clear (ClipLinear *linear)
{
  free (linear->panels);
  *linear = (ClipLinear){0};
}
