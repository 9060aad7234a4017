/* installed.c: the models that came with the system: the starter model with the program, and others
 * as packages of their own. */
#include <string.h>

#include "base/dirs.h"
#include "models/models-private.h"

/* Where packages put theirs, below the program's data. */
#define INSTALLED "models/installed"

gboolean
ink_models_has_configuration (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "open_clip_config.json", NULL);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

char *
ink_models_get_installed (const char *name)
{
  g_autofree char *relative = NULL;
  g_autofree char *folder = NULL;

  if (strcmp (name, INK_MODEL_STARTER) == 0)
    folder = ink_dirs_get_starter_model ();
  else if (*name != '.' && strchr (name, '/') == NULL)
    folder = ink_dirs_get_data_file (relative = g_build_filename (INSTALLED, name, NULL));
  return folder != NULL && ink_models_has_configuration (folder) ? g_steal_pointer (&folder) : NULL;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
ink_models_list_installed (void)
{
  g_autofree char *folder = ink_dirs_get_data_file (INSTALLED);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *model = ink_models_get_installed (name);
    if (model != NULL && strcmp (name, INK_MODEL_STARTER) != 0)
      g_ptr_array_add (names, g_strdup (name));
  }
  g_ptr_array_sort (names, compare_names);
  g_autofree char *starter = ink_models_get_installed (INK_MODEL_STARTER);
  if (starter != NULL)
    g_ptr_array_insert (names, 0, g_strdup (INK_MODEL_STARTER));
  return names;
}
