/* peak.c: the loop of a peak measurement; an operation on a lane is four multiply-adds. */
#include <immintrin.h>
#include <string.h>

#define PEAK_SUMS 12
#include "compute/vector/peak.h"

double
clip_peak_int8_avx2 (gsize steps)
{
  PEAK_LOOP (__m256i, _mm256_dpbusd_avx_epi32 (s, a, b))
  return 2.0 * 4 * 8 * PEAK_SUMS * (double)steps;
}
