/* gather.c: a model from files that need not lie in one folder: a portal shows each file that was
 * chosen in a folder of its own. */
#include <errno.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/error.h"
#include "base/path.h"
#include "models/models-private.h"

/* What a model is called whose files come from everywhere. */
#define NAME "model"

/* Returns: (transfer full) (nullable): the folder that all of @files are in; a folder alone is that
 * itself */
static char *
find_folder (const char *const *files)
{
  if (files[1] == NULL && g_file_test (files[0], G_FILE_TEST_IS_DIR))
    return g_strdup (files[0]);
  g_autofree char *folder = g_path_get_dirname (files[0]);
  for (guint i = 1; files[i] != NULL; i++) {
    g_autofree char *other = g_path_get_dirname (files[i]);
    if (!g_str_equal (other, folder))
      return NULL;
  }
  return g_steal_pointer (&folder);
}

static gboolean
link_all (const char *const *files, const char *folder, GError **error)
{
  for (guint i = 0; files[i] != NULL; i++) {
    g_autofree char *name = g_path_get_basename (files[i]);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (symlink (files[i], path) < 0) {
      int errsv = errno;
      g_autofree char *display = ink_path_display (files[i]);
      ink_set_error_from_errno (error, errsv, "Can't use %s", display);
      return FALSE;
    }
  }
  return TRUE;
}

char *
ink_models_add_files (InkStore *store, const char *const *files, GCancellable *cancellable,
                      GError **error)
{
  g_autofree char *common = find_folder (files);

  if (common != NULL)
    return ink_models_add (store, common, cancellable, error);
  g_autofree char *temporary = g_dir_make_tmp ("inkling-XXXXXX", error);
  if (temporary == NULL)
    return NULL;
  g_autofree char *folder = g_build_filename (temporary, NAME, NULL);
  char *name = NULL;
  if (g_mkdir (folder, 0700) < 0)
    ink_set_error_from_errno (error, errno, "Can't make a folder in %s", temporary);
  else if (link_all (files, folder, error))
    name = ink_models_add (store, folder, cancellable, error);
  ink_models_remove_folder (folder);
  g_rmdir (temporary);
  return name;
}
