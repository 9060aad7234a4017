/* tiff-writer.c: writes TIFF structures (tiff-writer.h). */
#include "app/decode/tiff-writer.h"

#include <string.h>

struct _TiffWriter {
  GByteArray *bytes;
  gboolean big_endian;
};

static void
put (TiffWriter *writer, GByteArray *bytes, guint32 value, guint size)
{
  for (guint i = 0; i < size; i++) {
    guint8 byte = (guint8)(value >> 8 * (writer->big_endian ? size - 1 - i : i));
    g_byte_array_append (bytes, &byte, 1);
  }
}

TiffWriter *
tiff_writer_new (gboolean big_endian)
{
  TiffWriter *writer = g_new0 (TiffWriter, 1);
  writer->bytes = g_byte_array_new ();
  writer->big_endian = big_endian;
  g_byte_array_append (writer->bytes, (const guint8 *)(big_endian ? "MM" : "II"), 2);
  put (writer, writer->bytes, 42, 2);
  put (writer, writer->bytes, 0, 4); /* the first directory: see tiff_writer_finish() */
  return writer;
}

void
tiff_writer_free (TiffWriter *writer)
{
  g_byte_array_unref (writer->bytes);
  g_free (writer);
}

guint32
tiff_writer_add_data (TiffWriter *writer, gconstpointer data, gsize size)
{
  if (writer->bytes->len % 2 != 0)
    g_byte_array_append (writer->bytes, (const guint8 *)"", 1);
  guint32 offset = writer->bytes->len;
  g_byte_array_append (writer->bytes, data, (guint)size);
  return offset;
}

/* Appends an entry's value to @value. */
static void
put_value (TiffWriter *writer, GByteArray *value, const TiffEntry *entry)
{
  static const guint sizes[] = {
      [TIFF_BYTE] = 1, [TIFF_SHORT] = 2, [TIFF_LONG] = 4, [TIFF_RATIONAL] = 4};

  if (entry->type == TIFF_ASCII)
    g_byte_array_append (value, (const guint8 *)entry->text, (guint)strlen (entry->text) + 1);
  else
    for (guint i = 0; i < entry->count * (entry->type == TIFF_RATIONAL ? 2 : 1); i++)
      put (writer, value, entry->values[i], sizes[entry->type]);
}

guint32
tiff_writer_add_directory (TiffWriter *writer, const TiffEntry *entries, gsize n)
{
  g_autoptr (GByteArray) directory = g_byte_array_new ();

  put (writer, directory, (guint32)n, 2);
  for (gsize i = 0; i < n; i++) {
    g_autoptr (GByteArray) value = g_byte_array_new ();
    put_value (writer, value, &entries[i]);
    guint32 count = entries[i].count;
    if (entries[i].type == TIFF_ASCII && count == 0)
      count = value->len;
    put (writer, directory, entries[i].tag, 2);
    put (writer, directory, entries[i].type, 2);
    put (writer, directory, count, 4);
    if (value->len > 4) {
      put (writer, directory, tiff_writer_add_data (writer, value->data, value->len), 4);
    } else {
      while (value->len < 4)
        g_byte_array_append (value, (const guint8 *)"", 1);
      g_byte_array_append (directory, value->data, 4);
    }
  }
  put (writer, directory, 0, 4);
  return tiff_writer_add_data (writer, directory->data, directory->len);
}

GBytes *
tiff_writer_finish (TiffWriter *writer, guint32 directory)
{
  g_autoptr (GByteArray) offset = g_byte_array_new ();
  put (writer, offset, directory, 4);
  memcpy (writer->bytes->data + 4, offset->data, 4);
  return g_bytes_new (writer->bytes->data, writer->bytes->len);
}

GBytes *
jpeg_with_exif (GBytes *jpeg, GBytes *exif)
{
  GByteArray *out = g_byte_array_new ();
  gsize size = g_bytes_get_size (exif) + 8;
  guint8 header[] = {0xff, 0xd8, 0xff, 0xe1, (guint8)(size >> 8), (guint8)size, 'E', 'x',
                     'i',  'f',  0,    0};

  g_assert_cmpuint (size, <=, 0xffff);
  g_byte_array_append (out, header, sizeof header);
  g_byte_array_append (out, g_bytes_get_data (exif, NULL), (guint)g_bytes_get_size (exif));
  g_byte_array_append (out, (const guint8 *)g_bytes_get_data (jpeg, NULL) + 2,
                       (guint)g_bytes_get_size (jpeg) - 2);
  return g_byte_array_free_to_bytes (out);
}
