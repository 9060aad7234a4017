/* test-open.c: what a model says of itself, and what is refused when it is opened. */
#include <string.h>

#include "compute/cpu.h"
#include "engine/model/model-fixture.h"

static void
test_info (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-convnext");
  g_autoptr (ClipModel) model = model_fixture_open (fixture, 3);
  const ClipModelInfo *info = clip_model_get_info (model);
  g_assert_cmpuint (info->dims, ==, 64);
  g_assert_cmpuint (info->image_size, ==, 96);
  g_assert_cmpuint (info->context_length, ==, 77);
  g_assert_cmpfloat_with_epsilon (info->logit_scale, 100, 1e-4);
  g_assert_cmpint (info->precision, ==, CLIP_PRECISION_F32);
  g_assert_cmpuint (info->threads, ==, 3);
  g_assert_cmpstr (info->family, ==, "convnext");
  g_assert_cmpstr (info->weights_file, ==, "open_clip_model.safetensors");

  g_autoptr (ModelFixture) vit = model_fixture_new ("tiny-vit");
  g_autoptr (ClipModel) vit_model = model_fixture_open (vit, 0);
  g_assert_cmpstr (clip_model_get_info (vit_model)->family, ==, "vit");
  g_assert_cmpuint (clip_model_get_info (vit_model)->threads, >, 0);
}

static void
test_references (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-convnext");
  ClipModel *model = model_fixture_open (fixture, 1);
  g_assert_true (clip_model_ref (model) == model);
  clip_model_unref (model);
  g_assert_cmpuint (clip_model_get_info (model)->dims, ==, 64);
  clip_model_unref (model);
  clip_model_unref (NULL);
}

/* ---- Options ----------------------------------------------------------------------------- */

static void
assert_refused (const ModelFixture *fixture, const ClipOptions *options, ClipError code,
                const char *word)
{
  g_autoptr (GError) error = NULL;
  ClipOptions all = *options;
  all.vocabulary = fixture->options.vocabulary;
  g_assert_null (clip_model_open (fixture->folder, &all, &error));
  g_assert_error (error, CLIP_ERROR, (gint)code);
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_options (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-convnext");
  assert_refused (fixture, &(ClipOptions){.threads = 100000}, CLIP_ERROR_ARGUMENT, "threads");
  assert_refused (fixture, &(ClipOptions){.image_size = 31}, CLIP_ERROR_ARGUMENT, "32");
  assert_refused (fixture, &(ClipOptions){.image_size = 1000000}, CLIP_ERROR_ARGUMENT, "8192");
  if (!(clip_cpu_flags () & CLIP_CPU_BF16))
    assert_refused (fixture, &(ClipOptions){.precision = CLIP_PRECISION_BF16},
                    CLIP_ERROR_UNSUPPORTED, "bf16");

  ClipOptions options = fixture->options;
  options.image_size = 75; /* neither the configuration's nor a multiple of anything */
  options.precision = CLIP_PRECISION_F32;
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipModel) model = clip_model_open (fixture->folder, &options, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (clip_model_get_info (model)->image_size, ==, 75);
}

static void
test_precision (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-convnext");
  ClipOptions options = fixture->options;
  gboolean bf16 = (clip_cpu_flags () & CLIP_CPU_BF16) != 0;
  g_autoptr (GError) error = NULL;

  options.precision = CLIP_PRECISION_AUTO;
  g_autoptr (ClipModel) automatic = clip_model_open (fixture->folder, &options, &error);
  g_assert_no_error (error);
  g_assert_cmpint (clip_model_get_info (automatic)->precision, ==,
                   bf16 ? CLIP_PRECISION_BF16 : CLIP_PRECISION_F32);

  options.precision = CLIP_PRECISION_INT8; /* on any processor */
  g_autoptr (ClipModel) bytes = clip_model_open (fixture->folder, &options, &error);
  g_assert_no_error (error);
  g_assert_cmpint (clip_model_get_info (bytes)->precision, ==, CLIP_PRECISION_INT8);
}

static void
test_precision_names (void)
{
  for (guint i = 0; i <= CLIP_PRECISION_INT8; i++) {
    ClipPrecision precision = CLIP_PRECISION_AUTO;
    g_assert_true (clip_precision_from_string (clip_precision_to_string (i), &precision));
    g_assert_cmpuint (precision, ==, i);
  }
  ClipPrecision precision = CLIP_PRECISION_BF16;
  g_assert_false (clip_precision_from_string ("F32", &precision));
  g_assert_false (clip_precision_from_string ("", &precision));
  g_assert_cmpint (precision, ==, CLIP_PRECISION_BF16);
}

/* ---- Bad folders ------------------------------------------------------------------------- */

static void
test_no_folder (void)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (clip_model_open ("/nowhere/at/all", NULL, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "/nowhere/at/all"));
}

/* The folder has no tokenizer of its own, and no other was named. */
static void
test_no_vocabulary (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-convnext");
  g_autoptr (GError) error = NULL;
  g_assert_null (clip_model_open (fixture->folder, NULL, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, fixture->folder));
}

/* ---- Cost -------------------------------------------------------------------------------- */

static const struct {
  const char *case_name;
  guint size;
  double image, text; /* thousand millions of multiply-adds, as published */
} costs[] = {
    {"convnext_base_w_320", 256, 20.05, 4.63}, {"convnext_base_w_320", 320, 31.33, 4.63},
    {"convnext_base_w_320", 384, 45.12, 4.63}, {"convnext_large_d", 256, 44.88, 8.87},
    {"convnext_large_d", 320, 70.13, 8.87},    {"ViT-B-32", 224, 4.41, 2.98},
    {"ViT-B-16-quickgelu", 224, 17.56, 2.98},
};

/* No weight is read for this, so the models are hollow. */
static void
test_cost (void)
{
  const MakeModelOptions hollow = {.hollow = TRUE};
  for (guint i = 0; i < G_N_ELEMENTS (costs); i++) {
    g_autoptr (ModelFixture) fixture = model_fixture_new_with (costs[i].case_name, &hollow);
    fixture->options.image_size = costs[i].size;
    g_autoptr (ClipModel) model = model_fixture_open (fixture, 1);
    const ClipModelInfo *info = clip_model_get_info (model);
    g_assert_cmpfloat_with_epsilon ((double)info->image_macs / 1e9, costs[i].image, 0.0051);
    g_assert_cmpfloat_with_epsilon ((double)info->text_macs / 1e9, costs[i].text, 0.0051);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/info", test_info);
  g_test_add_func ("/model/references", test_references);
  g_test_add_func ("/model/options", test_options);
  g_test_add_func ("/model/precision", test_precision);
  g_test_add_func ("/model/precision-names", test_precision_names);
  g_test_add_func ("/model/no-folder", test_no_folder);
  g_test_add_func ("/model/no-vocabulary", test_no_vocabulary);
  g_test_add_func ("/model/cost", test_cost);
  return g_test_run ();
}
