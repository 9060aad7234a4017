/* tiff-writer.h: TIFF structures as EXIF blocks and camera RAW files have them. */
#pragma once

#include <glib.h>

#include "support/folder.h"

G_BEGIN_DECLS

enum { TIFF_BYTE = 1, TIFF_ASCII = 2, TIFF_SHORT = 3, TIFF_LONG = 4, TIFF_RATIONAL = 5 };

/* @text is for TIFF_ASCII (@count is then its length with the NUL, or 0 to have it counted),
 * @values for the others, at most four of them; of TIFF_RATIONAL at most three, each of two. */
typedef struct {
  guint16 tag, type;
  guint32 count;
  guint32 values[6];
  const char *text;
} TiffEntry;

typedef struct _TiffWriter TiffWriter;

TiffWriter *tiff_writer_new (gboolean big_endian);
void tiff_writer_free (TiffWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TiffWriter, tiff_writer_free)

/* Both return the offset of what they append. Entries come sorted by tag. */
guint32 tiff_writer_add_data (TiffWriter *writer, gconstpointer data, gsize size);
guint32 tiff_writer_add_directory (TiffWriter *writer, const TiffEntry *entries, gsize n);

/* Returns: (transfer full): the file, whose first directory is the one at @directory */
GBytes *tiff_writer_finish (TiffWriter *writer, guint32 directory);

/* Returns: (transfer full): the JPEG file @jpeg with @exif as its EXIF block */
GBytes *jpeg_with_exif (GBytes *jpeg, GBytes *exif);

G_END_DECLS
