/* checkasm.c: every kernel of every instruction set against its twin in portable C, on random and
 * extreme inputs of odd sizes. The instruction sets that this processor lacks are skipped. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "compute/cpu.h"
#include "compute/kernels.h"
#include "engine/compute/guarded.h"

static const struct {
  const char *name;
  guint flags;
} levels[] = {
    {"avx2", CLIP_CPU_AVX2},
    {"avx512", CLIP_CPU_AVX512},
    {"neon", CLIP_CPU_NEON},
};

/* What a check gets: the kernels to check, those that they are checked against, and randomness. */
typedef struct {
  ClipKernels tested, scalar;
  GRand *rand;
} Pair;

typedef void (*Check) (Pair *pair);

/* ---- Inputs ------------------------------------------------------------------------------ */

static const gsize sizes[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 20, 31, 33, 47, 64, 77, 100, 129, 515};

static float *
new_random (Pair *pair, gsize n, double scale)
{
  return guarded_random (pair->rand, n, scale);
}

/* Values where a function of one number may go wrong: zeros, the smallest and the largest
 * numbers, edges of its pieces, and a fine sweep between. */
static float *
new_extremes (Pair *pair, gsize *n)
{
  static const float edges[] = {
      0,          -0.0f, FLT_TRUE_MIN, -FLT_TRUE_MIN, FLT_MIN, -FLT_MIN, 1e-20f,
      -1e-20f,    1e-8f, -1e-8f,       5.6f,          -5.6f,   6,        -6,
      5.9999995f, 87,    -87,          88.8f,         -88.8f,  104,      -104,
      1e4f,       -1e4f, 1e30f,        -1e30f,        FLT_MAX, -FLT_MAX, INFINITY};
  gsize sweep = 20000;
  *n = G_N_ELEMENTS (edges) + sweep;
  float *x = new_random (pair, *n, 9);
  memcpy (x, edges, sizeof edges);
  return x;
}

/* ---- Functions of one number ------------------------------------------------------------- */

typedef void (*Function) (float *x, gsize n);

static void
check_function (Pair *pair, Function tested, Function scalar, double absolute, double relative)
{
  gsize n;
  float *x = new_extremes (pair, &n);
  float *expected = guarded_copy (x, n);
  tested (x, n);
  scalar (expected, n);
  guarded_compare ("extremes", x, expected, n, absolute, relative);
  guarded_free (x, n);
  guarded_free (expected, n);

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    n = sizes[s];
    x = new_random (pair, n, 4);
    expected = guarded_copy (x, n);
    tested (x, n);
    scalar (expected, n);
    guarded_compare ("random", x, expected, n, absolute, relative);
    guarded_free (x, n);
    guarded_free (expected, n);
  }

  float nan = NAN;
  tested (&nan, 1);
  g_assert_true (isnan (nan));
}

/* Two approximations, each within 1.5e-7 of the truth plus half a unit in the last place. */
static void
check_gelu (Pair *pair)
{
  check_function (pair, pair->tested.gelu, pair->scalar.gelu, 3e-7, 2e-7);
}

/* The exponential and the sum after it have relative errors of some 2⁻²³ each; results below 1e-30
 * come from the end of the exponential's range. */
static void
check_quick_gelu (Pair *pair)
{
  check_function (pair, pair->tested.quick_gelu, pair->scalar.quick_gelu, 1e-30, 8e-7);
}

static void
check_relu6 (Pair *pair)
{
  check_function (pair, pair->tested.relu6, pair->scalar.relu6, 0, 0);
}

/* ---- Rows -------------------------------------------------------------------------------- */

/* @offset: of all the values: a large mean beside a small deviation. */
static void
check_layer_norm_row (Pair *pair, gsize n, double scale, double offset, double tolerance)
{
  float *x = new_random (pair, n, scale);
  float *weight = new_random (pair, n, 1), *bias = new_random (pair, n, 1);
  float *y = guarded_new (n), *expected = guarded_new (n);
  for (gsize i = 0; i < n; i++)
    x[i] += (float)offset;
  pair->tested.layer_norm (y, x, n, weight, bias, 1e-6f);
  pair->scalar.layer_norm (expected, x, n, weight, bias, 1e-6f);
  guarded_compare ("layer norm", y, expected, n, tolerance, tolerance);
  pair->tested.layer_norm (x, x, n, weight, bias, 1e-6f); /* in place */
  guarded_compare ("layer norm in place", x, y, n, 0, 0);
  guarded_free (x, n);
  guarded_free (weight, n);
  guarded_free (bias, n);
  guarded_free (y, n);
  guarded_free (expected, n);
}

/* Deviations have a relative error of 2⁻²⁴ of the largest value's size, which is @offset; and
 * normalised values are at most √n, so some units of 2⁻²⁴ · √n remain. */
static void
check_layer_norm (Pair *pair)
{
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    gsize n = sizes[s];
    if (n == 1)
      continue; /* one value has no deviation: only rounding would be compared */
    check_layer_norm_row (pair, n, 1, 0, 2e-6);
    check_layer_norm_row (pair, n, 1e4, 0, 2e-6);
    check_layer_norm_row (pair, n, 1e-2, 0, 2e-6);
    if (n > 8)
      check_layer_norm_row (pair, n, 1, 1000, 4e-6);
  }
}

static void
check_softmax (Pair *pair)
{
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (double scale = 1; scale < 1000; scale *= 10) {
      gsize n = sizes[s];
      float *x = new_random (pair, n, scale), *expected = guarded_copy (x, n);
      pair->tested.softmax (x, n);
      pair->scalar.softmax (expected, n);
      guarded_compare ("softmax", x, expected, n, 1e-37, 1e-6);
      guarded_free (x, n);
      guarded_free (expected, n);
    }
}

/* ---- Sums of vectors --------------------------------------------------------------------- */

static void
check_add (Pair *pair)
{
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    gsize n = sizes[s];
    float *x = new_random (pair, n, 5), *bias = new_random (pair, n, 5);
    float *expected = guarded_copy (x, n);
    pair->tested.add (x, bias, n);
    pair->scalar.add (expected, bias, n);
    guarded_compare ("add", x, expected, n, 0, 0);
    guarded_free (x, n);
    guarded_free (bias, n);
    guarded_free (expected, n);
  }
}

/* A fused product is rounded once where portable C rounds twice: products are below 25. */
static void
check_scale_add (Pair *pair)
{
  for (guint s = 0; s < 2 * G_N_ELEMENTS (sizes); s++) {
    gsize n = sizes[s / 2];
    float *x = new_random (pair, n, 5), *scale = new_random (pair, n, 5);
    float *residual = new_random (pair, n, 5), *y = guarded_new (n), *expected = guarded_new (n);
    pair->tested.scale_add (y, residual, x, s & 1 ? scale : NULL, n);
    pair->scalar.scale_add (expected, residual, x, s & 1 ? scale : NULL, n);
    guarded_compare ("scale_add", y, expected, n, 2e-6, 0);
    pair->tested.scale_add (x, residual, x, s & 1 ? scale : NULL, n); /* in place */
    guarded_compare ("scale_add in place", x, y, n, 0, 0);
    guarded_free (x, n);
    guarded_free (scale, n);
    guarded_free (residual, n);
    guarded_free (y, n);
    guarded_free (expected, n);
  }
}

/* A sum of n products below 1 has rounding errors of about √n · 2⁻²⁴ · its partial sums. */
static void
check_dot (Pair *pair)
{
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    gsize n = sizes[s];
    float *a = new_random (pair, n, 1), *b = new_random (pair, n, 1);
    float tested = pair->tested.dot (a, b, n), expected = pair->scalar.dot (a, b, n);
    guarded_compare ("dot", &tested, &expected, 1, 1e-7 * (1 + sqrt ((double)n)), 0);
    guarded_free (a, n);
    guarded_free (b, n);
  }
}

static void
check_axpy (Pair *pair)
{
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    gsize n = sizes[s];
    float *x = new_random (pair, n, 5), *y = new_random (pair, n, 5);
    float *expected = guarded_copy (y, n), a = (float)g_rand_double_range (pair->rand, -5, 5);
    pair->tested.axpy (y, a, x, n);
    pair->scalar.axpy (expected, a, x, n);
    guarded_compare ("axpy", y, expected, n, 2e-6, 0);
    guarded_free (x, n);
    guarded_free (y, n);
    guarded_free (expected, n);
  }
}

/* ---- Convolution ------------------------------------------------------------------------- */

static void
check_depthwise_shape (Pair *pair, const ClipConvShape *shape)
{
  gsize in = shape->height * shape->width * shape->step;
  gsize area = shape->kernel * shape->kernel * shape->channels;
  gsize out = shape->out_width * shape->channels;
  float *x = new_random (pair, in, 2), *weight = new_random (pair, area, 1);
  float *bias = new_random (pair, shape->channels, 1);
  float *y = guarded_new (out), *expected = guarded_new (out);
  for (gsize row = 0; row < shape->out_height; row++) {
    memset (y, 0xff, out * sizeof (float)); /* not a number: all of it must be written */
    pair->tested.depthwise_row (y, x, shape, row, weight, bias);
    pair->scalar.depthwise_row (expected, x, shape, row, weight, bias);
    /* At most 49 products below 2, each rounded once more in portable C. */
    guarded_compare ("depthwise", y, expected, out, 2e-5, 0);
  }
  guarded_free (x, in);
  guarded_free (weight, area);
  guarded_free (bias, shape->channels);
  guarded_free (y, out);
  guarded_free (expected, out);
}

static void
check_depthwise (Pair *pair)
{
  static const gsize channels[] = {1, 5, 16, 20, 32, 53};
  static const gsize widths[] = {1, 3, 6, 10, 13, 24};
  for (gsize kernel = 1; kernel <= 7; kernel++)
    for (gsize stride = 1; stride <= 3; stride++)
      for (guint w = 0; w < G_N_ELEMENTS (widths); w++) {
        ClipConvShape shape = {
            .height = widths[(w + kernel) % G_N_ELEMENTS (widths)],
            .width = widths[w],
            .channels = channels[(w + stride) % G_N_ELEMENTS (channels)],
            .kernel = kernel,
            .stride = stride,
            .pad_top = (kernel - 1) / 2,
            .pad_left = (kernel - 1) / 2,
        };
        shape.step = shape.channels + w % 3;
        shape.out_height = (shape.height + stride - 1) / stride;
        shape.out_width = (shape.width + stride - 1) / stride;
        check_depthwise_shape (pair, &shape);
        shape.pad_left = 0; /* all of the padding beyond the far edge */
        check_depthwise_shape (pair, &shape);
      }
}

/* ---- Running ----------------------------------------------------------------------------- */

static const struct {
  const char *name;
  Check check;
} checks[] = {
    {"layer_norm", check_layer_norm},
    {"gelu", check_gelu},
    {"quick_gelu", check_quick_gelu},
    {"relu6", check_relu6},
    {"softmax", check_softmax},
    {"add", check_add},
    {"scale_add", check_scale_add},
    {"dot", check_dot},
    {"axpy", check_axpy},
    {"depthwise_row", check_depthwise},
};

/* As many checks as the table has functions: a new one without a check does not compile. */
G_STATIC_ASSERT (G_N_ELEMENTS (checks) * sizeof (Function) == sizeof (ClipKernels));

static void
run_check (gconstpointer data)
{
  gsize level = GPOINTER_TO_SIZE (data) / G_N_ELEMENTS (checks);
  gsize check = GPOINTER_TO_SIZE (data) % G_N_ELEMENTS (checks);
  if (!(clip_cpu_detect () & levels[level].flags)) {
    g_autofree char *reason = g_strdup_printf ("this processor has no %s", levels[level].name);
    g_test_skip (reason);
    return;
  }
  Pair pair = {.rand = g_rand_new_with_seed (42)};
  clip_kernels_init (&pair.tested, levels[level].flags);
  clip_kernels_init (&pair.scalar, 0);
  checks[check].check (&pair);
  g_rand_free (pair.rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize level = 0; level < G_N_ELEMENTS (levels); level++)
    for (gsize check = 0; check < G_N_ELEMENTS (checks); check++) {
      g_autofree char *path =
          g_strdup_printf ("/checkasm/%s/%s", levels[level].name, checks[check].name);
      g_test_add_data_func (path, GSIZE_TO_POINTER (level * G_N_ELEMENTS (checks) + check),
                            run_check);
    }
  return g_test_run ();
}
