/* zip.h: finds the records of a zip archive. Contents can be had of those only that are stored as
 * they are, neither compressed nor encrypted. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *name;
  const guint8 *data; /* in the archive; NULL: not stored as it is */
  gsize size;         /* of @data */
} ClipZipRecord;

typedef struct _ClipZip ClipZip;

/**
 * clip_zip_parse:
 * @data: the whole file
 * @file: what messages call it
 *
 * Reads the central directory (also ZIP64), as local headers need not know any sizes.
 *
 * Returns: (transfer full): the records; or %NULL with %CLIP_ERROR_INVALID naming file and record
 */
ClipZip *clip_zip_parse (const guint8 *data, gsize size, const char *file, GError **error);
void clip_zip_free (ClipZip *zip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipZip, clip_zip_free)

/* All records, sorted by name. */
const ClipZipRecord *clip_zip_get_records (const ClipZip *zip, gsize *n);

/* NULL where there is none. */
const ClipZipRecord *clip_zip_find (const ClipZip *zip, const char *name);

G_END_DECLS
