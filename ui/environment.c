/* environment.c: where the window's own files are, and what there is to draw with. */
#include "config.h"

#include "environment.h"

#include <glib/gi18n.h>
#include <locale.h>

/* Whether this very program was started from the build folder. */
static gboolean
is_uninstalled (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program && g_str_has_prefix (program, INK_BUILD_ROOT "/");
}

void
ink_environment_init_locale (void)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, is_uninstalled () ? INK_BUILD_ROOT "/po" : INK_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

/* Whether the kernel offers anything that computes pictures: a render node, or NVIDIA's driver. */
static gboolean
has_graphics_processor (void)
{
  g_autoptr (GDir) nodes = g_dir_open ("/dev/dri", 0, NULL);

  for (const char *name; nodes && (name = g_dir_read_name (nodes));)
    if (g_str_has_prefix (name, "renderD"))
      return TRUE;
  return g_file_test ("/dev/nvidiactl", G_FILE_TEST_EXISTS);
}

void
ink_environment_choose_renderer (void)
{
  if (!has_graphics_processor ())
    g_setenv ("GSK_RENDERER", "cairo", FALSE);
}

/* The schema where this program was built or installed, else among those that the desktop knows:
 * a prefix of its own need not be among the desktop's. */
static GSettingsSchema *
find_schema (void)
{
  const char *own = is_uninstalled () ? INK_BUILD_ROOT "/data" : INK_SCHEMADIR;
  GSettingsSchemaSource *desktop = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) source =
      g_settings_schema_source_new_from_directory (own, desktop, TRUE, NULL);

  if (source)
    return g_settings_schema_source_lookup (source, INK_APPLICATION_ID, TRUE);
  return desktop ? g_settings_schema_source_lookup (desktop, INK_APPLICATION_ID, TRUE) : NULL;
}

GSettings *
ink_environment_get_settings (void)
{
  g_autoptr (GSettingsSchema) schema = find_schema ();

  if (!schema)
    g_error ("The settings schema %s is missing: install the program again.", INK_APPLICATION_ID);
  return g_settings_new_full (schema, NULL, NULL);
}
