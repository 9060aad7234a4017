/* test-no-network.c: a build that can't download refuses, and says what to do instead. */
#include <string.h>

#include "base/error.h"
#include "models/download.h"
#include "models/fetch.h"
#include "support/folder.h"

#define OFFER "ViT-B-32-laion2b"

/* What is to be got, from where, what is done with it, and the other way. */
static void
expect_advice (const GError *error)
{
  static const char *const words[] = {"open_clip_config.json", "open_clip_model.safetensors",
                                      "https://huggingface.co/", "inkling-cli models add FOLDER",
                                      "extension"};

  g_assert_error (error, INK_ERROR, INK_ERROR_UNSUPPORTED);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_nonnull (strstr (error->message, words[i]));
}

static void
test_refused (void)
{
  g_autoptr (TestFolder) directory = test_folder_new ();
  g_autofree char *library = g_build_filename (directory, "library", NULL);
  g_autofree char *gathering = g_build_filename (library, "models", ".downloading", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = ink_store_open_writable (library, "test", NULL, &error);
  InkDownloadPlan plan;

  g_assert_no_error (error);
  g_assert_false (ink_fetcher_is_available ());
  g_assert_null (ink_models_download (store, OFFER, NULL, NULL, NULL, &error));
  expect_advice (error);
  g_clear_error (&error);
  g_assert_false (ink_models_plan_download (library, OFFER, &plan, NULL, &error));
  expect_advice (error);
  g_assert_false (g_file_test (gathering, G_FILE_TEST_EXISTS));
}

/* A name that is not in the catalogue is told first, with those that are. */
static void
test_unknown (void)
{
  g_autoptr (TestFolder) directory = test_folder_new ();
  g_autoptr (GError) error = NULL;
  InkDownloadPlan plan;

  g_assert_false (ink_models_plan_download (directory, "nothing", &plan, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_MODEL);
  g_assert_nonnull (strstr (error->message, OFFER));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("INKLING_MODEL_HUB");
  g_test_add_func ("/no-network/refused", test_refused);
  g_test_add_func ("/no-network/unknown", test_unknown);
  return g_test_run ();
}
