/* pictures.c: picture files made on the spot (pictures.h). */
#include "app/decode/pictures.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"

/* Asked by the leak sanitiser: the encoder for HEIC that some tests write with leaks. */
const char *__lsan_default_suppressions (void);

const char *
__lsan_default_suppressions (void)
{
  return "leak:libx265";
}

void
pictures_init (const char *program)
{
  if (VIPS_INIT (program) != 0)
    g_error ("libvips can't be started: %s", vips_error_buffer ());
  vips_concurrency_set (1);
  vips_cache_set_max (0);
}

typedef guint32 (*PixelFunc) (guint x, guint y, guint width, guint height, guint seed);

static VipsImage *
make_picture (guint width, guint height, PixelFunc pixel, guint seed)
{
  gsize size = (gsize)3 * width * height;
  g_autofree guint8 *rgb = g_malloc (size);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++) {
      guint32 colour = pixel (x, y, width, height, seed);
      guint8 *at = rgb + 3 * ((gsize)y * width + x);
      at[0] = (guint8)(colour >> 16);
      at[1] = (guint8)(colour >> 8);
      at[2] = (guint8)colour;
    }
  VipsImage *image =
      vips_image_new_from_memory_copy (rgb, size, (int)width, (int)height, 3, VIPS_FORMAT_UCHAR);
  g_assert_nonnull (image);
  VipsImage *srgb = NULL;
  int failed = vips_copy (image, &srgb, "interpretation", VIPS_INTERPRETATION_sRGB, NULL);
  g_assert_cmpint (failed, ==, 0);
  g_object_unref (image);
  return srgb;
}

static guint32
quarters_pixel (guint x, guint y, guint width, guint height, guint seed)
{
  if (2 * y < height)
    return 2 * x < width ? 0xff0000 : 0x00ff00;
  return 2 * x < width ? 0x0000ff : 0xffffff;
}

VipsImage *
picture_quarters (guint width, guint height)
{
  return make_picture (width, height, quarters_pixel, 0);
}

static guint32
waves_pixel (guint x, guint y, guint width, guint height, guint seed)
{
  double u = (double)x / width, v = (double)y / height;
  guint32 colour = 0;

  for (guint c = 0; c < 3; c++) {
    double a = 3 + (seed * 7 + c * 3) % 11, b = 2 + (seed * 5 + c * 2) % 13;
    double value = 127.5 + 80 * sin (a * u + seed) * cos (b * v + c) + 40 * sin (b * u * v + seed);
    colour = colour << 8 | (guint32)CLAMP (value, 0, 255);
  }
  return colour;
}

VipsImage *
picture_waves (guint width, guint height, guint seed)
{
  return make_picture (width, height, waves_pixel, seed);
}

/* The high bits of a multiplicative hash. */
static guint32
noise_pixel (guint x, guint y, guint width, guint height, guint seed)
{
  guint64 state = ((guint64)y * width + x + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  state = (state ^ state >> 31) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  return (guint32)(state >> 40);
}

VipsImage *
picture_noise (guint width, guint height)
{
  return make_picture (width, height, noise_pixel, 0);
}

char *
picture_save (VipsImage *image, const TestFolder *folder, const char *name, const char *suffix)
{
  void *bytes = NULL;
  gsize size = 0;

  if (vips_image_write_to_buffer (image, suffix, &bytes, &size, NULL) != 0) {
    g_test_message ("%s: %s", suffix, vips_error_buffer ());
    vips_error_clear ();
    return NULL;
  }
  test_folder_write (folder, name, bytes, size);
  g_free (bytes);
  return g_build_filename (folder, name, NULL);
}

gboolean
picture_type_is_read (InkDecoder *decoder, const char *type)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) known = ink_decoder_get_formats (decoder, &error);
  g_assert_no_error (error);
  return g_strv_contains ((const char *const *)known, type);
}

gboolean
picture_suffix_is_read (InkDecoder *decoder, const char *suffix)
{
  /* The others are read by every build. */
  static const char *const optional[][2] = {{".heic", "heif"}, {".avif", "avif"}, {".jxl", "jxl"}};

  for (gsize i = 0; i < G_N_ELEMENTS (optional); i++)
    if (g_str_has_prefix (suffix, optional[i][0]))
      return picture_type_is_read (decoder, optional[i][1]);
  return TRUE;
}

InkDecoded *
picture_decode (InkDecoder *decoder, const char *path, const InkDecodeRequest *request)
{
  g_autoptr (GError) error = NULL;
  InkDecoded *decoded = ink_decoder_decode_file (decoder, path, request, NULL, &error);
  if (decoded == NULL)
    g_error ("%s: %s", path, error->message);
  return decoded;
}

void
picture_expect_error (InkDecoder *decoder, const char *path, int code)
{
  InkDecodeRequest request = {.square = 64, .thumbnail = 256, .pixels = 64};
  g_autoptr (GError) error = NULL;

  g_assert_null (ink_decoder_decode_file (decoder, path, &request, NULL, &error));
  g_test_message ("%s: %s", path, error->message);
  g_assert_error (error, INK_ERROR, code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

guint32
picture_pixel (GBytes *rgb, guint width, guint x, guint y)
{
  const guint8 *at = (const guint8 *)g_bytes_get_data (rgb, NULL) + 3 * ((gsize)y * width + x);
  return (guint32)at[0] << 16 | (guint32)at[1] << 8 | at[2];
}

gboolean
picture_colours_are_near (guint32 a, guint32 b, guint tolerance)
{
  for (guint shift = 0; shift < 24; shift += 8)
    if (abs ((int)(a >> shift & 0xff) - (int)(b >> shift & 0xff)) > (int)tolerance)
      return FALSE;
  return TRUE;
}
