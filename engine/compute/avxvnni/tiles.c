/* tiles.c: tiles of bytes in AVX-VNNI. */
#include <immintrin.h>

#include "compute/avxvnni/avxvnni.h"
#include "compute/vector/inline.h"

/* Of the registers 12 are sums, 2 weights, 1 a value. */
#define TILE_ROWS 6
#define TILE_LANES 8

typedef __m256i TileSum;
typedef __m256i TileWeight;
typedef __m256i TileValue;

VEC_INLINE __m256i
tile_weight (const guint8 *panel)
{
  return _mm256_loadu_si256 ((const __m256i *)panel);
}

VEC_INLINE __m256i
tile_value (const guint8 *word)
{
  return _mm256_set1_epi32 (*(const gint32 *)word);
}

VEC_INLINE __m256i
tile_zero (void)
{
  return _mm256_setzero_si256 ();
}

VEC_INLINE __m256i
tile_add (__m256i sum, __m256i value, __m256i weight)
{
  return _mm256_dpbusd_avx_epi32 (sum, value, weight);
}

VEC_INLINE void
tile_store (guint8 *sums, __m256i sum)
{
  _mm256_storeu_si256 ((__m256i *)sums, sum);
}

#include "compute/vector/multiply.h"

void
clip_tiles_init_avxvnni (ClipTiles *tiles, ClipPrecision precision)
{
  if (precision != CLIP_PRECISION_INT8)
    return;
  tiles->tile_rows = TILE_ROWS;
  tiles->multiply = multiply_tile;
}
