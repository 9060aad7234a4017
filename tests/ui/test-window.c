/* test-window.c: the window, used as a person uses it: real keys and a real pointer on a desktop of
 * its own, and what a screen reader says of it.
 *
 * One window lives through all of the tests, in their order: the library is filled once.
 */
#include "desktop.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *const pictures[] = {
    "blobs-777x333.jpg", "checker-ball-512.png", "gradient-224.png", "landscape-300x500.png",
    "noise-200x150.png", "rings-900x1200.jpg",   "small-97x61.png",  "waves-640x480.jpg",
};

typedef struct {
  Desktop *desktop; /* NULL where the tests are skipped */
  char *reason;
  GSubprocess *inkling;
  char *window;
  char *library;
  guint photos; /* there are to be found */
} Fixture;

/* ---- What is seen -------------------------------------------------------------------------- */

static gboolean
is_cell (const Accessible *object)
{
  return g_str_equal (object->role, "grid cell") || g_str_equal (object->role, "table cell");
}

/* The cell at the left top. Returns: (transfer none) (nullable) */
static const Accessible *
first_cell (GPtrArray *objects)
{
  const Accessible *first = NULL;

  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (is_cell (object) && object->width > 0 &&
        (!first || object->y < first->y || (object->y == first->y && object->x < first->x)))
      first = object;
  }
  return first;
}

static gboolean
first_cell_is (GPtrArray *objects, gconstpointer name)
{
  const Accessible *first = first_cell (objects);

  return first && g_str_has_prefix (first->name, name);
}

static gboolean
name_is_seen (GPtrArray *objects, gconstpointer name)
{
  for (guint i = 0; i < objects->len; i++)
    if (strstr (((const Accessible *)g_ptr_array_index (objects, i))->name, name))
      return TRUE;
  return FALSE;
}

static gboolean
chip_is_gone (GPtrArray *objects, gconstpointer name)
{
  return first_cell (objects) != NULL && !name_is_seen (objects, name);
}

static gboolean
focus_is_on (GPtrArray *objects, gconstpointer name)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->focused && g_str_has_prefix (object->name, name))
      return TRUE;
  }
  return FALSE;
}

static void
wait_for_first (Fixture *fixture, const char *name)
{
  g_autofree char *what = g_strdup_printf ("%s as the first photo", name);

  desktop_wait (fixture->desktop, what, first_cell_is, name);
}

/* ---- What is done -------------------------------------------------------------------------- */

/* Other programs' windows may have the keyboard. */
static void
clear_search (Fixture *fixture)
{
  desktop_do (fixture->desktop, "windowactivate", "--sync", fixture->window, NULL);
  desktop_do (fixture->desktop, "key", "ctrl+f", NULL);
  desktop_do (fixture->desktop, "key", "Escape", NULL);
  desktop_pause (300);
}

static void
search_for (Fixture *fixture, const char *words)
{
  clear_search (fixture);
  desktop_do (fixture->desktop, "type", "--delay", "20", words, NULL);
}

static char *
picture_path (const char *name)
{
  return g_build_filename (g_getenv ("INKLING_TEST_DATA"), "starter", "golden-images", name, NULL);
}

/* Another program with this picture to give away; it ends with give_away(). */
static GSubprocess *
start_giver (Fixture *fixture, const char *kind, const char *picture)
{
  g_autofree char *path = picture_path (picture);
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "tests", "ui", "giver", NULL);
  GSubprocess *giver = desktop_run (fixture->desktop, (const char *[]){program, kind, path, NULL});
  g_free (desktop_place_window (fixture->desktop, "Giver", 1150, 400, 200, 200));

  return giver;
}

static void
stop (GSubprocess *process)
{
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  g_object_unref (process);
}

/* From the giver's window to the middle of ours, as slowly as a hand. */
static void
drag_from_giver (Fixture *fixture)
{
  desktop_do (fixture->desktop, "mousemove", "1250", "500", NULL);
  desktop_pause (200);
  desktop_do (fixture->desktop, "mousedown", "1", NULL);
  desktop_pause (150);
  for (int i = 1; i <= 10; i++) {
    g_autofree char *x = g_strdup_printf ("%d", 1250 - 70 * i);
    desktop_do (fixture->desktop, "mousemove", x, "480", NULL);
    desktop_pause (40);
  }
  desktop_pause (300);
  desktop_do (fixture->desktop, "mousemove", "552", "482", NULL);
  desktop_pause (200);
  desktop_do (fixture->desktop, "mouseup", "1", NULL);
}

/* ---- The tests ----------------------------------------------------------------------------- */

/* A new user: the welcome page offers the Pictures folder, and its photos appear. */
static void
test_first_run (Fixture *fixture)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "ui", "inkling", NULL);
  g_autofree char *count = g_strdup_printf ("%u photos", fixture->photos);

  fixture->inkling = desktop_run (fixture->desktop,
                                  (const char *[]){program, "--library", fixture->library, NULL});
  fixture->window = desktop_place_window (fixture->desktop, "Inkling", 0, 0, 1100, 760);
  desktop_wait (fixture->desktop, "the welcome page", name_is_seen, "Nothing leaves your computer");
  desktop_wait (fixture->desktop, "its button", name_is_seen, "Add Your Pictures Folder");

  g_autoptr (GPtrArray) objects = desktop_look (fixture->desktop);
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->width > 0 && strstr (object->role, "button") &&
        strstr (object->name, "Add Your Pictures Folder")) {
      g_autofree char *x = g_strdup_printf ("%d", object->x + object->width / 2);
      g_autofree char *y = g_strdup_printf ("%d", object->y + object->height / 2);
      desktop_do (fixture->desktop, "mousemove", x, y, "click", "1", NULL);
      break;
    }
  }
  desktop_wait (fixture->desktop, "all photos", name_is_seen, count);
  desktop_do (fixture->desktop, "mousemove", "1390", "990", NULL);
}

static void
test_search_by_name (Fixture *fixture)
{
  search_for (fixture, "name:rings");
  wait_for_first (fixture, "rings-900x1200.jpg");
  search_for (fixture, "name:waves");
  wait_for_first (fixture, "waves-640x480.jpg");
}

/* What the starter model knows, on photos that Debian's packages ship. */
static void
test_search_by_words (Fixture *fixture)
{
  const char *const queries[][2] = {
      {"cat", "chelsea.png"},
      {"rocket", "rocket.jpg"},
      {"cup of coffee", "coffee.png"},
      {"motorcycle", "motorcycle_left.png"},
  };
  guint asked = 0;

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++) {
    g_autofree char *path =
        g_build_filename (desktop_get_home (fixture->desktop), "Pictures", queries[i][1], NULL);
    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      continue;
    search_for (fixture, queries[i][0]);
    wait_for_first (fixture, queries[i][1]);
    asked++;
  }
  if (asked == 0)
    g_test_skip ("INKLING_TEST_PHOTOS has none of the photos that are asked for");
}

static void
test_drop_file (Fixture *fixture)
{
  GSubprocess *giver = start_giver (fixture, "file", "checker-ball-512.png");

  clear_search (fixture);
  drag_from_giver (fixture);
  desktop_wait (fixture->desktop, "the chip", name_is_seen, "Looks like checker-ball-512.png");
  wait_for_first (fixture, "checker-ball-512.png");
  stop (giver);

  clear_search (fixture);
  desktop_wait (fixture->desktop, "no chip", chip_is_gone, "Remove checker-ball");
}

static void
test_drop_bytes (Fixture *fixture)
{
  GSubprocess *giver = start_giver (fixture, "bytes", "rings-900x1200.jpg");

  clear_search (fixture);
  drag_from_giver (fixture);
  desktop_wait (fixture->desktop, "the chip", name_is_seen, "Looks like Dropped picture");
  wait_for_first (fixture, "rings-900x1200.jpg");
  stop (giver);
}

static void
test_paste (Fixture *fixture)
{
  GSubprocess *giver = start_giver (fixture, "bytes", "gradient-224.png");

  desktop_do (fixture->desktop, "mousemove", "1250", "500", "click", "1", NULL);
  desktop_pause (300);
  clear_search (fixture);
  desktop_do (fixture->desktop, "key", "ctrl+v", NULL);
  desktop_wait (fixture->desktop, "the chip", name_is_seen, "Looks like Pasted picture");
  wait_for_first (fixture, "gradient-224.png");
  stop (giver);
}

/* By the context menu of the keyboard; the photo itself is not among what looks like it. */
static void
test_find_similar (Fixture *fixture)
{
  search_for (fixture, "name:landscape");
  wait_for_first (fixture, "landscape-300x500.png");
  desktop_do (fixture->desktop, "key", "Down", NULL);
  desktop_wait (fixture->desktop, "the keyboard on it", focus_is_on, "landscape-300x500.png");
  desktop_do (fixture->desktop, "key", "Menu", NULL);
  desktop_pause (500);
  desktop_do (fixture->desktop, "key", "Down", "Down", "Down", "Return", NULL);
  desktop_wait (fixture->desktop, "the chip", name_is_seen, "Looks like landscape-300x500.png");

  g_autoptr (GPtrArray) objects = desktop_look (fixture->desktop);
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    g_assert_false (is_cell (object) && g_str_has_prefix (object->name, "landscape-300x500.png"));
  }
}

/* Escape from the viewer leads back to the photo that it showed last. */
static void
test_viewer (Fixture *fixture)
{
  clear_search (fixture);
  desktop_pause (500);
  desktop_do (fixture->desktop, "key", "Down", "Home", NULL);

  g_autoptr (GPtrArray) objects = desktop_look (fixture->desktop);
  const Accessible *first = first_cell (objects);
  g_assert_nonnull (first);
  desktop_wait (fixture->desktop, "the keyboard on the first", focus_is_on, first->name);
  desktop_do (fixture->desktop, "key", "Return", NULL);
  desktop_pause (500);
  /* The information that i shows: newer versions of GTK tell of nothing that is hidden. */
  desktop_do (fixture->desktop, "key", "i", NULL);
  desktop_wait (fixture->desktop, "its size", name_is_seen, "pixels");

  desktop_do (fixture->desktop, "key", "Right", NULL);
  desktop_pause (500);
  desktop_do (fixture->desktop, "key", "Escape", NULL);
  desktop_pause (500);
  g_autoptr (GPtrArray) after = desktop_look (fixture->desktop);
  g_assert_false (focus_is_on (after, first->name));
  const Accessible *focused = NULL;
  for (guint i = 0; i < after->len && !focused; i++) {
    const Accessible *object = g_ptr_array_index (after, i);
    if (object->focused && is_cell (object))
      focused = object;
  }
  g_assert_nonnull (focused);
}

/* Clicks outside of photos, many keys, sizes: nothing that a person does ends it. */
static void
test_rough_use (Fixture *fixture)
{
  const char *const keys[] = {"End",        "Home",       "Page_Down", "Page_Up",  "shift+Down",
                              "ctrl+a",     "ctrl+Right", "space",     "Escape",   "ctrl+plus",
                              "ctrl+minus", "F5",         "Tab",       "shift+Tab"};
  const int sizes[][2] = {{360, 400}, {1380, 950}, {700, 300}, {1100, 760}};

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    desktop_do (fixture->desktop, "key", keys[i], NULL);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_free (desktop_place_window (fixture->desktop, "Inkling", 0, 0, sizes[i][0], sizes[i][1]));
    desktop_do (fixture->desktop, "mousemove", "200", "200", "keydown", "Control_L", "click",
                "--repeat", "5", "--delay", "10", i % 2 ? "5" : "4", "keyup", "Control_L", NULL);
  }
  search_for (fixture, "name:blobs");
  wait_for_first (fixture, "blobs-777x333.jpg");
}

/* Control+Q ends the program, and it ends well. */
static void
test_quit (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  desktop_do (fixture->desktop, "key", "ctrl+q", NULL);
  g_subprocess_wait_check (fixture->inkling, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->inkling);
}

/* ---- The fixture --------------------------------------------------------------------------- */

static void
copy_picture (Fixture *fixture, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *copy =
      g_build_filename (desktop_get_home (fixture->desktop), "Pictures", name, NULL);
  g_autoptr (GFile) from = g_file_new_for_path (path), to = g_file_new_for_path (copy);
  g_autoptr (GError) error = NULL;

  g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  fixture->photos++;
}

static void
fill_pictures (Fixture *fixture)
{
  const char *const photos[] = {"chelsea.png", "rocket.jpg", "coffee.png", "motorcycle_left.png"};
  const char *folder = g_getenv ("INKLING_TEST_PHOTOS");

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++) {
    g_autofree char *path = picture_path (pictures[i]);
    copy_picture (fixture, path);
  }
  for (guint i = 0; folder && i < G_N_ELEMENTS (photos); i++) {
    g_autofree char *path = g_build_filename (folder, photos[i], NULL);
    if (g_file_test (path, G_FILE_TEST_EXISTS))
      copy_picture (fixture, path);
  }
}

typedef void (*Test) (Fixture *fixture);

static struct {
  const char *name;
  Test run;
} tests[] = {
    {"first-run", test_first_run},
    {"search-by-name", test_search_by_name},
    {"search-by-words", test_search_by_words},
    {"drop-file", test_drop_file},
    {"drop-bytes", test_drop_bytes},
    {"paste", test_paste},
    {"find-similar", test_find_similar},
    {"viewer", test_viewer},
    {"rough-use", test_rough_use},
    {"quit", test_quit},
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
    the_fixture.library =
        g_build_filename (desktop_get_home (the_fixture.desktop), "library", NULL);
    fill_pictures (&the_fixture);
  }
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/ui/window/", tests[i].name, NULL);
    g_test_add_data_func (path, (gconstpointer)tests[i].run, run_test);
  }

  int status = g_test_run ();
  if (the_fixture.inkling)
    stop (the_fixture.inkling);
  g_free (the_fixture.window);
  g_free (the_fixture.library);
  g_free (the_fixture.reason);
  g_clear_pointer (&the_fixture.desktop, desktop_free);
  return status;
}
