/* test-inside.c: starts inside.c, part by part, each with a library and a Pictures folder anew. */
#include "desktop.h"

#include <glib/gstdio.h>

#define CHINESE "zh_CN.UTF-8"

static const char *const pictures[] = {
    "blobs-777x333.jpg",  "checker-ball-512.png", "gradient-224.png",
    "rings-900x1200.jpg", "small-97x61.png",      "waves-640x480.jpg",
};

static void
write_picture (Desktop *desktop, const char *name, const char *content, gssize size)
{
  g_autofree char *path = g_build_filename (desktop_get_home (desktop), "Pictures", name, NULL);

  g_assert_true (g_file_set_contents (path, content, size, NULL));
}

static void
fill_pictures (Desktop *desktop)
{
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++) {
    g_autofree char *path = g_build_filename (g_getenv ("INKLING_TEST_DATA"), "starter",
                                              "golden-images", pictures[i], NULL);
    g_autofree char *content = NULL;
    gsize size;
    g_assert_true (g_file_get_contents (path, &content, &size, NULL));
    write_picture (desktop, pictures[i], content, (gssize)size);
  }
  write_picture (desktop, "broken.png", "\x89PNG\r\n\x1a\n", -1);
  write_picture (desktop, "film.mp4", "no film", -1);
}

/* Returns: (nullable): %NULL where there can be none, and the test is skipped */
static Desktop *
open_desktop (void)
{
  g_autofree char *reason = NULL;
  Desktop *desktop = desktop_new (&reason);

  if (desktop)
    fill_pictures (desktop);
  else
    g_test_skip (reason);
  return desktop;
}

static void
run_part (Desktop *desktop, const char *part)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "tests", "ui", "inside", NULL);
  g_autofree char *library = g_build_filename (desktop_get_home (desktop), "library", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) inside =
      desktop_run (desktop, (const char *[]){program, part, library, NULL});

  g_subprocess_wait_check (inside, NULL, &error);
  g_assert_no_error (error);
}

static void
test_part (gconstpointer part)
{
  g_autoptr (Desktop) desktop = open_desktop ();

  if (desktop)
    run_part (desktop, part);
}

/* A locale of its own, as a machine that speaks English has no other. */
static gboolean
make_chinese (Desktop *desktop)
{
  g_autofree char *folder = g_build_filename (desktop_get_home (desktop), "locales", NULL);
  g_autofree char *locale = g_build_filename (folder, CHINESE, NULL);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_autoptr (GSubprocess) program =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL,
                        "localedef", "-i", "zh_CN", "-f", "UTF-8", locale, NULL);
  if (!program || !g_subprocess_wait_check (program, NULL, NULL))
    return FALSE;
  desktop_set_variable (desktop, "LOCPATH", folder);
  desktop_set_variable (desktop, "LC_ALL", CHINESE);
  return TRUE;
}

/* The pages once more, in Chinese and with the colours for who needs more contrast. */
static void
test_chinese (void)
{
  g_autoptr (Desktop) desktop = open_desktop ();

  if (!desktop)
    return;
  if (!make_chinese (desktop)) {
    g_test_skip ("localedef can't make a Chinese locale (package locales)");
    return;
  }
  desktop_set_variable (desktop, "ADW_DEBUG_HIGH_CONTRAST", "1");
  run_part (desktop, "layout");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/ui/inside/layout", "layout", test_part);
  g_test_add_func ("/ui/inside/chinese", test_chinese);
  g_test_add_data_func ("/ui/inside/lifetime", "lifetime", test_part);
  g_test_add_data_func ("/ui/inside/pinch", "pinch", test_part);
  return g_test_run ();
}
