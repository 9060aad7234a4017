/* half.c: float16 conversions on the bits, so that no compiler or processor need know the type. */
#include "store/half.h"

#include <string.h>

#define FLOAT_INFINITY 0x7f800000u
#define FLOAT_HALF_MAX 0x477ff000u    /* 65520: from here on the nearest float16 is infinity */
#define FLOAT_HALF_NORMAL 0x38800000u /* 2^-14, the least normal float16 */

static guint16
half_from_float (float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  guint32 sign = bits >> 16 & 0x8000u;
  bits &= 0x7fffffffu;
  if (bits > FLOAT_INFINITY)
    return (guint16)(sign | 0x7e00u); /* not a number */
  if (bits >= FLOAT_HALF_MAX)
    return (guint16)(sign | 0x7c00u);
  if (bits >= FLOAT_HALF_NORMAL) {
    /* Move the exponent's bias from 127 to 15, and round away 13 of the 23 bits. */
    bits -= (127u - 15u) << 23;
    bits += 0xfffu + (bits >> 13 & 1u);
    return (guint16)(sign | bits >> 13);
  }
  /* Subnormal: a multiple of 2^-24. Added to 0.5, whose last bit is worth just that, the value is
   * rounded by the processor. */
  float magnitude;
  memcpy (&magnitude, &bits, sizeof magnitude);
  magnitude += 0.5f;
  memcpy (&bits, &magnitude, sizeof bits);
  return (guint16)(sign | (bits - 0x3f000000u));
}

void
ink_half_from_float (guint16 *half, const float *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    half[i] = half_from_float (values[i]);
}

/* GNU C's vectors: each compiles to what the target has, down to plain scalar code. */
#define LANES 8
typedef guint16 HalfLanes __attribute__ ((vector_size (LANES * sizeof (guint16))));
typedef guint32 WordLanes __attribute__ ((vector_size (LANES * sizeof (guint32))));
typedef float FloatLanes __attribute__ ((vector_size (LANES * sizeof (float))));

/* Putting a half's exponent and fraction at a float's places gives its value divided by 2^112, the
 * difference of the exponents' biases; subnormal halves come out right as well. */
static void
widen (float *values, const guint16 *halves, gsize n)
{
  HalfLanes lanes = {0};
  WordLanes words, bits, special;
  FloatLanes floats;

  memcpy (&lanes, halves, n * sizeof *halves);
  words = __builtin_convertvector(lanes, WordLanes);
  bits = (words & 0x8000u) << 16 | (words & 0x7fffu) << 13;
  memcpy (&floats, &bits, sizeof floats);
  floats *= 0x1p112f;
  memcpy (&bits, &floats, sizeof bits);
  special = (WordLanes)((words & 0x7c00u) == 0x7c00u); /* infinities, and what is no number */
  bits |= special & FLOAT_INFINITY;
  memcpy (values, &bits, n * sizeof *values);
}

void
ink_half_to_float (float *values, const guint16 *half, gsize n)
{
  gsize i = 0;

  for (; i + LANES <= n; i += LANES)
    widen (values + i, half + i, LANES);
  widen (values + i, half + i, n - i);
}
