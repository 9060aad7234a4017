/* test-locate.c: where in a picture words match, on pictures composed of two photos. */
#include <vips/vips.h>

#include "library-fixture.h"

/* A side of each photo in a composed picture. */
#define SIDE 400

/* Real photos (tests/run), with what is in them. */
static const struct {
  const char *file, *words;
} photos[] = {{"chelsea.png", "cat"}, {"coffee.png", "a cup of coffee"}, {"rocket.jpg", "rocket"}};

static VipsImage *
load_square (const char *file)
{
  g_autofree char *path = g_build_filename (g_getenv ("INKLING_TEST_PHOTOS"), file, NULL);
  VipsImage *square = NULL;

  g_assert_cmpint (
      vips_thumbnail (path, &square, SIDE, "height", SIDE, "crop", VIPS_INTERESTING_CENTRE, NULL),
      ==, 0);
  return square;
}

/* Writes PHOTOS/@name: one photo beside, or above, another. */
static void
compose (const LibraryFixture *fixture, const char *name, guint first, guint second,
         VipsDirection direction)
{
  g_autofree char *path = library_fixture_path (fixture, name);
  VipsImage *a = load_square (photos[first].file), *b = load_square (photos[second].file);
  VipsImage *both = NULL;

  g_assert_cmpint (vips_join (a, b, &both, direction, NULL), ==, 0);
  g_assert_cmpint (vips_image_write_to_file (both, path, NULL), ==, 0);
  g_object_unref (a);
  g_object_unref (b);
  g_object_unref (both);
}

/* The mean brightness of the first and of the second half. */
static void
measure_halves (const InkPlaces *places, const float *map, gboolean beside, double halves[2])
{
  guint counts[2] = {0, 0};

  halves[0] = halves[1] = 0;
  for (guint y = 0; y < places->rows; y++)
    for (guint x = 0; x < places->columns; x++) {
      guint at = beside ? x : y, n = beside ? places->columns : places->rows;
      gboolean second = 2 * at >= n;

      if (n % 2 == 1 && at == n / 2)
        continue; /* lies in both */
      halves[second] += (double)map[y * places->columns + x];
      counts[second]++;
    }
  halves[0] /= counts[0];
  halves[1] /= counts[1];
}

static void
check_pair (LibraryFixture *fixture, guint first, guint second, VipsDirection direction)
{
  const char *const words[] = {photos[first].words, photos[second].words, NULL};
  g_autoptr (GFile) file = library_fixture_file (fixture, "composed.png");
  g_autoptr (InkPlaces) places = NULL;
  g_autoptr (GError) error = NULL;

  compose (fixture, "composed.png", first, second, direction);
  places = ink_library_locate (fixture->library, file, words, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (places->covers.width * places->covers.height, ==, 1);
  for (guint i = 0; i < 2; i++) {
    const float *map = places->scores + (gsize)i * places->columns * places->rows;
    double halves[2];

    measure_halves (places, map, direction == VIPS_DIRECTION_HORIZONTAL, halves);
    g_test_message ("%s: %.2f %.2f", words[i], halves[0], halves[1]);
    g_assert_cmpfloat (halves[i], >, 0.4);
    g_assert_cmpfloat (halves[i], >, 3 * halves[1 - i]);
  }
}

static gboolean
skip (void)
{
  const char *folder = g_getenv ("INKLING_TEST_PHOTOS");
  g_autofree char *photo = folder ? g_build_filename (folder, photos[0].file, NULL) : NULL;

  if (photo && g_file_test (photo, G_FILE_TEST_EXISTS))
    return FALSE;
  g_test_skip ("INKLING_TEST_PHOTOS has none of the photos that are asked for");
  return TRUE;
}

static void
test_halves (LibraryFixture *fixture, gconstpointer unused)
{
  if (skip ())
    return;
  library_fixture_put_many (fixture, 24); /* the library that brightness is measured against */
  library_fixture_index (fixture, fixture->library, NULL);
  for (guint first = 0; first < G_N_ELEMENTS (photos); first++)
    for (guint second = 0; second < G_N_ELEMENTS (photos); second++)
      if (first != second) {
        check_pair (fixture, first, second, VIPS_DIRECTION_HORIZONTAL);
        check_pair (fixture, first, second, VIPS_DIRECTION_VERTICAL);
      }
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

/* Any picture and words give a grid of numbers from 0 to 1, in whichever thread. */
static void
test_async (LibraryFixture *fixture, gconstpointer unused)
{
  const char *const words[] = {"a dog", "stripes", "water", NULL};
  g_autoptr (GFile) file = library_fixture_file (fixture, "photo-03.png");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (InkPlaces) places = NULL;
  g_autoptr (InkPlaces) same = NULL;
  g_autoptr (GError) error = NULL;

  library_fixture_put_many (fixture, 24);
  library_fixture_index (fixture, fixture->library, NULL);
  ink_library_locate_async (fixture->library, file, words, NULL, keep_result, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  places = ink_library_locate_finish (fixture->library, result, &error);
  g_assert_no_error (error);
  same = ink_library_locate (fixture->library, file, words, NULL, &error);
  g_assert_no_error (error);
  gsize n = (gsize)3 * places->columns * places->rows;
  g_assert_cmpuint (n, >, 3 * 30);
  g_assert_cmpmem (places->scores, n * sizeof (float), same->scores, n * sizeof (float));
  for (gsize i = 0; i < n; i++)
    g_assert_true (places->scores[i] >= 0 && places->scores[i] <= 1);
}

static void
test_errors (LibraryFixture *fixture, gconstpointer unused)
{
  const char *const words[] = {"a dog", NULL};
  g_autoptr (GFile) file = library_fixture_file (fixture, "absent.png");
  g_autoptr (GError) error = NULL;

  g_assert_null (ink_library_locate (fixture->library, file, words, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_LIBRARY);
  g_clear_error (&error);
  library_fixture_put_many (fixture, 2);
  library_fixture_index (fixture, fixture->library, NULL);
  g_assert_null (ink_library_locate (fixture->library, file, words, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
}

static void
add_tests (void)
{
  library_test ("/locate/halves", test_halves);
  library_test ("/locate/async", test_async);
  library_test ("/locate/errors", test_errors);
}

int
main (int argc, char **argv)
{
  return library_fixture_main (&argc, &argv, add_tests);
}
