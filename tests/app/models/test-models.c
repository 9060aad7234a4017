/* test-models.c: models in and out of a library. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include <glib/gstdio.h>

#include "clip.h"
#include "models/models.h"
#include "store/model-table.h"
#include "support/folder.h"
#include "support/make-model.h"

#define WEIGHTS "open_clip_model.safetensors"

typedef struct {
  TestFolder *directory;
  char *library;
  InkStore *store;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = test_folder_new ();
  fixture->library = g_build_filename (fixture->directory, "library", NULL);
  fixture->store = ink_store_open_writable (fixture->library, "test", NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  ink_store_unref (fixture->store);
  g_free (fixture->library);
  test_folder_free (fixture->directory);
}

/* Makes a small model in a folder of that name. Returns: (transfer full): its path */
static char *
make (const Fixture *fixture, const char *name, guint64 seed)
{
  g_autoptr (GError) error = NULL;
  MakeModelOptions options = {.dtype = CLIP_DTYPE_F16, .seed = seed};
  char *folder = g_build_filename (fixture->directory, "made", name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (make_model_with ("tiny-vit", folder, &options, &error));
  g_assert_no_error (error);
  return folder;
}

/* Adds a model that can be added. Returns: (transfer full): its name */
static char *
add (const Fixture *fixture, const char *folder)
{
  g_autoptr (GError) error = NULL;
  char *name = ink_models_add (fixture->store, folder, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (name);
  return name;
}

static char *
get_path (const Fixture *fixture, const char *model, const char *file)
{
  return g_build_filename (fixture->library, "models", model, file, NULL);
}

/* How many files and folders there are below the library's "models". */
static guint
count_entries (const Fixture *fixture, const char *model)
{
  g_autofree char *path = g_build_filename (fixture->library, "models", model, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* The state that the list gives a model; NULL where it does not have it. */
static const char *
get_state (const Fixture *fixture, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = ink_models_list (fixture->store, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < models->len; i++) {
    const InkModel *model = g_ptr_array_index (models, i);
    if (strcmp (model->name, name) == 0)
      return model->state;
  }
  return NULL;
}

static void
write_file (const char *folder, const char *name, const char *text)
{
  test_folder_write (folder, name, text, strlen (text));
}

/* ---- The starter model ------------------------------------------------------------------- */

static void
test_starter (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  /* Without a library it is there, too. */
  for (guint i = 0; i < 2; i++) {
    InkStore *store = i == 0 ? NULL : fixture->store;
    g_autoptr (GPtrArray) models = ink_models_list (store, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (models->len, ==, 1);
    const InkModel *starter = g_ptr_array_index (models, 0);
    g_assert_cmpstr (starter->name, ==, INK_MODEL_STARTER);
    g_assert_true (starter->active);
    g_assert_true (starter->starter);
    g_assert_cmpuint (starter->dims, ==, 512);
    g_assert_cmpuint (starter->image_size, ==, 224);
    g_assert_cmpstr (starter->licence, ==, "see NOTICE.md");
    g_assert_cmpstr (starter->state, ==, "ready");
    g_autofree char *path = ink_models_resolve (store, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (path, ==, starter->path);
    g_autofree char *active = ink_models_get_active (store, &error);
    g_assert_cmpstr (active, ==, INK_MODEL_STARTER);
  }
  g_assert_false (ink_models_remove (fixture->store, INK_MODEL_STARTER, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
}

static void
test_no_starter (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("INKLING_DATA_DIR", fixture->directory, TRUE);
  g_autoptr (GPtrArray) models = ink_models_list (NULL, &error);
  g_assert_cmpuint (models->len, ==, 0);
  g_assert_null (ink_models_resolve (NULL, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_MODEL);
  g_unsetenv ("INKLING_DATA_DIR");
}

/* A model that was installed as a package of its own can be used, and is nobody's to remove; one
 * that is added under its name gets another; once it is gone, it is missing. */
static void
test_installed (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *made = make (fixture, "tiny", 0);
  g_autofree char *models_folder =
      g_build_filename (fixture->directory, "models", "installed", NULL);
  g_autofree char *folder = g_build_filename (models_folder, "tiny", NULL);

  g_assert_cmpint (g_mkdir_with_parents (models_folder, 0700), ==, 0);
  g_assert_cmpint (g_rename (made, folder), ==, 0);
  /* Beside the starter model, whose vocabulary it uses. */
  g_autofree char *starter = ink_models_resolve (NULL, INK_MODEL_STARTER, &error);
  g_autofree char *link = g_build_filename (fixture->directory, "models", "starter", NULL);
  g_assert_cmpint (symlink (starter, link), ==, 0);
  g_setenv ("INKLING_DATA_DIR", fixture->directory, TRUE);

  g_autoptr (GPtrArray) models = ink_models_list (NULL, &error);
  g_assert_cmpuint (models->len, ==, 2);
  g_assert_cmpstr (get_state (fixture, "tiny"), ==, "ready");
  g_autofree char *path = ink_models_resolve (fixture->store, "tiny", &error);
  g_assert_cmpstr (path, ==, folder);
  g_autofree char *sha256 = ink_models_get_sha256 (fixture->store, path, WEIGHTS, NULL, &error);
  g_autofree char *known = ink_models_recall_sha256 (fixture->store, path, WEIGHTS);
  g_assert_cmpstr (known, ==, sha256);
  g_assert_true (ink_models_verify (fixture->store, "tiny", NULL, &error));
  g_assert_false (ink_models_remove (fixture->store, "tiny", &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (ink_models_resolve (fixture->store, "../installed/tiny", &error));
  g_clear_error (&error);

  g_autofree char *other = make (fixture, "tiny", 7);
  g_autofree char *added = add (fixture, other);
  g_assert_cmpstr (added, ==, "tiny-2");
  g_autofree char *elsewhere = g_build_filename (fixture->directory, "elsewhere", NULL);
  g_assert_cmpint (g_rename (folder, elsewhere), ==, 0);
  g_assert_cmpstr (get_state (fixture, "tiny"), ==, "missing");
  g_assert_true (ink_models_remove (fixture->store, "tiny", &error));
  g_assert_no_error (error);
  g_unsetenv ("INKLING_DATA_DIR");
}

/* ---- Adding ------------------------------------------------------------------------------ */

static void
test_add (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = make (fixture, "My Model (1)\n", 0);
  g_autofree char *inner = g_build_filename (folder, "sub", NULL);
  struct stat status;

  write_file (folder, "README.md", "---\nlicense: mit\ntags:\n- clip\n---\n# A model\n");
  write_file (folder, "notice.txt", "A notice");
  write_file (folder, "pytorch_model.bin", "not the weights in use");
  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);

  g_autofree char *name = add (fixture, folder);
  g_assert_cmpstr (name, ==, "My-Model-1");
  g_autoptr (GPtrArray) models = ink_models_list (fixture->store, &error);
  g_assert_cmpuint (models->len, ==, 2);
  const InkModel *model = g_ptr_array_index (models, 1);
  g_assert_cmpstr (model->name, ==, name);
  g_assert_false (model->active);
  g_assert_false (model->starter);
  g_assert_cmpstr (model->weights, ==, WEIGHTS);
  g_assert_cmpuint (model->dims, >, 0);
  g_assert_cmpuint (model->image_size, >, 0);
  g_assert_cmpstr (model->licence, ==, "mit");
  g_assert_cmpstr (model->state, ==, "ready");

  /* Configuration, weights and two notes: nothing else. */
  g_assert_cmpuint (count_entries (fixture, name), ==, 4);
  g_autofree char *copy = get_path (fixture, name, "notice.txt");
  g_assert_cmpint (g_stat (copy, &status), ==, 0);
  g_assert_cmphex (status.st_mode & 0777, ==, 0600);

  /* It can be used without the folder that it came from. */
  g_autofree char *path = ink_models_resolve (fixture->store, name, &error);
  g_assert_cmpstr (path, ==, model->path);
  g_assert_true (ink_models_verify (fixture->store, name, NULL, &error));
  g_assert_no_error (error);
}

static void
test_names (Fixture *fixture, gconstpointer unused)
{
  static const char *const names[][2] = {
      {"starter", "starter-2"}, {"-rf *", "rf"},          {"...", "model"},
      {"\xff\xfe", "model-2"},  {"v1.0_a-b", "v1.0_a-b"}, {"a  b", "a-b"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *folder = make (fixture, names[i][0], i + 1);
    g_autofree char *name = add (fixture, folder);
    g_assert_cmpstr (name, ==, names[i][1]);
  }
}

static void
test_twice (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *folder = make (fixture, "model", 0);
  g_autofree char *same = make (fixture, "elsewhere", 0);
  g_autofree char *first = add (fixture, folder);
  g_autofree char *again = add (fixture, same);

  g_assert_cmpstr (first, ==, "model");
  g_assert_cmpstr (again, ==, "model");
  g_assert_cmpuint (count_entries (fixture, NULL), ==, 1);
  /* Another model of the same name. */
  g_autofree char *other = make (fixture, "model", 77);
  g_autofree char *second = add (fixture, other);
  g_assert_cmpstr (second, ==, "model-2");
  g_assert_cmpuint (count_entries (fixture, NULL), ==, 2);
}

static void
test_refused (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *folder = make (fixture, "model", 0);
  g_autofree char *absent = g_build_filename (fixture->directory, "absent", NULL);
  g_autofree char *leftover = g_build_filename (fixture->library, "models", ".adding-abc", NULL);

  g_assert_null (ink_models_add (fixture->store, absent, NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (ink_error_exit_status (error), ==, 3);
  g_clear_error (&error);

  g_autoptr (InkStore) reader = ink_store_open_readonly (fixture->library, &error);
  g_assert_null (ink_models_add (reader, folder, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_READ_ONLY);
  g_clear_error (&error);

  g_cancellable_cancel (cancellable);
  g_assert_null (ink_models_add (fixture->store, folder, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpuint (count_entries (fixture, NULL), ==, 0);

  /* What an interrupted call has left behind goes with the next. */
  g_assert_cmpint (g_mkdir_with_parents (leftover, 0700), ==, 0);
  write_file (leftover, "part", "of a model");
  g_autofree char *name = add (fixture, folder);
  g_assert_cmpuint (count_entries (fixture, NULL), ==, 1);

  write_file (folder, WEIGHTS, "no weights");
  g_assert_null (ink_models_add (fixture->store, folder, NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpstr (ink_error_code (error), ==, "model-invalid");
  g_assert_cmpuint (count_entries (fixture, NULL), ==, 1);
}

/* ---- Using, removing --------------------------------------------------------------------- */

static void
test_use (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = make (fixture, "model", 0);
  g_autofree char *name = add (fixture, folder);
  g_autofree char *path = get_path (fixture, name, NULL);

  g_assert_true (ink_models_check (fixture->store, name, 0, &error));
  g_assert_true (ink_store_set_meta (fixture->store, INK_META_ACTIVE_MODEL, name, &error));
  g_autofree char *active = ink_models_get_active (fixture->store, &error);
  g_assert_cmpstr (active, ==, name);
  g_autofree char *resolved = ink_models_resolve (fixture->store, NULL, &error);
  g_assert_cmpstr (resolved, ==, path);
  g_assert_false (ink_models_remove (fixture->store, name, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_clear_error (&error);

  g_assert_false (ink_models_check (fixture->store, "unknown", 0, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_MODEL);
  g_clear_error (&error);
  g_assert_false (ink_models_remove (fixture->store, "unknown", &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_MODEL);
  g_clear_error (&error);

  g_assert_true (ink_store_set_meta (fixture->store, INK_META_ACTIVE_MODEL, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (ink_models_remove (fixture->store, name, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_null (get_state (fixture, name));
}

static void
test_resolve (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = make (fixture, "model", 0);
  g_autofree char *roundabout = g_build_filename (folder, "..", "model", ".", NULL);
  g_autofree char *resolved = ink_models_resolve (fixture->store, roundabout, &error);

  g_assert_cmpstr (resolved, ==, folder);
  g_assert_null (ink_models_resolve (fixture->store, "unknown", &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_MODEL);
  g_clear_error (&error);
  g_assert_null (ink_models_resolve (fixture->store, "/no/such/folder", &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_MODEL);
}

/* ---- Hashes ------------------------------------------------------------------------------ */

/* The hash by its definition. */
static char *
hash_by_hand (const char *folder, const char *const *names, gsize n)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (gsize i = 0; i < n; i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    g_autofree char *bytes = NULL;
    gsize length;
    guint8 prefix[8];
    g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
    for (guint j = 0; j < 8; j++)
      prefix[j] = (guint8)((guint64)length >> (8 * j));
    g_checksum_update (checksum, prefix, sizeof prefix);
    g_checksum_update (checksum, (const guint8 *)bytes, (gssize)length);
  }
  return g_strdup (g_checksum_get_string (checksum));
}

static void
test_hash (Fixture *fixture, gconstpointer unused)
{
  static const char *const names[] = {"open_clip_config.json", WEIGHTS, "merges.txt"};
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = make (fixture, "model", 0);
  g_autofree char *expected = hash_by_hand (folder, names, 2);
  g_autofree char *hash = ink_models_get_sha256 (NULL, folder, WEIGHTS, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (hash, ==, expected);
  /* A model with a vocabulary of its own is another model. */
  write_file (folder, "merges.txt", "#version: 0.2\n");
  g_autofree char *expected_with = hash_by_hand (folder, names, 3);
  g_autofree char *hash_with = ink_models_get_sha256 (NULL, folder, WEIGHTS, NULL, &error);
  g_assert_cmpstr (hash_with, ==, expected_with);

  g_assert_null (ink_models_get_sha256 (NULL, folder, "absent.safetensors", NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_MODEL);
}

static void
test_remembered (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = make (fixture, "starter-model", 0);
  g_autofree char *starter = g_build_filename (fixture->directory, "models", "starter", NULL);
  g_autofree char *models = g_path_get_dirname (starter);
  g_autofree char *planted = g_strnfill (64, 'a');

  g_assert_cmpint (g_mkdir (models, 0700), ==, 0);
  g_assert_cmpint (g_rename (folder, starter), ==, 0);
  g_setenv ("INKLING_DATA_DIR", fixture->directory, TRUE);
  g_autofree char *hash = ink_models_get_sha256 (fixture->store, starter, WEIGHTS, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (InkModelRow) row = ink_store_get_model (fixture->store, INK_MODEL_STARTER, &error);
  g_assert_nonnull (row);
  g_assert_cmpstr (row->sha256, ==, hash);

  /* It is not taken again … */
  g_free (row->sha256);
  row->sha256 = g_strdup (planted);
  g_assert_true (ink_store_put_model (fixture->store, row, &error));
  g_autofree char *again = ink_models_get_sha256 (fixture->store, starter, WEIGHTS, NULL, &error);
  g_assert_cmpstr (again, ==, planted);
  /* … before the files change. */
  g_autofree char *config = g_build_filename (starter, "open_clip_config.json", NULL);
  g_assert_cmpint (g_utime (config, NULL), ==, 0);
  g_autofree char *anew = ink_models_get_sha256 (fixture->store, starter, WEIGHTS, NULL, &error);
  g_assert_cmpstr (anew, ==, hash);
  g_unsetenv ("INKLING_DATA_DIR");
}

static void
flip_last_byte (const char *path)
{
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  bytes[length - 1] ^= 1;
  g_assert_true (g_file_set_contents (path, bytes, (gssize)length, NULL));
}

static void
test_verify (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = make (fixture, "model", 0);
  g_autofree char *name = add (fixture, folder);
  g_autofree char *path = get_path (fixture, name, NULL);
  g_autofree char *weights = get_path (fixture, name, WEIGHTS);
  g_autofree char *before = ink_models_get_sha256 (fixture->store, path, WEIGHTS, NULL, &error);

  flip_last_byte (weights);
  /* As large as before: only reading all of it tells. */
  g_assert_cmpstr (get_state (fixture, name), ==, "ready");
  g_assert_false (ink_models_verify (fixture->store, name, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_MODEL_INVALID);
  g_clear_error (&error);
  /* Its embeddings are in no space of the other's. */
  g_autofree char *after = ink_models_get_sha256 (fixture->store, path, WEIGHTS, NULL, &error);
  g_assert_cmpstr (after, !=, before);
  flip_last_byte (weights);
  g_assert_true (ink_models_verify (fixture->store, name, NULL, &error));
  g_assert_no_error (error);

  g_assert_cmpint (truncate (weights, 100), ==, 0);
  g_assert_cmpstr (get_state (fixture, name), ==, "invalid");
  g_assert_false (ink_models_verify (fixture->store, name, NULL, &error));
  g_assert_cmpstr (ink_error_code (error), ==, "model-invalid");
  g_clear_error (&error);
  g_assert_cmpint (g_unlink (weights), ==, 0);
  g_assert_cmpstr (get_state (fixture, name), ==, "missing");
  g_autofree char *config = get_path (fixture, name, "open_clip_config.json");
  g_assert_cmpint (g_unlink (config), ==, 0);
  g_assert_null (ink_models_resolve (fixture->store, name, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_MODEL);
}

#define model_test(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  model_test ("/models/starter", test_starter);
  model_test ("/models/no-starter", test_no_starter);
  model_test ("/models/installed", test_installed);
  model_test ("/models/add", test_add);
  model_test ("/models/names", test_names);
  model_test ("/models/twice", test_twice);
  model_test ("/models/refused", test_refused);
  model_test ("/models/use", test_use);
  model_test ("/models/resolve", test_resolve);
  model_test ("/models/hash", test_hash);
  model_test ("/models/remembered", test_remembered);
  model_test ("/models/verify", test_verify);
  return g_test_run ();
}
