/* dng.c: a camera RAW file made by hand (dng.h). */
#include "app/decode/dng.h"

#include "app/decode/tiff-writer.h"

GBytes *
dng_make (VipsImage *image, gboolean with_preview)
{
  g_autoptr (TiffWriter) writer = tiff_writer_new (FALSE);
  g_autofree guint16 *sensor = g_new0 (guint16, 120 * 80);
  void *jpeg = NULL;
  gsize jpeg_size = 0;

  g_assert_cmpint (vips_jpegsave_buffer (image, &jpeg, &jpeg_size, "Q", 95, "strip", TRUE, NULL),
                   ==, 0);
  guint32 jpeg_at = tiff_writer_add_data (writer, jpeg, jpeg_size);
  g_free (jpeg);
  guint32 sensor_at = tiff_writer_add_data (writer, sensor, 120 * 80 * 2);
  const TiffEntry raw[] = {
      {0x00fe, TIFF_LONG, 1, {0}, NULL},            /* NewSubfileType: the photo itself */
      {0x0100, TIFF_LONG, 1, {120}, NULL},          /* ImageWidth */
      {0x0101, TIFF_LONG, 1, {80}, NULL},           /* ImageLength */
      {0x0102, TIFF_SHORT, 1, {16}, NULL},          /* BitsPerSample */
      {0x0103, TIFF_SHORT, 1, {1}, NULL},           /* Compression: none */
      {0x0106, TIFF_SHORT, 1, {32803}, NULL},       /* Photometric: colour filter array */
      {0x0111, TIFF_LONG, 1, {sensor_at}, NULL},    /* StripOffsets */
      {0x0115, TIFF_SHORT, 1, {1}, NULL},           /* SamplesPerPixel */
      {0x0116, TIFF_LONG, 1, {80}, NULL},           /* RowsPerStrip */
      {0x0117, TIFF_LONG, 1, {120 * 80 * 2}, NULL}, /* StripByteCounts */
      {0x828d, TIFF_SHORT, 2, {2, 2}, NULL},        /* CFARepeatPatternDim */
      {0x828e, TIFF_BYTE, 4, {0, 1, 1, 2}, NULL},   /* CFAPattern */
  };
  guint32 raw_at = tiff_writer_add_directory (writer, raw, G_N_ELEMENTS (raw));
  const TiffEntry date = {0x9003, TIFF_ASCII, .text = "2024:05:01 10:20:30"};
  guint32 exif_at = tiff_writer_add_directory (writer, &date, 1);
  const TiffEntry preview[] = {
      {0x00fe, TIFF_LONG, 1, {1}, NULL}, /* NewSubfileType: reduced */
      {0x0100, TIFF_LONG, 1, {60}, NULL},
      {0x0101, TIFF_LONG, 1, {40}, NULL},
      {0x0102, TIFF_SHORT, 3, {8, 8, 8}, NULL},
      {0x0103, TIFF_SHORT, 1, {7}, NULL}, /* Compression: JPEG */
      {0x0106, TIFF_SHORT, 1, {6}, NULL}, /* Photometric: Y'CbCr */
      {0x0111, TIFF_LONG, 1, {jpeg_at}, NULL},
      {0x0115, TIFF_SHORT, 1, {3}, NULL},
      {0x0116, TIFF_LONG, 1, {40}, NULL},
      {0x0117, TIFF_LONG, 1, {(guint32)jpeg_size}, NULL},
  };
  const TiffEntry common[] = {
      {0x010f, TIFF_ASCII, .text = "Maker"},
      {0x0110, TIFF_ASCII, .text = "Model"},
      {0x0112, TIFF_SHORT, 1, {6}, NULL},     /* Orientation: a quarter clockwise */
      {0x014a, TIFF_LONG, 1, {raw_at}, NULL}, /* SubIFDs */
      {0x8769, TIFF_LONG, 1, {exif_at}, NULL},
      {0xc612, TIFF_BYTE, 4, {1, 4, 0, 0}, NULL},  /* DNGVersion */
      {0xc614, TIFF_ASCII, .text = "Maker Model"}, /* UniqueCameraModel */
  };
  /* Sorted by tag: the preview's strips come between make and orientation. */
  TiffEntry first[G_N_ELEMENTS (preview) + G_N_ELEMENTS (common)];
  guint n = 0;
  for (guint p = 0, c = 0; c < G_N_ELEMENTS (common);) {
    if (with_preview && p < G_N_ELEMENTS (preview) && preview[p].tag < common[c].tag)
      first[n++] = preview[p++];
    else
      first[n++] = common[c++];
  }
  return tiff_writer_finish (writer, tiff_writer_add_directory (writer, first, n));
}
