/* dirs.c: the XDG folders and the data that ships with the program. */
#include "base/dirs.h"

#include <errno.h>

#include <glib/gstdio.h>

#include "base/error.h"
#include "base/path.h"
#include "config.h"

char *
ink_dirs_get_library (void)
{
  return g_build_filename (g_get_user_data_dir (), "inkling", NULL);
}

char *
ink_dirs_get_cache (void)
{
  return g_build_filename (g_get_user_cache_dir (), "inkling", NULL);
}

gboolean
ink_dirs_make (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0700) == 0)
    return TRUE;

  int errsv = errno;
  g_autofree char *display = ink_path_display (path);
  ink_set_error_from_errno (error, errsv, "Can't make the folder %s", display);
  return FALSE;
}

static gboolean
runs_from_build_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  return program != NULL && ink_path_get_below (program, INK_BUILD_ROOT) != NULL;
}

char *
ink_dirs_get_data_file (const char *name)
{
  const char *folder = g_getenv ("INKLING_DATA_DIR");

  if (folder == NULL || *folder == '\0')
    folder = runs_from_build_folder () ? INK_SOURCE_DATADIR : INK_PKGDATADIR;
  return g_build_filename (folder, name, NULL);
}

char *
ink_dirs_get_starter_model (void)
{
  return ink_dirs_get_data_file ("models/starter");
}

char *
ink_dirs_get_vocabulary (void)
{
  return ink_dirs_get_data_file ("models/starter/merges.txt");
}
