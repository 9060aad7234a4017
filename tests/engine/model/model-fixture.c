/* model-fixture.c: small models and pictures that the model's tests share (model-fixture.h). */
#include "engine/model/model-fixture.h"

ModelFixture *
model_fixture_new (const char *case_name)
{
  return model_fixture_new_with (case_name, &(MakeModelOptions){.dtype = CLIP_DTYPE_F32});
}

ModelFixture *
model_fixture_new_with (const char *case_name, const MakeModelOptions *options)
{
  ModelFixture *fixture = g_new0 (ModelFixture, 1);
  g_autoptr (GError) error = NULL;
  fixture->parent = test_folder_new ();
  fixture->folder = g_build_filename (fixture->parent, case_name, NULL);
  make_model_with (case_name, fixture->folder, options, &error);
  g_assert_no_error (error);
  fixture->options.precision = CLIP_PRECISION_F32; /* that of the golden results */
  fixture->options.vocabulary =
      g_test_build_filename (G_TEST_DIST, "..", "data", "models", "starter", "merges.txt", NULL);
  return fixture;
}

void
model_fixture_free (ModelFixture *fixture)
{
  test_folder_free (fixture->parent);
  g_free (fixture->folder);
  g_free ((char *)fixture->options.vocabulary);
  g_free (fixture);
}

ClipModel *
model_fixture_open (const ModelFixture *fixture, guint threads)
{
  g_autoptr (GError) error = NULL;
  ClipOptions options = fixture->options;
  options.threads = threads;
  ClipModel *model = clip_model_open (fixture->folder, &options, &error);
  g_assert_no_error (error);
  return model;
}

char *
model_fixture_weights (const ModelFixture *fixture)
{
  return g_build_filename (fixture->folder, "open_clip_model.safetensors", NULL);
}

void
model_picture_init (ClipPicture *picture, guint width, guint height, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  gsize stride = 3 * (gsize)width + 5;
  guint8 *rgb = g_malloc (stride * height);
  for (gsize i = 0; i < stride * height; i++)
    rgb[i] = (guint8)g_rand_int_range (rand, 0, 256);
  *picture = (ClipPicture){.rgb = rgb, .width = width, .height = height, .stride = stride};
}

void
model_picture_clear (ClipPicture *picture)
{
  g_free ((guint8 *)picture->rgb);
}
