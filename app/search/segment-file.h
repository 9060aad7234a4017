/* segment-file.h: a segment in a file of the cache, from which it is mapped.
 *
 * The file is replaced as a whole and never changed. All but the float16 rows is checked when it is
 * opened; a row of these is when it is read, since a search reads few.
 */
#pragma once

#include "search/rows-func.h"
#include "search/segment.h"

G_BEGIN_DECLS

/**
 * InkStamp:
 * @library: a number for the library
 * @space: the id of the space …
 * @space_key: … and a number for what it is: the model and how pictures are prepared
 * @last: the embeddings with ids up to this are in the file
 * @generation: of the store when it was made
 *
 * What the rows are.
 */
typedef struct {
  guint64 library;
  gint64 space;
  guint64 space_key;
  gint64 last;
  gint64 generation;
} InkStamp;

/**
 * ink_segment_open:
 * @stamp: (inout): library and space have to be these; the others are filled in
 *
 * Returns: (transfer full): %NULL with %INK_ERROR_FAILED where the file is not there, foreign, of
 *     another version or damaged: it is to be made again
 */
InkSegment *
ink_segment_open (const char *path, guint dims, InkStamp *stamp, ClipPool *pool, GError **error);

typedef struct _InkSegmentWriter InkSegmentWriter;

/* Begins a file that shall be at @path in the end; rows go straight into it. */
InkSegmentWriter *ink_segment_writer_new (const char *path, guint dims, GError **error);

/* @photos: (array length=n): ascending, also from call to call */
gboolean ink_segment_writer_add (InkSegmentWriter *writer, const gint64 *photos,
                                 const guint16 *halves, gsize n, GError **error);

/* Makes the bytes of all rows and puts the file into its place. */
gboolean ink_segment_writer_finish (InkSegmentWriter *writer, const InkStamp *stamp, ClipPool *pool,
                                    GError **error);

/* Takes the file away where it was not finished. */
void ink_segment_writer_free (InkSegmentWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkSegmentWriter, ink_segment_writer_free)

G_END_DECLS
