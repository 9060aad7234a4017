/* vectors.h: the embeddings of a library in memory, and the exact search over them.
 *
 * Rows of float16 numbers, one or several a photo. Searches and updates may go on at the same time
 * in any number of threads: a search sees the rows as they were when it began.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _InkVectors InkVectors;

/* @score: of the best of the photo's rows */
typedef struct {
  gint64 photo;
  double score;
} InkMatch;

/**
 * InkDistribution:
 *
 * How the photos' scores for a query are spread over the library, by an even sample of it. All
 * zero where the library is empty.
 */
typedef struct {
  double mean, deviation; /* deviation: the standard one */
  double median, mad;     /* mad: median of the absolute differences to the median */
} InkDistribution;

InkVectors *ink_vectors_new (guint dims);
InkVectors *ink_vectors_ref (InkVectors *vectors);
void ink_vectors_unref (InkVectors *vectors);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkVectors, ink_vectors_unref)

/* How many threads share a search: 0, as it is at first, for one a processor. To be called before
 * @vectors is used. */
void ink_vectors_set_threads (InkVectors *vectors, guint threads);

guint ink_vectors_get_dims (InkVectors *vectors);

/* Rows, of all photos together. */
gsize ink_vectors_get_count (InkVectors *vectors);

/* Photos that have any. */
gsize ink_vectors_count_photos (InkVectors *vectors);

/**
 * ink_vectors_remove:
 * @photos: (array length=n): ids in ascending order; those without a row are passed over
 *
 * Takes out all rows of these photos.
 */
void ink_vectors_remove (InkVectors *vectors, const gint64 *photos, gsize n);

/**
 * ink_vectors_set:
 * @photos: (array length=n): ids in ascending order; one that comes several times has several rows
 * @rows: n × dims finite float16 numbers
 *
 * Adds rows. Photos that had some before lose all of those.
 *
 * Returns: %FALSE with %INK_ERROR_FAILED where there is not enough memory; nothing has changed
 */
gboolean ink_vectors_set (InkVectors *vectors, const gint64 *photos, const guint16 *rows, gsize n,
                          GError **error);

/* Copies a photo's row, the first one of several, to @row as floats; FALSE where it has none. */
gboolean ink_vectors_get_row (InkVectors *vectors, gint64 photo, float *row);

/* The greatest cosine of a row of one photo with a row of another, all of unit length; NAN where
 * one has none. */
double ink_vectors_compare (InkVectors *vectors, gint64 a, gint64 b);

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
 * rows, the greatest for each photo, ties by photo id. The number of threads has no influence.
 *
 * Returns: (transfer full) (element-type InkMatch): best first
 */
GArray *ink_vectors_top (InkVectors *vectors, const float *query, const InkScope *scope);

/**
 * InkScanCost:
 * @rows: rows that were in scope
 * @candidates: those of them whose bytes could not rule them out, and which were scored
 * @bytes: memory that was read for both
 */
typedef struct {
  gsize rows, candidates, bytes;
} InkScanCost;

/* The same; @cost tells what it took. */
GArray *ink_vectors_top_with_cost (InkVectors *vectors, const float *query, const InkScope *scope,
                                   InkScanCost *cost);

G_END_DECLS
