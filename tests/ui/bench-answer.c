/* bench-answer.c: how soon the window answers a key: from the moment at which xdotool is told to
 * press it until the frame is painted that has the results.
 *
 *   xvfb-run -a -s "-screen 0 1400x900x24" dbus-run-session -- BUILD/tests/ui/bench-answer [PHOTOS]
 *
 * A library of 100,000 photos (or so many as are said) with made-up embeddings in clusters, the
 * starter model, the program's own window. Words are typed letter by letter, each when the one
 * before is answered; first at rest, then while photos are indexed as fast as that goes. The delay
 * within which the window waits for a next key (30 ms) is part of what is measured.
 */
#include "application.h"
#include "browser.h"
#include "search/unit.h"
#include "store/embeddings.h"
#include "store/photos.h"
#include "support/folder.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS 20000 /* of one file; some file systems allow no more than 65,000 */
#define CLUSTERS 1000
#define BATCH 5000
#define NEW_PHOTOS 1500
#define REST_MS 100
#define SETTLE_SECONDS 15 /* the folders are gone through, and the file of the embeddings is made  \
                           */

static const char *const words[] = {"dog", "bicycle", "teapot", "violin", "sunflower"};

typedef struct {
  TestFolder *directory;
  char *photos, *library;
  guint n;
  InkApplication *application;
  InkBrowser *browser;
  GOutputStream *keys; /* what xdotool reads */
  guint word, letter;
  gint64 pressed;
  gboolean answered; /* the next frame has the results */
  gboolean indexing; /* the second half */
  GArray *times;     /* double, ms */
} Bench;

/* ---- The library --------------------------------------------------------------------------- */

static char *
golden_path (const char *name)
{
  return g_build_filename (BENCH_DATA, "starter", "golden-images", name, NULL);
}

/* A file of its own with the bytes of another, and @number behind them. */
static void
copy_picture (const char *name, const char *to, guint number)
{
  g_autofree char *from = golden_path (name);
  g_autofree char *bytes = NULL;
  gsize size;

  if (!g_file_get_contents (from, &bytes, &size, NULL))
    g_error ("%s can't be read", from);
  bytes = g_realloc (bytes, size + sizeof number);
  memcpy (bytes + size, &number, sizeof number);
  if (!g_file_set_contents (to, bytes, (gssize)(size + sizeof number), NULL))
    g_error ("%s can't be written", to);
}

/* The first photo goes the usual way, and brings the space for the others. */
static void
begin_library (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  InkLibraryOptions options = {.directory = bench->library};
  g_autoptr (InkLibrary) library = ink_library_open (&options, &error);
  g_autofree char *first = g_build_filename (bench->photos, "first.jpg", NULL);
  const char *const folders[] = {bench->photos, NULL};

  copy_picture ("waves-640x480.jpg", first, 0);
  if (!library ||
      !ink_library_index (library, folders, INK_INDEX_DEFAULT, NULL, NULL, NULL, NULL, &error))
    g_error ("%s", error->message);
}

static void
fill_vector (GRand *random, const float *centres, guint dims, float *vector)
{
  const float *centre = centres + (gsize)g_rand_int_range (random, 0, CLUSTERS) * dims;

  for (guint i = 0; i < dims; i++)
    vector[i] = (float)(g_rand_double (random) + g_rand_double (random) - 1);
  ink_unit_normalise (vector, dims);
  ink_unit_add (vector, centre, 0.8F, dims);
  ink_unit_normalise (vector, dims);
}

/* A link to the first photo; what the library knows of it is what a scan finds. */
static void
add_photo (Bench *bench, InkStore *store, guint number, GRand *random, gint64 *id)
{
  static char target[4096];
  g_autofree char *name = g_strdup_printf ("IMG_%06u.jpg", number);
  g_autofree char *path = g_build_filename (bench->photos, name, NULL);
  g_autofree char *taken =
      g_strdup_printf ("20%02u-%02u-%02uT12:00:00", number % 24, 1 + number % 12, 1 + number % 28);
  guint8 key[INK_CONTENT_KEY_SIZE] = {0};
  g_autoptr (GError) error = NULL;
  struct stat facts;

  if (number % LINKS == 0) {
    g_strlcpy (target, path, sizeof target);
    copy_picture ("waves-640x480.jpg", path, number + 1);
  } else if (link (target, path) < 0) {
    g_error ("%s can't be made", path);
  }
  stat (path, &facts);
  memcpy (key, &number, sizeof number);
  InkPhoto photo = {
      .folder = 1,
      .path = name,
      .stamp = {facts.st_size, (gint64)facts.st_mtim.tv_sec * 1000000000 + facts.st_mtim.tv_nsec,
                facts.st_dev, facts.st_ino},
      .content_key = key,
      .state = INK_PHOTO_OK,
      .width = 640,
      .height = 480,
      .orientation = 1,
      .type = (char *)"jpeg",
      .taken = taken,
      .phash = (guint64)g_rand_int (random) << 32 | g_rand_int (random),
      .colour = g_rand_int (random) & 0xffffff,
  };
  if (!ink_store_put_photo (store, &photo, id, &error))
    g_error ("%s", error->message);
}

static void
fill_library (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  InkStore *store = ink_store_open_writable (bench->library, "bench", NULL, &error);
  g_autoptr (GArray) spaces = store ? ink_store_get_spaces (store, &error) : NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  InkSpace space;

  if (!spaces || spaces->len != 1 ||
      !ink_store_get_space (store, g_array_index (spaces, gint64, 0), &space, &error))
    g_error ("The library can't be filled");
  g_autofree float *centres = g_new0 (float, (gsize)CLUSTERS *space.dims);
  g_autofree float *vector = g_new (float, space.dims);
  for (gsize i = 0; i < (gsize)CLUSTERS * space.dims; i++)
    centres[i] = (float)(g_rand_double (random) - 0.5) * 0.1F;
  for (guint i = 0; i < bench->n; i++) {
    gint64 id = 0;
    if (i % BATCH == 0 && !ink_store_begin (store, &error))
      g_error ("%s", error->message);
    add_photo (bench, store, i, random, &id);
    fill_vector (random, centres, space.dims, vector);
    if (!ink_store_put_embedding (store, id, space.id, vector, space.dims, "f32", &error) ||
        ((i % BATCH == BATCH - 1 || i + 1 == bench->n) && !ink_store_commit (store, &error)))
      g_error ("%s", error->message);
  }
  ink_store_unref (store);
}

/* ---- Measuring ----------------------------------------------------------------------------- */

static int
compare_times (gconstpointer a, gconstpointer b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return (left > right) - (left < right);
}

static void
report (Bench *bench)
{
  const double *times = (const double *)(gpointer)bench->times->data;
  guint n = bench->times->len;

  g_array_sort (bench->times, compare_times);
  g_print ("%-15s %3u keys  p50 %6.1f  p95 %6.1f  max %6.1f ms\n",
           bench->indexing ? "while indexing" : "at rest", n, times[n / 2], times[n * 95 / 100],
           times[n - 1]);
  fflush (stdout);
  g_array_set_size (bench->times, 0);
}

static void
tell_xdotool (Bench *bench, const char *command)
{
  g_output_stream_write_all (bench->keys, command, strlen (command), NULL, NULL, NULL);
  g_output_stream_flush (bench->keys, NULL, NULL);
}

static void begin_indexing (Bench *bench);

static gboolean
press_cb (gpointer data)
{
  Bench *bench = data;

  if (bench->word == G_N_ELEMENTS (words)) {
    report (bench);
    bench->word = 0;
    if (bench->indexing)
      g_application_quit (G_APPLICATION (bench->application));
    else
      begin_indexing (bench);
    return G_SOURCE_REMOVE;
  }
  char letter = words[bench->word][bench->letter];
  g_autofree char *command =
      letter ? g_strdup_printf ("key %c\n", letter) : g_strdup ("key ctrl+a BackSpace\n");
  bench->pressed = g_get_monotonic_time ();
  tell_xdotool (bench, command);
  return G_SOURCE_REMOVE;
}

/* The answer is here; it is seen after the next frame. */
static void
finished_cb (Bench *bench, gboolean fresh)
{
  if (!fresh || bench->pressed == 0)
    return;
  bench->answered = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (bench->browser));
}

static void
after_paint_cb (Bench *bench)
{
  if (!bench->answered)
    return;
  double time = (double)(g_get_monotonic_time () - bench->pressed) / 1000;
  bench->answered = FALSE;
  bench->pressed = 0;
  if (words[bench->word][bench->letter] != '\0') {
    g_array_append_val (bench->times, time);
    bench->letter++;
  } else { /* all photos again, between the words */
    bench->letter = 0;
    bench->word++;
  }
  g_timeout_add (REST_MS, press_cb, bench);
}

/* New photos in the library's folder, which the window finds by itself; its helpers and the model
 * are busy before the first key. */
static void
begin_indexing (Bench *bench)
{
  bench->indexing = TRUE;
  for (guint i = 0; i < NEW_PHOTOS; i++) {
    g_autofree char *name = g_strdup_printf ("new-%05u.jpg", i);
    g_autofree char *path = g_build_filename (bench->photos, name, NULL);
    copy_picture ("rings-900x1200.jpg", path, i);
  }
  g_timeout_add_seconds (4, press_cb, bench);
}

/* ---- The window ---------------------------------------------------------------------------- */

static GtkWidget *
find_browser (GtkWidget *widget)
{
  if (INK_IS_BROWSER (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_browser (child);
    if (found)
      return found;
  }
  return NULL;
}

/* Once the photos are there and the model is warm. */
static gboolean
ready_cb (gpointer data)
{
  Bench *bench = data;
  InkSearch *search = ink_browser_get_search (bench->browser);

  if (ink_result_model_get_count (ink_search_get_results (search)) < bench->n)
    return G_SOURCE_CONTINUE;
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (bench->browser));
  g_signal_connect_swapped (search, "finished", G_CALLBACK (finished_cb), bench);
  g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (after_paint_cb), bench);
  tell_xdotool (bench, "search --onlyvisible --name Inkling windowfocus --sync\n");
  ink_browser_focus_entry (bench->browser);
  g_timeout_add_seconds (SETTLE_SECONDS, press_cb, bench);
  return G_SOURCE_REMOVE;
}

static void
window_added_cb (Bench *bench, GtkWindow *window)
{
  bench->browser = INK_BROWSER (find_browser (GTK_WIDGET (window)));
  g_timeout_add (200, ready_cb, bench);
}

static void
start_xdotool (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *hands =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error,
                        "xdotool", "-", NULL);

  if (!hands)
    g_error ("%s", error->message);
  bench->keys = g_subprocess_get_stdin_pipe (hands);
}

int
main (int argc, char **argv)
{
  Bench bench = {.n = argc > 1 ? (guint)atoi (argv[1]) : 100000,
                 .times = g_array_new (FALSE, FALSE, sizeof (double))};

  bench.directory = test_folder_new ();
  bench.library = g_build_filename (bench.directory, "library", NULL);
  bench.photos = g_build_filename (bench.directory, "photos", NULL);
  g_autofree char *cache = g_build_filename (bench.directory, "cache", NULL);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_mkdir (bench.photos, 0700);
  begin_library (&bench);
  fill_library (&bench);
  g_print ("%u photos, starter model\n", bench.n);
  fflush (stdout);

  start_xdotool (&bench);
  bench.application = ink_application_new ();
  g_signal_connect_swapped (bench.application, "window-added", G_CALLBACK (window_added_cb),
                            &bench);
  char *arguments[] = {argv[0], (char *)"--library", bench.library, NULL};
  int status = g_application_run (G_APPLICATION (bench.application), 3, arguments);
  test_folder_free (bench.directory);
  return status;
}
