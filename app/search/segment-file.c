/* segment-file.c: opening the file of a segment. */
#include "search/segment-file.h"

#include <string.h>
#include <xxhash.h>

#include "base/error.h"
#include "base/path.h"
#include "search/segment-layout.h"

G_STATIC_ASSERT (sizeof (InkSegmentHeader) <= INK_SEGMENT_PAGE);
G_STATIC_ASSERT (sizeof (InkSegmentHeader) == 32 + sizeof (InkStamp) + 24); /* no padding */

static gsize
round_up (gsize offset)
{
  return (offset + INK_SEGMENT_PAGE - 1) / INK_SEGMENT_PAGE * INK_SEGMENT_PAGE;
}

gboolean
ink_segment_layout_init (InkSegmentLayout *layout, guint dims, guint64 n)
{
  gsize row = clip_codec_get_size (dims) + dims * sizeof (guint16) + 64;

  if (dims == 0 || n > (G_MAXSIZE / 2 - dims) / row)
    return FALSE;
  layout->blocks = (n + INK_SEGMENT_BLOCK - 1) / INK_SEGMENT_BLOCK;
  layout->halves = INK_SEGMENT_PAGE;
  layout->bytes = round_up (layout->halves + n * dims * sizeof (guint16));
  layout->index = layout->photos = round_up (layout->bytes + n * clip_codec_get_size (dims));
  layout->sums = layout->photos + n * sizeof (gint64);
  layout->codes = layout->sums + layout->blocks * sizeof (guint64);
  layout->checks = layout->codes + n * sizeof (ClipCode);
  layout->mean = layout->checks + n * sizeof (guint32);
  layout->end = layout->mean + dims * sizeof (float);
  return TRUE;
}

guint64
ink_segment_header_sum (const InkSegmentHeader *header)
{
  return XXH3_64bits (header, G_STRUCT_OFFSET (InkSegmentHeader, sum));
}

/* ---- Checking ---------------------------------------------------------------------------- */

static gboolean
refuse (const char *path, const char *why, GError **error)
{
  g_autofree char *display = ink_path_display (path);

  g_set_error (error, INK_ERROR, INK_ERROR_FAILED, "%s: %s", display, why);
  return FALSE;
}

static gboolean
check_header (const char *path, const InkSegmentHeader *header, gsize size, guint dims,
              const InkStamp *stamp, InkSegmentLayout *layout, GError **error)
{
  if (size < INK_SEGMENT_PAGE || memcmp (header->magic, INK_SEGMENT_MAGIC, 8) != 0)
    return refuse (path, "no file of embeddings", error);
  if (header->version != INK_SEGMENT_VERSION || header->codes_version != CLIP_CODES_VERSION ||
      header->block != INK_SEGMENT_BLOCK)
    return refuse (path, "written by another version of the program", error);
  if (header->sum != ink_segment_header_sum (header))
    return refuse (path, "damaged: its header is not what was written", error);
  if (header->dims != dims || header->stamp.library != stamp->library ||
      header->stamp.space != stamp->space || header->stamp.space_key != stamp->space_key)
    return refuse (path, "of another library or model", error);
  if (!ink_segment_layout_init (layout, dims, header->n) || layout->end != size ||
      header->size != size)
    return refuse (path, "damaged: it has another size than it must have", error);
  return TRUE;
}

typedef struct {
  const InkSegment *segment;
  const guint64 *sums;
  gint damaged; /* atomic */
} Check;

static void
check_block (gpointer data, gsize index, guint slot)
{
  Check *check = data;
  const InkSegment *segment = check->segment;
  gsize size = clip_codec_get_size (segment->dims), first = index * INK_SEGMENT_BLOCK;
  gsize n = MIN (segment->n - first, INK_SEGMENT_BLOCK);

  if (XXH3_64bits (segment->bytes + first * size, n * size) != check->sums[index])
    g_atomic_int_set (&check->damaged, TRUE);
}

/* What the index says is what a writer makes: whoever searches relies on the order. */
static gboolean
is_ascending (const InkSegment *segment)
{
  for (gsize i = 1; i < segment->n; i++)
    if (segment->photos[i] < segment->photos[i - 1])
      return FALSE;
  return TRUE;
}

InkSegment *
ink_segment_open (const char *path, guint dims, InkStamp *stamp, ClipPool *pool, GError **error)
{
  g_autoptr (InkSegment) segment = g_new0 (InkSegment, 1);
  const InkSegmentHeader *header;
  InkSegmentLayout layout;
  const guint8 *data;
  gsize size;

  segment->refs = 1;
  segment->mapping = clip_mapping_open (path, error);
  if (!segment->mapping)
    return NULL;
  data = clip_mapping_get_data (segment->mapping, &size);
  header = (const InkSegmentHeader *)(gconstpointer)data;
  if (!check_header (path, header, size, dims, stamp, &layout, error))
    return NULL;
  if (XXH3_64bits (data + layout.index, layout.end - layout.index) != header->index_sum)
    return refuse (path, "damaged: its index is not what was written", error), NULL;
  segment->dims = dims;
  segment->n = header->n;
  segment->photos = (const gint64 *)(gconstpointer)(data + layout.photos);
  segment->halves = (const guint16 *)(gconstpointer)(data + layout.halves);
  segment->checks = (const guint32 *)(gconstpointer)(data + layout.checks);
  segment->codes = (const ClipCode *)(gconstpointer)(data + layout.codes);
  segment->bytes = data + layout.bytes;
  segment->codec = clip_codec_new (dims, (const float *)(gconstpointer)(data + layout.mean));

  Check check = {segment, (const guint64 *)(gconstpointer)(data + layout.sums), FALSE};
  clip_pool_run (pool, layout.blocks, check_block, &check);
  if (check.damaged || !is_ascending (segment) || ink_segment_is_damaged (segment))
    return refuse (path, "damaged: its rows are not what was written", error), NULL;
  *stamp = header->stamp;
  return g_steal_pointer (&segment);
}
