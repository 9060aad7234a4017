/* peak.c: the loop of a peak measurement; an operation on a lane is two multiply-adds. */
#include <immintrin.h>
#include <string.h>

#define PEAK_SUMS 24
#include "compute/vector/peak.h"

double
clip_peak_bf16_avx512 (gsize steps)
{
  PEAK_LOOP (__m512, _mm512_dpbf16_ps (s, (__m512bh)a, (__m512bh)b))
  return 2.0 * 2 * 16 * PEAK_SUMS * (double)steps;
}
