/* filter.c: bicubic weights along one axis (filter.h). The order of the operations below decides
 * the last bit of each weight, so it follows Pillow's. */
#include "image/filter.h"

#include "clip.h"

#include <math.h>

#define BICUBIC_SUPPORT 2.0

static double
bicubic (double x)
{
  const double a = -0.5;

  x = fabs (x);
  if (x < 1.0)
    return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  if (x < 2.0)
    return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
  return 0.0;
}

/* Rounds half away from zero. */
static gint32
to_fixed_point (double weight)
{
  return (gint32)(weight * (1 << CLIP_FILTER_BITS) + (weight < 0.0 ? -0.5 : 0.5));
}

/* Fills the window and the weights of one output sample; @scratch has room for filter->taps. */
static void
fill_window (ClipFilter *filter, gsize i, double centre, double stretch, gsize in, double *scratch)
{
  ClipFilterWindow *window = &filter->windows[i];
  gint32 *weights = filter->weights + i * filter->taps;
  double support = BICUBIC_SUPPORT * stretch;
  double from = centre - support + 0.5;
  double inverse = 1.0 / stretch;
  double sum = 0.0;

  window->first = from > 0.0 ? (gsize)from : 0;
  window->count = MIN ((gsize)(centre + support + 0.5), in) - window->first;

  for (gsize t = 0; t < window->count; t++) {
    scratch[t] = bicubic (((double)(t + window->first) - centre + 0.5) * inverse);
    sum += scratch[t];
  }
  for (gsize t = 0; t < window->count; t++)
    weights[t] = to_fixed_point (scratch[t] / sum);
}

/* An axis that keeps its length: every sample is its own, since the filter is 1 at distance 0 and
 * 0 at every other whole distance. */
static void
fill_identity (ClipFilter *filter, gsize offset)
{
  for (gsize i = 0; i < filter->length; i++) {
    filter->windows[i] = (ClipFilterWindow){.first = offset + i, .count = 1};
    filter->weights[i] = 1 << CLIP_FILTER_BITS;
  }
}

ClipFilter *
clip_filter_new (gsize in, gsize out, gsize offset, gsize length, GError **error)
{
  double scale = (double)in / (double)out;
  double stretch = MAX (scale, 1.0); /* only shrinking widens the filter */
  gsize span = (gsize)ceil (BICUBIC_SUPPORT * stretch) * 2 + 1;
  gsize taps = in == out ? 1 : MIN (span, in);
  g_autoptr (ClipFilter) filter = g_new0 (ClipFilter, 1);
  g_autofree double *scratch = g_try_new (double, taps);
  gsize n_weights;

  filter->length = length;
  filter->taps = taps;
  filter->windows = g_try_new (ClipFilterWindow, length);
  if (g_size_checked_mul (&n_weights, length, taps))
    filter->weights = g_try_new (gint32, n_weights);
  if (scratch == NULL || filter->windows == NULL || filter->weights == NULL) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY,
                 "not enough memory to resample %" G_GSIZE_FORMAT " pixels to %" G_GSIZE_FORMAT, in,
                 out);
    return NULL;
  }

  if (in == out)
    fill_identity (filter, offset);
  else
    for (gsize i = 0; i < length; i++)
      fill_window (filter, i, ((double)(offset + i) + 0.5) * scale, stretch, in, scratch);
  return g_steal_pointer (&filter);
}

void
clip_filter_free (ClipFilter *filter)
{
  g_free (filter->windows);
  g_free (filter->weights);
  g_free (filter);
}
