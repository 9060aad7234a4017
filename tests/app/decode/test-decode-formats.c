/* test-decode-formats.c: every format that this build reads goes through the helper and comes back
 * as the same picture. */
#include "app/decode/pictures.h"
#include "app/decode/tiff-writer.h"
#include "base/error.h"

static InkDecoder *decoder;
static TestFolder *folder;

typedef struct {
  const char *type;
  const char *suffix; /* of libvips's saver */
  const char *name;   /* of the file; misleading on purpose */
  guint tolerance;    /* per channel in the middle of a plain area */
} Format;

/* Lossy formats keep a plain area within a few levels; the limits allow for their conversion to
 * and from 8-bit Y'CbCr. */
static const Format formats[] = {
    {"jpeg", ".jpg[Q=95]", "jpeg.png", 3},
    {"png", ".png", "png.jpg", 0},
    {"webp", ".webp[lossless]", "webp.jpg", 0},
    {"tiff", ".tif[compression=lzw]", "tiff.jpg", 0},
    {"gif", ".gif", "gif.jpg", 0},
    {"heif", ".heic[Q=95]", "heif.jpg", 6},
    {"avif", ".avif[Q=95]", "avif.jpg", 6},
    {"jxl", ".jxl[lossless]", "jxl.jpg", 0},
};

static void
test_format (gconstpointer data)
{
  const Format *format = data;
  g_autoptr (VipsImage) image = picture_quarters (300, 200);
  if (!picture_type_is_read (decoder, format->type)) {
    g_test_skip ("this build does not read the format");
    return;
  }
  g_autofree char *path = picture_save (image, folder, format->name, format->suffix);
  if (path == NULL) {
    g_test_skip ("this libvips can't write the format");
    return;
  }

  InkDecodeRequest request = {.square = 64, .thumbnail = 256, .pixels = 150};
  g_autoptr (InkDecoded) decoded = picture_decode (decoder, path, &request);
  g_assert_cmpstr (decoded->type, ==, format->type);
  g_assert_cmpuint (decoded->width, ==, 300);
  g_assert_cmpuint (decoded->height, ==, 200);
  g_assert_cmpuint (decoded->orientation, ==, 1);
  g_assert_null (decoded->taken);
  g_assert_cmpuint (decoded->pixels_width, ==, 150);
  g_assert_cmpuint (decoded->pixels_height, ==, 100);
  g_assert_cmpuint (g_bytes_get_size (decoded->pixels), ==, 3 * 150 * 100);
  g_assert_cmpuint (g_bytes_get_size (decoded->tiles), ==, 3 * 64 * 64);

  static const guint32 colours[] = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff};
  for (guint i = 0; i < 4; i++) {
    guint32 in_square = picture_pixel (decoded->tiles, 64, i % 2 ? 48 : 16, i / 2 ? 48 : 16);
    guint32 in_pixels = picture_pixel (decoded->pixels, 150, i % 2 ? 110 : 40, i / 2 ? 75 : 25);
    g_test_message ("quarter %u: %06x, %06x", i, in_square, in_pixels);
    g_assert_true (picture_colours_are_near (in_square, colours[i], format->tolerance));
    g_assert_true (picture_colours_are_near (in_pixels, colours[i], format->tolerance));
  }
  /* A quarter of each of red, green, blue and white. */
  g_assert_true (picture_colours_are_near (decoded->colour, 0x808080, format->tolerance + 2));
}

/* ---- Camera RAW ---------------------------------------------------------------------------- */

/* A DNG as cameras write it: in the first directory a JPEG preview and what belongs to the whole
 * file, in a sub-directory the sensor's values. The photo is 120 × 80, to be turned by a quarter;
 * the preview is 60 × 40. */
static GBytes *
make_dng (gboolean with_preview)
{
  g_autoptr (VipsImage) image = picture_quarters (60, 40);
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

static void
test_raw (void)
{
  InkDecodeRequest request = {.square = 64, .thumbnail = 256, .pixels = 150};
  g_autoptr (GBytes) dng = make_dng (TRUE);
  g_autoptr (GError) error = NULL;

  if (!picture_type_is_read (decoder, "raw")) {
    g_test_skip ("this build does not read the format");
    return;
  }
  g_autoptr (InkDecoded) decoded = ink_decoder_decode_bytes (decoder, dng, &request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (decoded->type, ==, "raw");
  g_assert_cmpuint (decoded->orientation, ==, 6);
  g_assert_cmpuint (decoded->width, ==, 80);
  g_assert_cmpuint (decoded->height, ==, 120);
  g_assert_cmpuint (decoded->pixels_width, ==, 40);
  g_assert_cmpuint (decoded->pixels_height, ==, 60);
  g_assert_cmpstr (decoded->taken, ==, "2024-05-01T10:20:30");

  /* Turned clockwise, the blue quarter comes to the upper left. */
  static const guint32 colours[] = {0x0000ff, 0xff0000, 0xffffff, 0x00ff00};
  for (guint i = 0; i < 4; i++)
    g_assert_true (picture_colours_are_near (
        picture_pixel (decoded->tiles, 64, i % 2 ? 48 : 16, i / 2 ? 48 : 16), colours[i], 4));
}

/* Nothing is developed from the sensor's values. */
static void
test_raw_without_preview (void)
{
  InkDecodeRequest request = {.square = 64};
  g_autoptr (GBytes) dng = make_dng (FALSE);
  g_autoptr (GError) error = NULL;

  if (!picture_type_is_read (decoder, "raw")) {
    g_test_skip ("this build does not read the format");
    return;
  }
  g_assert_null (ink_decoder_decode_bytes (decoder, dng, &request, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, INK_ERROR, INK_ERROR_UNSUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pictures_init (argv[0]);
  decoder = ink_decoder_new (1);
  folder = test_folder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree char *name = g_strconcat ("/decode/formats/", formats[i].type, NULL);
    g_test_add_data_func (name, &formats[i], test_format);
  }
  g_test_add_func ("/decode/formats/raw", test_raw);
  g_test_add_func ("/decode/formats/raw-without-preview", test_raw_without_preview);
  int result = g_test_run ();
  test_folder_free (folder);
  g_object_unref (decoder);
  return result;
}
