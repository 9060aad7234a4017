/* test-change.c: from one model to another and back. */
#include <glib/gstdio.h>

#include "library-fixture.h"
#include "store/embeddings.h"
#include "support/make-model.h"

static void
expect_change (InkLibrary *library, InkModelState state, guint done, guint total)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkModelChange) change = ink_library_get_model_change (library, &error);

  g_assert_no_error (error);
  g_assert_cmpint (change->state, ==, state);
  g_assert_cmpuint (change->done, ==, done);
  g_assert_cmpuint (change->total, ==, total);
}

/* The best score of a query and how many photos it sees. */
static double
search (InkLibrary *library, guint photos)
{
  InkQuery *query = library_fixture_query ("dog");
  g_autoptr (InkResults) results = NULL;

  query->group = FALSE;
  results = library_fixture_search (library, query);
  g_assert_cmpuint (results->hits->len, ==, photos);
  return ((const InkHit *)results->hits->pdata[0])->score;
}

/* Adds a tiny model. Returns: its name */
static char *
add_model (const LibraryFixture *fixture)
{
  g_autofree char *folder = g_build_filename (fixture->directory, "tiny", NULL);
  g_autoptr (GError) error = NULL;
  char *name;

  make_model ("tiny-vit", folder, CLIP_DTYPE_F16, &error);
  g_assert_no_error (error);
  name = ink_library_add_model (fixture->library, folder, NULL, &error);
  g_assert_no_error (error);
  return name;
}

static void
test_there_and_back (LibraryFixture *fixture, gconstpointer unused)
{
  InkLibrary *library = fixture->library;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  double old, new;
  guint photos;
  guint64 bytes;

  g_assert_false (ink_library_undo_model (library, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_clear_error (&error);
  library_fixture_put_many (fixture, 4);
  library_fixture_index (fixture, library, NULL);
  old = search (library, 4);
  name = add_model (fixture);
  g_assert_true (ink_library_plan_model (library, name, 0, &photos, &bytes, &error));
  g_assert_cmpuint (photos, ==, 4);
  g_assert_cmpuint (bytes, >=, 4 * 64 * 2);
  expect_change (library, INK_MODEL_UNCHANGED, 0, 0);

  g_assert_true (ink_library_use_model (library, name, 0, &error));
  expect_change (library, INK_MODEL_CHANGING, 0, 4);
  g_assert_cmpfloat (search (library, 4), ==, old);
  g_assert_false (ink_library_confirm_model (library, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_clear_error (&error);
  /* Given up before anything was done: nothing is left of it. */
  g_assert_true (ink_library_use_model (library, "starter", 0, &error));
  expect_change (library, INK_MODEL_UNCHANGED, 0, 0);
  g_assert_true (ink_library_use_model (library, name, 0, &error));

  /* A photo that comes now gets both: it is there after going back as well. */
  library_fixture_put (fixture, "late.png", 77);
  library_fixture_index (fixture, library, NULL);
  expect_change (library, INK_MODEL_CHANGED, 5, 5);
  new = search (library, 5);
  g_assert_cmpfloat (new, !=, old);
  g_assert_true (ink_library_undo_model (library, &error));
  g_assert_cmpfloat (search (library, 5), >=, old);
  g_assert_true (ink_library_undo_model (library, &error));
  g_assert_cmpfloat (search (library, 5), ==, new);

  g_assert_true (ink_library_confirm_model (library, &error));
  g_assert_no_error (error);
  expect_change (library, INK_MODEL_UNCHANGED, 0, 0);
  g_assert_false (ink_library_undo_model (library, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_cmpfloat (search (library, 5), ==, new);
  /* The old embeddings are gone: going back means indexing again. */
  g_assert_true (ink_library_plan_model (library, "starter", 0, &photos, &bytes, &error));
  g_assert_cmpuint (photos, ==, 5);
}

/* What was told of single photos while a change went on. */
typedef struct {
  GCancellable *stop; /* set off as soon as the new model has begun */
  GPtrArray *names;
} Followed;

static void
follow (const InkIndexEvent *event, gpointer data)
{
  Followed *followed = data;

  g_assert_cmpint (event->kind, ==, INK_EVENT_INDEXED);
  g_ptr_array_add (followed->names, g_path_get_basename (event->path));
  if (followed->names->len == 2)
    g_cancellable_cancel (followed->stop);
}

/* The space that is searched comes first: a photo that arrives during a change is found although
 * the change has hours to go, and was cut short here. */
static void
test_searched_first (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  Followed followed = {stop, names};
  InkLibrary *library = fixture->library;
  g_autofree char *name = NULL;
  g_autoptr (InkModelChange) change = NULL;
  g_autoptr (GError) error = NULL;
  double old;

  library_fixture_put_many (fixture, 40);
  library_fixture_index (fixture, library, NULL);
  old = search (library, 40);
  name = add_model (fixture);
  g_assert_true (ink_library_use_model (library, name, 0, &error));
  library_fixture_put (fixture, "zz-late.png", 77);
  ink_library_set_event_func (library, follow, &followed);
  g_assert_false (ink_library_index (library, NULL, 0, NULL, NULL, stop, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpstr (names->pdata[0], ==, "zz-late.png");
  g_assert_cmpstr (names->pdata[1], ==, "photo-00.png");

  change = ink_library_get_model_change (library, &error);
  g_assert_cmpint (change->state, ==, INK_MODEL_CHANGING);
  g_assert_cmpuint (change->done, >, 0);
  g_assert_cmpuint (change->done, <, 41);
  g_assert_cmpuint (change->total, ==, 41);
  g_assert_cmpfloat (search (library, 41), >=, old);

  ink_library_set_event_func (library, NULL, NULL);
  library_fixture_index (fixture, library, NULL);
  expect_change (library, INK_MODEL_CHANGED, 41, 41);
  g_assert_cmpfloat (search (library, 41), !=, old);
}

/* What can't be read at present does not hold a change up. */
static void
test_not_blocked (LibraryFixture *fixture, gconstpointer unused)
{
  g_autofree char *drive = g_build_filename (fixture->directory, "drive", NULL);
  g_autofree char *away = g_build_filename (fixture->directory, "away", NULL);
  g_autofree char *from = library_fixture_path (fixture, "photo-00.png");
  g_autofree char *to = g_build_filename (drive, "a.png", NULL);
  g_autofree char *broken = library_fixture_path (fixture, "photo-01.png");
  const char *const folders[] = {fixture->photos, drive, NULL};
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  library_fixture_put_many (fixture, 3);
  g_assert_cmpint (g_mkdir (drive, 0700), ==, 0);
  g_assert_cmpint (g_rename (from, to), ==, 0);
  g_assert_true (
      ink_library_index (fixture->library, folders, FALSE, NULL, NULL, NULL, NULL, &error));
  search (fixture->library, 3);
  name = add_model (fixture);
  g_assert_true (ink_library_use_model (fixture->library, name, 0, &error));
  g_assert_cmpint (g_rename (drive, away), ==, 0);
  test_folder_write (fixture->photos, "photo-01.png", "no picture", 10);
  g_assert_true (ink_library_index (fixture->library, NULL, FALSE, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  expect_change (fixture->library, INK_MODEL_CHANGED, 1, 2);
  search (fixture->library, 1);
  /* Plugged in again, it is caught up with. */
  g_assert_cmpint (g_rename (away, drive), ==, 0);
  g_assert_true (ink_library_index (fixture->library, NULL, FALSE, NULL, NULL, NULL, NULL, &error));
  expect_change (fixture->library, INK_MODEL_CHANGED, 2, 2);
}

static void
test_resolution (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  double old, new;

  library_fixture_put_many (fixture, 3);
  library_fixture_index (fixture, fixture->library, NULL);
  old = search (fixture->library, 3);
  g_assert_true (ink_library_use_model (fixture->library, "starter", 160, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (search (fixture->library, 3), ==, old);
  library_fixture_index (fixture, fixture->library, NULL);
  expect_change (fixture->library, INK_MODEL_CHANGED, 3, 3);
  new = search (fixture->library, 3);
  g_assert_cmpfloat (new, !=, old);
  /* It is the library's: another process sees it, too. */
  g_autoptr (InkLibrary) other = library_fixture_open (fixture, NULL);
  g_assert_cmpfloat (search (other, 3), ==, new);
  g_assert_true (ink_library_undo_model (fixture->library, &error));
  g_assert_cmpfloat (search (other, 3), ==, old);
}

/* A model that was removed leaves nothing behind; one that is still needed stays. */
static void
test_remove (LibraryFixture *fixture, gconstpointer unused)
{
  InkLibrary *library = fixture->library;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  library_fixture_put_many (fixture, 2);
  library_fixture_index (fixture, library, NULL);
  name = add_model (fixture);
  g_assert_true (ink_library_use_model (library, name, 0, &error));
  library_fixture_index (fixture, library, NULL);
  g_assert_false (ink_library_remove_model (library, name, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_true (ink_library_undo_model (library, &error));
  g_assert_false (ink_library_remove_model (library, name, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_true (ink_library_confirm_model (library, &error));
  g_assert_true (ink_library_remove_model (library, name, &error));
  g_assert_no_error (error);
  search (library, 2);
}

/* A library keeps the view that it began with, whatever the default is by now and whoever wanted
 * another one meanwhile, through a change of the model, too. */
static void
test_view_stays (LibraryFixture *fixture, gconstpointer unused)
{
  static const char *const views[] = {"centre", "whole"};
  g_autofree char *name = NULL;
  g_autoptr (InkStatus) status = NULL;
  g_autoptr (InkStore) store = NULL;
  g_autoptr (GArray) spaces = NULL;
  g_autoptr (GError) error = NULL;
  InkIndexProgress report;

  library_fixture_put_many (fixture, 3);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++) {
    const InkLibraryOptions options = {.directory = fixture->library_path, .view = views[i]};
    g_autoptr (InkLibrary) library = ink_library_open (&options, &error);

    library_fixture_index (fixture, library, NULL);
  }
  library_fixture_index (fixture, fixture->library, &report);
  g_assert_cmpuint (report.unchanged, ==, 3);
  expect_change (fixture->library, INK_MODEL_UNCHANGED, 0, 0);
  status = ink_library_get_status (fixture->library, &error);
  g_assert_cmpuint (status->embedded, ==, 3);
  search (fixture->library, 3);

  name = add_model (fixture);
  g_assert_true (ink_library_use_model (fixture->library, name, 0, &error));
  library_fixture_index (fixture, fixture->library, &report);
  expect_change (fixture->library, INK_MODEL_CHANGED, 3, 3);
  ink_library_release (fixture->library);
  store = ink_store_open_readonly (fixture->library_path, &error);
  spaces = ink_store_get_spaces (store, &error);
  g_assert_cmpuint (spaces->len, ==, 3);
  for (guint i = 0; i < spaces->len; i++) {
    InkSpace space;

    g_assert_true (ink_store_get_space (store, g_array_index (spaces, gint64, i), &space, &error));
    g_assert_cmpstr (space.preprocessing, ==, i == 1 ? "whole-1" : "reference-1");
  }
}

static void
add_tests (void)
{
  library_test ("/library/change/there-and-back", test_there_and_back);
  library_test ("/library/change/searched-first", test_searched_first);
  library_test ("/library/change/view-stays", test_view_stays);
  library_test ("/library/change/not-blocked", test_not_blocked);
  library_test ("/library/change/resolution", test_resolution);
  library_test ("/library/change/remove", test_remove);
}

int
main (int argc, char **argv)
{
  return library_fixture_main (&argc, &argv, add_tests);
}
