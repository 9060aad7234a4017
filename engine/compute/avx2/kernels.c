/* kernels.c: the kernels in AVX2. */
#include "compute/avx2/avx2.h"
#include "compute/avx2/vec.h"
#include "compute/vector/depthwise.h"
#include "compute/vector/elementwise.h"

void
clip_kernels_init_avx2 (ClipKernels *kernels)
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
