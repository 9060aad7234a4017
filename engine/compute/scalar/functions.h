/* functions.h: activations and rounding of one number in portable C. */
#pragma once

#include <glib.h>
#include <math.h>
#include <string.h>

/* x · Φ(x), where erfc keeps the small values of Φ exact for negative x. */
static inline float
clip_gelu (float x)
{
  return 0.5f * x * erfcf (x * (float)-M_SQRT1_2);
}

/* @x rounded to the nearest integer, to the even one of two; |@x| below 2²². */
static inline gint32
clip_round (float x)
{
  return (gint32)((x + 0x1.8p23f) - 0x1.8p23f);
}

/* @x rounded to bf16, to the even one of two. What is not a number stays so. */
static inline guint16
clip_to_bf16 (float x)
{
  guint32 bits;
  memcpy (&bits, &x, sizeof bits);
  if (isnan (x))
    return (guint16)(bits >> 16 | 0x40);
  return (guint16)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static inline float
clip_from_bf16 (guint16 x)
{
  guint32 bits = (guint32)x << 16;
  float value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

/* x · sigmoid (1.702 x) */
static inline float
clip_quick_gelu (float x)
{
  return x / (1 + expf (-1.702f * x));
}

static inline float
clip_relu6 (float x)
{
  return CLAMP (x, 0, 6);
}
