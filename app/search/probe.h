/* probe.h: a query as one vector, whose dot product with a photo's embedding is its score. */
#pragma once

#include "search/encoder.h"
#include "search/results.h"
#include "search/vectors.h"

G_BEGIN_DECLS

/**
 * InkProbe:
 * @vector: dims floats
 * @offset: the score that is shown is the dot product less this
 * @kind: what the score is
 * @baseline: (only for words): the score that a photo has with words that say nothing
 * @spread: (only for words): the standard deviation of such scores; 0 otherwise
 */
typedef struct {
  float *vector;
  double offset;
  InkScoreKind kind;
  double baseline;
  double spread;
  double share, deviations; /* for words: the cut-off, see probe.c */
} InkProbe;

/**
 * ink_probe_init:
 * @query: with words, negatives or pictures
 * @vectors: the embeddings that are searched
 *
 * Each modality is the mean of its unit vectors, less half of each negative, normalised again.
 * Where there are words and pictures, each is standardised by the distribution of its scores over
 * @vectors, and weighted: picture cosines run far above those of words, so that plain sums would
 * hear the pictures alone. Both steps are linear, so the mixture is one vector too.
 */
gboolean ink_probe_init (InkProbe *probe, const InkEncoder *encoder, const InkQuery *query,
                         InkVectors *vectors, GCancellable *cancellable, GError **error);
void ink_probe_clear (InkProbe *probe);

/**
 * ink_probe_get_least:
 * @best: the greatest dot product in the library
 *
 * Returns: the dot product from which on a match is strong
 */
double ink_probe_get_least (const InkProbe *probe, InkVectors *vectors, double best);

G_END_DECLS
