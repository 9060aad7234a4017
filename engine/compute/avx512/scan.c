/* scan.c: reading memory in AVX-512; without VNNI the products are those of AVX2. */
#include <immintrin.h>

#include "compute/avx512/avx512.h"
#include "compute/vector/inline.h"

static guint32
read_words (gconstpointer memory, gsize bytes)
{
  const __m512i *at = memory, *end = at + bytes / sizeof (__m512i);
  __m512i sums[4] = {_mm512_setzero_si512 (), _mm512_setzero_si512 (), _mm512_setzero_si512 (),
                     _mm512_setzero_si512 ()};
  for (; at < end; at += 4) {
    VEC_UNROLL
    for (guint i = 0; i < 4; i++)
      sums[i] = _mm512_add_epi32 (sums[i], _mm512_loadu_si512 (at + i));
  }
  __m512i two = _mm512_add_epi32 (sums[0], sums[1]);
  return (guint32)_mm512_reduce_add_epi32 (
      _mm512_add_epi32 (two, _mm512_add_epi32 (sums[2], sums[3])));
}

void
clip_scan_init_avx512 (ClipScan *scan)
{
  scan->read = read_words;
}
