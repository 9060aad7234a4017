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

static float
float_from_half (guint16 half)
{
  guint32 sign = (guint32)(half & 0x8000u) << 16;
  guint32 exponent = half >> 10 & 0x1fu;
  guint32 fraction = half & 0x3ffu;
  guint32 bits;
  float value;

  if (exponent == 0) {
    value = (float)fraction * 0x1p-24f;
    return sign != 0 ? -value : value;
  }
  bits = exponent == 0x1fu ? FLOAT_INFINITY : (exponent + (127u - 15u)) << 23;
  bits |= sign | fraction << 13;
  memcpy (&value, &bits, sizeof value);
  return value;
}

void
ink_half_from_float (guint16 *half, const float *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    half[i] = half_from_float (values[i]);
}

void
ink_half_to_float (float *values, const guint16 *half, gsize n)
{
  for (gsize i = 0; i < n; i++)
    values[i] = float_from_half (half[i]);
}
