/* test-precision.c: models stored in half precision. */
#include <math.h>

#include "support/folder.h"
#include "support/golden.h"
#include "support/make-model.h"
#include "support/model-case.h"
#include "tower-fixture.h"

#define SIZE 96

static const guint32 ids[] = {49406, 320, 1125, 539, 320, 2368, 49407};

typedef struct {
  const char *name;
  ClipDtype dtype;
} Variant;

/* The embedding of a picture and then that of a text: 2 × *dims floats. */
static float *
encode (const char *name, const MakeModelOptions *options, gsize *dims)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree float *pixels = model_pixels (SIZE, 1);
  g_autoptr (GError) error = NULL;

  make_model_with (name, folder, options, &error);
  g_assert_no_error (error);
  g_autoptr (TowerFixture) fixture = tower_fixture_new (folder, 2);
  *dims = fixture->config.embed_dim;
  float *embeddings = g_new0 (float, 2 * *dims);
  g_autoptr (ClipImageTower) image = tower_fixture_image (fixture, SIZE, &error);
  g_assert_no_error (error);
  g_autoptr (ClipTextTower) text = tower_fixture_text (fixture, &error);
  g_assert_no_error (error);
  encode_pixels (fixture, image, NULL, pixels, embeddings, &error);
  g_assert_no_error (error);
  encode_ids (fixture, text, NULL, ids, G_N_ELEMENTS (ids), embeddings + *dims, &error);
  g_assert_no_error (error);
  return embeddings;
}

static double
cosine (const float *a, const float *b, gsize n)
{
  double dot = 0, aa = 0, bb = 0;

  for (gsize i = 0; i < n; i++) {
    dot += (double)a[i] * b[i];
    aa += (double)a[i] * a[i];
    bb += (double)b[i] * b[i];
  }
  return dot / sqrt (aa * bb);
}

/* Widening is exact, so the result is bit for bit that of a float32 file with the same rounded
 * values; and rounding the weights, by at most 2⁻¹¹ (F16) or 2⁻⁸ (BF16) of each and at random,
 * moves it only a little from the result of the exact ones. */
static void
test_rounded (gconstpointer data)
{
  const Variant *variant = data;
  gsize dims;
  g_autofree float *halves =
      encode (variant->name, &(MakeModelOptions){.dtype = variant->dtype}, &dims);
  g_autofree float *rounded =
      encode (variant->name, &(MakeModelOptions){.rounded = variant->dtype}, &dims);
  g_autofree float *exact = encode (variant->name, &(MakeModelOptions){0}, &dims);
  double limit = variant->dtype == CLIP_DTYPE_F16 ? 0.99999 : 0.9995;

  g_assert_cmpmem (halves, 2 * dims * sizeof (float), rounded, 2 * dims * sizeof (float));
  g_assert_cmpfloat (cosine (halves, exact, dims), >=, limit);
  g_assert_cmpfloat (cosine (halves + dims, exact + dims, dims), >=, limit);
  g_assert_cmpfloat (cosine (halves, exact, dims), <, 1.0 - 1e-9);
}

int
main (int argc, char **argv)
{
  static const Variant variants[] = {
      {"tiny-convnext", CLIP_DTYPE_F16},     {"tiny-convnext", CLIP_DTYPE_BF16},
      {"tiny-convnext-mlp", CLIP_DTYPE_F16}, {"tiny-convnext-mlp", CLIP_DTYPE_BF16},
      {"tiny-vit", CLIP_DTYPE_F16},          {"tiny-vit", CLIP_DTYPE_BF16},
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (variants); i++) {
    g_autofree char *path = g_strdup_printf ("/precision/%s/%s", variants[i].name,
                                             variants[i].dtype == CLIP_DTYPE_F16 ? "f16" : "bf16");
    g_test_add_data_func (path, &variants[i], test_rounded);
  }
  return g_test_run ();
}
