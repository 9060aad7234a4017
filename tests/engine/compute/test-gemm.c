/* test-gemm.c: products against sums in double precision, for sizes around the edges of blocks and
 * tiles. Run once for each instruction set, by INKLING_CPU_MASK. */
#include <math.h>
#include <string.h>

#include "compute/gemm.h"
#include "compute/scalar/functions.h"
#include "files/widen.h"

typedef struct {
  gsize rows, in, out;
} Size;

static const Size sizes[] = {
    {1, 1, 1},     {1, 64, 32},    {2, 5, 3},     {9, 33, 31},    {10, 32, 64},
    {11, 16, 33},  {12, 640, 640}, {12, 100, 97}, {47, 20, 80},   {48, 20, 129},
    {128, 36, 72}, {129, 52, 513}, {257, 48, 20}, {40, 3000, 65}, {3, 9000, 40},
};

static float *
random_floats (GRand *rand, gsize n, double scale)
{
  float *x = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    x[i] = (float)(scale * g_rand_double_range (rand, -1, 1));
  return x;
}

static double
activation (ClipActivation kind, double x)
{
  switch (kind) {
  case CLIP_ACTIVATION_GELU:
    return 0.5 * x * erfc (-x * M_SQRT1_2);
  case CLIP_ACTIVATION_QUICK_GELU:
    return x / (1 + exp (-1.702 * x));
  case CLIP_ACTIVATION_RELU6:
    return CLAMP (x, 0, 6);
  case CLIP_ACTIVATION_NONE:
    break;
  }
  return x;
}

typedef struct {
  Size size;
  ClipLinear linear;
  ClipEpilogue epilogue;
  float *x, *weight, *bias, *scale, *residual;
} Problem;

static void
problem_init (Problem *p, GRand *rand, Size size, gboolean transposed)
{
  p->size = size;
  p->x = random_floats (rand, size.rows * size.in, 1);
  p->weight = random_floats (rand, size.in * size.out, sqrt (3.0 / (double)size.in));
  p->bias = random_floats (rand, size.out, 0.5);
  p->scale = random_floats (rand, size.out, 1);
  p->residual = random_floats (rand, size.rows * size.out, 1);
  p->linear = (ClipLinear){.weight = p->weight,
                           .bias = p->bias,
                           .in = size.in,
                           .out = size.out,
                           .transposed = transposed};
  p->epilogue = (ClipEpilogue){0};
}

static void
problem_clear (Problem *p)
{
  clip_linear_clear (&p->linear);
  g_free (p->x);
  g_free (p->weight);
  g_free (p->bias);
  g_free (p->scale);
  g_free (p->residual);
}

static double
expected (const Problem *p, gsize row, gsize column)
{
  const ClipLinear *linear = &p->linear;
  double sum = linear->bias ? linear->bias[column] : 0;
  for (gsize k = 0; k < linear->in; k++)
    sum += (double)p->x[row * linear->in + k] * (linear->transposed
                                                     ? p->weight[k * linear->out + column]
                                                     : p->weight[column * linear->in + k]);
  double y = activation (p->epilogue.activation, sum);
  if (p->epilogue.scale)
    y *= p->epilogue.scale[column];
  return p->epilogue.residual ? y + p->residual[row * linear->out + column] : y;
}

/* A sum of n products of values near 1 with weights of variance 1/n grows to about 1, and each of
 * its n steps is rounded by up to 2⁻²⁵ of that: √n of these, times 4 for the worst of some ten
 * thousand results, and 4e-7 for what comes after the sum. */
static double
tolerance (gsize n)
{
  return 4e-7 + 4 * sqrt ((double)n) * 0x1p-25;
}

static void
check (const Problem *p, const float *y)
{
  double worst = 0;
  for (gsize r = 0; r < p->size.rows; r++)
    for (gsize c = 0; c < p->size.out; c++)
      worst = MAX (worst, fabs (y[r * p->size.out + c] - expected (p, r, c)));
  g_assert_cmpfloat (worst, <=, tolerance (p->size.in));
}

typedef struct {
  ClipPool *pool;
  ClipMemoryList *list;
  ClipRun run;
  GRand *rand;
} Fixture;

static void
fixture_init (Fixture *fixture, guint threads)
{
  fixture->pool = clip_pool_new (threads);
  fixture->list = clip_memory_list_new (fixture->pool);
  fixture->rand = g_rand_new_with_seed (7);
  g_assert_true (clip_run_begin (&fixture->run, fixture->list, NULL, NULL));
}

static void
fixture_clear (Fixture *fixture)
{
  clip_run_end (&fixture->run);
  clip_memory_list_free (fixture->list);
  clip_pool_free (fixture->pool);
  g_rand_free (fixture->rand);
}

/* Runs @p and checks that nothing before or after the result is written. */
static float *
multiply (Fixture *fixture, Problem *p)
{
  gsize n = p->size.rows * p->size.out;
  float *y = g_new (float, n + 2);
  y[0] = y[n + 1] = 12345;
  memset (y + 1, 0xff, n * sizeof (float)); /* not a number: y must not be read */
  clip_linear (&fixture->run, &p->linear, p->size.rows, p->x, y + 1, &p->epilogue);
  g_assert_cmpfloat (y[0], ==, 12345);
  g_assert_cmpfloat (y[n + 1], ==, 12345);
  memmove (y, y + 1, n * sizeof (float));
  return y;
}

static void
test_sizes (gconstpointer transposed)
{
  Fixture fixture;
  fixture_init (&fixture, 2);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    Problem p;
    problem_init (&p, fixture.rand, sizes[i], GPOINTER_TO_INT (transposed));
    g_autofree float *y = multiply (&fixture, &p);
    check (&p, y);
    problem_clear (&p);
  }
  fixture_clear (&fixture);
}

static void
test_epilogues (void)
{
  Fixture fixture;
  fixture_init (&fixture, 2);
  for (guint kind = 0; kind < 64; kind++) {
    Problem p;
    problem_init (&p, fixture.rand, kind & 1 ? (Size){13, 70, 45} : (Size){64, 24, 96}, FALSE);
    p.epilogue.activation = kind >> 4;
    p.epilogue.scale = kind & 2 ? p.scale : NULL;
    p.epilogue.residual = kind & 4 ? p.residual : NULL;
    if (kind & 8)
      p.linear.bias = NULL;
    g_autofree float *y = multiply (&fixture, &p);
    check (&p, y);
    if (kind & 4) { /* the residual may be the result's own place */
      gsize n = p.size.rows * p.size.out;
      g_autofree float *in_place = g_memdup2 (p.residual, n * sizeof (float));
      p.epilogue.residual = in_place;
      clip_linear (&fixture.run, &p.linear, p.size.rows, p.x, in_place, &p.epilogue);
      g_assert_cmpmem (in_place, n * sizeof (float), y, n * sizeof (float));
    }
    problem_clear (&p);
  }
  fixture_clear (&fixture);
}

static void
test_no_epilogue (void)
{
  Fixture fixture;
  fixture_init (&fixture, 1);
  Problem p;
  problem_init (&p, fixture.rand, (Size){5, 40, 50}, FALSE);
  g_autofree float *y = g_new (float, 5 * 50);
  clip_linear (&fixture.run, &p.linear, 5, p.x, y, NULL);
  check (&p, y);
  problem_clear (&p);
  fixture_clear (&fixture);
}

/* The nearest half that is no further from zero than @x, which is below 2; 0 where that is next to
 * nothing. */
static guint16
to_f16 (float x)
{
  int exponent;
  float fraction = frexpf (fabsf (x), &exponent); /* 0.5 … 1 */
  if (exponent < -13)
    return 0;
  guint16 bits = (guint16)((exponent + 14) << 10 | ((int)(fraction * 2048) & 0x3ff));
  return signbit (x) ? bits | 0x8000 : bits;
}

/* Weights of 16 bits are read as they lie, also at an odd address. */
static void
test_halves (gconstpointer data)
{
  const ClipDtype dtype = GPOINTER_TO_INT (data);
  Fixture fixture;
  fixture_init (&fixture, 2);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (sizes); i++) {
    Problem p;
    problem_init (&p, fixture.rand, sizes[i / 2], i % 2);
    gsize n = p.size.in * p.size.out;
    g_autofree guint8 *bytes = g_malloc (2 * n + 1);
    for (gsize k = 0; k < n; k++) {
      guint16 half = dtype == CLIP_DTYPE_F16 ? to_f16 (p.weight[k]) : clip_to_bf16 (p.weight[k]);
      memcpy (bytes + 1 + 2 * k, &half, sizeof half);
    }
    clip_widen_run (dtype, bytes + 1, 0, n, p.weight); /* what is expected */
    p.linear.weight = bytes + 1;
    p.linear.dtype = dtype;
    g_autofree float *y = multiply (&fixture, &p);
    check (&p, y);
    problem_clear (&p);
  }
  fixture_clear (&fixture);
}

/* The same bits, however many threads share the work. */
static void
test_threads (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    gsize bytes = sizes[i].rows * sizes[i].out * sizeof (float);
    g_autofree float *first = NULL;
    for (guint threads = 1; threads <= 3; threads++) {
      Fixture fixture;
      fixture_init (&fixture, threads);
      Problem p;
      problem_init (&p, fixture.rand, sizes[i], FALSE);
      g_autofree float *y = multiply (&fixture, &p);
      if (first)
        g_assert_cmpmem (first, bytes, y, bytes);
      else
        first = g_steal_pointer (&y);
      problem_clear (&p);
      fixture_clear (&fixture);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/gemm/sizes", GINT_TO_POINTER (FALSE), test_sizes);
  g_test_add_data_func ("/gemm/transposed", GINT_TO_POINTER (TRUE), test_sizes);
  g_test_add_func ("/gemm/epilogues", test_epilogues);
  g_test_add_func ("/gemm/no-epilogue", test_no_epilogue);
  g_test_add_func ("/gemm/threads", test_threads);
  g_test_add_data_func ("/gemm/f16", GINT_TO_POINTER (CLIP_DTYPE_F16), test_halves);
  g_test_add_data_func ("/gemm/bf16", GINT_TO_POINTER (CLIP_DTYPE_BF16), test_halves);
  return g_test_run ();
}
