/* kernels.h: the arithmetic that is not a matrix product, as one table of functions.
 *
 * scalar/ fills every entry; avx2/ and avx512/ override what they have. Activations are float32
 * with channels innermost (NHWC); all pointers may be unaligned.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Zero padding before each edge is in @pad_top and @pad_left; what lies beyond the far edges is
 * zero too. */
typedef struct {
  gsize height, width, channels; /* input */
  gsize step;                    /* floats from an input pixel to the next, at least channels */
  gsize out_height, out_width;   /* output */
  gsize kernel, stride, pad_top, pad_left;
} ClipConvShape;

typedef struct {
  /* y[i] = (x[i] − mean) / sqrt (variance + eps) · weight[i] + bias[i], over one row of n. */
  void (*layer_norm) (float *y, const float *x, gsize n, const float *weight, const float *bias,
                      float eps);
  /* In place over n values. */
  void (*gelu) (float *x, gsize n);
  void (*quick_gelu) (float *x, gsize n);
  void (*relu6) (float *x, gsize n);
  /* x[i] = exp (x[i] − max) / sum, in place. */
  void (*softmax) (float *x, gsize n);
  /* x[i] += bias[i] */
  void (*add) (float *x, const float *bias, gsize n);
  /* y[i] = residual[i] + scale[i] · x[i] (scale nullable: 1) */
  void (*scale_add) (float *y, const float *residual, const float *x, const float *scale, gsize n);
  float (*dot) (const float *a, const float *b, gsize n);
  /* y += a · x */
  void (*axpy) (float *y, float a, const float *x, gsize n);
  /* One output row of a depthwise convolution: y is [out_width][channels], x the whole input
   * image, a pixel every shape->step floats, weight [kernel · kernel][channels], bias [channels].
   */
  void (*depthwise_row) (float *y, const float *x, const ClipConvShape *shape, gsize out_row,
                         const float *weight, const float *bias);
} ClipKernels;

/* The table for this processor and INKLING_CPU_MASK, made at the first call. */
const ClipKernels *clip_kernels (void);

/* The table with the given flags of cpu.h only, for tests. */
void clip_kernels_init (ClipKernels *kernels, guint cpu_flags);

G_END_DECLS
