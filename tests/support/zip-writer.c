/* zip-writer.c: writes zip archives of stored records (zip-writer.h). */
#include "support/zip-writer.h"

#include <string.h>
#include <zlib.h>

#define ALIGNMENT 64
#define FLAGS 0x0808 /* sizes follow the contents; names are UTF-8 */

struct _ZipWriter {
  FILE *file;
  gboolean zip64;
  guint64 at; /* bytes written so far */
  GByteArray *directory;
  guint64 n_records;

  char *name; /* the record that is being written */
  guint64 record, size;
  guint32 crc;
};

ZipWriter *
zip_writer_new (FILE *file, gboolean zip64)
{
  ZipWriter *zip = g_new0 (ZipWriter, 1);
  zip->file = file;
  zip->zip64 = zip64;
  zip->directory = g_byte_array_new ();
  return zip;
}

static void
put_bytes (GByteArray *out, gconstpointer data, gsize size)
{
  g_byte_array_append (out, data, (guint)size);
}

/* Little-endian, as the host is; @size is at most 8. */
static void
put_number (GByteArray *out, guint64 value, gsize size)
{
  put_bytes (out, &value, size);
}

static void
flush (ZipWriter *zip, GByteArray *out)
{
  fwrite (out->data, 1, out->len, zip->file);
  zip->at += out->len;
}

void
zip_writer_begin (ZipWriter *zip, const char *name)
{
  gsize length = strlen (name);
  gsize padding = (ALIGNMENT - (zip->at + 30 + length + 4) % ALIGNMENT) % ALIGNMENT;
  g_autoptr (GByteArray) header = g_byte_array_new ();
  put_bytes (header, "PK\003\004", 4);
  put_number (header, 0, 2); /* version needed */
  put_number (header, FLAGS, 2);
  put_number (header, 0, 2 + 4); /* stored; time and date */
  put_number (header, 0, 4);     /* checksum … */
  put_number (header, 0, 8);     /* … and sizes follow */
  put_number (header, length, 2);
  put_number (header, 4 + padding, 2);
  put_bytes (header, name, length);
  put_bytes (header, "FB", 2);
  put_number (header, padding, 2);
  for (gsize i = 0; i < padding; i++)
    put_bytes (header, "Z", 1);
  zip->record = zip->at;
  zip->name = g_strdup (name);
  zip->size = 0;
  zip->crc = 0;
  flush (zip, header);
}

void
zip_writer_append (ZipWriter *zip, gconstpointer data, gsize size)
{
  fwrite (data, 1, size, zip->file);
  zip->at += size;
  zip->size += size;
  zip->crc = (guint32)crc32_z (zip->crc, data, size);
}

static void
put_directory_entry (ZipWriter *zip)
{
  GByteArray *out = zip->directory;
  gsize length = strlen (zip->name);
  put_bytes (out, "PK\001\002", 4);
  put_number (out, 0, 2); /* made by */
  put_number (out, 0, 2); /* version needed */
  put_number (out, FLAGS, 2);
  put_number (out, 0, 2 + 4); /* stored; time and date */
  put_number (out, zip->crc, 4);
  put_number (out, zip->zip64 ? G_MAXUINT32 : zip->size, 4); /* compressed … */
  put_number (out, zip->zip64 ? G_MAXUINT32 : zip->size, 4); /* … and not */
  put_number (out, length, 2);
  put_number (out, zip->zip64 ? 4 + 24 : 0, 2); /* extra field */
  put_number (out, 0, 2 + 2 + 2);               /* comment, disk, internal … */
  put_number (out, 0, 4);                       /* … and external attributes */
  put_number (out, zip->zip64 ? G_MAXUINT32 : zip->record, 4);
  put_bytes (out, zip->name, length);
  if (zip->zip64) {
    put_number (out, 1, 2);
    put_number (out, 24, 2);
    put_number (out, zip->size, 8);
    put_number (out, zip->size, 8);
    put_number (out, zip->record, 8);
  }
}

void
zip_writer_end (ZipWriter *zip)
{
  g_autoptr (GByteArray) descriptor = g_byte_array_new ();
  put_bytes (descriptor, "PK\007\010", 4);
  put_number (descriptor, zip->crc, 4);
  put_number (descriptor, zip->size, zip->zip64 ? 8 : 4);
  put_number (descriptor, zip->size, zip->zip64 ? 8 : 4);
  flush (zip, descriptor);
  put_directory_entry (zip);
  zip->n_records++;
  g_clear_pointer (&zip->name, g_free);
}

void
zip_writer_add (ZipWriter *zip, const char *name, gconstpointer data, gsize size)
{
  zip_writer_begin (zip, name);
  zip_writer_append (zip, data, size);
  zip_writer_end (zip);
}

gboolean
zip_writer_finish (ZipWriter *zip)
{
  guint64 directory = zip->at, size = zip->directory->len;
  flush (zip, zip->directory);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  put_bytes (out, "PK\006\006", 4); /* ZIP64 end of central directory */
  put_number (out, 44, 8);
  put_number (out, 0x031e, 2);
  put_number (out, 45, 2);
  put_number (out, 0, 4 + 4);
  put_number (out, zip->n_records, 8);
  put_number (out, zip->n_records, 8);
  put_number (out, size, 8);
  put_number (out, directory, 8);
  put_bytes (out, "PK\006\007", 4); /* where that is */
  put_number (out, 0, 4);
  put_number (out, directory + size, 8);
  put_number (out, 1, 4);
  put_bytes (out, "PK\005\006", 4); /* end of central directory */
  put_number (out, 0, 2 + 2);
  put_number (out, zip->zip64 ? G_MAXUINT16 : zip->n_records, 2);
  put_number (out, zip->zip64 ? G_MAXUINT16 : zip->n_records, 2);
  put_number (out, zip->zip64 ? G_MAXUINT32 : size, 4);
  put_number (out, zip->zip64 ? G_MAXUINT32 : directory, 4);
  put_number (out, 0, 2);
  flush (zip, out);
  gboolean good = fflush (zip->file) == 0 && !ferror (zip->file);
  g_byte_array_unref (zip->directory);
  g_free (zip->name);
  g_free (zip);
  return good;
}
