/* test-grid.c: the grid of the real window, used with a real keyboard and pointer: selection,
 * rubber band, groups, drags to another program, and what a screen reader is told.
 *
 * One window lives through all of the tests, in their order. Sixty photos, the newest first:
 * photo-00.png … photo-59.png; the sixth has two copies and so stands for a group of three.
 */
#include "desktop.h"

#include "app/decode/pictures.h"

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#define PHOTOS 60
#define GROUP 5

typedef struct {
  Desktop *desktop; /* NULL where the tests are skipped */
  char *reason;
  GSubprocess *inkling;
  char *window;
} Fixture;

/* ---- What is seen -------------------------------------------------------------------------- */

static gboolean
is_cell (const Accessible *object)
{
  return (g_str_equal (object->role, "grid cell") || g_str_equal (object->role, "table cell")) &&
         object->width > 1;
}

/* The first cell whose name contains @part. Returns: (transfer none) (nullable) */
static const Accessible *
find_cell (GPtrArray *objects, const char *part)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (is_cell (object) && strstr (object->name, part))
      return object;
  }
  return NULL;
}

static gboolean
cell_is_seen (GPtrArray *objects, gconstpointer part)
{
  return find_cell (objects, part) != NULL;
}

static gboolean
cell_is_gone (GPtrArray *objects, gconstpointer part)
{
  return find_cell (objects, part) == NULL && find_cell (objects, "") != NULL;
}

static gboolean
name_is_seen (GPtrArray *objects, gconstpointer part)
{
  for (guint i = 0; i < objects->len; i++)
    if (strstr (((const Accessible *)g_ptr_array_index (objects, i))->name, part))
      return TRUE;
  return FALSE;
}

static gboolean
focus_is_on (GPtrArray *objects, gconstpointer part)
{
  const Accessible *cell = find_cell (objects, part);

  return cell && cell->focused;
}

/* The names of the selected cells on the screen, up to their first comma, in the order of reading.
 */
static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Accessible *left = *(const Accessible *const *)a, *right = *(const Accessible *const *)b;

  return left->y != right->y ? left->y - right->y : left->x - right->x;
}

static char *
selected_names (GPtrArray *objects)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (is_cell (object) && object->selected)
      g_ptr_array_add (cells, (gpointer)object);
  }
  g_ptr_array_sort (cells, compare_places);
  for (guint i = 0; i < cells->len; i++) {
    const char *name = ((const Accessible *)cells->pdata[i])->name;
    g_string_append_printf (names, "%s%.*s", i > 0 ? " " : "", (int)strcspn (name, ",."), name);
  }
  return g_string_free (names, FALSE);
}

static gboolean
selected_are (GPtrArray *objects, gconstpointer names)
{
  g_autofree char *selected = selected_names (objects);

  return g_str_equal (selected, names);
}

static void
wait_for_selected (Fixture *fixture, const char *names)
{
  g_autofree char *what = g_strdup_printf ("%s selected", names);

  desktop_wait (fixture->desktop, what, selected_are, names);
}

static void
wait_for_focus (Fixture *fixture, const char *part)
{
  g_autofree char *what = g_strdup_printf ("the keyboard on %s", part);

  desktop_wait (fixture->desktop, what, focus_is_on, part);
}

/* ---- What is done -------------------------------------------------------------------------- */

static void
press_key (Fixture *fixture, const char *key)
{
  desktop_do (fixture->desktop, "key", key, NULL);
}

static void
point_at (Fixture *fixture, int x, int y)
{
  g_autofree char *left = g_strdup_printf ("%d", x), *top = g_strdup_printf ("%d", y);

  desktop_do (fixture->desktop, "mousemove", left, top, NULL);
  desktop_pause (60);
}

/* Where a cell is: copied, since what was seen is thrown away. */
static Accessible
place_of (Fixture *fixture, const char *part)
{
  g_autoptr (GPtrArray) objects = NULL;

  desktop_wait (fixture->desktop, part, cell_is_seen, part);
  objects = desktop_look (fixture->desktop);
  const Accessible *cell = find_cell (objects, part);
  g_assert_nonnull (cell);
  return (Accessible){.x = cell->x, .y = cell->y, .width = cell->width, .height = cell->height};
}

static void
point_at_cell (Fixture *fixture, const char *part)
{
  Accessible cell = place_of (fixture, part);

  point_at (fixture, cell.x + cell.width / 2, cell.y + cell.height / 2);
}

/* @key: (nullable): held down meanwhile */
static void
click_cell (Fixture *fixture, const char *part, const char *key)
{
  point_at_cell (fixture, part);
  if (key)
    desktop_do (fixture->desktop, "keydown", key, NULL);
  desktop_do (fixture->desktop, "click", "1", NULL);
  if (key)
    desktop_do (fixture->desktop, "keyup", key, NULL);
  desktop_pause (500); /* the next click is none of a double click */
}

/* With the button down, as slowly as a hand. */
static void
drag_to (Fixture *fixture, int from_x, int from_y, int x, int y)
{
  for (int i = 1; i <= 10; i++) {
    point_at (fixture, from_x + (x - from_x) * i / 10, from_y + (y - from_y) * i / 10);
  }
  desktop_pause (200);
}

/* Back to the top with nothing selected but the first photo. */
static void
go_home (Fixture *fixture)
{
  desktop_do (fixture->desktop, "windowactivate", "--sync", fixture->window, NULL);
  press_key (fixture, "ctrl+f");
  press_key (fixture, "Down");
  press_key (fixture, "Home");
  wait_for_focus (fixture, "photo-00.png");
}

/* ---- The tests ----------------------------------------------------------------------------- */

/* A screen reader hears the file's name, the date and the position. */
static void
test_names (Fixture *fixture)
{
  g_autoptr (GPtrArray) objects = NULL;
  gboolean grid = FALSE;

  desktop_wait (fixture->desktop, "the first photo", cell_is_seen, "photo-00.png");
  desktop_wait (fixture->desktop, "all photos", cell_is_seen, ", 1 of 60");
  objects = desktop_look (fixture->desktop);
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    grid |= g_str_equal (object->name, "Photos") &&
            (g_str_equal (object->role, "table") || g_str_equal (object->role, "grid"));
  }
  g_assert_true (grid);
  const Accessible *head = find_cell (objects, "photo-05.png");
  g_assert_nonnull (head);
  g_assert_nonnull (strstr (head->name, "group of 3 photos, 6 of 60"));
  g_assert_true (head->expandable);
  g_assert_false (head->expanded);
}

static void
test_keyboard (Fixture *fixture)
{
  go_home (fixture);
  press_key (fixture, "Right");
  wait_for_focus (fixture, "photo-01.png");
  wait_for_selected (fixture, "photo-01");
  press_key (fixture, "shift+Right");
  press_key (fixture, "shift+Right");
  wait_for_selected (fixture, "photo-01 photo-02 photo-03");
  press_key (fixture, "ctrl+Left");
  wait_for_focus (fixture, "photo-02.png");
  wait_for_selected (fixture, "photo-01 photo-02 photo-03");
  press_key (fixture, "ctrl+space");
  wait_for_selected (fixture, "photo-01 photo-03");

  press_key (fixture, "End");
  wait_for_focus (fixture, "photo-59.png");
  wait_for_selected (fixture, "photo-59");
  press_key (fixture, "Page_Up");
  desktop_wait (fixture->desktop, "another row", cell_is_seen, "photo-40.png");
  press_key (fixture, "Home");
  wait_for_focus (fixture, "photo-00.png");
  press_key (fixture, "ctrl+a");
  desktop_wait (fixture->desktop, "how many are selected", name_is_seen, "60 selected");
  press_key (fixture, "Escape");
  wait_for_selected (fixture, "");
}

static void
test_clicks (Fixture *fixture)
{
  go_home (fixture);
  click_cell (fixture, "photo-01.png", NULL);
  click_cell (fixture, "photo-03.png", "Control_L");
  wait_for_selected (fixture, "photo-01 photo-03");
  click_cell (fixture, "photo-01.png", "Control_L");
  wait_for_selected (fixture, "photo-03");
  click_cell (fixture, "photo-06.png", "Shift_L");
  wait_for_focus (fixture, "photo-06.png");
  click_cell (fixture, "photo-02.png", NULL);
  wait_for_selected (fixture, "photo-02");

  /* A press on one of several keeps them until the button is let go. */
  click_cell (fixture, "photo-03.png", "Control_L");
  point_at_cell (fixture, "photo-02.png");
  desktop_do (fixture->desktop, "mousedown", "1", NULL);
  desktop_pause (300);
  wait_for_selected (fixture, "photo-02 photo-03");
  desktop_do (fixture->desktop, "mouseup", "1", NULL);
  wait_for_selected (fixture, "photo-02");
}

/* From the margin over the first two photos; then on beyond the window's edge, which scrolls. */
static void
test_rubber_band (Fixture *fixture)
{
  go_home (fixture);
  Accessible first = place_of (fixture, "photo-00.png"),
             second = place_of (fixture, "photo-01.png");
  int x = first.x - 6, y = first.y - 6, middle = second.x + second.width / 2;

  point_at (fixture, x, y);
  desktop_do (fixture->desktop, "mousedown", "1", NULL);
  drag_to (fixture, x, y, middle, y + 40);
  wait_for_selected (fixture, "photo-00 photo-01");
  drag_to (fixture, middle, y + 40, first.x + 10, y + 40);
  wait_for_selected (fixture, "photo-00");
  drag_to (fixture, first.x + 10, y + 40, middle, 790);
  desktop_wait (fixture->desktop, "photos further down", cell_is_seen, "photo-59.png");
  desktop_do (fixture->desktop, "mouseup", "1", NULL);
  desktop_pause (200);

  g_autoptr (GPtrArray) objects = desktop_look (fixture->desktop);
  const Accessible *last = find_cell (objects, "photo-59.png");
  g_assert_nonnull (last);
  /* What the band touches, and nothing right of it. */
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (is_cell (object))
      g_assert_cmpint (object->selected, ==, object->x < middle);
  }
}

static void
test_group (Fixture *fixture)
{
  go_home (fixture);
  desktop_wait (fixture->desktop, "no copies", cell_is_gone, "copy-");
  click_cell (fixture, "photo-05.png", NULL);
  press_key (fixture, "Return");
  desktop_wait (fixture->desktop, "its members", cell_is_seen, "copy-a.png");
  desktop_wait (fixture->desktop, "one more position each", cell_is_seen, ", 8 of 62");

  /* The keyboard and the selection go through it as through all others. */
  press_key (fixture, "Right");
  wait_for_focus (fixture, "copy-");
  press_key (fixture, "shift+Right");
  press_key (fixture, "shift+Right");
  wait_for_focus (fixture, "photo-06.png");
  g_autoptr (GPtrArray) objects = desktop_look (fixture->desktop);
  g_autofree char *selected = selected_names (objects);
  g_assert_nonnull (strstr (selected, "copy-a"));
  g_assert_nonnull (strstr (selected, "copy-b"));
  g_assert_nonnull (strstr (selected, "photo-06"));

  /* Closed from a member, its head has the keyboard. */
  press_key (fixture, "Left");
  press_key (fixture, "minus");
  wait_for_focus (fixture, "photo-05.png");
  desktop_wait (fixture->desktop, "no copies", cell_is_gone, "copy-");

  /* The badge is in the lower corner at the end. */
  Accessible head = place_of (fixture, "photo-05.png");
  point_at (fixture, head.x + head.width - 16, head.y + head.height - 16);
  desktop_do (fixture->desktop, "click", "1", NULL);
  desktop_wait (fixture->desktop, "its members again", cell_is_seen, "copy-b.png");
  desktop_pause (500);
  desktop_do (fixture->desktop, "click", "1", NULL);
  desktop_wait (fixture->desktop, "no copies", cell_is_gone, "copy-");
}

/* Two photos to another program's window. */
static void
test_drag_out (Fixture *fixture)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "tests", "ui", "taker", NULL);
  g_autoptr (GSubprocess) taker = desktop_run (fixture->desktop, (const char *[]){program, NULL});

  g_free (desktop_place_window (fixture->desktop, "Taker", 1150, 400, 200, 200));
  go_home (fixture);
  click_cell (fixture, "photo-02.png", NULL);
  click_cell (fixture, "photo-04.png", "Control_L");
  Accessible from = place_of (fixture, "photo-02.png");
  int x = from.x + from.width / 2, y = from.y + from.height / 2;

  point_at (fixture, x, y);
  desktop_do (fixture->desktop, "mousedown", "1", NULL);
  desktop_pause (150);
  drag_to (fixture, x, y, 1250, 500);
  point_at (fixture, 1252, 502);
  desktop_pause (300);
  desktop_do (fixture->desktop, "mouseup", "1", NULL);
  desktop_wait (fixture->desktop, "what the other program took", name_is_seen,
                "2 files: photo-02.png photo-04.png");
  wait_for_selected (fixture, "photo-02 photo-04");
  g_subprocess_force_exit (taker);
  g_subprocess_wait (taker, NULL, NULL);
}

static void
test_menu (Fixture *fixture)
{
  go_home (fixture);
  click_cell (fixture, "photo-05.png", NULL);
  press_key (fixture, "shift+F10");
  desktop_wait (fixture->desktop, "the menu", name_is_seen, "Find Similar");
  desktop_wait (fixture->desktop, "the entry for groups", name_is_seen, "Near-Duplicates");
  press_key (fixture, "Escape");
  wait_for_focus (fixture, "photo-05.png");
  wait_for_selected (fixture, "photo-05");
}

static void
test_zoom (Fixture *fixture)
{
  go_home (fixture);
  int before = place_of (fixture, "photo-00.png").width;

  for (guint i = 0; i < 3; i++)
    press_key (fixture, "ctrl+plus");
  desktop_pause (400);
  g_assert_cmpint (place_of (fixture, "photo-00.png").width, >, before);
  press_key (fixture, "ctrl+0");
  desktop_pause (400);
  g_assert_cmpint (place_of (fixture, "photo-00.png").width, ==, before);
}

static void
put_photo (Fixture *fixture, const char *name, guint seed, guint age)
{
  g_autofree char *folder =
      g_build_filename (desktop_get_home (fixture->desktop), "Pictures", NULL);
  VipsImage *image = picture_waves (90 + seed % 7 * 10, 60 + seed % 5 * 12, seed);
  g_autofree char *path = picture_save (image, folder, name, ".png");
  /* A minute older each, so that their order is known. */
  struct utimbuf times = {.actime = 1700000000, .modtime = 1700000000 - 60 * (time_t)age};

  g_assert_nonnull (path);
  g_assert_cmpint (g_utime (path, &times), ==, 0);
  g_object_unref (image);
}

static void
click_undo (Fixture *fixture)
{
  desktop_wait (fixture->desktop, "the message", name_is_seen, "Undo");
  desktop_pause (300); /* it slides in */
  g_autoptr (GPtrArray) objects = desktop_look (fixture->desktop);
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->width > 0 && g_str_equal (object->name, "Undo")) {
      point_at (fixture, object->x + object->width / 2, object->y + object->height / 2);
      desktop_do (fixture->desktop, "click", "1", NULL);
      return;
    }
  }
  g_error ("there is no button to undo it");
}

/* What is deleted leaves the next one selected, with the keyboard on it; of a closed group only the
 * photo that is seen goes, and that is said. Undo brings it back. */
static void
test_delete (Fixture *fixture)
{
  go_home (fixture);
  press_key (fixture, "Right");
  wait_for_selected (fixture, "photo-01");
  press_key (fixture, "Delete");
  wait_for_selected (fixture, "photo-02");
  wait_for_focus (fixture, "photo-02.png");
  click_undo (fixture);
  desktop_wait (fixture->desktop, "the photo again", cell_is_seen, "photo-01.png");
  wait_for_selected (fixture, "photo-02");

  click_cell (fixture, "photo-05.png", NULL);
  press_key (fixture, "Delete");
  desktop_wait (fixture->desktop, "the others", name_is_seen, "the others of its group stay");
  wait_for_focus (fixture, "copy-");
  click_undo (fixture);
  desktop_wait (fixture->desktop, "the group again", cell_is_seen, "group of 3 photos");
}

/* New photos come in above while the user is further down: what is seen stays where it is. */
static void
test_new_photos (Fixture *fixture)
{
  go_home (fixture);
  press_key (fixture, "End");
  wait_for_focus (fixture, "photo-59.png");
  Accessible before = place_of (fixture, "photo-59.png");

  for (guint i = 0; i < 9; i++) {
    g_autofree char *name = g_strdup_printf ("newer-%u.png", i);
    put_photo (fixture, name, 200 + i, 0);
  }
  press_key (fixture, "F5");
  desktop_wait (fixture->desktop, "the new number of photos", cell_is_seen, ", 69 of 69");
  wait_for_focus (fixture, "photo-59.png");
  wait_for_selected (fixture, "photo-59");
  Accessible after = place_of (fixture, "photo-59.png");
  g_assert_cmpint (after.y, ==, before.y);
}

static void
test_quit (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  press_key (fixture, "ctrl+q");
  g_subprocess_wait_check (fixture->inkling, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->inkling);
}

/* ---- The fixture --------------------------------------------------------------------------- */

static void
copy_photo (Fixture *fixture, const char *from, const char *to, guint age)
{
  const char *home = desktop_get_home (fixture->desktop);
  g_autofree char *source = g_build_filename (home, "Pictures", from, NULL);
  g_autofree char *copy = g_build_filename (home, "Pictures", to, NULL);
  struct utimbuf times = {.actime = 1700000000, .modtime = 1700000000 - 60 * (time_t)age};
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_file_get_contents (source, &data, &size, &error);
  g_assert_no_error (error);
  g_file_set_contents (copy, data, (gssize)size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_utime (copy, &times), ==, 0);
}

static void
start (Fixture *fixture)
{
  const char *home = desktop_get_home (fixture->desktop);
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "ui", "inkling", NULL);
  g_autofree char *library = g_build_filename (home, "library", NULL);
  g_autofree char *pictures = g_build_filename (home, "Pictures", NULL);

  for (guint i = 0; i < PHOTOS; i++) {
    g_autofree char *name = g_strdup_printf ("photo-%02u.png", i);
    put_photo (fixture, name, i + 1, 10 * i + 10);
    if (i == GROUP) {
      copy_photo (fixture, name, "copy-a.png", 10 * i + 11);
      copy_photo (fixture, name, "copy-b.png", 10 * i + 12);
    }
  }
  fixture->inkling = desktop_run (fixture->desktop,
                                  (const char *[]){program, "--library", library, pictures, NULL});
  fixture->window = desktop_place_window (fixture->desktop, "Inkling", 0, 0, 1100, 800);
  point_at (fixture, 1390, 990);
}

typedef void (*Test) (Fixture *fixture);

static const struct {
  const char *name;
  Test run;
} tests[] = {
    {"names", test_names},   {"keyboard", test_keyboard},
    {"clicks", test_clicks}, {"rubber-band", test_rubber_band},
    {"group", test_group},   {"drag-out", test_drag_out},
    {"menu", test_menu},     {"zoom", test_zoom},
    {"delete", test_delete}, {"new-photos", test_new_photos},
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
  pictures_init (argv[0]);

  the_fixture.desktop = desktop_new (&the_fixture.reason);
  if (the_fixture.desktop)
    start (&the_fixture);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/ui/grid/", tests[i].name, NULL);
    g_test_add_data_func (path, (gconstpointer)tests[i].run, run_test);
  }

  int status = g_test_run ();
  if (the_fixture.inkling) {
    g_subprocess_force_exit (the_fixture.inkling);
    g_clear_object (&the_fixture.inkling);
  }
  g_free (the_fixture.window);
  g_free (the_fixture.reason);
  g_clear_pointer (&the_fixture.desktop, desktop_free);
  return status;
}
