/* test-decode-formats.c: every format that this build reads goes through the helper and comes back
 * as the same picture. */
#include "app/decode/dng.h"
#include "app/decode/pictures.h"
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

static void
test_raw (void)
{
  InkDecodeRequest request = {.square = 64, .thumbnail = 256, .pixels = 150};
  g_autoptr (VipsImage) image = picture_quarters (60, 40);
  g_autoptr (GBytes) dng = dng_make (image, TRUE);
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
  g_autoptr (VipsImage) image = picture_quarters (60, 40);
  g_autoptr (GBytes) dng = dng_make (image, FALSE);
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
