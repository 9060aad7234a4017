/* positions.c: resampling of a grid of position embeddings (positions.h). */
#include "towers/positions.h"

#include <math.h>
#include <string.h>

#include "compute/kernels.h"
#include "towers/layers.h"

/* Keys' cubic convolution kernel with a = −0.5, the one of antialiased resampling. */
static double
cubic (double x)
{
  const double a = -0.5;

  x = fabs (x);
  if (x < 1.0)
    return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  if (x < 2.0)
    return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
  return 0.0;
}

/* How much each of @in samples counts for sample @index of @out. */
static void
bicubic_weights (gsize index, gsize in, gsize out, float *weights)
{
  double scale = (double)in / (double)out;
  double stretch = MAX (scale, 1.0);
  double support = 2.0 * stretch;
  double centre = ((double)index + 0.5) * scale;
  gsize first = (gsize)MAX (centre - support + 0.5, 0.0);
  gsize end = MIN ((gsize)(centre + support + 0.5), in);
  double sum = 0.0;

  memset (weights, 0, in * sizeof (float));
  for (gsize i = first; i < end; i++)
    sum += cubic (((double)i - centre + 0.5) / stretch);
  for (gsize i = first; i < end; i++)
    weights[i] = (float)(cubic (((double)i - centre + 0.5) / stretch) / sum);
}

/* @y [lines][out][width] = matrix [out][in] × x [lines][in][width], line by line. */
static void
resample (const float *matrix, gsize in, gsize out, gsize lines, gsize width, const float *x,
          float *y)
{
  const ClipKernels *kernels = clip_kernels ();

  memset (y, 0, lines * out * width * sizeof (float));
  for (gsize line = 0; line < lines; line++)
    for (gsize o = 0; o < out; o++)
      for (gsize i = 0; i < in; i++) {
        float weight = matrix[o * in + i];
        if (weight != 0.0f)
          kernels->axpy (y + (line * out + o) * width, weight, x + (line * in + i) * width, width);
      }
}

float *
clip_positions_resize (const float *positions, gsize old_side, gsize new_side, gsize width,
                       GError **error)
{
  g_autofree float *matrix = clip_buffer_new (new_side, old_side, error);
  if (matrix == NULL)
    return NULL;
  g_autofree float *rows = clip_buffer_new (old_side * new_side, width, error);
  if (rows == NULL)
    return NULL;
  g_autofree float *resized = clip_buffer_new (new_side * new_side, width, error);
  if (resized == NULL)
    return NULL;

  for (gsize i = 0; i < new_side; i++)
    bicubic_weights (i, old_side, new_side, matrix + i * old_side);
  /* Along each row of the grid, then along its columns: a row of the grid is one long vector. */
  resample (matrix, old_side, new_side, old_side, width, positions, rows);
  resample (matrix, old_side, new_side, 1, new_side * width, rows, resized);
  return g_steal_pointer (&resized);
}
