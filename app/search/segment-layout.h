/* segment-layout.h: where what lies in a segment's file. */
#pragma once

#include "search/segment-file.h"

G_BEGIN_DECLS

#define INK_SEGMENT_MAGIC "InkRows\n"
#define INK_SEGMENT_VERSION 1
#define INK_SEGMENT_PAGE 4096

/* At the file's begin, with zeros up to the end of its page. */
typedef struct {
  char magic[8];
  guint32 version, codes_version;
  guint32 dims, block;
  guint64 n;
  InkStamp stamp;
  guint64 size;      /* of the file */
  guint64 index_sum; /* XXH3 of the index */
  guint64 sum;       /* XXH3 of the header up to here */
} InkSegmentHeader;

/* Offsets. The rows come first, since they are written as they come, before their number is
 * known; the index is all the rest, small. */
typedef struct {
  gsize halves, bytes;
  gsize index; /* = photos */
  gsize photos, sums, codes, checks, mean;
  gsize blocks; /* sums: one for each block of bytes */
  gsize end;
} InkSegmentLayout;

/* FALSE where the file would be too large for this machine. */
gboolean ink_segment_layout_init (InkSegmentLayout *layout, guint dims, guint64 n);

guint64 ink_segment_header_sum (const InkSegmentHeader *header);

G_END_DECLS
