/* unit.c: sums of embeddings, and unit length. */
#include "search/unit.h"

#include <math.h>

void
ink_unit_add (float *sum, const float *vector, float factor, guint dims)
{
  for (guint i = 0; i < dims; i++)
    sum[i] += factor * vector[i];
}

void
ink_unit_normalise (float *vector, guint dims)
{
  double squares = 0;
  float scale;

  for (guint i = 0; i < dims; i++)
    squares += (double)vector[i] * (double)vector[i];
  if (squares == 0)
    return;
  scale = (float)(1 / sqrt (squares));
  for (guint i = 0; i < dims; i++)
    vector[i] *= scale;
}
