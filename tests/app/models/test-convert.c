/* test-convert.c: PyTorch checkpoints are kept as safetensors: the same embeddings to the bit, the
 * original as it was, and nothing left behind where it fails. */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include <glib/gstdio.h>

#include "base/error.h"
#include "models/models.h"
#include "support/folder.h"
#include "support/make-model.h"

#define CHECKPOINT "open_clip_pytorch_model.bin"
#define CONVERTED "open_clip_model.safetensors"
#define SIDE 64

typedef struct {
  TestFolder *directory;
  char *library, *model;
  InkStore *store;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = test_folder_new ();
  fixture->library = g_build_filename (fixture->directory, "library", NULL);
  fixture->model = g_build_filename (fixture->directory, "model", NULL);
  fixture->store = ink_store_open_writable (fixture->library, "test", NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  ink_store_unref (fixture->store);
  g_free (fixture->library);
  g_free (fixture->model);
  test_folder_free (fixture->directory);
}

static void
write_checkpoint (const Fixture *fixture, const char *name, const MakeModelOptions *wanted)
{
  MakeModelOptions options = *wanted;
  g_autoptr (GError) error = NULL;

  options.seed = 1;
  options.file = CHECKPOINT;
  g_assert_true (make_model_with (name, fixture->model, &options, &error));
  g_assert_no_error (error);
}

static char *
hash_checkpoint (const Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->model, CHECKPOINT, NULL);
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)bytes, size);
}

/* Embeddings of a picture and a text, one after the other. */
static float *
embed (const char *folder, const char *weights, gsize *n)
{
  g_autoptr (GError) error = NULL;
  ClipOptions options = {.threads = 1, .precision = CLIP_PRECISION_F32};
  g_autofree char *vocabulary = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "data",
                                                  "models", "starter", "merges.txt", NULL);
  guint8 rgb[SIDE * SIDE * 3];
  const ClipPicture picture = {rgb, SIDE, SIDE, 3 * SIDE};
  const char *const text = "a cup of coffee";

  options.vocabulary = vocabulary;
  g_autoptr (ClipModel) model = clip_model_open (folder, &options, &error);
  g_assert_no_error (error);
  const ClipModelInfo *info = clip_model_get_info (model);
  g_assert_cmpstr (info->weights_file, ==, weights);
  for (guint i = 0; i < sizeof rgb; i++)
    rgb[i] = (guint8)(i * 7 + i / 50);
  *n = 2 * (gsize)info->dims;
  float *embeddings = g_new (float, *n);
  g_assert_true (clip_model_encode_pictures (model, &picture, 1, embeddings, NULL, &error));
  g_assert_true (clip_model_encode_texts (model, &text, 1, embeddings + info->dims, NULL, &error));
  g_assert_no_error (error);
  return embeddings;
}

/* Files and folders below the library's "models". */
static guint
count_entries (const Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->library, "models", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_same (Fixture *fixture, gconstpointer unused)
{
  static const struct {
    const char *name;
    MakeModelOptions options;
  } cases[] = {
      {"tiny-vit", {.dtype = CLIP_DTYPE_F32}},
      {"tiny-convnext", {.dtype = CLIP_DTYPE_F16, .state_dict = TRUE, .module = TRUE}},
      {"tiny-convnext-mlp", {.dtype = CLIP_DTYPE_BF16, .text = TRUE}},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    gsize n, m;
    write_checkpoint (fixture, cases[i].name, &cases[i].options);
    g_autofree char *before = hash_checkpoint (fixture);
    g_autofree char *name = ink_models_add (fixture->store, fixture->model, NULL, &error);
    g_assert_no_error (error);
    g_autofree char *added = g_build_filename (fixture->library, "models", name, NULL);
    g_autofree float *original = embed (fixture->model, CHECKPOINT, &n);
    g_autofree float *converted = embed (added, CONVERTED, &m);
    g_assert_cmpmem (original, n * sizeof *original, converted, m * sizeof *converted);

    g_autofree char *after = hash_checkpoint (fixture);
    g_assert_cmpstr (before, ==, after);
    g_autofree char *copy = g_build_filename (added, CHECKPOINT, NULL);
    g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
    g_assert_true (ink_models_verify (fixture->store, name, NULL, &error));
    /* It is known when it comes again. */
    g_autofree char *again = ink_models_add (fixture->store, fixture->model, NULL, &error);
    g_assert_cmpstr (again, ==, name);
    g_assert_cmpuint (count_entries (fixture), ==, i + 1);
  }
}

static void
test_damaged (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->model, CHECKPOINT, NULL);
  g_autofree char *bytes = NULL;
  gsize size;

  write_checkpoint (fixture, "tiny-vit", &(MakeModelOptions){.dtype = CLIP_DTYPE_F32});
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (path, bytes, (gssize)(size - size / 3), NULL));
  g_assert_null (ink_models_add (fixture->store, fixture->model, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_cmpint (ink_error_get_code (error), ==, INK_ERROR_MODEL_INVALID);
  g_assert_cmpuint (count_entries (fixture), ==, 0);
}

static void
test_cancelled (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  write_checkpoint (fixture, "tiny-vit", &(MakeModelOptions){.dtype = CLIP_DTYPE_F32});
  g_cancellable_cancel (cancellable);
  g_assert_null (ink_models_add (fixture->store, fixture->model, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_entries (fixture), ==, 0);
}

/* Files may not grow beyond a quarter of the model: writing fails on the way, as on a full disk. */
static void
test_no_room (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->model, CHECKPOINT, NULL);
  struct rlimit limit, small;
  GStatBuf facts;

  write_checkpoint (fixture, "tiny-vit", &(MakeModelOptions){.dtype = CLIP_DTYPE_F32});
  g_assert_cmpint (g_stat (path, &facts), ==, 0);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  small = limit;
  small.rlim_cur = (rlim_t)facts.st_size / 4;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  char *name = ink_models_add (fixture->store, fixture->model, NULL, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_null (name);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "Can't write"));
  g_assert_cmpuint (count_entries (fixture), ==, 0);

  g_clear_error (&error);
  name = ink_models_add (fixture->store, fixture->model, NULL, &error);
  g_assert_no_error (error);
  g_free (name);
}

/* Files that were chosen one by one, each from a folder of its own, as a portal shows them. */
static void
test_files (Fixture *fixture, gconstpointer unused)
{
  static const char *const names[] = {"open_clip_config.json", CHECKPOINT};
  g_autoptr (GError) error = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  write_checkpoint (fixture, "tiny-vit", &(MakeModelOptions){.dtype = CLIP_DTYPE_F32});
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *apart = g_strdup_printf ("%s/apart-%zu", fixture->directory, i);
    g_autofree char *from = g_build_filename (fixture->model, names[i], NULL);
    g_autofree char *to = g_build_filename (apart, names[i], NULL);
    g_assert_cmpint (g_mkdir (apart, 0700), ==, 0);
    g_assert_cmpint (g_rename (from, to), ==, 0);
    g_strv_builder_add (builder, to);
  }
  g_auto (GStrv) files = g_strv_builder_end (builder);

  /* One alone does not make a model, and it is said what does. */
  const char *const one[] = {files[1], NULL};
  g_assert_null (ink_models_add_files (fixture->store, one, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_MODEL);
  g_assert_nonnull (strstr (error->message, "open_clip_config.json"));
  g_clear_error (&error);

  g_autofree char *name =
      ink_models_add_files (fixture->store, (const char *const *)files, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ink_models_verify (fixture->store, name, NULL, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*run) (Fixture *fixture, gconstpointer data);
  } tests[] = {
      {"/convert/same", test_same},           {"/convert/damaged", test_damaged},
      {"/convert/cancelled", test_cancelled}, {"/convert/no-room", test_no_room},
      {"/convert/files", test_files},
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
