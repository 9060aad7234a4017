/* test-settings.c: settings that other versions of the program wrote, as GSettings keeps them in a
 * file. GSettings reads one such file a process: each test has a process of its own.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "environment.h"
#include "support/folder.h"

#define GROUP "io/github/inkling_app/Inkling"

static char *
get_fixture (const char *name)
{
  return g_build_filename (g_getenv ("INKLING_TEST_DATA"), "settings", name, NULL);
}

/* Starts the process of the test that runs, with the fixture as its user's settings, and expects it
 * to pass. */
static void
pass_with (const char *name)
{
  g_autofree char *fixture = get_fixture (name);
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *place = g_build_filename (folder, "glib-2.0", "settings", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize size;

  g_file_get_contents (fixture, &text, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir_with_parents (place, 0700), ==, 0);
  test_folder_write (folder, "glib-2.0/settings/keyfile", text, size);
  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  g_setenv ("GSETTINGS_BACKEND", "keyfile", TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

/* Every key is still there, of its type, and has the value that was chosen. */
static void
test_older (gconstpointer name)
{
  if (!g_test_subprocess ()) {
    pass_with (name);
    return;
  }

  g_autoptr (GError) error = NULL;
  g_autofree char *fixture = get_fixture (name);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_key_file_load_from_file (file, fixture, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GSettings) settings = ink_environment_get_settings ();

  for (guint i = 0; keys[i]; i++) {
    g_autofree char *text = g_key_file_get_value (file, GROUP, keys[i], NULL);
    g_autoptr (GVariant) chosen = g_variant_parse (NULL, text, NULL, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (GVariant) value = g_settings_get_value (settings, keys[i]);
    g_autoptr (GVariant) standard = g_settings_get_default_value (settings, keys[i]);
    g_assert_cmpvariant (value, chosen);
    g_assert_false (g_variant_equal (value, standard)); /* else this would not tell */
  }
}

/* After a downgrade: what this version knows counts, all else is at its default. */
static void
test_newer (void)
{
  static const char *const unknown[] = {"window-size", "thumbnail-size", "close-while-indexing",
                                        "precision"};

  if (!g_test_subprocess ()) {
    pass_with ("newer.keyfile");
    return;
  }

  g_autoptr (GSettings) settings = ink_environment_get_settings ();
  g_assert_true (g_settings_get_boolean (settings, "maximized"));
  g_assert_false (g_settings_get_boolean (settings, "sidebar"));
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++) {
    g_autoptr (GVariant) value = g_settings_get_value (settings, unknown[i]);
    g_autoptr (GVariant) standard = g_settings_get_default_value (settings, unknown[i]);
    g_assert_cmpvariant (value, standard);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/settings/0.1", "0.1.keyfile", test_older);
  g_test_add_func ("/settings/newer", test_newer);
  return g_test_run ();
}
