/* tiles.c: tiles of bf16 in AVX512_BF16. */
#include "compute/avx512/vec.h"
#include "compute/avx512bf16/avx512bf16.h"

#define TILE_LANES LANES

typedef __m512 TileSum;
typedef __m512bh TileWeight;
typedef __m512bh TileValue;

VEC_INLINE __m512bh
tile_weight (const guint8 *panel)
{
  return (__m512bh)_mm512_loadu_si512 (panel);
}

VEC_INLINE __m512bh
tile_value (const guint8 *word)
{
  return (__m512bh)_mm512_set1_epi32 (*(const gint32 *)word);
}

VEC_INLINE __m512
tile_zero (void)
{
  return _mm512_setzero_ps ();
}

VEC_INLINE __m512
tile_add (__m512 sum, __m512bh value, __m512bh weight)
{
  return _mm512_dpbf16_ps (sum, value, weight);
}

VEC_INLINE void
tile_store (guint8 *sums, __m512 sum)
{
  _mm512_storeu_ps (sums, sum);
}

#include "compute/vector/multiply.h"

/* Two vectors of floats are a line of bf16. Where a row ends within it, zeros follow. */
static void
pack_bf16 (gpointer blocks, gsize block_step, ClipRowScale *row_scales, const float *x,
           gsize x_step, gsize rows, gsize n)
{
  const gsize values = 2 * CLIP_BLOCK;
  for (gsize k = 0; k < n; k += values) {
    guint8 *y = (guint8 *)blocks + k / values * block_step * sizeof (guint32);
    __mmask32 mask = n - k >= values ? 0xffffffff : (1u << (n - k)) - 1;
    for (gsize r = 0; r < rows; r++, y += CLIP_BLOCK * sizeof (guint32)) {
      const float *row = x + r * x_step + k;
      Vec low = _mm512_maskz_loadu_ps ((__mmask16)mask, row);
      Vec high = _mm512_maskz_loadu_ps ((__mmask16)(mask >> 16), row + LANES);
      _mm512_storeu_si512 (y, (__m512i)_mm512_cvtne2ps_pbh (high, low));
    }
  }
}

void
clip_tiles_init_avx512bf16 (ClipTiles *tiles, ClipPrecision precision)
{
  if (precision != CLIP_PRECISION_BF16)
    return;
  tiles->tile_rows = TILE_ROWS;
  tiles->pack = pack_bf16;
  tiles->multiply = multiply_tile;
}
