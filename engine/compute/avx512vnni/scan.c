/* scan.c: the scan in AVX512_VNNI. */
#include <immintrin.h>

#include "compute/avx512vnni/avx512vnni.h"
#include "compute/vector/inline.h"

#define SCAN_OFFSET query->offset
#define SCAN_BYTES 64
#define SCAN_CHUNK 16384 /* of 255 · 128, and more would do */

typedef struct {
  __m512i high, low;
} ScanSum;

VEC_INLINE ScanSum
scan_zero (void)
{
  return (ScanSum){_mm512_setzero_si512 (), _mm512_setzero_si512 ()};
}

VEC_INLINE ScanSum
scan_add (ScanSum sum, const guint8 *bytes, const ClipScanQuery *query, gsize i)
{
  __m512i row = _mm512_loadu_si512 (bytes);
  sum.high = _mm512_dpbusd_epi32 (sum.high, row, _mm512_loadu_si512 (query->high + i));
  sum.low = _mm512_dpbusd_epi32 (sum.low, row, _mm512_loadu_si512 (query->low + i));
  return sum;
}

VEC_INLINE gint64
scan_total (ScanSum sum)
{
  return (gint64)_mm512_reduce_add_epi32 (sum.high) * 256 + _mm512_reduce_add_epi32 (sum.low);
}

#include "compute/vector/scan.h"

void
clip_scan_init_avx512vnni (ClipScan *scan)
{
  scan->multiply = scan_multiply;
}
