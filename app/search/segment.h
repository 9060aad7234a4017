/* segment.h: embeddings that don't change any more: their float16 rows, and the bytes by which a
 * search rules most of them out (compute/codes.h). */
#pragma once

#include <glib.h>

#include "compute/codes.h"
#include "compute/pool.h"
#include "files/mapping.h"

G_BEGIN_DECLS

/**
 * InkSegment:
 * @photos: whose row each is, in ascending order; the rows of one photo follow each other
 * @halves: n × dims float16
 * @checks: (nullable): a checksum of each row of @halves, where they come from a file: they are
 * read only here and there, long after it was opened
 * @codes: what is known of each row beside its bytes
 * @bytes: n × clip_codec_get_size()
 *
 * Thread-safe once it is made.
 */
typedef struct {
  guint dims;
  gsize n;
  const gint64 *photos;
  const guint16 *halves;
  const guint32 *checks;
  const ClipCode *codes;
  const guint8 *bytes;
  ClipCodec *codec;

  /*< private >*/
  gint refs;
  gint damaged;
  gpointer memory[4];   /* nullable: what the arrays lie in … */
  ClipMapping *mapping; /* nullable: … or where they do */
} InkSegment;

/**
 * ink_segment_new:
 *
 * Makes room for @n rows. The caller fills @photos and @halves, then calls ink_segment_encode().
 * Returns: (transfer full): %NULL with %INK_ERROR_FAILED where there is not enough memory
 */
InkSegment *
ink_segment_new (guint dims, gsize n, gint64 **photos, guint16 **halves, GError **error);

/* Makes the bytes of a segment's rows. @pool: (nullable) */
void ink_segment_encode (InkSegment *segment, ClipPool *pool);

InkSegment *ink_segment_ref (InkSegment *segment);
void ink_segment_unref (InkSegment *segment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkSegment, ink_segment_unref)

/* The first row, from @from on, of a photo that is not before @photo. */
gsize ink_segment_find (const InkSegment *segment, gsize from, gint64 photo);

/* A row, of which it is sure that it is what was stored; NULL where its file is damaged, which the
 * segment remembers. */
const guint16 *ink_segment_get_row (InkSegment *segment, gsize row);

/* The same where only some rows here and there are looked at: from the file where there is one, so
 * that not many of its pages lie in memory for them. @scratch: room for a row */
const guint16 *ink_segment_read_row (InkSegment *segment, gsize row, guint16 *scratch);

/* Whether anything was read that was not what had been stored. */
gboolean ink_segment_is_damaged (InkSegment *segment);

/* The first place of @ids (ascending), from @from on, of one that is not less than @id. */
gsize ink_ids_lower_bound (const gint64 *ids, gsize n, gsize from, gint64 id);

/* ---- For those who make them ------------------------------------------------------------- */

/* Rows that are encoded, and checked, at a time. */
#define INK_SEGMENT_BLOCK 4096

/* Adds @n rows to sums of each of their numbers. */
void ink_segment_add_to_sums (double *sums, const guint16 *halves, gsize n, guint dims);

/* The mean of @n rows with these sums. */
void ink_segment_get_mean (const double *sums, gsize n, guint dims, float *mean);

/* Encodes @n rows, in the calling thread. */
void ink_segment_encode_rows (const ClipCodec *codec, const guint16 *halves, gsize n, guint dims,
                              guint8 *bytes, ClipCode *codes);

/* The checksum of a row. */
guint32 ink_segment_check_row (const guint16 *row, guint dims);

G_END_DECLS
