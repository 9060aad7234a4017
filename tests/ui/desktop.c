/* desktop.c: a desktop of its own for a test. */
#include "desktop.h"

#include "support/folder.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PATIENCE_SECONDS G_GINT64_CONSTANT (30)
#define SCREEN "1400x1000x24"

struct _Desktop {
  TestFolder *home;
  char *display; /* ":7" */
  char *bus_address;
  GPtrArray *servers;    /* GSubprocess, the first started first */
  GHashTable *variables; /* of the programs' environment, besides those that all have */
  GDBusConnection *bus;
  GDBusConnection *accessibility;
};

/* Nothing outlives the test, however that ends. Runs between fork and exec. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static const char *const needed[] = {"Xvfb", "openbox", "dbus-daemon", "xdotool"};

/* An inherited environment would lead to the user's own desktop. */
static GSubprocessLauncher *
make_launcher (Desktop *desktop, GSubprocessFlags flags)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (flags);
  g_autofree char *leaks =
      g_strdup_printf ("suppressions=%s/ui/leaks-of-others.txt", g_getenv ("G_TEST_SRCDIR"));
  const char *const variables[][2] = {
      {"HOME", desktop->home},
      {"XDG_RUNTIME_DIR", desktop->home},
      {"XDG_CURRENT_DESKTOP", "GNOME"},
      {"LC_ALL", "C.UTF-8"},
      {"GDK_BACKEND", "x11"},
      {"GSK_RENDERER", "cairo"},
      {"GTK_A11Y", "atspi"},
      {"GSETTINGS_BACKEND", "memory"},
      {"G_DEBUG", "fatal-criticals"},
      /* For a sanitized build: whole stacks, so that a leak is put down to the right library. */
      {"ASAN_OPTIONS", "fast_unwind_on_malloc=0"},
      {"LSAN_OPTIONS", leaks},
  };
  const char *const unwanted[] = {"WAYLAND_DISPLAY", "XDG_CONFIG_HOME",    "XDG_DATA_HOME",
                                  "XDG_CACHE_HOME",  "AT_SPI_BUS_ADDRESS", "NO_AT_BRIDGE"};

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_subprocess_launcher_setenv (launcher, variables[i][0], variables[i][1], TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (unwanted); i++)
    g_subprocess_launcher_unsetenv (launcher, unwanted[i]);
  if (desktop->display)
    g_subprocess_launcher_setenv (launcher, "DISPLAY", desktop->display, TRUE);
  if (desktop->bus_address)
    g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", desktop->bus_address, TRUE);
  GHashTableIter iter;
  gpointer name, value;
  g_hash_table_iter_init (&iter, desktop->variables);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_subprocess_launcher_setenv (launcher, name, value, TRUE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  return launcher;
}

void
desktop_set_variable (Desktop *desktop, const char *name, const char *value)
{
  if (value)
    g_hash_table_insert (desktop->variables, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (desktop->variables, name);
}

GSubprocess *
desktop_run (Desktop *desktop, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher =
      make_launcher (desktop, G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_launcher_spawnv (launcher, arguments, &error);

  g_assert_no_error (error);
  return process;
}

/* Starts a server that writes one line to the descriptor 3 when it is ready. */
static char *
start_server (Desktop *desktop, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher =
      make_launcher (desktop, G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) line = g_string_new (NULL);
  int ends[2];
  char character;

  if (!g_unix_open_pipe (ends, FD_CLOEXEC, NULL))
    return NULL;
  g_subprocess_launcher_take_fd (launcher, ends[1], 3);
  GSubprocess *server = g_subprocess_launcher_spawnv (launcher, arguments, &error);
  g_subprocess_launcher_close (launcher);
  if (server) {
    g_ptr_array_add (desktop->servers, server);
    while (read (ends[0], &character, 1) == 1 && character != '\n')
      g_string_append_c (line, character);
  }
  close (ends[0]);
  return line->len > 0 ? g_string_free (g_steal_pointer (&line), FALSE) : NULL;
}

static gboolean
start_display (Desktop *desktop)
{
  g_autofree char *number =
      start_server (desktop, (const char *[]){"Xvfb", "-displayfd", "3", "-screen", "0", SCREEN,
                                              "-nolisten", "tcp", "-noreset", NULL});

  if (!number)
    return FALSE;
  desktop->display = g_strconcat (":", number, NULL);
  return TRUE;
}

static gboolean
start_bus (Desktop *desktop, GError **error)
{
  desktop->bus_address = start_server (
      desktop, (const char *[]){"dbus-daemon", "--session", "--nofork", "--print-address=3", NULL});
  if (!desktop->bus_address) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "dbus-daemon does not start");
    return FALSE;
  }
  desktop->bus =
      g_dbus_connection_new_for_address_sync (desktop->bus_address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, error);
  if (!desktop->bus)
    return FALSE;
  /* What the bus starts belongs to this desktop as well. */
  g_autoptr (GVariant) variables = g_variant_ref_sink (
      g_variant_new_parsed ("({'DISPLAY': %s, 'HOME': %s},)", desktop->display, desktop->home));
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      desktop->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "UpdateActivationEnvironment", variables, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
  if (!reply)
    return FALSE;
  desktop->accessibility = accessible_connect (desktop->bus, error);
  return desktop->accessibility != NULL;
}

static void
make_home (Desktop *desktop)
{
  g_autofree char *pictures = g_build_filename (desktop->home, "Pictures", NULL);
  g_autofree char *settings = g_build_filename (desktop->home, ".config", NULL);
  g_autofree char *dirs = g_build_filename (settings, "user-dirs.dirs", NULL);

  g_chmod (desktop->home, 0700);
  g_assert_cmpint (g_mkdir (pictures, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (settings, 0700), ==, 0);
  g_assert_true (g_file_set_contents (dirs, "XDG_PICTURES_DIR=\"$HOME/Pictures\"\n", -1, NULL));
}

Desktop *
desktop_new (char **reason)
{
  g_autoptr (Desktop) desktop = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++) {
    g_autofree char *program = g_find_program_in_path (needed[i]);
    if (!program) {
      *reason = g_strdup_printf ("%s is not installed", needed[i]);
      return NULL;
    }
  }

  desktop = g_new0 (Desktop, 1);
  desktop->home = test_folder_new ();
  desktop->servers = g_ptr_array_new_with_free_func (g_object_unref);
  desktop->variables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  make_home (desktop);
  if (!start_display (desktop)) {
    *reason = g_strdup ("Xvfb does not start");
    return NULL;
  }
  if (!start_bus (desktop, &error)) {
    *reason = g_strdup_printf ("no accessibility bus: %s", error->message);
    return NULL;
  }
  g_ptr_array_add (desktop->servers, desktop_run (desktop, (const char *[]){"openbox", NULL}));
  return g_steal_pointer (&desktop);
}

void
desktop_free (Desktop *desktop)
{
  g_clear_object (&desktop->accessibility);
  g_clear_object (&desktop->bus);
  while (desktop->servers->len > 0) {
    g_autoptr (GSubprocess) server =
        g_ptr_array_steal_index (desktop->servers, desktop->servers->len - 1);
    g_subprocess_send_signal (server, SIGTERM);
    g_subprocess_wait (server, NULL, NULL);
  }
  g_ptr_array_unref (desktop->servers);
  g_hash_table_unref (desktop->variables);
  test_folder_free (desktop->home);
  g_free (desktop->display);
  g_free (desktop->bus_address);
  g_free (desktop);
}

GDBusConnection *
desktop_get_bus (Desktop *desktop)
{
  return desktop->bus;
}

const char *
desktop_get_home (Desktop *desktop)
{
  return desktop->home;
}

/* Returns: (nullable): what a program prints; %NULL where it fails */
static char *
run_and_read (Desktop *desktop, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher =
      make_launcher (desktop, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) program = g_subprocess_launcher_spawnv (launcher, arguments, &error);
  char *output = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (program, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  if (!g_subprocess_get_successful (program))
    g_clear_pointer (&output, g_free);
  return output;
}

void
desktop_do (Desktop *desktop, ...)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  const char *argument;
  va_list list;

  g_ptr_array_add (arguments, (gpointer) "xdotool");
  va_start (list, desktop);
  while ((argument = va_arg (list, const char *)))
    g_ptr_array_add (arguments, (gpointer)argument);
  va_end (list);
  g_ptr_array_add (arguments, NULL);
  g_autofree char *output = run_and_read (desktop, (const char *const *)arguments->pdata);
  g_assert_nonnull (output);
}

gboolean
desktop_get_pixel (Desktop *desktop, int x, int y, guint32 *colour)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "tests", "ui", "pixel", NULL);
  g_autofree char *at_x = g_strdup_printf ("%d", x), *at_y = g_strdup_printf ("%d", y);

  if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    return FALSE;
  g_autofree char *output = run_and_read (desktop, (const char *[]){program, at_x, at_y, NULL});
  g_assert_nonnull (output);
  *colour = (guint32)g_ascii_strtoull (output, NULL, 16);
  return TRUE;
}

gboolean
desktop_colours_are_near (guint32 a, guint32 b)
{
  for (guint shift = 0; shift <= 16; shift += 8)
    if (abs ((int)(a >> shift & 0xff) - (int)(b >> shift & 0xff)) > 24)
      return FALSE;
  return TRUE;
}

void
desktop_pause (guint milliseconds)
{
  g_usleep (milliseconds * 1000UL);
}

char *
desktop_place_window (Desktop *desktop, const char *title, int x, int y, int width, int height)
{
  g_autofree char *pattern = g_strdup_printf ("^%s$", title);
  g_autofree char *left = g_strdup_printf ("%d", x), *top = g_strdup_printf ("%d", y);
  g_autofree char *wide = g_strdup_printf ("%d", width), *high = g_strdup_printf ("%d", height);
  g_autofree char *id = NULL;

  for (gint64 i = 0; i < PATIENCE_SECONDS * 10 && !id; i++) {
    id = run_and_read (
        desktop, (const char *[]){"xdotool", "search", "--onlyvisible", "--name", pattern, NULL});
    if (!id)
      desktop_pause (100);
  }
  g_assert_nonnull (id);
  g_strdelimit (id, "\n", '\0');
  desktop_do (desktop, "windowmove", id, left, top, "windowsize", id, wide, high, "windowactivate",
              id, NULL);
  desktop_pause (300);
  return g_steal_pointer (&id);
}

GPtrArray *
desktop_look (Desktop *desktop)
{
  return accessible_list (desktop->accessibility);
}

void
desktop_wait (Desktop *desktop, const char *what, DesktopSeen seen, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + PATIENCE_SECONDS * G_USEC_PER_SEC;
  g_autoptr (GPtrArray) objects = NULL;

  do {
    g_clear_pointer (&objects, g_ptr_array_unref);
    objects = desktop_look (desktop);
    if (seen (objects, data))
      return;
    desktop_pause (100);
  } while (g_get_monotonic_time () < end);

  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    g_test_message ("%s “%s” %d,%d %d×%d%s", object->role, object->name, object->x, object->y,
                    object->width, object->height, object->focused ? " focused" : "");
  }
  g_error ("not seen in time: %s", what);
}
