/* test-thumbnail-image.c: what a cell draws of a picture. */
#include "thumbnail-image.h"

/* Three vertical stripes, red, green and blue: the middle one as wide as the picture is high. */
static InkPixels *
make_stripes (guint width, guint height)
{
  InkPixels *pixels = g_new0 (InkPixels, 1);
  guint8 *rgb = g_malloc0 ((gsize)width * height * 3);
  guint from = (width - height) / 2;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      rgb[((gsize)y * width + x) * 3 + (x < from ? 0 : x < from + height ? 1 : 2)] = 255;
  pixels->width = width;
  pixels->height = height;
  pixels->rgb = g_bytes_new_take (rgb, (gsize)width * height * 3);
  return pixels;
}

static void
free_pixels (InkPixels *pixels)
{
  g_bytes_unref (pixels->rgb);
  g_free (pixels);
}

static guint32
pixel_at (cairo_surface_t *surface, int x, int y)
{
  gsize stride = (gsize)cairo_image_surface_get_stride (surface);
  const guint8 *row = cairo_image_surface_get_data (surface) + (gsize)y * stride;

  return ((const guint32 *)(gconstpointer)row)[x];
}

/* The square is cut from the middle, at any scale: no red or blue gets in, and nothing fades. The
 * outermost pixels have the line around the picture. */
static void
test_middle (void)
{
  InkPixels *pixels = make_stripes (300, 100);
  const guint sides[] = {100, 50, 160};

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++) {
    int side = (int)sides[i];
    cairo_surface_t *image = ink_thumbnail_image_new (pixels, sides[i], 0);
    g_assert_cmpint (cairo_image_surface_get_width (image), ==, side);
    g_assert_cmpint (cairo_image_surface_get_height (image), ==, side);
    for (int y = 1; y < side - 1; y++)
      for (int x = 2; x < side - 2; x++)
        g_assert_cmphex (pixel_at (image, x, y), ==, 0xff00ff00);
    cairo_surface_destroy (image);
  }
  free_pixels (pixels);
}

static void
test_corners (void)
{
  InkPixels *pixels = make_stripes (64, 64);
  cairo_surface_t *image = ink_thumbnail_image_new (pixels, 64, 8);

  g_assert_cmphex (pixel_at (image, 0, 0), ==, 0);
  g_assert_cmphex (pixel_at (image, 63, 0), ==, 0);
  g_assert_cmphex (pixel_at (image, 0, 63), ==, 0);
  g_assert_cmphex (pixel_at (image, 63, 63), ==, 0);
  g_assert_cmphex (pixel_at (image, 32, 0) >> 24, ==, 0xff);
  g_assert_cmphex (pixel_at (image, 32, 1), ==, 0xff00ff00);
  g_assert_cmphex (pixel_at (image, 8, 8), ==, 0xff00ff00);
  cairo_surface_destroy (image);
  free_pixels (pixels);
}

static void
test_load_size (void)
{
  /* What the library has stored, wherever that does. */
  g_assert_cmpuint (ink_thumbnail_load_size (168, 3000, 2000), ==, 256);
  g_assert_cmpuint (ink_thumbnail_load_size (100, 1000, 1000), ==, 256);
  g_assert_cmpuint (ink_thumbnail_load_size (190, 3000, 2000), ==, 256);
  /* Else as much as fills the square. */
  g_assert_cmpuint (ink_thumbnail_load_size (336, 3000, 2000), ==, 504);
  g_assert_cmpuint (ink_thumbnail_load_size (336, 2000, 3000), ==, 504);
  /* A strip of a picture, and one whose measures are not known. */
  g_assert_cmpuint (ink_thumbnail_load_size (168, 20000, 10), ==, 2048);
  g_assert_cmpuint (ink_thumbnail_load_size (168, 0, 0), ==, 256);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/thumbnail-image/middle", test_middle);
  g_test_add_func ("/ui/thumbnail-image/corners", test_corners);
  g_test_add_func ("/ui/thumbnail-image/load-size", test_load_size);
  return g_test_run ();
}
