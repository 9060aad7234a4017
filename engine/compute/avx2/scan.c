/* scan.c: the scan in AVX2. Products of bytes would saturate, so they are widened to 16 bits, and
 * the query needs no planes. */
#include <immintrin.h>

#include "compute/avx2/avx2.h"
#include "compute/vector/inline.h"

#define SCAN_OFFSET query->offset
#define SCAN_BYTES 16
/* A lane gets two products of 255 · 32639 a step: 129 steps fit. */
#define SCAN_CHUNK 2048

typedef __m256i ScanSum;

VEC_INLINE __m256i
scan_zero (void)
{
  return _mm256_setzero_si256 ();
}

VEC_INLINE __m256i
scan_add (__m256i sum, const guint8 *bytes, const ClipScanQuery *query, gsize i)
{
  __m256i row = _mm256_cvtepu8_epi16 (_mm_loadu_si128 ((const __m128i *)bytes));
  __m256i numbers = _mm256_loadu_si256 ((const __m256i *)(query->wide + i));
  return _mm256_add_epi32 (sum, _mm256_madd_epi16 (row, numbers));
}

/* The sum of all lanes needs more than 32 bits. */
VEC_INLINE gint64
scan_total (__m256i sum)
{
  __m256i four = _mm256_add_epi64 (_mm256_cvtepi32_epi64 (_mm256_castsi256_si128 (sum)),
                                   _mm256_cvtepi32_epi64 (_mm256_extracti128_si256 (sum, 1)));
  __m128i two = _mm_add_epi64 (_mm256_castsi256_si128 (four), _mm256_extracti128_si256 (four, 1));
  return _mm_cvtsi128_si64 (two) + _mm_extract_epi64 (two, 1);
}

#include "compute/vector/scan.h"

static guint32
read_words (gconstpointer memory, gsize bytes)
{
  const __m256i *at = memory, *end = at + bytes / sizeof (__m256i);
  __m256i sums[4] = {scan_zero (), scan_zero (), scan_zero (), scan_zero ()};
  for (; at < end; at += 4) {
    VEC_UNROLL
    for (guint i = 0; i < 4; i++)
      sums[i] = _mm256_add_epi32 (sums[i], _mm256_loadu_si256 (at + i));
  }
  __m256i two = _mm256_add_epi32 (sums[0], sums[1]);
  return (guint32)scan_total (_mm256_add_epi32 (two, _mm256_add_epi32 (sums[2], sums[3])));
}

void
clip_scan_init_avx2 (ClipScan *scan)
{
  *scan = (ClipScan){scan_multiply, read_words};
}
