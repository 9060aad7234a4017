/* vectors.c: the matrix of embeddings.
 *
 * Rows lie in blocks of a fixed number of rows, so that growing copies nothing, and a block is
 * what one thread of a search (scan.c) takes at a time.
 */
#include "search/matrix.h"

#include <string.h>

#include "base/error.h"
#include "store/half.h"

InkVectors *
ink_vectors_new (guint dims)
{
  InkVectors *vectors = g_atomic_rc_box_new0 (InkVectors);

  vectors->dims = dims;
  vectors->photos = g_array_new (FALSE, FALSE, sizeof (gint64));
  vectors->blocks = g_ptr_array_new_with_free_func (g_free);
  g_rw_lock_init (&vectors->lock);
  return vectors;
}

InkVectors *
ink_vectors_ref (InkVectors *vectors)
{
  return g_atomic_rc_box_acquire (vectors);
}

static void
clear (gpointer data)
{
  InkVectors *vectors = data;

  g_array_unref (vectors->photos);
  g_ptr_array_unref (vectors->blocks);
  g_rw_lock_clear (&vectors->lock);
}

void
ink_vectors_unref (InkVectors *vectors)
{
  g_atomic_rc_box_release_full (vectors, clear);
}

guint
ink_vectors_get_dims (InkVectors *vectors)
{
  return vectors->dims;
}

gsize
ink_vectors_get_count (InkVectors *vectors)
{
  g_autoptr (GRWLockReaderLocker) locker = g_rw_lock_reader_locker_new (&vectors->lock);

  return vectors->photos->len;
}

static gint64 *
photo_at (InkVectors *vectors, gsize row)
{
  return &g_array_index (vectors->photos, gint64, row);
}

gsize
ink_ids_lower_bound (const GArray *ids, gsize from, gint64 id)
{
  gsize step = 1, to;

  /* Mostly it is near: a search that doubles its steps finds the range to halve. */
  for (to = from; to < ids->len && g_array_index (ids, gint64, to) < id; step *= 2) {
    from = to + 1;
    to += step;
  }
  to = MIN (to, ids->len);
  while (from < to) {
    gsize middle = from + (to - from) / 2;

    if (g_array_index (ids, gint64, middle) < id)
      from = middle + 1;
    else
      to = middle;
  }
  return from;
}

/* The first row, from @from on, of a photo that is not before @photo. */
static gsize
lower_bound (InkVectors *vectors, gsize from, gint64 photo)
{
  return ink_ids_lower_bound (vectors->photos, from, photo);
}

static gboolean
has_photo_at (InkVectors *vectors, gsize row, gint64 photo)
{
  return row < vectors->photos->len && *photo_at (vectors, row) == photo;
}

static void
put_row (InkVectors *vectors, gsize row, gint64 photo, const guint16 *values)
{
  *photo_at (vectors, row) = photo;
  memcpy (ink_matrix_row (vectors, row), values, vectors->dims * sizeof (guint16));
}

void
ink_vectors_remove (InkVectors *vectors, const gint64 *photos, gsize n)
{
  g_autoptr (GRWLockWriterLocker) locker = g_rw_lock_writer_locker_new (&vectors->lock);
  gsize kept = n ? lower_bound (vectors, 0, photos[0]) : vectors->photos->len;
  gsize next = 0;

  /* Rows that stay move up over those that go. */
  for (gsize row = kept; row < vectors->photos->len; row++) {
    gint64 photo = *photo_at (vectors, row);

    while (next < n && photos[next] < photo)
      next++;
    if (next < n && photos[next] == photo)
      continue;
    if (kept != row)
      put_row (vectors, kept, photo, ink_matrix_row (vectors, row));
    kept++;
  }
  g_array_set_size (vectors->photos, kept);
  g_ptr_array_set_size (vectors->blocks, (kept + INK_BLOCK_ROWS - 1) / INK_BLOCK_ROWS);
}

/* Makes room for @rows rows in all. */
static gboolean
reserve (InkVectors *vectors, gsize rows, GError **error)
{
  gsize row_bytes = vectors->dims * sizeof (guint16);

  if (rows > G_MAXUINT) {
    g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
                 "The library has more photos than a search can hold");
    return FALSE;
  }
  while ((gsize)vectors->blocks->len * INK_BLOCK_ROWS < rows) {
    guint16 *block = g_try_malloc (INK_BLOCK_ROWS * row_bytes);

    if (!block) {
      g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
                   "Not enough memory for the embeddings of %" G_GSIZE_FORMAT
                   " photos; close other programs and try again",
                   rows);
      return FALSE;
    }
    g_ptr_array_add (vectors->blocks, block);
  }
  return TRUE;
}

/* Overwrites the rows of photos that have one, and tells how many of the @n have none. */
static gsize
replace_rows (InkVectors *vectors, const gint64 *photos, const guint16 *rows, gsize n)
{
  gsize row = 0, missing = 0;

  for (gsize i = 0; i < n; i++) {
    row = lower_bound (vectors, row, photos[i]);
    if (has_photo_at (vectors, row, photos[i]))
      put_row (vectors, row, photos[i], rows + i * vectors->dims);
    else
      missing++;
  }
  return missing;
}

/* Merges in the rows of @missing photos that have none, from the back: rows that are there move
 * down at most once, and not at all where all that is new comes after them. */
static void
merge_rows (InkVectors *vectors, const gint64 *photos, const guint16 *rows, gsize n, gsize missing)
{
  gsize old = vectors->photos->len;
  gsize to = old + missing;

  g_array_set_size (vectors->photos, to);
  while (n > 0 && to > old) {
    gint64 photo = photos[n - 1];

    if (old > 0 && *photo_at (vectors, old - 1) > photo) {
      to--, old--;
      put_row (vectors, to, *photo_at (vectors, old), ink_matrix_row (vectors, old));
      continue;
    }
    n--;
    if (old > 0 && *photo_at (vectors, old - 1) == photo)
      continue; /* replaced already */
    to--;
    put_row (vectors, to, photo, rows + n * vectors->dims);
  }
}

gboolean
ink_vectors_set (InkVectors *vectors, const gint64 *photos, const guint16 *rows, gsize n,
                 GError **error)
{
  g_autoptr (GRWLockWriterLocker) locker = g_rw_lock_writer_locker_new (&vectors->lock);
  gsize missing;

  /* Room for the worst case first, so that a failure leaves everything as it was. */
  if (!reserve (vectors, vectors->photos->len + n, error))
    return FALSE;
  missing = replace_rows (vectors, photos, rows, n);
  merge_rows (vectors, photos, rows, n, missing);
  return TRUE;
}

gboolean
ink_vectors_get_row (InkVectors *vectors, gint64 photo, float *row)
{
  g_autoptr (GRWLockReaderLocker) locker = g_rw_lock_reader_locker_new (&vectors->lock);
  gsize at = lower_bound (vectors, 0, photo);

  if (!has_photo_at (vectors, at, photo))
    return FALSE;
  ink_half_to_float (row, ink_matrix_row (vectors, at), vectors->dims);
  return TRUE;
}
