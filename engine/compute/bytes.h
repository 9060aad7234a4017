/* bytes.h: how a row of activations becomes bytes.
 *
 * The row's range, extended to hold zero, is divided into 255 equal parts; zero falls on one of
 * the values exactly, so that what is nothing stays nothing.
 */
#pragma once

#include <math.h>

#include "compute/tiles.h"

/* byte = round (x · factor + zero) within 0 … 255 */
typedef struct {
  ClipRowScale scale;
  float factor;
} ClipByteRange;

/* @low ≤ 0 ≤ @high are the row's ends. @rest is not a number where the row has values that are
 * not finite: then the scale is none, and so is the result. */
static inline ClipByteRange
clip_byte_range (float low, float high, float rest)
{
  float width = high - low;
  if (isnan (rest) || !isfinite (width))
    return (ClipByteRange){.scale = {.scale = NAN}};
  float factor = width > 0 ? 255 / width : 0;
  if (!isfinite (factor)) /* the whole row is next to nothing */
    factor = 0;
  return (ClipByteRange){
      .scale = {.scale = factor > 0 ? width / 255 : 0, .zero = (gint32)(0.5f - low * factor)},
      .factor = factor,
  };
}
