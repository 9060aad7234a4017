/* test-near.c: near-duplicates among files, from the decoder to the groups: what is one photo in
 * several files is found as one, and what only looks like it is not. */
#include "library-fixture.h"

#include <string.h>

#include "app/decode/dng.h"
#include "app/decode/tiff-writer.h"
#include "support/golden.h"

#define SAVED ".jpg[Q=90]"

/* Pictures with things in them, as photos have: of waves alone a model makes what it likes. */
static const char *const scenes[] = {"blobs-777x333.jpg", "checker-ball-512.png"};

/* ---- Files ------------------------------------------------------------------------------- */

static VipsImage *
load_scene (guint number)
{
  g_autofree char *name = g_build_filename ("starter", "golden-images", scenes[number], NULL);
  g_autofree char *path = golden_path (name);
  g_autoptr (VipsImage) image = vips_image_new_from_file (path, NULL);
  VipsImage *large = NULL;

  g_assert_nonnull (image);
  /* As large as photos are beside what the model sees: what is less than that is blurred. */
  g_assert_cmpint (vips_resize (image, &large, 3, NULL), ==, 0);
  return large;
}

/* A part of a picture, in fractions of its sides. */
static VipsImage *
cut (VipsImage *image, double x, double y, double width, double height)
{
  int w = vips_image_get_width (image), h = vips_image_get_height (image);
  VipsImage *part = NULL;

  g_assert_cmpint (vips_extract_area (image, &part, (int)(x * w), (int)(y * h), (int)(width * w),
                                      (int)(height * h), NULL),
                   ==, 0);
  return part;
}

static void
save (const LibraryFixture *fixture, VipsImage *image, const char *name, const char *suffix)
{
  g_autofree char *path = picture_save (image, fixture->photos, name, suffix);

  g_assert_nonnull (path);
}

/* Writes a JPEG that was taken at @taken, in EXIF's form. */
static void
save_dated (const LibraryFixture *fixture, VipsImage *image, const char *name, const char *taken)
{
  g_autoptr (TiffWriter) writer = tiff_writer_new (FALSE);
  const TiffEntry date = {0x9003, TIFF_ASCII, .text = taken};
  const TiffEntry top = {0x8769, TIFF_LONG, 1, {tiff_writer_add_directory (writer, &date, 1)}};
  g_autoptr (GBytes) exif =
      tiff_writer_finish (writer, tiff_writer_add_directory (writer, &top, 1));
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  void *bytes = NULL;
  gsize size = 0;

  g_assert_cmpint (vips_jpegsave_buffer (image, &bytes, &size, "Q", 90, "strip", TRUE, NULL), ==,
                   0);
  plain = g_bytes_new_take (bytes, size);
  jpeg = jpeg_with_exif (plain, exif);
  test_folder_write (fixture->photos, name, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg));
}

/* ---- Groups ------------------------------------------------------------------------------ */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The names of a group's files, sorted and joined. */
static char *
describe (const InkDuplicateGroup *group)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < group->paths->len; i++)
    g_ptr_array_add (names, g_path_get_basename (group->paths->pdata[i]));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **)names->pdata);
}

/* Indexes the photos; their groups, one a line, sorted. */
static char *
find_groups (LibraryFixture *fixture)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GError) error = NULL;

  library_fixture_index (fixture, fixture->library, NULL);
  groups = ink_library_find_duplicates (fixture->library, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < groups->len; i++)
    g_ptr_array_add (lines, describe (groups->pdata[i]));
  g_ptr_array_sort (lines, compare_names);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **)lines->pdata);
}

/* How many cells the window shows for a search that all photos come in. */
static guint
count_cells (LibraryFixture *fixture)
{
  g_autoptr (InkResults) results =
      library_fixture_search (fixture->library, library_fixture_query ("a picture"));

  return results->hits->len;
}

/* ---- Tests ------------------------------------------------------------------------------- */

/* Copies of another size or quality, and crops of 90 %. */
static void
test_copies (LibraryFixture *fixture, gconstpointer unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++) {
    g_autoptr (VipsImage) scene = load_scene (i);
    g_autoptr (VipsImage) smaller = NULL;
    g_autoptr (VipsImage) cropped = cut (scene, 0.03, 0.02, 0.95, 0.95);
    g_autofree char *original = g_strdup_printf ("%u-original.jpg", i);
    g_autofree char *resized = g_strdup_printf ("%u-resized.png", i);
    g_autofree char *compressed = g_strdup_printf ("%u-compressed.jpg", i);
    g_autofree char *crop = g_strdup_printf ("%u-crop.jpg", i);

    g_assert_cmpint (vips_resize (scene, &smaller, 0.4, NULL), ==, 0);
    save (fixture, scene, original, SAVED);
    save (fixture, scene, compressed, ".jpg[Q=40]");
    save (fixture, smaller, resized, ".png");
    save (fixture, cropped, crop, SAVED);
  }
  g_autofree char *groups = find_groups (fixture);
  g_assert_cmpstr (groups, ==,
                   "0-compressed.jpg 0-crop.jpg 0-original.jpg 0-resized.png\n"
                   "1-compressed.jpg 1-crop.jpg 1-original.jpg 1-resized.png");
  g_assert_cmpuint (count_cells (fixture), ==, 2);
}

/* Three frames in two seconds by a hand that is not quite still; the same place five minutes later,
 * and half an hour later in the very same framing. */
static void
test_burst (LibraryFixture *fixture, gconstpointer unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++) {
    g_autoptr (VipsImage) scene = load_scene (i);
    g_autoptr (VipsImage) first = cut (scene, 0.00, 0.00, 0.8, 0.8);
    g_autoptr (VipsImage) second = cut (scene, 0.02, 0.01, 0.8, 0.8);
    g_autoptr (VipsImage) third = cut (scene, 0.03, 0.02, 0.8, 0.8);
    const struct {
      const char *name, *time;
      VipsImage *image;
    } frames[] = {{"burst-1", "20:30", first},
                  {"burst-2", "20:31", second},
                  {"burst-3", "20:32", third},
                  {"minutes-later", "25:30", second},
                  {"much-later", "50:30", first}};

    for (guint k = 0; k < G_N_ELEMENTS (frames); k++) {
      g_autofree char *name = g_strdup_printf ("%u-%s.jpg", i, frames[k].name);
      g_autofree char *taken = g_strdup_printf ("2024:05:01 1%u:%s", i, frames[k].time);

      save_dated (fixture, frames[k].image, name, taken);
    }
  }
  g_autofree char *groups = find_groups (fixture);
  g_assert_cmpstr (groups, ==,
                   "0-burst-1.jpg 0-burst-2.jpg 0-burst-3.jpg\n"
                   "1-burst-1.jpg 1-burst-2.jpg 1-burst-3.jpg");
  g_assert_cmpuint (count_cells (fixture), ==, 6);
}

/* Other scenes, and another part of one: nothing is hidden behind anything. */
static void
test_different (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (VipsImage) scene = picture_waves (900, 675, 8);
  g_autoptr (VipsImage) left = cut (scene, 0, 0, 0.5, 1);
  g_autoptr (VipsImage) right = cut (scene, 0.5, 0, 0.5, 1);

  save (fixture, left, "left.jpg", SAVED);
  save (fixture, right, "right.jpg", SAVED);
  library_fixture_put_many (fixture, 8);
  library_fixture_copy_golden (fixture, "rings-900x1200.jpg");
  library_fixture_copy_golden (fixture, "waves-640x480.jpg");
  g_autofree char *groups = find_groups (fixture);
  g_assert_cmpstr (groups, ==, "");
  g_assert_cmpuint (count_cells (fixture), ==, 12);
}

static gboolean
reads_raw (void)
{
  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);

  return picture_type_is_read (decoder, "raw");
}

/* A camera's two files of one photo are one, however the JPEG was developed; a number more in the
 * name is another photo. */
static void
test_raw_and_jpeg (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (VipsImage) preview = picture_quarters (60, 40);
  g_autoptr (VipsImage) developed = picture_waves (300, 200, 1);
  g_autoptr (GBytes) dng = dng_make (preview, TRUE);

  if (!reads_raw ()) {
    g_test_skip ("this build does not read RAW files");
    return;
  }
  test_folder_write (fixture->photos, "IMG_1.DNG", g_bytes_get_data (dng, NULL),
                     g_bytes_get_size (dng));
  save (fixture, developed, "IMG_1.JPG", SAVED);
  library_fixture_put (fixture, "IMG_10.png", 9);
  g_autofree char *groups = find_groups (fixture);
  g_assert_cmpstr (groups, ==, "IMG_1.DNG IMG_1.JPG");
  g_assert_cmpuint (count_cells (fixture), ==, 2);
}

/* A phone's live photo is a picture and a film of the same name: one cell, and the film is no
 * failure. */
static void
test_live_pair (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (VipsImage) image = picture_waves (300, 200, 1);
  g_autoptr (GPtrArray) videos = NULL;
  g_autoptr (GPtrArray) failures = NULL;

  save (fixture, image, "IMG_2.JPG", SAVED);
  test_folder_write (fixture->photos, "IMG_2.MOV", "moving", 6);
  g_autofree char *groups = find_groups (fixture);
  g_assert_cmpstr (groups, ==, "");
  g_assert_cmpuint (count_cells (fixture), ==, 1);
  videos = ink_library_get_videos (fixture->library, NULL);
  failures = ink_library_get_failures (fixture->library, NULL);
  g_assert_cmpuint (videos->len, ==, 1);
  g_assert_cmpuint (failures->len, ==, 0);
}

static void
add_tests (void)
{
  library_test ("/near/copies", test_copies);
  library_test ("/near/burst", test_burst);
  library_test ("/near/different", test_different);
  library_test ("/near/raw-and-jpeg", test_raw_and_jpeg);
  library_test ("/near/live-pair", test_live_pair);
}

int
main (int argc, char **argv)
{
  return library_fixture_main (&argc, &argv, add_tests);
}
