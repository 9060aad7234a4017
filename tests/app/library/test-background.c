/* test-background.c: indexing in the library's own thread, its signals, and its end at any moment.
 */
#include <signal.h>
#include <stdio.h>

#include <glib/gstdio.h>

#include "library-fixture.h"

static const char *program;

/* What the signals told. */
typedef struct {
  GMainLoop *loop;
  guint progress, changed;
  InkIndexProgress last;
  GError *error;
} Told;

static void
on_progress (InkLibrary *library, const InkIndexProgress *progress, gpointer data)
{
  Told *told = data;

  told->progress++;
  told->last = *progress;
  if (progress->state == INK_INDEX_IDLE)
    g_main_loop_quit (told->loop);
}

static void
on_changed (InkLibrary *library, gpointer data)
{
  Told *told = data;

  told->changed++;
}

static void
on_failed (InkLibrary *library, const GError *error, gpointer data)
{
  Told *told = data;

  g_clear_error (&told->error);
  told->error = g_error_copy (error);
  g_main_loop_quit (told->loop);
}

static void
listen (InkLibrary *library, Told *told)
{
  *told = (Told){.loop = g_main_loop_new (NULL, FALSE)};
  g_signal_connect (library, "progress", G_CALLBACK (on_progress), told);
  g_signal_connect (library, "changed", G_CALLBACK (on_changed), told);
  g_signal_connect (library, "index-failed", G_CALLBACK (on_failed), told);
}

static void
stop_listening (InkLibrary *library, Told *told)
{
  g_signal_handlers_disconnect_by_data (library, told);
  g_main_loop_unref (told->loop);
  g_clear_error (&told->error);
}

static void
add_photos_folder (LibraryFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ink_library_add_folder (fixture->library, fixture->photos, &error));
  g_assert_no_error (error);
}

/* Waits for the signal that a run has ended with all photos @unchanged or indexed. */
static void
wait_for_end (Told *told, guint found)
{
  do
    g_main_loop_run (told->loop);
  while (!told->error && told->last.found < found);
  g_assert_no_error (told->error);
}

static void
test_signals (LibraryFixture *fixture, gconstpointer unused)
{
  Told told;

  library_fixture_put_many (fixture, 8);
  add_photos_folder (fixture);
  listen (fixture->library, &told);
  ink_library_start_indexing (fixture->library, FALSE);
  wait_for_end (&told, 8);
  g_assert_cmpuint (told.last.indexed, ==, 8);
  g_assert_cmpuint (told.changed, >, 0);
  ink_library_stop_indexing (fixture->library);
  stop_listening (fixture->library, &told);
}

/* Asked again while it runs, it goes over the folders once more. */
static void
test_again (LibraryFixture *fixture, gconstpointer unused)
{
  Told told;

  library_fixture_put_many (fixture, 4);
  add_photos_folder (fixture);
  listen (fixture->library, &told);
  ink_library_set_paused (fixture->library, TRUE);
  ink_library_start_indexing (fixture->library, FALSE);
  while (told.last.state != INK_INDEX_PAUSED) /* the first run has begun */
    g_main_context_iteration (NULL, TRUE);
  ink_library_start_indexing (fixture->library, FALSE);
  ink_library_set_paused (fixture->library, FALSE);
  do
    wait_for_end (&told, 4);
  while (told.last.unchanged < 4);
  stop_listening (fixture->library, &told);
}

/* Whether a library is paused as others see it, once that is written. */
static void
wait_until_stored (const LibraryFixture *fixture, gboolean paused)
{
  for (gboolean stored = !paused; stored != paused; g_usleep (1000)) {
    g_autoptr (InkLibrary) other = library_fixture_open (fixture, NULL);

    stored = ink_library_get_paused (other);
  }
}

/* A pause outlasts the program, and so does its end; when indexing is welcome is kept beside it. */
static void
test_pause_survives (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  Told told;

  library_fixture_put_many (fixture, 4);
  add_photos_folder (fixture);
  g_assert_true (ink_library_set_power_policy (fixture->library, INK_POWER_MAINS, &error));
  ink_library_set_paused (fixture->library, TRUE);
  wait_until_stored (fixture, TRUE);
  library_fixture_reopen (fixture);

  listen (fixture->library, &told);
  ink_library_start_indexing (fixture->library, FALSE);
  while (told.last.state != INK_INDEX_PAUSED)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (ink_library_get_paused (fixture->library));
  g_assert_cmpuint (told.last.indexed, ==, 0);
  stop_listening (fixture->library, &told);
  library_fixture_reopen (fixture);

  /* What is chosen before anything was read does not hide what was chosen earlier. */
  g_assert_true (ink_library_make_writable (fixture->library, &error));
  ink_library_set_paused (fixture->library, FALSE);
  g_assert_cmpint (ink_library_get_power_policy (fixture->library), ==, INK_POWER_MAINS);
  wait_until_stored (fixture, FALSE);
  library_fixture_reopen (fixture);
  g_assert_true (ink_library_set_power_policy (fixture->library, INK_POWER_ALWAYS, &error));
  listen (fixture->library, &told);
  ink_library_start_indexing (fixture->library, FALSE);
  wait_for_end (&told, 4);
  g_assert_cmpuint (told.last.indexed, ==, 4);
  ink_library_stop_indexing (fixture->library);
  stop_listening (fixture->library, &told);
}

static void
test_failure (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkLibrary) holder = library_fixture_open (fixture, NULL);
  g_autoptr (GError) error = NULL;
  Told told;

  g_assert_true (ink_library_make_writable (holder, &error));
  listen (fixture->library, &told);
  ink_library_start_indexing (fixture->library, FALSE);
  while (!told.error)
    g_main_loop_run (told.loop);
  g_assert_error (told.error, INK_ERROR, INK_ERROR_LOCKED);
  stop_listening (fixture->library, &told);
}

/* Neither a stop in the middle nor the end of the library loses anything or says an error. */
static void
test_stop (LibraryFixture *fixture, gconstpointer unused)
{
  InkIndexProgress report;
  Told told;

  library_fixture_put_many (fixture, 60);
  add_photos_folder (fixture);
  listen (fixture->library, &told);
  for (guint i = 0; i < 5; i++) {
    ink_library_start_indexing (fixture->library, FALSE);
    ink_library_stop_indexing (fixture->library);
  }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_no_error (told.error);
  stop_listening (fixture->library, &told);

  ink_library_start_indexing (fixture->library, FALSE);
  g_assert_finalize_object (g_steal_pointer (&fixture->library));
  fixture->library = library_fixture_open (fixture, NULL);
  library_fixture_index (fixture, fixture->library, &report);
  g_assert_cmpuint (report.indexed + report.unchanged, ==, 60);
  g_assert_cmpuint (report.failed, ==, 0);
}

static void
search_done (GObject *library, GAsyncResult *result, gpointer data)
{
  GAsyncResult **kept = data;

  *kept = g_object_ref (result);
}

static void
test_search_async (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (InkQuery) query = library_fixture_query ("waves");
  g_autoptr (GAsyncResult) answer = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (InkResults) results = NULL;
  g_autoptr (GError) error = NULL;

  library_fixture_put_many (fixture, 3);
  library_fixture_index (fixture, fixture->library, NULL);
  ink_library_search_async (fixture->library, query, NULL, search_done, &answer);
  ink_library_search_async (fixture->library, query, cancellable, search_done, &cancelled);
  g_cancellable_cancel (cancellable);
  while (!answer || !cancelled)
    g_main_context_iteration (NULL, TRUE);
  results = ink_library_search_finish (fixture->library, answer, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (results->hits->len, ==, 3);
  g_assert_null (ink_library_search_finish (fixture->library, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A folder can go while it is being indexed. */
static void
test_forget_while_indexing (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkStatus) status = NULL;
  g_autoptr (GError) error = NULL;

  library_fixture_put_many (fixture, 40);
  add_photos_folder (fixture);
  ink_library_start_indexing (fixture->library, FALSE);
  g_assert_true (ink_library_forget_folder (fixture->library, fixture->photos, NULL, &error));
  g_assert_no_error (error);
  ink_library_stop_indexing (fixture->library);
  status = ink_library_get_status (fixture->library, &error);
  g_assert_cmpuint (status->photos, ==, 0);
}

/* ---- A process that is killed ------------------------------------------------------------ */

static void
print_progress (const InkIndexProgress *progress, gpointer data)
{
  printf ("%u\n", progress->done);
  fflush (stdout);
}

/* The child: indexes FOLDER into LIBRARY and says how far it is. */
static int
run_child (char **argv)
{
  InkLibraryOptions options = {.directory = argv[2]};
  const char *const folders[] = {argv[3], NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (InkLibrary) library = ink_library_open (&options, &error);

  if (!library ||
      !ink_library_index (library, folders, FALSE, print_progress, NULL, NULL, NULL, &error)) {
    printf ("%s\n", error->message);
    return 1;
  }
  return 0;
}

/* Starts a child and kills it after it has said something @lines times, or lets it end. */
static void
run_and_kill (const LibraryFixture *fixture, guint lines)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--index",
                        fixture->library_path, fixture->photos, NULL);
  g_autoptr (GDataInputStream) output = NULL;

  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  for (guint i = 0; i < lines; i++) {
    g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, NULL);

    if (!line)
      break;
  }
  g_subprocess_force_exit (child);
  g_subprocess_wait (child, NULL, &error);
  g_assert_no_error (error);
}

static void
test_kill (LibraryFixture *fixture, gconstpointer unused)
{
  guint kept = 0;

  for (guint round = 0; round < 10; round++) {
    g_autoptr (GPtrArray) problems = NULL;
    g_autoptr (InkStatus) status = NULL;
    g_autoptr (GError) error = NULL;

    for (guint i = 0; i < 20; i++) {
      g_autofree char *name = g_strdup_printf ("round-%u-%02u.png", round, i);

      library_fixture_put (fixture, name, round * 20 + i + 1);
    }
    run_and_kill (fixture, 1 + round % 3);
    problems = ink_library_check (fixture->library, FALSE, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (problems->len, ==, 0);
    status = ink_library_get_status (fixture->library, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (status->photos, >=, kept); /* what was committed stays */
    g_assert_cmpuint (status->embedded, ==, status->photos);
    g_assert_cmpuint (status->failed, ==, 0);
    kept = status->photos;
  }
  g_test_message ("%u of 200 photos were committed by processes that were killed", kept);
  {
    InkIndexProgress report;
    g_autoptr (InkResults) results = NULL;

    library_fixture_index (fixture, fixture->library, &report);
    g_assert_cmpuint (report.unchanged, ==, kept);
    g_assert_cmpuint (report.indexed, ==, 200 - kept);
    results = library_fixture_search (fixture->library, library_fixture_query ("waves"));
    g_assert_cmpuint (results->searched, ==, 200);
  }
}

static void
add_tests (void)
{
  library_test ("/background/signals", test_signals);
  library_test ("/background/again", test_again);
  library_test ("/background/pause-survives", test_pause_survives);
  library_test ("/background/failure", test_failure);
  library_test ("/background/stop", test_stop);
  library_test ("/background/search-async", test_search_async);
  library_test ("/background/forget-while-indexing", test_forget_while_indexing);
  library_test ("/background/kill", test_kill);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--index"))
    return run_child (argv);
  program = argv[0];
  return library_fixture_main (&argc, &argv, add_tests);
}
