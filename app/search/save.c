/* save.c: writing the segments of InkVectors as one file. */
#include "search/save.h"

#include <string.h>

#include "base/error.h"
#include "search/matrix.h"

void
ink_vectors_adopt (InkVectors *vectors, InkSegment *segment)
{
  InkParts *parts = ink_parts_new (1);

  ink_parts_add (parts, segment);
  pthread_mutex_lock (&vectors->update_lock);
  ink_vectors_replace_parts (vectors, parts);
  pthread_mutex_unlock (&vectors->update_lock);
}

gsize
ink_vectors_count_unsaved (InkVectors *vectors)
{
  g_autoptr (InkParts) parts = ink_vectors_ref_parts (vectors);
  gsize n = 0;

  for (guint i = 0; i < parts->n; i++)
    if (!parts->parts[i].segment->mapping)
      n += ink_part_count (&parts->parts[i]);
  return n;
}

gboolean
ink_vectors_is_damaged (InkVectors *vectors)
{
  g_autoptr (InkParts) parts = ink_vectors_ref_parts (vectors);

  for (guint i = 0; i < parts->n; i++)
    if (ink_segment_is_damaged (parts->parts[i].segment))
      return TRUE;
  return FALSE;
}

/* ---- Writing ----------------------------------------------------------------------------- */

/* Rows on their way into the file. */
typedef struct {
  gsize n;
  gint64 *photos;
  guint16 *halves;
} Slice;

static gboolean
add_row (Slice *slice, const InkPlace *place, GError **error)
{
  InkSegment *segment = place->part->segment;
  const guint16 *halves = ink_segment_get_row (segment, place->row);

  if (!halves) {
    g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
                 "The cache of embeddings is damaged; it will be made again");
    return FALSE;
  }
  slice->photos[slice->n] = segment->photos[place->row];
  memcpy (slice->halves + slice->n * segment->dims, halves, segment->dims * sizeof *halves);
  slice->n++;
  return TRUE;
}

static gboolean
write_rows (InkSegmentWriter *writer, const InkParts *parts, guint dims, GError **error)
{
  g_autofree gint64 *photos = g_new (gint64, INK_SEGMENT_BLOCK);
  g_autofree guint16 *halves = g_new (guint16, (gsize)INK_SEGMENT_BLOCK * dims);
  Slice slice = {0, photos, halves};
  gboolean ok = TRUE;
  InkPlace place;
  InkWalk walk;

  ink_walk_init (&walk, parts, 0);
  while (ok && ink_walk_step (&walk, &place)) {
    ok = add_row (&slice, &place, error);
    if (ok && slice.n == INK_SEGMENT_BLOCK) {
      ok = ink_segment_writer_add (writer, photos, halves, slice.n, error);
      slice.n = 0;
    }
  }
  ink_walk_clear (&walk);
  return ok && ink_segment_writer_add (writer, photos, halves, slice.n, error);
}

static InkSegment *
write_file (InkVectors *vectors, const InkParts *parts, const char *path, const InkStamp *stamp,
            GError **error)
{
  g_autoptr (InkSegmentWriter) writer = ink_segment_writer_new (path, vectors->dims, error);
  ClipPool *pool = ink_vectors_get_pool (vectors);
  InkStamp found = *stamp;

  if (!writer || !write_rows (writer, parts, vectors->dims, error) ||
      !ink_segment_writer_finish (writer, stamp, pool, error))
    return NULL;
  return ink_segment_open (path, vectors->dims, &found, pool, error);
}

/* ---- Changing over ----------------------------------------------------------------------- */

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

  return left < right ? -1 : left > right;
}

/* The photos whose rows in the saved parts have gone since. */
static GArray *
find_gone (const InkParts *saved, const InkParts *now)
{
  GArray *gone = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < saved->n; i++) {
    const InkPart *then = &saved->parts[i], *part = &now->parts[i];

    for (gsize row = 0; part->n_dead > then->n_dead && row < part->segment->n; row++)
      if (ink_part_is_dead (part, row) && !ink_part_is_dead (then, row))
        g_array_append_val (gone, part->segment->photos[row]);
  }
  g_array_sort (gone, compare_ids);
  return gone;
}

/* The file instead of the parts that were saved, in the current list. */
static void
change_over (InkVectors *vectors, const InkParts *saved, InkSegment *segment)
{
  const InkParts *now = vectors->parts;
  g_autoptr (GArray) gone = find_gone (saved, now);
  g_autoptr (InkParts) alone = ink_parts_new (1);
  InkParts *parts;

  ink_parts_add (alone, segment);
  parts = ink_parts_without (alone, (const gint64 *)(gconstpointer)gone->data, gone->len,
                             now->n - saved->n);
  for (guint i = saved->n; i < now->n; i++)
    ink_parts_add_copy (parts, &now->parts[i]);
  ink_vectors_replace_parts (vectors, parts);
}

gboolean
ink_vectors_save (InkVectors *vectors, const char *path, const InkStamp *stamp, GError **error)
{
  g_autoptr (InkParts) saved = NULL;
  InkSegment *segment;

  pthread_mutex_lock (&vectors->update_lock);
  saved = ink_vectors_ref_parts (vectors);
  vectors->pinned = saved->n;
  pthread_mutex_unlock (&vectors->update_lock);

  segment = write_file (vectors, saved, path, stamp, error);

  pthread_mutex_lock (&vectors->update_lock);
  if (segment)
    change_over (vectors, saved, segment);
  vectors->pinned = 0;
  pthread_mutex_unlock (&vectors->update_lock);
  return segment != NULL;
}
