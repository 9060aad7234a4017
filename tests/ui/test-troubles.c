/* test-troubles.c: what does not go as it should, and what is seldom done, in the real window: a
 * drive that is not plugged in, a wastebasket that takes nothing, a folder that is dropped, another
 * program that has the library, a model that is not there, all data deleted, a library of a newer
 * version; and the way through the program by the keyboard alone, each control with a name for a
 * screen reader.
 *
 * One program lives through most of the tests, in their order.
 */
#include "hands.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *const pictures[] = {"blobs-777x333.jpg", "checker-ball-512.png",
                                       "gradient-224.png", "rings-900x1200.jpg",
                                       "waves-640x480.jpg"};

typedef struct {
  Desktop *desktop; /* NULL where the tests are skipped */
  char *reason;
  GSubprocess *inkling;
} Fixture;

static char *
in_home (Fixture *fixture, const char *path)
{
  return g_build_filename (desktop_get_home (fixture->desktop), path, NULL);
}

static GSubprocess *
run_program (Fixture *fixture, const char *program, const char *argument)
{
  g_autofree char *path = g_build_filename (g_getenv ("INKLING_TEST_BUILD"), program, NULL);

  return desktop_run (fixture->desktop, (const char *[]){path, argument, NULL});
}

static void
start (Fixture *fixture)
{
  fixture->inkling = run_program (fixture, "ui/inkling", NULL);
  g_free (desktop_place_window (fixture->desktop, "Inkling", 0, 0, 1100, 760));
}

/* It ends by itself, and well. */
static void
wait_for_end (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (fixture->inkling, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->inkling);
}

/* ---- What is seen -------------------------------------------------------------------------- */

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

static void
wait_for_focus (Fixture *fixture, const char *name)
{
  g_autofree char *what = g_strdup_printf ("the keyboard on %s", name);

  desktop_wait (fixture->desktop, what, has_focus, name);
}

/* What can be pressed, typed into or chosen. */
static gboolean
is_control (const Accessible *object)
{
  const char *const roles[] = {
      "button",    "check box", "radio button", "slider", "spin button", "combo box", "entry",
      "menu item", "list item", "cell",         "link",   "search box",  "switch"};

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (strstr (object->role, roles[i]))
      return TRUE;
  return FALSE;
}

/* Where nothing was said GTK tells the name of the class. */
static gboolean
is_named (const Accessible *object)
{
  const char *const classes[] = {"Gtk", "Adw", "Ink"};

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_str_has_prefix (object->name, classes[i]) && !g_str_has_prefix (object->name, "Inkling"))
      return FALSE;
  return object->name[0] != '\0' || object->width == 0;
}

/* Each control that is told of has a name: also those of pages that are not in front.
 * @least: how many there are at the least */
static void
check_names (Fixture *fixture, const char *page, guint least)
{
  g_autoptr (GPtrArray) objects = desktop_look (fixture->desktop);
  guint controls = 0;

  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (!is_control (object))
      continue;
    controls++;
    if (!is_named (object))
      g_error ("%s: a %s at %d,%d %d×%d has no name but “%s”", page, object->role, object->x,
               object->y, object->width, object->height, object->name);
  }
  g_test_message ("%s: %u controls", page, controls);
  g_assert_cmpuint (controls, >=, least);
}

/* ---- The tests ----------------------------------------------------------------------------- */

/* From the first start to the photo that was looked for, without a pointer. */
static void
test_keyboard (Fixture *fixture)
{
  start (fixture);
  wait_for_focus (fixture, "Add Your Pictures Folder");
  check_names (fixture, "welcome", 3);
  hands_press (fixture->desktop, "Return");
  hands_see (fixture->desktop, "5 photos");
  wait_for_focus (fixture, "Search Photos");
  desktop_do (fixture->desktop, "type", "--delay", "20", "name:rings", NULL);
  hands_see (fixture->desktop, "1 match");
  hands_press (fixture->desktop, "Down");
  wait_for_focus (fixture, "rings-900x1200.jpg");
  hands_press (fixture->desktop, "Return");
  wait_for_focus (fixture, "rings-900x1200.jpg");
  hands_press (fixture->desktop, "i");
  hands_see (fixture->desktop, "900 × 1200 pixels");
  hands_press (fixture->desktop, "i");
  hands_press (fixture->desktop, "Escape");
  wait_for_focus (fixture, "rings-900x1200.jpg");
}

static void
test_names (Fixture *fixture)
{
  check_names (fixture, "the browser and the viewer", 25);
  hands_press (fixture->desktop, "ctrl+comma");
  hands_see (fixture->desktop, "Inkling finds photos in these folders");
  check_names (fixture, "the preferences", 40);
  hands_press (fixture->desktop, "Escape");
  hands_see_no_more (fixture->desktop, "Inkling finds photos in these folders");
}

/* The number of results is told as a status, which a screen reader speaks out when it changes. */
static gboolean
is_told (GPtrArray *objects, gconstpointer text)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (strstr (object->role, "status") && g_str_equal (object->name, text))
      return TRUE;
  }
  return FALSE;
}

static void
clear_search (Fixture *fixture)
{
  hands_press (fixture->desktop, "ctrl+f");
  hands_press (fixture->desktop, "Escape"); /* the suggestions */
  hands_press (fixture->desktop, "Escape");
}

static void
test_announcement (Fixture *fixture)
{
  clear_search (fixture);
  desktop_wait (fixture->desktop, "their number", is_told, "5 photos");
  desktop_do (fixture->desktop, "type", "--delay", "20", "type:png", NULL);
  desktop_wait (fixture->desktop, "what was found", is_told, "2 matches");
  clear_search (fixture);
  desktop_wait (fixture->desktop, "their number again", is_told, "5 photos");
}

/* @answer: what the window says */
static void
drag (Fixture *fixture, const char *kind, const char *path, const char *answer)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "tests", "ui", "giver", NULL);
  g_autoptr (GSubprocess) giver =
      desktop_run (fixture->desktop, (const char *[]){program, kind, path, NULL});

  g_free (desktop_place_window (fixture->desktop, "Giver", 1150, 400, 200, 200));
  desktop_do (fixture->desktop, "mousemove", "1250", "500", "sleep", "0.2", "mousedown", "1", NULL);
  for (int i = 1; i <= 10; i++) {
    g_autofree char *x = g_strdup_printf ("%d", 1250 - 70 * i);
    desktop_do (fixture->desktop, "mousemove", x, "480", "sleep", "0.04", NULL);
  }
  hands_see (fixture->desktop, "Drop to find photos"); /* the veil */
  desktop_do (fixture->desktop, "mousemove", "552", "482", "sleep", "0.2", "mouseup", "1", NULL);
  hands_see_no_more (fixture->desktop, "Drop to find photos");
  hands_see (fixture->desktop, answer);
  g_subprocess_force_exit (giver);
  g_subprocess_wait (giver, NULL, NULL);
}

/* The window says what a drop will do, and answers one that it can do nothing with: a folder, also
 * behind a picture. */
static void
test_dropped_folder (Fixture *fixture)
{
  g_autofree char *folder = in_home (fixture, "Pictures");
  g_autofree char *picture = g_build_filename (g_getenv ("INKLING_TEST_DATA"), "starter",
                                               "golden-images", "small-97x61.png", NULL);

  drag (fixture, "file", folder, "“Pictures” is a folder");
  drag (fixture, "mixed", picture, "“golden-images” is a folder");
  hands_see (fixture->desktop, "5 photos");
}

/* A drive is pulled out: that is said, and its photos are still found, and seen small. */
static void
test_unplugged (Fixture *fixture)
{
  g_autofree char *folder = in_home (fixture, "Pictures");
  g_autofree char *away = in_home (fixture, "Away");

  g_assert_cmpint (g_rename (folder, away), ==, 0);
  hands_press (fixture->desktop, "F5");
  hands_see (fixture->desktop, "“Pictures” is not connected");
  clear_search (fixture);
  desktop_do (fixture->desktop, "type", "--delay", "20", "name:waves", NULL);
  hands_see (fixture->desktop, "1 match");
  hands_press (fixture->desktop, "Down");
  wait_for_focus (fixture, "waves-640x480.jpg");
  hands_press (fixture->desktop, "Return");
  hands_see (fixture->desktop, "Only a small version of this photo can be shown");
  hands_press (fixture->desktop, "Escape");
  wait_for_focus (fixture, "waves-640x480.jpg");

  g_assert_cmpint (g_rename (away, folder), ==, 0);
  hands_click (fixture->desktop, "button", "Look Again");
  hands_see_no_more (fixture->desktop, "Look Again");
  clear_search (fixture);
  hands_see (fixture->desktop, "5 photos");
}

/* No folder for what is thrown away can be made: the photo is there again, and the reason. */
static void
test_failing_wastebasket (Fixture *fixture)
{
  g_autofree char *basket = in_home (fixture, ".local/share/Trash");
  g_autofree char *photo = in_home (fixture, "Pictures/waves-640x480.jpg");

  g_assert_true (g_file_set_contents (basket, "", 0, NULL));
  clear_search (fixture);
  desktop_do (fixture->desktop, "type", "--delay", "20", "name:waves", NULL);
  hands_see (fixture->desktop, "1 match");
  hands_press (fixture->desktop, "Down");
  wait_for_focus (fixture, "waves-640x480.jpg");
  hands_press (fixture->desktop, "Delete");
  hands_see (fixture->desktop, "Moved to the wastebasket");
  hands_see (fixture->desktop, "can’t be moved to the wastebasket");
  hands_see (fixture->desktop, "waves-640x480.jpg, ");
  g_assert_true (g_file_test (photo, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_unlink (basket), ==, 0);
}

/* “inkling-cli watch” has the library: it gives it to the window, and has it back afterwards. */
static void
test_watch (Fixture *fixture)
{
  g_autofree char *old = in_home (fixture, "Pictures/waves-640x480.jpg");
  g_autofree char *new = in_home (fixture, "Pictures/later.jpg");
  g_autofree char *content = NULL;
  gsize size;

  hands_press (fixture->desktop, "ctrl+q");
  wait_for_end (fixture);
  g_autoptr (GSubprocess) watch = run_program (fixture, "app/cli/inkling-cli", "watch");
  desktop_pause (1500); /* it has the library */
  start (fixture);
  hands_see (fixture->desktop, "5 photos");

  /* What comes now the window must write down. */
  g_assert_true (g_file_get_contents (old, &content, &size, NULL));
  content[size - 3] ^= 1; /* another picture, nearly */
  g_assert_true (g_file_set_contents (new, content, (gssize)size, NULL));
  hands_see (fixture->desktop, "6 photos");
  hands_press (fixture->desktop, "ctrl+q");
  wait_for_end (fixture);
  g_subprocess_send_signal (watch, SIGTERM);
  g_assert_true (g_subprocess_wait_check (watch, NULL, NULL));
}

/* Neither the library nor its caches are left; the photos are. */
static void
test_erase (Fixture *fixture)
{
  g_autofree char *library = in_home (fixture, ".local/share/inkling");
  g_autofree char *cache = in_home (fixture, ".cache/inkling");
  g_autofree char *photo = in_home (fixture, "Pictures/waves-640x480.jpg");

  g_assert_true (g_file_test (library, G_FILE_TEST_IS_DIR));
  start (fixture);
  hands_see (fixture->desktop, "6 photos");
  hands_press (fixture->desktop, "ctrl+comma");
  g_free (desktop_place_window (fixture->desktop, "Preferences", 0, 0, 700, 760));
  hands_click (fixture->desktop, NULL, "Privacy");
  hands_click (fixture->desktop, "button", "Delete");
  hands_see (fixture->desktop, "Delete All Inkling Data?");
  hands_press (fixture->desktop, "alt+d");
  wait_for_end (fixture);
  g_assert_false (g_file_test (library, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (cache, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (photo, G_FILE_TEST_EXISTS));
}

/* Writes the version of the schema where SQLite's format has the number that is free for it.
 * Returns: what was there */
static guint32
set_schema_version (Fixture *fixture, guint32 version)
{
  g_autofree char *path = in_home (fixture, ".local/share/inkling/library.db");
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  guint32 before;
  gsize size;

  g_file_get_contents (path, &content, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size, >, 64);
  memcpy (&before, content + 60, sizeof before);
  version = GUINT32_TO_BE (version);
  memcpy (content + 60, &version, sizeof version);
  g_file_set_contents (path, content, (gssize)size, &error);
  g_assert_no_error (error);
  return GUINT32_FROM_BE (before);
}

/* A library of a program that is newer than this one: said, with what to do, and left as it is. */
static void
test_newer_library (Fixture *fixture)
{
  g_autofree char *folder = in_home (fixture, "Pictures");
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "app", "cli", "inkling-cli", NULL);
  g_autoptr (GSubprocess) index =
      desktop_run (fixture->desktop, (const char *[]){program, "index", folder, NULL});

  g_assert_true (g_subprocess_wait_check (index, NULL, NULL));
  guint32 known = set_schema_version (fixture, 1000);
  g_assert_cmpuint (known, <, 1000);
  start (fixture);
  hands_see (fixture->desktop, "written by a newer version of Inkling");
  hands_see (fixture->desktop, "update Inkling");
  hands_press (fixture->desktop, "ctrl+q");
  wait_for_end (fixture);
  g_assert_cmpuint (set_schema_version (fixture, known), ==, 1000);
  start (fixture);
  hands_see (fixture->desktop, "6 photos");
  hands_press (fixture->desktop, "ctrl+q");
  wait_for_end (fixture);
}

/* ---- The fixture --------------------------------------------------------------------------- */

static void
fill_pictures (Fixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++) {
    g_autofree char *from = g_build_filename (g_getenv ("INKLING_TEST_DATA"), "starter",
                                              "golden-images", pictures[i], NULL);
    g_autofree char *name = g_build_filename ("Pictures", pictures[i], NULL);
    g_autofree char *to = in_home (fixture, name);
    g_autofree char *content = NULL;
    gsize size;
    g_assert_true (g_file_get_contents (from, &content, &size, NULL));
    g_assert_true (g_file_set_contents (to, content, (gssize)size, NULL));
  }
}

typedef void (*Test) (Fixture *fixture);

static const struct {
  const char *name;
  Test run;
} tests[] = {
    {"keyboard", test_keyboard},
    {"names", test_names},
    {"announcement", test_announcement},
    {"dropped-folder", test_dropped_folder},
    {"unplugged", test_unplugged},
    {"failing-wastebasket", test_failing_wastebasket},
    {"watch", test_watch},
    {"erase", test_erase},
    {"newer-library", test_newer_library},
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
  if (the_fixture.desktop)
    fill_pictures (&the_fixture);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/ui/troubles/", tests[i].name, NULL);
    g_test_add_data_func (path, (gconstpointer)tests[i].run, run_test);
  }

  int status = g_test_run ();
  if (the_fixture.inkling) {
    g_subprocess_force_exit (the_fixture.inkling);
    g_subprocess_wait (the_fixture.inkling, NULL, NULL);
    g_object_unref (the_fixture.inkling);
  }
  g_free (the_fixture.reason);
  g_clear_pointer (&the_fixture.desktop, desktop_free);
  return status;
}
