/* depthwise.c: one row of a depthwise convolution of any kernel, stride and padding. */
#include <string.h>

#include "compute/scalar/scalar.h"

/* y += the part of one output pixel that kernel row @kernel_row contributes. */
static void
add_kernel_row (float *y, const float *input_row, const ClipConvShape *shape, gsize out_column,
                const float *weight)
{
  gsize left = out_column * shape->stride;
  for (gsize k = 0; k < shape->kernel; k++) {
    if (left + k < shape->pad_left || left + k - shape->pad_left >= shape->width)
      continue; /* padding */
    const float *x = input_row + (left + k - shape->pad_left) * shape->step;
    const float *w = weight + k * shape->channels;
    for (gsize c = 0; c < shape->channels; c++)
      y[c] += x[c] * w[c];
  }
}

void
clip_depthwise_row_scalar (float *y, const float *x, const ClipConvShape *shape, gsize out_row,
                           const float *weight, const float *bias)
{
  gsize channels = shape->channels;
  gsize top = out_row * shape->stride;
  for (gsize column = 0; column < shape->out_width; column++, y += channels) {
    memcpy (y, bias, channels * sizeof (float));
    for (gsize k = 0; k < shape->kernel; k++) {
      if (top + k < shape->pad_top || top + k - shape->pad_top >= shape->height)
        continue; /* padding */
      const float *input_row = x + (top + k - shape->pad_top) * shape->width * shape->step;
      add_kernel_row (y, input_row, shape, column, weight + k * shape->kernel * channels);
    }
  }
}
