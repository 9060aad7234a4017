/* vectors.h: the embeddings of a library in memory, and the exact search over them.
 *
 * A matrix of float16 rows, one a photo, ordered by photo id. Searches run side by side; an
 * update waits for them and they for it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _InkVectors InkVectors;

typedef struct {
  gint64 photo;
  double score;
} InkMatch;

/**
 * InkDistribution:
 *
 * How a query's scores are spread over the library, by an even sample of it. All zero where the
 * library is empty.
 */
typedef struct {
  double mean, deviation; /* deviation: the standard one */
  double median, mad;     /* mad: median of the absolute differences to the median */
} InkDistribution;

InkVectors *ink_vectors_new (guint dims);
InkVectors *ink_vectors_ref (InkVectors *vectors);
void ink_vectors_unref (InkVectors *vectors);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkVectors, ink_vectors_unref)

guint ink_vectors_get_dims (InkVectors *vectors);
gsize ink_vectors_get_count (InkVectors *vectors);

/**
 * ink_vectors_remove:
 * @photos: (array length=n): ids in ascending order; those without a row are passed over
 */
void ink_vectors_remove (InkVectors *vectors, const gint64 *photos, gsize n);

/**
 * ink_vectors_set:
 * @photos: (array length=n): ids in ascending order, each once
 * @rows: n × dims finite float16 numbers
 *
 * Adds rows, or replaces those of photos that have one. Cheapest where all ids are greater than
 * those that are there, which is how a library grows.
 *
 * Returns: %FALSE with %INK_ERROR_FAILED where there is not enough memory; nothing has changed
 */
gboolean ink_vectors_set (InkVectors *vectors, const gint64 *photos, const guint16 *rows, gsize n,
                          GError **error);

/* Copies a photo's row to @row as floats; FALSE where it has none. */
gboolean ink_vectors_get_row (InkVectors *vectors, gint64 photo, float *row);

/**
 * ink_vectors_describe:
 * @query: dims floats
 */
void ink_vectors_describe (InkVectors *vectors, const float *query, InkDistribution *distribution);

/**
 * InkScope:
 * @photos: (nullable) (element-type gint64): the only photos to look at, ids in ascending order;
 *     %NULL for all
 * @k: how many matches at most
 * @least: leave out what scores lower; -INFINITY for nothing
 */
typedef struct {
  const GArray *photos;
  gsize k;
  double least;
} InkScope;

/**
 * ink_vectors_top:
 * @query: dims floats
 *
 * The best matches in @scope, exactly: in the order of ink_dot() of the query with the stored
 * rows, ties by photo id. The number of threads has no influence.
 *
 * Returns: (transfer full) (element-type InkMatch): best first
 */
GArray *ink_vectors_top (InkVectors *vectors, const float *query, const InkScope *scope);

G_END_DECLS
