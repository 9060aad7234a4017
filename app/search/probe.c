/* probe.c: combining words, negatives and pictures, and parting strong matches from weak ones. */
#include "search/probe.h"

#include <string.h>

#include "search/unit.h"

/* What a negative subtracts, and what share of the words' weight negatives have where they stand
 * alone beside a picture. */
#define NEGATIVE_WEIGHT 0.5F

/* The cut-off. A match is strong where its score lies at least some share of the way from the
 * library's ordinary photo to the best one, and clearly beyond what chance brings: more than some
 * deviations of the scores of words that say nothing, or, for pictures, OWN_DEVIATIONS of the
 * query's own.
 *
 * Tried with the starter model on 300 labelled photos, seen as squares: 300 labels, 27 general
 * words, and 38 words that nothing matches (tests/eval/quality.py). Means over queries; of the
 * last, the share that got no strong match, and how many strong ones they got.
 *
 *                                           labels  general words          nothing matches
 *                                           F1      precision recall F1    none  strong
 *   - 0.5 of the way, 4 neutral deviations  0.36    0.59      0.94   0.69  0.05  8.5
 *   - 0.6 of the way, 4                     0.53    0.68      0.88   0.74  0.05  6.6
 *   - 0.6 of the way, 7                     0.56    0.69      0.85   0.73  0.34  2.6
 *   - 0.7 of the way, 4                     0.69    0.76      0.83   0.77  0.05  4.9
 *   - 0.7 of the way, 5                     –       0.76      0.82   –     0.16  4.0
 *   - 0.7 of the way, 7                     0.70    0.76      0.83   0.76  0.34  2.5
 *   - 0.7 of the way, 8                     0.69    0.78      0.77   0.73  0.50  1.6
 *   - 4 own deviations above the mean       0.66    0.85      0.60   0.60  0.29  1.7
 *   - 4 own robust ones above the median    0.40    0.61      0.83   0.65  0.16  4.3
 *   - the largest gap among the best 60     0.85    0.79      0.85   0.76  0.00  3.7
 *   - 0.4 above neutral words at that photo 0.45    0.67      0.85   0.71  0.32  2.9
 *
 * 7 has fewer false ones, and finds neither the cup of coffee nor the animals among 25 photos,
 * where scores are few and spread wide; 5 finds them. Deviations of the query's own scores fail
 * where a third of the library is what was asked for ("animal"): then they are large. The largest
 * gap finds something whatever is asked for.
 *
 * Those photos chose it. So they were parted into two halves by class, each a library of its own:
 * at 0.7 and 5 the general words have precision 0.82 and 0.82, recall 0.78 and 0.83, F1 0.77 and
 * 0.78; what is best for the F1 of one half (0.55 to 0.6, and no deviations) has 0.81 and 0.82 on
 * the other, but finds something for every word that nothing matches, 6 to 7 photos each.
 *
 * Models that were trained on captions have narrower scores, and nobody has measured them here:
 * they keep to what favours recall, since a photo that is called weak is harder to find than one
 * that should have been. */
typedef struct {
  double share, deviations;
} Cut;

static const Cut caption_cut = {0.6, 4}, distilled_cut = {0.7, 5};

#define PICTURE_SHARE 0.6
#define OWN_DEVIATIONS 2.5

/* A picture so like the one asked for is a strong match however few there are: in a library of
 * eight photos nothing is 2.5 deviations from the rest. */
#define ALIKE 0.9

static const char *const neutral_texts[] = {"a photo", "a picture", "an image"};

static guint
get_dims (const InkEncoder *encoder)
{
  return clip_model_get_info (encoder->model)->dims;
}

/* Adds the embeddings of words to @sum, each with @factor. */
static gboolean
add_words (const InkEncoder *encoder, const GPtrArray *words, float factor, float *sum,
           GCancellable *cancellable, GError **error)
{
  g_autofree float *embedding = g_new (float, get_dims (encoder));

  for (guint i = 0; i < words->len; i++) {
    if (!ink_encoder_encode_words (encoder, words->pdata[i], embedding, cancellable, error))
      return FALSE;
    ink_unit_add (sum, embedding, factor, get_dims (encoder));
  }
  return TRUE;
}

/* Returns: (transfer full) (nullable): the words' unit vector */
static float *
make_words (const InkEncoder *encoder, const InkQuery *query, GCancellable *cancellable,
            GError **error)
{
  g_autofree float *sum = g_new0 (float, get_dims (encoder));

  if (query->words->len &&
      !add_words (encoder, query->words, 1.0F / query->words->len, sum, cancellable, error))
    return NULL;
  if (!add_words (encoder, query->negatives, -NEGATIVE_WEIGHT, sum, cancellable, error))
    return NULL;
  ink_unit_normalise (sum, get_dims (encoder));
  return g_steal_pointer (&sum);
}

/* Returns: (transfer full) (nullable): the pictures' unit vector */
static float *
make_pictures (const InkEncoder *encoder, const InkQuery *query, GCancellable *cancellable,
               GError **error)
{
  g_autofree float *sum = g_new0 (float, get_dims (encoder));
  g_autofree float *embedding = g_new (float, get_dims (encoder));

  for (guint i = 0; i < query->pictures->len; i++) {
    if (!ink_encoder_encode_picture (encoder, query->pictures->pdata[i], embedding, cancellable,
                                     error))
      return NULL;
    ink_unit_add (sum, embedding, 1, get_dims (encoder));
  }
  ink_unit_normalise (sum, get_dims (encoder));
  return g_steal_pointer (&sum);
}

/* Adds a modality, standardised and weighted, to the mixture. */
static void
mix (InkProbe *probe, const float *vector, double weight, InkVectors *vectors)
{
  InkDistribution scores;
  double factor;

  ink_vectors_describe (vectors, vector, &scores);
  factor = weight / (scores.deviation > 0 ? scores.deviation : 1);
  ink_unit_add (probe->vector, vector, (float)factor, ink_vectors_get_dims (vectors));
  probe->offset += factor * scores.mean;
}

/* How words that say nothing score. */
static gboolean
measure_neutral (InkProbe *probe, const InkEncoder *encoder, InkVectors *vectors,
                 GCancellable *cancellable, GError **error)
{
  g_autofree float *embedding = g_new (float, get_dims (encoder));
  guint n = G_N_ELEMENTS (neutral_texts);

  for (guint i = 0; i < n; i++) {
    InkDistribution scores;

    if (!ink_encoder_encode_words (encoder, neutral_texts[i], embedding, cancellable, error))
      return FALSE;
    ink_vectors_describe (vectors, embedding, &scores);
    probe->baseline += scores.mean / n;
    probe->spread += scores.deviation / n;
  }
  return TRUE;
}

gboolean
ink_probe_init (InkProbe *probe, const InkEncoder *encoder, const InkQuery *query,
                InkVectors *vectors, GCancellable *cancellable, GError **error)
{
  gboolean has_words = query->words->len || query->negatives->len;
  g_autofree float *words = NULL;
  g_autofree float *pictures = NULL;

  const Cut *cut = ink_encoder_is_distilled (encoder->model) ? &distilled_cut : &caption_cut;

  *probe = (InkProbe){.kind = INK_SCORE_COSINE, .share = cut->share, .deviations = cut->deviations};
  if (has_words && !(words = make_words (encoder, query, cancellable, error)))
    return FALSE;
  if (query->pictures->len && !(pictures = make_pictures (encoder, query, cancellable, error)))
    return FALSE;
  if (!pictures && !measure_neutral (probe, encoder, vectors, cancellable, error))
    return FALSE;

  if (words && pictures) {
    double share = CLAMP (query->weight_text, 0, 1);

    probe->kind = INK_SCORE_MIXED;
    probe->vector = g_new0 (float, get_dims (encoder));
    mix (probe, words, query->words->len ? share : share * NEGATIVE_WEIGHT, vectors);
    mix (probe, pictures, 1 - share, vectors);
  } else {
    probe->vector = words ? g_steal_pointer (&words) : g_steal_pointer (&pictures);
  }
  return TRUE;
}

void
ink_probe_clear (InkProbe *probe)
{
  g_clear_pointer (&probe->vector, g_free);
}

double
ink_probe_get_least (const InkProbe *probe, InkVectors *vectors, double best)
{
  InkDistribution scores;
  double ordinary, floor, share = PICTURE_SHARE;

  ink_vectors_describe (vectors, probe->vector, &scores);
  if (probe->spread > 0) {
    /* In a library of dogs alone, a dog is no ordinary photo: words that say nothing know. */
    ordinary = MIN (scores.median, probe->baseline);
    floor = probe->deviations * probe->spread;
    share = probe->share;
  } else {
    ordinary = scores.median;
    floor = OWN_DEVIATIONS * scores.deviation;
    if (probe->kind == INK_SCORE_COSINE)
      floor = MIN (floor, MAX (ALIKE - ordinary, 0));
  }
  return ordinary + MAX (share * (best - ordinary), floor);
}
