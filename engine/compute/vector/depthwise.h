/* depthwise.h: one row of a depthwise convolution, written once in vector operations (see
 * functions.h for what must be included before).
 *
 * Vectors run along the channels. DEPTHWISE_GROUP output pixels of a vector of channels are kept
 * in registers while the kernel passes over them.
 */
#pragma once

#include "compute/kernels.h"

#define DEPTHWISE_LINE 16 /* channels of a line of the cache */

/* A vector of channels at some output pixels: what a pass of the kernel needs to know. */
typedef struct {
  const ClipConvShape *shape;
  const float *x;      /* the image at the first of the channels */
  const float *weight; /* [kernel · kernel][channels] from the first of the channels */
  gsize top;           /* kernel row 0 lies on input row top − pad_top */
  gsize column;        /* first output column */
  gsize columns;       /* at most DEPTHWISE_GROUP */
  gsize lanes;         /* channels, at most LANES */
} DepthwiseTile;

VEC_INLINE Vec
depthwise_load (const float *x, gsize lanes, gboolean whole)
{
  return whole ? vec_load (x) : vec_load_part (x, lanes, vec_set1 (0));
}

/* The image row under kernel row @k, or NULL where that is padding. */
VEC_INLINE const float *
depthwise_input_row (const DepthwiseTile *tile, gsize k)
{
  const ClipConvShape *shape = tile->shape;
  gsize row = tile->top + k - shape->pad_top; /* wraps to a huge number above the image */
  return row < shape->height ? tile->x + row * shape->width * shape->step : NULL;
}

/* Stride 1 and a kernel known when compiled: each input vector is loaded once for a kernel row
 * and counts for all the output pixels that see it. Neighbours count for nearly the same ones,
 * whose sums would wait for each other: so the inputs of the left half take turns with those of the
 * right. */
VEC_INLINE void
depthwise_slide (const DepthwiseTile *tile, Vec *sums, const gsize kernel, const gboolean whole)
{
  const ClipConvShape *shape = tile->shape;
  gsize channels = shape->channels;
  for (gsize ky = 0; ky < kernel; ky++) {
    const float *row = depthwise_input_row (tile, ky);
    if (!row)
      continue;
    const float *weight = tile->weight + ky * kernel * channels;
    Vec w[7];
    VEC_UNROLL
    for (gsize kx = 0; kx < kernel; kx++)
      w[kx] = depthwise_load (weight + kx * channels, tile->lanes, whole);
    const gsize inputs = DEPTHWISE_GROUP + kernel - 1;
    VEC_UNROLL
    for (gsize i = 0; i < inputs; i++) {
      const gsize q = i % 2 ? (inputs + 1) / 2 + i / 2 : i / 2;
      gsize column = tile->column + q - shape->pad_left;
      if (column >= shape->width)
        continue;
      Vec v = depthwise_load (row + column * shape->step, tile->lanes, whole);
      VEC_UNROLL
      for (gsize kx = 0; kx < kernel; kx++)
        if (q >= kx && q - kx < DEPTHWISE_GROUP)
          sums[q - kx] = vec_fma (v, w[kx], sums[q - kx]);
    }
  }
}

/* Any kernel and stride. */
VEC_INLINE void
depthwise_taps (const DepthwiseTile *tile, Vec *sums, const gboolean whole)
{
  const ClipConvShape *shape = tile->shape;
  gsize channels = shape->channels;
  for (gsize ky = 0; ky < shape->kernel; ky++) {
    const float *row = depthwise_input_row (tile, ky);
    if (!row)
      continue;
    for (gsize kx = 0; kx < shape->kernel; kx++) {
      Vec w =
          depthwise_load (tile->weight + (ky * shape->kernel + kx) * channels, tile->lanes, whole);
      VEC_UNROLL
      for (gsize p = 0; p < DEPTHWISE_GROUP; p++) {
        gsize column = (tile->column + p) * shape->stride + kx - shape->pad_left;
        if (column < shape->width)
          sums[p] =
              vec_fma (depthwise_load (row + column * shape->step, tile->lanes, whole), w, sums[p]);
      }
    }
  }
}

VEC_INLINE void
depthwise_tile (const DepthwiseTile *tile, float *y, const float *bias, const gsize kernel,
                const gboolean whole)
{
  Vec sums[DEPTHWISE_GROUP];
  Vec start = depthwise_load (bias, tile->lanes, whole);
  VEC_UNROLL
  for (gsize p = 0; p < DEPTHWISE_GROUP; p++)
    sums[p] = start;
  if (kernel)
    depthwise_slide (tile, sums, kernel, whole);
  else
    depthwise_taps (tile, sums, whole);
  VEC_UNROLL
  for (gsize p = 0; p < DEPTHWISE_GROUP; p++) {
    if (p >= tile->columns)
      break;
    float *at = y + p * tile->shape->channels;
    if (whole)
      vec_store (at, sums[p]);
    else
      vec_store_part (at, sums[p], tile->lanes);
  }
}

/* Fetches into the second-level cache what the next output row needs and this one does not: it was
 * written long ago, perhaps by another processor. */
VEC_INLINE void
depthwise_fetch (const DepthwiseTile *tile)
{
  const ClipConvShape *shape = tile->shape;
  const float *row = depthwise_input_row (tile, shape->kernel + shape->stride - 1);
  if (!row)
    return;
  for (gsize p = 0; p < tile->columns && tile->column + p < shape->width; p++)
    __builtin_prefetch (row + (tile->column + p) * shape->step, 0, 2);
}

/* The channels of a line of the cache go along the row together: the lines under the kernel are
 * then in the first level for the pixels that follow. @kernel: 0 for the one that is not known when
 * compiled. */
VEC_INLINE void
depthwise_row_of (float *y, const float *x, const ClipConvShape *shape, gsize out_row,
                  const float *weight, const float *bias, const gsize kernel)
{
  DepthwiseTile tile = {.shape = shape, .top = out_row * shape->stride};
  gsize channels = shape->channels;
  for (gsize line = 0; line < channels; line += DEPTHWISE_LINE)
    for (tile.column = 0; tile.column < shape->out_width; tile.column += DEPTHWISE_GROUP) {
      tile.x = x + line;
      tile.columns = MIN (shape->out_width - tile.column, DEPTHWISE_GROUP);
      depthwise_fetch (&tile);
      for (gsize c = line; c < MIN (line + DEPTHWISE_LINE, channels); c += LANES) {
        float *at = y + tile.column * channels + c;
        tile.x = x + c;
        tile.weight = weight + c;
        tile.lanes = MIN (channels - c, LANES);
        if (tile.lanes == LANES)
          depthwise_tile (&tile, at, bias + c, kernel, TRUE);
        else
          depthwise_tile (&tile, at, bias + c, kernel, FALSE);
      }
    }
}

static void
depthwise_row (float *y, const float *x, const ClipConvShape *shape, gsize out_row,
               const float *weight, const float *bias)
{
  gsize kernel = shape->stride == 1 ? shape->kernel : 0;
  if (kernel == 3)
    depthwise_row_of (y, x, shape, out_row, weight, bias, 3);
  else if (kernel == 5)
    depthwise_row_of (y, x, shape, out_row, weight, bias, 5);
  else if (kernel == 7)
    depthwise_row_of (y, x, shape, out_row, weight, bias, 7);
  else
    depthwise_row_of (y, x, shape, out_row, weight, bias, 0);
}
