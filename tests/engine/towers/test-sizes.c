/* test-sizes.c: image sizes that the golden files do not have, against results of the same
 * reference implementation: position embeddings resized up and down, pictures that are no whole
 * number of patches, and SAME padding on odd and even inputs. */
#include "support/golden.h"
#include "tower-fixture.h"
#include "towers/positions.h"

/* A member of sizes.json is a name for tower_fixture_new_named(). */
static void
test_model (gconstpointer name)
{
  g_autoptr (JsonParser) parser = golden_load ("towers/sizes.json");
  JsonObject *golden = json_object_get_object_member (golden_root (parser), name);
  guint64 seed = (guint64)json_object_get_int_member (golden, "seed");
  g_autoptr (TowerFixture) fixture = tower_fixture_new_named (name, 2);

  for (guint i = 0; i < golden_count (golden, "image"); i++) {
    JsonObject *expected = golden_element (golden, "image", i);
    g_test_message ("size %d", (int)json_object_get_int_member (expected, "size"));
    check_golden_image (fixture, expected, seed);
  }
}

/* Results of torch.nn.functional.interpolate (mode="bicubic", antialias=True,
 * align_corners=False) in float64. */
static void
test_positions (void)
{
  static const double five[25] = {
      -3.63794945,  -1.22092368,  2.22641509,  1.12306393,  -0.00569597722,
      -2.25246409,  -0.961572733, 0.813432836, -0.15877701, -1.00844832,
      0.0754716981, -0.305970149, -1.0,        -1.69402985, -2.0754717,
      1.47958322,   1.22928269,   0.813432836, 0.587046113, 0.4843706,
      2.14524742,   2.17403548,   2.22641509,  2.27879471,  2.30758277,
  };
  static const double three[9] = {-0.639289941, -0.938962433, 0.677633136,
                                  1.18554562,   0.0483288264, 1.18554562,
                                  0.677633136,  -0.938962433, -0.639289941};
  static const double two[4] = {-0.126137056, 0.28794334, 0.28794334, -0.126137056};
  static const struct {
    gsize from, to;
    const double *expected;
  } cases[] = {{3, 5, five}, {5, 3, three}, {5, 2, two}};

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    gsize from = cases[i].from, to = cases[i].to;
    g_autoptr (GError) error = NULL;
    float grid[2 * 25];
    /* Two channels, the second the negative of the first. */
    for (gsize y = 0; y < from; y++)
      for (gsize x = 0; x < from; x++) {
        grid[2 * (y * from + x)] = (float)((3 * y * y + 5 * x + y * x) % 7) - 3.0f;
        grid[2 * (y * from + x) + 1] = -grid[2 * (y * from + x)];
      }
    g_autofree float *resized = clip_positions_resize (grid, from, to, 2, &error);
    g_assert_no_error (error);
    for (gsize j = 0; j < to * to; j++) {
      g_assert_cmpfloat_with_epsilon (resized[2 * j], cases[i].expected[j], 2e-6);
      g_assert_cmpfloat (resized[2 * j + 1], ==, -resized[2 * j]);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sizes/positions", test_positions);
  g_test_add_data_func ("/sizes/vit", "tiny-vit", test_model);
  g_test_add_data_func ("/sizes/starter", "starter", test_model);
  return g_test_run ();
}
