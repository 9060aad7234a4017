/* test-decode-formats.c: every format that this build reads goes through the helper and comes back
 * as the same picture. */
#include "app/decode/pictures.h"

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
  g_auto (GStrv) known = ink_decoder_get_formats (decoder, NULL);
  g_assert_nonnull (known);
  if (!g_strv_contains ((const char *const *)known, format->type)) {
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
  g_assert_cmpuint (g_bytes_get_size (decoded->square), ==, 3 * 64 * 64);

  static const guint32 colours[] = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff};
  for (guint i = 0; i < 4; i++) {
    guint32 in_square = picture_pixel (decoded->square, 64, i % 2 ? 48 : 16, i / 2 ? 48 : 16);
    guint32 in_pixels = picture_pixel (decoded->pixels, 150, i % 2 ? 110 : 40, i / 2 ? 75 : 25);
    g_test_message ("quarter %u: %06x, %06x", i, in_square, in_pixels);
    g_assert_true (picture_colours_are_near (in_square, colours[i], format->tolerance));
    g_assert_true (picture_colours_are_near (in_pixels, colours[i], format->tolerance));
  }
  /* A quarter of each of red, green, blue and white. */
  g_assert_true (picture_colours_are_near (decoded->colour, 0x808080, format->tolerance + 2));
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
  int result = g_test_run ();
  test_folder_free (folder);
  g_object_unref (decoder);
  return result;
}
