/* kernels.c: the kernels in AVX-512. */
#include "compute/avx512/avx512.h"
#include "compute/avx512/vec.h"
#include "compute/vector/depthwise.h"
#include "compute/vector/elementwise.h"

void
clip_kernels_init_avx512 (ClipKernels *kernels)
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
