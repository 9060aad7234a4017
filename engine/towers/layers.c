/* layers.c: the small parts that towers are built of (layers.h). */
#include "towers/layers.h"

#include <string.h>

#include "clip.h"
#include "compute/kernels.h"

/* Rows of one task: enough work to be worth handing over, few enough to share out evenly. */
#define NORM_ROWS 16

gboolean
clip_norm_load (ClipNorm *norm, ClipWeights *weights, const char *prefix, const char *name,
                gsize width, float eps, GError **error)
{
  g_autofree char *weight = g_strdup_printf ("%s%s.weight", prefix, name);
  g_autofree char *bias = g_strdup_printf ("%s%s.bias", prefix, name);

  norm->width = width;
  norm->eps = eps;
  norm->weight = clip_weights_get (weights, weight, 1, &width, error);
  if (norm->weight == NULL)
    return FALSE;
  norm->bias = clip_weights_get (weights, bias, 1, &width, error);
  return norm->bias != NULL;
}

typedef struct {
  const ClipNorm *norm;
  const ClipKernels *kernels;
  gsize rows;
  const float *x;
  float *y;
} NormJob;

static void
norm_task (gpointer data, gsize index, guint slot)
{
  const NormJob *job = data;
  const ClipNorm *norm = job->norm;
  gsize first = index * NORM_ROWS;
  gsize end = MIN (first + NORM_ROWS, job->rows);

  for (gsize row = first; row < end; row++)
    job->kernels->layer_norm (job->y + row * norm->width, job->x + row * norm->width, norm->width,
                              norm->weight, norm->bias, norm->eps);
}

void
clip_norm_apply (const ClipNorm *norm, const ClipRun *run, gsize rows, const float *x, float *y)
{
  NormJob job = {norm, clip_kernels (), rows, x, y};

  clip_pool_run (run->pool, (rows + NORM_ROWS - 1) / NORM_ROWS, norm_task, &job);
}

void
clip_rows_mean (const float *x, gsize rows, gsize width, float *mean)
{
  const ClipKernels *kernels = clip_kernels ();

  memset (mean, 0, width * sizeof (float));
  for (gsize row = 0; row < rows; row++)
    kernels->add (mean, x + row * width, width);
  for (gsize i = 0; i < width; i++)
    mean[i] /= (float)rows;
}

gboolean
clip_linear_load (ClipLinear *linear, ClipWeights *weights, const char *prefix, const char *weight,
                  const char *bias, gsize in, gsize out, GError **error)
{
  g_autofree char *weight_name = g_strconcat (prefix, weight, NULL);

  *linear = (ClipLinear){.in = in, .out = out};
  linear->weight = clip_weights_get_stored (weights, weight_name, 2, (const gsize[]){out, in},
                                            &linear->dtype, error);
  if (linear->weight == NULL)
    return FALSE;
  if (bias == NULL)
    return TRUE;

  g_autofree char *bias_name = g_strconcat (prefix, bias, NULL);
  linear->bias = clip_weights_get (weights, bias_name, 1, &out, error);
  return linear->bias != NULL;
}

gboolean
clip_linear_load_transposed (ClipLinear *linear, ClipWeights *weights, const char *weight, gsize in,
                             gsize out, GError **error)
{
  *linear = (ClipLinear){.in = in, .out = out, .transposed = TRUE};
  linear->weight =
      clip_weights_get_stored (weights, weight, 2, (const gsize[]){in, out}, &linear->dtype, error);
  return linear->weight != NULL;
}

float *
clip_buffer_new (gsize rows, gsize columns, GError **error)
{
  gsize count, bytes;
  float *buffer = NULL;

  if (g_size_checked_mul (&count, rows, columns) &&
      g_size_checked_mul (&bytes, count, sizeof (float)))
    buffer = g_try_malloc (bytes);
  if (buffer == NULL)
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY,
                 "Not enough memory for %" G_GSIZE_FORMAT " × %" G_GSIZE_FORMAT " values", rows,
                 columns);
  return buffer;
}
