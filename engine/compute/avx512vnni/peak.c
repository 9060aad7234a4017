/* peak.c: the loop of a peak measurement; an operation on a lane is four multiply-adds. */
#include <immintrin.h>
#include <string.h>

#define PEAK_SUMS 24
#include "compute/vector/peak.h"

double
clip_peak_int8_avx512 (gsize steps)
{
  PEAK_LOOP (__m512i, _mm512_dpbusd_epi32 (s, a, b))
  return 2.0 * 4 * 16 * PEAK_SUMS * (double)steps;
}
