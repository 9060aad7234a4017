/* test-models.c: the page with the models, by real keys and a real pointer, beside a hub on the
 * loopback interface: a download that is paused, continued, given up and that fails; what is asked
 * before a model is used for the first time; the change to it, and back.
 *
 * One program lives through the tests, in their order.
 */
#include "app/models/hub.h"
#include "hands.h"
#include "support/make-model.h"

#include <glib/gstdio.h>

#define OFFER "ViT-B-32-laion2b"
#define TITLE "ViT-B/32 at 224 pixels, LAION-2B"
#define OTHER_TITLE "ViT-B/16 at 224 pixels, LAION-2B"

#define NOTICE "It understands English only"

typedef struct {
  Desktop *desktop; /* NULL where the tests are skipped */
  char *reason;
  GSubprocess *inkling;
  Hub *hub;
} Fixture;

static void
open_page (Fixture *fixture)
{
  hands_press (fixture->desktop, "ctrl+comma");
  g_free (desktop_place_window (fixture->desktop, "Preferences", 0, 0, 700, 980));
  hands_click (fixture->desktop, NULL, "Model");
  hands_see (fixture->desktop, "More Models");
}

/* ---- The tests ----------------------------------------------------------------------------- */

static void
test_start (Fixture *fixture)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "ui", "inkling", NULL);
  g_autofree char *folder =
      g_build_filename (desktop_get_home (fixture->desktop), "Pictures", NULL);

  fixture->inkling = desktop_run (fixture->desktop, (const char *[]){program, folder, NULL});
  g_free (desktop_place_window (fixture->desktop, "Inkling", 0, 0, 1100, 760));
  hands_see (fixture->desktop, "2 photos");
  open_page (fixture);
}

/* What it takes and what has to be known is said before anything comes. */
static void
test_declined (Fixture *fixture)
{
  hands_click (fixture->desktop, "button", "Download…: " TITLE);
  hands_see (fixture->desktop, "Download “" TITLE "”?");
  hands_see (fixture->desktop, "are free on the disk");
  hands_see (fixture->desktop, NOTICE);
  hands_see (fixture->desktop, "Its licence: MIT.");
  hands_press (fixture->desktop, "Escape");
  hands_see_no_more (fixture->desktop, "Download “" TITLE "”?");
  g_assert_cmpuint (hub_take_bytes (fixture->hub), ==, 0);
}

static void
test_paused (Fixture *fixture)
{
  hub_get_faults (fixture->hub)->stall_after = 100000;
  hands_click (fixture->desktop, "button", "Download…: " TITLE);
  hands_see (fixture->desktop, "Download “" TITLE "”?");
  hands_press (fixture->desktop, "alt+d");
  hands_click (fixture->desktop, "button", "Pause");
  hands_see (fixture->desktop, "Paused at");
  /* What is here is kept when the page is closed. */
  hands_press (fixture->desktop, "Escape");
  hands_see_no_more (fixture->desktop, "More Models");
  hub_get_faults (fixture->hub)->stall_after = 0;
  hub_take_bytes (fixture->hub);
  open_page (fixture);
  hands_see (fixture->desktop, "Paused at");
}

static void
test_continued (Fixture *fixture)
{
  hands_press (fixture->desktop, "alt+o"); /* Continue */
  hands_see (fixture->desktop, "“" OFFER "” was added");
  hands_see (fixture->desktop, "Use: " OFFER);
}

/* The first time with what has to be known, then without. */
static void
test_used (Fixture *fixture)
{
  hands_click (fixture->desktop, "button", "Use: " OFFER);
  hands_see (fixture->desktop, "Use “" OFFER "”?");
  hands_see (fixture->desktop, NOTICE);
  hands_press (fixture->desktop, "alt+a"); /* Agree and Use */
  hands_see (fixture->desktop, "“" OFFER "” is in use");
  hands_click (fixture->desktop, "button", "Go Back");
  hands_see (fixture->desktop, "“Starter model” is in use");

  hands_click (fixture->desktop, "button", "Use: " OFFER);
  hands_see (fixture->desktop, "It has seen all of your photos");
  hands_see_no_more (fixture->desktop, "Agree and Use");
  hands_press (fixture->desktop, "alt+u");
  hands_see (fixture->desktop, "“" OFFER "” is in use");
  hands_click (fixture->desktop, "button", "Keep");
  hands_see_no_more (fixture->desktop, "Change of Model");
}

/* The host is out of order: it says what to do, and gives it up when told to. */
static void
test_failed (Fixture *fixture)
{
  hub_get_faults (fixture->hub)->status = 503;
  hands_click (fixture->desktop, "button", "Download…: " OTHER_TITLE);
  hands_see (fixture->desktop, "try again later");
  hands_see (fixture->desktop, "Try Again");
  hands_click (fixture->desktop, "button", "Cancel");
  hands_see_no_more (fixture->desktop, "try again later");
  hub_get_faults (fixture->hub)->status = 0;
}

static void
test_no_room (Fixture *fixture)
{
  hub_get_faults (fixture->hub)->huge = TRUE;
  hands_click (fixture->desktop, "button", "Download…: " OTHER_TITLE);
  hands_see (fixture->desktop, "Make room, then try again");
  hands_press (fixture->desktop, "Escape");
  hands_see_no_more (fixture->desktop, "Make room, then try again");
  hub_get_faults (fixture->hub)->huge = FALSE;
}

/* ---- The fixture --------------------------------------------------------------------------- */

static void
fill_pictures (Fixture *fixture)
{
  static const char *const names[] = {"small-97x61.png", "gradient-224.png"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *from = g_build_filename (g_getenv ("INKLING_TEST_DATA"), "starter",
                                              "golden-images", names[i], NULL);
    g_autofree char *to =
        g_build_filename (desktop_get_home (fixture->desktop), "Pictures", names[i], NULL);
    g_autofree char *content = NULL;
    gsize size;
    g_assert_true (g_file_get_contents (from, &content, &size, NULL));
    g_assert_true (g_file_set_contents (to, content, (gssize)size, NULL));
  }
}

static void
start_hub (Fixture *fixture)
{
  g_autofree char *folder = g_build_filename (desktop_get_home (fixture->desktop), "hub", NULL);
  MakeModelOptions options = {.dtype = CLIP_DTYPE_F32, .seed = 1};
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (make_model_with ("tiny-vit", folder, &options, &error));
  g_assert_no_error (error);
  fixture->hub = hub_new (folder);
  g_setenv ("INKLING_MODEL_HUB", hub_get_address (fixture->hub), TRUE);
}

typedef void (*Test) (Fixture *fixture);

static const struct {
  const char *name;
  Test run;
} tests[] = {
    {"start", test_start},         {"declined", test_declined}, {"paused", test_paused},
    {"continued", test_continued}, {"used", test_used},         {"failed", test_failed},
    {"no-room", test_no_room},
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
    fill_pictures (&the_fixture);
    start_hub (&the_fixture);
  }
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/ui/models/", tests[i].name, NULL);
    g_test_add_data_func (path, (gconstpointer)tests[i].run, run_test);
  }

  int status = g_test_run ();
  if (the_fixture.inkling) {
    g_subprocess_force_exit (the_fixture.inkling);
    g_subprocess_wait (the_fixture.inkling, NULL, NULL);
    g_object_unref (the_fixture.inkling);
  }
  g_clear_pointer (&the_fixture.hub, hub_free);
  g_free (the_fixture.reason);
  g_clear_pointer (&the_fixture.desktop, desktop_free);
  return status;
}
