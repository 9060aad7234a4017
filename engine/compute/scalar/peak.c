/* peak.c: multiply-adds in portable C, as wide as the compiler makes them. */
#include "compute/peak.h"

#define SUMS 32

double
clip_peak_f32_scalar (gsize steps)
{
  float sums[SUMS] = {0};
  volatile float seed = 0.5f;
  float a = seed, b = seed;
  for (gsize i = 0; i < steps; i++)
    for (guint k = 0; k < SUMS; k++)
      sums[k] = sums[k] * a + b;
  for (guint k = 1; k < SUMS; k++)
    sums[0] += sums[k];
  seed = sums[0]; /* the result is wanted, so the loop is run */
  return 2.0 * SUMS * (double)steps;
}
