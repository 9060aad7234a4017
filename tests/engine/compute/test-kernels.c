/* test-kernels.c: the kernels in portable C against their definitions in double precision. */
#include <math.h>

#include "compute/kernels.h"

#define N 1000

static ClipKernels kernels;

static void
fill (float *x, gsize n, double from, double to)
{
  for (gsize i = 0; i < n; i++)
    x[i] = (float)g_test_rand_double_range (from, to);
}

static void
test_layer_norm (void)
{
  static const double means[] = {0, 3, -1000};
  float x[N], y[N], weight[N], bias[N];
  fill (weight, N, 0.5, 1.5);
  fill (bias, N, -1, 1);
  for (guint k = 0; k < G_N_ELEMENTS (means); k++) {
    fill (x, N, means[k] - 2, means[k] + 2);
    kernels.layer_norm (y, x, N, weight, bias, 1e-5f);
    double mean = 0, variance = 0;
    for (guint i = 0; i < N; i++)
      mean += x[i] / (double)N;
    for (guint i = 0; i < N; i++)
      variance += (x[i] - mean) * (x[i] - mean) / N; /* biased: divided by N */
    for (guint i = 0; i < N; i++)
      g_assert_cmpfloat_with_epsilon (
          y[i], (x[i] - mean) / sqrt (variance + (double)1e-5f) * weight[i] + bias[i], 1e-6);
  }
}

/* Equal values have no deviation: eps alone keeps the result finite. */
static void
test_layer_norm_flat (void)
{
  float x[] = {2, 2, 2}, weight[] = {1, 2, 3}, bias[] = {4, 5, 6};
  kernels.layer_norm (x, x, 3, weight, bias, 1e-6f);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (x[i], ==, bias[i]);
}

static void
test_functions (void)
{
  float x[N], gelu[N], quick[N], relu6[N];
  fill (x, N, -10, 10);
  for (guint i = 0; i < N; i++)
    gelu[i] = quick[i] = relu6[i] = x[i];
  kernels.gelu (gelu, N);
  kernels.quick_gelu (quick, N);
  kernels.relu6 (relu6, N);
  for (guint i = 0; i < N; i++) {
    double v = x[i];
    g_assert_cmpfloat_with_epsilon (gelu[i], v * 0.5 * erfc (-v * M_SQRT1_2), 1e-6);
    g_assert_cmpfloat_with_epsilon (quick[i], v / (1 + exp (-1.702 * v)), 1e-6);
    g_assert_cmpfloat (relu6[i], ==, (float)MIN (6, MAX (0, v)));
  }
}

static void
test_softmax (void)
{
  float x[N], y[N];
  fill (x, N, -100, 100);
  double sum = 0, total = 0;
  for (guint i = 0; i < N; i++) {
    y[i] = x[i];
    sum += exp (x[i] - 100.0);
  }
  kernels.softmax (y, N);
  for (guint i = 0; i < N; i++) {
    g_assert_cmpfloat_with_epsilon (y[i], exp (x[i] - 100.0) / sum, 1e-6);
    total += y[i];
  }
  g_assert_cmpfloat_with_epsilon (total, 1, 1e-6);
}

static void
test_sums (void)
{
  float a[N], b[N], scale[N], y[N];
  double dot = 0;
  fill (a, N, -1, 1);
  fill (b, N, -1, 1);
  fill (scale, N, -1, 1);
  for (guint i = 0; i < N; i++)
    dot += (double)a[i] * b[i];
  g_assert_cmpfloat_with_epsilon (kernels.dot (a, b, N), dot, 1e-5);

  kernels.scale_add (y, a, b, scale, N);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (y[i], a[i] + (double)b[i] * scale[i], 2e-7);
  kernels.scale_add (y, a, b, NULL, N);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat (y[i], ==, a[i] + b[i]);
  kernels.axpy (y, -0.5f, b, N);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (y[i], a[i] + 0.5 * b[i], 3e-7);
  kernels.add (y, b, N);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (y[i], a[i] + 1.5 * b[i], 5e-7);
}

/* Every output pixel of a convolution of odd sizes, by the definition. */
static void
test_depthwise (void)
{
  const ClipConvShape shape = {.height = 6,
                               .width = 5,
                               .channels = 3,
                               .step = 3,
                               .out_height = 3,
                               .out_width = 3,
                               .kernel = 5,
                               .stride = 2,
                               .pad_top = 1,
                               .pad_left = 2};
  float x[6 * 5 * 3], weight[25 * 3], bias[3], y[3 * 3];
  fill (x, G_N_ELEMENTS (x), -1, 1);
  fill (weight, G_N_ELEMENTS (weight), -1, 1);
  fill (bias, 3, -1, 1);
  for (int row = 0; row < 3; row++) {
    kernels.depthwise_row (y, x, &shape, (gsize)row, weight, bias);
    for (int column = 0; column < 3; column++)
      for (int c = 0; c < 3; c++) {
        double sum = bias[c];
        for (int ky = 0; ky < 5; ky++)
          for (int kx = 0; kx < 5; kx++) {
            int iy = row * 2 + ky - 1, ix = column * 2 + kx - 2;
            if (iy >= 0 && iy < 6 && ix >= 0 && ix < 5)
              sum += (double)x[(iy * 5 + ix) * 3 + c] * weight[(ky * 5 + kx) * 3 + c];
          }
        g_assert_cmpfloat_with_epsilon (y[column * 3 + c], sum, 2e-6);
      }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  clip_kernels_init (&kernels, 0);
  g_test_add_func ("/kernels/layer-norm", test_layer_norm);
  g_test_add_func ("/kernels/layer-norm-flat", test_layer_norm_flat);
  g_test_add_func ("/kernels/functions", test_functions);
  g_test_add_func ("/kernels/softmax", test_softmax);
  g_test_add_func ("/kernels/sums", test_sums);
  g_test_add_func ("/kernels/depthwise", test_depthwise);
  return g_test_run ();
}
