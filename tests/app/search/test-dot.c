/* test-dot.c: the dot product of a search, against the definition of IEEE 754. */
#include "search/dot.h"

#include <float.h>
#include <math.h>

static double
value_of (guint16 half)
{
  int exponent = half >> 10 & 31;
  int mantissa = half & 1023;
  double magnitude = exponent ? ldexp (1024 + mantissa, exponent - 25) : ldexp (mantissa, -24);

  return half & 0x8000 ? -magnitude : magnitude;
}

/* Every finite half, at each place of a row. */
static void
test_values (void)
{
  for (guint half = 0; half <= G_MAXUINT16; half++) {
    guint16 row[9] = {0};
    float query[9] = {0};

    if ((half & 0x7C00) == 0x7C00)
      continue; /* an infinity, or not a number */
    row[half % 9] = half;
    query[half % 9] = 0.75F;
    g_assert_cmpfloat (ink_dot (query, row, 9), ==, 0.75 * value_of (half));
  }
}

static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (gsize dims = 0; dims <= 40; dims++) {
    float query[40];
    guint16 row[40];
    double expected = 0, magnitude = 0;

    for (gsize i = 0; i < dims; i++) {
      query[i] = (float)g_rand_double_range (random, -1, 1);
      row[i] = (guint16)(g_rand_int (random) & 0xBBFF); /* below 2 */
      expected += (double)query[i] * value_of (row[i]);
      magnitude += fabs ((double)query[i] * value_of (row[i]));
    }
    /* Two orders of summing n exact products differ by at most n roundings each. */
    g_assert_cmpfloat_with_epsilon (ink_dot (query, row, dims), expected,
                                    2 * dims * DBL_EPSILON * magnitude + DBL_MIN);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dot/values", test_values);
  g_test_add_func ("/dot/random", test_random);
  return g_test_run ();
}
