/* test-banners.c: the line above the photos that tells of a lasting trouble, in the real window: a
 * model that is not there any more, and a disk that is nearly full; each with what it offers.
 *
 * The small disk is a file system in memory that only the window's processes see.
 */
#include "hands.h"
#include "support/make-model.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* So many that indexing lasts until the button is pressed; then it is over. */
#define MANY 400

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

static char *
built (const char *program)
{
  return g_build_filename (g_getenv ("INKLING_TEST_BUILD"), program, NULL);
}

static void
place (Fixture *fixture)
{
  g_free (desktop_place_window (fixture->desktop, "Inkling", 0, 0, 1100, 760));
}

static void
leave (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  place (fixture); /* with the keyboard, whatever had it */
  hands_press (fixture->desktop, "ctrl+q");
  g_subprocess_wait_check (fixture->inkling, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->inkling);
}

/* Copies that differ in their last bytes are pictures of their own. */
static void
put_pictures (Fixture *fixture, guint n)
{
  g_autofree char *path = g_build_filename (g_getenv ("INKLING_TEST_DATA"), "starter",
                                            "golden-images", "rings-900x1200.jpg", NULL);
  g_autofree char *content = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  content = g_realloc (content, size + sizeof n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("Pictures/%03u.jpg", i);
    g_autofree char *to = in_home (fixture, name);
    memcpy (content + size, &i, sizeof i);
    g_assert_true (g_file_set_contents (to, content, (gssize)(size + sizeof i), NULL));
  }
}

/* ---- A model that is not there ------------------------------------------------------------- */

/* Runs inkling-cli, which must work. */
static void
call (Fixture *fixture, const char *command, const char *argument, const char *more)
{
  g_autofree char *program = built ("app/cli/inkling-cli");
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) cli =
      desktop_run (fixture->desktop, (const char *[]){program, command, argument, more, NULL});

  g_subprocess_wait_check (cli, NULL, &error);
  g_assert_no_error (error);
}

/* Adds another model than the starter model, and has it used. */
static void
use_other_model (Fixture *fixture)
{
  g_autofree char *folder = in_home (fixture, "other");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (make_model ("tiny-vit", folder, CLIP_DTYPE_F32, &error));
  g_assert_no_error (error);
  call (fixture, "models", "add", folder);
  call (fixture, "models", "use", "other");
}

static void
test_missing_model (Fixture *fixture)
{
  g_autofree char *program = built ("ui/inkling");
  g_autofree char *folder = in_home (fixture, "Pictures");
  g_autofree char *model = in_home (fixture, ".local/share/inkling/models/other");
  g_autofree char *away = in_home (fixture, "away");

  put_pictures (fixture, 1);
  call (fixture, "index", folder, NULL);
  use_other_model (fixture);
  g_assert_cmpint (g_rename (model, away), ==, 0);

  fixture->inkling = desktop_run (fixture->desktop, (const char *[]){program, NULL});
  place (fixture);
  hands_see (fixture->desktop, "The model “other” is not in");
  hands_click (fixture->desktop, "button", "Models…");
  hands_see (fixture->desktop, "More Models");
  hands_press (fixture->desktop, "Escape");
  hands_see_no_more (fixture->desktop, "More Models");

  /* It is there again. */
  g_assert_cmpint (g_rename (away, model), ==, 0);
  hands_press (fixture->desktop, "F5");
  hands_see_no_more (fixture->desktop, "Models…");
  leave (fixture);
}

/* ---- A disk that is nearly full ------------------------------------------------------------ */

/* A shell's words: the rest of the arguments is run by the same user, with a small file system at
 * the first. */
#define ON_SMALL_DISK                                                                              \
  "mount -t tmpfs -o size=400m none \"$0\" && "                                                    \
  "exec unshare --user --map-user=\"$1\" --map-group=\"$2\" -- \"$3\" \"$4\""

/* Runs @program as on_small_disk() says. Returns: (transfer full) */
static GSubprocess *
run_on_small_disk (Fixture *fixture, const char *program, const char *argument)
{
  g_autofree char *share = in_home (fixture, ".local/share/inkling");
  g_autofree char *user = g_strdup_printf ("%u", (guint)getuid ());
  g_autofree char *group = g_strdup_printf ("%u", (guint)getgid ());

  g_assert_cmpint (g_mkdir_with_parents (share, 0700), ==, 0);
  return desktop_run (fixture->desktop,
                      (const char *[]){"unshare", "--user", "--map-root-user", "--mount", "sh",
                                       "-c", ON_SMALL_DISK, share, user, group, program, argument,
                                       NULL});
}

static gboolean
can_have_small_disk (Fixture *fixture)
{
  g_autofree char *unshare = g_find_program_in_path ("unshare");

  if (!unshare)
    return FALSE;
  g_autoptr (GSubprocess) trial = run_on_small_disk (fixture, "true", NULL);
  return g_subprocess_wait_check (trial, NULL, NULL);
}

static void
test_little_room (Fixture *fixture)
{
  g_autofree char *program = built ("ui/inkling");
  g_autofree char *folder = in_home (fixture, "Pictures");

  if (!can_have_small_disk (fixture)) {
    g_test_skip ("no file system of one's own can be mounted here");
    return;
  }
  put_pictures (fixture, MANY);
  fixture->inkling = run_on_small_disk (fixture, program, folder);
  place (fixture);
  hands_see (fixture->desktop, "are left on the disk. Indexing may soon have to stop.");
  hands_see (fixture->desktop, "_Pause"); /* the button */
  hands_press (fixture->desktop, "alt+p");
  hands_see (fixture->desktop, "Continue Indexing");
  hands_see_no_more (fixture->desktop, "_Pause");
  leave (fixture);
}

/* ---- The fixture --------------------------------------------------------------------------- */

typedef void (*Test) (Fixture *fixture);

static const struct {
  const char *name;
  Test run;
} tests[] = {
    {"missing-model", test_missing_model},
    {"little-room", test_little_room},
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
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/ui/banners/", tests[i].name, NULL);
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
