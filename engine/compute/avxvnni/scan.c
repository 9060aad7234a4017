/* scan.c: the scan in AVX-VNNI. */
#include <immintrin.h>

#include "compute/avxvnni/avxvnni.h"
#include "compute/vector/inline.h"

#define SCAN_OFFSET query->offset
#define SCAN_BYTES 32
#define SCAN_CHUNK 16384 /* of 255 · 128, and more would do */

typedef struct {
  __m256i high, low;
} ScanSum;

VEC_INLINE ScanSum
scan_zero (void)
{
  return (ScanSum){_mm256_setzero_si256 (), _mm256_setzero_si256 ()};
}

VEC_INLINE __m256i
load (gconstpointer bytes)
{
  return _mm256_loadu_si256 (bytes);
}

VEC_INLINE ScanSum
scan_add (ScanSum sum, const guint8 *bytes, const ClipScanQuery *query, gsize i)
{
  __m256i row = load (bytes);
  sum.high = _mm256_dpbusd_avx_epi32 (sum.high, row, load (query->high + i));
  sum.low = _mm256_dpbusd_avx_epi32 (sum.low, row, load (query->low + i));
  return sum;
}

VEC_INLINE gint32
add_lanes (__m256i sum)
{
  __m128i four = _mm_add_epi32 (_mm256_castsi256_si128 (sum), _mm256_extracti128_si256 (sum, 1));
  __m128i two = _mm_add_epi32 (four, _mm_shuffle_epi32 (four, 0x4e));
  return _mm_cvtsi128_si32 (_mm_add_epi32 (two, _mm_shuffle_epi32 (two, 0xb1)));
}

VEC_INLINE gint64
scan_total (ScanSum sum)
{
  return (gint64)add_lanes (sum.high) * 256 + add_lanes (sum.low);
}

#include "compute/vector/scan.h"

void
clip_scan_init_avxvnni (ClipScan *scan)
{
  scan->multiply = scan_multiply;
}
