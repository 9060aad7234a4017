/* bench-grid.c: how long the frames of the grid take, and how much memory it has.
 *
 *   xvfb-run -a -s "-screen 0 1400x900x24" BUILD/tests/ui/bench-grid [--items N]
 *
 * A window of 1280 × 800 with photos that are made up: each thumbnail is drawn from its number,
 * after a pause that stands for reading it. A frame's time is that of the main loop from
 * "before-paint" to "after-paint". GSK_RENDERER chooses the renderer.
 */
#include "photo-grid.h"

#include <adwaita.h>
#include <stdlib.h>
#include <string.h>

#define LOAD_US 1500
#define WHEEL_PIXELS 40
#define FLING_PIXELS 400
#define FRAMES 300
#define SETTLE_FRAMES 60

static int items = 100000;

typedef struct {
  AdwApplication *application;
  GtkWidget *window;
  InkPhotoGrid *grid;
  InkResultModel *model;
  InkResults *newer; /* not yet in the model */
  GtkAdjustment *vertical;
  gint64 started, before_paint;
  GArray *times; /* double, ms */
  guint phase, frame;
  gboolean seen;
} Bench;

/* ---- Photos that are made up --------------------------------------------------------------- */

static InkPixels *
load (GObject *source, gint64 photo, guint size, GCancellable *cancellable, GError **error)
{
  guint width = size, height = photo % 2 ? size * 2 / 3 : size * 3 / 4;
  gsize bytes = (gsize)width * height * 3;
  guint8 *rgb = g_malloc (bytes), *to = rgb;
  guint32 seed = (guint32)photo * 2654435761U;
  InkPixels *pixels = g_new0 (InkPixels, 1);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++) {
      guint8 pattern = (guint8)((x * (3 + seed % 7)) ^ (y * (2 + (seed >> 4) % 5))) & 63;
      *to++ = (guint8)((seed >> 8 & 127) + pattern);
      *to++ = (guint8)((seed >> 16 & 127) + pattern);
      *to++ = (guint8)((seed >> 24 & 127) + pattern);
    }
  g_usleep (LOAD_US);
  pixels->width = width;
  pixels->height = height;
  pixels->rgb = g_bytes_new_take (rgb, bytes);
  return pixels;
}

static InkHit *
make_hit (guint number)
{
  InkHit *hit = g_new0 (InkHit, 1);

  hit->photo = number + 1;
  hit->content = number;
  hit->path = g_strdup_printf ("/photos/2023/IMG_%07u.jpg", number);
  hit->taken = g_strdup_printf ("2023-%02u-%02uT12:00:00", 1 + number % 12, 1 + number % 28);
  hit->type = g_strdup ("jpeg");
  hit->width = 6000;
  hit->height = number % 2 ? 4000 : 4500;
  hit->colour = number * 2654435761U & 0xffffff;
  return hit;
}

/* A tenth of them strong, every twentieth with a group. */
static InkResults *
make_results (guint n)
{
  InkResults *results = ink_results_new (INK_SCORE_COSINE);

  for (guint i = 0; i < n; i++) {
    InkHit *hit = make_hit (i);
    if (i % 20 == 7)
      for (guint member = 0; member < 4; member++)
        ink_hit_add_duplicate (hit, make_hit (n + 4 * i + member));
    g_ptr_array_add (results->hits, hit);
  }
  results->strong = n / 10;
  return results;
}

/* ---- Measuring ----------------------------------------------------------------------------- */

static double
milliseconds_since (gint64 time)
{
  return (double)(g_get_monotonic_time () - time) / 1000;
}

static gint64
resident_kib (void)
{
  g_autofree char *status = NULL;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  const char *line = strstr (status, "VmRSS:");
  return line ? g_ascii_strtoll (line + strlen ("VmRSS:"), NULL, 10) : 0;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return (left > right) - (left < right);
}

static void
report (Bench *bench, const char *name)
{
  const double *times = (const double *)(gpointer)bench->times->data;
  guint n = bench->times->len, slow = 0;

  if (n == 0)
    return;
  g_array_sort (bench->times, compare_times);
  for (guint i = 0; i < n; i++)
    slow += times[i] > 33;
  g_print (
      "%-14s %4u frames  p50 %6.2f  p95 %6.2f  max %6.2f ms  %u over 33 ms  RSS %" G_GINT64_FORMAT
      " MiB\n",
      name, n, times[n / 2], times[n * 95 / 100], times[n - 1], slow, resident_kib () / 1024);
}

/* ---- What is done, a step a frame ---------------------------------------------------------- */

static void
step_wheel (Bench *bench, guint frame)
{
  gtk_adjustment_set_value (bench->vertical,
                            gtk_adjustment_get_value (bench->vertical) + WHEEL_PIXELS);
}

static void
step_fling (Bench *bench, guint frame)
{
  gtk_adjustment_set_value (bench->vertical,
                            gtk_adjustment_get_value (bench->vertical) + FLING_PIXELS);
}

/* To the end, to the beginning, to somewhere in between. */
static void
step_jump (Bench *bench, guint frame)
{
  double upper = gtk_adjustment_get_upper (bench->vertical);

  if (frame % 10 == 0)
    gtk_adjustment_set_value (bench->vertical, upper * (frame / 10 % 3) / 2);
}

static void
step_zoom (Bench *bench, guint frame)
{
  double share = frame < FRAMES / 2 ? frame * 2.0 / FRAMES : 2 - frame * 2.0 / FRAMES;
  int range = INK_PHOTO_GRID_LARGEST - INK_PHOTO_GRID_SMALLEST;

  g_object_set (bench->grid, "cell-size", INK_PHOTO_GRID_SMALLEST + (int)(share * range), NULL);
}

static void
step_rest (Bench *bench, guint frame)
{
}

static void
step_select (Bench *bench, guint frame)
{
  if (frame % 20 == 0)
    ink_photo_grid_select_all (bench->grid);
  if (frame % 20 == 10)
    ink_photo_grid_unselect_all (bench->grid);
}

/* What an index run does every few seconds: the same photos and some new ones. */
static void
step_refresh (Bench *bench, guint frame)
{
  if (frame == 10)
    ink_result_model_set_results (bench->model, g_steal_pointer (&bench->newer));
}

static const struct {
  const char *name; /* NULL: not reported */
  void (*step) (Bench *bench, guint frame);
  guint frames;
} phases[] = {
    {"first", step_rest, SETTLE_FRAMES},
    {"wheel", step_wheel, FRAMES},
    {"fling", step_fling, FRAMES},
    {NULL, step_rest, SETTLE_FRAMES},
    {"wheel again", step_wheel, FRAMES},
    {"end and home", step_jump, FRAMES},
    {"zoom", step_zoom, FRAMES},
    {"zoom at rest", step_rest, SETTLE_FRAMES},
    {"select all", step_select, FRAMES / 5},
    {"new results", step_refresh, SETTLE_FRAMES},
};

static void
before_paint_cb (Bench *bench)
{
  bench->before_paint = g_get_monotonic_time ();
}

static void
after_paint_cb (Bench *bench)
{
  double time = milliseconds_since (bench->before_paint);

  if (!bench->seen) {
    bench->seen = TRUE;
    g_print ("renderer %s, %d photos, first frame %.0f ms after the window was made\n",
             G_OBJECT_TYPE_NAME (gtk_native_get_renderer (GTK_NATIVE (bench->window))), items,
             milliseconds_since (bench->started));
  }
  g_array_append_val (bench->times, time);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Bench *bench = data;

  if (bench->frame >= phases[bench->phase].frames) {
    if (phases[bench->phase].name)
      report (bench, phases[bench->phase].name);
    g_array_set_size (bench->times, 0);
    bench->frame = 0;
    bench->phase++;
  }
  if (bench->phase == G_N_ELEMENTS (phases)) {
    gtk_window_destroy (GTK_WINDOW (bench->window));
    return G_SOURCE_REMOVE;
  }
  gtk_widget_queue_draw (bench->window); /* each step is a frame, also where nothing moves */
  phases[bench->phase].step (bench, bench->frame++);
  return G_SOURCE_CONTINUE;
}

static void
activate_cb (Bench *bench)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  bench->grid = g_object_new (INK_TYPE_PHOTO_GRID, NULL);
  ink_photo_grid_set_loader (bench->grid, load, G_OBJECT (bench->application));
  bench->window = adw_application_window_new (GTK_APPLICATION (bench->application));
  bench->started = g_get_monotonic_time ();
  ink_photo_grid_set_model (bench->grid, bench->model);
  g_print ("model set in %.1f ms\n", milliseconds_since (bench->started));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (bench->grid));
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scrolled);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (bench->window), box);
  bench->vertical = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 1280, 800);
  gtk_window_present (GTK_WINDOW (bench->window));

  GdkFrameClock *clock = gtk_widget_get_frame_clock (bench->window);
  g_signal_connect_swapped (clock, "before-paint", G_CALLBACK (before_paint_cb), bench);
  g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (after_paint_cb), bench);
  gtk_widget_add_tick_callback (bench->window, tick_cb, bench, NULL);
}

int
main (int argc, char **argv)
{
  const GOptionEntry options[] = {
      {"items", 0, 0, G_OPTION_ARG_INT, &items, "Number of photos (100000)", "N"},
      {},
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  Bench bench = {.times = g_array_new (FALSE, FALSE, sizeof (double))};

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || items < 1) {
    g_printerr ("%s\n", error ? error->message : "--items is at least 1");
    return EXIT_FAILURE;
  }
  g_print ("RSS %" G_GINT64_FORMAT " MiB without photos\n", resident_kib () / 1024);
  bench.model = ink_result_model_new ();
  ink_result_model_set_results (bench.model, make_results ((guint)items));
  bench.newer = make_results ((guint)items + 100);
  g_print ("RSS %" G_GINT64_FORMAT " MiB with the model of %d photos\n", resident_kib () / 1024,
           items);

  bench.application = g_object_new (
      ADW_TYPE_APPLICATION, "application-id", "io.github.inkling_app.BenchGrid", "flags",
      G_APPLICATION_NON_UNIQUE, "resource-base-path", "/io/github/inkling_app/Inkling", NULL);
  g_signal_connect_swapped (bench.application, "activate", G_CALLBACK (activate_cb), &bench);
  int status = g_application_run (G_APPLICATION (bench.application), 0, NULL);
  g_object_unref (bench.application);
  g_object_unref (bench.model);
  ink_results_free (bench.newer);
  g_array_unref (bench.times);
  return status;
}
