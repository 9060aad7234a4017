/* bench-start.c: how long the window takes to be there: from the start of the process until it is
 * mapped, and until it is painted and can be typed into; beside a bare window of libadwaita.
 *
 *   xvfb-run -a -s "-screen 0 1400x900x24" dbus-run-session -- BUILD/tests/ui/bench-start [FOLDER]
 *
 * FOLDER: of photos, which are indexed before; without it the library has none. Each program is
 * started once to warm the disk's cache, then in turn; medians.
 */
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <adwaita.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 9
#define PATIENCE_US (20 * G_USEC_PER_SEC)
#define HEADER_Y 12

/* ---- The bare window ----------------------------------------------------------------------- */

static void
bare_activate_cb (GtkApplication *application)
{
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 1100, 760);
  gtk_window_present (GTK_WINDOW (window));
}

static int
run_bare (void)
{
  g_autoptr (AdwApplication) application =
      adw_application_new ("io.github.inkling_app.BenchStart", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (bare_activate_cb), NULL);
  return g_application_run (G_APPLICATION (application), 0, NULL);
}

/* ---- Watching ------------------------------------------------------------------------------ */

typedef struct {
  double mapped, painted; /* ms */
} Times;

static double
milliseconds_since (gint64 time)
{
  return (double)(g_get_monotonic_time () - time) / 1000;
}

/* The next window that is mapped and is no menu or helper; 0 where none comes. */
static Window
wait_for_window (Display *display, gint64 end)
{
  while (g_get_monotonic_time () < end) {
    XEvent event;
    XWindowAttributes facts;
    if (!XPending (display)) {
      g_usleep (500);
      continue;
    }
    XNextEvent (display, &event);
    if (event.type == MapNotify && !event.xmap.override_redirect &&
        XGetWindowAttributes (display, event.xmap.window, &facts) && facts.width > 300)
      return event.xmap.window;
  }
  return 0;
}

/* Until a point of the header bar has a colour. */
static gboolean
wait_for_paint (Display *display, Window window, gint64 end)
{
  while (g_get_monotonic_time () < end) {
    XImage *image = XGetImage (display, window, 40, HEADER_Y, 1, 1, AllPlanes, ZPixmap);
    gulong pixel = image ? XGetPixel (image, 0, 0) & 0xffffff : 0;
    if (image)
      XDestroyImage (image);
    if (pixel != 0)
      return TRUE;
    g_usleep (1000);
  }
  return FALSE;
}

static int
ignore_x_error (Display *display, XErrorEvent *event)
{
  return 0; /* a window may be gone, or not be there yet */
}

static Times
start (Display *display, char *const *command)
{
  Times times = {-1, -1};
  gint64 begin = g_get_monotonic_time ();
  pid_t child = fork ();

  if (child == 0) {
    execv (command[0], command);
    _exit (127);
  }
  Window window = wait_for_window (display, begin + PATIENCE_US);
  if (window) {
    times.mapped = milliseconds_since (begin);
    if (wait_for_paint (display, window, begin + PATIENCE_US))
      times.painted = milliseconds_since (begin);
  }
  g_usleep (G_USEC_PER_SEC / 2); /* what is begun after the first frame is not to be cut off */
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
  XSync (display, True);
  return times;
}

/* ---- The whole ----------------------------------------------------------------------------- */

static int
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return (left > right) - (left < right);
}

static double
median (double *values)
{
  qsort (values, ROUNDS, sizeof *values, compare);
  return values[ROUNDS / 2];
}

static gboolean
index_folder (const char *folder, const char *library)
{
  const char *const command[] = {BENCH_CLI, "--library", library, "--quiet", "index", folder, NULL};
  int status;

  return g_spawn_sync (NULL, (char **)command, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL,
                       &status, NULL) &&
         status == 0;
}

int
main (int argc, char **argv)
{
  g_autofree char *library = g_dir_make_tmp ("inkling-start-XXXXXX", NULL);
  char *const commands[2][4] = {{argv[0], (char *)"--bare", NULL},
                                {(char *)BENCH_INKLING, (char *)"--library", library, NULL}};
  double mapped[2][ROUNDS], painted[2][ROUNDS];

  if (argc == 2 && g_str_equal (argv[1], "--bare"))
    return run_bare ();
  if (argc > 1 && !index_folder (argv[1], library)) {
    g_printerr ("The folder can't be indexed\n");
    return EXIT_FAILURE;
  }
  Display *display = XOpenDisplay (NULL);
  if (!display) {
    g_printerr ("There is no display\n");
    return EXIT_FAILURE;
  }
  XSetErrorHandler (ignore_x_error);
  XSelectInput (display, DefaultRootWindow (display), SubstructureNotifyMask);
  for (int round = -1; round < ROUNDS; round++)
    for (int i = 0; i < 2; i++) {
      Times times = start (display, commands[i]);
      if (round >= 0) {
        mapped[i][round] = times.mapped;
        painted[i][round] = times.painted;
      }
    }
  for (int i = 0; i < 2; i++)
    g_print ("%-8s mapped after %4.0f ms, painted after %4.0f ms (medians of %d)\n",
             i == 0 ? "bare" : "inkling", median (mapped[i]), median (painted[i]), ROUNDS);
  XCloseDisplay (display);
  return EXIT_SUCCESS;
}
