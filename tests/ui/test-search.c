/* test-search.c: what the window asks of a real library: the last question counts, and answers to
 * earlier ones don't. */
#include "search.h"

#include "app/library/library-fixture.h"
#include "library/library-private.h"

/* In microseconds: who waits no longer sees nothing turn. */
#define SLOW_USEC (300 * 1000)

/* How often and how a search ended since it was last looked at. */
typedef struct {
  guint fresh, refreshed;
} Ends;

static void
finished_cb (InkSearch *search, gboolean fresh, Ends *ends)
{
  *(fresh ? &ends->fresh : &ends->refreshed) += 1;
}

static void
wait_until_idle (InkSearch *search)
{
  while (ink_search_is_busy (search))
    g_main_context_iteration (NULL, TRUE);
}

/* Time for answers that nobody waits for to come and be dropped. */
static void
settle (void)
{
  for (guint i = 0; i < 100; i++) {
    while (g_main_context_iteration (NULL, FALSE))
      ;
    g_usleep (2000);
  }
}

static InkSearch *
make_search (LibraryFixture *fixture, Ends *ends)
{
  InkSearch *search = ink_search_new ();

  g_signal_connect (search, "finished", G_CALLBACK (finished_cb), ends);
  ink_search_set_library (search, fixture->library);
  wait_until_idle (search);
  return search;
}

static void
assert_first (InkSearch *search, const char *name)
{
  g_autoptr (InkPhotoItem) photo = ink_result_model_get_photo (ink_search_get_results (search), 0);

  g_assert_no_error (ink_search_get_error (search));
  g_assert_nonnull (photo);
  g_assert_cmpstr (ink_photo_item_get_name (photo), ==, name);
}

static void
put_photos (LibraryFixture *fixture)
{
  library_fixture_copy_golden (fixture, "rings-900x1200.jpg");
  library_fixture_copy_golden (fixture, "waves-640x480.jpg");
  library_fixture_copy_golden (fixture, "gradient-224.png");
  library_fixture_index (fixture, fixture->library, NULL);
}

/* Before anything is indexed there is nothing, and that is no error. */
static void
test_no_library (LibraryFixture *fixture, gconstpointer unused)
{
  Ends ends = {0};
  g_autoptr (InkSearch) search = make_search (fixture, &ends);

  g_assert_cmpuint (ends.fresh, ==, 1);
  g_assert_no_error (ink_search_get_error (search));
  g_assert_cmpuint (ink_result_model_get_count (ink_search_get_results (search)), ==, 0);
}

/* Keys that come fast are one question; a question that is overtaken gets no answer. */
static void
test_overtaken (LibraryFixture *fixture, gconstpointer unused)
{
  Ends ends = {0};
  put_photos (fixture);
  g_autoptr (InkSearch) search = make_search (fixture, &ends);
  g_assert_cmpuint (ink_result_model_get_count (ink_search_get_results (search)), ==, 3);

  ends = (Ends){0};
  ink_search_set_words (search, "name:w");
  ink_search_set_words (search, "name:waves");
  wait_until_idle (search);
  g_assert_cmpuint (ends.fresh, ==, 1);
  assert_first (search, "waves-640x480.jpg");

  ends = (Ends){0};
  ink_search_set_words (search, "name:gradient");
  ink_search_hurry (search); /* asked */
  ink_search_set_words (search, "name:rings");
  ink_search_hurry (search); /* asked before the first is answered */
  wait_until_idle (search);
  settle ();
  g_assert_cmpuint (ends.fresh, ==, 1);
  assert_first (search, "rings-900x1200.jpg");
  g_assert_cmpuint (ink_result_model_get_count (ink_search_get_results (search)), ==, 1);
}

static void
test_pictures (LibraryFixture *fixture, gconstpointer unused)
{
  Ends ends = {0};
  put_photos (fixture);
  g_autoptr (InkSearch) search = make_search (fixture, &ends);
  g_autoptr (GFile) file = library_fixture_file (fixture, "rings-900x1200.jpg");
  g_autoptr (InkPictureQuery) picture = ink_picture_query_new_for_file (file, -1);
  g_autoptr (GListStore) pictures = g_list_store_new (INK_TYPE_PICTURE_QUERY);

  /* A file from anywhere: its like comes first, be it itself. */
  g_list_store_append (pictures, picture);
  ink_search_set_pictures (search, G_LIST_MODEL (pictures));
  wait_until_idle (search);
  assert_first (search, "rings-900x1200.jpg");
  g_assert_false (ink_search_is_empty (search));

  /* A photo of the library: not among its own like; words are left behind. */
  ink_search_set_words (search, "name:rings");
  g_autoptr (InkPhotoItem) photo = ink_result_model_get_photo (ink_search_get_results (search), 0);
  ink_search_find_similar (search, photo);
  wait_until_idle (search);
  g_assert_cmpstr (ink_search_get_words (search), ==, "");
  g_assert_cmpuint (
      ink_result_model_find (ink_search_get_results (search), ink_photo_item_get_id (photo), 0), ==,
      G_MAXUINT);
  g_assert_cmpuint (ink_result_model_get_count (ink_search_get_results (search)), ==, 2);

  ink_search_clear (search);
  wait_until_idle (search);
  g_assert_true (ink_search_is_empty (search));
  g_assert_cmpuint (ink_result_model_get_count (ink_search_get_results (search)), ==, 3);
  settle ();
}

/* New photos join the results of the same question, which is not a fresh one. */
static void
test_refresh (LibraryFixture *fixture, gconstpointer unused)
{
  Ends ends = {0};
  put_photos (fixture);
  g_autoptr (InkSearch) search = make_search (fixture, &ends);

  library_fixture_put (fixture, "late.png", 3);
  library_fixture_index (fixture, fixture->library, NULL);
  ends = (Ends){0};
  ink_search_refresh (search);
  ink_search_refresh (search);
  while (ends.refreshed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (ends.fresh, ==, 0);
  g_assert_cmpuint (ends.refreshed, ==, 1);
  g_assert_cmpuint (ink_result_model_get_count (ink_search_get_results (search)), ==, 4);
}

/* A picture that can't be read: the search says why, and the next one works. */
static void
test_bad_picture (LibraryFixture *fixture, gconstpointer unused)
{
  Ends ends = {0};
  put_photos (fixture);
  g_autoptr (InkSearch) search = make_search (fixture, &ends);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("no picture at all", 17);
  g_autoptr (InkPictureQuery) picture = ink_picture_query_new_for_bytes (bytes, "Dropped picture");
  g_autoptr (GListStore) pictures = g_list_store_new (INK_TYPE_PICTURE_QUERY);

  g_list_store_append (pictures, picture);
  ink_search_set_pictures (search, G_LIST_MODEL (pictures));
  wait_until_idle (search);
  g_assert_nonnull (ink_search_get_error (search));
  g_assert_cmpuint (ink_result_model_get_count (ink_search_get_results (search)), ==, 0);

  ink_search_remove_picture (search, picture);
  wait_until_idle (search);
  g_assert_no_error (ink_search_get_error (search));
  g_assert_cmpuint (ink_result_model_get_count (ink_search_get_results (search)), ==, 3);
  settle ();
}

/* When the search was told to be slow, and how often that changed. */
typedef struct {
  gint64 time;
  guint changes;
} Slowness;

static void
slow_cb (GObject *search, GParamSpec *pspec, Slowness *slowness)
{
  slowness->time = g_get_monotonic_time ();
  slowness->changes++;
}

static gboolean
is_slow (InkSearch *search)
{
  gboolean slow;

  g_object_get (search, "slow", &slow, NULL);
  return slow;
}

/* The spinner turns while this is true. The library is slow because another has its lock. */
static void
test_slow (LibraryFixture *fixture, gconstpointer unused)
{
  Ends ends = {0};
  Slowness slowness = {0};
  put_photos (fixture);
  g_autoptr (InkSearch) search = make_search (fixture, &ends);
  g_signal_connect (search, "notify::slow", G_CALLBACK (slow_cb), &slowness);

  gint64 start = g_get_monotonic_time ();
  ink_search_set_words (search, "name:waves");
  wait_until_idle (search);
  if (g_get_monotonic_time () - start < SLOW_USEC)
    g_assert_cmpuint (slowness.changes, ==, 0);
  g_assert_false (is_slow (search));

  slowness = (Slowness){0};
  g_mutex_lock (&fixture->library->lock);
  start = g_get_monotonic_time ();
  ink_search_set_words (search, "name:rings");
  while (!is_slow (search) && g_get_monotonic_time () - start < 30 * G_USEC_PER_SEC)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (is_slow (search));
  g_assert_cmpint (slowness.time - start, >=, SLOW_USEC);
  g_mutex_unlock (&fixture->library->lock);
  wait_until_idle (search);
  g_assert_false (is_slow (search));
  g_assert_cmpuint (slowness.changes, ==, 2);
  assert_first (search, "rings-900x1200.jpg");
}

static void
add_tests (void)
{
  library_test ("/ui/search/no-library", test_no_library);
  library_test ("/ui/search/overtaken", test_overtaken);
  library_test ("/ui/search/pictures", test_pictures);
  library_test ("/ui/search/refresh", test_refresh);
  library_test ("/ui/search/bad-picture", test_bad_picture);
  library_test ("/ui/search/slow", test_slow);
}

int
main (int argc, char **argv)
{
  return library_fixture_main (&argc, &argv, add_tests);
}
