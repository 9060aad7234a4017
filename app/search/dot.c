/* dot.c: the dot product that defines a search's order. */
#include "search/dot.h"

#include <string.h>

#include "store/half.h"

#define LANES 8

/* GNU C's vectors: each compiles to what the target has, down to plain scalar code. */
typedef guint16 HalfLanes __attribute__ ((vector_size (LANES * 2)));
typedef guint32 WordLanes __attribute__ ((vector_size (LANES * 4)));
typedef float FloatLanes __attribute__ ((vector_size (LANES * 4)));
typedef double DoubleLanes __attribute__ ((vector_size (LANES * 8)));

/* Putting a half's exponent and mantissa at a float's places gives its value divided by 2^112,
 * the difference of the exponents' biases; subnormal halves come out right as well. */
#define REBIAS 0x1p112f

double
ink_dot (const float *query, const guint16 *row, gsize dims)
{
  DoubleLanes sums = {0};
  double total = 0;
  gsize i = 0;

  for (; i + LANES <= dims; i += LANES) {
    HalfLanes halves;
    WordLanes words;
    FloatLanes values, factors;

    memcpy (&halves, row + i, sizeof halves);
    memcpy (&factors, query + i, sizeof factors);
    words = __builtin_convertvector(halves, WordLanes);
    words = (words & 0x8000) << 16 | (words & 0x7FFF) << 13;
    memcpy (&values, &words, sizeof values);
    values *= REBIAS;
    sums += __builtin_convertvector(values, DoubleLanes) *
            __builtin_convertvector(factors, DoubleLanes);
  }
  for (; i < dims; i++) {
    float value;

    ink_half_to_float (&value, row + i, 1);
    total += (double)query[i] * (double)value;
  }
  for (gsize lane = 0; lane < LANES; lane++)
    total += sums[lane];
  return total;
}
