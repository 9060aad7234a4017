/* test-queries.c: saved searches with their counts, and the history, through the façade. */
#include <string.h>
#include <unistd.h>

#include "library-fixture.h"
#include "search/query.h"

static gint64
save (InkLibrary *library, const char *name, const char *text)
{
  g_autoptr (InkQuery) query = library_fixture_query (text);
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  g_assert_true (ink_library_save_search (library, name, query, &id, &error));
  g_assert_no_error (error);
  return id;
}

static int
count (InkLibrary *library, gint64 id)
{
  g_autoptr (GError) error = NULL;
  int matches = ink_library_count_saved_search (library, id, NULL, &error);

  g_assert_no_error (error);
  return matches;
}

static InkSavedSearch *
get_only (InkLibrary *library)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) searches = ink_library_get_saved_searches (library, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (searches->len, ==, 1);
  g_ptr_array_set_free_func (searches, NULL);
  return searches->pdata[0];
}

static void
test_saved (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) none = ink_library_get_saved_searches (fixture->library, &error);
  g_autoptr (InkQuery) pasted = ink_query_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (InkSavedSearch) saved = NULL;
  g_autoptr (InkSavedSearch) renamed = NULL;

  g_assert_cmpuint (none->len, ==, 0);
  gint64 id = save (fixture->library, " Waves ", "waves -\"red car\" type:png");
  saved = get_only (fixture->library);
  g_assert_cmpint (saved->id, ==, id);
  g_assert_cmpstr (saved->name, ==, "Waves");
  g_assert_cmpstr (saved->text, ==, "waves -\"red car\" type:png");
  g_assert_cmpint (saved->matches, ==, -1);
  g_assert_true (ink_library_rename_saved_search (fixture->library, id, "Sea", &error));
  renamed = get_only (fixture->library);
  g_assert_cmpstr (renamed->name, ==, "Sea");
  g_assert_false (ink_library_rename_saved_search (fixture->library, id, "  ", &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_USAGE);
  g_clear_error (&error);
  ink_query_add_bytes (pasted, bytes);
  g_assert_false (ink_library_save_search (fixture->library, "Pasted", pasted, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_true (ink_library_remove_saved_search (fixture->library, id, &error));
  g_assert_cmpint (ink_library_count_saved_search (fixture->library, id, NULL, &error), ==, -1);
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
}

static void
test_count (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkResults) results = NULL;
  InkQuery *query = library_fixture_query ("waves");

  library_fixture_put_many (fixture, 4);
  library_fixture_index (fixture, fixture->library, NULL);
  gint64 listing = save (fixture->library, "All", "type:png");
  g_assert_cmpint (count (fixture->library, listing), ==, 4);
  g_assert_true (ink_library_remove_saved_search (fixture->library, listing, NULL));

  gint64 waves = save (fixture->library, "Waves", "waves sort:newest");
  g_autoptr (InkSavedSearch) before = get_only (fixture->library);
  g_assert_false (before->is_current);
  query->weak = query->group = FALSE;
  results = library_fixture_search (fixture->library, query);
  g_assert_cmpint (count (fixture->library, waves), ==, results->strong);
  g_autoptr (InkSavedSearch) counted = get_only (fixture->library);
  g_assert_true (counted->is_current);
  g_assert_cmpint (counted->matches, ==, results->strong);
  /* Another photo makes it an old count. */
  library_fixture_put (fixture, "photo-99.png", 99);
  library_fixture_index (fixture, fixture->library, NULL);
  g_autoptr (InkSavedSearch) old = get_only (fixture->library);
  g_assert_false (old->is_current);
  g_assert_cmpint (old->matches, ==, results->strong);
}

typedef struct {
  GMainLoop *loop;
  int matches;
} Answer;

static void
on_counted (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;
  g_autoptr (GError) error = NULL;

  answer->matches = ink_library_count_saved_search_finish (INK_LIBRARY (source), result, &error);
  g_assert_no_error (error);
  g_main_loop_quit (answer->loop);
}

static void
test_count_async (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Answer answer = {loop, -1};

  library_fixture_put_many (fixture, 2);
  library_fixture_index (fixture, fixture->library, NULL);
  ink_library_count_saved_search_async (
      fixture->library, save (fixture->library, "All", "name:photo"), NULL, on_counted, &answer);
  g_main_loop_run (loop);
  g_assert_cmpint (answer.matches, ==, 2);
}

static void
expect_recent (InkLibrary *library, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) texts = ink_library_get_recent_queries (library, 10, &error);
  g_autofree char *all = NULL;

  g_assert_no_error (error);
  g_ptr_array_add (texts, NULL);
  all = g_strjoinv ("|", (char **)texts->pdata);
  g_assert_cmpstr (all, ==, expected);
}

static void
remember (InkLibrary *library, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ink_library_remember_query (library, text, &error));
  g_assert_no_error (error);
}

static void
on_history (InkLibrary *library, gpointer data)
{
  g_main_loop_quit (data);
}

static void
test_history (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  /* A library that is only read keeps nothing, and that is no error. */
  remember (fixture->library, "dog");
  expect_recent (fixture->library, "");
  g_assert_true (ink_library_make_writable (fixture->library, &error));
  g_signal_connect (fixture->library, "history-changed", G_CALLBACK (on_history), loop);
  remember (fixture->library, " dog ");
  remember (fixture->library, "  ");
  remember (fixture->library, "cat type:png");
  g_main_loop_run (loop);
  expect_recent (fixture->library, "cat type:png|dog");
  g_assert_true (ink_library_forget_queries (fixture->library, "dog", &error));
  expect_recent (fixture->library, "cat type:png");
  /* Turned off, what was there is gone and nothing comes. */
  g_assert_true (ink_library_get_keep_history (fixture->library));
  g_assert_true (ink_library_set_keep_history (fixture->library, FALSE, &error));
  g_assert_false (ink_library_get_keep_history (fixture->library));
  remember (fixture->library, "bird");
  expect_recent (fixture->library, "");
  g_assert_true (ink_library_set_keep_history (fixture->library, TRUE, &error));
  remember (fixture->library, "bird");
  expect_recent (fixture->library, "bird");
}

/* The history is changed by who has the library: others are told who that is. */
static void
test_history_of_others (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkLibrary) other = library_fixture_open (fixture, NULL);
  g_autofree char *pid = g_strdup_printf ("%d", (int)getpid ());
  g_autoptr (GPtrArray) recent = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (ink_library_make_writable (fixture->library, &error));
  g_assert_true (ink_library_remember_query (fixture->library, "a dog", &error));
  g_assert_false (ink_library_forget_queries (other, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_LOCKED);
  g_assert_nonnull (strstr (error->message, pid));
  g_clear_error (&error);
  g_assert_false (ink_library_set_keep_history (other, FALSE, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_LOCKED);
  g_clear_error (&error);
  /* What is typed there is not kept, and that is no error. */
  g_assert_true (ink_library_remember_query (other, "a cat", &error));
  recent = ink_library_get_recent_queries (other, 10, &error);
  g_assert_cmpuint (recent->len, ==, 1);
  g_assert_cmpstr (recent->pdata[0], ==, "a dog");
}

static void
add_tests (void)
{
  library_test ("/library/saved-searches", test_saved);
  library_test ("/library/saved-search-count", test_count);
  library_test ("/library/saved-search-count-async", test_count_async);
  library_test ("/library/history", test_history);
  library_test ("/queries/history-of-others", test_history_of_others);
}

int
main (int argc, char **argv)
{
  return library_fixture_main (&argc, &argv, add_tests);
}
