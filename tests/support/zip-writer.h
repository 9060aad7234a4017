/* zip-writer.h: writes zip archives of stored records, laid out as torch.save does: contents
 * aligned to 64 bytes, sizes and checksums after the contents and in the central directory only.
 */
#pragma once

#include <glib.h>
#include <stdio.h>

G_BEGIN_DECLS

typedef struct _ZipWriter ZipWriter;

/* Writes to @file, which stays open. @zip64: sizes and offsets of the records go to ZIP64 extra
 * fields, as they must for what is larger than 4 GiB. */
ZipWriter *zip_writer_new (FILE *file, gboolean zip64);

/* A record: begin, any number of appends, end. */
void zip_writer_begin (ZipWriter *zip, const char *name);
void zip_writer_append (ZipWriter *zip, gconstpointer data, gsize size);
void zip_writer_end (ZipWriter *zip);

/* All three at once. */
void zip_writer_add (ZipWriter *zip, const char *name, gconstpointer data, gsize size);

/* Writes the central directory and frees @zip. FALSE where something could not be written. */
gboolean zip_writer_finish (ZipWriter *zip);

G_END_DECLS
