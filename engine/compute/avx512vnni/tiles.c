/* tiles.c: tiles of bytes in AVX512_VNNI. */
#include <immintrin.h>

#include "compute/avx512vnni/avx512vnni.h"
#include "compute/vector/inline.h"

/* Of the registers 24 are sums, 2 weights, 1 a value. */
#define TILE_ROWS 12
#define TILE_LANES 16

typedef __m512i TileSum;
typedef __m512i TileWeight;
typedef __m512i TileValue;

VEC_INLINE __m512i
tile_weight (const guint8 *panel)
{
  return _mm512_loadu_si512 (panel);
}

VEC_INLINE __m512i
tile_value (const guint8 *word)
{
  return _mm512_set1_epi32 (*(const gint32 *)word);
}

VEC_INLINE __m512i
tile_zero (void)
{
  return _mm512_setzero_si512 ();
}

VEC_INLINE __m512i
tile_add (__m512i sum, __m512i value, __m512i weight)
{
  return _mm512_dpbusd_epi32 (sum, value, weight);
}

VEC_INLINE void
tile_store (guint8 *sums, __m512i sum)
{
  _mm512_storeu_si512 (sums, sum);
}

#include "compute/vector/multiply.h"

void
clip_tiles_init_avx512vnni (ClipTiles *tiles, ClipPrecision precision)
{
  if (precision != CLIP_PRECISION_INT8)
    return;
  tiles->tile_rows = TILE_ROWS;
  tiles->multiply = multiply_tile;
}
