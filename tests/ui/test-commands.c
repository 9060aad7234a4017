/* test-commands.c: what the menu of the photos has other programs do, and what is done with more
 * photos than a program takes: in the real window, with a file manager on the bus and a program for
 * pictures that write down what they are told.
 *
 * One program lives through the tests, in their order.
 */
#include "hands.h"

#include <glib/gstdio.h>
#include <string.h>

/* More than other programs are given at a time. */
#define MANY 1001

#define FILE_MANAGER "org.freedesktop.FileManager1"

typedef struct {
  Desktop *desktop; /* NULL where the tests are skipped */
  char *reason;
  GSubprocess *inkling;
  char *asked; /* the method that the file manager was last asked for, and the first address */
} Fixture;

static char *
in_home (Fixture *fixture, const char *path)
{
  return g_build_filename (desktop_get_home (fixture->desktop), path, NULL);
}

static void
write_file (Fixture *fixture, const char *name, const char *content, gssize size)
{
  g_autofree char *path = in_home (fixture, name);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, content, size, NULL));
}

/* ---- The other programs -------------------------------------------------------------------- */

static void
file_manager_called_cb (GDBusConnection *bus, const char *sender, const char *path,
                        const char *interface, const char *method, GVariant *arguments,
                        GDBusMethodInvocation *invocation, gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GVariant) uris = g_variant_get_child_value (arguments, 0);
  const char *uri;

  g_variant_get_child (uris, 0, "&s", &uri);
  g_free (fixture->asked);
  fixture->asked = g_strdup_printf ("%s %s", method, uri);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
start_file_manager (Fixture *fixture)
{
  static const GDBusInterfaceVTable table = {.method_call = file_manager_called_cb};
  GDBusConnection *bus = desktop_get_bus (fixture->desktop);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (
      "<node><interface name='" FILE_MANAGER "'>"
      "<method name='ShowItemProperties'><arg type='as' direction='in'/>"
      "<arg type='s' direction='in'/></method>"
      "<method name='ShowItems'><arg type='as' direction='in'/>"
      "<arg type='s' direction='in'/></method></interface></node>",
      &error);

  g_assert_no_error (error);
  g_dbus_connection_register_object (bus, "/org/freedesktop/FileManager1", node->interfaces[0],
                                     &table, fixture, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
      g_variant_new ("(su)", FILE_MANAGER, 0u), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

/* A program for PNG files that writes down which it is given. */
static void
install_program (Fixture *fixture)
{
  g_autofree char *script = in_home (fixture, "look");
  g_autofree char *entry =
      g_strdup_printf ("[Desktop Entry]\nType=Application\nName=Looking Glass\n"
                       "Exec=/bin/sh %s %%F\nMimeType=image/png;\n",
                       script);

  write_file (fixture, "look", "printf '%s\\n' \"$@\" >\"$HOME/looked\"\n", -1);
  write_file (fixture, ".local/share/applications/looking-glass.desktop", entry, -1);
  write_file (fixture, ".local/share/applications/mimeinfo.cache",
              "[MIME Cache]\nimage/png=looking-glass.desktop;\n", -1);
}

/* ---- What is done and seen ----------------------------------------------------------------- */

static gboolean
has_focus (GPtrArray *objects, gconstpointer name)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->focused && strstr (object->name, name))
      return TRUE;
  }
  return FALSE;
}

/* The photos of this name, with the keyboard on the first. */
static void
choose (Fixture *fixture, const char *name, const char *count)
{
  g_autofree char *words = g_strconcat ("name:", name, NULL);

  hands_press (fixture->desktop, "ctrl+f");
  hands_press (fixture->desktop, "ctrl+a");
  desktop_do (fixture->desktop, "type", "--delay", "20", words, NULL);
  hands_see (fixture->desktop, count);
  hands_press (fixture->desktop, "Down");
  desktop_wait (fixture->desktop, name, has_focus, name);
}

/* @item, @letter: its name, and the letter that chooses it */
static void
choose_in_menu (Fixture *fixture, const char *item, const char *letter)
{
  hands_press (fixture->desktop, "shift+F10");
  hands_see (fixture->desktop, item);
  hands_press (fixture->desktop, letter);
}

/* ---- The tests ----------------------------------------------------------------------------- */

/* However long the photos take to be indexed: the window comes afterwards. */
static void
test_start (Fixture *fixture)
{
  g_autofree char *cli =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "app", "cli", "inkling-cli", NULL);
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "ui", "inkling", NULL);
  g_autofree char *folder = in_home (fixture, "Pictures");

  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) index =
      desktop_run (fixture->desktop, (const char *[]){cli, "index", folder, NULL});
  g_subprocess_wait_check (index, NULL, &error);
  g_assert_no_error (error);

  fixture->inkling = desktop_run (fixture->desktop, (const char *[]){program, NULL});
  g_free (desktop_place_window (fixture->desktop, "Inkling", 0, 0, 1100, 760));
  hands_see (fixture->desktop, "1002 photos");
  hands_see_no_more (fixture->desktop, "Pause Indexing");
}

static void
test_properties (Fixture *fixture)
{
  g_autofree char *folder = in_home (fixture, "Pictures");
  g_autofree char *wanted = g_strdup_printf ("ShowItemProperties file://%s/single.png", folder);

  choose (fixture, "single", "1 match");
  choose_in_menu (fixture, "Properties", "r");
  for (guint i = 0; i < 100 && !fixture->asked; i++) {
    while (g_main_context_iteration (NULL, FALSE))
      ;
    desktop_pause (100);
  }
  g_assert_cmpstr (fixture->asked, ==, wanted);
}

static void
test_open_with (Fixture *fixture)
{
  g_autofree char *folder = in_home (fixture, "Pictures");
  g_autofree char *looked = in_home (fixture, "looked");
  g_autofree char *wanted = g_strdup_printf ("%s/single.png\n", folder);
  g_autofree char *told = NULL;

  choose (fixture, "single", "1 match");
  choose_in_menu (fixture, "Open With…", "w");
  hands_see (fixture->desktop, "Select Application");
  hands_press (fixture->desktop, "Return");
  for (guint i = 0; i < 100 && (!told || told[0] == '\0'); i++) {
    g_clear_pointer (&told, g_free);
    if (!g_file_get_contents (looked, &told, NULL, NULL))
      desktop_pause (100);
  }
  g_assert_cmpstr (told, ==, wanted);
}

/* Copies are a group: it is opened, and all of it chosen. */
static void
choose_many (Fixture *fixture)
{
  choose (fixture, "many", "1001 matches");
  hands_press (fixture->desktop, "plus");
  hands_press (fixture->desktop, "ctrl+a");
  hands_see (fixture->desktop, "1001 selected");
}

/* It is said that they are too many; none of them is given away. */
static void
test_too_many (Fixture *fixture)
{
  g_clear_pointer (&fixture->asked, g_free);
  choose_many (fixture);
  hands_press (fixture->desktop, "alt+Return");
  hands_see (fixture->desktop, "No more than 1000 photos at a time");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (fixture->asked);
}

static guint
count_files (Fixture *fixture, const char *name)
{
  g_autofree char *path = in_home (fixture, name);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (folder && g_dir_read_name (folder))
    n++;
  return n;
}

/* As many as were asked for. */
static void
test_trash_many (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  hands_press (fixture->desktop, "Delete");
  hands_see (fixture->desktop, "1001 photos moved to the wastebasket");
  hands_press (fixture->desktop, "ctrl+q");
  g_subprocess_wait_check (fixture->inkling, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->inkling);
  g_assert_cmpuint (count_files (fixture, "Pictures"), ==, 1);
  g_assert_cmpuint (count_files (fixture, ".local/share/Trash/files"), ==, MANY);
}

/* ---- The fixture --------------------------------------------------------------------------- */

static void
copy_picture (Fixture *fixture, const char *from, const char *name, guint copies)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("INKLING_TEST_DATA"), "starter", "golden-images", from, NULL);
  g_autofree char *content = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  for (guint i = 0; i < copies; i++) {
    g_autofree char *to = copies == 1 ? g_strdup_printf ("Pictures/%s.png", name)
                                      : g_strdup_printf ("Pictures/%s-%04u.png", name, i);
    write_file (fixture, to, content, (gssize)size);
  }
}

typedef void (*Test) (Fixture *fixture);

static const struct {
  const char *name;
  Test run;
} tests[] = {
    {"start", test_start},       {"properties", test_properties}, {"open-with", test_open_with},
    {"too-many", test_too_many}, {"trash-many", test_trash_many},
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
    copy_picture (&the_fixture, "small-97x61.png", "many", MANY);
    copy_picture (&the_fixture, "gradient-224.png", "single", 1);
    install_program (&the_fixture);
    start_file_manager (&the_fixture);
  }
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/ui/commands/", tests[i].name, NULL);
    g_test_add_data_func (path, (gconstpointer)tests[i].run, run_test);
  }

  int status = g_test_run ();
  if (the_fixture.inkling) {
    g_subprocess_force_exit (the_fixture.inkling);
    g_subprocess_wait (the_fixture.inkling, NULL, NULL);
    g_object_unref (the_fixture.inkling);
  }
  g_free (the_fixture.asked);
  g_free (the_fixture.reason);
  g_clear_pointer (&the_fixture.desktop, desktop_free);
  return status;
}
