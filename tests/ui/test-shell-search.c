/* test-shell-search.c: GNOME Shell's overview finds photos: a client that follows the contract of
 * org.gnome.Shell.SearchProvider2, on a bus that starts the program by its service file.
 *
 * The tests go on from each other, in their order. How long answers took is told, not judged:
 * 1.5 s are allowed for the first and 200 ms for the others (G_TEST_VERBOSE or --verbose shows it).
 */
#include "desktop.h"

#include <glib/gstdio.h>
#include <string.h>

#define NAME "io.github.inkling_app.Inkling"
#define PATH "/io/github/inkling_app/Inkling/SearchProvider"
#define INTERFACE "org.gnome.Shell.SearchProvider2"

/* Longer than the program stays when it is not asked. */
#define IDLE_PATIENCE_SECONDS 60

static const char *const pictures[] = {"checker-ball-512.png", "rings-900x1200.jpg",
                                       "small-97x61.png", "waves-640x480.jpg"};

typedef struct {
  Desktop *desktop; /* NULL where the tests are skipped */
  char *reason;
} Fixture;

/* ---- The client ---------------------------------------------------------------------------- */

/* @error: (nullable): %NULL where it must work. Returns: (transfer full) (nullable) */
static GVariant *
call (Fixture *fixture, const char *method, GVariant *arguments, GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 begun = g_get_monotonic_time ();
  GVariant *answer = g_dbus_connection_call_sync (desktop_get_bus (fixture->desktop), NAME, PATH,
                                                  INTERFACE, method, arguments, NULL,
                                                  G_DBUS_CALL_FLAGS_NONE, 60000, NULL, &local);

  g_test_message ("%s: %.1f ms", method, (double)(g_get_monotonic_time () - begun) / 1000.0);
  if (error)
    g_propagate_error (error, g_steal_pointer (&local));
  g_assert_no_error (local);
  return answer;
}

/* Returns: (transfer full): the photos' ids */
static GStrv
find (Fixture *fixture, const char *const *terms)
{
  g_autoptr (GVariant) answer =
      call (fixture, "GetInitialResultSet", g_variant_new ("(^as)", terms), NULL);
  GStrv ids;

  g_variant_get (answer, "(^as)", &ids);
  return ids;
}

/* Returns: (transfer full): an array of a{sv} */
static GVariant *
get_metas (Fixture *fixture, const char *const *ids)
{
  g_autoptr (GVariant) answer =
      call (fixture, "GetResultMetas", g_variant_new ("(^as)", ids), NULL);

  return g_variant_get_child_value (answer, 0);
}

/* Returns: (transfer full): a string of a photo's facts */
static char *
get_string (GVariant *metas, gsize index, const char *key)
{
  g_autoptr (GVariant) meta = g_variant_get_child_value (metas, index);
  char *value = NULL;

  g_assert_true (g_variant_lookup (meta, key, "s", &value));
  return value;
}

static gboolean
is_running (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      desktop_get_bus (fixture->desktop), "org.freedesktop.DBus", "/org/freedesktop/DBus",
      "org.freedesktop.DBus", "NameHasOwner", g_variant_new ("(s)", NAME), NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  gboolean has_owner;

  g_assert_no_error (error);
  g_variant_get (answer, "(b)", &has_owner);
  return has_owner;
}

static void
wait_until_it_ends (Fixture *fixture)
{
  for (guint i = 0; is_running (fixture); i++) {
    g_assert_cmpuint (i, <, IDLE_PATIENCE_SECONDS * 2);
    desktop_pause (500);
  }
}

/* ---- Around it ----------------------------------------------------------------------------- */

static GSubprocess *
run_cli (Fixture *fixture, const char *command, const char *argument)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "app", "cli", "inkling-cli", NULL);

  return desktop_run (fixture->desktop, (const char *[]){program, command, argument, NULL});
}

static void
index_pictures (Fixture *fixture)
{
  g_autofree char *folder =
      g_build_filename (desktop_get_home (fixture->desktop), "Pictures", NULL);
  g_autoptr (GSubprocess) index = run_cli (fixture, "index", folder);
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (index, NULL, &error);
  g_assert_no_error (error);
}

static void
put_picture (Fixture *fixture, const char *name, const char *as)
{
  g_autofree char *from =
      g_build_filename (g_getenv ("INKLING_TEST_DATA"), "starter", "golden-images", name, NULL);
  g_autofree char *to =
      g_build_filename (desktop_get_home (fixture->desktop), "Pictures", as, NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (from, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (to, bytes, (gssize)length, NULL));
}

/* As the installed one, for the program in the build folder. */
static void
put_service_file (Fixture *fixture)
{
  /* The bus looks in the runtime folder, too, which is this one. */
  g_autofree char *folder =
      g_build_filename (desktop_get_home (fixture->desktop), "dbus-1", "services", NULL);
  g_autofree char *file = g_build_filename (folder, NAME ".service", NULL);
  g_autofree char *text = g_strdup_printf ("[D-BUS Service]\nName=" NAME "\n"
                                           "Exec=%s/ui/inkling --gapplication-service\n",
                                           g_getenv ("INKLING_TEST_BUILD"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
  reply = g_dbus_connection_call_sync (
      desktop_get_bus (fixture->desktop), "org.freedesktop.DBus", "/org/freedesktop/DBus",
      "org.freedesktop.DBus", "ReloadConfig", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

/* ---- The tests ----------------------------------------------------------------------------- */

/* Before there is a library, and without making one. */
static void
test_nothing (Fixture *fixture)
{
  g_autofree char *library =
      g_build_filename (desktop_get_home (fixture->desktop), ".local", "share", "inkling", NULL);
  g_auto (GStrv) ids = find (fixture, (const char *[]){"soccer", "ball", NULL});

  g_assert_cmpuint (g_strv_length (ids), ==, 0);
  g_assert_false (g_file_test (library, G_FILE_TEST_EXISTS));
  wait_until_it_ends (fixture);
}

/* What the shell does while someone types, with the program not running yet, and with another that
 * has the library. */
static void
test_typing (Fixture *fixture)
{
  g_autoptr (GSubprocess) watch = NULL;
  g_autofree char *name = NULL;
  g_autofree char *description = NULL;

  index_pictures (fixture);
  watch = run_cli (fixture, "watch", "--quiet");
  desktop_pause (1000);
  g_assert_false (is_running (fixture));
  g_auto (GStrv) balls = find (fixture, (const char *[]){"soccer", "ball", NULL});
  g_assert_cmpuint (g_strv_length (balls), >=, 1);
  /* Other words: others, though it was to look among the first alone. */
  g_autoptr (GVariant) answer =
      call (fixture, "GetSubsearchResultSet",
            g_variant_new ("(^as^as)", balls, (const char *[]){"maze", NULL}), NULL);
  g_auto (GStrv) mazes = NULL;
  g_variant_get (answer, "(^as)", &mazes);
  g_assert_cmpuint (g_strv_length (mazes), >=, 1);

  g_autoptr (GVariant) metas = get_metas (fixture, (const char *[]){balls[0], mazes[0], NULL});
  g_assert_cmpuint (g_variant_n_children (metas), ==, 2);
  name = get_string (metas, 0, "name");
  g_assert_cmpstr (name, ==, "checker-ball-512.png");
  description = get_string (metas, 0, "description");
  g_assert_cmpstr (description, ==, "~/Pictures");
  g_free (name);
  name = get_string (metas, 1, "name");
  g_assert_cmpstr (name, ==, "rings-900x1200.jpg");

  g_subprocess_send_signal (watch, SIGTERM);
  g_subprocess_wait (watch, NULL, NULL);
}

/* Pixels as the shell takes them; a photo that stands is an icon that stands. */
static void
test_icon (Fixture *fixture)
{
  g_auto (GStrv) ids = find (fixture, (const char *[]){"maze", NULL});
  g_autoptr (GVariant) metas = get_metas (fixture, (const char *const *)ids);
  g_autoptr (GVariant) meta = g_variant_get_child_value (metas, 0);
  g_autoptr (GVariant) icon =
      g_variant_lookup_value (meta, "icon-data", G_VARIANT_TYPE ("(iiibiiay)"));
  g_autoptr (GVariant) bytes = NULL;
  int width, height, stride, bits, channels;
  gboolean has_alpha;

  g_assert_nonnull (icon);
  g_variant_get (icon, "(iiibii@ay)", &width, &height, &stride, &has_alpha, &bits, &channels,
                 &bytes);
  g_assert_cmpint (height, ==, 128);
  g_assert_cmpint (width, ==, 96);
  g_assert_cmpint (stride, ==, width * 3);
  g_assert_false (has_alpha);
  g_assert_cmpint (bits, ==, 8);
  g_assert_cmpint (channels, ==, 3);
  g_assert_cmpuint (g_variant_get_size (bytes), ==, (gsize)(stride * height));
}

/* What no shell sends. Nothing of it is an error of the program's, and it goes on answering. */
static void
test_hostile (Fixture *fixture)
{
  g_autofree char *long_word = g_strnfill (1 << 20, 'a');
  const char *const odd[] = {"",       "-1",        "0",      "99999999999999999999",
                             "1e3",    "0x1",       "1 OR 1", "../../etc/passwd",
                             "\001\n", "999999999", NULL};
  const char *const *const nothing[] = {(const char *[]){NULL}, (const char *[]){"", " ", NULL},
                                        (const char *[]){"a", NULL},
                                        (const char *[]){long_word, NULL}};
  g_autoptr (GPtrArray) many = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (nothing); i++) {
    g_auto (GStrv) ids = find (fixture, nothing[i]);
    g_assert_cmpuint (g_strv_length (ids), ==, 0);
  }
  g_autoptr (GVariant) none = get_metas (fixture, odd);
  g_assert_cmpuint (g_variant_n_children (none), ==, 0);

  for (guint i = 0; i < 100000; i++)
    g_ptr_array_add (many, (gpointer) "1");
  g_ptr_array_add (many, NULL);
  g_autoptr (GVariant) few = get_metas (fixture, (const char *const *)many->pdata);
  g_assert_cmpuint (g_variant_n_children (few), <=, 100);

  g_autoptr (GVariant) wrong =
      call (fixture, "GetInitialResultSet", g_variant_new ("(u)", 1), &error);
  g_assert_null (wrong);
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS);

  g_auto (GStrv) ids = find (fixture, (const char *[]){"soccer", "ball", NULL});
  g_assert_cmpuint (g_strv_length (ids), >=, 1);
}

/* A new photo is not indexed by asking; the library is nobody's; and the program ends. */
static void
test_idle (Fixture *fixture)
{
  put_picture (fixture, "checker-ball-512.png", "new.png");
  g_auto (GStrv) before = find (fixture, (const char *[]){"name:new", NULL});
  desktop_pause (2000);
  g_auto (GStrv) after = find (fixture, (const char *[]){"name:new", NULL});
  g_assert_cmpuint (g_strv_length (before) + g_strv_length (after), ==, 0);

  g_assert_true (is_running (fixture));
  index_pictures (fixture); /* which needs the library's lock */
  g_auto (GStrv) found = find (fixture, (const char *[]){"name:new", NULL});
  g_assert_cmpuint (g_strv_length (found), ==, 1);
  wait_until_it_ends (fixture);
}

/* The photo in the viewer has the keyboard, and its name. */
static gboolean
is_viewed (GPtrArray *objects, gconstpointer name)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->focused && strstr (object->name, name))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_seen (GPtrArray *objects, gconstpointer name)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (object->width > 0 && strstr (object->name, name))
      return TRUE;
  }
  return FALSE;
}

/* A click on a result, with the program not running: the window opens on that photo. Then "more":
 * the window that is open shows what the words find. The window's library answers from then on. */
static void
test_open (Fixture *fixture)
{
  g_auto (GStrv) ids = find (fixture, (const char *[]){"maze", NULL});
  const char *const terms[] = {"maze", NULL};
  const char *const others[] = {"soccer", "ball", NULL};

  g_autoptr (GVariant) activated =
      call (fixture, "ActivateResult", g_variant_new ("(s^asu)", ids[0], terms, (guint32)0), NULL);
  g_free (desktop_place_window (fixture->desktop, "Inkling", 0, 0, 1100, 760));
  desktop_wait (fixture->desktop, "the photo", is_viewed, "rings-900x1200.jpg");

  g_autoptr (GVariant) launched =
      call (fixture, "LaunchSearch", g_variant_new ("(^asu)", others, (guint32)0), NULL);
  desktop_wait (fixture->desktop, "the words", is_seen, "Remove soccer ball");
  g_auto (GStrv) balls = find (fixture, others);
  g_assert_cmpuint (g_strv_length (balls), >=, 1);

  /* An id that is none opens the window all the same. */
  g_autoptr (GVariant) odd =
      call (fixture, "ActivateResult", g_variant_new ("(s^asu)", "-5", terms, (guint32)0), NULL);
  desktop_wait (fixture->desktop, "the words", is_seen, "Remove maze");
}

/* The program's life on the bus ends with its window. */
static void
test_close (Fixture *fixture)
{
  desktop_do (fixture->desktop, "key", "ctrl+q", NULL);
  wait_until_it_ends (fixture);
}

/* ---- Running ------------------------------------------------------------------------------- */

typedef struct {
  Fixture *fixture;
  void (*test) (Fixture *fixture);
} Case;

static void
run_case (gconstpointer data)
{
  const Case *one = data;

  if (one->fixture->desktop)
    one->test (one->fixture);
  else
    g_test_skip (one->fixture->reason);
}

int
main (int argc, char **argv)
{
  static Fixture fixture;
  static const struct {
    const char *path;
    void (*test) (Fixture *fixture);
  } tests[] = {
      {"/ui/shell-search/nothing", test_nothing}, {"/ui/shell-search/typing", test_typing},
      {"/ui/shell-search/icon", test_icon},       {"/ui/shell-search/hostile", test_hostile},
      {"/ui/shell-search/idle", test_idle},       {"/ui/shell-search/open", test_open},
      {"/ui/shell-search/close", test_close},
  };
  Case cases[G_N_ELEMENTS (tests)];

  g_test_init (&argc, &argv, NULL);
  fixture.desktop = desktop_new (&fixture.reason);
  if (fixture.desktop) {
    for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
      put_picture (&fixture, pictures[i], pictures[i]);
    put_service_file (&fixture);
  }
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    cases[i] = (Case){&fixture, tests[i].test};
    g_test_add_data_func (tests[i].path, &cases[i], run_case);
  }
  int status = g_test_run ();
  g_clear_pointer (&fixture.desktop, desktop_free);
  g_free (fixture.reason);
  return status;
}
