/* test-viewer-memory.c: a person who looks at photos all day: the viewer keeps no memory of those
 * that it has shown. Without a screen reader, which keeps some of its own.
 */
#include "viewer-start.h"

#include <string.h>

/* Resident memory of the program, in kB. */
static guint64
read_memory (GSubprocess *inkling)
{
  g_autofree char *path =
      g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (inkling));
  g_autofree char *status = NULL;

  g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
  const char *line = strstr (status, "VmRSS:");
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen ("VmRSS:"), NULL, 10);
}

static void
open_and_close (Desktop *desktop, guint times)
{
  for (guint i = 0; i < times; i++) {
    desktop_do (desktop, "key", "Return", NULL);
    desktop_pause (60);
    desktop_do (desktop, "key", i % 2 ? "Right" : "r", "Escape", NULL);
    desktop_pause (20);
    desktop_do (desktop, "key", "Home", NULL);
  }
}

/* Below the photos the grid is of one colour, and the picture in the viewer is not. */
static gboolean
viewer_is_open (Desktop *desktop)
{
  guint32 first, colour;

  if (!desktop_get_pixel (desktop, VIEWER_WIDTH / 2, VIEWER_HEIGHT - 260, &first))
    return TRUE;
  for (int i = 1; i < 30; i++)
    if (desktop_get_pixel (desktop, VIEWER_WIDTH / 2, VIEWER_HEIGHT - 260 + 5 * i, &colour) &&
        !desktop_colours_are_near (first, colour))
      return TRUE;
  return FALSE;
}

/* Looking at a photo 500 times takes no more memory than looking at it 200 times, but for what the
 * allocator may keep; a single rendering that stayed behind each time would be 600 MB. */
static void
test_memory (void)
{
  g_autofree char *reason = NULL;
  g_autoptr (Desktop) desktop = desktop_new (&reason);

  if (!desktop) {
    g_test_skip (reason);
    return;
  }
  g_autofree char *folder = g_build_filename (desktop_get_home (desktop), "Pictures", NULL);
  g_autoptr (GSubprocess) inkling = viewer_start (desktop, folder, FALSE);
  desktop_pause (8000); /* nothing tells when the photos are there */
  desktop_do (desktop, "mousemove", "1390", "990", "key", "ctrl+f", "Escape", NULL);
  desktop_pause (500);
  desktop_do (desktop, "key", "Down", "Home", "Return", NULL);
  desktop_pause (1500);
  g_assert_true (viewer_is_open (desktop));
  desktop_do (desktop, "key", "Escape", NULL);
  desktop_pause (500);

  open_and_close (desktop, 200);
  guint64 before = read_memory (inkling);
  open_and_close (desktop, 300);
  guint64 after = read_memory (inkling);
  g_test_message ("kB after 200 and 500 times: %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, before,
                  after);
  g_assert_cmpuint (after, <, before + 8 * 1024);
  desktop_do (desktop, "key", "Return", NULL);
  for (guint i = 0; i < 20 && !viewer_is_open (desktop); i++)
    desktop_pause (500);
  g_assert_true (viewer_is_open (desktop));
  g_subprocess_force_exit (inkling);
  g_subprocess_wait (inkling, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/viewer/memory", test_memory);
  return g_test_run ();
}
