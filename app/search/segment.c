/* segment.c: rows in memory, and their bytes. */
#include "search/segment.h"

#include <xxhash.h>

#include "base/error.h"
#include "store/half.h"

enum { PHOTOS, HALVES, CODES, BYTES };

static gboolean
allocate (InkSegment *segment)
{
  gsize row_bytes = segment->dims * sizeof (guint16);
  gsize code_size = clip_codec_get_size (segment->dims);
  const gsize sizes[] = {
      [PHOTOS] = sizeof (gint64),
      [HALVES] = row_bytes,
      [CODES] = sizeof (ClipCode),
      [BYTES] = code_size,
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    segment->memory[i] = g_try_malloc_n (MAX (segment->n, 1), sizes[i]);
    if (!segment->memory[i])
      return FALSE;
  }
  segment->photos = segment->memory[PHOTOS];
  segment->halves = segment->memory[HALVES];
  segment->codes = segment->memory[CODES];
  segment->bytes = segment->memory[BYTES];
  return TRUE;
}

InkSegment *
ink_segment_new (guint dims, gsize n, gint64 **photos, guint16 **halves, GError **error)
{
  g_autoptr (InkSegment) segment = g_new0 (InkSegment, 1);

  segment->refs = 1;
  segment->dims = dims;
  segment->n = n;
  if (!allocate (segment)) {
    g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
                 "Not enough memory for the embeddings of %" G_GSIZE_FORMAT
                 " photos; close other programs and try again",
                 n);
    return NULL;
  }
  *photos = segment->memory[PHOTOS];
  *halves = segment->memory[HALVES];
  return g_steal_pointer (&segment);
}

InkSegment *
ink_segment_ref (InkSegment *segment)
{
  g_atomic_int_inc (&segment->refs);
  return segment;
}

void
ink_segment_unref (InkSegment *segment)
{
  if (!g_atomic_int_dec_and_test (&segment->refs))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (segment->memory); i++)
    g_free (segment->memory[i]);
  g_clear_pointer (&segment->mapping, clip_mapping_close);
  clip_codec_free (segment->codec);
  g_free (segment);
}

/* ---- Making the bytes -------------------------------------------------------------------- */

void
ink_segment_add_to_sums (double *sums, const guint16 *halves, gsize n, guint dims)
{
  g_autofree float *row = g_new (float, dims);

  for (gsize i = 0; i < n; i++) {
    ink_half_to_float (row, halves + i * dims, dims);
    for (guint d = 0; d < dims; d++)
      sums[d] += (double)row[d];
  }
}

void
ink_segment_get_mean (const double *sums, gsize n, guint dims, float *mean)
{
  for (guint d = 0; d < dims; d++)
    mean[d] = (float)(sums[d] / (double)MAX (n, 1));
}

void
ink_segment_encode_rows (const ClipCodec *codec, const guint16 *halves, gsize n, guint dims,
                         guint8 *bytes, ClipCode *codes)
{
  gsize size = clip_codec_get_size (dims);
  g_autofree float *row = g_new (float, dims);
  g_autofree float *scratch = g_new (float, 2 * size);

  for (gsize i = 0; i < n; i++) {
    ink_half_to_float (row, halves + i * dims, dims);
    clip_codec_encode (codec, row, scratch, bytes + i * size, &codes[i]);
  }
}

static void
encode_block (gpointer data, gsize index, guint slot)
{
  InkSegment *segment = data;
  gsize first = index * INK_SEGMENT_BLOCK, n = MIN (segment->n - first, INK_SEGMENT_BLOCK);
  ClipCode *codes = segment->memory[CODES];
  guint8 *bytes = segment->memory[BYTES];

  ink_segment_encode_rows (segment->codec, segment->halves + first * segment->dims, n,
                           segment->dims, bytes + first * clip_codec_get_size (segment->dims),
                           codes + first);
}

void
ink_segment_encode (InkSegment *segment, ClipPool *pool)
{
  gsize blocks = (segment->n + INK_SEGMENT_BLOCK - 1) / INK_SEGMENT_BLOCK;
  g_autofree double *sums = g_new0 (double, segment->dims);
  g_autofree float *mean = g_new (float, segment->dims);

  ink_segment_add_to_sums (sums, segment->halves, segment->n, segment->dims);
  ink_segment_get_mean (sums, segment->n, segment->dims, mean);
  segment->codec = clip_codec_new (segment->dims, mean);
  if (pool)
    clip_pool_run (pool, blocks, encode_block, segment);
  for (gsize i = 0; !pool && i < blocks; i++)
    encode_block (segment, i, 0);
}

/* ---- Reading ----------------------------------------------------------------------------- */

gsize
ink_ids_lower_bound (const gint64 *ids, gsize n, gsize from, gint64 id)
{
  gsize step = 1, to;

  /* Mostly it is near: a search that doubles its steps finds the range to halve. */
  for (to = from; to < n && ids[to] < id; step *= 2) {
    from = to + 1;
    to += step;
  }
  to = MIN (to, n);
  while (from < to) {
    gsize middle = from + (to - from) / 2;

    if (ids[middle] < id)
      from = middle + 1;
    else
      to = middle;
  }
  return from;
}

gsize
ink_segment_find (const InkSegment *segment, gsize from, gint64 photo)
{
  return ink_ids_lower_bound (segment->photos, segment->n, from, photo);
}

guint32
ink_segment_check_row (const guint16 *row, guint dims)
{
  return (guint32)XXH3_64bits (row, dims * sizeof *row);
}

const guint16 *
ink_segment_get_row (InkSegment *segment, gsize row)
{
  const guint16 *halves = segment->halves + row * segment->dims;

  if (!segment->checks || segment->checks[row] == ink_segment_check_row (halves, segment->dims))
    return halves;
  g_atomic_int_set (&segment->damaged, TRUE);
  return NULL;
}

const guint16 *
ink_segment_read_row (InkSegment *segment, gsize row, guint16 *scratch)
{
  gsize size = segment->dims * sizeof *scratch;

  if (!segment->mapping)
    return ink_segment_get_row (segment, row);
  if (clip_mapping_copy (segment->mapping, segment->halves + row * segment->dims, size, scratch) &&
      segment->checks[row] == ink_segment_check_row (scratch, segment->dims))
    return scratch;
  g_atomic_int_set (&segment->damaged, TRUE);
  return NULL;
}

gboolean
ink_segment_is_damaged (InkSegment *segment)
{
  if (segment->mapping && !clip_mapping_check (segment->mapping, NULL))
    g_atomic_int_set (&segment->damaged, TRUE);
  return g_atomic_int_get (&segment->damaged);
}
