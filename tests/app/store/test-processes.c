/* test-processes.c: one writer in the world, many readers, and processes that are killed.
 *
 * The test runs itself as a second process: "hold" has a library open for writing, "write" stores
 * batch after batch and tells of each that is committed.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>

#include "store-fixture.h"
#include "store/check.h"
#include "store/embeddings.h"
#include "store/store-private.h"

#define DIMS 64
#define BATCH 16

static const char *program;

/* ---- The other process ------------------------------------------------------------------- */

static void
put_batch (InkStore *store, gint64 folder, gint64 space, guint batch)
{
  g_assert_true (ink_store_begin (store, NULL));
  for (guint i = 0; i < BATCH; i++) {
    g_autofree char *name = g_strdup_printf ("%u-%u-%u.jpg", (guint)getpid (), batch, i);
    fixture_put_axis (store, fixture_put (store, folder, name, 'a'), space, DIMS, i % DIMS);
  }
  g_assert_true (ink_store_commit (store, NULL));
}

static int
run_child (const char *mode, const Fixture *fixture)
{
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);

  for (guint batch = 0; batch == 0 || strcmp (mode, "write") == 0; batch++) {
    put_batch (store, folder, space, batch);
    g_print ("committed\n");
    fflush (stdout);
  }
  pause ();
  return 0;
}

typedef struct {
  GSubprocess *process;
  GDataInputStream *lines;
} Child;

static Child
spawn (const Fixture *fixture, const char *mode)
{
  g_autoptr (GError) error = NULL;
  Child child;

  child.process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, mode,
                                    fixture->directory, NULL);
  g_assert_no_error (error);
  child.lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child.process));
  return child;
}

static gboolean
read_line (const Child *child)
{
  g_autofree char *line = g_data_input_stream_read_line (child->lines, NULL, NULL, NULL);

  return line != NULL;
}

static void
kill_child (Child *child)
{
  g_subprocess_send_signal (child->process, SIGKILL);
  g_assert_true (g_subprocess_wait (child->process, NULL, NULL));
  g_object_unref (child->lines);
  g_object_unref (child->process);
}

/* ---- Locks ------------------------------------------------------------------------------- */

static void
test_lock (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  Child child = spawn (fixture, "hold");
  InkPhotoCounts counts;

  g_assert_true (read_line (&child));
  g_assert_null (ink_store_open_writable (fixture->library, "test", NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_LOCKED);
  /* The message names who has it. */
  g_assert_nonnull (strstr (error->message, g_subprocess_get_identifier (child.process)));
  g_clear_error (&error);

  /* Others may read meanwhile. */
  g_autoptr (InkStore) reader = fixture_open_readonly (fixture);
  g_assert_true (ink_store_count_photos (reader, &counts, &error));
  g_assert_cmpuint (counts.ok, ==, BATCH);

  /* The lock ends with its process, and what was committed is there, for readers at once. */
  kill_child (&child);
  g_autoptr (InkStore) second_reader = fixture_open_readonly (fixture);
  g_assert_true (ink_store_count_photos (second_reader, &counts, &error));
  g_assert_cmpuint (counts.ok, ==, BATCH);
  g_autoptr (InkStore) store = fixture_open (fixture);
  g_assert_true (ink_store_count_photos (store, &counts, &error));
  g_assert_cmpuint (counts.ok, ==, BATCH);

  /* Nor can one process have it twice. */
  g_assert_null (ink_store_open_writable (fixture->library, "test", NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_LOCKED);
}

/* ---- One that writes --------------------------------------------------------------------- */

/* How many descriptors of process @pid have the database open for writing, and in all. */
static void
count_descriptors (const Fixture *fixture, const char *pid, guint *writing, guint *all)
{
  g_autofree char *fds = g_build_filename ("/proc", pid, "fd", NULL);
  g_autoptr (GDir) dir = g_dir_open (fds, 0, NULL);
  const char *name;

  *writing = *all = 0;
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *link = g_build_filename (fds, name, NULL);
    g_autofree char *path = g_file_read_link (link, NULL);
    if (g_strcmp0 (path, fixture->database) != 0)
      continue;
    g_autofree char *info_path = g_build_filename ("/proc", pid, "fdinfo", name, NULL);
    g_autofree char *info = NULL;
    g_assert_true (g_file_get_contents (info_path, &info, NULL, NULL));
    const char *flags = strstr (info, "flags:");
    g_assert_nonnull (flags);
    (*all)++;
    if ((strtol (flags + strlen ("flags:"), NULL, 8) & O_ACCMODE) != O_RDONLY)
      (*writing)++;
  }
}

static void
test_one_writer (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);
  g_autoptr (InkStore) a = fixture_open_readonly (fixture);
  g_autoptr (InkStore) b = fixture_open_readonly (fixture);
  guint writing, all;

  put_batch (store, folder, space, 0);
  count_descriptors (fixture, "self", &writing, &all);
  g_assert_cmpuint (all, ==, 3);
  g_assert_cmpuint (writing, ==, 1);

  /* A reader is refused what a writer does, checkpoints included. */
  sqlite3 *handle = ink_database_get_handle (a->database);
  g_assert_cmpint (sqlite3_exec (handle, "DELETE FROM photos", NULL, NULL, NULL), ==,
                   SQLITE_READONLY);
  g_assert_cmpint (sqlite3_wal_checkpoint_v2 (handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL),
                   !=, SQLITE_OK);
  g_assert_cmpint (sqlite3_db_readonly (handle, "main"), ==, 1);

  /* Without its writer a library has none. */
  g_clear_pointer (&a, ink_store_unref);
  g_clear_pointer (&b, ink_store_unref);
  g_clear_pointer (&store, ink_store_unref);
  g_autoptr (InkStore) alone = fixture_open_readonly (fixture);
  count_descriptors (fixture, "self", &writing, &all);
  g_assert_cmpuint (all, ==, 1);
  g_assert_cmpuint (writing, ==, 0);
}

/* ---- kill -9 ----------------------------------------------------------------------------- */

static void
test_kill (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  guint committed = 0;

  for (guint loop = 0; loop < 10; loop++) {
    Child child = spawn (fixture, "write");
    InkPhotoCounts counts;

    for (guint batch = 0; batch <= loop * 3; batch++, committed += BATCH)
      g_assert_true (read_line (&child));
    /* Somewhere within one of the next batches. */
    g_usleep ((gulong)g_random_int_range (0, 5000));
    kill_child (&child);

    g_autoptr (InkStore) store = fixture_open (fixture);
    g_autoptr (GPtrArray) problems = ink_store_check (store, FALSE, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (problems->len, ==, 0);
    g_assert_true (ink_store_count_photos (store, &counts, &error));
    /* What was committed is there, and of what was not no half of a batch. */
    g_assert_cmpuint (counts.ok, >=, committed);
    g_assert_cmpuint (counts.ok % BATCH, ==, 0);
    gint64 space = fixture_add_space (store, DIMS);
    g_assert_cmpint (ink_store_count_embeddings (store, space, &error), ==, counts.ok);
    committed = counts.ok;
  }
}

/* ---- Threads ----------------------------------------------------------------------------- */

typedef struct {
  InkStore *store;
  gint64 folder;
  gint64 space;
  guint number;
} Work;

static gpointer
work (gpointer data)
{
  const Work *self = data;

  for (guint i = 0; i < 20; i++)
    put_batch (self->store, self->folder, self->space, self->number * 1000 + i);
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (InkStore) store = fixture_open (fixture);
  Work works[4];
  GThread *threads[G_N_ELEMENTS (works)];
  InkPhotoCounts counts;

  for (guint i = 0; i < G_N_ELEMENTS (works); i++) {
    works[i] =
        (Work){store, fixture_add_folder (fixture, store), fixture_add_space (store, DIMS), i};
    threads[i] = g_thread_new ("work", work, &works[i]);
  }
  /* A reader of the same connection sees whole batches. */
  do {
    g_assert_true (ink_store_count_photos (store, &counts, NULL));
    g_assert_cmpuint (counts.ok % BATCH, ==, 0);
  } while (counts.ok < 4 * 20 * BATCH);
  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && argv[1][0] != '-') {
    Fixture fixture = {.directory = argv[2]};
    fixture.library = g_build_filename (argv[2], "library", NULL);
    fixture.photos = g_build_filename (argv[2], "photos", NULL);
    return run_child (argv[1], &fixture);
  }
  g_test_init (&argc, &argv, NULL);
  program = argv[0];
  fixture_test ("/store/processes/lock", test_lock);
  fixture_test ("/store/processes/one-writer", test_one_writer);
  fixture_test ("/store/processes/kill", test_kill);
  fixture_test ("/store/processes/threads", test_threads);
  return g_test_run ();
}
