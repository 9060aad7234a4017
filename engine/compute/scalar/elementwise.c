/* elementwise.c: normalisation, activations and vector sums in portable C. */
#include <math.h>

#include "compute/scalar/functions.h"
#include "compute/scalar/scalar.h"

/* Mean and variance in double precision and in two passes, so that a large mean costs nothing. */
static void
layer_norm (float *y, const float *x, gsize n, const float *weight, const float *bias, float eps)
{
  double sum = 0, squares = 0;
  for (gsize i = 0; i < n; i++)
    sum += x[i];
  double mean = sum / (double)n;
  for (gsize i = 0; i < n; i++)
    squares += (x[i] - mean) * (x[i] - mean);
  double factor = 1 / sqrt (squares / (double)n + eps);
  for (gsize i = 0; i < n; i++)
    y[i] = (float)((x[i] - mean) * factor) * weight[i] + bias[i];
}

static void
gelu (float *x, gsize n)
{
  for (gsize i = 0; i < n; i++)
    x[i] = clip_gelu (x[i]);
}

static void
quick_gelu (float *x, gsize n)
{
  for (gsize i = 0; i < n; i++)
    x[i] = clip_quick_gelu (x[i]);
}

static void
relu6 (float *x, gsize n)
{
  for (gsize i = 0; i < n; i++)
    x[i] = clip_relu6 (x[i]);
}

static void
softmax (float *x, gsize n)
{
  float max = x[0];
  for (gsize i = 1; i < n; i++)
    max = MAX (max, x[i]);
  double sum = 0;
  for (gsize i = 0; i < n; i++) {
    x[i] = expf (x[i] - max);
    sum += x[i];
  }
  float factor = (float)(1 / sum);
  for (gsize i = 0; i < n; i++)
    x[i] *= factor;
}

static void
add (float *x, const float *bias, gsize n)
{
  for (gsize i = 0; i < n; i++)
    x[i] += bias[i];
}

static void
scale_add (float *y, const float *residual, const float *x, const float *scale, gsize n)
{
  if (scale)
    for (gsize i = 0; i < n; i++)
      y[i] = residual[i] + scale[i] * x[i];
  else
    for (gsize i = 0; i < n; i++)
      y[i] = residual[i] + x[i];
}

static float
dot (const float *a, const float *b, gsize n)
{
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    sum += (double)a[i] * b[i];
  return (float)sum;
}

static void
axpy (float *y, float a, const float *x, gsize n)
{
  for (gsize i = 0; i < n; i++)
    y[i] += a * x[i];
}

void
clip_kernels_init_scalar (ClipKernels *kernels)
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
      .depthwise_row = clip_depthwise_row_scalar,
  };
}
