/* locate.c: where in a picture words match (locate.h).
 *
 * A place's score is the cosine of its embedding with the words'. How bright it is shown is
 * measured against the library and against the picture. Dark is what the library's ordinary photo
 * scores, or the picture's own background (its lower quartile, unless that is a strong match
 * itself); full is the picture's best place or, where no place gets that far, what it takes to be a
 * strong match. So a picture that does not have what was asked for stays dim, whatever a model's
 * cosines are like.
 */
#include "search/locate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/probe.h"

/* The place's score for full brightness is at least this much above the one for darkness, so that
 * rounding errors are never blown up to a map. */
#define LEAST_RANGE 1e-3

/* Scores in the library: of its ordinary photo, and of the least that is a strong match. */
typedef struct {
  double ordinary, strong;
} Scale;

static gboolean
find_scale (const InkEncoder *encoder, InkVectors *vectors, const char *words, Scale *scale,
            float *vector, GCancellable *cancellable, GError **error)
{
  const InkScope everything = {NULL, 1, -INFINITY};
  g_autoptr (InkQuery) query = ink_query_new ();
  g_autoptr (GArray) best = NULL;
  InkDistribution scores;
  InkProbe probe;

  g_ptr_array_add (query->words, g_strdup (words));
  if (!ink_probe_init (&probe, encoder, query, vectors, cancellable, error))
    return FALSE;
  memcpy (vector, probe.vector, ink_vectors_get_dims (vectors) * sizeof *vector);
  ink_vectors_describe (vectors, vector, &scores);
  best = ink_vectors_top (vectors, vector, &everything);
  scale->ordinary = scores.median;
  scale->strong =
      best->len > 0 ? ink_probe_get_least (&probe, vectors, g_array_index (best, InkMatch, 0).score)
                    : scale->ordinary;
  ink_probe_clear (&probe);
  return TRUE;
}

static gint
compare_floats (gconstpointer a, gconstpointer b)
{
  float left = *(const float *)a, right = *(const float *)b;

  return left < right ? -1 : left > right;
}

/* The scores of @n places to how bright they are. */
static void
light (float *map, gsize n, const Scale *scale)
{
  g_autofree float *sorted = g_memdup2 (map, n * sizeof *map);

  qsort (sorted, n, sizeof *sorted, compare_floats);
  double background = MIN (sorted[n / 4], scale->strong);
  double dark = MAX (scale->ordinary, background);
  double full = MAX (MAX (sorted[n - 1], scale->strong), dark + LEAST_RANGE);
  for (gsize i = 0; i < n; i++)
    map[i] = (float)CLAMP ((map[i] - dark) / (full - dark), 0, 1);
}

static void
fill_map (const ClipPlaces *places, const float *vector, guint dims, const Scale *scale, float *map)
{
  gsize n = (gsize)places->columns * places->rows;

  for (gsize i = 0; i < n; i++) {
    double score = 0;

    for (guint k = 0; k < dims; k++)
      score += (double)vector[k] * (double)places->embeddings[i * dims + k];
    map[i] = (float)score;
  }
  light (map, n, scale);
}

static InkPlaces *
make_maps (const ClipPlaces *places, gsize n)
{
  InkPlaces *maps = g_new0 (InkPlaces, 1);

  maps->columns = places->columns;
  maps->rows = places->rows;
  maps->covers = (InkRegion){0, 0, 1, 1};
  maps->scores = g_new (float, n * places->columns * places->rows);
  return maps;
}

InkPlaces *
ink_locate (const InkEncoder *encoder, InkVectors *vectors, const InkQueryPicture *picture,
            const char *const *words, GCancellable *cancellable, GError **error)
{
  guint dims = ink_vectors_get_dims (vectors);
  g_autoptr (ClipPlaces) places = ink_encoder_encode_places (encoder, picture, cancellable, error);
  g_autofree float *vector = g_new (float, dims);
  g_autoptr (InkPlaces) maps = NULL;

  if (!places)
    return NULL;
  maps = make_maps (places, g_strv_length ((GStrv)words));
  for (guint i = 0; words[i]; i++) {
    Scale scale;

    if (!find_scale (encoder, vectors, words[i], &scale, vector, cancellable, error))
      return NULL;
    fill_map (places, vector, dims, &scale,
              maps->scores + (gsize)i * places->columns * places->rows);
  }
  return g_steal_pointer (&maps);
}
