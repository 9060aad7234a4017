/* test-viewer-parts.c: the viewer's parts without widgets: what a camera wrote in words, the veil
 * over where words match, photos that are hidden. */
#include "camera-format.h"
#include "hidden-photos.h"
#include "where-overlay.h"

/* ---- The camera ---------------------------------------------------------------------------- */

static void
expect_text (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_camera (void)
{
  InkCamera nothing = {0};
  InkCamera camera = {
      .make = (char *)"NIKON CORPORATION",
      .model = (char *)"NIKON D750",
      .exposure = 0.004,
      .aperture = 2.8,
      .iso = 400,
      .focal_length = 35,
      .focal_length_35 = 52,
      .has_place = TRUE,
      .latitude = -33.856784,
      .longitude = 151.215297,
      .has_altitude = TRUE,
      .altitude = -3.2,
  };

  expect_text (ink_format_camera (&nothing), NULL);
  expect_text (ink_format_exposure (&nothing), NULL);
  expect_text (ink_format_place (&nothing), NULL);
  expect_text (ink_format_altitude (&nothing), NULL);

  expect_text (ink_format_camera (&camera), "NIKON D750");
  camera.make = (char *)"Canon";
  camera.model = (char *)"EOS R5";
  expect_text (ink_format_camera (&camera), "Canon EOS R5");
  camera.model = NULL;
  expect_text (ink_format_camera (&camera), "Canon");

  expect_text (ink_format_exposure (&camera),
               "1/250 s · ƒ/2.8 · ISO 400 · 35 mm · as 52 mm on film");
  camera = (InkCamera){.exposure = 2.5, .focal_length = 50, .focal_length_35 = 50};
  expect_text (ink_format_exposure (&camera), "2.5 s · 50 mm");
  camera = (InkCamera){.exposure = 1 / 3.0, .has_place = TRUE, .latitude = 48.1, .longitude = -0.5};
  expect_text (ink_format_exposure (&camera), "1/3 s");
  expect_text (ink_format_place (&camera), "48.10000° N, 0.50000° W");
  camera = (InkCamera){.has_altitude = TRUE, .altitude = 519.6};
  expect_text (ink_format_altitude (&camera), "520 m above the sea");
}

/* ---- The veil ------------------------------------------------------------------------------ */

static guint8
alpha_at (GdkTexture *texture, double x, double y)
{
  int width = gdk_texture_get_width (texture), height = gdk_texture_get_height (texture);
  g_autofree guint32 *pixels = g_new (guint32, (gsize)width * (gsize)height);

  gdk_texture_download (texture, (guchar *)pixels, (gsize)width * 4);
  return (guint8)(pixels[(int)(y * height) * width + (int)(x * width)] >> 24);
}

static void
test_veil (void)
{
  /* The second description matches in the right half of what is covered: the middle of a wide
   * picture. */
  float scores[2 * 4 * 2] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1};
  InkPlaces places = {.columns = 4, .rows = 2, .covers = {0.25, 0, 0.5, 1}, .scores = scores};
  g_autoptr (GdkTexture) none = ink_where_overlay_new (&places, 0, 800, 200);
  g_autoptr (GdkTexture) right = ink_where_overlay_new (&places, 1, 800, 200);

  g_assert_false (ink_where_overlay_matches (&places, 0));
  g_assert_true (ink_where_overlay_matches (&places, 1));
  g_assert_cmpint (gdk_texture_get_width (right), ==, 4 * gdk_texture_get_height (right));
  guint8 veiled = alpha_at (none, 0.6, 0.5);
  g_assert_cmpuint (veiled, >, 100);
  g_assert_cmpuint (alpha_at (right, 0.7, 0.5), ==, 0);
  g_assert_cmpuint (alpha_at (right, 0.3, 0.5), ==, veiled);
  /* Smooth in between, and closed where nothing is known. */
  guint8 between = alpha_at (right, 0.5, 0.5);
  g_assert_cmpuint (between, >, 0);
  g_assert_cmpuint (between, <, veiled);
  g_assert_cmpuint (alpha_at (right, 0.9, 0.5), ==, veiled);
}

/* ---- Hidden photos ------------------------------------------------------------------------- */

static InkHit *
make_hit (gint64 photo)
{
  InkHit *hit = g_new0 (InkHit, 1);

  hit->photo = photo;
  return hit;
}

/* Photos 1 to 6, of which three are strong; 2 has 20 and 21 in its group, 4 has 40. */
static InkResults *
make_results (void)
{
  InkResults *results = ink_results_new (INK_SCORE_COSINE);

  for (gint64 photo = 1; photo <= 6; photo++)
    g_ptr_array_add (results->hits, make_hit (photo));
  ink_hit_add_duplicate (g_ptr_array_index (results->hits, 1), make_hit (20));
  ink_hit_add_duplicate (g_ptr_array_index (results->hits, 1), make_hit (21));
  ink_hit_add_duplicate (g_ptr_array_index (results->hits, 3), make_hit (40));
  results->strong = 3;
  return results;
}

static void
hide (InkResults *results, const gint64 *photos, guint n)
{
  g_autoptr (GHashTable) hidden = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < n; i++)
    g_hash_table_add (hidden, (gpointer)&photos[i]);
  ink_hidden_photos_remove (hidden, results);
}

static gint64
photo_at (InkResults *results, guint index)
{
  return ((InkHit *)g_ptr_array_index (results->hits, index))->photo;
}

static void
test_hidden (void)
{
  g_autoptr (InkResults) results = make_results ();
  const InkHit *second;

  hide (results, NULL, 0);
  g_assert_cmpuint (results->hits->len, ==, 6);

  /* One alone, the head of a group, and the only other member of another. */
  hide (results, (const gint64[]){1, 2, 40}, 3);
  g_assert_cmpuint (results->hits->len, ==, 5);
  g_assert_cmpuint (results->strong, ==, 2);
  g_assert_cmpint (photo_at (results, 0), ==, 20);
  g_assert_cmpint (photo_at (results, 1), ==, 3);
  g_assert_cmpint (photo_at (results, 2), ==, 4);
  second = g_ptr_array_index (results->hits, 0);
  g_assert_cmpuint (second->duplicates->len, ==, 1);
  g_assert_null (((InkHit *)g_ptr_array_index (results->hits, 2))->duplicates);

  /* All of a group, and all of the rest. */
  hide (results, (const gint64[]){20, 21}, 2);
  g_assert_cmpuint (results->hits->len, ==, 4);
  g_assert_cmpuint (results->strong, ==, 1);
  hide (results, (const gint64[]){3, 4, 5, 6}, 4);
  g_assert_cmpuint (results->hits->len, ==, 0);
  g_assert_cmpuint (results->strong, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/viewer-parts/camera", test_camera);
  g_test_add_func ("/ui/viewer-parts/veil", test_veil);
  g_test_add_func ("/ui/viewer-parts/hidden", test_hidden);
  return g_test_run ();
}
