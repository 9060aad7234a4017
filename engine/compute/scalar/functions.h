/* functions.h: the activations of one number in portable C. */
#pragma once

#include <glib.h>
#include <math.h>

/* x · Φ(x), where erfc keeps the small values of Φ exact for negative x. */
static inline float
clip_gelu (float x)
{
  return 0.5f * x * erfcf (x * (float)-M_SQRT1_2);
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
