/* kernels.c: the kernels in NEON. */
#include "compute/neon/neon.h"
#include "compute/neon/vec.h"
#include "compute/vector/depthwise.h"
#include "compute/vector/elementwise.h"

void
clip_kernels_init_neon (ClipKernels *kernels)
{
  *kernels = (ClipKernels){
      .layer_norm = layer_norm,
      .gelu = gelu,
      .quick_gelu = quick_gelu,
      .relu6 = relu6,
      .softmax = softmax,
      .add = add,
      .scale_add = scale_add,
      .dot = dot,
      .axpy = axpy,
      .depthwise_row = depthwise_row,
  };
}
