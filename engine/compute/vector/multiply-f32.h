/* multiply-f32.h: tiles of floats, in the operations of vec.h, which must be included before. */
#pragma once

#define TILE_LANES LANES

typedef Vec TileSum;
typedef Vec TileWeight;
typedef Vec TileValue;

VEC_INLINE Vec
tile_weight (const guint8 *panel)
{
  return vec_load ((const float *)panel);
}

VEC_INLINE Vec
tile_value (const guint8 *word)
{
  return vec_set1 (*(const float *)word);
}

VEC_INLINE Vec
tile_zero (void)
{
  return vec_set1 (0);
}

VEC_INLINE Vec
tile_add (Vec sum, Vec value, Vec weight)
{
  return vec_fma (value, weight, sum);
}

VEC_INLINE void
tile_store (guint8 *sums, Vec sum)
{
  vec_store ((float *)sums, sum);
}

#include "compute/vector/multiply.h"
