/* inside.c: the real window, looked at from within: what no screen reader and no pointer tells.
 *
 *   inside layout|lifetime|pinch LIBRARY
 *
 * Runs on a test's desktop, with a Pictures folder in its home; test-inside.c starts it. It ends
 * well where all holds, and says on stderr what does not.
 */
#include "application.h"
#include "browser.h"
#include "environment.h"
#include "layout.h"
#include "picture-view.h"
#include "viewer.h"
#include "welcome-page.h"
#include "window.h"

#include <stdlib.h>

#define PATIENCE_SECONDS 60

typedef struct {
  InkApplication *application;
  const char *part;
  GtkWidget *window;
  InkBrowser *browser;
  InkViewer *viewer;
} Inside;

/* ---- Waiting ------------------------------------------------------------------------------- */

typedef gboolean (*Condition) (Inside *inside);

static gboolean
wake_cb (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_for (Inside *inside, const char *what, Condition condition)
{
  gint64 end = g_get_monotonic_time () + PATIENCE_SECONDS * G_USEC_PER_SEC;
  guint wake = g_timeout_add (20, wake_cb, NULL);

  while (!condition (inside)) {
    if (g_get_monotonic_time () > end)
      g_error ("not in time: %s", what);
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (wake);
}

/* What GTK has put off until the next frame is done. */
static void
settle (void)
{
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC / 25;
  guint wake = g_timeout_add (10, wake_cb, NULL);

  while (g_get_monotonic_time () < end || g_main_context_pending (NULL))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
}

/* ---- Finding ------------------------------------------------------------------------------- */

/* Returns: (nullable): the first of its kind below @widget, itself among them */
static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, type);
    if (found)
      return found;
  }
  return NULL;
}

/* Returns: (nullable): a window that is not the main one */
static GtkWidget *
find_dialog (Inside *inside)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *link = windows; link; link = link->next)
    if (link->data != inside->window && gtk_widget_get_mapped (link->data))
      return link->data;
  return NULL;
}

static gboolean
dialog_is_there (Inside *inside)
{
  return find_dialog (inside) != NULL;
}

static gboolean
no_dialog_is_there (Inside *inside)
{
  return !dialog_is_there (inside);
}

static InkSearch *
get_search (Inside *inside)
{
  return ink_browser_get_search (inside->browser);
}

static guint
count_results (Inside *inside)
{
  return ink_result_model_get_count (ink_search_get_results (get_search (inside)));
}

static gboolean
results_are_there (Inside *inside)
{
  return !ink_search_is_busy (get_search (inside)) && count_results (inside) > 0;
}

static gboolean
nothing_is_found (Inside *inside)
{
  return !ink_search_is_busy (get_search (inside)) && count_results (inside) == 0;
}

/* The button that lists them comes when indexing is over. */
static gboolean
failures_are_there (Inside *inside)
{
  GtkWidget *label = NULL;

  for (GtkWidget *at = find (GTK_WIDGET (inside->browser), g_type_from_name ("InkStatusBar")); at;
       at = NULL) {
    GtkWidget *box = gtk_widget_get_last_child (gtk_widget_get_first_child (at));
    label = gtk_widget_get_next_sibling (gtk_widget_get_first_child (box));
  }
  return results_are_there (inside) && label && gtk_widget_get_mapped (label);
}

static gboolean
welcome_is_there (Inside *inside)
{
  GtkWidget *page = find (GTK_WIDGET (inside->browser), INK_TYPE_WELCOME_PAGE);

  return page && gtk_widget_get_mapped (page);
}

/* ---- Doing --------------------------------------------------------------------------------- */

static void
search_for (Inside *inside, const char *words, Condition condition)
{
  ink_search_set_words (get_search (inside), words);
  ink_search_hurry (get_search (inside));
  wait_for (inside, words, condition);
  settle ();
}

static void
add_pictures (Inside *inside)
{
  g_autoptr (GFile) folder =
      g_file_new_for_path (g_get_user_special_dir (G_USER_DIRECTORY_PICTURES));

  wait_for (inside, "the welcome page", welcome_is_there);
  settle ();
  g_signal_emit_by_name (inside->browser, "pictures-chosen", folder);
  wait_for (inside, "photos", failures_are_there);
  settle ();
}

static gboolean
viewer_has_picture (Inside *inside)
{
  GtkWidget *view = find (GTK_WIDGET (inside->viewer), INK_TYPE_PICTURE_VIEW);

  return ink_viewer_get_photo (inside->viewer) &&
         ink_picture_view_get_geometry (INK_PICTURE_VIEW (view))->width > 0;
}

static void
open_viewer (Inside *inside)
{
  g_signal_emit_by_name (inside->browser, "photo-activated", 0);
  wait_for (inside, "the viewer", viewer_has_picture);
  settle ();
}

static void
act (GtkWidget *widget, const char *action)
{
  g_assert_true (gtk_widget_activate_action (widget, action, NULL));
  settle ();
}

static GtkWidget *
open_dialog (Inside *inside, const char *action)
{
  g_assert_true (gtk_widget_activate_action (inside->window, action, NULL));
  wait_for (inside, action, dialog_is_there);
  settle ();
  return find_dialog (inside);
}

static void
close_dialog (Inside *inside, GtkWidget *dialog)
{
  gtk_window_close (GTK_WINDOW (dialog));
  wait_for (inside, "no dialog", no_dialog_is_there);
}

/* ---- Layout -------------------------------------------------------------------------------- */

/* WCAG 2 asks for 3 of large text and of controls. What is measured is less than what was chosen:
 * the edges of small letters are softened. */
#define LEAST_CONTRAST 2.5

#define LARGE_TEXT (3 * 96 * 1024 / 2)

/* In which the pages are looked at. */
static const struct {
  const char *name;
  int width, height;
  AdwColorScheme colours;
  GtkTextDirection direction;
  int resolution; /* of text, in 1024ths of a dot an inch; -1 for the desktop's */
  gboolean again; /* in another language or with more contrast, too */
} circumstances[] = {
    {"light, wide", 1380, 940, ADW_COLOR_SCHEME_FORCE_LIGHT, GTK_TEXT_DIR_LTR, -1, TRUE},
    {"dark", 800, 600, ADW_COLOR_SCHEME_FORCE_DARK, GTK_TEXT_DIR_LTR, -1, TRUE},
    {"light", 800, 600, ADW_COLOR_SCHEME_FORCE_LIGHT, GTK_TEXT_DIR_LTR, -1, FALSE},
    {"narrow", 360, 640, ADW_COLOR_SCHEME_FORCE_LIGHT, GTK_TEXT_DIR_LTR, -1, TRUE},
    {"right to left", 800, 600, ADW_COLOR_SCHEME_FORCE_LIGHT, GTK_TEXT_DIR_RTL, -1, FALSE},
    {"right to left, narrow", 360, 640, ADW_COLOR_SCHEME_FORCE_DARK, GTK_TEXT_DIR_RTL, -1, FALSE},
    {"large text", 800, 600, ADW_COLOR_SCHEME_FORCE_LIGHT, GTK_TEXT_DIR_LTR, LARGE_TEXT, FALSE},
    {"large text, narrow", 360, 640, ADW_COLOR_SCHEME_FORCE_DARK, GTK_TEXT_DIR_LTR, LARGE_TEXT,
     TRUE},
};

static GtkWidget *sized;
static int wanted_width, wanted_height;

/* Where the screen knows no transparency, a frame of some pixels takes the place of the shadow. */
#define FRAME 12

static gboolean
has_wanted_size (Inside *inside)
{
  int width = gtk_widget_get_width (sized), height = gtk_widget_get_height (sized);

  return width <= wanted_width && width >= wanted_width - FRAME && height <= wanted_height &&
         height >= wanted_height - FRAME;
}

static int
least_width (GtkWidget *widget)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  return least;
}

/* What it is that needs so much: from each widget on to the child that needs most. */
static char *
describe_widest (GtkWidget *window)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (GtkWidget *at = window; at;) {
    GtkWidget *widest = NULL;
    g_string_append_printf (text, "%s (%d) ", G_OBJECT_TYPE_NAME (at), least_width (at));
    for (GtkWidget *child = gtk_widget_get_first_child (at); child;
         child = gtk_widget_get_next_sibling (child))
      if (!widest || least_width (child) > least_width (widest))
        widest = child;
    at = widest;
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* A window that is asked for less room than it needs would stay larger. */
static void
resize (Inside *inside, GtkWidget *window, int width, int height, const char *what)
{
  if (least_width (window) > width + FRAME) {
    g_autofree char *widest = describe_widest (window);
    g_error ("%s: the window needs more than %d: %s", what, width, widest);
  }
  width = MAX (width, least_width (window));
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  sized = window;
  wanted_width = width;
  wanted_height = height;
  wait_for (inside, what, has_wanted_size);
}

static void
look (Inside *inside, GtkWidget *window, const char *page)
{
  gboolean again = g_getenv ("ADW_DEBUG_HIGH_CONTRAST") != NULL;
  GtkSettings *settings = gtk_settings_get_default ();

  for (guint i = 0; i < G_N_ELEMENTS (circumstances); i++) {
    if (again && !circumstances[i].again)
      continue;
    g_autofree char *what = g_strdup_printf ("%s, %s", page, circumstances[i].name);
    gboolean large = circumstances[i].resolution > 0;
    int width = circumstances[i].width, height = circumstances[i].height;

    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), circumstances[i].colours);
    gtk_widget_set_default_direction (circumstances[i].direction);
    g_object_set (settings, "gtk-xft-dpi", circumstances[i].resolution, NULL);
    settle ();
    resize (inside, window, width, height, what);
    settle ();
    layout_check (window, what, large && width < 400);
    layout_check_contrast (window, what, LEAST_CONTRAST);
  }
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  g_object_set (settings, "gtk-xft-dpi", -1, NULL);
}

static void
look_at_dialog (Inside *inside, const char *action, const char *page)
{
  GtkWidget *dialog = open_dialog (inside, action);

  if (page && ADW_IS_PREFERENCES_WINDOW (dialog))
    adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (dialog), page);
  settle ();
  look (inside, dialog, page ? page : action);
  close_dialog (inside, dialog);
}

static void
check_layout (Inside *inside)
{
  wait_for (inside, "the welcome page", welcome_is_there);
  look (inside, inside->window, "welcome");
  add_pictures (inside);
  look (inside, inside->window, "all photos");
  search_for (inside, "cat -dog type:png", results_are_there);
  look (inside, inside->window, "results");
  ink_photo_grid_select_all (ink_browser_get_grid (inside->browser));
  look (inside, inside->window, "selection");
  search_for (inside, "cat name:nowhere", nothing_is_found);
  look (inside, inside->window, "nothing found");

  search_for (inside, "cat", results_are_there);
  open_viewer (inside);
  look (inside, inside->window, "viewer");
  act (GTK_WIDGET (inside->viewer), "viewer.similar");
  act (GTK_WIDGET (inside->viewer), "viewer.where");
  look (inside, inside->window, "viewer, similar photos, where");
  act (GTK_WIDGET (inside->viewer), "viewer.where");
  act (GTK_WIDGET (inside->viewer), "viewer.information");
  look (inside, inside->window, "viewer, information");
  act (GTK_WIDGET (inside->viewer), "viewer.close");

  look_at_dialog (inside, "win.failures", NULL);
  look_at_dialog (inside, "win.preferences", "folders");
  look_at_dialog (inside, "win.preferences", "indexing");
  look_at_dialog (inside, "win.models", "model");
  look_at_dialog (inside, "win.preferences", "privacy");
}

/* ---- What is let go of --------------------------------------------------------------------- */

typedef struct {
  const char *name;
  gpointer object; /* %NULL once it is finalized */
} Watched;

static void
watch (GArray *watched, const char *name, gpointer object)
{
  g_array_append_val (watched, ((Watched){name, object}));
}

/* Once the array no longer moves. */
static void
add_weak_pointers (GArray *watched)
{
  for (guint i = 0; i < watched->len; i++) {
    Watched *one = &g_array_index (watched, Watched, i);
    g_object_add_weak_pointer (one->object, &one->object);
  }
}

static void
check_gone (GArray *watched)
{
  for (guint i = 0; i < watched->len; i++) {
    const Watched *one = &g_array_index (watched, Watched, i);
    if (one->object)
      g_error ("%s is still there, with %u references", one->name,
               G_OBJECT (one->object)->ref_count);
  }
}

static void
check_dialog_goes (Inside *inside, const char *action)
{
  g_autoptr (GArray) watched = g_array_new (FALSE, FALSE, sizeof (Watched));
  GtkWidget *dialog = open_dialog (inside, action);

  watch (watched, action, dialog);
  add_weak_pointers (watched);
  close_dialog (inside, dialog);
  settle ();
  check_gone (watched);
}

static gboolean
window_is_gone (Inside *inside)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  return !g_list_find (windows, inside->window);
}

/* Nothing keeps a window that is closed, nor what it was made of; with all of it used before. */
static void
check_lifetime (Inside *inside)
{
  g_autoptr (GArray) watched = g_array_new (FALSE, FALSE, sizeof (Watched));

  add_pictures (inside);
  search_for (inside, "cat", results_are_there);
  open_viewer (inside);
  act (GTK_WIDGET (inside->viewer), "viewer.similar");
  act (GTK_WIDGET (inside->viewer), "viewer.where");
  act (GTK_WIDGET (inside->viewer), "viewer.information");
  act (GTK_WIDGET (inside->viewer), "viewer.next");
  act (GTK_WIDGET (inside->viewer), "viewer.close");
  check_dialog_goes (inside, "win.failures");
  check_dialog_goes (inside, "win.preferences");
  check_dialog_goes (inside, "win.models");

  watch (watched, "the window", inside->window);
  watch (watched, "the browser", inside->browser);
  watch (watched, "the search", get_search (inside));
  watch (watched, "the results", ink_search_get_results (get_search (inside)));
  watch (watched, "the grid", ink_browser_get_grid (inside->browser));
  watch (watched, "the viewer", inside->viewer);
  watch (watched, "the picture", find (GTK_WIDGET (inside->viewer), INK_TYPE_PICTURE_VIEW));
  add_weak_pointers (watched);
  g_application_hold (G_APPLICATION (inside->application));
  gtk_window_close (GTK_WINDOW (inside->window));
  wait_for (inside, "the window's end", window_is_gone);
  settle ();
  inside->window = NULL;
  check_gone (watched);
  g_application_release (G_APPLICATION (inside->application));
}

/* ---- Two fingers --------------------------------------------------------------------------- */

/* Returns: (transfer none): the controller of this kind of a widget, which must have one */
static gpointer
find_controller (GtkWidget *widget, GType type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);
    if (g_type_is_a (G_OBJECT_TYPE (controller), type))
      return controller; /* the widget keeps it */
  }
  g_error ("%s has no %s", G_OBJECT_TYPE_NAME (widget), g_type_name (type));
}

/* @factor: 0 for the fingers that come down. GTK looks for the event, which there is none of, and
 * complains. */
static void
move_fingers (GtkGesture *pinch, double factor)
{
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_LEVEL_ERROR);

  if (factor > 0)
    g_signal_emit_by_name (pinch, "scale-changed", factor);
  else
    g_signal_emit_by_name (pinch, "begin", NULL);
  g_log_set_always_fatal (fatal);
}

/* By the signals of the gesture: an X server without a touch screen has no fingers to offer. */
static void
check_pinch (Inside *inside)
{
  add_pictures (inside);
  search_for (inside, "name:waves", results_are_there);
  open_viewer (inside);
  GtkWidget *view = find (GTK_WIDGET (inside->viewer), INK_TYPE_PICTURE_VIEW);
  GtkGesture *pinch = find_controller (view, GTK_TYPE_GESTURE_ZOOM);
  const InkPictureGeometry *geometry = ink_picture_view_get_geometry (INK_PICTURE_VIEW (view));
  double fitted = ink_picture_geometry_get_scale (geometry);

  move_fingers (pinch, 0);
  move_fingers (pinch, 2.0);
  g_assert_cmpfloat_with_epsilon (ink_picture_geometry_get_scale (geometry), 2 * fitted, 1e-9);
  move_fingers (pinch, 3.0);
  g_assert_cmpfloat_with_epsilon (ink_picture_geometry_get_scale (geometry), 3 * fitted, 1e-9);
  /* The next one goes on from there; smaller than fitted it does not get. */
  move_fingers (pinch, 0);
  move_fingers (pinch, 0.5);
  g_assert_cmpfloat_with_epsilon (ink_picture_geometry_get_scale (geometry), 1.5 * fitted, 1e-9);
  move_fingers (pinch, 0.1);
  g_assert_cmpfloat_with_epsilon (ink_picture_geometry_get_scale (geometry), fitted, 1e-9);
  act (GTK_WIDGET (inside->viewer), "viewer.close");
}

/* ---- The program --------------------------------------------------------------------------- */

static const struct {
  const char *name;
  void (*run) (Inside *inside);
} parts[] = {
    {"layout", check_layout},
    {"lifetime", check_lifetime},
    {"pinch", check_pinch},
};

static gboolean
run_cb (gpointer data)
{
  Inside *inside = data;

  inside->browser = INK_BROWSER (find (inside->window, INK_TYPE_BROWSER));
  inside->viewer = INK_VIEWER (find (inside->window, INK_TYPE_VIEWER));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_equal (parts[i].name, inside->part))
      parts[i].run (inside);
  if (inside->window)
    gtk_window_close (GTK_WINDOW (inside->window));
  return G_SOURCE_REMOVE;
}

/* Nothing is looked at on its way. */
static void
started_cb (void)
{
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

static void
window_added_cb (Inside *inside, GtkWindow *window)
{
  if (inside->window)
    return;
  inside->window = GTK_WIDGET (window);
  g_idle_add (run_cb, inside);
}

int
main (int argc, char **argv)
{
  Inside inside = {.part = argc == 3 ? argv[1] : ""};

  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  ink_environment_init_locale ();
  g_autoptr (InkApplication) application = ink_application_new ();
  inside.application = application;
  g_signal_connect_after (application, "startup", G_CALLBACK (started_cb), NULL);
  g_signal_connect_swapped (application, "window-added", G_CALLBACK (window_added_cb), &inside);
  char *arguments[] = {argv[0], (char *)"--library", argv[argc - 1], NULL};
  return g_application_run (G_APPLICATION (application), 3, arguments);
}
