/* distribution.c: how the scores of a query are spread over the library. */
#include "search/matrix.h"

#include <math.h>
#include <stdlib.h>

#include "search/dot.h"

#define SAMPLE_PHOTOS 4096

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return left < right ? -1 : left > right;
}

/* The median of @n numbers, which are put in order. */
static double
median (double *values, gsize n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Of a photo, whose first row is at @place: that of the best of its rows. @scratch: room for one */
static double
score_photo (const InkPlace *place, const float *query, guint16 *scratch)
{
  InkSegment *segment = place->part->segment;
  double best = -INFINITY;

  for (gsize row = place->row;
       row < segment->n && segment->photos[row] == segment->photos[place->row]; row++) {
    const guint16 *halves = ink_segment_read_row (segment, row, scratch);

    if (halves)
      best = MAX (best, ink_dot (query, halves, segment->dims));
  }
  return best;
}

static gsize
score_sample (InkParts *parts, const float *query, guint dims, double *scores)
{
  g_autofree guint16 *scratch = g_new (guint16, dims);
  const GArray *sample = ink_parts_get_sample (parts, SAMPLE_PHOTOS);
  gsize n = 0;

  for (guint i = 0; i < sample->len; i++) {
    double score = score_photo (&g_array_index (sample, InkPlace, i), query, scratch);

    if (score > -INFINITY)
      scores[n++] = score;
  }
  return n;
}

void
ink_vectors_describe (InkVectors *vectors, const float *query, InkDistribution *distribution)
{
  g_autoptr (InkParts) parts = ink_vectors_ref_parts (vectors);
  g_autofree double *scores = g_new (double, SAMPLE_PHOTOS);
  gsize n = score_sample (parts, query, vectors->dims, scores);
  double sum = 0, squares = 0;

  *distribution = (InkDistribution){0};
  if (n == 0)
    return;
  for (gsize i = 0; i < n; i++)
    sum += scores[i];
  distribution->mean = sum / n;
  for (gsize i = 0; i < n; i++)
    squares += (scores[i] - distribution->mean) * (scores[i] - distribution->mean);
  distribution->deviation = sqrt (squares / n);
  distribution->median = median (scores, n);
  for (gsize i = 0; i < n; i++)
    scores[i] = fabs (scores[i] - distribution->median);
  distribution->mad = median (scores, n);
}
