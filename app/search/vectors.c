/* vectors.c: the embeddings of a library, as segments that don't change.
 *
 * An update makes a small segment of what is new and takes the rows that it replaces out of the
 * others. Segments in memory are merged with those that come after them as long as they are not
 * much greater, so that there are few of them and each row is copied a few times at most.
 */
#include "search/matrix.h"

#include <math.h>
#include <string.h>

#include "search/dot.h"
#include "store/half.h"

InkVectors *
ink_vectors_new (guint dims)
{
  InkVectors *vectors = g_new0 (InkVectors, 1);

  vectors->refs = 1;
  vectors->dims = dims;
  vectors->parts = ink_parts_new (0);
  pthread_mutex_init (&vectors->update_lock, NULL);
  pthread_mutex_init (&vectors->lock, NULL);
  return vectors;
}

InkVectors *
ink_vectors_ref (InkVectors *vectors)
{
  g_atomic_int_inc (&vectors->refs);
  return vectors;
}

void
ink_vectors_unref (InkVectors *vectors)
{
  if (!g_atomic_int_dec_and_test (&vectors->refs))
    return;
  ink_parts_unref (vectors->parts);
  clip_pool_free (vectors->pool);
  pthread_mutex_destroy (&vectors->update_lock);
  pthread_mutex_destroy (&vectors->lock);
  g_free (vectors);
}

void
ink_vectors_set_threads (InkVectors *vectors, guint threads)
{
  vectors->threads = threads;
}

guint
ink_vectors_get_dims (InkVectors *vectors)
{
  return vectors->dims;
}

InkParts *
ink_vectors_ref_parts (InkVectors *vectors)
{
  InkParts *parts;

  pthread_mutex_lock (&vectors->lock);
  parts = ink_parts_ref (vectors->parts);
  pthread_mutex_unlock (&vectors->lock);
  return parts;
}

void
ink_vectors_replace_parts (InkVectors *vectors, InkParts *parts)
{
  InkParts *old;

  pthread_mutex_lock (&vectors->lock);
  old = vectors->parts;
  vectors->parts = parts;
  pthread_mutex_unlock (&vectors->lock);
  ink_parts_unref (old);
}

ClipPool *
ink_vectors_get_pool (InkVectors *vectors)
{
  ClipPool *pool;

  pthread_mutex_lock (&vectors->lock);
  if (!vectors->pool)
    vectors->pool = clip_pool_new (vectors->threads);
  pool = vectors->pool;
  pthread_mutex_unlock (&vectors->lock);
  return pool;
}

gsize
ink_vectors_get_count (InkVectors *vectors)
{
  g_autoptr (InkParts) parts = ink_vectors_ref_parts (vectors);

  return ink_parts_count (parts);
}

gsize
ink_vectors_count_photos (InkVectors *vectors)
{
  g_autoptr (InkParts) parts = ink_vectors_ref_parts (vectors);

  return ink_parts_count_photos (parts);
}

gboolean
ink_vectors_get_row (InkVectors *vectors, gint64 photo, float *row)
{
  g_autoptr (InkParts) parts = ink_vectors_ref_parts (vectors);
  const guint16 *halves;
  InkPlace place;

  if (!ink_parts_find (parts, photo, &place))
    return FALSE;
  halves = ink_segment_get_row (place.part->segment, place.row);
  if (halves)
    ink_half_to_float (row, halves, vectors->dims);
  return halves != NULL;
}

/* The greatest product of @row with the rows of the photo at @place; -INFINITY where its file is
 * damaged. */
static double
compare_with_all (const float *row, const InkPlace *place)
{
  InkSegment *segment = place->part->segment;
  double greatest = -INFINITY;

  for (gsize i = place->row; i < segment->n && segment->photos[i] == segment->photos[place->row];
       i++) {
    const guint16 *halves = ink_segment_get_row (segment, i);

    if (halves)
      greatest = MAX (greatest, ink_dot (row, halves, segment->dims));
  }
  return greatest;
}

double
ink_vectors_compare (InkVectors *vectors, gint64 a, gint64 b)
{
  g_autoptr (InkParts) parts = ink_vectors_ref_parts (vectors);
  g_autofree float *row = g_new (float, vectors->dims);
  double greatest = -INFINITY;
  InkPlace first, second;

  if (!ink_parts_find (parts, a, &first) || !ink_parts_find (parts, b, &second))
    return NAN;
  for (gsize i = first.row; i < first.part->segment->n && first.part->segment->photos[i] == a;
       i++) {
    const guint16 *halves = ink_segment_get_row (first.part->segment, i);

    if (!halves)
      continue;
    ink_half_to_float (row, halves, vectors->dims);
    greatest = MAX (greatest, compare_with_all (row, &second));
  }
  return isfinite (greatest) ? greatest : NAN;
}

/* ---- Updates ----------------------------------------------------------------------------- */

void
ink_vectors_remove (InkVectors *vectors, const gint64 *photos, gsize n)
{
  if (n == 0)
    return;
  pthread_mutex_lock (&vectors->update_lock);
  ink_vectors_replace_parts (vectors, ink_parts_without (vectors->parts, photos, n, 0));
  pthread_mutex_unlock (&vectors->update_lock);
}

/* The first of the parts that are to be merged into one: the last one alone, or with those before
 * it that are in memory and at most twice as large as all that follows them. */
static guint
choose_merge (const InkParts *parts, guint pinned)
{
  guint first = parts->n - 1;
  gsize rows = ink_part_count (&parts->parts[first]);

  while (first > pinned && !parts->parts[first - 1].segment->mapping &&
         ink_part_count (&parts->parts[first - 1]) <= 2 * rows) {
    first--;
    rows += ink_part_count (&parts->parts[first]);
  }
  return first;
}

/* The list with its last part, which is new, encoded or merged with others. */
static InkParts *
settle (InkVectors *vectors, const InkParts *parts, GError **error)
{
  guint first = choose_merge (parts, vectors->pinned);
  const InkPart *last = &parts->parts[parts->n - 1];
  InkSegment *segment = first == parts->n - 1 ? ink_segment_ref (last->segment)
                                              : ink_parts_merge (parts, first, error);
  InkParts *settled;

  if (!segment)
    return NULL;
  ink_segment_encode (
      segment, INK_VECTORS_WORTH_THREADS (segment->n) ? ink_vectors_get_pool (vectors) : NULL);
  settled = ink_parts_new (first + 1);
  for (guint i = 0; i < first; i++)
    ink_parts_add_copy (settled, &parts->parts[i]);
  ink_parts_add (settled, segment);
  return settled;
}

gboolean
ink_vectors_set (InkVectors *vectors, const gint64 *photos, const guint16 *rows, gsize n,
                 GError **error)
{
  g_autoptr (InkParts) parts = NULL;
  InkParts *settled;
  InkSegment *added;
  gint64 *added_photos;
  guint16 *added_rows;

  if (n == 0)
    return TRUE;
  added = ink_segment_new (vectors->dims, n, &added_photos, &added_rows, error);
  if (!added)
    return FALSE;
  memcpy (added_photos, photos, n * sizeof *photos);
  memcpy (added_rows, rows, n * vectors->dims * sizeof *rows);

  pthread_mutex_lock (&vectors->update_lock);
  parts = ink_parts_without (vectors->parts, photos, n, 1);
  ink_parts_add (parts, added);
  settled = settle (vectors, parts, error);
  if (settled)
    ink_vectors_replace_parts (vectors, settled);
  pthread_mutex_unlock (&vectors->update_lock);
  return settled != NULL;
}
