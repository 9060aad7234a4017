/* test-cache.c: a cache of packed weights changes no result, whatever state it is in, and spares
 * reading the model's own. */
#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "engine/model/model-fixture.h"
#include "files/weights.h"

#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define CALLERS 4

static const char text[] = "a photo of a dog that runs on the grass";

typedef struct {
  ModelFixture *model;
  char *cache;
  ClipPicture picture;
  gsize dims;
  float *image, *words; /* without a cache */
} Fixture;

static void
encode (ClipModel *model, const ClipPicture *picture, float *image, float *words)
{
  const char *const texts[] = {text};
  g_autoptr (GError) error = NULL;
  clip_model_encode_pictures (model, picture, 1, image, NULL, &error);
  g_assert_no_error (error);
  clip_model_encode_texts (model, texts, 1, words, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->model = model_fixture_new_with (data, &(MakeModelOptions){.dtype = CLIP_DTYPE_F32});
  fixture->cache = g_build_filename (fixture->model->parent, "cache", NULL);
  model_picture_init (&fixture->picture, 90, 70, 1);
  g_autoptr (ClipModel) model = model_fixture_open (fixture->model, 2);
  fixture->dims = clip_model_get_info (model)->dims;
  fixture->image = g_new (float, fixture->dims);
  fixture->words = g_new (float, fixture->dims);
  encode (model, &fixture->picture, fixture->image, fixture->words);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  model_picture_clear (&fixture->picture);
  model_fixture_free (fixture->model);
  g_free (fixture->cache);
  g_free (fixture->image);
  g_free (fixture->words);
}

/* Opens the model with the cache and compares its results with those without. */
static void
assert_same (Fixture *fixture)
{
  gsize bytes = fixture->dims * sizeof (float);
  g_autofree float *image = g_new (float, fixture->dims);
  g_autofree float *words = g_new (float, fixture->dims);
  g_autoptr (ClipModel) model = model_fixture_open (fixture->model, 2);
  clip_model_set_cache (model, fixture->cache, SHA256);
  for (guint i = 0; i < 2; i++) {
    encode (model, &fixture->picture, image, words);
    g_assert_cmpmem (image, bytes, fixture->image, bytes);
    g_assert_cmpmem (words, bytes, fixture->words, bytes);
  }
}

/* Paths of the files in the cache. */
static GPtrArray *
list_cache (Fixture *fixture)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (fixture->cache, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name (dir)))
    g_ptr_array_add (paths, g_build_filename (fixture->cache, name, NULL));
  return paths;
}

/* FALSE where this processor multiplies without packing. */
static gboolean
fill_cache (Fixture *fixture)
{
  assert_same (fixture);
  g_autoptr (GPtrArray) paths = list_cache (fixture);
  if (paths->len == 0 && strcmp (clip_cpu_isa (), "scalar") == 0) {
    g_test_skip ("nothing is packed without vectors");
    return FALSE;
  }
  g_assert_cmpuint (paths->len, ==, 2); /* a file a tower */
  return TRUE;
}

static void
test_warm_start (Fixture *fixture, gconstpointer data)
{
  if (!fill_cache (fixture))
    return;
  g_autoptr (GPtrArray) before = list_cache (fixture);
  GStatBuf first, second;
  g_assert_cmpint (g_stat (before->pdata[0], &first), ==, 0);
  assert_same (fixture);
  g_assert_cmpint (g_stat (before->pdata[0], &second), ==, 0);
  g_assert_cmpuint (first.st_ino, ==, second.st_ino); /* it was not written again */
}

/* Erases every matrix that is packed as it is from the model's file. */
static void
erase_matrices (Fixture *fixture)
{
  static const char *const names[] = {
      "visual.trunk.stages.0.blocks.0.mlp.fc1.weight",
      "visual.trunk.stages.2.blocks.0.mlp.fc2.weight",
      "visual.trunk.stages.3.blocks.0.mlp.fc1.weight",
      "visual.transformer.resblocks.0.mlp.c_fc.weight",
      "visual.transformer.resblocks.1.attn.in_proj_weight",
      "transformer.resblocks.0.attn.in_proj_weight",
      "transformer.resblocks.1.mlp.c_proj.weight",
      "text_projection",
  };
  g_autofree char *path = model_fixture_weights (fixture->model), *bytes = NULL;
  guint erased = 0;
  gsize size;
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_autoptr (ClipWeights) weights = clip_weights_open (fixture->model->folder, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const ClipTensor *tensor = clip_weights_find (weights, names[i]);
    gsize n = tensor ? 4 * tensor->shape[0] * tensor->shape[1] : 0;
    char *place = tensor ? memmem (bytes, size, tensor->data, n) : NULL;
    if (place) {
      memset (place, 0, n);
      erased++;
    }
  }
  g_assert_cmpuint (erased, >=, 4);
  g_clear_pointer (&weights, clip_weights_free);
  g_assert_true (g_file_set_contents (path, bytes, (gssize)size, NULL));
}

/* The results are those of the cache, although the model has other weights now: it is the
 * caller's part to know that it has not. */
static void
test_model_is_not_read (Fixture *fixture, gconstpointer data)
{
  if (!fill_cache (fixture))
    return;
  erase_matrices (fixture);
  assert_same (fixture);
  g_autofree float *image = g_new (float, fixture->dims);
  g_autofree float *words = g_new (float, fixture->dims);
  g_autoptr (ClipModel) other = model_fixture_open (fixture->model, 2);
  encode (other, &fixture->picture, image, words);
  g_assert_cmpint (memcmp (image, fixture->image, fixture->dims * sizeof (float)), !=, 0);
  g_assert_cmpint (memcmp (words, fixture->words, fixture->dims * sizeof (float)), !=, 0);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  if (!fill_cache (fixture))
    return;
  g_autoptr (GPtrArray) paths = list_cache (fixture);
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *bytes = NULL, *again = NULL;
    gsize size, size_again;
    g_assert_true (g_file_get_contents (paths->pdata[i], &bytes, &size, NULL));
    bytes[size - 1] ^= 1;
    g_assert_true (g_file_set_contents (paths->pdata[i], bytes, (gssize)size, NULL));
    assert_same (fixture);
    /* It was mended. */
    g_assert_true (g_file_get_contents (paths->pdata[i], &again, &size_again, NULL));
    bytes[size - 1] ^= 1;
    g_assert_cmpmem (again, size_again, bytes, size);
  }
}

/* A file where the folder should be. */
static void
test_no_folder (Fixture *fixture, gconstpointer data)
{
  g_assert_true (g_file_set_contents (fixture->cache, "", 0, NULL));
  assert_same (fixture);
}

/* A folder in which not even root can write. */
static void
test_read_only (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->cache);
  fixture->cache = g_strdup ("/proc/self/fd");
  assert_same (fixture);
}

/* A cache file that is written to while it is in use makes no wrong results. */
static void
test_changed_in_use (Fixture *fixture, gconstpointer data)
{
  if (!fill_cache (fixture))
    return;
  g_autoptr (ClipModel) model = model_fixture_open (fixture->model, 2);
  g_autofree float *image = g_new (float, fixture->dims);
  g_autofree float *words = g_new (float, fixture->dims);
  clip_model_set_cache (model, fixture->cache, SHA256);
  encode (model, &fixture->picture, image, words);
  g_autoptr (GPtrArray) paths = list_cache (fixture);
  for (guint i = 0; i < paths->len; i++)
    g_assert_cmpint (truncate (paths->pdata[i], 100), ==, 0);
  g_autoptr (GError) error = NULL;
  g_assert_false (clip_model_encode_pictures (model, &fixture->picture, 1, image, NULL, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_IO);
  assert_same (fixture);
}

/* Half floats are packed as they lie in the file. */
static void
test_half_floats (Fixture *fixture, gconstpointer data)
{
  model_fixture_free (fixture->model);
  fixture->model = model_fixture_new_with (data, &(MakeModelOptions){.dtype = CLIP_DTYPE_F16});
  g_free (fixture->cache);
  fixture->cache = g_build_filename (fixture->model->parent, "cache", NULL);
  g_autoptr (ClipModel) model = model_fixture_open (fixture->model, 2);
  encode (model, &fixture->picture, fixture->image, fixture->words);
  assert_same (fixture);
  assert_same (fixture);
}

static void *
caller_main (void *data)
{
  assert_same (data);
  return NULL;
}

/* Several models write and read the same cache at once. */
static void
test_together (Fixture *fixture, gconstpointer data)
{
  pthread_t threads[CALLERS];
  for (guint i = 0; i < CALLERS; i++)
    g_assert_cmpint (pthread_create (&threads[i], NULL, caller_main, fixture), ==, 0);
  for (guint i = 0; i < CALLERS; i++)
    pthread_join (threads[i], NULL);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*function) (Fixture *fixture, gconstpointer data);
  } tests[] = {
      {"warm-start", test_warm_start},   {"model-is-not-read", test_model_is_not_read},
      {"damaged", test_damaged},         {"no-folder", test_no_folder},
      {"half-floats", test_half_floats}, {"changed-in-use", test_changed_in_use},
      {"together", test_together},       {"read-only", test_read_only},
  };
  static const char *const models[] = {"tiny-convnext", "tiny-convnext-mlp", "tiny-vit"};
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    for (gsize m = 0; m < G_N_ELEMENTS (models); m++) {
      g_autofree char *path = g_strdup_printf ("/cache/%s/%s", tests[i].name, models[m]);
      g_test_add (path, Fixture, models[m], set_up, tests[i].function, tear_down);
    }
  return g_test_run ();
}
