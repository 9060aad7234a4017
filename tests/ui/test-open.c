/* test-open.c: pictures that other programs open with Inkling: a second process hands them to the
 * window of the first; without a window there is one that begins with them.
 */
#include "hands.h"

typedef struct {
  Desktop *desktop; /* NULL where the tests are skipped */
  char *reason;
  GSubprocess *inkling;
} Fixture;

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

/* inkling FILE [FILE] */
static GSubprocess *
run (Fixture *fixture, const char *first, const char *second)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "ui", "inkling", NULL);

  return desktop_run (fixture->desktop, (const char *[]){program, first, second, NULL});
}

/* A process that hands its files over, and ends well. */
static void
hand_over (Fixture *fixture, const char *first, const char *second)
{
  g_autoptr (GSubprocess) process = run (fixture, first, second);
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static void
stop (Fixture *fixture)
{
  if (!fixture->inkling)
    return;
  g_subprocess_force_exit (fixture->inkling);
  g_subprocess_wait (fixture->inkling, NULL, NULL);
  g_clear_object (&fixture->inkling);
}

/* ---- The tests ----------------------------------------------------------------------------- */

static void
test_second_process (Fixture *fixture)
{
  g_autofree char *folder = home_path (fixture, "");
  g_autofree char *rings = picture_path ("rings-900x1200.jpg");
  g_autofree char *waves = picture_path ("waves-640x480.jpg");

  fixture->inkling = run (fixture, folder, NULL);
  g_free (desktop_place_window (fixture->desktop, "Inkling", 0, 0, 1100, 760));
  hands_see (fixture->desktop, "2 photos");
  hand_over (fixture, rings, NULL);
  hands_see (fixture->desktop, "Looks like rings-900x1200.jpg");
  hand_over (fixture, rings, waves);
  hands_see (fixture->desktop, "Looks like waves-640x480.jpg");
  hands_see (fixture->desktop, "Looks like rings-900x1200.jpg");
}

static void
test_no_picture (Fixture *fixture)
{
  g_autofree char *text = home_path (fixture, "notes.txt");

  hand_over (fixture, text, NULL);
  hands_see (fixture->desktop, "Only pictures can be searched by");
}

/* The library is opened first; what was asked for is not forgotten meanwhile. */
static void
test_first_process (Fixture *fixture)
{
  g_autofree char *waves = picture_path ("waves-640x480.jpg");

  stop (fixture);
  fixture->inkling = run (fixture, waves, NULL);
  g_free (desktop_place_window (fixture->desktop, "Inkling", 0, 0, 1100, 760));
  hands_see (fixture->desktop, "Looks like waves-640x480.jpg");
}

/* ---- The fixture --------------------------------------------------------------------------- */

static void
fill_pictures (Fixture *fixture)
{
  static const char *const names[] = {"small-97x61.png", "gradient-224.png"};
  g_autofree char *text = home_path (fixture, "notes.txt");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *from = picture_path (names[i]), *to = home_path (fixture, names[i]);
    g_autofree char *content = NULL;
    gsize size;
    g_assert_true (g_file_get_contents (from, &content, &size, NULL));
    g_assert_true (g_file_set_contents (to, content, (gssize)size, NULL));
  }
  g_assert_true (g_file_set_contents (text, "no picture", -1, NULL));
}

static Fixture the_fixture;

static void
run_test (gconstpointer data)
{
  if (!the_fixture.desktop)
    g_test_skip (the_fixture.reason);
  else
    ((void (*) (Fixture *))data) (&the_fixture);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*run) (Fixture *fixture);
  } tests[] = {
      {"/ui/open/second-process", test_second_process},
      {"/ui/open/no-picture", test_no_picture},
      {"/ui/open/first-process", test_first_process},
  };

  g_test_init (&argc, &argv, NULL);
  the_fixture.desktop = desktop_new (&the_fixture.reason);
  if (the_fixture.desktop)
    fill_pictures (&the_fixture);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, (gconstpointer)tests[i].run, run_test);

  int status = g_test_run ();
  stop (&the_fixture);
  g_free (the_fixture.reason);
  g_clear_pointer (&the_fixture.desktop, desktop_free);
  return status;
}
