/* test-preprocess.c: clip_picture_square() against what Pillow and torchvision make of the same
 * files, and clip_picture_normalise(). */
#include "clip.h"
#include "image/preprocess.h"
#include "support/golden.h"

#include <stdlib.h>
#include <string.h>
#include <vips/vips.h>

/* A whole picture as RGB, owned. */
typedef struct {
  guint8 *rgb;
  guint width, height;
} Picture;

static void
picture_clear (Picture *picture)
{
  g_free (picture->rgb);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Picture, picture_clear)

static void
picture_load (Picture *picture, const char *name)
{
  g_autofree char *relative = g_build_filename ("golden/preprocess", name, NULL);
  g_autofree char *path = golden_path (relative);
  VipsImage *file = vips_image_new_from_file (path, NULL);
  VipsImage *rgb = NULL;
  gsize size;

  if (file == NULL)
    g_error ("%s: %s", path, vips_error_buffer ());
  g_assert_cmpint (vips_colourspace (file, &rgb, VIPS_INTERPRETATION_sRGB, NULL), ==, 0);
  g_object_unref (file);
  g_assert_cmpint (vips_image_get_bands (rgb), ==, 3);
  picture->rgb = vips_image_write_to_memory (rgb, &size);
  picture->width = (guint)vips_image_get_width (rgb);
  picture->height = (guint)vips_image_get_height (rgb);
  g_assert_cmpuint (size, ==, picture->width * picture->height * 3);
  g_object_unref (rgb);
}

static guint8 *
make_square (const char *file, guint size)
{
  g_auto (Picture) picture = {0};
  g_autoptr (GError) error = NULL;
  guint8 *square = g_malloc ((gsize)size * size * 3);
  ClipPicture input;

  picture_load (&picture, file);
  input = (ClipPicture){picture.rgb, picture.width, picture.height, (gsize)picture.width * 3};
  g_assert_true (clip_picture_square (&input, size, square, &error));
  g_assert_no_error (error);
  return square;
}

/* What every case has: the mean of each channel, and the pixels of the corners and the centre. */
static void
check_sketch (JsonObject *expected, const guint8 *square, guint size, int tolerance)
{
  const gsize pixels[] = {0, size - 1, (gsize)size * (size - 1),
                          (gsize)(size / 2) * size + size / 2};
  JsonArray *corners_and_centre = json_object_get_array_member (expected, "corner_and_centre");
  g_autofree float *mean = golden_floats (expected, "mean", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (pixels); i++) {
    JsonArray *pixel = json_array_get_array_element (corners_and_centre, i);

    for (guint c = 0; c < 3; c++)
      g_assert_cmpint (ABS (square[pixels[i] * 3 + c] - json_array_get_int_element (pixel, c)), <=,
                       tolerance);
  }
  for (guint c = 0; c < 3; c++) {
    guint64 sum = 0;

    for (gsize i = c; i < (gsize)size * size * 3; i += 3)
      sum += square[i];
    g_assert_cmpfloat_with_epsilon ((double)sum / size / size, mean[c], tolerance + 1e-4);
  }
}

/* Against the square as a PNG, which small cases have. */
static void
check_pixels (const char *file, const guint8 *square, guint size, int tolerance)
{
  g_auto (Picture) expected = {0};

  picture_load (&expected, file);
  g_assert_cmpuint (expected.width, ==, size);
  g_assert_cmpuint (expected.height, ==, size);
  for (gsize i = 0; i < (gsize)size * size * 3; i++)
    g_assert_cmpint (abs (square[i] - expected.rgb[i]), <=, tolerance);
}

static void
test_golden (gconstpointer data)
{
  JsonObject *expected = (JsonObject *)data;
  guint size = (guint)json_object_get_int_member (expected, "size");
  gboolean exact = json_object_get_boolean_member (expected, "exact");
  int tolerance = exact ? 0 : 2; /* JPEG decoders differ by a level or two */
  g_autofree guint8 *square = make_square (json_object_get_string_member (expected, "file"), size);

  check_sketch (expected, square, size, tolerance);
  if (!json_object_get_null_member (expected, "expected"))
    check_pixels (json_object_get_string_member (expected, "expected"), square, size, tolerance);
  if (exact) {
    g_autofree char *sha256 =
        g_compute_checksum_for_data (G_CHECKSUM_SHA256, square, (gsize)size * size * 3);

    g_assert_cmpstr (sha256, ==, json_object_get_string_member (expected, "rgb_sha256"));
  }
}

/* (v / 255 - mean) / std in float32, as torch computes it: the same to the last bit. */
static void
test_normalise (void)
{
  const float mean[3] = {0.48145466f, 0.4578275f, 0.40821073f};
  const float std[3] = {0.26862954f, 0.26130258f, 0.27577711f};
  guint8 square[16 * 16 * 3];
  float pixels[16 * 16 * 3];

  for (guint i = 0; i < sizeof square; i++)
    square[i] = (guint8)(i * 7);
  clip_picture_normalise (&(ClipPicture){square, 16, 16, 16 * 3}, mean, std, pixels);
  for (guint i = 0; i < sizeof square; i++) {
    float unit = (float)square[i] / 255.0f;

    g_assert_cmpfloat (pixels[i], ==, (unit - mean[i % 3]) / std[i % 3]);
  }
  /* Black, white and a middle level in torch's own digits, so that the formula itself is held. */
  memcpy (square, (const guint8[]){0, 255, 128}, 3);
  clip_picture_normalise (&(ClipPicture){square, 1, 1, 3}, mean, std, pixels);
  g_assert_cmpfloat_with_epsilon (pixels[0], -1.7922626f, 1e-6f);
  g_assert_cmpfloat_with_epsilon (pixels[1], 2.0748840f, 1e-6f);
  g_assert_cmpfloat_with_epsilon (pixels[2], 0.3399488f, 1e-6f);
}

static void
add_golden_tests (JsonObject *root)
{
  guint n = golden_count (root, "cases");

  g_assert_cmpuint (n, >, 0);
  for (guint i = 0; i < n; i++) {
    JsonObject *object = golden_element (root, "cases", i);
    g_autofree char *name =
        g_strdup_printf ("/image/golden/%s/%d", json_object_get_string_member (object, "file"),
                         (int)json_object_get_int_member (object, "size"));

    g_test_add_data_func (name, object, test_golden);
  }
}

int
main (int argc, char *argv[])
{
  g_autoptr (JsonParser) cases = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  if (VIPS_INIT (argv[0]) != 0)
    g_error ("libvips does not start: %s", vips_error_buffer ());
  cases = golden_load ("golden/preprocess/cases.json");
  add_golden_tests (golden_root (cases));
  g_test_add_func ("/image/normalise", test_normalise);
  status = g_test_run ();
  vips_shutdown ();
  return status;
}
