/* peak.c: the loop of a peak measurement. */
#include <string.h>

#include "compute/neon/vec.h"

#define PEAK_SUMS 24
#include "compute/vector/peak.h"

double
clip_peak_f32_neon (gsize steps)
{
  PEAK_LOOP (Vec, vec_fma (a, b, s))
  return 2.0 * LANES * PEAK_SUMS * (double)steps;
}
