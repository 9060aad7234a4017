/* functions.h: the activations and the exponential, written once in vector operations.
 *
 * An instruction set includes this after its own vec.h, which has the type Vec of LANES floats
 * and the operations vec_*() on it. Not a number stays not a number, so that damaged weights show
 * in the result.
 */
#pragma once

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

/* The same segments with polynomials of degree 3, whose error is below 1e-4: for results that are
 * then rounded to bf16 or to bytes. */
static const float gelu_coarse_terms[4][8] = {
    /* clang-format off */
  { 0, 0.169942345f, 0.0972771498f, 0.0254699123f, 0.00350460404f, 0.000261655547f, 1.06758483e-05f, 2.49611068e-07f },
  { 0.381429857f, -0.00314856866f, -0.0964846762f, -0.0425433671f, -0.00803094698f, -0.00075924215f, -3.75888654e-05f, -9.37774549e-07f },
  { -0.237468016f, -0.12268363f, 0.00872338948f, 0.0268348798f, 0.00844963462f, 0.00113594672f, 7.59380527e-05f, 2.38541062e-06f },
  { 0.0207245783f, 0.0553032178f, 0.023852161f, -0.00539210464f, -0.0045729178f, -0.000890417874f, -7.56834893e-05f, -3.89605743e-06f },
    /* clang-format on */
};

VEC_INLINE Vec
vec_gelu_by (Vec x, const float terms[][8], const int degree)
{
  Vec t = vec_min (vec_abs (x), vec_set1 (GELU_END));
  Vec z = vec_fma (t, vec_set1 (GELU_SEGMENTS), vec_set1 (ROUNDER));
  Vec middle = vec_sub (z, vec_set1 (ROUNDER));
  Vec u = vec_fms (t, vec_set1 (GELU_SEGMENTS), middle);
  Vec g = vec_lookup (terms[degree], z);
  VEC_UNROLL
  for (int k = degree - 1; k >= 0; k--)
    g = vec_fma (g, u, vec_lookup (terms[k], z));
  return vec_sub (vec_max (vec_set1 (0), x), g);
}

VEC_INLINE Vec
vec_gelu (Vec x)
{
  return vec_gelu_by (x, gelu_terms, 6);
}

VEC_INLINE Vec
vec_gelu_coarse (Vec x)
{
  return vec_gelu_by (x, gelu_coarse_terms, 3);
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
