/* test-golden.c: towers against the golden results of the reference implementation.
 *
 * Takes the names of cases of tests/data/golden/cases.json. Under INKLING_CPU_MASK it is skipped
 * where the processor lacks what the mask names, since that would only repeat another run.
 */
#include "compute/cpu.h"
#include "support/golden.h"
#include "tower-fixture.h"

#define THREADS 2

typedef struct {
  const char *name;
  JsonParser *golden;
  TowerFixture *fixture; /* made when the first test needs it */
} Case;

/* One picture or text of a case, at one precision. */
typedef struct {
  Case *of;
  JsonObject *expected;
  ClipPrecision precision;
} Item;

static gboolean
skipped (void)
{
  const char *mask = g_getenv ("INKLING_CPU_MASK");

  if (mask == NULL || clip_cpu_flags () == clip_cpu_parse_mask (mask))
    return FALSE;
  g_test_skip ("this processor lacks an instruction set of the mask");
  return TRUE;
}

static TowerFixture *
get_fixture (Case *of)
{
  if (of->fixture == NULL)
    of->fixture = tower_fixture_new_named (of->name, THREADS);
  return of->fixture;
}

static gboolean
skipped_item (const Item *item)
{
  if (skipped ())
    return TRUE;
  if (item->precision != CLIP_PRECISION_BF16 || clip_cpu_flags () & CLIP_CPU_BF16)
    return FALSE;
  g_test_skip ("this processor does not compute in bf16, so no model is opened with it");
  return TRUE;
}

static TowerFixture *
get_item_fixture (const Item *item)
{
  TowerFixture *fixture = get_fixture (item->of);

  fixture->precision = item->precision;
  return fixture;
}

static void
test_image (gconstpointer data)
{
  const Item *item = data;
  guint64 seed;

  if (skipped_item (item))
    return;
  seed = (guint64)json_object_get_int_member (golden_root (item->of->golden), "seed");
  check_golden_image (get_item_fixture (item), item->expected, seed);
}

static void
test_text (gconstpointer data)
{
  const Item *item = data;

  if (!skipped_item (item))
    check_golden_text (get_item_fixture (item), item->expected);
}

/* Multiply-adds that the models' authors publish, in units of 10⁹. */
typedef struct {
  const char *name;
  guint size; /* 0: the text tower, for 77 tokens */
  double giga;
} Cost;

static const Cost published[] = {
    {"convnext_base_w_320", 256, 20.05},
    {"convnext_base_w_320", 320, 31.33},
    {"convnext_base_w_320", 384, 45.12},
    {"convnext_base_w_320", 0, 4.63},
    {"convnext_large_d", 256, 44.88},
    {"convnext_large_d", 0, 8.87},
    {"ViT-B-32", 224, 4.41},
    {"ViT-B-32", 0, 2.98},
    {"ViT-B-16-quickgelu", 224, 17.56},
    {"ViT-B-16-quickgelu", 0, 2.98},
};

static void
check_cost (TowerFixture *fixture, const Cost *cost)
{
  g_autoptr (GError) error = NULL;
  guint64 macs;

  if (cost->size > 0) {
    g_autoptr (ClipImageTower) tower = tower_fixture_image (fixture, cost->size, &error);
    g_assert_no_error (error);
    macs = tower->macs;
  } else {
    g_autoptr (ClipTextTower) tower = tower_fixture_text (fixture, &error);
    g_assert_no_error (error);
    macs = clip_text_tower_get_macs (tower, 77);
  }
  g_assert_cmpfloat_with_epsilon ((double)macs / 1e9, cost->giga, 0.00501);
}

static void
test_costs (gconstpointer data)
{
  Case *of = (Case *)data;

  for (gsize i = 0; i < G_N_ELEMENTS (published); i++)
    if (g_str_equal (published[i].name, of->name))
      check_cost (get_fixture (of), &published[i]);
}

static void
add_costs (Case *of)
{
  g_autofree char *path = g_strdup_printf ("/golden/%s/costs", of->name);

  for (gsize i = 0; i < G_N_ELEMENTS (published); i++)
    if (g_str_equal (published[i].name, of->name)) {
      g_test_add_data_func (path, of, test_costs);
      return;
    }
}

static void
add_items (Case *of, const char *kind, GTestDataFunc test)
{
  JsonObject *root = golden_root (of->golden);

  for (guint i = 0; i < golden_count (root, kind); i++)
    for (ClipPrecision p = CLIP_PRECISION_F32; p <= CLIP_PRECISION_INT8; p++) {
      Item *item = g_new (Item, 1);
      *item = (Item){of, golden_element (root, kind, i), p};
      g_autofree char *path =
          g_strdup_printf ("/golden/%s/%s/%u/%s", of->name, kind, i, clip_precision_to_string (p));
      g_test_add_data_func_full (path, item, test, g_free);
    }
}

static void
case_free (gpointer data)
{
  Case *of = data;

  g_clear_pointer (&of->fixture, tower_fixture_free);
  g_object_unref (of->golden);
  g_free (of);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (case_free);

  for (int i = 1; i < argc; i++) {
    Case *of = g_new0 (Case, 1);
    g_autofree char *file = g_strdup_printf ("golden/%s.json", argv[i]);
    of->name = argv[i];
    of->golden = golden_load (file);
    g_ptr_array_add (cases, of);
    add_items (of, "image", test_image);
    add_items (of, "text", test_text);
    add_costs (of);
  }
  return g_test_run ();
}
