/* test-viewer.c: the viewer, used as a person uses it: real keys and a real pointer on a desktop of
 * its own, what a screen reader says of it, and colours of the screen.
 *
 * One window lives through all of the tests, in their order.
 */
#include "desktop.h"
#include "viewer-start.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  Desktop *desktop; /* NULL where the tests are skipped */
  char *reason;
  GSubprocess *inkling;
  gboolean started;
  char *folder;
} Fixture;

/* ---- What is seen -------------------------------------------------------------------------- */

/* Panels that are folded away lie beside the window. */
static gboolean
is_inside (const Accessible *object)
{
  return object->width > 0 && object->x < VIEWER_WIDTH - 20;
}

static gboolean
is_seen (GPtrArray *objects, gconstpointer name)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (is_inside (object) && strstr (object->name, name))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_gone (GPtrArray *objects, gconstpointer name)
{
  return !is_seen (objects, name);
}

static gboolean
has_focus (GPtrArray *objects, gconstpointer name)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->focused && g_str_has_prefix (object->name, name))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_picture (const Accessible *object)
{
  return strstr (object->role, "image") || strstr (object->role, "icon");
}

/* The picture in the viewer has the keyboard, and its name. */
static gboolean
is_viewed (GPtrArray *objects, gconstpointer name)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->focused && g_str_equal (object->name, name) && is_picture (object))
      return TRUE;
  }
  return FALSE;
}

static void
see (Fixture *fixture, const char *name)
{
  desktop_wait (fixture->desktop, name, is_seen, name);
}

static void
see_no_more (Fixture *fixture, const char *name)
{
  desktop_wait (fixture->desktop, name, is_gone, name);
}

static void
see_viewed (Fixture *fixture, const char *name)
{
  desktop_wait (fixture->desktop, name, is_viewed, name);
}

static void
press (Fixture *fixture, const char *key)
{
  desktop_do (fixture->desktop, "key", key, NULL);
  desktop_pause (150);
}

static char *
in_folder (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

/* The middle of what a screen reader calls @name, which no hidden page has. */
static void
click_on (Fixture *fixture, const char *name)
{
  g_autoptr (GPtrArray) objects = desktop_look (fixture->desktop);

  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (is_inside (object) && g_str_equal (object->name, name) && !strstr (object->role, "cell")) {
      g_autofree char *x = g_strdup_printf ("%d", object->x + object->width / 2);
      g_autofree char *y = g_strdup_printf ("%d", object->y + object->height / 2);
      desktop_do (fixture->desktop, "mousemove", x, y, "click", "1", NULL);
      return;
    }
  }
  g_error ("there is no %s to click on", name);
}

/* Back to the grid with all photos in it, and the keyboard on the first. */
static void
start_afresh (Fixture *fixture)
{
  desktop_do (fixture->desktop, "mousemove", "1390", "990", NULL);
  press (fixture, "ctrl+f");
  press (fixture, "Escape");
  desktop_pause (300);
  press (fixture, "Down");
  press (fixture, "Home");
  desktop_wait (fixture->desktop, viewer_pictures[0], has_focus, viewer_pictures[0]);
}

static void
open_first (Fixture *fixture)
{
  start_afresh (fixture);
  press (fixture, "Return");
  see_viewed (fixture, viewer_pictures[0]);
}

/* ---- The tests ----------------------------------------------------------------------------- */

/* The first picture that is opened is seen at once and sharp: its rings are black and white, and
 * not the grey of their mean. */
static void
test_open (Fixture *fixture)
{
  guint dark = 0, light = 0;

  open_first (fixture);
  desktop_pause (500);
  for (int i = 0; i < 40; i++) {
    guint32 colour;
    if (!desktop_get_pixel (fixture->desktop, VIEWER_WIDTH / 2, VIEWER_HEIGHT / 3 + 3 * i,
                            &colour)) {
      g_test_message ("no colours of the screen: libX11 was missing");
      return;
    }
    guint green = (colour >> 8) & 0xff;
    dark += green < 90;
    light += green > 165;
  }
  g_test_message ("%u dark points, %u light", dark, light);
  g_assert_cmpuint (dark, >, 3);
  g_assert_cmpuint (light, >, 3);
}

static void
test_double_click (Fixture *fixture)
{
  start_afresh (fixture);
  g_autoptr (GPtrArray) objects = desktop_look (fixture->desktop);
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->width > 0 && g_str_has_prefix (object->name, viewer_pictures[1]) &&
        strstr (object->role, "cell")) {
      g_autofree char *x = g_strdup_printf ("%d", object->x + 40);
      g_autofree char *y = g_strdup_printf ("%d", object->y + 40);
      desktop_do (fixture->desktop, "mousemove", x, y, "click", "--repeat", "2", "--delay", "80",
                  "1", NULL);
      break;
    }
  }
  see_viewed (fixture, viewer_pictures[1]);
  press (fixture, "Escape");
  desktop_wait (fixture->desktop, "the grid again", has_focus, viewer_pictures[1]);
}

static void
test_steps (Fixture *fixture)
{
  open_first (fixture);
  see_no_more (fixture, "Previous Photo");
  for (guint i = 1; i < G_N_ELEMENTS (viewer_pictures); i++) {
    press (fixture, i % 2 ? "Right" : "Page_Down");
    see_viewed (fixture, viewer_pictures[i]);
  }
  see_no_more (fixture, "Next Photo");
  press (fixture, "Right"); /* there is none */
  press (fixture, "Left");
  see_viewed (fixture, viewer_pictures[2]);
  click_on (fixture, "Previous Photo");
  see_viewed (fixture, viewer_pictures[1]);
  press (fixture, "Escape");
  desktop_wait (fixture->desktop, "the one seen last", has_focus, viewer_pictures[1]);
}

/* By keys, by the wheel to the pointer, by double click; Control and arrows move it. */
static void
test_zoom (Fixture *fixture)
{
  guint32 before, after;

  open_first (fixture);
  press (fixture, "1");
  see (fixture, "100 %");
  press (fixture, "plus");
  see (fixture, "125 %");
  press (fixture, "minus");
  see (fixture, "100 %");

  /* The pointer takes the picture along. */
  gboolean colours = desktop_get_pixel (fixture->desktop, 500, 300, &before);
  desktop_do (fixture->desktop, "mousemove", "500", "300", "mousedown", "1", "mousemove", "500",
              "260", "mousemove", "500", "220", "mouseup", "1", NULL);
  desktop_pause (300);
  if (colours && desktop_get_pixel (fixture->desktop, 500, 220, &after))
    g_assert_true (desktop_colours_are_near (before, after));
  press (fixture, "ctrl+Up");
  see (fixture, "100 %");

  press (fixture, "0");
  see_no_more (fixture, "100 %");
  desktop_do (fixture->desktop, "mousemove", "400", "300", "keydown", "Control_L", "click",
              "--repeat", "20", "--delay", "15", "4", "keyup", "Control_L", NULL);
  see (fixture, "800 %");
  desktop_do (fixture->desktop, "click", "--repeat", "40", "--delay", "15", "5", NULL);
  see_no_more (fixture, "800 %");
  desktop_do (fixture->desktop, "click", "--repeat", "2", "--delay", "80", "1", NULL);
  see (fixture, "11"); /* twice what fits */
  press (fixture, "Escape");
}

/* How large the picture is seen, in per cent. */
static int
read_zoom (GPtrArray *objects)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->width > 0 && g_str_has_suffix (object->name, " %"))
      return atoi (object->name);
  }
  return 0;
}

static gboolean
zoom_is_above (GPtrArray *objects, gconstpointer zoom)
{
  return read_zoom (objects) > GPOINTER_TO_INT (zoom);
}

static gboolean
zoom_is (GPtrArray *objects, gconstpointer zoom)
{
  return read_zoom (objects) == GPOINTER_TO_INT (zoom);
}

/* What is higher than wide fits at a larger scale when it lies on its side. */
static void
test_turn (Fixture *fixture)
{
  open_first (fixture);
  g_autoptr (GPtrArray) objects = desktop_look (fixture->desktop);
  int upright = read_zoom (objects);

  g_assert_cmpint (upright, >, 0);
  press (fixture, "r");
  desktop_wait (fixture->desktop, "it turned", zoom_is_above, GINT_TO_POINTER (upright + 10));
  press (fixture, "shift+R");
  desktop_wait (fixture->desktop, "it upright", zoom_is, GINT_TO_POINTER (upright));
  press (fixture, "Escape");
}

static void
test_full_screen (Fixture *fixture)
{
  open_first (fixture);
  press (fixture, "F11");
  see (fixture, "Leave Full Screen");
  see_no_more (fixture, "Back to the Photos");
  press (fixture, "Escape"); /* only out of full screen */
  see (fixture, "Back to the Photos");
  see_viewed (fixture, viewer_pictures[0]);
  press (fixture, "Escape");
  desktop_wait (fixture->desktop, "the grid again", has_focus, viewer_pictures[0]);
}

/* What viewer_start() put into the first photo. */
static void
test_information (Fixture *fixture)
{
  open_first (fixture);
  press (fixture, "i");
  see (fixture, "900 × 1200 pixels");
  see (fixture, "Maker Model 7");
  see (fixture, "1/250 s · ƒ/2.8");
  see (fixture, "48.13734° N, 11.57500° E");
  press (fixture, "Right");
  see (fixture, "777 × 333 pixels");
  see_no_more (fixture, "Maker Model 7");
  press (fixture, "i");
  see_no_more (fixture, "777 × 333 pixels");
  press (fixture, "Escape");
}

static gboolean
is_in_strip (GPtrArray *objects, gconstpointer name)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->width > 0 && object->y > VIEWER_HEIGHT / 2 && g_str_equal (object->name, name) &&
        is_picture (object))
      return TRUE;
  }
  return FALSE;
}

static void
test_similar (Fixture *fixture)
{
  open_first (fixture);
  press (fixture, "s");
  desktop_wait (fixture->desktop, "the strip", is_in_strip, viewer_pictures[1]);
  click_on (fixture, viewer_pictures[1]);
  see_viewed (fixture, viewer_pictures[1]);
  press (fixture, "s");
  press (fixture, "Escape");
  desktop_wait (fixture->desktop, "where it was left", has_focus, viewer_pictures[0]);
}

/* A part is drawn with the pointer; Escape gives it up, Return searches by it. */
static void
test_region (Fixture *fixture)
{
  open_first (fixture);
  desktop_pause (500);
  press (fixture, "p");
  see (fixture, "Find Photos Like This Part");
  press (fixture, "Escape");
  see_no_more (fixture, "Find Photos Like This Part");
  press (fixture, "p");
  see (fixture, "Find Photos Like This Part");
  desktop_do (fixture->desktop, "mousemove", "480", "250", "mousedown", "1", NULL);
  for (int i = 1; i <= 6; i++) {
    g_autofree char *x = g_strdup_printf ("%d", 480 + 25 * i);
    g_autofree char *y = g_strdup_printf ("%d", 250 + 20 * i);
    desktop_do (fixture->desktop, "mousemove", x, y, NULL);
    desktop_pause (30);
  }
  desktop_do (fixture->desktop, "mouseup", "1", NULL);
  press (fixture, "shift+Right");
  press (fixture, "Return");
  see (fixture, "a part of rings-900x1200.jpg");
  start_afresh (fixture);
}

/* Another program pastes what was copied: a PNG of our pixels, and the file. */
static void
take (Fixture *fixture, const char *type, const char *file)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "tests", "ui", "paster", NULL);
  g_autoptr (GSubprocess) paster =
      desktop_run (fixture->desktop, (const char *[]){program, type, file, NULL});
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (paster, NULL, &error);
  g_assert_no_error (error);
}

static void
test_copy (Fixture *fixture)
{
  g_autofree char *png = g_build_filename (desktop_get_home (fixture->desktop), "taken.png", NULL);
  g_autofree char *uris = g_build_filename (desktop_get_home (fixture->desktop), "taken", NULL);
  g_autofree char *data = NULL, *list = NULL;
  gsize size;

  open_first (fixture);
  press (fixture, "ctrl+c");
  see (fixture, "Picture copied");
  take (fixture, "image/png", png);
  g_assert_true (g_file_get_contents (png, &data, &size, NULL));
  g_assert_cmpuint (size, >, 24);
  g_assert_cmpint (memcmp (data, "\x89PNG", 4), ==, 0);
  /* The header has the measures: of the whole photo, not of what the window shows. */
  g_assert_cmpint (memcmp (data + 16, "\0\0\x03\x84\0\0\x04\xb0", 8), ==, 0);
  take (fixture, "text/uri-list", uris);
  g_assert_true (g_file_get_contents (uris, &list, NULL, NULL));
  g_assert_true (g_str_has_suffix (g_strstrip (list), "/Pictures/rings-900x1200.jpg"));
  press (fixture, "Escape");
}

/* Held back while its message is there, and back as if nothing had happened. */
static void
test_undo (Fixture *fixture)
{
  g_autofree char *path = in_folder (fixture, viewer_pictures[0]);

  open_first (fixture);
  press (fixture, "Delete");
  see_viewed (fixture, viewer_pictures[1]);
  see (fixture, "Moved to the wastebasket");
  press (fixture, "Escape");
  desktop_wait (fixture->desktop, "hidden", is_gone, viewer_pictures[0]);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  click_on (fixture, "Undo");
  see (fixture, viewer_pictures[0]);
  desktop_pause (1000);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* Several that are selected stay so while one of them is looked at; then two go for good. */
static void
test_trash (Fixture *fixture)
{
  g_autofree char *first = in_folder (fixture, viewer_pictures[0]);
  g_autofree char *second = in_folder (fixture, viewer_pictures[1]);

  start_afresh (fixture);
  press (fixture, "shift+Right");
  see (fixture, "2 selected");
  press (fixture, "Return");
  desktop_pause (500);
  press (fixture, "Escape");
  see (fixture, "2 selected");
  press (fixture, "Delete");
  see (fixture, "2 photos moved to the wastebasket");
  see_no_more (fixture, viewer_pictures[0]);
  for (guint i = 0; i < 300 && g_file_test (second, G_FILE_TEST_EXISTS); i++)
    desktop_pause (100);
  g_assert_false (g_file_test (first, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (second, G_FILE_TEST_EXISTS));
  see (fixture, "2 photos");
}

/* What is held back when the program ends goes with it. */
static void
test_end (Fixture *fixture)
{
  g_autofree char *path = in_folder (fixture, viewer_pictures[2]);
  g_autoptr (GError) error = NULL;

  press (fixture, "ctrl+f");
  press (fixture, "Down");
  press (fixture, "Home");
  press (fixture, "Delete");
  see (fixture, "Moved to the wastebasket");
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  press (fixture, "ctrl+q");
  g_subprocess_wait_check (fixture->inkling, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->inkling);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* ---- The fixture --------------------------------------------------------------------------- */

static void
start (Fixture *fixture)
{
  fixture->started = TRUE;
  fixture->folder = g_build_filename (desktop_get_home (fixture->desktop), "Pictures", NULL);
  fixture->inkling = viewer_start (fixture->desktop, fixture->folder, TRUE);
  see (fixture, "4 photos");
}

typedef void (*Test) (Fixture *fixture);

static struct {
  const char *name;
  Test run;
} tests[] = {
    {"open", test_open},
    {"double-click", test_double_click},
    {"steps", test_steps},
    {"zoom", test_zoom},
    {"turn", test_turn},
    {"full-screen", test_full_screen},
    {"information", test_information},
    {"similar", test_similar},
    {"region", test_region},
    {"copy", test_copy},
    {"undo", test_undo},
    {"trash", test_trash},
    {"end", test_end},
};

static Fixture the_fixture;

static void
run_test (gconstpointer data)
{
  if (!the_fixture.desktop) {
    g_test_skip (the_fixture.reason);
    return;
  }
  if (!the_fixture.started)
    start (&the_fixture);
  ((Test)data) (&the_fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  the_fixture.desktop = desktop_new (&the_fixture.reason);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/ui/viewer/", tests[i].name, NULL);
    g_test_add_data_func (path, (gconstpointer)tests[i].run, run_test);
  }

  int status = g_test_run ();
  if (the_fixture.inkling) {
    g_subprocess_force_exit (the_fixture.inkling);
    g_subprocess_wait (the_fixture.inkling, NULL, NULL);
    g_object_unref (the_fixture.inkling);
  }
  g_free (the_fixture.folder);
  g_free (the_fixture.reason);
  g_clear_pointer (&the_fixture.desktop, desktop_free);
  return status;
}
