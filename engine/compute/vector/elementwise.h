/* elementwise.h: normalisation, activations and vector sums, written once in vector operations.
 *
 * An instruction set includes this after its own vec.h, which has the type Vec of LANES floats
 * and the operations vec_*() on it. Arrays of any length and alignment: a rest that fills no
 * vector is loaded and stored in part. Not a number stays not a number, so that damaged weights
 * show in the result.
 */
#pragma once

#include "compute/kernels.h"

/* ---- Functions --------------------------------------------------------------------------- */

/* Adding it rounds a float below 2²² to an integer, whose bits are then the lowest of the sum. */
#define ROUNDER 12582912.0f /* 1.5 · 2²³ */

/* x · Φ(x) = max (x, 0) − g (|x|), where g (t) = t · Φ(−t) falls to nothing: beyond 5.6 it is
 * below 6e-8. Eight segments of |x|, round (21/16 · |x|) each, have a polynomial of degree 6 in
 * the distance u from their middle, which meets g at Chebyshev's nodes (and in the first segment
 * has no constant term, so that small x keep their relative accuracy). Error below 1e-7. */
#define GELU_END 5.6f
#define GELU_SEGMENTS 1.3125f

static const float gelu_terms[7][8] = {
    /* clang-format off */
  { 0, 0.169949278f, 0.0971857533f, 0.0254525468f, 0.00351485168f, 0.000265208946f, 1.10722376e-05f, 2.57120348e-07f },
  { 0.380952388f, -0.00329385069f, -0.0964604393f, -0.0424899496f, -0.00803190004f, -0.000764174678f, -3.84245104e-05f, -1.04273784e-06f },
  { -0.231585324f, -0.122960001f, 0.011676548f, 0.0273942798f, 0.00811761711f, 0.0010225377f, 6.34114404e-05f, 2.04106345e-06f },
  { -4.84440352e-06f, 0.0572935268f, 0.0235610567f, -0.00603627693f, -0.00456158584f, -0.000831244572f, -6.56744451e-05f, -2.54837073e-06f },
  { 0.0224451628f, 0.00114955148f, -0.0120365024f, -0.00217033457f, 0.00136088242f, 0.000446973339f, 4.77672911e-05f, 2.24415226e-06f },
  { -0.000136467468f, -0.00563931372f, 0.000777524489f, 0.00172220636f, -3.02747667e-05f, -0.000157779374f, -2.66549996e-05f, -1.62878666e-06f },
  { -0.00176669483f, 0.000491071434f, 0.00089296879f, -0.000347451074f, -0.000131245179f, 3.00399133e-05f, 1.0214967e-05f, 1.07759274e-06f },
    /* clang-format on */
};

VEC_INLINE Vec
vec_gelu (Vec x)
{
  Vec t = vec_min (vec_abs (x), vec_set1 (GELU_END));
  Vec z = vec_fma (t, vec_set1 (GELU_SEGMENTS), vec_set1 (ROUNDER));
  Vec middle = vec_sub (z, vec_set1 (ROUNDER));
  Vec u = vec_fms (t, vec_set1 (GELU_SEGMENTS), middle);
  Vec g = vec_lookup (gelu_terms[6], z);
  for (int k = 5; k >= 0; k--)
    g = vec_fma (g, u, vec_lookup (gelu_terms[k], z));
  return vec_sub (vec_max (vec_set1 (0), x), g);
}

/* 2ⁿ · eʳ with x = n · ln 2 + r, |r| ≤ ln 2 / 2; a polynomial of degree 6 for eʳ that meets it at
 * Chebyshev's nodes. Relative error below 2e-7 for −87 ≤ x ≤ 88; beyond, the value at that end. */
VEC_INLINE Vec
vec_exp (Vec x)
{
  static const float terms[] = {
      1, 1, 0.5f, 0.166664153f, 0.0416663513f, 0.00837512594f, 0.00139411085f};
  x = vec_min (vec_set1 (88), vec_max (vec_set1 (-87), x));
  Vec z = vec_fma (x, vec_set1 (0x1.715476p+0f), vec_set1 (ROUNDER)); /* 1 / ln 2 */
  Vec n = vec_sub (z, vec_set1 (ROUNDER));
  Vec r = vec_fma (n, vec_set1 (-0x1.62e4p-1f), x); /* ln 2 in two parts */
  r = vec_fma (n, vec_set1 (-0x1.7f7d1cp-20f), r);
  Vec e = vec_set1 (terms[6]);
  for (int k = 5; k >= 0; k--)
    e = vec_fma (e, r, vec_set1 (terms[k]));
  return vec_scale_exponent (e, z);
}

/* x / (1 + exp (−1.702 x)), which below −51 is nothing, while the exponential would overflow. */
VEC_INLINE Vec
vec_quick_gelu (Vec x)
{
  x = vec_max (vec_set1 (-51), x);
  Vec e = vec_exp (vec_mul (x, vec_set1 (-1.702f)));
  return vec_div (x, vec_add (e, vec_set1 (1)));
}

VEC_INLINE Vec
vec_relu6 (Vec x)
{
  return vec_min (vec_set1 (6), vec_max (vec_set1 (0), x));
}

/* ---- Over arrays ------------------------------------------------------------------------- */

VEC_INLINE void
map (float *x, gsize n, Vec (*function) (Vec))
{
  gsize i = 0;
  for (; i + LANES <= n; i += LANES)
    vec_store (x + i, function (vec_load (x + i)));
  if (i < n)
    vec_store_part (x + i, function (vec_load_part (x + i, n - i, vec_set1 (0))), n - i);
}

static void
gelu (float *x, gsize n)
{
  map (x, n, vec_gelu);
}

static void
quick_gelu (float *x, gsize n)
{
  map (x, n, vec_quick_gelu);
}

static void
relu6 (float *x, gsize n)
{
  map (x, n, vec_relu6);
}

static float
sum (const float *x, gsize n)
{
  Vec even = vec_set1 (0), odd = vec_set1 (0);
  gsize i = 0;
  for (; i + 2 * LANES <= n; i += 2 * LANES) {
    even = vec_add (even, vec_load (x + i));
    odd = vec_add (odd, vec_load (x + i + LANES));
  }
  for (; i < n; i += LANES)
    even = vec_add (even, vec_load_up_to (x + i, n - i, vec_set1 (0)));
  return vec_sum (vec_add (even, odd));
}

/* The mean is taken twice: the second sum, of the deviations from the first mean, is small, and
 * so corrects what the first lost to rounding where the mean is large beside the deviations. */
static void
layer_norm (float *y, const float *x, gsize n, const float *weight, const float *bias, float eps)
{
  Vec guess = vec_set1 (sum (x, n) / (float)n);
  Vec rests = vec_set1 (0), squares = vec_set1 (0);
  for (gsize i = 0; i < n; i += LANES) {
    Vec d = vec_sub (vec_load_up_to (x + i, n - i, guess), guess);
    rests = vec_add (rests, d);
    squares = vec_fma (d, d, squares);
  }
  double rest = vec_sum (rests) / (double)n;
  double variance = MAX (vec_sum (squares) / (double)n - rest * rest, 0);
  Vec correction = vec_set1 ((float)rest);
  Vec factor = vec_set1 ((float)(1 / sqrt (variance + eps)));
  gsize i = 0;
  for (; i + LANES <= n; i += LANES) {
    Vec d = vec_sub (vec_sub (vec_load (x + i), guess), correction);
    vec_store (y + i, vec_fma (vec_mul (d, factor), vec_load (weight + i), vec_load (bias + i)));
  }
  if (i < n) {
    Vec zero = vec_set1 (0);
    Vec d = vec_sub (vec_sub (vec_load_part (x + i, n - i, zero), guess), correction);
    vec_store_part (y + i,
                    vec_fma (vec_mul (d, factor), vec_load_part (weight + i, n - i, zero),
                             vec_load_part (bias + i, n - i, zero)),
                    n - i);
  }
}

static void
softmax (float *x, gsize n)
{
  Vec lowest = vec_set1 (-INFINITY), most = lowest, total = vec_set1 (0);
  for (gsize i = 0; i < n; i += LANES)
    most = vec_max (most, vec_load_up_to (x + i, n - i, lowest));
  Vec max = vec_set1 (vec_highest (most));
  gsize i = 0;
  for (; i + LANES <= n; i += LANES) {
    Vec e = vec_exp (vec_sub (vec_load (x + i), max));
    vec_store (x + i, e);
    total = vec_add (total, e);
  }
  if (i < n) {
    Vec e = vec_exp (vec_sub (vec_load_part (x + i, n - i, max), max));
    vec_store_part (x + i, e, n - i);
    total = vec_add (total, vec_load_part (x + i, n - i, vec_set1 (0)));
  }
  Vec factor = vec_set1 (1 / vec_sum (total));
  for (i = 0; i + LANES <= n; i += LANES)
    vec_store (x + i, vec_mul (vec_load (x + i), factor));
  if (i < n)
    vec_store_part (x + i, vec_mul (vec_load_part (x + i, n - i, factor), factor), n - i);
}

static void
add (float *x, const float *bias, gsize n)
{
  gsize i = 0;
  for (; i + LANES <= n; i += LANES)
    vec_store (x + i, vec_add (vec_load (x + i), vec_load (bias + i)));
  for (; i < n; i++)
    x[i] += bias[i];
}

static void
scale_add (float *y, const float *residual, const float *x, const float *scale, gsize n)
{
  if (!scale) {
    gsize i = 0;
    for (; i + LANES <= n; i += LANES)
      vec_store (y + i, vec_add (vec_load (residual + i), vec_load (x + i)));
    for (; i < n; i++)
      y[i] = residual[i] + x[i];
    return;
  }
  gsize i = 0;
  for (; i + LANES <= n; i += LANES)
    vec_store (y + i, vec_fma (vec_load (scale + i), vec_load (x + i), vec_load (residual + i)));
  for (; i < n; i++)
    y[i] = fmaf (scale[i], x[i], residual[i]);
}

static float
dot (const float *a, const float *b, gsize n)
{
  Vec sums[4] = {vec_set1 (0), vec_set1 (0), vec_set1 (0), vec_set1 (0)};
  gsize i = 0;
  for (; i + 4 * LANES <= n; i += 4 * LANES)
    for (int k = 0; k < 4; k++)
      sums[k] = vec_fma (vec_load (a + i + k * LANES), vec_load (b + i + k * LANES), sums[k]);
  for (; i < n; i += LANES)
    sums[0] = vec_fma (vec_load_up_to (a + i, n - i, vec_set1 (0)),
                       vec_load_up_to (b + i, n - i, vec_set1 (0)), sums[0]);
  return vec_sum (vec_add (vec_add (sums[0], sums[1]), vec_add (sums[2], sums[3])));
}

static void
axpy (float *y, float a, const float *x, gsize n)
{
  gsize i = 0;
  for (; i + LANES <= n; i += LANES)
    vec_store (y + i, vec_fma (vec_set1 (a), vec_load (x + i), vec_load (y + i)));
  for (; i < n; i++)
    y[i] = fmaf (a, x[i], y[i]);
}
