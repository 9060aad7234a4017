/* test-library.c: the façade on a small library: state, folders, failures, models, pictures. */
#include <math.h>

#include <glib/gstdio.h>
#include <unistd.h>

#include "library-fixture.h"
#include "support/golden.h"
#include "support/make-model.h"

/* ---- A library that is not there yet ----------------------------------------------------- */

static void
test_absent (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) folders = ink_library_get_folders (fixture->library, &error);
  g_autoptr (GPtrArray) failures = ink_library_get_failures (fixture->library, &error);
  g_autoptr (GPtrArray) problems = ink_library_check (fixture->library, FALSE, &error);
  g_autoptr (GPtrArray) models = ink_library_get_models (fixture->library, &error);
  g_autoptr (InkStatus) status = ink_library_get_status (fixture->library, &error);
  g_autoptr (InkQuery) query = library_fixture_query ("dog");
  const InkModelEntry *model;

  g_assert_no_error (error);
  g_assert_cmpuint (folders->len + failures->len + problems->len, ==, 0);
  g_assert_cmpuint (status->photos + status->failed + status->embedded, ==, 0);
  g_assert_cmpstr (status->model, ==, "starter");
  g_assert_true (g_strv_contains ((const char *const *)status->formats, "jpeg"));
  g_assert_null (status->last_run);
  model = models->pdata[0];
  g_assert_cmpstr (model->name, ==, "starter");
  g_assert_true (model->starter && model->active);
  g_assert_cmpstr (model->state, ==, "ready");

  g_assert_null (ink_library_search (fixture->library, query, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_LIBRARY);
  g_assert_nonnull (strstr (error->message, "index"));
  g_assert_false (g_file_test (fixture->library_path, G_FILE_TEST_EXISTS));
}

/* ---- Indexing ---------------------------------------------------------------------------- */

static void
test_index (LibraryFixture *fixture, gconstpointer unused)
{
  InkIndexProgress report;
  g_autoptr (InkStatus) status = NULL;
  g_autoptr (GPtrArray) failures = NULL;
  g_autoptr (GPtrArray) folders = NULL;
  g_autoptr (GError) error = NULL;
  const InkFailure *failure;
  const InkFolder *folder;

  library_fixture_put_many (fixture, 3);
  test_folder_write (fixture->photos, "broken.png", "no picture", 10);
  test_folder_write (fixture->photos, "film.mp4", "moving", 6);
  library_fixture_index (fixture, fixture->library, &report);
  g_assert_cmpuint (report.found, ==, 4);
  g_assert_cmpuint (report.indexed, ==, 3);
  g_assert_cmpuint (report.failed, ==, 1);

  status = ink_library_get_status (fixture->library, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (status->photos, ==, 3);
  g_assert_cmpuint (status->failed, ==, 1);
  g_assert_cmpuint (status->embedded, ==, 3);
  g_assert_cmpuint (status->database_bytes, >, 0);
  g_assert_cmpuint (status->thumbnail_bytes, >, 0);
  g_assert_nonnull (status->last_run);

  failures = ink_library_get_failures (fixture->library, &error);
  g_assert_cmpuint (failures->len, ==, 1);
  failure = failures->pdata[0];
  g_assert_true (g_str_has_suffix (failure->path, "/broken.png"));
  g_assert_cmpstr (failure->code, ==, "unsupported");

  folders = ink_library_get_folders (fixture->library, &error);
  g_assert_cmpuint (folders->len, ==, 1);
  folder = folders->pdata[0];
  g_assert_cmpstr (folder->path, ==, fixture->photos);
  g_assert_cmpuint (folder->photos, ==, 3);
  g_assert_cmpuint (folder->failed, ==, 1);
  g_assert_false (folder->offline);
}

static void
test_absent_folder (LibraryFixture *fixture, gconstpointer unused)
{
  g_autofree char *path = library_fixture_path (fixture, "not there");
  const char *const folders[] = {path, NULL};
  g_autoptr (GError) error = NULL;

  g_assert_false (
      ink_library_index (fixture->library, folders, FALSE, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
}

/* Another process, or here another handle, has the library. */
static void
test_locked (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkLibrary) other = library_fixture_open (fixture, NULL);
  g_autoptr (InkResults) results = NULL;
  g_autoptr (GError) error = NULL;

  library_fixture_put_many (fixture, 2);
  library_fixture_index (fixture, fixture->library, NULL);
  g_assert_false (ink_library_make_writable (other, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_LOCKED);
  /* It may read all the same, and sees what the first one writes. */
  results = library_fixture_search (other, library_fixture_query ("waves"));
  g_assert_cmpuint (results->hits->len, ==, 2);
  g_clear_pointer (&results, ink_results_free);
  library_fixture_put (fixture, "third.png", 3);
  library_fixture_index (fixture, fixture->library, NULL);
  results = library_fixture_search (other, library_fixture_query ("waves"));
  g_assert_cmpuint (results->hits->len, ==, 3);
}

static void
test_forget (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkStatus) before = NULL;
  g_autoptr (InkStatus) after = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *photo = library_fixture_path (fixture, "photo-00.png");
  guint photos = 0;

  library_fixture_put_many (fixture, 3);
  library_fixture_index (fixture, fixture->library, NULL);
  before = ink_library_get_status (fixture->library, &error);
  g_assert_true (ink_library_forget_folder (fixture->library, fixture->photos, &photos, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (photos, ==, 3);
  after = ink_library_get_status (fixture->library, &error);
  g_assert_cmpuint (after->photos + after->embedded, ==, 0);
  g_assert_cmpuint (after->thumbnail_bytes, <, before->thumbnail_bytes);
  g_assert_true (g_file_test (photo, G_FILE_TEST_EXISTS));
  g_assert_false (ink_library_forget_folder (fixture->library, fixture->photos, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
}

static void
test_check (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  library_fixture_put_many (fixture, 1);
  library_fixture_index (fixture, fixture->library, NULL);
  problems = ink_library_check (fixture->library, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (problems->len, ==, 0);
}

/* ---- Pictures ---------------------------------------------------------------------------- */

static gint64
first_photo (const LibraryFixture *fixture)
{
  g_autoptr (InkResults) results = library_fixture_search (fixture->library, ink_query_new ());
  const InkHit *hit = results->hits->pdata[0];

  return hit->photo;
}

static void
expect_pixels (InkPixels *pixels, guint width, guint height)
{
  g_assert_nonnull (pixels);
  g_assert_cmpuint (pixels->width, ==, width);
  g_assert_cmpuint (pixels->height, ==, height);
  g_assert_cmpuint (g_bytes_get_size (pixels->rgb), ==, (gsize)3 * width * height);
  ink_pixels_free (pixels);
}

static void
test_thumbnails (LibraryFixture *fixture, gconstpointer unused)
{
  g_autofree char *path = library_fixture_path (fixture, "waves-640x480.jpg");
  g_autoptr (GError) error = NULL;
  gint64 photo;

  library_fixture_copy_golden (fixture, "waves-640x480.jpg");
  library_fixture_index (fixture, fixture->library, NULL);
  photo = first_photo (fixture);
  expect_pixels (ink_library_load_thumbnail (fixture->library, photo, 128, NULL, &error), 128, 96);
  expect_pixels (ink_library_load_thumbnail (fixture->library, photo, 512, NULL, &error), 512, 384);
  g_assert_no_error (error);

  /* Its drive is away: the small one is all that there is. */
  g_unlink (path);
  expect_pixels (ink_library_load_thumbnail (fixture->library, photo, 128, NULL, &error), 128, 96);
  expect_pixels (ink_library_load_thumbnail (fixture->library, photo, 512, NULL, &error), 256, 192);
  g_assert_no_error (error);
  g_assert_null (ink_library_load_thumbnail (fixture->library, photo + 100, 128, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
}

/* A thumbnail that is missing is made again from the photo. */
static void
test_lost_thumbnails (LibraryFixture *fixture, gconstpointer unused)
{
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "inkling", NULL);
  g_autofree char *aside = g_strconcat (cache, "-aside", NULL);
  g_autoptr (InkStatus) status = NULL;
  g_autoptr (GError) error = NULL;
  gint64 photo;

  library_fixture_copy_golden (fixture, "waves-640x480.jpg");
  library_fixture_index (fixture, fixture->library, NULL);
  photo = first_photo (fixture);
  g_assert_cmpint (g_rename (cache, aside), ==, 0);
  expect_pixels (ink_library_load_thumbnail (fixture->library, photo, 128, NULL, &error), 128, 96);
  g_assert_no_error (error);
  status = ink_library_get_status (fixture->library, &error);
  g_assert_cmpuint (status->thumbnail_bytes, >, 0);
}

static void
test_pictures (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GFile) file = library_fixture_file (fixture, "waves-640x480.jpg");
  g_autoptr (GFile) remote = g_file_new_for_uri ("http://example.org/a.jpg");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  library_fixture_copy_golden (fixture, "waves-640x480.jpg");
  bytes = g_file_load_bytes (file, NULL, NULL, &error);
  expect_pixels (ink_library_load_picture (fixture->library, file, 320, NULL, &error), 320, 240);
  expect_pixels (ink_library_load_bytes (fixture->library, bytes, 5000, NULL, &error), 640, 480);
  g_assert_no_error (error);
  g_assert_null (ink_library_load_picture (fixture->library, remote, 320, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
}

/* ---- Embeddings and labels --------------------------------------------------------------- */

/* The reference's results for pictures that were saved without loss. JPEG decoders differ by up
 * to 2 levels, so those pictures are the engine's and the decoder's tests. */
static void
test_embed (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (JsonParser) golden = golden_load ("starter/golden.json");
  JsonObject *root = golden_root (golden);
  guint compared = 0;

  for (guint i = 0; i < golden_count (root, "images"); i++) {
    JsonObject *image = golden_element (root, "images", i);
    const char *name = json_object_get_string_member (image, "file");
    g_autofree char *base = g_path_get_basename (name);
    g_autoptr (GFile) file = library_fixture_file (fixture, base);
    g_autofree float *expected = NULL;
    g_autoptr (GError) error = NULL;
    float embedding[512];
    gsize n;

    if (!g_str_has_suffix (name, ".png"))
      continue;
    expected = golden_floats (image, "embedding", &n);
    g_assert_cmpuint (n, ==, G_N_ELEMENTS (embedding));
    library_fixture_copy_golden (fixture, base);
    g_assert_true (ink_library_embed_file (fixture->library, file, embedding, NULL, &error));
    g_assert_no_error (error);
    for (gsize d = 0; d < n; d++) /* the tolerance of golden results in float32 */
      g_assert_cmpfloat_with_epsilon (embedding[d], expected[d], 2e-6F);
    compared++;
  }
  g_assert_cmpuint (compared, >=, 3);
}

static void
test_embed_errors (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GFile) absent = library_fixture_file (fixture, "absent.jpg");
  g_autoptr (GFile) broken = library_fixture_file (fixture, "broken.jpg");
  g_autoptr (GError) error = NULL;
  float embedding[512];

  test_folder_write (fixture->photos, "broken.jpg", "no picture", 10);
  g_assert_false (ink_library_embed_file (fixture->library, absent, embedding, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (ink_library_embed_file (fixture->library, broken, embedding, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_UNSUPPORTED);
}

/* Against the definition, from embeddings that the engine gives one at a time. */
static void
test_classify (LibraryFixture *fixture, gconstpointer unused)
{
  const char *const labels[] = {"dog", "balloon", "clock", NULL};
  const char *const templates[] = {"{}", "a photo of a {}", NULL};
  g_autoptr (GFile) file = library_fixture_file (fixture, "checker-ball-512.png");
  g_autoptr (InkClassifier) classifier = NULL;
  g_autoptr (GArray) scores = NULL;
  g_autoptr (GError) error = NULL;
  ClipModel *model = ink_library_get_model (fixture->library, &error);
  float picture[512], text[2][512];
  double logits[3], sum = 0, total = 0;

  g_assert_no_error (error);
  library_fixture_copy_golden (fixture, "checker-ball-512.png");
  classifier = ink_library_make_classifier (fixture->library, labels, templates, NULL, &error);
  g_assert_no_error (error);
  scores = ink_classifier_classify (classifier, file, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (scores->len, ==, 3);

  ink_library_embed_file (fixture->library, file, picture, NULL, &error);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *photo = g_strconcat ("a photo of a ", labels[i], NULL);
    const char *const texts[] = {labels[i], photo};
    double dot = 0, squares = 0;

    g_assert_true (clip_model_encode_texts (model, texts, 2, text[0], NULL, &error));
    for (guint d = 0; d < 512; d++) {
      double mean = (double)text[0][d] + (double)text[1][d];

      dot += mean * (double)picture[d];
      squares += mean * mean;
    }
    logits[i] = exp ((double)clip_model_get_info (model)->logit_scale * dot / sqrt (squares));
    sum += logits[i];
  }
  for (guint i = 0; i < 3; i++) {
    const InkLabelScore *score = &g_array_index (scores, InkLabelScore, i);

    /* Cosines are known to some 1e-6, which the scale, about 18, turns into 2e-5. */
    g_assert_cmpfloat_with_epsilon (score->probability, logits[score->label] / sum, 1e-4);
    if (i > 0)
      g_assert_cmpfloat (score->probability, <=, (score - 1)->probability);
    total += score->probability;
  }
  g_assert_cmpfloat_with_epsilon (total, 1, 1e-9);
}

static void
test_classify_nothing (LibraryFixture *fixture, gconstpointer unused)
{
  const char *const none[] = {NULL};
  g_autoptr (GError) error = NULL;

  g_assert_null (ink_library_make_classifier (fixture->library, none, NULL, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_USAGE);
}

/* ---- Models ------------------------------------------------------------------------------ */

/* Returns: (transfer full): a small model's folder */
static char *
put_model (const LibraryFixture *fixture)
{
  char *folder = g_build_filename (fixture->directory, "tiny", NULL);
  g_autoptr (GError) error = NULL;

  make_model ("tiny-vit", folder, CLIP_DTYPE_F16, &error);
  g_assert_no_error (error);
  return folder;
}

static void
expect_model (const LibraryFixture *fixture, const char *name, guint dims)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStatus) status = ink_library_get_status (fixture->library, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (status->model, ==, name);
  g_assert_cmpuint (clip_model_get_info (ink_library_get_model (fixture->library, NULL))->dims, ==,
                    dims);
}

/* The new model's embeddings come beside the old ones; searches change over when all are there. */
static void
test_switch_model (LibraryFixture *fixture, gconstpointer unused)
{
  g_autofree char *folder = put_model (fixture);
  g_autofree char *name = NULL;
  g_autoptr (InkResults) before = NULL;
  g_autoptr (InkResults) between = NULL;
  g_autoptr (InkResults) after = NULL;
  g_autoptr (GError) error = NULL;
  const InkHit *old, *still, *new;
  InkIndexProgress report;

  library_fixture_put_many (fixture, 6);
  library_fixture_index (fixture, fixture->library, NULL);
  before = library_fixture_search (fixture->library, library_fixture_query ("dog"));
  expect_model (fixture, "starter", 512);

  name = ink_library_add_model (fixture->library, folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ink_library_use_model (fixture->library, name, 0, &error));
  expect_model (fixture, name, 64);
  between = library_fixture_search (fixture->library, library_fixture_query ("dog"));
  library_fixture_index (fixture, fixture->library, &report);
  g_assert_cmpuint (report.indexed, ==, 6);
  after = library_fixture_search (fixture->library, library_fixture_query ("dog"));
  g_assert_cmpuint (after->hits->len, ==, 6);

  old = before->hits->pdata[0];
  still = between->hits->pdata[0];
  new = after->hits->pdata[0];
  g_assert_cmpfloat (still->score, ==, old->score);
  g_assert_cmpfloat (new->score, !=, old->score);
  g_assert_true (ink_library_verify_model (fixture->library, name, NULL, &error));
  g_assert_false (ink_library_remove_model (fixture->library, name, &error));
}

/* A model for one process alone: the library's own stays what it was. */
static void
test_override_model (LibraryFixture *fixture, gconstpointer unused)
{
  g_autofree char *folder = put_model (fixture);
  g_autoptr (InkLibrary) other = library_fixture_open (fixture, folder);
  g_autoptr (InkQuery) query = library_fixture_query ("dog");
  g_autoptr (InkResults) own = NULL;
  g_autoptr (InkResults) again = NULL;
  g_autoptr (InkResults) others = NULL;
  g_autoptr (GError) error = NULL;
  const InkHit *first, *second, *third;

  library_fixture_put_many (fixture, 4);
  library_fixture_index (fixture, fixture->library, NULL);
  own = library_fixture_search (fixture->library, library_fixture_query ("dog"));
  g_assert_null (ink_library_search (other, query, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_MODEL);
  g_assert_nonnull (strstr (error->message, "inkling-cli index"));
  g_clear_object (&fixture->library); /* gives the lock back */

  library_fixture_index (fixture, other, NULL);
  others = library_fixture_search (other, library_fixture_query ("dog"));
  fixture->library = library_fixture_open (fixture, NULL);
  again = library_fixture_search (fixture->library, library_fixture_query ("dog"));
  first = own->hits->pdata[0];
  second = again->hits->pdata[0];
  third = others->hits->pdata[0];
  g_assert_cmpfloat (second->score, ==, first->score);
  g_assert_cmpfloat (third->score, !=, first->score);
}

static void
test_unknown_model (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkLibrary) other = library_fixture_open (fixture, "no-such-model");
  g_autoptr (GError) error = NULL;

  g_assert_null (ink_library_get_model (other, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NO_MODEL);
}

/* A library that can't even be opened is said to be damaged, and is mended by whoever writes. */
static void
test_damaged (LibraryFixture *fixture, gconstpointer unused)
{
  g_autofree char *garbage = g_strnfill (8192, 'x');
  g_autoptr (GError) error = NULL;

  library_fixture_put_many (fixture, 2);
  library_fixture_index (fixture, fixture->library, NULL);
  g_clear_object (&fixture->library);
  test_folder_write (fixture->library_path, "library.db", garbage, 8192);
  fixture->library = library_fixture_open (fixture, NULL);
  g_assert_null (ink_library_get_folders (fixture->library, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED);
  g_clear_error (&error);
  g_autoptr (GPtrArray) problems = ink_library_check (fixture->library, TRUE, &error);
  g_assert_no_error (error);
  g_autofree char *notice = ink_library_take_notice (fixture->library);
  g_assert_nonnull (strstr (notice, "library.db.damaged-"));
  library_fixture_index (fixture, fixture->library, NULL);
  g_autoptr (InkResults) results =
      library_fixture_search (fixture->library, library_fixture_query ("dog"));
  g_assert_cmpuint (results->hits->len, ==, 2);
}

/* What a folder is called for the user, in a sandbox and without one. */
static void
test_folder_paths (void)
{
  g_autofree char *home = g_build_filename (g_get_home_dir (), "Pictures", NULL);
  InkFolder folders[] = {
      {.path = home},
      {.path = (char *)"/run/user/1000/doc/1a2b/Holiday", .host_path = (char *)"/media/Holiday"},
      {.path = (char *)"/run/user/1000/doc/1a2b/Holiday/sea", .read_only = TRUE},
  };
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autofree char *own = g_build_filename (home, "a\n.jpg", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_ptr_array_add (list, &folders[i]);
  g_assert_true (ink_folders_find (list, own) == &folders[0]);
  g_assert_true (ink_folders_find (list, "/run/user/1000/doc/1a2b/Holiday/sea/b.jpg") ==
                 &folders[2]);
  g_assert_null (ink_folders_find (list, "/run/user/1000/doc/1a2b/Holidays"));

  g_autofree char *spoken = ink_folders_describe_path (list, own);
  g_assert_cmpstr (spoken, ==, "~/Pictures/a\xef\xbf\xbd.jpg");
  g_autofree char *alone = ink_folders_describe_path (NULL, g_get_home_dir ());
  g_assert_cmpstr (alone, ==, "~");
  g_autofree char *host =
      ink_folders_describe_path (list, "/run/user/1000/doc/1a2b/Holiday/town/c.jpg");
  g_assert_cmpstr (host, ==, "/media/Holiday/town/c.jpg");
  g_autofree char *folder = ink_folders_get_true_path (list, folders[1].path);
  g_assert_cmpstr (folder, ==, "/media/Holiday");
  g_autofree char *absolute = ink_folders_get_true_path (list, home);
  g_assert_cmpstr (absolute, ==, home);
}

/* Where the folder can't be written to. Everything can be by root, for whom there is no telling. */
static void
test_read_only_folder (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  library_fixture_put (fixture, "a.png", 1);
  library_fixture_index (fixture, fixture->library, NULL);
  g_autoptr (GPtrArray) before = ink_library_get_folders (fixture->library, &error);
  g_assert_no_error (error);
  g_assert_false (((InkFolder *)before->pdata[0])->read_only);
  g_assert_false (((InkFolder *)before->pdata[0])->untold);
  g_assert_null (((InkFolder *)before->pdata[0])->host_path);
  if (geteuid () == 0) {
    g_test_skip ("root can write everywhere");
    return;
  }
  g_assert_cmpint (g_chmod (fixture->photos, 0500), ==, 0);
  g_autoptr (GPtrArray) after = ink_library_get_folders (fixture->library, &error);
  g_assert_true (((InkFolder *)after->pdata[0])->read_only);
  g_assert_cmpint (g_chmod (fixture->photos, 0700), ==, 0);
}

static void
add_tests (void)
{
  library_test ("/library/damaged", test_damaged);
  library_test ("/library/absent", test_absent);
  library_test ("/library/index", test_index);
  library_test ("/library/absent-folder", test_absent_folder);
  g_test_add_func ("/library/folder-paths", test_folder_paths);
  library_test ("/library/read-only-folder", test_read_only_folder);
  library_test ("/library/locked", test_locked);
  library_test ("/library/forget", test_forget);
  library_test ("/library/check", test_check);
  library_test ("/library/thumbnails", test_thumbnails);
  library_test ("/library/lost-thumbnails", test_lost_thumbnails);
  library_test ("/library/pictures", test_pictures);
  library_test ("/library/embed", test_embed);
  library_test ("/library/embed-errors", test_embed_errors);
  library_test ("/library/classify", test_classify);
  library_test ("/library/classify-nothing", test_classify_nothing);
  library_test ("/library/switch-model", test_switch_model);
  library_test ("/library/override-model", test_override_model);
  library_test ("/library/unknown-model", test_unknown_model);
}

int
main (int argc, char **argv)
{
  return library_fixture_main (&argc, &argv, add_tests);
}
