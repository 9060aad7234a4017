/* test-shell.c: what is around the photos: chips, the sidebar, saved searches, suggestions, drops,
 * dialogs, and indexing that goes on when the window is closed. Real keys and a real pointer on a
 * desktop of its own, and what a screen reader says.
 *
 * One program lives through the tests, in their order.
 */
#include "desktop.h"

#include <glib/gstdio.h>
#include <string.h>

#define MANY 300

static const char *const pictures[] = {
    "blobs-777x333.jpg",  "checker-ball-512.png", "gradient-224.png",
    "rings-900x1200.jpg", "small-97x61.png",      "waves-640x480.jpg",
};

/* What the desktop's services were told, from their thread. */
typedef struct {
  GMutex mutex;
  gboolean asked; /* RequestBackground */
  char *status;   /* SetStatus, the last one */
  char *title;    /* of a notification */
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  GDBusConnection *bus;
} Services;

typedef struct {
  Desktop *desktop; /* NULL where the tests are skipped */
  char *reason;
  GSubprocess *inkling;
  char *window;
  Services services;
} Fixture;

/* ---- The desktop's services ---------------------------------------------------------------- */

static const char *const interfaces =
    "<node>"
    "<interface name='org.freedesktop.portal.Background'>"
    "<method name='RequestBackground'><arg type='s' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
    "<method name='SetStatus'><arg type='a{sv}' direction='in'/></method></interface>"
    "<interface name='org.freedesktop.Notifications'>"
    "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
    "<method name='GetServerInformation'><arg type='s' direction='out'/>"
    "<arg type='s' direction='out'/><arg type='s' direction='out'/><arg type='s' direction='out'/>"
    "</method>"
    "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='as' direction='in'/><arg type='a{sv}' direction='in'/><arg type='i' "
    "direction='in'/>"
    "<arg type='u' direction='out'/></method></interface></node>";

static void
method_called_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                  const char *method, GVariant *arguments, GDBusMethodInvocation *invocation,
                  gpointer data)
{
  Services *services = data;
  GVariant *reply = NULL;

  g_mutex_lock (&services->mutex);
  if (g_str_equal (method, "RequestBackground")) {
    services->asked = TRUE;
    reply = g_variant_new ("(o)", "/request");
  } else if (g_str_equal (method, "SetStatus")) {
    g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 0);
    g_free (services->status);
    services->status = NULL;
    g_variant_lookup (options, "message", "s", &services->status);
  } else if (g_str_equal (method, "Notify")) {
    g_free (services->title);
    g_variant_get_child (arguments, 3, "s", &services->title);
    reply = g_variant_new ("(u)", 1);
  } else if (g_str_equal (method, "GetCapabilities")) {
    reply = g_variant_new_parsed ("(@as [],)");
  } else {
    reply = g_variant_new ("(ssss)", "test", "test", "1", "1.2");
  }
  g_mutex_unlock (&services->mutex);
  g_dbus_method_invocation_return_value (invocation, reply);
}

static void
export_interface (Services *services, GDBusNodeInfo *node, const char *name, const char *path,
                  const char *interface)
{
  static const GDBusInterfaceVTable table = {.method_call = method_called_cb};
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  g_dbus_connection_register_object (services->bus, path,
                                     g_dbus_node_info_lookup_interface (node, interface), &table,
                                     services, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (services->bus, "org.freedesktop.DBus",
                                       "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "RequestName", g_variant_new ("(su)", name, 0u), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static gpointer
serve (gpointer data)
{
  Services *services = data;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interfaces, NULL);

  g_main_context_push_thread_default (services->context);
  export_interface (services, node, "org.freedesktop.portal.Desktop",
                    "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Background");
  export_interface (services, node, "org.freedesktop.Notifications",
                    "/org/freedesktop/Notifications", "org.freedesktop.Notifications");
  g_main_loop_run (services->loop);
  g_main_context_pop_thread_default (services->context);
  return NULL;
}

static void
services_start (Services *services, GDBusConnection *bus)
{
  g_mutex_init (&services->mutex);
  services->bus = bus;
  services->context = g_main_context_new ();
  services->loop = g_main_loop_new (services->context, FALSE);
  services->thread = g_thread_new ("services", serve, services);
}

static void
services_stop (Services *services)
{
  g_main_loop_quit (services->loop);
  g_thread_join (services->thread);
  g_main_loop_unref (services->loop);
  g_main_context_unref (services->context);
  g_free (services->status);
  g_free (services->title);
  g_mutex_clear (&services->mutex);
}

/* ---- What is seen -------------------------------------------------------------------------- */

/* What has this name and a place on the screen. Returns: (transfer none) (nullable) */
static const Accessible *
find (GPtrArray *objects, const char *role, const char *name)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->width > 0 && strstr (object->name, name) && (!role || strstr (object->role, role)))
      return object;
  }
  return NULL;
}

static gboolean
is_seen (GPtrArray *objects, gconstpointer name)
{
  return find (objects, NULL, name) != NULL;
}

/* Something else is seen: an empty list is a window that does not answer. */
static gboolean
is_gone (GPtrArray *objects, gconstpointer name)
{
  return objects->len > 0 && !is_seen (objects, name);
}

static gboolean
row_is_seen (GPtrArray *objects, gconstpointer name)
{
  return find (objects, "list item", name) != NULL;
}

/* Whether the photos begin where the sidebar would be, is as @wanted. */
static gboolean
photos_are_left (GPtrArray *objects, gconstpointer wanted)
{
  int left = G_MAXINT;

  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->width > 0 && strstr (object->role, "cell"))
      left = MIN (left, object->x);
  }
  return left != G_MAXINT && (left < 100) == GPOINTER_TO_INT (wanted);
}

static gboolean
nothing_is_seen (GPtrArray *objects, gconstpointer unused)
{
  return find (objects, NULL, "Search Photos") == NULL;
}

static void
see (Fixture *fixture, const char *name)
{
  desktop_wait (fixture->desktop, name, is_seen, name);
}

static void
see_no_more (Fixture *fixture, const char *name)
{
  g_autofree char *what = g_strdup_printf ("%s gone", name);

  desktop_wait (fixture->desktop, what, is_gone, name);
}

/* ---- What is done -------------------------------------------------------------------------- */

static void
press (Fixture *fixture, const char *key)
{
  desktop_do (fixture->desktop, "key", key, NULL);
  desktop_pause (200);
}

static void
click (Fixture *fixture, const char *role, const char *name)
{
  see (fixture, name);
  g_autoptr (GPtrArray) objects = desktop_look (fixture->desktop);
  const Accessible *object = find (objects, role, name);
  g_assert_nonnull (object);
  g_autofree char *x = g_strdup_printf ("%d", object->x + object->width / 2);
  g_autofree char *y = g_strdup_printf ("%d", object->y + object->height / 2);
  desktop_do (fixture->desktop, "mousemove", x, y, "click", "1", NULL);
  desktop_pause (300);
}

static void
clear_search (Fixture *fixture)
{
  desktop_do (fixture->desktop, "windowactivate", "--sync", fixture->window, NULL);
  press (fixture, "ctrl+f");
  press (fixture, "Escape"); /* the suggestions */
  press (fixture, "Escape");
}

static void
search_for (Fixture *fixture, const char *words)
{
  /* Letters that no key has are put on a spare one in turn, which programs have to hear of. */
  const char *delay = g_str_is_ascii (words) ? "20" : "200";

  clear_search (fixture);
  desktop_do (fixture->desktop, "type", "--delay", delay, words, NULL);
}

static char *
picture_path (const char *name)
{
  return g_build_filename (g_getenv ("INKLING_TEST_DATA"), "starter", "golden-images", name, NULL);
}

static char *
home_path (Fixture *fixture, const char *name)
{
  return g_build_filename (desktop_get_home (fixture->desktop), "Pictures", name, NULL);
}

static void
start (Fixture *fixture)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "ui", "inkling", NULL);
  g_autofree char *folder =
      g_build_filename (desktop_get_home (fixture->desktop), "Pictures", NULL);

  fixture->inkling = desktop_run (fixture->desktop, (const char *[]){program, folder, NULL});
  fixture->window = desktop_place_window (fixture->desktop, "Inkling", 0, 0, 1100, 760);
}

/* Another program gives this away: by a drag into the window, or by its clipboard. */
static void
give (Fixture *fixture, const char *kind, const char *path, gboolean drag)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "tests", "ui", "giver", NULL);
  g_autoptr (GSubprocess) giver =
      desktop_run (fixture->desktop, (const char *[]){program, kind, path, NULL});

  g_free (desktop_place_window (fixture->desktop, "Giver", 1150, 400, 200, 200));
  desktop_do (fixture->desktop, "mousemove", "1250", "500", NULL);
  desktop_pause (200);
  if (drag) {
    desktop_do (fixture->desktop, "mousedown", "1", NULL);
    desktop_pause (150);
    for (int i = 1; i <= 10; i++) {
      g_autofree char *x = g_strdup_printf ("%d", 1250 - 70 * i);
      desktop_do (fixture->desktop, "mousemove", x, "480", NULL);
      desktop_pause (40);
    }
    see (fixture, "Drop to find photos");
    desktop_do (fixture->desktop, "mousemove", "552", "482", NULL);
    desktop_pause (200);
    desktop_do (fixture->desktop, "mouseup", "1", NULL);
  } else {
    desktop_do (fixture->desktop, "click", "1", NULL);
    desktop_pause (300);
    clear_search (fixture);
    press (fixture, "ctrl+v");
  }
  desktop_pause (1500); /* what is given is fetched from it */
  g_subprocess_force_exit (giver);
  g_subprocess_wait (giver, NULL, NULL);
}

/* ---- The tests ----------------------------------------------------------------------------- */

static void
test_start (Fixture *fixture)
{
  g_autofree char *count = g_strdup_printf ("%u photos", (guint)G_N_ELEMENTS (pictures));

  start (fixture);
  see (fixture, count);
  see (fixture, "can’t be read");
}

/* The text becomes chips; a chip that goes takes its part out of the text, and only that. */
static void
test_chips (Fixture *fixture)
{
  search_for (fixture, "cat -dog type:png after:2001");
  see (fixture, "Remove cat");
  see (fixture, "Remove PNG");
  see (fixture, "From 1 January 2001");
  click (fixture, "button", "Remove Not “dog”");
  see_no_more (fixture, "Not “dog”");
  see (fixture, "Remove PNG");

  /* What is typed behind it joins what is left of the text. */
  press (fixture, "ctrl+f");
  press (fixture, "End");
  desktop_do (fixture->desktop, "type", "--delay", "20", " name:a", NULL);
  see (fixture, "Named “a”");
  see (fixture, "Remove cat");
  clear_search (fixture);
  see_no_more (fixture, "Remove cat");
}

static void
test_nothing_found (Fixture *fixture)
{
  search_for (fixture, "cat name:nowhere");
  see (fixture, "None of your photos passes these filters");
  click (fixture, "button", "Remove the Filters");
  see_no_more (fixture, "Remove Named “nowhere”");
  see (fixture, "Remove cat");
}

/* Words that are no English are answered by an offer to look at names. */
static void
test_foreign (Fixture *fixture)
{
  search_for (fixture, "κύματα");
  see (fixture, "understand English only");
  click (fixture, "button", "Search File");
  see (fixture, "Named “κύματα”");
}

static void
test_sidebar (Fixture *fixture)
{
  clear_search (fixture);
  click (fixture, "list item", "Pictures");
  see (fixture, "Remove Pictures");
  click (fixture, "list item", "All Photos");
  see_no_more (fixture, "Remove Pictures");
  press (fixture, "F9");
  desktop_wait (fixture->desktop, "photos at the left", photos_are_left, GINT_TO_POINTER (TRUE));
  press (fixture, "F9");
  desktop_wait (fixture->desktop, "the sidebar", photos_are_left, GINT_TO_POINTER (FALSE));
}

static void
test_saved_search (Fixture *fixture)
{
  search_for (fixture, "type:jpg");
  see (fixture, "Remove JPEG");
  click (fixture, "button", "Save This Search");
  press (fixture, "ctrl+a");
  desktop_do (fixture->desktop, "type", "--delay", "20", "My photos", NULL);
  press (fixture, "Return");
  desktop_wait (fixture->desktop, "the saved search", row_is_seen, "My photos");

  clear_search (fixture);
  see_no_more (fixture, "Remove JPEG");
  click (fixture, "list item", "My photos");
  see (fixture, "Remove JPEG");
}

/* What was searched for and kept by Return is offered when it is begun again. */
static void
test_suggestions (Fixture *fixture)
{
  search_for (fixture, "type:png name:ball");
  press (fixture, "Return");
  desktop_pause (500);
  search_for (fixture, "name:b");
  see (fixture, "type:png name:ball");
  press (fixture, "Down");
  press (fixture, "Return");
  see (fixture, "Named “ball”");
  see (fixture, "Remove PNG");
}

static void
test_drops (Fixture *fixture)
{
  g_autofree char *picture = picture_path ("rings-900x1200.jpg");
  g_autofree char *text = home_path (fixture, "notes.txt");

  clear_search (fixture);
  give (fixture, "file", text, TRUE);
  see (fixture, "Only pictures can be searched by");
  give (fixture, "files", picture, TRUE);
  see (fixture, "the others were left out");
  see (fixture, "Looks like rings-900x1200.jpg");
  give (fixture, "web", picture, TRUE);
  see (fixture, "Looks like Dropped picture");
  clear_search (fixture);
  see_no_more (fixture, "Looks like");
}

/* A picture that no decoder should have: the window tells, and lives. */
static void
test_bad_paste (Fixture *fixture)
{
  g_autofree char *bad = home_path (fixture, "broken.png");

  give (fixture, "bytes", bad, FALSE);
  see (fixture, "The Search Did Not Work");
  clear_search (fixture);
  see_no_more (fixture, "Looks like");
}

static void
test_dialogs (Fixture *fixture)
{
  clear_search (fixture);
  press (fixture, "ctrl+comma");
  see (fixture, "Inkling finds photos in these folders");
  press (fixture, "Escape");
  see_no_more (fixture, "Inkling finds photos in these folders");
  clear_search (fixture);
  click (fixture, "button", "can’t be read");
  see (fixture, "broken.png");
  see (fixture, "A video");
  see (fixture, "Show in Files");
  press (fixture, "Escape");
  see_no_more (fixture, "A video");
}

/* Copies that differ in their last bytes are pictures of their own, to be looked at each. */
static void
make_many (Fixture *fixture)
{
  g_autofree char *path = picture_path ("rings-900x1200.jpg");
  g_autofree char *content = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  content = g_realloc (content, size + sizeof (guint));
  for (guint i = 0; i < MANY; i++) {
    g_autofree char *name = g_strdup_printf ("many-%03u.jpg", i);
    g_autofree char *copy = home_path (fixture, name);
    memcpy (content + size, &i, sizeof i);
    g_assert_true (g_file_set_contents (copy, content, (gssize)(size + sizeof (guint)), NULL));
  }
}

/* Asked once: the answer holds. The program ends by itself when all is done, and says so. */
static void
test_background (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  make_many (fixture);
  see (fixture, "Pause Indexing");
  press (fixture, "ctrl+w");
  see (fixture, "Continue Indexing in the Background?");
  press (fixture, "Escape");
  see_no_more (fixture, "Continue Indexing in the Background?");
  press (fixture, "ctrl+w");
  see (fixture, "Continue Indexing in the Background?");
  press (fixture, "Return");
  desktop_wait (fixture->desktop, "no window", nothing_is_seen, NULL);

  g_subprocess_wait_check (fixture->inkling, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->inkling);
  g_mutex_lock (&fixture->services.mutex);
  g_assert_true (fixture->services.asked);
  g_assert_nonnull (fixture->services.status);
  g_assert_nonnull (strstr (fixture->services.status, "Indexing"));
  g_assert_cmpstr (fixture->services.title, ==, "Your Photos Are Ready");
  g_mutex_unlock (&fixture->services.mutex);
}

/* ---- The fixture --------------------------------------------------------------------------- */

static void
write_picture_file (Fixture *fixture, const char *name, const char *content, gssize size)
{
  g_autofree char *path = home_path (fixture, name);

  g_assert_true (g_file_set_contents (path, content, size, NULL));
}

static void
fill_pictures (Fixture *fixture)
{
  /* A PNG that promises 65,535 pixels a side and has none. */
  static const char broken[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff\b\2\0\0\0"
                               "\1\2\3\4\0\0\0\4IDAT\xff\xff\xff\xff\1\2\3\4";

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++) {
    g_autofree char *path = picture_path (pictures[i]);
    g_autofree char *content = NULL;
    gsize size;
    g_assert_true (g_file_get_contents (path, &content, &size, NULL));
    write_picture_file (fixture, pictures[i], content, (gssize)size);
  }
  write_picture_file (fixture, "broken.png", broken, sizeof broken - 1);
  write_picture_file (fixture, "film.mp4", "no film", -1);
  write_picture_file (fixture, "notes.txt", "no picture", -1);
}

typedef void (*Test) (Fixture *fixture);

static const struct {
  const char *name;
  Test run;
} tests[] = {
    {"start", test_start},
    {"chips", test_chips},
    {"nothing-found", test_nothing_found},
    {"foreign", test_foreign},
    {"sidebar", test_sidebar},
    {"saved-search", test_saved_search},
    {"suggestions", test_suggestions},
    {"drops", test_drops},
    {"bad-paste", test_bad_paste},
    {"dialogs", test_dialogs},
    {"background", test_background},
};

static Fixture the_fixture;

static void
run_test (gconstpointer data)
{
  if (!the_fixture.desktop)
    g_test_skip (the_fixture.reason);
  else
    ((Test)data) (&the_fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  the_fixture.desktop = desktop_new (&the_fixture.reason);
  if (the_fixture.desktop) {
    fill_pictures (&the_fixture);
    services_start (&the_fixture.services, desktop_get_bus (the_fixture.desktop));
  }
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/ui/shell/", tests[i].name, NULL);
    g_test_add_data_func (path, (gconstpointer)tests[i].run, run_test);
  }

  int status = g_test_run ();
  if (the_fixture.inkling) {
    g_subprocess_force_exit (the_fixture.inkling);
    g_subprocess_wait (the_fixture.inkling, NULL, NULL);
    g_object_unref (the_fixture.inkling);
  }
  if (the_fixture.desktop)
    services_stop (&the_fixture.services);
  g_free (the_fixture.window);
  g_free (the_fixture.reason);
  g_clear_pointer (&the_fixture.desktop, desktop_free);
  return status;
}
