/* test-decode-colour.c: profiles, transparency, bit depths and colour models all end as 8-bit
 * sRGB. */
#include <math.h>
#include <string.h>

#include "app/decode/pictures.h"

static InkDecoder *decoder;
static TestFolder *folder;

/* A plain picture of 40 × 30; @interpretation says what the numbers are. */
static VipsImage *
plain (const double *values, guint bands, VipsBandFormat format, VipsInterpretation interpretation)
{
  g_autoptr (VipsImage) black = NULL;
  g_autoptr (VipsImage) filled = NULL;
  g_autoptr (VipsImage) cast = NULL;
  g_autofree double *ones = g_new (double, bands);
  VipsImage *image = NULL;

  for (guint i = 0; i < bands; i++)
    ones[i] = 1;
  gboolean made = vips_black (&black, 40, 30, "bands", (int)bands, NULL) == 0 &&
                  vips_linear (black, &filled, ones, values, (int)bands, NULL) == 0 &&
                  vips_cast (filled, &cast, format, NULL) == 0 &&
                  vips_copy (cast, &image, "interpretation", interpretation, NULL) == 0;
  g_assert_true (made);
  return image;
}

/* Saves @image and decodes it: the colour in the middle. */
static guint32
colour_of (VipsImage *image, const char *suffix)
{
  InkDecodeRequest request = {.pixels = 40};
  g_autofree char *path = picture_save (image, folder, "colour", suffix);
  g_assert_nonnull (path);
  g_autoptr (InkDecoded) decoded = picture_decode (decoder, path, &request);
  guint32 colour = picture_pixel (decoded->pixels, decoded->pixels_width, 20, 15);
  g_test_message ("%s: %06x, mean %06x", suffix, colour, decoded->colour);
  g_assert_true (picture_colours_are_near (decoded->colour, colour, 1));
  return colour;
}

static void
expect_colour (VipsImage *image, const char *suffix, guint32 expected, guint tolerance)
{
  g_assert_true (picture_colours_are_near (colour_of (image, suffix), expected, tolerance));
}

/* ---- Profiles ------------------------------------------------------------------------------ */

static void
embed_profile (VipsImage *image, const char *name)
{
  VipsBlob *profile = NULL;
  gsize size;
  g_assert_cmpint (vips_profile_load (name, &profile, NULL), ==, 0);
  const void *bytes = vips_blob_get (profile, &size);
  vips_image_set_blob_copy (image, VIPS_META_ICC_NAME, bytes, size);
  vips_area_unref (VIPS_AREA (profile));
}

/* Display P3 to sRGB by the two standards' numbers: both have sRGB's curve (IEC 61966-2-1) and
 * white point; the matrix is from linear P3 to linear sRGB. */
static guint32
srgb_of_p3 (const double p3[3])
{
  static const double matrix[3][3] = {{1.224940, -0.224940, 0.000000},
                                      {-0.042057, 1.042057, 0.000000},
                                      {-0.019638, -0.078636, 1.098274}};
  double linear[3];
  guint32 colour = 0;

  for (guint i = 0; i < 3; i++) {
    double v = p3[i] / 255;
    linear[i] = v <= 0.04045 ? v / 12.92 : pow ((v + 0.055) / 1.055, 2.4);
  }
  for (guint i = 0; i < 3; i++) {
    double v = 0;
    for (guint j = 0; j < 3; j++)
      v += matrix[i][j] * linear[j];
    v = CLAMP (v, 0, 1);
    v = v <= 0.0031308 ? 12.92 * v : 1.055 * pow (v, 1 / 2.4) - 0.055;
    colour = colour << 8 | (guint32)(v * 255 + 0.5);
  }
  return colour;
}

/* The tolerance is for the profile's own rounding of its matrix and curve to 16 bits. */
static void
test_wide_gamut (void)
{
  static const double colours[][3] = {{200, 100, 50}, {60, 160, 90}, {128, 128, 128}, {255, 0, 0}};

  for (gsize i = 0; i < G_N_ELEMENTS (colours); i++) {
    g_autoptr (VipsImage) image =
        plain (colours[i], 3, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
    embed_profile (image, "p3");
    guint32 expected = srgb_of_p3 (colours[i]);
    g_test_message ("expected %06x", expected);
    expect_colour (image, ".png", expected, 2);
    expect_colour (image, ".tif", expected, 2);
  }
}

static void
test_srgb_profile (void)
{
  g_autoptr (VipsImage) image =
      plain ((double[]){200, 100, 50}, 3, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
  embed_profile (image, "srgb");
  expect_colour (image, ".png", 0xc86432, 1);
}

/* A profile that is damaged, or that does not fit the picture, is as good as none. */
static void
test_useless_profile (void)
{
  g_autoptr (VipsImage) image =
      plain ((double[]){200, 100, 50}, 3, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
  g_autoptr (VipsImage) other =
      plain ((double[]){200, 100, 50}, 3, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
  vips_image_set_blob_copy (image, VIPS_META_ICC_NAME, "no profile at all", 17);
  expect_colour (image, ".tif", 0xc86432, 0);
  embed_profile (other, "cmyk");
  expect_colour (other, ".tif", 0xc86432, 0);
}

/* A colour that is printable goes to inks and comes back, with its profile and without. */
static void
test_cmyk (void)
{
  g_autoptr (VipsImage) image =
      plain ((double[]){180, 120, 90}, 3, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
  g_autoptr (VipsImage) inks = NULL;
  g_autoptr (VipsImage) no_ink =
      plain ((double[]){0, 0, 0, 0}, 4, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_CMYK);
  g_autoptr (VipsImage) black =
      plain ((double[]){0, 0, 0, 255}, 4, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_CMYK);

  g_assert_cmpint (vips_icc_transform (image, &inks, "cmyk", "input_profile", "srgb", NULL), ==, 0);
  g_assert_cmpint (vips_image_get_bands (inks), ==, 4);
  /* Two conversions between tables of 8 bits and a JPEG between them. */
  expect_colour (inks, ".jpg[Q=95]", 0xb4785a, 6);
  expect_colour (inks, ".jpg[Q=95,strip]", 0xb4785a, 6);
  expect_colour (inks, ".tif", 0xb4785a, 6);
  expect_colour (no_ink, ".jpg[Q=95]", 0xffffff, 2);
  expect_colour (black, ".jpg[Q=95]", 0x222222, 0x22);
}

/* ---- Transparency -------------------------------------------------------------------------- */

static void
test_alpha (void)
{
  static const double rgba[] = {255, 0, 0, 128};
  static const double clear[] = {0, 0, 0, 0};
  static const double opaque[] = {10, 20, 30, 255};
  static const double grey[] = {0, 64};
  static const double deep[] = {0xffff, 0, 0, 0x8000};
  g_autoptr (VipsImage) half = plain (rgba, 4, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
  g_autoptr (VipsImage) nothing = plain (clear, 4, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
  g_autoptr (VipsImage) all = plain (opaque, 4, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
  g_autoptr (VipsImage) grey_quarter = plain (grey, 2, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_B_W);
  g_autoptr (VipsImage) half_16 = plain (deep, 4, VIPS_FORMAT_USHORT, VIPS_INTERPRETATION_RGB16);

  /* 255 − 128 of white shines through: 127. */
  expect_colour (half, ".png", 0xff7f7f, 1);
  expect_colour (half, ".webp[lossless]", 0xff7f7f, 1);
  expect_colour (half, ".tif", 0xff7f7f, 1);
  expect_colour (nothing, ".png", 0xffffff, 0);
  expect_colour (all, ".png", 0x0a141e, 0);
  expect_colour (grey_quarter, ".png", 0xbfbfbf, 1);
  expect_colour (half_16, ".png", 0xff7f7f, 1);
}

/* A palette with a transparent entry, which GIF has at any rate. */
static void
test_palette (void)
{
  static const double clear[] = {0, 0, 0, 0};
  static const double colour[] = {200, 100, 50};
  g_autoptr (VipsImage) nothing = plain (clear, 4, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
  g_autoptr (VipsImage) image = plain (colour, 3, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);

  expect_colour (nothing, ".gif", 0xffffff, 0);
  expect_colour (image, ".gif", 0xc86432, 0);
  expect_colour (nothing, ".png[palette]", 0xffffff, 0);
  expect_colour (image, ".png[palette]", 0xc86432, 1);
}

/* ---- Depths -------------------------------------------------------------------------------- */

static void
test_depths (void)
{
  static const double deep[] = {0xc8ff, 0x6400, 0x3280};
  static const double deep_grey[] = {0x80ff};
  static const double grey[] = {100};
  static const double scene[] = {1, 1, 1};
  g_autoptr (VipsImage) rgb_16 = plain (deep, 3, VIPS_FORMAT_USHORT, VIPS_INTERPRETATION_RGB16);
  g_autoptr (VipsImage) grey_16 =
      plain (deep_grey, 1, VIPS_FORMAT_USHORT, VIPS_INTERPRETATION_GREY16);
  g_autoptr (VipsImage) grey_8 = plain (grey, 1, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_B_W);
  g_autoptr (VipsImage) white = plain (scene, 3, VIPS_FORMAT_FLOAT, VIPS_INTERPRETATION_scRGB);

  /* The high byte, as Pillow has it. */
  expect_colour (rgb_16, ".png", 0xc86432, 0);
  expect_colour (rgb_16, ".tif", 0xc86432, 0);
  expect_colour (grey_16, ".png", 0x808080, 0);
  expect_colour (grey_8, ".jpg[Q=95]", 0x646464, 1);
  expect_colour (grey_8, ".tif", 0x646464, 0);
  expect_colour (white, ".tif", 0xffffff, 0);

  /* Black and white, one bit a pixel. */
  g_autoptr (VipsImage) light =
      plain ((double[]){255}, 1, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_B_W);
  expect_colour (light, ".tif[bitdepth=1]", 0xffffff, 0);
  expect_colour (light, ".png[bitdepth=1]", 0xffffff, 0);
}

/* ---- Several frames ------------------------------------------------------------------------ */

static void
test_first_frame (gconstpointer suffix)
{
  g_autoptr (VipsImage) red =
      plain ((double[]){255, 0, 0}, 3, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
  g_autoptr (VipsImage) blue =
      plain ((double[]){0, 0, 255}, 3, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
  g_autoptr (VipsImage) both = NULL;
  g_autoptr (VipsImage) image = NULL;
  VipsImage *frames[] = {red, blue};
  InkDecodeRequest request = {.pixels = 40};

  g_assert_cmpint (vips_arrayjoin (frames, &both, 2, "across", 1, NULL), ==, 0);
  g_assert_cmpint (vips_copy (both, &image, NULL), ==, 0);
  vips_image_set_int (image, VIPS_META_PAGE_HEIGHT, 30);
  g_autofree char *path = picture_save (image, folder, "frames", suffix);
  g_assert_nonnull (path);
  g_autoptr (InkDecoded) decoded = picture_decode (decoder, path, &request);
  g_assert_cmpuint (decoded->width, ==, 40);
  g_assert_cmpuint (decoded->height, ==, 30);
  g_assert_cmphex (picture_pixel (decoded->pixels, 40, 20, 15), ==, 0xff0000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pictures_init (argv[0]);
  decoder = ink_decoder_new (1);
  folder = test_folder_new ();
  g_test_add_func ("/decode/colour/wide-gamut", test_wide_gamut);
  g_test_add_func ("/decode/colour/srgb-profile", test_srgb_profile);
  g_test_add_func ("/decode/colour/useless-profile", test_useless_profile);
  g_test_add_func ("/decode/colour/cmyk", test_cmyk);
  g_test_add_func ("/decode/colour/alpha", test_alpha);
  g_test_add_func ("/decode/colour/palette", test_palette);
  g_test_add_func ("/decode/colour/depths", test_depths);
  g_test_add_data_func ("/decode/colour/first-frame/gif", ".gif", test_first_frame);
  g_test_add_data_func ("/decode/colour/first-frame/webp", ".webp[lossless]", test_first_frame);
  g_test_add_data_func ("/decode/colour/first-frame/tiff", ".tif", test_first_frame);
  int result = g_test_run ();
  test_folder_free (folder);
  g_object_unref (decoder);
  return result;
}
