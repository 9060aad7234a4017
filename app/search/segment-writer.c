/* segment-writer.c: writing the file of a segment.
 *
 * The rows go into the file as they come; then they are read back from it, a block at a time, to be
 * made into bytes, which takes their mean to be known. So a library of any size takes little
 * memory.
 */
#include "search/segment-file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/error.h"
#include "cache/replace.h"
#include "search/segment-layout.h"

struct _InkSegmentWriter {
  char *path;
  guint dims;
  int file;       /* -1 once it is closed */
  GArray *photos; /* gint64 */
  GArray *checks; /* guint32 */
  double *sums;   /* of each of the rows' numbers */
};

InkSegmentWriter *
ink_segment_writer_new (const char *path, guint dims, GError **error)
{
  g_autoptr (GError) local = NULL;
  int file = clip_replace_begin (path, &local);
  InkSegmentWriter *writer;

  if (file < 0) {
    g_set_error_literal (error, INK_ERROR, INK_ERROR_FAILED, local->message);
    return NULL;
  }
  writer = g_new0 (InkSegmentWriter, 1);
  writer->path = g_strdup (path);
  writer->dims = dims;
  writer->file = file;
  writer->photos = g_array_new (FALSE, FALSE, sizeof (gint64));
  writer->checks = g_array_new (FALSE, FALSE, sizeof (guint32));
  writer->sums = g_new0 (double, dims);
  return writer;
}

/* Closes the file and puts it into its place, or takes it away. */
static gboolean
end (InkSegmentWriter *writer, gboolean done, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!clip_replace_end (writer->path, writer->file, done, &local)) {
    g_set_error_literal (error, INK_ERROR, INK_ERROR_FAILED, local->message);
    done = FALSE;
  }
  writer->file = -1;
  return done;
}

void
ink_segment_writer_free (InkSegmentWriter *writer)
{
  if (!writer)
    return;
  if (writer->file >= 0) {
    errno = ECANCELED;
    end (writer, FALSE, NULL);
  }
  g_free (writer->path);
  g_array_unref (writer->photos);
  g_array_unref (writer->checks);
  g_free (writer->sums);
  g_free (writer);
}

gboolean
ink_segment_writer_add (InkSegmentWriter *writer, const gint64 *photos, const guint16 *halves,
                        gsize n, GError **error)
{
  gsize row = writer->dims * sizeof *halves;
  gsize offset = INK_SEGMENT_PAGE + writer->photos->len * row;

  if (!clip_replace_write (writer->file, halves, n * row, offset))
    return end (writer, FALSE, error);
  g_array_append_vals (writer->photos, photos, n);
  for (gsize i = 0; i < n; i++) {
    guint32 check = ink_segment_check_row (halves + i * writer->dims, writer->dims);

    g_array_append_val (writer->checks, check);
  }
  ink_segment_add_to_sums (writer->sums, halves, n, writer->dims);
  return TRUE;
}

/* ---- The bytes --------------------------------------------------------------------------- */

typedef struct {
  InkSegmentWriter *writer;
  ClipMapping *mapping;
  const InkSegmentLayout *layout;
  const guint16 *halves;
  guint8 *index; /* photos, sums, codes, checks and mean, as in the file */
  ClipCodec *codec;
  gint failed; /* atomic: an errno */
} Encoding;

static void
encode_block (gpointer data, gsize block, guint slot)
{
  Encoding *encoding = data;
  const InkSegmentLayout *layout = encoding->layout;
  guint dims = encoding->writer->dims;
  gsize first = block * INK_SEGMENT_BLOCK, size = clip_codec_get_size (dims);
  gsize n = MIN (encoding->writer->photos->len - first, INK_SEGMENT_BLOCK);
  const guint16 *halves = encoding->halves + first * dims;
  guint64 *sums = (guint64 *)(gpointer)(encoding->index + layout->sums - layout->index);
  ClipCode *codes = (ClipCode *)(gpointer)(encoding->index + layout->codes - layout->index);
  g_autofree guint8 *bytes = g_try_malloc (n * size);

  if (!bytes || g_atomic_int_get (&encoding->failed) != 0) {
    g_atomic_int_set (&encoding->failed, ENOMEM);
    return;
  }
  ink_segment_encode_rows (encoding->codec, halves, n, dims, bytes, codes + first);
  sums[block] = XXH3_64bits (bytes, n * size);
  if (!clip_replace_write (encoding->writer->file, bytes, n * size, layout->bytes + first * size))
    g_atomic_int_set (&encoding->failed, errno);
  clip_mapping_release (encoding->mapping, halves, n * dims * sizeof *halves);
}

/* The bytes of all rows into the file, and the index. FALSE with errno. */
static gboolean
write_bytes (Encoding *encoding, ClipPool *pool, guint64 *index_sum)
{
  const InkSegmentLayout *layout = encoding->layout;
  InkSegmentWriter *writer = encoding->writer;
  gsize n = writer->photos->len, size = layout->end - layout->index;
  float *mean = (float *)(gpointer)(encoding->index + layout->mean - layout->index);

  ink_segment_get_mean (writer->sums, n, writer->dims, mean);
  encoding->codec = clip_codec_new (writer->dims, mean);
  clip_pool_run (pool, layout->blocks, encode_block, encoding);
  clip_codec_free (encoding->codec);
  if (encoding->failed != 0) {
    errno = encoding->failed;
    return FALSE;
  }
  memcpy (encoding->index, writer->photos->data, n * sizeof (gint64));
  memcpy (encoding->index + layout->checks - layout->index, writer->checks->data,
          n * sizeof (guint32));
  *index_sum = XXH3_64bits (encoding->index, size);
  return clip_replace_write (writer->file, encoding->index, size, layout->index);
}

static gboolean
write_header (InkSegmentWriter *writer, const InkSegmentLayout *layout, const InkStamp *stamp,
              guint64 index_sum)
{
  InkSegmentHeader header = {
      .magic = INK_SEGMENT_MAGIC,
      .version = INK_SEGMENT_VERSION,
      .codes_version = CLIP_CODES_VERSION,
      .dims = writer->dims,
      .block = INK_SEGMENT_BLOCK,
      .n = writer->photos->len,
      .stamp = *stamp,
      .size = layout->end,
      .index_sum = index_sum,
  };

  header.sum = ink_segment_header_sum (&header);
  return clip_replace_write (writer->file, &header, sizeof header, 0);
}

static gboolean
write_rest (InkSegmentWriter *writer, const InkStamp *stamp, ClipPool *pool)
{
  g_autofree char *beside = clip_replace_get_path (writer->path);
  g_autoptr (ClipMapping) mapping = NULL;
  g_autofree guint8 *index = NULL;
  InkSegmentLayout layout;
  guint64 index_sum;
  const guint8 *data;
  gsize size;

  if (!ink_segment_layout_init (&layout, writer->dims, writer->photos->len)) {
    errno = EFBIG;
    return FALSE;
  }
  index = g_try_malloc0 (layout.end - layout.index);
  if (!index || ftruncate (writer->file, (off_t)layout.end) != 0)
    return FALSE;
  mapping = clip_mapping_open (beside, NULL);
  if (!mapping)
    return FALSE;
  data = clip_mapping_get_data (mapping, &size);
  Encoding encoding = {.writer = writer,
                       .mapping = mapping,
                       .layout = &layout,
                       .halves = (const guint16 *)(gconstpointer)(data + layout.halves),
                       .index = index};
  return write_bytes (&encoding, pool, &index_sum) &&
         write_header (writer, &layout, stamp, index_sum);
}

gboolean
ink_segment_writer_finish (InkSegmentWriter *writer, const InkStamp *stamp, ClipPool *pool,
                           GError **error)
{
  errno = ENOMEM;
  return end (writer, write_rest (writer, stamp, pool), error);
}
