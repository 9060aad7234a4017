/* test-download.c: models from a hub on the loopback interface, whole, cut and false. */
#include <glib/gstdio.h>
#include <string.h>

#include "app/models/hub.h"
#include "base/error.h"
#include "models/download.h"
#include "models/models.h"
#include "models/offers.h"
#include "support/folder.h"
#include "support/make-model.h"

#define OFFER "ViT-B-32-laion2b"
#define WEIGHTS "open_clip_model.safetensors"

typedef struct {
  TestFolder *directory;
  char *library, *model;
  InkStore *store;
  Hub *hub;
  GCancellable *cancellable;
  guint64 done, total; /* as last reported */
} Fixture;

static void
write_model (Fixture *fixture, guint64 seed)
{
  g_autoptr (GError) error = NULL;
  MakeModelOptions options = {.dtype = CLIP_DTYPE_F32, .seed = seed};

  g_assert_true (make_model_with ("tiny-vit", fixture->model, &options, &error));
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = test_folder_new ();
  fixture->library = g_build_filename (fixture->directory, "library", NULL);
  fixture->model = g_build_filename (fixture->directory, "model", NULL);
  g_assert_cmpint (g_mkdir (fixture->model, 0700), ==, 0);
  write_model (fixture, 1);
  fixture->store = ink_store_open_writable (fixture->library, "test", NULL, &error);
  g_assert_no_error (error);
  fixture->hub = hub_new (fixture->model);
  fixture->cancellable = g_cancellable_new ();
  g_setenv ("INKLING_MODEL_HUB", hub_get_address (fixture->hub), TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  hub_free (fixture->hub);
  ink_store_unref (fixture->store);
  g_object_unref (fixture->cancellable);
  g_free (fixture->library);
  g_free (fixture->model);
  test_folder_free (fixture->directory);
}

static void
note_progress (const InkDownloadProgress *progress, gpointer data)
{
  Fixture *fixture = data;

  g_assert_cmpuint (progress->done, <=, progress->total);
  fixture->done = progress->done;
  fixture->total = progress->total;
}

static char *
download (Fixture *fixture, GError **error)
{
  return ink_models_download (fixture->store, OFFER, note_progress, fixture, fixture->cancellable,
                              error);
}

static gsize
get_weights_size (const Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->model, WEIGHTS, NULL);
  GStatBuf facts;

  g_assert_cmpint (g_stat (path, &facts), ==, 0);
  return (gsize)facts.st_size;
}

/* A file of the download that is under way. */
static char *
get_part (const Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->library, "models", ".downloading", OFFER, name, NULL);
}

static void
expect_success (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = download (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (name, ==, OFFER);
  g_assert_true (ink_models_verify (fixture->store, name, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->done, ==, fixture->total);
  g_assert_cmpuint (fixture->total, >, get_weights_size (fixture));

  g_autofree char *gathering = get_part (fixture, "");
  g_assert_false (g_file_test (gathering, G_FILE_TEST_EXISTS));
}

static void
expect_failure (Fixture *fixture, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = NULL;

  g_assert_null (download (fixture, &error));
  g_test_message ("%s", error->message);
  g_assert_cmpint (ink_error_get_code (error), ==, code);
  models = ink_models_list (fixture->store, NULL);
  for (guint i = 0; i < models->len; i++)
    g_assert_cmpstr (((InkModel *)models->pdata[i])->name, ==, INK_MODEL_STARTER);
}

/* ---- Tests -------------------------------------------------------------------------------- */

static void
test_whole (Fixture *fixture, gconstpointer unused)
{
  expect_success (fixture);
}

static void
test_cut (Fixture *fixture, gconstpointer unused)
{
  HubFaults *faults = hub_get_faults (fixture->hub);

  faults->cut_after = (guint)(get_weights_size (fixture) / 5);
  faults->most_cuts = G_MAXUINT;
  expect_success (fixture);
  /* Each byte was sent about once. */
  g_assert_cmpuint (hub_take_bytes (fixture->hub), <, 2 * get_weights_size (fixture));
}

/* What is here when it fails is not fetched again. */
static void
test_continued (Fixture *fixture, gconstpointer unused)
{
  HubFaults *faults = hub_get_faults (fixture->hub);
  gsize size = get_weights_size (fixture);
  g_autofree char *whole = g_build_filename (fixture->model, WEIGHTS, NULL);
  g_autofree char *part = get_part (fixture, WEIGHTS ".part");
  g_autofree char *folder = g_path_get_dirname (part);
  g_autofree char *bytes = NULL;

  faults->status = 503;
  expect_failure (fixture, INK_ERROR_FAILED);
  faults->status = 0;
  g_assert_true (g_file_get_contents (whole, &bytes, NULL, NULL));
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (part, bytes, (gssize)size / 2, NULL));
  expect_success (fixture);
  g_assert_cmpuint (hub_take_bytes (fixture->hub), <, size / 2 + 100000);
}

static void
test_no_ranges (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *part = get_part (fixture, WEIGHTS ".part");
  g_autofree char *folder = g_path_get_dirname (part);

  hub_get_faults (fixture->hub)->no_ranges = TRUE;
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (part, "old bytes", -1, NULL));
  expect_success (fixture);
}

static void
test_wrong_range (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *part = get_part (fixture, WEIGHTS ".part");
  g_autofree char *folder = g_path_get_dirname (part);

  hub_get_faults (fixture->hub)->wrong_range = TRUE;
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (part, "old bytes", -1, NULL));
  expect_failure (fixture, INK_ERROR_FAILED);
}

/* A file that is not what was stated is thrown away, so that the next try begins anew. */
static void
test_wrong_hash (Fixture *fixture, gconstpointer unused)
{
  hub_get_faults (fixture->hub)->wrong_hash = TRUE;
  expect_failure (fixture, INK_ERROR_DAMAGED);
  hub_get_faults (fixture->hub)->wrong_hash = FALSE;
  expect_success (fixture);
}

static void
test_too_long (Fixture *fixture, gconstpointer unused)
{
  hub_get_faults (fixture->hub)->too_long = TRUE;
  expect_failure (fixture, INK_ERROR_DAMAGED);
}

/* Nothing is begun that can't be ended. */
static void
test_no_room (Fixture *fixture, gconstpointer unused)
{
  hub_get_faults (fixture->hub)->huge = TRUE;
  expect_failure (fixture, INK_ERROR_DISK_FULL);
  g_assert_cmpuint (hub_take_bytes (fixture->hub), ==, 0);
}

static void
test_redirects (Fixture *fixture, gconstpointer unused)
{
  hub_get_faults (fixture->hub)->round = TRUE;
  expect_failure (fixture, INK_ERROR_FAILED);
  hub_get_faults (fixture->hub)->round = FALSE;
  hub_get_faults (fixture->hub)->to_elsewhere = TRUE;
  expect_failure (fixture, INK_ERROR_FAILED);
}

static void
test_answers (Fixture *fixture, gconstpointer unused)
{
  hub_get_faults (fixture->hub)->status = 404;
  expect_failure (fixture, INK_ERROR_NOT_FOUND);
  hub_get_faults (fixture->hub)->status = 403;
  expect_failure (fixture, INK_ERROR_PERMISSION);
  hub_get_faults (fixture->hub)->status = 500;
  expect_failure (fixture, INK_ERROR_FAILED);
}

/* What once came from an address is to be the same the next time. */
static void
test_changed (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  expect_success (fixture);
  g_assert_true (ink_models_remove (fixture->store, OFFER, &error));
  expect_success (fixture);
  g_assert_true (ink_models_remove (fixture->store, OFFER, &error));
  write_model (fixture, 2);
  expect_failure (fixture, INK_ERROR_MODEL_INVALID);
}

static void
stop_at_first_report (const InkDownloadProgress *progress, gpointer data)
{
  g_cancellable_cancel (data);
}

static void
test_cancelled (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  char *name = ink_models_download (fixture->store, OFFER, stop_at_first_report,
                                    fixture->cancellable, fixture->cancellable, &error);

  g_assert_null (name);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_cancellable_reset (fixture->cancellable);
  expect_success (fixture);
}

static void
test_no_model (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *config = g_build_filename (fixture->model, "open_clip_config.json", NULL);

  g_assert_null (ink_models_download (fixture->store, "nothing", NULL, NULL, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_MODEL);
  g_assert_nonnull (strstr (error->message, OFFER));
  /* Whole and as stated, but nothing that the engine runs. */
  g_assert_true (g_file_set_contents (config, "{}", -1, NULL));
  expect_failure (fixture, INK_ERROR_MODEL_INVALID);
}

static void
test_not_trusted (Fixture *fixture, gconstpointer unused)
{
  g_setenv ("INKLING_MODEL_HUB", "http://hub.invalid", TRUE);
  expect_failure (fixture, INK_ERROR_FAILED);
}

static void
test_offers (void)
{
  g_autoptr (GPtrArray) offers = ink_model_offers_load ();
  guint recommended = 0;

  g_assert_cmpuint (offers->len, ==, 7);
  for (guint i = 0; i < offers->len; i++) {
    const InkModelOffer *offer = offers->pdata[i];
    recommended += offer->recommended;
    g_assert_nonnull (strchr (offer->repository, '/'));
    g_assert_cmpuint (offer->dims, >=, 512);
    g_assert_cmpstr (offer->licence, ==, "MIT");
  }
  g_assert_cmpuint (recommended, ==, 1);
  g_autoptr (InkModelOffer) offer = ink_model_offers_find (OFFER, NULL);
  g_autofree char *words = ink_models_explain_import (offer);
  g_assert_nonnull (strstr (words, "CLIP-ViT-B-32-laion2B-s34B-b79K"));
  g_assert_nonnull (strstr (words, "open_clip_config.json"));
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*run) (Fixture *fixture, gconstpointer data);
  } tests[] = {
      {"whole", test_whole},
      {"cut", test_cut},
      {"continued", test_continued},
      {"no-ranges", test_no_ranges},
      {"wrong-range", test_wrong_range},
      {"wrong-hash", test_wrong_hash},
      {"too-long", test_too_long},
      {"no-room", test_no_room},
      {"redirects", test_redirects},
      {"answers", test_answers},
      {"changed", test_changed},
      {"cancelled", test_cancelled},
      {"no-model", test_no_model},
      {"not-trusted", test_not_trusted},
  };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/download/offers", test_offers);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/download/", tests[i].name, NULL);
    g_test_add (path, Fixture, NULL, set_up, tests[i].run, tear_down);
  }
  return g_test_run ();
}
