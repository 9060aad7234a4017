/* elementwise.h: normalisation, activations and vector sums over arrays, written once in vector
 * operations (see functions.h for what must be included before).
 *
 * Arrays have any length and alignment: a rest that fills no vector is loaded and stored in part.
 */
#pragma once

#include "compute/kernels.h"
#include "compute/vector/functions.h"

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

/* Sums are taken in four parts, which do not wait for each other. */
VEC_INLINE Vec
sum_of_four (const Vec v[4])
{
  return vec_add (vec_add (v[0], v[1]), vec_add (v[2], v[3]));
}

static float
sum (const float *x, gsize n)
{
  Vec sums[4] = {vec_set1 (0), vec_set1 (0), vec_set1 (0), vec_set1 (0)};
  gsize i = 0;
  for (; i + 4 * LANES <= n; i += 4 * LANES) {
    VEC_UNROLL
    for (guint k = 0; k < 4; k++)
      sums[k] = vec_add (sums[k], vec_load (x + i + k * LANES));
  }
  for (; i < n; i += LANES)
    sums[0] = vec_add (sums[0], vec_load_up_to (x + i, n - i, vec_set1 (0)));
  return vec_sum (sum_of_four (sums));
}

/* The mean is taken twice: the second sum, of the deviations from the first mean, is small, and
 * so corrects what the first lost to rounding where the mean is large beside the deviations. */
static void
layer_norm (float *y, const float *x, gsize n, const float *weight, const float *bias, float eps)
{
  Vec guess = vec_set1 (sum (x, n) / (float)n), none = vec_set1 (0);
  Vec rests[4] = {none, none, none, none}, squares[4] = {none, none, none, none};
  gsize i = 0;
  for (; i + 4 * LANES <= n; i += 4 * LANES) {
    VEC_UNROLL
    for (guint k = 0; k < 4; k++) {
      Vec d = vec_sub (vec_load (x + i + k * LANES), guess);
      rests[k] = vec_add (rests[k], d);
      squares[k] = vec_fma (d, d, squares[k]);
    }
  }
  for (; i < n; i += LANES) {
    Vec d = vec_sub (vec_load_up_to (x + i, n - i, guess), guess);
    rests[0] = vec_add (rests[0], d);
    squares[0] = vec_fma (d, d, squares[0]);
  }
  double rest = vec_sum (sum_of_four (rests)) / (double)n;
  double variance = MAX (vec_sum (sum_of_four (squares)) / (double)n - rest * rest, 0);
  Vec correction = vec_set1 ((float)rest);
  Vec factor = vec_set1 ((float)(1 / sqrt (variance + eps)));
  for (i = 0; i + LANES <= n; i += LANES) {
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
  return vec_sum (sum_of_four (sums));
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
